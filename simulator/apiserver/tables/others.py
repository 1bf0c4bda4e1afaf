"""Kinds of the remaining groups as rows: network, storage, scheduling, RBAC (pkg/printers/internalversion/printers.go)."""

from typing import Any

from simulator.api.selectors import from_label_selector, render
from simulator.apiserver.tables.columns import (
    AGE,
    NAME,
    NONE,
    UNSET,
    Column,
    Obj,
    Printer,
    age_of,
    few,
    integer,
    name_of,
    part,
    wide,
)

DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
DEFAULT_VAC = ("volumeattributesclass.alpha.kubernetes.io/is-default-class",)
MAX_HOSTS = 3


def _slice(obj: Obj, now: int) -> list[Any]:
    ports = [str(each.get("port", "*")) for each in obj.get("ports") or ()]
    addresses = [address for each in obj.get("endpoints") or () for address in each.get("addresses") or ()]
    cells = [name_of(obj), obj.get("addressType", ""), few(ports) or UNSET, few(addresses) or UNSET]
    return [*cells, age_of(obj, now)]


def _ingress_hosts(spec: Obj) -> str:
    hosts = [each["host"] for each in spec.get("rules") or () if each.get("host")]
    shown = ",".join(hosts[:MAX_HOSTS]) or "*"
    return f"{shown} + {len(hosts) - MAX_HOSTS} more..." if len(hosts) > MAX_HOSTS else shown


def _ingress(obj: Obj, now: int) -> list[Any]:
    spec = part(obj, "spec")
    ingress = part(part(obj, "status"), "loadBalancer").get("ingress") or ()
    address = ",".join(each.get("ip") or each.get("hostname", "") for each in ingress)
    ports = "80, 443" if spec.get("tls") else "80"
    return [name_of(obj), spec.get("ingressClassName") or NONE, _ingress_hosts(spec), address, ports, age_of(obj, now)]


def _ingress_class(obj: Obj, now: int) -> list[Any]:
    spec = part(obj, "spec")
    found = spec.get("parameters")
    parameters = NONE
    if found:
        group = f".{found['apiGroup']}" if found.get("apiGroup") else ""
        parameters = f"{found.get('kind')}{group}/{found.get('name')}"
    return [name_of(obj), spec.get("controller", ""), parameters, age_of(obj, now)]


def _policy(obj: Obj, now: int) -> list[Any]:
    requirements = from_label_selector(part(obj, "spec").get("podSelector"))
    return [name_of(obj), render(requirements) if requirements else NONE, age_of(obj, now)]


def _is_default(obj: Obj, keys: tuple[str, ...]) -> bool:
    annotations = obj["metadata"].get("annotations") or {}
    return any(annotations.get(key) == "true" for key in keys)


def _storage_class(obj: Obj, now: int) -> list[Any]:
    name = name_of(obj) + (" (default)" if _is_default(obj, DEFAULT_CLASS) else "")
    cells = [name, obj.get("provisioner", ""), obj.get("reclaimPolicy", "Delete")]
    return [*cells, obj.get("volumeBindingMode", "Immediate"), bool(obj.get("allowVolumeExpansion")), age_of(obj, now)]


def _attachment(obj: Obj, now: int) -> list[Any]:
    spec = part(obj, "spec")
    volume = part(spec, "source").get("persistentVolumeName", "")
    attached = bool(part(obj, "status").get("attached"))
    return [name_of(obj), spec.get("attacher", ""), volume, spec.get("nodeName", ""), attached, age_of(obj, now)]


def _driver(obj: Obj, now: int) -> list[Any]:
    spec = part(obj, "spec")
    flags = [spec.get("attachRequired", True), spec.get("podInfoOnMount", False), spec.get("storageCapacity", False)]
    tokens = ",".join(each.get("audience", "") for each in spec.get("tokenRequests") or ()) or UNSET
    cells = [name_of(obj), *flags, tokens, spec.get("requiresRepublish", False)]
    return [*cells, ",".join(spec.get("volumeLifecycleModes") or ()) or NONE, age_of(obj, now)]


def _binding(obj: Obj, now: int) -> list[Any]:
    role = obj.get("roleRef") or {}
    by_kind: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for subject in obj.get("subjects") or ():
        name = subject.get("name", "")
        if subject.get("kind") == "ServiceAccount":
            name = f"{subject.get('namespace', '')}/{name}"
        by_kind.setdefault(subject.get("kind", ""), []).append(name)
    cells = [name_of(obj), f"{role.get('kind', '')}/{role.get('name', '')}", age_of(obj, now)]
    return [*cells, *(", ".join(by_kind[kind]) for kind in ("User", "Group", "ServiceAccount"))]


def _created(obj: Obj, now: int) -> list[Any]:
    return [name_of(obj), obj["metadata"].get("creationTimestamp")]


def _lease(obj: Obj, now: int) -> list[Any]:
    return [name_of(obj), part(obj, "spec").get("holderIdentity", ""), age_of(obj, now)]


