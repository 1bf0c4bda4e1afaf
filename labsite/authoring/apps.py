"""The workbench of authors."""

from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    """Lessons that are being made by doing."""

    name = "labsite.authoring"
    label = "authoring"
