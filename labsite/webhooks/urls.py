"""Addresses of the webhooks' pages."""

from django.urls import path

from labsite.webhooks import pages

urlpatterns = [
    path("webhooks/", pages.index, name="webhooks"),
    path("webhooks/<int:hook>/", pages.show, name="webhook"),
    path("classes/<int:classroom>/webhooks/", pages.index, name="class-webhooks"),
    path("classes/<int:classroom>/webhooks/<int:hook>/", pages.show, name="class-webhook"),
]
