"""A site with clusters whose clocks stand still: `python -m tests.door.differential.frozen SNAPSHOT FOLDER COUNT`.

It serves COUNT sandboxes with the same cluster in them, and writes a kubeconfig for each as FOLDER/NUMBER; `ready` is the last.
"""

# ruff: noqa: E402 (Django must be set up before its models are imported)
import os
import sys
import threading
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.door.settings"

import daphne.server  # noqa: F401  # isort: skip  # first: it brings the event loop that everything else must use

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from labsite import embedded
from labsite.accounts.models import User
from labsite.asgi import application
from labsite.door import kubeconfig, mailbox, tokens, visits
from labsite.guard import GuardedServer
from labsite.limits import Rate
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox
from lessons.players import EPOCH
from simulator.lab import Lab


def main(snapshot: Path, folder: Path, count: int) -> None:
    """Serve until the process is ended."""
    mailbox.attending = False  # who asks does not keep the clock going
    visits.RATE = Rate(burst=100_000, every=1)  # several clients at once, as no learner has them
    call_command("migrate", verbosity=0)
    embedded.start()
    state = snapshot.read_bytes()
    lab = Lab.restore(state)
    for number in range(count):
        row = Sandbox.objects.create(owner=User.new_guest(), lesson="", state=state, version=1, **times(lab))
        text = kubeconfig.written(row, tokens.issue(row, row.owner), f"http://127.0.0.1:{settings.PORT}")
        (folder / str(number)).write_text(text)
    server = GuardedServer(
        application, endpoints=[f"tcp:port={settings.PORT}:interface=127.0.0.1"], signal_handlers=False
    )
    threading.Thread(target=server.run, daemon=True).start()
    (folder / "ready").touch()
    threading.Event().wait()


def times(lab: Lab) -> dict[str, int]:
    """Where the clock stands."""
    return {"epoch": EPOCH, "birth": lab.unix - lab.now, "now": lab.now, "anchor": clock.wall()}


main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
