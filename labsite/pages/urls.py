"""Addresses of the pages."""

from django.urls import path

from labsite.pages import certificates, kinds, moments, schemas, simulated, views, workspace
from lessons.schema import ADDRESS

urlpatterns = [
    path("", views.home, name="home"),
    path("lessons/", views.catalogue, name="catalogue"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("what-is-simulated/", simulated.page, name="what-is-simulated"),
    path("kinds/<slug:mark>/index.json", kinds.index, name="kinds"),
    path("kinds/<slug:mark>/<path:version>/<slug:kind>.json", kinds.kind, name="kind"),
    path("certificate/", certificates.ask, name="certificate-name"),
    path("certificate/<str:token>/", certificates.show, name="certificate"),
    path("lab/", views.free_lab, name="free-lab"),
    path("labs/<uuid:sandbox>/", views.lab, name="lab"),
    path("labs/<uuid:sandbox>/anew/", views.anew, name="anew"),
    path("labs/<uuid:sandbox>/workspace.zip", workspace.download, name="workspace"),
    path(f"schemas/{ADDRESS}", schemas.lesson, name="lesson-schema"),
    path("unpack/", workspace.unpack, name="unpack"),
    path("moments/<str:signed>/", moments.moment, name="moment"),
]
