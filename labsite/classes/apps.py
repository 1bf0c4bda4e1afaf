"""The classes."""

from importlib import import_module

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Classes: who learns together, what, and with whom."""

    name = "labsite.classes"
    label = "classes"

    def ready(self) -> None:
        """Hear of every turn; what hears it needs the models."""
        turns, desks = import_module("labsite.sandboxes.turn"), import_module("labsite.classes.desks")
        turns.happened.connect(desks.hear, dispatch_uid="desks")
