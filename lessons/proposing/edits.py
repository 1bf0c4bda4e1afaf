"""What somebody changed with `kubectl edit`, as a command that can be played again: `kubectl patch`."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

import yaml

NAMED = ("containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets")
SYSTEM = ("status", "managedFields", "resourceVersion", "uid", "generation", "creationTimestamp")


def patched(before: str, after: str) -> str | None:
    """The command line that changes the object which *before* says as *after* says it; None if it is not one object, or nothing
    was changed."""
    old, new = loaded(before), loaded(after)
    if old is None or new is None or "items" in new:
        return None
    metadata = new.get("metadata") or {}
    change = strategic(old, new)
    if not change or not metadata.get("name") or not new.get("kind"):
        return None
    group = str(new.get("apiVersion", "")).partition("/")
    kind = str(new["kind"]).lower() + (f".{group[2]}.{group[0]}" if group[1] else "")
    words = ["kubectl", "patch", kind, str(metadata["name"])]
    if metadata.get("namespace", "default") != "default":
        words += ["-n", str(metadata["namespace"])]
    return shlex.join([*words, "-p", json.dumps(change, ensure_ascii=False)])


def loaded(text: str) -> dict[str, Any] | None:
    """The object in *text*; None if there is not just one."""
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def strategic(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The strategic merge patch from *old* to *new*, without what the API server keeps for itself."""
    found: dict[str, Any] = {key: None for key in old if key not in new and key not in SYSTEM}
    for key, value in new.items():
        inner = old.get(key)
        if key in SYSTEM or inner == value:
            continue
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            found[key] = strategic(inner, value)
        else:
            found[key] = by_name(inner, value) if key in NAMED and isinstance(inner, list) else value
    return {key: value for key, value in found.items() if value != {} or new.get(key) == {}}


def by_name(old: list[Any], new: list[Any]) -> list[dict[str, Any]]:
    """The same for a list whose entries are known by their names: only what has changed of them, since the rest may hold names
    that the cluster made up."""
    was = {entry["name"]: entry for entry in old}
    now = {entry["name"]: entry for entry in new}
    gone = [{"$patch": "delete", "name": name} for name in was if name not in now]
    changed = [
        {"name": name, **strategic(was.get(name, {}), entry)} for name, entry in now.items() if was.get(name) != entry
    ]
    return [*changed, *gone]
