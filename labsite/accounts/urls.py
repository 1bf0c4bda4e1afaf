"""Addresses of the accounts."""

from django.urls import path

from labsite.accounts import views

urlpatterns = [
    path("guest/", views.start_as_guest, name="guest"),
    path("log-in/", views.log_in, name="log-in"),
    path("log-out/", views.log_out, name="log-out"),
    path("sign-up/", views.sign_up, name="sign-up"),
]
