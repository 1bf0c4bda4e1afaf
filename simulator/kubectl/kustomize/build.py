"""`kubectl kustomize` and `-k`: plain manifests and an overlay make other manifests (models kustomize's api/krusty)."""

from posixpath import join
from typing import Any

from simulator.kubectl.failures import Failure
from simulator.kubectl.kustomize import changing, generating, naming, patching
from simulator.kubectl.kustomize.reading import Obj, documents, kustomization
from simulator.runtime.syscalls import Sys

MOST_FOLDERS = 50
MOST_OBJECTS = 1_000


def build(sys: Sys, folder: str) -> list[Obj]:
    """The objects that the kustomization in *folder* makes."""
    objects = naming.with_references(accumulated(sys, folder.rstrip("/") or "/", []))
    return [naming.bare(each) for each in sorted(objects, key=_rank)]


# What others may need comes first, what may stand in the way of others last; all else is in between.
FIRST = (
    *(
        "Namespace",
        "ResourceQuota",
        "StorageClass",
        "CustomResourceDefinition",
        "ServiceAccount",
        "PodSecurityPolicy",
        "Role",
    ),
    *("ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange"),
    *("PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob"),
    "PodDisruptionBudget",
)
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
ORDER = {kind: at - len(FIRST) for at, kind in enumerate(FIRST)} | {kind: at + 1 for at, kind in enumerate(LAST)}


def _rank(obj: Obj) -> tuple[Any, ...]:
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    metadata = obj["metadata"]
    return ORDER.get(obj["kind"], 0), group, version, obj["kind"], metadata.get("namespace", ""), metadata["name"]


def accumulated(sys: Sys, folder: str, above: list[str]) -> list[Obj]:
    """The objects of one folder with those below it; names are final, references to them are not."""
    if folder in above:
        raise Failure(f"cycle detected: candidate root '{folder}' contains visited root '{above[-1]}'")
    if len(above) > MOST_FOLDERS:
        raise Failure(f"not simulated here: more than {MOST_FOLDERS} kustomizations below each other")
    wanted = kustomization(sys, folder)
    objects = [obj for path in _resources(wanted) for obj in _loaded(sys, folder, path, above)]
    objects = generating.generated(sys, folder, wanted, objects)
    objects = patching.patched(sys, folder, wanted, objects)
    if len(objects) > MOST_OBJECTS:
        raise Failure(f"not simulated here: more than {MOST_OBJECTS} objects from a kustomization")
    return [changing.changed(wanted, obj) for obj in objects]


def _resources(wanted: Obj) -> list[str]:
    return [str(path) for field in ("resources", "bases") for path in wanted.get(field) or []]


def _loaded(sys: Sys, folder: str, path: str, above: list[str]) -> list[Obj]:
    """What a line under `resources` stands for: a file, or another folder with a kustomization."""
    if "://" in path or path.startswith("github.com/"):
        raise Failure(f"not simulated here: reading {path} from the Internet")
    whole = join(folder, path)
    if sys.exists(whole) and sys.stat(whole).kind == "dir":
        return accumulated(sys, whole, [*above, folder])
    if not sys.exists(whole):
        raise Failure(
            f"accumulating resources: accumulation err='accumulating resources from '{path}': open {_absolute(sys, whole)}: "
            f"no such file or directory': must build at directory: not a valid directory: evalsymlink failure on "
            f"'{_absolute(sys, whole)}' : lstat {_absolute(sys, whole)}: no such file or directory"
        )
    return [naming.begun(obj) for value in documents(sys, whole) for obj in _flat(value, path)]


def _absolute(sys: Sys, path: str) -> str:
    return path if path.startswith("/") else join(sys.cwd, path)


def _flat(value: Any, path: str) -> list[Obj]:
    """The objects of a document, which may be a List."""
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        return [obj for item in value["items"] for obj in _flat(item, path)]
    if not isinstance(value, dict) or not value.get("kind"):
        raise Failure(
            f"accumulating resources: accumulation err='accumulating resources from '{path}': missing Resource metadata'"
        )
    if not (value.get("metadata") or {}).get("name"):
        raise Failure(
            f"accumulating resources: accumulation err='accumulating resources from '{path}': missing metadata.name in object'"
        )
    return [value]
