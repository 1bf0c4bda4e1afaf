"""Where a class gets stuck, and what helps."""

from importlib import import_module

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Counted while learners work, shown without names."""

    name = "labsite.analytics"
    label = "analytics"

    def ready(self) -> None:
        """Hear of every turn; what hears it needs the models."""
        turns, counting = import_module("labsite.sandboxes.turn"), import_module("labsite.analytics.counting")
        turns.happened.connect(counting.hear, dispatch_uid="analytics")
