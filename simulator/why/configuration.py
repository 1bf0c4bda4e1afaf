"""Which part of a container's configuration, or of a Pod's volumes, names something that is not there: looked up afresh."""

from collections.abc import Iterator

from simulator.api.requests import Obj
from simulator.kubelet.config_error import ConfigError
from simulator.kubelet.payloads import read_all
from simulator.kubelet.security import effective, verify_non_root
from simulator.runtime.cri_api import CriError
from simulator.why import storage
from simulator.why import volumes as stored
from simulator.why.chain import Chain, Evidence, Link, Path
from simulator.why.inquiry import Inquiry, ref, within
from simulator.why.near import nearest

CONFIG_MAP, SECRET = ("configmaps", "ConfigMap"), ("secrets", "Secret")
ENV_SOURCES = {"configMapKeyRef": CONFIG_MAP, "secretKeyRef": SECRET}
FROM_SOURCES = {"configMapRef": CONFIG_MAP, "secretRef": SECRET}
VOLUME_SOURCES = {"configMap": (*CONFIG_MAP, "name"), "secret": (*SECRET, "secretName")}
Wanted = tuple[tuple[str, str], str, str, bool, Path]  # resource and kind, name, key, optional, path


def links(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, evidence: tuple[Evidence, ...]) -> list[Link]:
    """The links behind CreateContainerConfigError."""
    found = [link for wanted in asked(container, path) if (link := missing(inquiry, pod, wanted, evidence))]
    found += root(inquiry, pod, container, path, evidence)
    return found or [Link("config.other", {"container": container["name"]}, ref("pods", pod), path, evidence)]


def asked(container: Obj, path: Path) -> Iterator[Wanted]:
    """What the environment takes from ConfigMaps and Secrets."""
    for at, source in enumerate(container.get("envFrom") or ()):
        for field, kind in FROM_SOURCES.items():
            if field in source:
                entry = source[field] or {}
                yield (
                    kind,
                    entry.get("name", ""),
                    "",
                    bool(entry.get("optional")),
                    (*path, "envFrom", at, field),
                )
    for at, variable in enumerate(container.get("env") or ()):
        for field, kind in ENV_SOURCES.items():
            if entry := (variable.get("valueFrom") or {}).get(field):
                place = (*path, "env", at, "valueFrom", field)
                yield kind, entry.get("name", ""), entry["key"], bool(entry.get("optional")), place


def missing(inquiry: Inquiry, pod: Obj, wanted: Wanted, evidence: tuple[Evidence, ...]) -> Link | None:
    """The link for something that is not there; None if it is, or need not be."""
    (resource, kind), name, key, optional, path = wanted
    namespace, about = pod["metadata"]["namespace"], ref("pods", pod)
    found = inquiry.find(resource, namespace, name)
    if optional or (found is not None and (not key or key in read_all(found))):
        return None
    if found is None:
        close = nearest(name, inquiry.names(resource, namespace))
        elsewhere = [obj["metadata"]["namespace"] for obj in inquiry.all(resource) if obj["metadata"]["name"] == name]
        values = {"object": kind, "name": name, "namespace": namespace}
        commands = (f"kubectl get {resource}{within(namespace)}",)
        if elsewhere:
            return Link("config.elsewhere", {**values, "elsewhere": elsewhere[0]}, about, path, evidence, commands)
        path = path if path[-1] in ("name", "secretName") else (*path, "name")
        kind = "config.object_near" if close else "config.object"
        return Link(kind, values | ({"near": close} if close else {}), about, path, evidence, commands)
    keys = list(read_all(found))
    close = nearest(key, keys)
    values = {"object": kind, "name": name, "key": key, "keys": ", ".join(keys) or "-"}
    commands = (f"kubectl describe {resource} {name}{within(namespace)}",)
    path = path if path[-1] == "key" else (*path, "key")
    kind = "config.key_near" if close else "config.key"
    return Link(kind, values | ({"near": close} if close else {}), about, path, evidence, commands)


def root(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, evidence: tuple[Evidence, ...]) -> list[Link]:
    """The container may not run as root, and would."""
    node = pod["spec"].get("nodeName", "")
    try:
        image = inquiry.cluster.machines.cri(node).image_status(container["image"]) or {}
        verify_non_root(pod, container, str(image.get("user") or ""))
    except (ConfigError, CriError, KeyError):
        mine = "runAsNonRoot" in (container.get("securityContext") or {})
        place: Path = (*(path if mine else ("spec",)), "securityContext", "runAsNonRoot")
        if effective(pod, container, "runAsNonRoot"):
            return [Link("config.root", {"image": container["image"]}, ref("pods", pod), place, evidence)]
    return []


