"""Addresses of the classes."""

from django.urls import path

from labsite.classes import joining, looking, showing, views

urlpatterns = [
    path("join/", joining.join, name="join"),
    path("join/<str:code>/", joining.join, name="join-code"),
    path("classes/", views.index, name="classes"),
    path("classes/new/", views.make, name="make-class"),
    path("classes/<int:classroom>/", views.show, name="class"),
    path("classes/<int:classroom>/room/", views.room, name="room"),
    path("classes/<int:classroom>/demonstrate/", showing.demonstrate, name="demonstrate"),
    path("classes/<int:classroom>/demonstration/", showing.follow, name="follow"),
    path("classes/<int:classroom>/invite/", views.invite, name="invite"),
    path("classes/<int:classroom>/settings/", views.settings, name="class-settings"),
    path("classes/<int:classroom>/lessons/", views.lessons, name="class-lessons"),
    path("classes/<int:classroom>/roster/", views.enrol, name="class-roster"),
    path("classes/<int:classroom>/roster.csv", views.roster_csv, name="roster-csv"),
    path("classes/<int:classroom>/seats/<int:seat>/", views.seat, name="class-seat"),
    path("classes/<int:classroom>/leave/", joining.leave, name="leave-class"),
    path("labs/<uuid:sandbox>/look/", looking.look, name="look"),
    path("labs/<uuid:sandbox>/copy/", looking.copy, name="copy"),
]
