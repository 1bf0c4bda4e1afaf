"""Addresses of the analytics."""

from django.urls import path

from labsite.analytics import pages

urlpatterns = [
    path("classes/<int:classroom>/analytics/", pages.page, name="analytics"),
    path("classes/<int:classroom>/analytics.csv", pages.export, name="analytics-table"),
]
