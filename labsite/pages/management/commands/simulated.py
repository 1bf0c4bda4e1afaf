"""`manage.py simulated`: print what is simulated and what is not, as docs/what-is-simulated.md has it."""

from typing import Any

from django.core.management.base import BaseCommand

from labsite.pages.simulated import markdown


class Command(BaseCommand):
    """Prints the page in Markdown."""

    help = "Print what is simulated, in Markdown: manage.py simulated > docs/what-is-simulated.md"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")
