"""`manage.py kubeconfig USER`: the way into a learner's cluster, for whoever keeps the site."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from labsite.accounts.models import User
from labsite.door import kubeconfig, tokens
from labsite.sandboxes import keeping


class Command(BaseCommand):
    """Prints a kubeconfig with a new token."""

    help = "Print a kubeconfig for a learner's cluster"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the learner's name; `guest` makes a new guest")
        parser.add_argument("--lesson", default="", help="the lesson's folder (default: the free lab)")
        parser.add_argument("--read-only", action="store_true", help="for looking only")
        parser.add_argument("--base", default=f"http://{settings.HOST}:{settings.PORT}", help="where the site is")

    def handle(self, *args: Any, user: str, lesson: str, read_only: bool, base: str, **options: Any) -> None:
        owner = User.new_guest() if user == "guest" else User.objects.filter(username=user).first()
        if owner is None:
            raise CommandError(f"there is no learner {user!r}")
        row = keeping.of(owner, lesson)
        self.stdout.write(kubeconfig.written(row, tokens.issue(row, owner, read_only=read_only), base))
