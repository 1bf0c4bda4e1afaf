"""`manage.py doctor`: what is wrong with the installation, and how to cure it. It changes nothing."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from labsite.hosting.doctor import examined
from labsite.hosting.findings import ERROR, WARNING
from lessons.management.speaking import Speaking


class Command(Speaking):
    """Ends with 0 if nothing is wrong, 1 if something does not work, and with --strict 1 for a warning as well."""

    help = "Say what is wrong with this installation, and how to cure it"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--strict", action="store_true", help="a warning counts as an error")
        parser.add_argument("--json", action="store_true", help="a JSON object on each line")

    def handle(self, *args: Any, strict: bool, **options: Any) -> None:
        levels: Counter[str] = Counter()
        for name, finding in examined():
            levels[finding.level] += 1
            self.tell({"check": name, **asdict(finding)}, options["json"])
        if not options["json"]:
            profile = _("embedded") if settings.EMBEDDED else _("distributed")
            says = _("%(profile)s profile: %(errors)s errors, %(warnings)s warnings")
            counts = {"profile": profile, "errors": levels[ERROR], "warnings": levels[WARNING]}
            self.stdout.write(says % counts)
        if levels[ERROR] or (strict and levels[WARNING]):
            raise SystemExit(1)

    def tell(self, finding: dict[str, str], as_json: bool) -> None:
        """A finding, and its cure below it."""
        if as_json:
            self.stdout.write(json.dumps(finding, ensure_ascii=False))
            return
        self.stdout.write(f"{finding['level']:8}{finding['check']}: {finding['says']}")
        if finding["cure"]:
            self.stdout.write(f"{'':8}→ {finding['cure']}")
