"""The console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """What passes between a browser and a sandbox."""

    name = "labsite.console"
    label = "console"
