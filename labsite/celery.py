"""The task queue."""

import os

from celery import Celery
from celery.signals import task_prerun, worker_init
from django.db import connections

from labsite import collecting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labsite.settings")

app = Celery("podlab")
# The current app is a thing of the thread; without a default one, a retry from a worker thread would look for a broker
# on this machine instead of the one in memory.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["labsite.sandboxes", "labsite.door", "labsite.authoring", "labsite.grades"])
for module in ("forgetting", "neighbours"):
    app.autodiscover_tasks(["labsite.hosting"], related_name=module)
app.autodiscover_tasks(["labsite.outside"], related_name="carrier")


@task_prerun.connect
def freshen(**_: object) -> None:
    """Database connections are kept from task to task (CELERY_DB_REUSE_MAX); one that was lost meanwhile is opened anew."""
    for each in connections.all(initialized_only=True):
        if each.connection is not None and not each.in_atomic_block and (each.errors_occurred or not each.is_usable()):
            each.close()


@worker_init.connect
def settle(**_: object) -> None:
    """Before the processes that work part from the first one, so that they share what is loaded."""
    collecting.settle()
