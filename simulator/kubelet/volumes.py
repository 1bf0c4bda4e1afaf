"""Mounts the volumes of a Pod before its containers start, and keeps their files fresh (pkg/kubelet/volumemanager)."""

from collections.abc import Callable
from typing import Any

from simulator.api.quantities import units
from simulator.api.requests import Obj
from simulator.kernel.units import SECOND
from simulator.kubelet import workers
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.image_volumes import SOURCE
from simulator.kubelet.payloads import DEFAULT_MODE, PAYLOADS, ClaimError, Files, MountError, fs_user
from simulator.runtime.cri_api import CriError

PROVISIONED = "pv.kubernetes.io/provisioned-by"
SHARED = "shared"  # whose volumes belong to no Pod and to no node: what a provisioner makes that all nodes reach
# Payloads lie in memory and everybody may write there, but for those that need not be kept secret.
IN_MEMORY: dict[str, Any] = {"medium": "Memory", "mode": 0o1777}
PLACES: dict[str, dict[str, Any]] = {"configMap": {"medium": ""}}
FOLDERS = {
    "emptyDir": "kubernetes.io~empty-dir",
    "configMap": "kubernetes.io~configmap",
    "secret": "kubernetes.io~secret",
    "downwardAPI": "kubernetes.io~downward-api",
    "projected": "kubernetes.io~projected",
}
FIRST_RETRY = SECOND // 2
LONGEST_RETRY = 122 * SECOND
FAILED = 'MountVolume.SetUp failed for volume "{name}" : {error}'


def mount_all(deps: Deps, worker: Worker, pod: Obj, *, adopting: bool = False) -> dict[str, str]:
    """Mount what is not mounted yet; why those could not be that are left, by name. *adopting*: what is missing comes later."""
    problems: dict[str, str] = {}
    for volume in pod["spec"].get("volumes") or ():
        if volume["name"] in worker["volumes"]:
            continue
        try:
            worker["volumes"][volume["name"]] = mount(deps, worker, pod, volume)
        except (MountError, CriError) as error:
            problems[volume["name"]] = str(error)
            if not isinstance(error, ClaimError) and not adopting:
                deps.event(pod, "Warning", "FailedMount", FAILED.format(name=volume["name"], error=error))
            if adopting:
                made = deps.cri.volume_create(worker["uid"], volume["name"], folder=folder(volume))
                worker["volumes"][volume["name"]] = f"volume:{made}"
    return problems


def kind_of(volume: Obj) -> str:
    """The plug-in that a volume belongs to."""
    return next((key for key in volume if key != "name"), "emptyDir")


def folder(volume: Obj) -> str:
    """The folder of a volume's plug-in on the node (kubernetes.io/empty-dir and its kin); empty if there is nothing to see of it."""
    return FOLDERS.get(kind_of(volume), "")


def mount(deps: Deps, worker: Worker, pod: Obj, volume: Obj) -> str:
    """Set one volume up: what a container mounts (see runtime/cri_api.py); raises MountError."""
    kind = kind_of(volume)
    if kind in PAYLOADS:
        files = payload(deps, pod, volume)
        group = fs_group(pod)
        place = PLACES.get(kind) or IN_MEMORY | {"size_limit": memory_size(pod)}
        source = deps.cri.volume_create(worker["uid"], volume["name"], **place, gid=group, folder=folder(volume))
        deps.cri.volume_write(source, files, gid=group, owners=owners(pod, volume))
        return f"volume:{source}"
    if kind not in PLUGINS:
        raise MountError(f"not simulated here: volumes of type {kind}")
    return PLUGINS[kind](deps, worker, pod, volume)


def payloads(pod: Obj) -> list[str]:
    """The names of the Pod's volumes whose files the kubelet writes."""
    return [volume["name"] for volume in pod["spec"].get("volumes") or () if kind_of(volume) in PAYLOADS]


def payload(deps: Deps, pod: Obj, volume: Obj) -> Files:
    """The files that a volume with a payload holds now."""
    kind = kind_of(volume)
    source = volume[kind] or {}
    return PAYLOADS[kind](deps, pod, source, source.get("defaultMode", DEFAULT_MODE))


def fs_group(pod: Obj) -> int | None:
    """The group that owns the files of the Pod's volumes, if there is one."""
    group: int | None = (pod["spec"].get("securityContext") or {}).get("fsGroup")
    return group


def memory_size(pod: Obj) -> int | None:
    """How much the Pod's volumes in memory can hold: what its containers may use together, if that is limited."""
    spec = pod["spec"]
    whole = (spec.get("resources") or {}).get("limits") or {}
    if "memory" in whole:
        return units(whole["memory"])
    begun, most = 0, 0  # the side-cars that run by then, and the most that ever is in use
    for each in spec.get("initContainers") or ():
        limit = ((each.get("resources") or {}).get("limits") or {}).get("memory")
        if limit is None:
            return None
        most = max(most, begun + units(limit))
        begun += units(limit) if each.get("restartPolicy") == "Always" else 0
    for each in spec["containers"]:
        limit = ((each.get("resources") or {}).get("limits") or {}).get("memory")
        if limit is None:
            return None
        begun += units(limit)
    return max(most, begun)


def owners(pod: Obj, volume: Obj) -> dict[str, int]:
    """The files of a volume that belong to somebody else than root: tokens, where all containers have the same user."""
    user = fs_user(pod)
    if user is None:
        return {}
    sources = ((volume.get("projected") or {}).get("sources")) or ()
    return {each["serviceAccountToken"]["path"]: user for each in sources if "serviceAccountToken" in each}