def _request(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    kinds = [each.get("type", "") for each in status.get("conditions") or ()]
    condition = ",".join(kinds) or "Pending"
    if status.get("certificate"):
        condition += ",Issued"
    seconds = spec.get("expirationSeconds")
    duration = few([f"{seconds}s"]) if seconds else NONE
    return [name_of(obj), age_of(obj, now), spec.get("signerName", ""), spec.get("username", ""), duration, condition]


def _priority(obj: Obj, now: int) -> list[Any]:
    policy = obj.get("preemptionPolicy", "PreemptLowerPriority")
    return [name_of(obj), obj.get("value", 0), bool(obj.get("globalDefault")), age_of(obj, now), policy]


def _cidr(obj: Obj, now: int) -> list[Any]:
    return [name_of(obj), ",".join(part(obj, "spec").get("cidrs") or ()), age_of(obj, now)]


def _address(obj: Obj, now: int) -> list[Any]:
    parent = part(obj, "spec").get("parentRef") or {}
    place = "/".join(filter(None, (parent.get("namespace"), parent.get("name"))))
    return [name_of(obj), f"{parent.get('resource', '')}/{place}"]


def _webhooks(obj: Obj, now: int) -> list[Any]:
    return [name_of(obj), len(obj.get("webhooks") or ()), age_of(obj, now)]


def _api_service(obj: Obj, now: int) -> list[Any]:
    service = part(obj, "spec").get("service")
    where = f"{service.get('namespace')}/{service.get('name')}" if service else "Local"
    conditions = part(obj, "status").get("conditions") or ()
    found = next((each for each in conditions if each.get("type") == "Available"), None)
    word = "Unknown" if found is None else str(found.get("status"))
    if found is not None and word != "True":
        word = f"{word} ({found.get('reason', '')})"
    return [name_of(obj), where, word, age_of(obj, now)]


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(map(Column, names))


CREATED = Column("Created At", "date")
RBAC, NETWORK, STORAGE = "rbac.authorization.k8s.io", "networking.k8s.io", "storage.k8s.io"
ADMISSION = "admissionregistration.k8s.io"
BINDINGS = Printer((NAME, Column("Role"), AGE, wide("Users"), wide("Groups"), wide("ServiceAccounts")), _binding)
HOOKS = Printer((NAME, integer("Webhooks"), AGE), _webhooks)

PRINTERS: dict[str, Printer] = {
    "endpointslices.discovery.k8s.io": Printer((NAME, *_columns("AddressType", "Ports", "Endpoints"), AGE), _slice),
    f"ingresses.{NETWORK}": Printer((NAME, *_columns("Class", "Hosts", "Address", "Ports"), AGE), _ingress),
    f"ingressclasses.{NETWORK}": Printer((NAME, *_columns("Controller", "Parameters"), AGE), _ingress_class),
    f"networkpolicies.{NETWORK}": Printer((NAME, Column("Pod-Selector"), AGE), _policy),
    f"servicecidrs.{NETWORK}": Printer((NAME, Column("CIDRs"), AGE), _cidr),
    f"ipaddresses.{NETWORK}": Printer((NAME, Column("ParentRef")), _address),
    f"storageclasses.{STORAGE}": Printer(
        (NAME, *_columns("Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion"), AGE),
        _storage_class,
    ),
    f"volumeattachments.{STORAGE}": Printer((NAME, *_columns("Attacher", "PV", "Node", "Attached"), AGE), _attachment),
    f"csidrivers.{STORAGE}": Printer(
        (
            NAME,
            *_columns("AttachRequired", "PodInfoOnMount", "StorageCapacity", "TokenRequests", "RequiresRepublish"),
            Column("Modes"),
            AGE,
        ),
        _driver,
    ),
    f"csinodes.{STORAGE}": Printer(
        (NAME, integer("Drivers"), AGE),
        lambda obj, now: [name_of(obj), len(part(obj, "spec").get("drivers") or ()), age_of(obj, now)],
    ),
    f"volumeattributesclasses.{STORAGE}": Printer(
        (NAME, Column("DriverName"), AGE),
        lambda obj, now: [
            name_of(obj) + (" (default)" if _is_default(obj, DEFAULT_VAC) else ""),
            obj.get("driverName", ""),
            age_of(obj, now),
        ],
    ),
    "runtimeclasses.node.k8s.io": Printer(
        (NAME, Column("Handler"), AGE), lambda obj, now: [name_of(obj), obj.get("handler", ""), age_of(obj, now)]
    ),
    "priorityclasses.scheduling.k8s.io": Printer(
        (NAME, integer("Value"), Column("Global-Default", "boolean"), AGE, Column("PreemptionPolicy")), _priority
    ),
    "leases.coordination.k8s.io": Printer((NAME, Column("Holder"), AGE), _lease),
    f"roles.{RBAC}": Printer((NAME, CREATED), _created),
    f"clusterroles.{RBAC}": Printer((NAME, CREATED), _created),
    f"rolebindings.{RBAC}": BINDINGS,
    f"clusterrolebindings.{RBAC}": BINDINGS,
    "certificatesigningrequests.certificates.k8s.io": Printer(
        (NAME, AGE, *_columns("SignerName", "Requestor", "RequestedDuration", "Condition")), _request
    ),
    "customresourcedefinitions.apiextensions.k8s.io": Printer((NAME, CREATED), _created),
    "apiservices.apiregistration.k8s.io": Printer((NAME, *_columns("Service", "Available"), AGE), _api_service),
    f"mutatingwebhookconfigurations.{ADMISSION}": HOOKS,
    f"validatingwebhookconfigurations.{ADMISSION}": HOOKS,
}
