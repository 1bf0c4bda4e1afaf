"""Addresses of the accounts."""

from django.urls import path

from labsite.accounts import people, views

urlpatterns = [
    path("guest/", views.start_as_guest, name="guest"),
    path("log-in/", views.log_in, name="log-in"),
    path("log-out/", views.log_out, name="log-out"),
    path("sign-up/", views.sign_up, name="sign-up"),
    path("people/", people.page, name="people"),
    path("people/<int:person>/", people.appoint, name="appoint"),
]
