"""The HTTP door."""

from django.apps import AppConfig


class DoorConfig(AppConfig):
    """The API of each cluster for tools outside it: kubectl, client libraries, editors."""

    name = "labsite.door"
    label = "door"
