"""The task queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labsite.settings")

app = Celery("podlab")
# The current app is a thing of the thread; without a default one, a retry from a worker thread would look for a broker
# on this machine instead of the one in memory.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["labsite.sandboxes", "labsite.door", "labsite.authoring"])
for module in ("forgetting", "neighbours"):
    app.autodiscover_tasks(["labsite.hosting"], related_name=module)
app.autodiscover_tasks(["labsite.outside"], related_name="carrier")
