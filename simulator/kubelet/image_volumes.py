"""Volumes that are images: asked for whenever a container is to be started, and what came of it told by those that mount them.

Models getImageVolumes and toKubeContainerImageVolumes (pkg/kubelet/kuberuntime/kuberuntime_manager.go). The volume manager
mounts nothing for them (pkg/volume/image): the runtime does when it makes the container.
"""

from typing import Any

from simulator.api.requests import Obj
from simulator.kubelet import images
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.images import StartError

SOURCE = "image:"  # how a mount of one begins (see runtime/cri_api.py)


def names(pod: Obj) -> list[str]:
    """The Pod's volumes that are images."""
    return [each["name"] for each in pod["spec"].get("volumes") or () if each.get("image") is not None]


def as_container(pod: Obj, name: str) -> Obj:
    """What is to be pulled for a volume, in the words of a container that has no name: its events are the Pod's own."""
    source = next(each["image"] for each in pod["spec"]["volumes"] if each["name"] == name)
    return {"name": "", "image": source.get("reference", ""), "imagePullPolicy": source.get("pullPolicy", "")}


def begin(deps: Deps, worker: Worker, pod: Obj, name: str) -> None:
    """See to it that the image of a volume is on the node."""
    worker.get("unpulled", {}).pop(name, None)
    try:
        pull = images.ensure(deps, worker, pod, as_container(pod, name))
    except StartError as error:
        missing(worker, name, error)
        return
    if pull:
        worker["op"] = {"kind": "image", "pull": pull, "name": name}


def poll(deps: Deps, worker: Worker, pod: Obj, op: dict[str, Any]) -> bool:
    """Whether the pull has ended."""
    status = deps.cri.pull_status(op["pull"])
    if not status["done"]:
        return False
    try:
        images.finish(deps, worker, pod, as_container(pod, op["name"]), status)
    except StartError as error:
        missing(worker, op["name"], error)
    return True


def missing(worker: Worker, name: str, error: StartError) -> None:
    """Remember why an image is not there: a container that does not mount it does not care."""
    worker.setdefault("unpulled", {})[name] = [error.reason, error.message]


def check(deps: Deps, worker: Worker, pod: Obj, container: Obj) -> None:
    """Raise StartError if the container mounts an image that is not there."""
    known = worker.get("unpulled", {})
    found = [known[each["name"]] for each in container.get("volumeMounts") or () if each["name"] in known]
    for reason, _ in found:
        deps.event(pod, "Warning", "Failed", f"Error: {reason}", container["name"])
    if found:
        raise StartError(*found[-1])
