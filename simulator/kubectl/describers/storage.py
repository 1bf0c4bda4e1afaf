"""Volumes of the cluster and claims to them in a description (models the describers of storage)."""

from simulator.kubectl.describers.events import describe_events_of
from simulator.kubectl.describers.page import Obj, Page, Reader, moment
from simulator.kubectl.describers.volumes import source_fields

MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def modes(each: list[str] | None) -> str:
    """Access modes, shortened, in the order of the API's own list."""
    return ",".join(MODES[mode] for mode in MODES if mode in (each or []))


def describe_claim(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a PersistentVolumeClaim."""
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    bound = bool(spec.get("volumeName"))
    page.field("Name", metadata.get("name", ""))
    page.field("Namespace", metadata.get("namespace", ""))
    page.field("StorageClass", spec.get("storageClassName") or "")
    page.field(
        "Status",
        f"Terminating (lasts {reader.age(metadata['deletionTimestamp'])})"
        if metadata.get("deletionTimestamp")
        else status.get("phase", ""),
    )
    page.field("Volume", spec.get("volumeName") or "")
    page.labels(obj)
    page.field("Finalizers", f"[{' '.join(metadata.get('finalizers') or [])}]")
    page.field("Capacity", (status.get("capacity") or {}).get("storage", "") if bound else "")
    page.field("Access Modes", modes(status.get("accessModes")) if bound else "")
    page.options([("VolumeMode", spec.get("volumeMode"))])
    page.column("Used By", _users(reader, metadata))
    describe_events_of(page, reader, obj)


def _users(reader: Reader, metadata: Obj) -> list[str]:
    names = []
    for pod in reader.list("pods", metadata.get("namespace")):
        claims = [
            (each.get("persistentVolumeClaim") or {}).get("claimName")
            for each in (pod.get("spec") or {}).get("volumes") or []
        ]
        if metadata.get("name") in claims:
            names.append(pod["metadata"]["name"])
    return names


def describe_volume(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a PersistentVolume."""
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    claim = spec.get("claimRef") or {}
    page.field("Name", metadata.get("name", ""))
    page.labels(obj)
    page.field("Finalizers", f"[{' '.join(metadata.get('finalizers') or [])}]")
    page.field("StorageClass", spec.get("storageClassName") or "")
    page.field("Status", status.get("phase", ""))
    page.field("Claim", f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "")
    page.field("Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    page.field("Access Modes", modes(spec.get("accessModes")))
    page.options([("VolumeMode", spec.get("volumeMode"))])
    page.field("Capacity", (spec.get("capacity") or {}).get("storage", ""))
    _affinity(page, spec)
    page.field("Message", status.get("message", ""))
    page.line(0, "Source:")
    for name, value in source_fields(
        {
            key: value
            for key, value in spec.items()
            if isinstance(value, dict) and key not in ("capacity", "claimRef", "nodeAffinity")
        }
    ):
        page.field(f"    {name}", value)
    describe_events_of(page, reader, obj)


def _affinity(page: Page, spec: Obj) -> None:
    terms = ((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or []
    if not terms:
        page.field("Node Affinity", "<none>")
        return
    page.field("Node Affinity", "")
    page.field("Required Terms", "", 1)
    for number, term in enumerate(terms):
        expressions = term.get("matchExpressions") or []
        texts = [
            f"{each.get('key', '')} {str(each.get('operator', '')).lower()} [{', '.join(each.get('values') or [])}]"
            for each in expressions
        ]
        page.column(f"Term {number}", texts, 2)


def describe_class(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a StorageClass."""
    annotations = obj["metadata"].get("annotations") or {}
    page.field("Name", obj["metadata"].get("name", ""))
    page.field("IsDefaultClass", "Yes" if annotations.get(DEFAULT_CLASS) == "true" else "No")
    page.in_one("Annotations", annotations)
    page.field("Provisioner", obj.get("provisioner", ""))
    page.in_one("Parameters", obj.get("parameters"))
    expansion = obj.get("allowVolumeExpansion")
    page.field("AllowVolumeExpansion", "<unset>" if expansion is None else str(expansion))
    options = obj.get("mountOptions") or []
    page.line(0, "MountOptions:" if options else "MountOptions:\t<none>")
    for option in options:
        page.line(1, str(option))
    page.options([("ReclaimPolicy", obj.get("reclaimPolicy")), ("VolumeBindingMode", obj.get("volumeBindingMode"))])
    describe_events_of(page, reader, obj)


def describe_attributes_class(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a VolumeAttributesClass."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.in_one("Annotations", obj["metadata"].get("annotations"))
    page.field("DriverName", obj.get("driverName", ""))
    page.in_one("Parameters", obj.get("parameters"))
    describe_events_of(page, reader, obj)


def describe_csi_node(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a CSINode."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.labels(obj)
    page.field("CreationTimestamp", moment(obj["metadata"].get("creationTimestamp")))
    page.line(0, "Spec:")
    drivers = (obj.get("spec") or {}).get("drivers")
    if drivers is not None:
        page.line(1, "Drivers:")
    for driver in drivers or []:
        page.line(2, f"{driver.get('name', '')}:")
        page.field("Node ID", driver.get("nodeID", ""), 3)
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None:
            page.line(3, "Allocatables:")
            page.field("Count", count, 4)
        if driver.get("topologyKeys") is not None:
            page.field("Topology Keys", f"[{' '.join(driver['topologyKeys'])}]", 3)
    describe_events_of(page, reader, obj)
