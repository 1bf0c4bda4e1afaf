"""An API server for tests of its rules: what it says of an object that it does not take."""

from typing import Any

import yaml

from simulator.api.errors import ApiError, Invalid
from simulator.api.names import CONFIG_KEY_ERROR as KEY
from simulator.api.names import LABEL_ERROR as LAB
from simulator.api.names import LABEL_VALUE_ERROR as LV
from simulator.api.names import QUALIFIED_ERROR as QN
from simulator.api.names import SUBDOMAIN_ERROR as SUB
from simulator.api.resources import RESOURCES
from simulator.apiserver.server import APIServer
from simulator.kernel.world import World

__all__ = ["IP", "KEY", "LAB", "LV", "QN", "SUB", "C", "changed", "refused", "server"]
IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
C = "spec.containers[0]"
EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]
PLURALS = {found.kind: name for name, found in RESOURCES.items() if not name.startswith("events.")}


def server() -> APIServer:
    """A cluster with a namespace and its account, and nothing else."""
    api = APIServer(World.create(seed=1, epoch=EPOCH))
    api.create("namespaces", {"metadata": {"name": "default"}})
    api.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "default"}})
    return api


def complete(kind: str, text: str) -> Obj:
    """The object in *text* (YAML), with a name and a namespace if it has none."""
    obj: Obj = yaml.safe_load(text) or {}
    metadata = obj.setdefault("metadata", {})
    metadata.setdefault("name", "x")
    if RESOURCES[PLURALS[kind]].namespaced:
        metadata.setdefault("namespace", "default")
    return obj


def refused(kind: str, text: str, api: APIServer | None = None) -> list[str]:
    """The mistakes in an object that is new, as kubectl lists them; empty if it is taken."""
    try:
        (api or server()).create(PLURALS[kind], complete(kind, text))
    except Invalid as error:
        return causes(error)
    except ApiError as error:
        return [str(error)]
    return []


def changed(kind: str, before: str, after: str) -> list[str]:
    """The mistakes in a change of an object: *after* is merged into what *before* became."""
    api = server()
    old = api.create(PLURALS[kind], complete(kind, before))
    try:
        api.update(PLURALS[kind], merged(old, yaml.safe_load(after)))
    except Invalid as error:
        return causes(error)
    return []


def merged(old: Obj, new: Obj) -> Obj:
    """A JSON merge patch."""
    result = {**old, **new}
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            result[key] = merged(old[key], value)
        elif value is None:
            result.pop(key)
    return result


def causes(error: Invalid) -> list[str]:
    """Each mistake once."""
    found = [f"{each['field']}: {each['message']}" for each in error.details["causes"]]
    return list(dict.fromkeys(found))