def refresh(deps: Deps, worker: Worker, pod: Obj) -> None:
    """Bring mounted payloads up to date; what is missing now stays as it was, and is tried again at growing distances."""
    problems = renew(deps, worker, pod)
    for name, error in problems.items():
        deps.event(pod, "Warning", "FailedMount", FAILED.format(name=name, error=error))
    delay = min(worker.pop("remount", FIRST_RETRY // 2) * 2, LONGEST_RETRY)
    if problems:
        worker["remount"] = delay
        workers.schedule(deps, worker, deps.world.now + delay)


def renew(deps: Deps, worker: Worker, pod: Obj) -> dict[str, str]:
    """Write the payloads anew where they have changed; why those could not be that are left, by the name of the volume."""
    problems: dict[str, str] = {}
    for volume in pod["spec"].get("volumes") or ():
        source = worker["volumes"].get(volume["name"], "")
        if kind_of(volume) not in PAYLOADS or not source:
            continue
        try:
            files = payload(deps, pod, volume)
        except MountError as error:
            problems[volume["name"]] = str(error)
            continue
        deps.cri.volume_write(source.removeprefix("volume:"), files, gid=fs_group(pod), owners=owners(pod, volume))
    return problems


def references(pod: Obj, resource: str, name: str) -> bool:
    """Whether a volume of the Pod takes its files from the ConfigMap or Secret *name*."""
    key = {"configmaps": "configMap", "secrets": "secret"}[resource]
    for volume in pod["spec"].get("volumes") or ():
        sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
        for source in sources:
            entry = source.get(key) or {}
            if name in (entry.get("name"), entry.get("secretName")):
                return True
    return False


def empty_dir(deps: Deps, worker: Worker, pod: Obj, volume: Obj) -> str:
    """An `emptyDir`."""
    source: dict[str, Any] = volume.get("emptyDir") or {}
    limit = source.get("sizeLimit")
    size = None if limit is None else units(limit)
    medium, group = source.get("medium", ""), fs_group(pod)
    if medium == "Memory":
        size = min((each for each in (size, memory_size(pod)) if each), default=None)
    known: dict[str, Any] = {"medium": medium, "size_limit": size, "folder": folder(volume)}
    made = deps.cri.volume_create(worker["uid"], volume["name"], gid=group, **known)
    return f"volume:{made}"


def host_path(deps: Deps, worker: Worker, pod: Obj, volume: Obj) -> str:
    """A `hostPath`: a file or directory of the node."""
    source = volume["hostPath"]
    deps.cri.host_path(source["path"], source.get("type") or "")
    return str(source["path"])


def claim(deps: Deps, worker: Worker, pod: Obj, volume: Obj) -> str:
    """A `persistentVolumeClaim` that is bound to a volume on this node."""
    return persistent(deps, pod, volume["persistentVolumeClaim"]["claimName"])


def ephemeral(deps: Deps, worker: Worker, pod: Obj, volume: Obj) -> str:
    """An `ephemeral` volume: its claim is named after the Pod."""
    return persistent(deps, pod, f"{pod['metadata']['name']}-{volume['name']}")


def persistent(deps: Deps, pod: Obj, name: str) -> str:
    """The place on the node of the volume to which the claim *name* is bound."""
    namespace = pod["metadata"]["namespace"]
    found = deps.find("persistentvolumeclaims", namespace, name)
    about = f"error processing PVC {namespace}/{name}: "
    if found is None:
        raise ClaimError(f'{about}failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found')
    bound = deps.find("persistentvolumes", None, found["spec"].get("volumeName", ""))
    if bound is None or (found.get("status") or {}).get("phase") != "Bound":
        raise ClaimError(f"{about}PVC is not bound")
    return place(deps, bound)


def place(deps: Deps, volume: Obj) -> str:
    """Where a persistent volume lies. Whoever provisioned one has made its directory; else it has to be there."""
    made = PROVISIONED in (volume["metadata"].get("annotations") or {})
    if made and "csi" in volume["spec"]:
        return f"volume:{deps.cri.volume_create(SHARED, volume['metadata']['name'])}"
    for kind, check in (("hostPath", ""), ("local", "Directory")):
        if source := volume["spec"].get(kind):
            deps.cri.host_path(source["path"], "DirectoryOrCreate" if made else source.get("type") or check)
            return str(source["path"])
    raise MountError(f"not simulated here: the kind of persistent volume {volume['metadata']['name']}")


def image(deps: Deps, worker: Worker, pod: Obj, volume: Obj) -> str:
    """An `image`: it is pulled later, and the runtime mounts it."""
    return f"{SOURCE}{volume['image'].get('reference', '')}"


PLUGINS: dict[str, Callable[[Deps, Worker, Obj, Obj], str]] = {
    "emptyDir": empty_dir,
    "hostPath": host_path,
    "persistentVolumeClaim": claim,
    "ephemeral": ephemeral,
    "image": image,
}


def unmount_all(deps: Deps, worker: Worker) -> None:
    """Take the volumes away that belong to the Pod; persistent ones stay."""
    for source in worker["volumes"].values():
        if source.startswith("volume:") and not source.startswith(f"volume:{SHARED}/"):
            deps.cri.volume_remove(source.removeprefix("volume:"))
    worker["volumes"] = {}
