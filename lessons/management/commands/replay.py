"""`manage.py replay FILE...`: play transcripts on fresh clusters and compare what they print."""

import difflib
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from lessons import transcripts
from lessons.players import EPOCH, Check, Player
from simulator.lab import Lab

SEED = 1


class Command(BaseCommand):
    """Replays transcripts in virtual time; exits with 1 if anything differs."""

    help = "Replay transcripts on fresh clusters and compare what they print"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--update", action="store_true", help="write what was printed into the files")
        parser.add_argument("--seed", type=int, default=SEED, help="the seed of the clusters")
        parser.add_argument("--client", type=Path, metavar="PATH", help="a real kubectl, to be used instead of our own")

    def handle(
        self, *args: Any, files: list[Path], update: bool, seed: int, client: Path | None, **options: Any
    ) -> None:
        if client is not None:
            raise SystemExit(import_string(settings.REPLAY_OUTSIDE)(client, files, seed))
        report(self.stdout, files, lambda path: play(path, seed), update=update)


class Writer(Protocol):
    """Where lines go."""

    def write(self, text: str) -> None: ...


def report(out: Writer, files: Sequence[Path], play: Callable[[Path], list[Check]], *, update: bool = False) -> None:
    """Play all *files* and say what passed; raises SystemExit if anything differs, unless it is written into the file."""
    passed = failed = 0
    for path in files:
        try:
            checks = play(path)
        except (OSError, ValueError) as error:  # no such file, no transcript, no such scenario
            out.write(f"{path}: {error}\n{path.name}: 0 passed, 1 failed")
            failed += 1
            continue
        wrong = [check for check in checks if not check.passed]
        for check in wrong:
            out.write(difference(path, check))
        if update and wrong:
            path.write_text(rewritten(path.read_text(), wrong))
        out.write(f"{path.name}: {len(checks) - len(wrong)} passed, {len(wrong)} failed")
        passed, failed = passed + len(checks) - len(wrong), failed + len(wrong)
    out.write(f"{passed} passed, {failed} failed")
    if failed and not update:
        raise SystemExit(1)


def play(path: Path, seed: int = SEED) -> list[Check]:
    """All commands of the transcript at *path*, on a cluster of its own."""
    transcript = transcripts.parse(path.read_text())
    return Player(Lab.boot(transcript.scenario, seed=seed, epoch=EPOCH)).play(transcript)


def printed(check: Check) -> list[str]:
    """What the command of *check* really printed, as a transcript shows it."""
    lines = transcripts.trim(check.outcome.lines)
    code = check.outcome.code
    return lines if code == 0 else [*lines, "[it did not end]" if code is None else f"[{code}]"]


def difference(path: Path, check: Check) -> str:
    """A unified diff between what was expected and what was printed."""
    command = check.command
    expected = transcripts.trim(command.expected) + ([f"[{command.code}]"] if command.code else [])
    name = f"{path}:{command.line}"
    diff = difflib.unified_diff(expected, printed(check), f"{name} expected", f"{name} printed", lineterm="")
    return "\n".join([f"$ {command.text}", *diff])


def rewritten(text: str, wrong: list[Check]) -> str:
    """The transcript with the output of the commands in *wrong* replaced by what was printed."""
    lines = text.split("\n")
    for check in sorted(wrong, key=lambda check: check.command.line, reverse=True):
        start, end = check.command.output
        lines[start:end] = printed(check)
    return "\n".join(lines)