def volumes(inquiry: Inquiry, pod: Obj) -> list[Link]:
    """The links for each volume that cannot be mounted, with what it names."""
    mounted = inquiry.worker(pod).get("volumes", {})
    found: list[Link] = []
    for at, volume in enumerate(pod["spec"].get("volumes") or ()):
        if volume["name"] not in mounted:
            found += volume_links(inquiry, pod, volume, ("spec", "volumes", at))
    return found


def volume_links(inquiry: Inquiry, pod: Obj, volume: Obj, path: Path) -> list[Link]:
    """The links for one volume."""
    about, evidence = ref("pods", pod), inquiry.told(pod, "FailedMount", "FailedAttachVolume")
    node = str(pod["spec"].get("nodeName", ""))
    if claim := claim_of(pod, volume):
        return claimed(inquiry, pod, claim, (*path, "persistentVolumeClaim", "claimName"), evidence)
    if "hostPath" in volume:
        here = (*path, "hostPath", "type")
        if link := stored.on_node(inquiry, node, volume["hostPath"], about, here, evidence):
            return [link]
    wanted = [each for each in volume_asked(volume, path) if missing(inquiry, pod, each, evidence)]
    links = [link for each in wanted if (link := missing(inquiry, pod, each, evidence))]
    if links or not evidence:
        return links
    kind = next((key for key in volume if key != "name"), "emptyDir")
    return [Link("volume.failed", {"volume": volume["name"], "type": kind}, about, (*path, kind), evidence)]


def claim_of(pod: Obj, volume: Obj) -> str:
    """The claim behind a volume of a Pod; empty if there is none."""
    if "ephemeral" in volume:
        return f"{pod['metadata']['name']}-{volume['name']}"
    return str((volume.get("persistentVolumeClaim") or {}).get("claimName", ""))


def claimed(inquiry: Inquiry, pod: Obj, name: str, path: Path, evidence: tuple[Evidence, ...]) -> list[Link]:
    """The links for a volume behind a claim: there is no such claim, it is not bound, or its volume is not on the node."""
    claim = inquiry.find("persistentvolumeclaims", pod["metadata"]["namespace"], name)
    if claim is None:
        return [storage.missing(inquiry, pod, name, path)]
    if links := [link for link in storage.claim(inquiry, claim).links if link.kind != "claim.bound"]:
        return links
    volume = inquiry.find("persistentvolumes", None, str(claim["spec"].get("volumeName", "")))
    for kind in ("hostPath", "local") if volume else ():
        source = (volume or {})["spec"].get(kind)
        wanted = {"type": "Directory"} if kind == "local" else {}
        about, here = ref("persistentvolumes", volume or {}), ("spec", kind, "path")
        node = str(pod["spec"].get("nodeName", ""))
        if source and (link := stored.on_node(inquiry, node, wanted | source, about, here, evidence)):
            return [link]
    return [Link("volume.failed", {"volume": name, "type": "persistentVolumeClaim"}, ref("pods", pod), path, evidence)]


def volume_asked(volume: Obj, path: Path) -> Iterator[Wanted]:
    """What a volume, or a source of a projected one, takes its files from."""
    sources = [(volume, path)]
    projected = (volume.get("projected") or {}).get("sources") or ()
    sources += [(source, (*path, "projected", "sources", at)) for at, source in enumerate(projected)]
    for source, place in sources:
        for field, (resource, kind, name) in VOLUME_SOURCES.items():
            if field not in source:
                continue
            entry, here = source[field] or {}, (*place, field)
            called = entry.get(name) or entry.get("name") or ""
            optional = bool(entry.get("optional"))
            yield (resource, kind), called, "", optional, (*here, name)
            for at, item in enumerate(entry.get("items") or ()):
                yield (resource, kind), called, item["key"], optional, (*here, "items", at, "key")


def not_mounted(inquiry: Inquiry, pod: Obj) -> Chain | None:
    """The chain for a Pod whose volumes are not there yet; None if they all are, or nobody has tried."""
    links = volumes(inquiry, pod)
    if not links:
        return None
    names = [volume["name"] for volume in pod["spec"].get("volumes") or ()]
    waiting = [name for name in names if name not in inquiry.worker(pod).get("volumes", {})]
    first = Link(
        "volume.waits", {"volumes": ", ".join(waiting)}, ref("pods", pod), evidence=inquiry.told(pod, "FailedMount")
    )
    return Chain([first, *links])
