"""The line of a manifest behind a field: the file on the learner's machine that brought an object, or what made it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from simulator.api import meta
from simulator.api.resources import RESOURCES
from simulator.api.yaml_places import MOST_BYTES, Places, documents, nearest
from simulator.cluster.hosts import tree
from simulator.kubelet.naming import CONFIG_SOURCE
from simulator.runtime.syscalls import UnixError
from simulator.why.chain import Link, Path
from simulator.why.inquiry import Inquiry, Obj

FOLDERS: tuple[str, ...] = ("/root", "/opt", "/tmp")
STATIC = "/etc/kubernetes/manifests"
ENDINGS = (".yaml", ".yml", ".json")
MOST_FILES = 100
# Where an object's own template stands in what made it; a ReplicaSet has that of its Deployment at the same place.
TEMPLATES: dict[str, Path] = {"pods": ("spec", "template"), "jobs.batch": ("spec", "jobTemplate")}


def with_place(inquiry: Inquiry, link: Link) -> Link:
    """The link with the line that its path leads to, if its object came from a file."""
    if link.place is not None or link.about is None or not link.path:
        return link
    found = place(inquiry, link.about.resource, inquiry.find(*link.about), link.path)
    return replace(link, place=found)


def place(inquiry: Inquiry, resource: str, obj: Obj | None, path: Path) -> dict[str, Any] | None:
    """{host, file, line, text}: the line of an object's *path* in the file that says it, or says what made it."""
    while obj is not None:
        if found := in_files(inquiry, resource, obj, path):
            return found
        owner = inquiry.owner(obj)
        if owner is None:
            return None
        path = (*TEMPLATES.get(resource, ()), *path)
        resource, obj = owner
    return None


def in_files(inquiry: Inquiry, resource: str, obj: Obj, path: Path) -> dict[str, Any] | None:
    """The same in the files that name this object itself."""
    known = RESOURCES.get(resource)
    kind, name = (known.kind if known else str(obj.get("kind", ""))), meta.name(obj)
    namespace = obj["metadata"].get("namespace", "")
    host, folders = inquiry.home, tuple(FOLDERS)
    if meta.annotations(obj).get(CONFIG_SOURCE) == "file":  # a static Pod's name ends with its node's
        host = obj["spec"]["nodeName"]
        folders, name = (STATIC,), name.removesuffix(f"-{host}")
    for file, text in files(inquiry, host, folders):
        for places in documents(text) if name in text else ():
            if names(places, kind, namespace, name):
                return at(host, file, text, places, path)
    return None


def files(inquiry: Inquiry, host: str, folders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Path and text of the manifests of a host, some of them if there are very many."""
    machines = inquiry.cluster.machines
    if host not in inquiry.cluster.state["nodes"]:
        return
    found = [entry for folder in folders for entry in tree(machines, host, folder)]
    for entry in [each for each in found if str(each["path"]).endswith(ENDINGS)][:MOST_FILES]:
        if text := read(inquiry, host, str(entry["path"])):
            yield str(entry["path"]), text


def read(inquiry: Inquiry, host: str, path: str) -> str:
    """The text of a file; empty if there is none, or it is none, or too long."""
    try:
        data = inquiry.cluster.machines.read_file(host, path)
        return data.decode() if len(data) <= MOST_BYTES else ""
    except (UnixError, UnicodeDecodeError):
        return ""


def names(places: Places, kind: str, namespace: str, name: str) -> bool:
    """Whether a document says this object; a document that leaves the namespace out may be of any."""
    said = [places.get(path) for path in (("kind",), ("metadata", "name"), ("metadata", "namespace"))]
    texts = [each.text if each else None for each in said]
    return texts[:2] == [kind, name] and texts[2] in (None, namespace)


def at(host: str, file: str, text: str, places: Places, path: Path) -> dict[str, Any] | None:
    """The place of a path in a document."""
    found = nearest(places, path)
    if found is None or not found[0]:
        return None
    line = found[1].line
    return {"host": host, "file": file, "line": line, "text": text.splitlines()[line - 1].strip()[:200]}
