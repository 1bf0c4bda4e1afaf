"""Addresses of what is about keeping the site, and of what it stores of a person."""

from django.urls import path

from labsite.hosting import account, metrics_page

urlpatterns = [
    path("metrics", metrics_page.show, name="metrics"),
    path("accounts/me/", account.page, name="account"),
    path("accounts/me/export/", account.export, name="account-export"),
    path("accounts/me/delete/", account.delete, name="account-delete"),
]
