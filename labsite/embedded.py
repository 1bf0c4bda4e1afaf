"""The embedded profile: the worker is a thread of the one process that serves."""

import logging
import threading
from typing import Any

from celery.signals import worker_ready
from celery.worker import WorkController
from django.conf import settings
from django.db import close_old_connections

from labsite.celery import app

log = logging.getLogger(__name__)

THREADS = 4

thread: threading.Thread | None = None  # the one that works, once there is one


class Worker(WorkController):
    """Celery's worker without its command line, which would take the process's signals for itself."""

    def __init__(self, **options: Any) -> None:
        self.ready = threading.Event()
        super().__init__(**options)

    def on_consumer_ready(self, consumer: Any) -> None:
        self.ready.set()
        worker_ready.send(sender=consumer)


def start() -> Worker | None:
    """Start the worker, if this profile is chosen; every task must be known by now, since it would drop others."""
    if not settings.EMBEDDED:
        return None
    app.loader.import_default_modules()
    worker = Worker(
        app=app,
        hostname="embedded",
        pool="threads",
        concurrency=THREADS,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    global thread
    thread = threading.Thread(target=run, args=(worker,), name="worker", daemon=True)
    thread.start()
    return worker


def works() -> bool:
    """Whether the worker, where it is a thread of this process, has not failed."""
    return thread is None or thread.is_alive()


def run(worker: Worker) -> None:
    """Work until the process ends; a worker that fails leaves a page that does not move, so it says so loudly."""
    try:
        worker.start()
    except Exception:
        log.exception("The embedded worker has failed. Restart the server.")
    finally:
        close_old_connections()
