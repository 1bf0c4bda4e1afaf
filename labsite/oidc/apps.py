"""Log-in by OpenID Connect."""

from django.apps import AppConfig


class OidcConfig(AppConfig):
    """The accounts of a school or company let in here."""

    name = "labsite.oidc"
    label = "oidc"
