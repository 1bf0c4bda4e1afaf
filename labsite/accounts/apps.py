"""The accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Learners and guests."""

    name = "labsite.accounts"
    label = "accounts"
