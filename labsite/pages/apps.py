"""The pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Home, the catalogue, lessons and the free lab."""

    name = "labsite.pages"
    label = "pages"
