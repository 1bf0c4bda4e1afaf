"""The classes."""

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Classes: who learns together, what, and with whom."""

    name = "labsite.classes"
    label = "classes"
