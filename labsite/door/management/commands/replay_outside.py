"""`manage.py replay_outside`: the part of `replay --client` that runs as a site of its own."""

import tempfile
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import daphne.server  # noqa: F401  first: it brings the event loop that everything else must use
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from labsite import embedded
from labsite.accounts.models import User
from labsite.asgi import application
from labsite.door import kubeconfig, mailbox, tokens
from labsite.door.replaying.player import OutsidePlayer
from labsite.guard import GuardedServer
from labsite.pages.management.commands.serve import secure
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox
from lessons import transcripts
from lessons.management.commands import replay
from lessons.players import EPOCH, Check
from simulator.lab import Lab, use_client_from_outside


class Command(BaseCommand):
    """Replays transcripts with a real kubectl that comes in through the door."""

    help = "Replay transcripts with a real kubectl, on a site of its own (started by `replay --client`)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--client", type=Path, required=True)
        parser.add_argument("--seed", type=int, default=replay.SEED)

    def handle(self, *args: Any, files: list[Path], client: Path, seed: int, **options: Any) -> None:
        use_client_from_outside()
        mailbox.attending = False
        call_command("migrate", verbosity=0)
        embedded.start()
        server = GuardedServer(application, endpoints=secure("127.0.0.1", settings.TLS_PORT), signal_handlers=False)
        threading.Thread(target=server.run, daemon=True).start()
        replay.report(self.stdout, files, lambda path: play(path, client, seed))


def play(path: Path, client: Path, seed: int) -> list[Check]:
    """All commands of a transcript, on a cluster of its own."""
    transcript = transcripts.parse(path.read_text())
    row = made(Lab.boot(transcript.scenario, seed=seed, epoch=EPOCH))
    token = tokens.issue(row, row.owner)
    with tempfile.TemporaryDirectory() as folder:
        base = f"http://127.0.0.1:{settings.PORT}"
        (Path(folder) / "kubeconfig").write_text(kubeconfig.written(row, token, base))
        return OutsidePlayer(row.id, client, Path(folder), token.partition(".")[0]).play(transcript)


def made(lab: Lab) -> Sandbox:
    """A sandbox of a new guest with *lab* in it."""
    times = {"epoch": EPOCH, "birth": lab.unix - lab.now, "now": lab.now, "anchor": clock.wall()}
    return Sandbox.objects.create(owner=User.new_guest(), lesson="", state=lab.snapshot(), version=1, **times)
