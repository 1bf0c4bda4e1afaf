"""`manage.py serve`: the site on one address; in the embedded profile with its worker."""

import logging
from argparse import ArgumentParser
from typing import Any

import daphne.server  # noqa: F401  first: it brings the event loop that everything else must use
from django.conf import settings
from django.core.management.base import BaseCommand

from labsite import collecting, embedded
from labsite.asgi import application
from labsite.console.messages import CUT_OFF
from labsite.door import certificates
from labsite.guard import GuardedServer
from labsite.hosting import ports

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Serves until it is stopped."""

    help = "Serve the site"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="the address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="the port to listen on (PORT)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        embedded.start()
        collecting.settle()
        self.stdout.write(f"Podlab is at http://{host}:{port} ({profile()} profile). Ctrl-C stops it.")
        self.stdout.flush()
        GuardedServer(
            application,
            endpoints=[f"tcp:port={port}:interface={quoted(host)}", *secure(host, settings.TLS_PORT)],
            websocket_max_message_size=CUT_OFF,
            websocket_max_frame_size=CUT_OFF,
            ping_interval=20,
        ).run()


def secure(host: str, port: int) -> list[str]:
    """The endpoint for tools outside, with the certificate that kubeconfigs trust."""
    if not port:
        return []
    if ports.taken(host, port):
        log.error("Port %s is taken, so kubectl cannot reach the clusters. Choose another with TLS_PORT.", port)
        return []
    key, certificate = certificates.server(settings.VAR_DIR, [name for name in settings.ALLOWED_HOSTS if name != "*"])
    files = f"privateKey={quoted(str(key))}:certKey={quoted(str(certificate))}"
    return [f"ssl:{port}:interface={quoted(host)}:{files}"]


def quoted(text: str) -> str:
    """*text* in the description of an endpoint, where colons part the words."""
    return text.replace("\\", "\\\\").replace(":", "\\:")


def profile() -> str:
    """The name of the profile that the environment has chosen."""
    return "embedded" if settings.EMBEDDED else "distributed"
