"""Addresses of the pages."""

from django.urls import path

from labsite.pages import certificates, moments, simulated, views

urlpatterns = [
    path("", views.home, name="home"),
    path("lessons/", views.catalogue, name="catalogue"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("what-is-simulated/", simulated.page, name="what-is-simulated"),
    path("certificate/", certificates.ask, name="certificate-name"),
    path("certificate/<str:token>/", certificates.show, name="certificate"),
    path("lab/", views.free_lab, name="free-lab"),
    path("labs/<uuid:sandbox>/", views.lab, name="lab"),
    path("labs/<uuid:sandbox>/anew/", views.anew, name="anew"),
    path("moments/<str:signed>/", moments.moment, name="moment"),
]
