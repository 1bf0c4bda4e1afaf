"""The other kinds of the core group as rows (pkg/printers/internalversion/printers.go)."""

from typing import Any

from simulator.api import meta
from simulator.apiserver.tables.columns import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    UNSET,
    Column,
    Obj,
    Printer,
    age,
    age_of,
    containers_and_images,
    few,
    integer,
    labels_text,
    name_of,
    part,
    wide,
)

ROLE_PREFIX, OLD_ROLE = "node-role.kubernetes.io/", "kubernetes.io/role"
MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


# --- nodes


def _node_status(node: Obj) -> str:
    ready = meta.condition(node, "Ready")
    word = "Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"
    return word + (",SchedulingDisabled" if part(node, "spec").get("unschedulable") else "")


def _node_roles(node: Obj) -> str:
    labels = meta.labels(node)
    roles = {key.removeprefix(ROLE_PREFIX) for key in labels if key.startswith(ROLE_PREFIX) and key != ROLE_PREFIX}
    if labels.get(OLD_ROLE):
        roles.add(labels[OLD_ROLE])
    return ",".join(sorted(roles)) or NONE


def _address(node: Obj, kind: str) -> str:
    addresses = part(node, "status").get("addresses") or ()
    return next((each["address"] for each in addresses if each.get("type") == kind), NONE)


def _kernel(info: Obj) -> str:
    kernel, architecture = info.get("kernelVersion"), info.get("architecture")
    if not kernel:
        return UNKNOWN
    return f"{kernel} ({architecture})" if architecture else str(kernel)


def _node(node: Obj, now: int) -> list[Any]:
    info = part(node, "status").get("nodeInfo") or {}
    cells = [
        name_of(node),
        _node_status(node),
        _node_roles(node),
        age_of(node, now),
        info.get("kubeletVersion", ""),
    ]
    cells += [
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
    ]
    return [*cells, _kernel(info), info.get("containerRuntimeVersion") or UNKNOWN]


# --- services and endpoints


def _external_ip(spec: Obj, status: Obj) -> str:
    outside = list(spec.get("externalIPs") or ())
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName", ""))
    if spec.get("type") != "LoadBalancer":
        return ",".join(outside) or NONE
    ingress = (status.get("loadBalancer") or {}).get("ingress") or ()
    shown = [each.get("ip") or each.get("hostname", "") for each in ingress]
    return ",".join([*shown, *outside]) or "<pending>"


def _port(port: Obj) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port', 0)}{node_port}/{port.get('protocol', 'TCP')}"


def _service(service: Obj, now: int) -> list[Any]:
    spec = part(service, "spec")
    ports = ",".join(map(_port, spec.get("ports") or ())) or NONE
    cells = [name_of(service), spec.get("type", ""), spec.get("clusterIP") or NONE]
    cells += [_external_ip(spec, part(service, "status")), ports, age_of(service, now)]
    return [*cells, labels_text(spec.get("selector"))]


def _endpoints(endpoints: Obj, now: int) -> list[Any]:
    subsets = endpoints.get("subsets") or []
    texts = []
    for subset in subsets:
        ports = subset.get("ports") or [{}]
        addresses = subset.get("addresses") or ()
        texts += [f"{a['ip']}:{p['port']}" if "port" in p else a["ip"] for p in ports for a in addresses]
    return [name_of(endpoints), few(texts) if subsets else NONE, age_of(endpoints, now)]


# --- events


def _source(event: Obj) -> str:
    source = event.get("source") or {}
    if not source.get("component"):
        instance = event.get("reportingInstance")
        component = event.get("reportingComponent") or ""
        return ", ".join(filter(None, (component, instance)))
    return ", ".join(filter(None, (source["component"], source.get("host"))))


def _event(event: Obj, now: int) -> list[Any]:
    series = event.get("series") or {}
    first = event.get("firstTimestamp") or event.get("eventTime")
    last = series.get("lastObservedTime") or event.get("lastTimestamp") or first
    count = series.get("count") or event.get("count") or 1
    involved = event.get("involvedObject") or {}
    target = f"{involved.get('kind', '').lower()}/{involved.get('name', '')}"
    cells = [age(last, now), event.get("type", ""), event.get("reason", ""), target]
    cells += [
        involved.get("fieldPath", ""),
        _source(event),
        str(event.get("message", "")).strip(),
    ]
    return [*cells, age(first, now), count, name_of(event)]


# --- volumes


def modes(names: list[str] | None) -> str:
    """Access modes, shortened, in their fixed order."""
    return ",".join(short for name, short in MODES.items() if name in (names or ()))


def _volume(volume: Obj, now: int) -> list[Any]:
    spec, status = part(volume, "spec"), part(volume, "status")
    claim = spec.get("claimRef")
    phase = "Terminating" if meta.deleting(volume) else status.get("phase", "")
    cells = [
        name_of(volume),
        (spec.get("capacity") or {}).get("storage", ""),
        modes(spec.get("accessModes")),
    ]
    cells += [spec.get("persistentVolumeReclaimPolicy", ""), phase]
    cells += [f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""]
    cells += [
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or UNSET,
    ]
    return [
        *cells,
        status.get("reason", ""),
        age_of(volume, now),
        spec.get("volumeMode") or UNSET,
    ]


