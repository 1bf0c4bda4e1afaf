"""Signed webhooks."""

from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """What happens in classes is told to other systems, as Standard Webhooks say."""

    name = "labsite.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Hear of all that is told; what hears it needs the models."""
        hearing = import_module("labsite.webhooks.hearing")
        import_module("labsite.webhooks.sending")  # which the carrier looks up by the kind of parcel
        grades, classes = import_module("labsite.grades.signals"), import_module("labsite.classes.signals")
        grades.marked.connect(hearing.marked, dispatch_uid="webhooks")
        grades.attempted.connect(hearing.attempted, dispatch_uid="webhooks")
        classes.raised.connect(hearing.raised, dispatch_uid="webhooks")
        classes.joined.connect(hearing.joined, dispatch_uid="webhooks")
        classes.left.connect(hearing.left, dispatch_uid="webhooks")
