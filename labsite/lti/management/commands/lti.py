"""`manage.py lti`: platforms and keys from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labsite.lti import keys
from labsite.lti.forms import PlatformForm
from labsite.lti.models import Platform

WORDS = ("issuer", "client", "authorization", "token", "keys", "audience")


class Command(BaseCommand):
    """Lists, adds and removes registrations, and makes a new key."""

    help = "List, add and remove LTI platforms; rotate the key with which Podlab signs for them"

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list")
        actions.add_parser("rotate")
        actions.add_parser("remove").add_argument("number", type=int)
        add = actions.add_parser("add")
        add.add_argument("name")
        for word in WORDS:
            add.add_argument(f"--{word}", default="", required=word != "audience")
        add.add_argument("--deployment", action="append", default=[])
        add.add_argument("--origin", action="append", default=[])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        {"list": self.list, "add": self.add, "remove": self.remove, "rotate": self.rotate}[action](options)

    def list(self, options: dict[str, Any]) -> None:
        """One line for each."""
        for each in Platform.objects.all():
            self.stdout.write(f"{each.pk}\t{each.name}\t{each.issuer}\t{each.client}\t{','.join(each.deployments)}")

    def add(self, options: dict[str, Any]) -> None:
        """Another one; what is wrong with it is said as on the page."""
        facts = {word: options[word] for word in WORDS} | {"name": options["name"]}
        lists = {"deployments": "\n".join(options["deployment"]), "more_origins": "\n".join(options["origin"])}
        form = PlatformForm(facts | lists)
        if not form.is_valid():
            raise CommandError("\n".join(f"{name}: {' '.join(map(str, why))}" for name, why in form.errors.items()))
        self.stdout.write(f"{form.save().pk}")

    def remove(self, options: dict[str, Any]) -> None:
        """Remove one by its number."""
        if not Platform.objects.filter(pk=options["number"]).delete()[0]:
            raise CommandError(f"There is no platform {options['number']}.")

    def rotate(self, options: dict[str, Any]) -> None:
        """Another key; the last one is still shown, for what is signed with it and on its way."""
        self.stdout.write(keys.rotate().name)