def _claim(claim: Obj, now: int) -> list[Any]:
    spec, status = part(claim, "spec"), part(claim, "status")
    bound = bool(spec.get("volumeName"))
    phase = "Terminating" if meta.deleting(claim) else status.get("phase", "")
    cells = [name_of(claim), phase, spec.get("volumeName", "")]
    cells += [(status.get("capacity") or {}).get("storage", "") if bound else ""]
    cells += [
        modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
    ]
    return [
        *cells,
        spec.get("volumeAttributesClassName") or UNSET,
        age_of(claim, now),
        spec.get("volumeMode") or UNSET,
    ]


# --- the small ones


def _quota(quota: Obj, now: int) -> list[Any]:
    status = part(quota, "status")
    hard, used = status.get("hard") or {}, status.get("used") or {}
    pairs = [(name, f"{name}: {used.get(name, '0')}/{hard[name]}") for name in sorted(hard)]
    requests = ", ".join(text for name, text in pairs if not name.startswith("limits."))
    limits = ", ".join(text for name, text in pairs if name.startswith("limits."))
    return [name_of(quota), requests, limits, age_of(quota, now)]


def _controller(controller: Obj, now: int) -> list[Any]:
    spec, status = part(controller, "spec"), part(controller, "status")
    cells = [
        name_of(controller),
        spec.get("replicas", 1),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
    ]
    cells += [age_of(controller, now), *containers_and_images(part(spec, "template"))]
    return [*cells, labels_text(spec.get("selector"))]


def _component(component: Obj, now: int) -> list[Any]:
    healthy: Obj = next((c for c in component.get("conditions") or () if c.get("type") == "Healthy"), {})
    word = {"True": "Healthy", "False": "Unhealthy"}.get(healthy.get("status", ""), "Unknown")
    return [
        name_of(component),
        word,
        healthy.get("message", ""),
        healthy.get("error", ""),
    ]


def _count(obj: Obj, *fields: str) -> int:
    return sum(len(obj.get(field) or ()) for field in fields)


def _pod_template(template: Obj, now: int) -> list[Any]:
    inner = part(template, "template")
    return [
        name_of(template),
        *containers_and_images(inner),
        labels_text((inner.get("metadata") or {}).get("labels")),
    ]


CONTAINERS, IMAGES, SELECTOR = wide("Containers"), wide("Images"), wide("Selector")
NODE_WIDE = (
    "Internal-IP",
    "External-IP",
    "OS-Image",
    "Kernel-Version",
    "Container-Runtime",
)
VOLUME_COLUMNS = (
    "Capacity",
    "Access Modes",
    "Reclaim Policy",
    "Status",
    "Claim",
    "StorageClass",
)
CLAIM_COLUMNS = (
    "Status",
    "Volume",
    "Capacity",
    "Access Modes",
    "StorageClass",
    "VolumeAttributesClass",
)


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(map(Column, names))


PRINTERS: dict[str, Printer] = {
    "nodes": Printer(
        (
            NAME,
            *_columns("Status", "Roles"),
            AGE,
            Column("Version"),
            *map(wide, NODE_WIDE),
        ),
        _node,
    ),
    "services": Printer(
        (
            NAME,
            *_columns("Type", "Cluster-IP", "External-IP", "Port(s)"),
            AGE,
            wide("Selector"),
        ),
        _service,
    ),
    "endpoints": Printer((NAME, Column("Endpoints"), AGE), _endpoints),
    "events": Printer(
        (
            *_columns("Last Seen", "Type", "Reason", "Object"),
            wide("Subobject"),
            wide("Source"),
            Column("Message"),
            wide("First Seen"),
            Column("Count", "integer", priority=1),
            Column("Name", format="name", priority=1),
        ),
        _event,
    ),
    "namespaces": Printer(
        (NAME, Column("Status"), AGE),
        lambda obj, now: [
            name_of(obj),
            part(obj, "status").get("phase", ""),
            age_of(obj, now),
        ],
    ),
    "configmaps": Printer(
        (NAME, Column("Data"), AGE),
        lambda obj, now: [
            name_of(obj),
            _count(obj, "data", "binaryData"),
            age_of(obj, now),
        ],
    ),
    "secrets": Printer(
        (NAME, Column("Type"), integer("Data"), AGE),
        lambda obj, now: [
            name_of(obj),
            obj.get("type", ""),
            _count(obj, "data"),
            age_of(obj, now),
        ],
    ),
    "serviceaccounts": Printer(
        (NAME, AGE),
        lambda obj, now: [name_of(obj), age_of(obj, now)],
    ),
    "persistentvolumes": Printer(
        (
            NAME,
            *_columns(*VOLUME_COLUMNS, "VolumeAttributesClass", "Reason"),
            AGE,
            wide("VolumeMode"),
        ),
        _volume,
    ),
    "persistentvolumeclaims": Printer((NAME, *_columns(*CLAIM_COLUMNS), AGE, wide("VolumeMode")), _claim),
    "resourcequotas": Printer((NAME, *_columns("Request", "Limit"), AGE), _quota),
    "limitranges": Printer(
        (NAME, Column("Created At", "date")),
        lambda obj, now: [name_of(obj), obj["metadata"].get("creationTimestamp")],
    ),
    "replicationcontrollers": Printer(
        (
            NAME,
            integer("Desired"),
            integer("Current"),
            integer("Ready"),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ),
        _controller,
    ),
    "componentstatuses": Printer((NAME, *_columns("Status", "Message", "Error")), _component),
    "podtemplates": Printer((NAME, *_columns("Containers", "Images", "Pod Labels")), _pod_template),
}
