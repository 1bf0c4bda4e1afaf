"""`manage.py serve`: the site on one address; in the embedded profile with its worker."""

from argparse import ArgumentParser
from typing import Any

from daphne.server import Server  # first: it brings the event loop that everything else must use
from django.conf import settings
from django.core.management.base import BaseCommand

from labsite import embedded
from labsite.asgi import application
from labsite.console.messages import CUT_OFF


class Command(BaseCommand):
    """Serves until it is stopped."""

    help = "Serve the site"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="the address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="the port to listen on (PORT)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        embedded.start()
        self.stdout.write(f"Podlab is at http://{host}:{port} ({profile()} profile). Ctrl-C stops it.")
        self.stdout.flush()
        Server(
            application,
            endpoints=[f"tcp:port={port}:interface={host.replace(':', chr(92) + ':')}"],
            websocket_max_message_size=CUT_OFF,
            websocket_max_frame_size=CUT_OFF,
            ping_interval=20,
        ).run()


def profile() -> str:
    """The name of the profile that the environment has chosen."""
    return "embedded" if settings.EMBEDDED else "distributed"
