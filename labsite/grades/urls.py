"""Addresses of marks."""

from django.urls import path

from labsite.grades import export, marking, mine, sheets, views

SHEET = "classes/<int:classroom>/grades/<int:seat>/<slug:lesson>/"

urlpatterns = [
    path("classes/<int:classroom>/grades/", views.gradebook, name="gradebook"),
    path("classes/<int:classroom>/grades/marks.csv", export.as_csv, name="marks-csv"),
    path("classes/<int:classroom>/grades/marks.xlsx", export.as_xlsx, name="marks-xlsx"),
    path(SHEET, sheets.mark, name="mark"),
    path(f"{SHEET}change/", sheets.change, name="mark-change"),
    path(f"{SHEET}comment/", sheets.comment, name="mark-comment"),
    path("classes/<int:classroom>/marking/", marking.marking, name="marking"),
    path("classes/<int:classroom>/marks/", mine.my_marks, name="my-marks"),
    path("classes/<int:classroom>/marks/<slug:lesson>/", sheets.my_mark, name="my-mark"),
]
