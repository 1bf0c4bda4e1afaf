"""Keeping an installation: doctor, backup, restore, metrics, logs, the data of one person."""

from django.apps import AppConfig


class HostingConfig(AppConfig):
    """What whoever hosts the site works with."""

    name = "labsite.hosting"
    label = "hosting"
