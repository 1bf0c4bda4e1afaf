"""The files of configMap, secret, downwardAPI and projected volumes (pkg/volume/{configmap,secret,downwardapi,projected})."""

import base64
from collections.abc import Callable

from simulator.api.requests import Obj
from simulator.api.timestamps import rfc3339_nano
from simulator.kubelet import workers
from simulator.kubelet.deps import Deps
from simulator.kubelet.downward import field_value, resource_value
from simulator.kubelet.naming import CONFIG_SEEN, CONFIG_SOURCE, uid_of
from simulator.kubelet.tokens import service_account_token

Files = dict[str, tuple[bytes, int]]  # path: content, mode
DEFAULT_MODE = 0o644
KINDS = {"configmap": "configmaps", "secret": "secrets"}


class MountError(Exception):
    """A volume cannot be mounted now; the text is what the FailedMount event ends with."""


class ClaimError(MountError):
    """A claim is not ready: there is nothing to be mounted yet, and no event before the kubelet gives up."""


def read_all(obj: Obj) -> dict[str, bytes]:
    """The data of a ConfigMap or Secret as bytes."""
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    if obj.get("kind") == "Secret":
        return {key: base64.b64decode(value) for key, value in data.items()}
    plain = {key: str(value).encode() for key, value in data.items()}
    return plain | {key: base64.b64decode(value) for key, value in binary.items()}


def from_object(deps: Deps, pod: Obj, source: Obj, kind: str, name: str, mode: int) -> Files:
    """The files of a ConfigMap or Secret: all keys, or those of `items` under their paths; raises MountError."""
    obj = deps.find(KINDS[kind], pod["metadata"]["namespace"], name)
    if obj is None:
        if source.get("optional"):
            return {}
        raise MountError(f'{kind} "{name}" not found')
    contents = read_all(obj)
    if not source.get("items"):
        return {key: (value, mode) for key, value in contents.items()}
    files: Files = {}
    for item in source["items"]:
        if item["key"] in contents:
            files[item["path"]] = (contents[item["key"]], item.get("mode", mode))
        elif not source.get("optional"):
            what = "config" if kind == "configmap" else "secret"
            raise MountError(
                f"{'configmap ' if kind == 'configmap' else ''}references non-existent {what} key: {item['key']}"
            )
    return files


def config_map(deps: Deps, pod: Obj, source: Obj, mode: int) -> Files:
    """A `configMap` source."""
    return from_object(deps, pod, source, "configmap", source.get("name", ""), mode)


def secret(deps: Deps, pod: Obj, source: Obj, mode: int) -> Files:
    """A `secret` source, of a volume or of a projection."""
    return from_object(deps, pod, source, "secret", source.get("secretName") or source.get("name", ""), mode)


def downward_api(deps: Deps, pod: Obj, source: Obj, mode: int) -> Files:
    """A `downwardAPI` source."""
    allocatable = (deps.node_object().get("status") or {}).get("allocatable") or {}
    files: Files = {}
    for item in source.get("items") or ():
        if ref := item.get("fieldRef"):
            value = field_value(noted(deps, pod), ref["fieldPath"])
        else:
            value = resource_value(pod, item["resourceFieldRef"], {}, allocatable)
        files[item["path"]] = (value.encode(), item.get("mode", mode))
    return files


def noted(deps: Deps, pod: Obj) -> Obj:
    """The Pod with what the kubelet itself writes down about where it has it from."""
    metadata = pod["metadata"]
    worker = workers.table(deps).get(uid_of(pod))
    seen = rfc3339_nano(worker["start_time"] if worker else deps.world.unix)
    notes = {CONFIG_SEEN: seen, CONFIG_SOURCE: "api"} | (metadata.get("annotations") or {})
    return {**pod, "metadata": {**metadata, "annotations": notes}}


def token(deps: Deps, pod: Obj, source: Obj, mode: int) -> Files:
    """A `serviceAccountToken` source: where the Pod has a user or a group for its files, nobody else reads it."""
    seconds = source.get("expirationSeconds", 3600)
    text = service_account_token(deps, pod, source.get("audience", ""), seconds)
    alone = fs_user(pod) is not None or (pod["spec"].get("securityContext") or {}).get("fsGroup") is not None
    return {source["path"]: (text.encode(), 0o600 if alone else mode)}


def fs_user(pod: Obj) -> int | None:
    """The user as whom all containers run by what the Pod says, if it is one."""
    spec = pod["spec"]
    general = (spec.get("securityContext") or {}).get("runAsUser")
    users = {
        (each.get("securityContext") or {}).get("runAsUser", general)
        for each in (*(spec.get("initContainers") or ()), *spec["containers"])
    }
    return users.pop() if len(users) == 1 else None


PROJECTIONS: dict[str, Callable[[Deps, Obj, Obj, int], Files]] = {
    "configMap": config_map,
    "secret": secret,
    "downwardAPI": downward_api,
    "serviceAccountToken": token,
}


def projected(deps: Deps, pod: Obj, source: Obj, mode: int) -> Files:
    """A `projected` volume: its sources one over the other."""
    files: Files = {}
    for entry in source.get("sources") or ():
        for kind, inner in entry.items():
            if kind not in PROJECTIONS:
                raise MountError(f"not simulated here: projected volume source {kind}")
            files |= PROJECTIONS[kind](deps, pod, inner, mode)
    return files


PAYLOADS: dict[str, Callable[[Deps, Obj, Obj, int], Files]] = {
    "configMap": config_map,
    "secret": secret,
    "downwardAPI": downward_api,
    "projected": projected,
}
