"""Addresses of the accounts."""

from django.urls import path

from labsite.accounts import passwords, people, views

urlpatterns = [
    path("guest/", views.start_as_guest, name="guest"),
    path("log-in/", views.log_in, name="log-in"),
    path("log-out/", views.log_out, name="log-out"),
    path("sign-up/", views.sign_up, name="sign-up"),
    path("people/", people.page, name="people"),
    path("people/<int:person>/", people.appoint, name="appoint"),
    path("people/<int:person>/password/", passwords.give_link, name="password-link"),
    path("password/", passwords.Change.as_view(), name="password"),
    path("password/<uidb64>/<token>/", passwords.Choose.as_view(), name="password-choose"),
]
