"""`manage.py first_administrator NAME`: the account with which a new site is begun."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from labsite.accounts.models import User

VARIABLE = "ADMINISTRATOR_PASSWORD"


class Command(BaseCommand):
    """Makes an administrator where there is none; an account of that name becomes it, with the new password."""

    help = f"Make the first administrator; the password is asked for, or taken from {VARIABLE}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if User.objects.filter(role="administrator").exists():
            raise CommandError("There is an administrator already, who can appoint others on the page “People”.")
        user = User.objects.filter(username=name).first() or User(username=name)
        user.role, user.is_guest = "administrator", False
        password = os.environ.get(VARIABLE) or asked()
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        self.stdout.write(f"{name} is the administrator now.")


def asked() -> str:
    """The password, typed twice; raises CommandError if the two differ."""
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise CommandError("The two passwords differ.")
    return first
