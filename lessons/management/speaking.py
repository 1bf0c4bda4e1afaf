"""A command that speaks the language of whoever sits at the terminal."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation


class Speaking(BaseCommand):
    """Takes `--language`; without it, Chinese where LANG says so."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        chinese = os.environ.get("LANG", "").startswith("zh")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default="zh-hans" if chinese else "en")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(options["language"]):
            said: str | None = super().execute(*args, **options)
            return said
