"""`kubectl create deployment|job|cronjob`."""

from typing import Any

from simulator.api.resources import RESOURCES
from simulator.kubectl.discovery import resource_for
from simulator.kubectl.failures import Failure
from simulator.kubectl.generators.making import after_dash, command, head, image_name
from simulator.kubectl.selection import NO_NAME
from simulator.kubectl.session import Obj, Session


def deployment(session: Session, name: str) -> Obj:
    """A Deployment whose Pods have one container for each image."""
    images, words, port = session.flag("image"), after_dash(session), session.flag("port")
    if len(images) > 1 and words:
        raise Failure("cannot specify multiple --image options and command")
    containers = []
    for image in images:
        container: Obj = {"image": image, "name": image_name(image), "resources": {}}
        if words:
            container["command"] = words
        containers.append(container)
    if port >= 0:
        containers[0]["ports"] = [{"containerPort": port}]
    labels = {"app": name}
    spec = {
        "replicas": session.flag("replicas"),
        "selector": {"matchLabels": labels},
        "strategy": {},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    return head("apps/v1", "Deployment", name, labels) | {"spec": spec, "status": {}}


def _job_template(name: str, image: str, words: list[str], restart: str) -> Obj:
    container: Obj = {"image": image, "name": name, "resources": {}} | ({"command": words} if words else {})
    return {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}}


def job(session: Session, name: str) -> Obj:
    """A Job with one container, or one made from the template of a CronJob."""
    image, source = session.flag("image"), session.flag("from")
    if bool(image) == bool(source):
        raise Failure("either --image or --from must be specified")
    if source and after_dash(session):
        raise Failure("cannot specify --from and command")
    if source:
        return _job_from(session, name, str(source))
    spec = {"template": _job_template(name, image, after_dash(session), "Never")}
    return head("batch/v1", "Job", name) | {"spec": spec, "status": {}}


def _job_from(session: Session, name: str, source: str) -> Obj:
    kind, _, cron_name = source.partition("/")
    resource = resource_for(session, kind)
    if not cron_name:
        raise Failure(NO_NAME)
    if resource.name != "cronjobs.batch":
        session.get(resource, session.namespace, cron_name)
        raise Failure(f"unknown object type *v1.{resource.kind}")
    cron = session.get(RESOURCES["cronjobs.batch"], session.namespace, cron_name)
    template = (cron.get("spec") or {}).get("jobTemplate") or {}
    metadata: dict[str, Any] = template.get("metadata") or {}
    obj = head("batch/v1", "Job", name, metadata.get("labels"))
    annotations = {"cronjob.kubernetes.io/instantiate": "manual", **(metadata.get("annotations") or {})}
    obj["metadata"] |= {"annotations": annotations, "ownerReferences": [_owner(cron)]}
    spec = template.get("spec") or {}
    return obj | {"spec": {**spec, "template": {"metadata": {}, **(spec.get("template") or {})}}, "status": {}}


def _owner(cron: Obj) -> Obj:
    metadata = cron["metadata"]
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
    }


def cron_job(session: Session, name: str) -> Obj:
    """A CronJob with one container."""
    restart = session.flag("restart") or "OnFailure"
    template = _job_template(name, session.flag("image"), after_dash(session), restart)
    spec = {
        "jobTemplate": {"metadata": {"name": name}, "spec": {"template": template}},
        "schedule": session.flag("schedule"),
    }
    return head("batch/v1", "CronJob", name) | {"spec": spec, "status": {}}


COMMANDS = (
    command(
        "deployment",
        "Create a deployment with the specified name",
        "deployments.apps",
        deployment,
        "--image=[] --port=-1 -r --replicas=1",
        aliases=("deploy",),
        needs=("image",),
    ),
    command("job", "Create a job with the specified name", "jobs.batch", job, "--from= --image="),
    command(
        "cronjob",
        "Create a cron job with the specified name",
        "cronjobs.batch",
        cron_job,
        "--image= --restart= --schedule=",
        aliases=("cj",),
        needs=("image", "schedule"),
    ),
)
