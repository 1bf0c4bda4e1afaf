"""What a kustomization changes in every object: names, namespace, labels, annotations, images, replicas."""

from typing import Any

from simulator.api.resources import by_kind
from simulator.kubectl.kustomize.naming import ORIGIN, UNCHANGED, Obj, renamed

TEMPLATED = frozenset(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"))
SELECTING = frozenset(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"))
MAPPED = frozenset(("Service", "ReplicationController"))  # their selector is a plain map
COUNTED = frozenset(("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"))


def changed(wanted: Obj, obj: Obj) -> Obj:
    """The object after all that *wanted*, a kustomization, says of every object."""
    obj = _namespaced(obj, wanted.get("namespace"))
    obj = _named(obj, str(wanted.get("namePrefix") or ""), str(wanted.get("nameSuffix") or ""))
    obj = _labeled(obj, wanted.get("commonLabels") or {}, selectors=True, templates=True)
    for entry in wanted.get("labels") or []:
        selectors = bool(entry.get("includeSelectors"))
        templates = selectors or bool(entry.get("includeTemplates"))
        obj = _labeled(obj, entry.get("pairs") or {}, selectors=selectors, templates=templates)
    obj = _annotated(obj, wanted.get("commonAnnotations") or {})
    for replicas in wanted.get("replicas") or []:
        obj = _counted(obj, replicas)
    for image in wanted.get("images") or []:
        obj = {**obj, **imaged({key: value for key, value in obj.items() if key == "spec"}, image)}
    return obj


def _namespaced(obj: Obj, namespace: str | None) -> Obj:
    if not namespace:
        return obj
    resource = by_kind(str(obj.get("apiVersion")), str(obj["kind"]))
    if obj["kind"] == "Namespace":
        return {**obj, "metadata": {**obj["metadata"], "name": namespace}}
    if resource is not None and not resource.namespaced:
        return _subjects(obj, namespace)
    return _subjects({**obj, "metadata": {**obj["metadata"], "namespace": namespace}}, namespace)


def _subjects(obj: Obj, namespace: str) -> Obj:
    """The default service account that a binding names moves with it."""
    if not obj["kind"].endswith("RoleBinding"):
        return obj
    moved = [
        {**each, "namespace": namespace}
        if each.get("kind") == "ServiceAccount" and each.get("name") == "default"
        else each
        for each in obj.get("subjects") or []
    ]
    return {**obj, "subjects": moved} if "subjects" in obj else obj


def _named(obj: Obj, prefix: str, suffix: str) -> Obj:
    if not (prefix or suffix) or obj["kind"] in UNCHANGED:
        return obj
    return renamed(obj, f"{prefix}{obj['metadata']['name']}{suffix}")


def put(obj: Any, path: tuple[str, ...], pairs: Obj) -> Any:
    """*obj* with *pairs* merged into the map at *path*, which is made where it is missing."""
    if not path:
        return {**(obj or {}), **pairs}
    head, *rest = path
    return {**(obj or {}), head: put((obj or {}).get(head), tuple(rest), pairs)}


def _labeled(obj: Obj, pairs: Obj, *, selectors: bool, templates: bool) -> Obj:
    if not pairs:
        return obj
    kind = obj["kind"]
    obj = put(obj, ("metadata", "labels"), pairs)
    if templates and kind in TEMPLATED:
        obj = put(obj, ("spec", "template", "metadata", "labels"), pairs)
    if templates and kind == "CronJob":
        obj = put(obj, ("spec", "jobTemplate", "metadata", "labels"), pairs)
        obj = put(obj, ("spec", "jobTemplate", "spec", "template", "metadata", "labels"), pairs)
    if selectors and kind in SELECTING:
        obj = put(obj, ("spec", "selector", "matchLabels"), pairs)
    has = (obj.get("spec") or {}).get("selector") is not None or kind == "ReplicationController"
    if selectors and kind in MAPPED and has:
        obj = put(obj, ("spec", "selector"), pairs)
    if selectors and kind == "PodDisruptionBudget" and (obj.get("spec") or {}).get("selector"):
        obj = put(obj, ("spec", "selector", "matchLabels"), pairs)
    if selectors and kind == "NetworkPolicy":
        obj = put(obj, ("spec", "podSelector", "matchLabels"), pairs)
    return obj


def _annotated(obj: Obj, pairs: Obj) -> Obj:
    if not pairs:
        return obj
    obj = put(obj, ("metadata", "annotations"), pairs)
    if obj["kind"] in TEMPLATED:
        obj = put(obj, ("spec", "template", "metadata", "annotations"), pairs)
    if obj["kind"] == "CronJob":
        obj = put(obj, ("spec", "jobTemplate", "metadata", "annotations"), pairs)
        obj = put(obj, ("spec", "jobTemplate", "spec", "template", "metadata", "annotations"), pairs)
    return obj


def _counted(obj: Obj, replicas: Obj) -> Obj:
    names = [obj["metadata"]["name"], *obj[ORIGIN]["names"]]
    if obj["kind"] not in COUNTED or replicas.get("name") not in names:
        return obj
    return {**obj, "spec": {**(obj.get("spec") or {}), "replicas": replicas.get("count", 0)}}


def imaged(value: Any, image: Obj) -> Any:
    """*value* with the images in its containers replaced as *image* says."""
    if isinstance(value, list):
        return [imaged(each, image) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: imaged(each, image) for key, each in value.items()}
    for field in ("containers", "initContainers"):
        if isinstance(found.get(field), list):
            found[field] = [_with_image(each, image) for each in found[field]]
    return found


def _with_image(container: Any, image: Obj) -> Any:
    if not isinstance(container, dict) or not isinstance(container.get("image"), str):
        return container
    name, tag = split_image(container["image"])
    if name != image.get("name"):
        return container
    name = str(image.get("newName") or name)
    if image.get("digest"):
        tag = f"@{image['digest']}"
    elif image.get("newTag") is not None:
        tag = f":{image['newTag']}"
    return {**container, "image": name + tag}


def split_image(image: str) -> tuple[str, str]:
    """An image's name, and its tag or digest with the sign in front of it."""
    if "@" in image:
        name, _, digest = image.partition("@")
        return name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name, f"@{digest}"
    folder, slash, last = image.rpartition("/")
    name, colon, tag = last.partition(":")
    return f"{folder}{slash}{name}", f"{colon}{tag}"
