"""Static Pods come from files: /etc/kubernetes/manifests is read whenever something there has changed (pkg/kubelet/config/file.go, common.go)."""

import hashlib
from typing import Any

from simulator.api import yamls
from simulator.api.errors import ApiError
from simulator.api.requests import Obj, Request
from simulator.api.timestamps import rfc3339
from simulator.kernel.units import SECOND
from simulator.kubelet import journal, static_pods, workers
from simulator.kubelet.deps import Deps
from simulator.kubelet.naming import CONFIG_HASH, CONFIG_MIRROR, CONFIG_SEEN, CONFIG_SOURCE

FOLDER = "/etc/kubernetes/manifests"
NOTICED, AGAIN = SECOND, 20 * SECOND  # a change is noticed at once, and the whole folder looked at every twenty seconds
WAITING = 2 * SECOND
EVERYTHING = {"effect": "NoExecute", "operator": "Exists"}


def look_soon(deps: Deps) -> None:
    """Something in the folder may have changed."""
    for after in (NOTICED, AGAIN):
        deps.wake("manifests", after)


def known(deps: Deps) -> dict[str, Any]:
    """By the name of each file that was read: the fingerprint of its text, and the UID of its Pod (empty: it makes none)."""
    found: dict[str, Any] = deps.section.setdefault("manifest_files", {})
    return found


def take_over(deps: Deps) -> None:
    """The files that are there are those of the static Pods that run already."""
    names = {each["metadata"]["name"]: uid for uid, each in static_pods.manifests(deps).items()}
    for name, data in deps.cri.node_folder(FOLDER).items():
        pod = read(deps, data)
        if pod and pod["metadata"]["name"] in names:
            known(deps)[name] = {"print": fingerprint(deps, name, data), "uid": names[pod["metadata"]["name"]]}


def reconcile(deps: Deps) -> None:
    """Let the static Pods be those of the files."""
    files = deps.cri.node_folder(FOLDER)
    for name in [each for each in known(deps) if each not in files]:
        forget(deps, known(deps).pop(name)["uid"])
    for name, data in files.items():
        mark = fingerprint(deps, name, data)
        before = known(deps).get(name)
        if before is not None and before["print"] == mark:
            continue
        if before is not None and before["uid"]:
            forget(deps, before["uid"])
        if begin(deps, name, data, mark):
            continue
        known(deps).pop(name, None)
        deps.wake("manifests", WAITING)


def begin(deps: Deps, name: str, data: bytes, mark: str) -> bool:
    """Run the Pod of a file; False if that has to wait until the one before, of the same name, has ended."""
    pod = read(deps, data)
    known(deps)[name] = {"print": mark, "uid": ""}
    if pod is None:
        bad(deps, name, "couldn't parse as pod, please check config file")
        return True
    place = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    if any((each["namespace"], each["name"]) == place for each in workers.table(deps).values()):
        return False
    pod = meant(deps, pod, mark)
    answer = deps.api.handle(Request("create", "pods", pod["metadata"]["namespace"], body=pod))
    if answer.failed:  # nothing that the API server would not take is run here
        bad(deps, name, str(answer.body.get("message", "")))
        return True
    static_pods.manifests(deps)[mark] = {"metadata": pod["metadata"], "spec": pod["spec"]}
    known(deps)[name]["uid"] = mark
    return True


def bad(deps: Deps, name: str, why: str) -> None:
    """A file makes no Pod: only the journal says so."""
    path = f"{FOLDER}/{name}"
    journal.note(deps, "E", "file.go:187", "Could not process manifest file", err=f'"{path}": {why}', path=path)


def read(deps: Deps, data: bytes) -> Obj | None:
    """The Pod in a file, under the name that it has on this node; None if there is none."""
    try:
        pod = yamls.load(data.decode())
    except (yamls.BadYaml, UnicodeDecodeError):
        return None
    if not isinstance(pod, dict) or (pod.get("apiVersion"), pod.get("kind")) != ("v1", "Pod"):
        return None
    metadata = pod.get("metadata")
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("name"), str)
        or not isinstance(pod.get("spec"), dict)
    ):
        return None
    name = f"{metadata['name']}-{deps.node}"
    return {**pod, "metadata": {**metadata, "name": name, "namespace": str(metadata.get("namespace") or "default")}}


def meant(deps: Deps, pod: Obj, mark: str) -> Obj:
    """The Pod as the kubelet runs it and mirrors it."""
    node = deps.node_object()
    notes = {CONFIG_HASH: mark, CONFIG_MIRROR: mark, CONFIG_SEEN: rfc3339(deps.world.unix), CONFIG_SOURCE: "file"}
    given = pod["metadata"].get("annotations")
    owner = {"apiVersion": "v1", "controller": True, "kind": "Node", "name": deps.node}
    metadata = {
        **{key: value for key, value in pod["metadata"].items() if key not in static_pods.GIVEN},
        "annotations": {**(given if isinstance(given, dict) else {}), **notes},
        "ownerReferences": [{**owner, "uid": str(node.get("metadata", {}).get("uid", ""))}],
    }
    tolerations = pod["spec"].get("tolerations")
    tolerations = [*(tolerations if isinstance(tolerations, list) else []), EVERYTHING]
    spec = {**pod["spec"], "nodeName": deps.node, "tolerations": tolerations}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def forget(deps: Deps, uid: str) -> None:
    """The file of a static Pod is gone or says something else: take the Pod down, and its mirror away."""
    manifest = static_pods.manifests(deps).pop(uid, None)
    worker = workers.table(deps).get(uid)
    if manifest is None:
        return
    metadata = manifest["metadata"]
    if worker is not None:
        grace = manifest["spec"].get("terminationGracePeriodSeconds", 30)
        pod = workers.find_pod(deps, worker) or {"apiVersion": "v1", "kind": "Pod", **manifest}
        worker["orphan"] = {**pod, "metadata": {**pod["metadata"], "deletionGracePeriodSeconds": grace}}
        worker["dirty"] = True
        deps.wake(uid, 0)
    try:
        deps.api.delete("pods", metadata["namespace"], metadata["name"], grace=0)
    except ApiError:
        return


def fingerprint(deps: Deps, name: str, data: bytes) -> str:
    """Of a file on this node; it is the UID of its Pod."""
    text = f"host:{deps.node}\nfile:{FOLDER}/{name}\n".encode() + data
    return hashlib.md5(text, usedforsecurity=False).hexdigest()
