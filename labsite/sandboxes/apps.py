"""The sandboxes."""

from django.apps import AppConfig


class SandboxesConfig(AppConfig):
    """Clusters asleep in their rows, and the tasks that wake them."""

    name = "labsite.sandboxes"
    label = "sandboxes"
