"""Addresses of the log-in by OpenID Connect. The provider knows the second."""

from django.urls import path

from labsite.oidc import coming

urlpatterns = [
    path("accounts/oidc/", coming.begin, name="oidc"),
    path("accounts/oidc/back/", coming.come_back, name="oidc-back"),
    path("accounts/oidc/connect/", coming.connect, name="oidc-connect"),
]
