"""Nodes in a description (models describe.NodeDescriber)."""

from simulator.api import quantities
from simulator.api.counted import counted
from simulator.kubectl.describers.events import describe_events, search
from simulator.kubectl.describers.page import Obj, Page, Reader, moment, truth

ROLE = "node-role.kubernetes.io/"
EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")
SYSTEM_INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)
SHOWN = ("cpu", "memory", "ephemeral-storage")


def describe_node(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Node."""
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    page.field("Name", metadata.get("name", ""))
    page.field("Roles", ",".join(roles(obj)) or "<none>")
    page.labels(obj)
    page.field("CreationTimestamp", moment(metadata.get("creationTimestamp")))
    page.column("Taints", taints(spec.get("taints") or []))
    page.field("Unschedulable", truth(spec.get("unschedulable")))
    _lease(page, reader, metadata.get("name", ""))
    _conditions(page, status.get("conditions") or [])
    page.line(0, "Addresses:")
    for address in status.get("addresses") or []:
        page.field(address.get("type", ""), address.get("address", ""), 1)
    for label, field in (("Capacity", "capacity"), ("Allocatable", "allocatable")):
        if status.get(field):
            page.line(0, f"{label}:")
        for name, amount in sorted((status.get(field) or {}).items()):
            page.field(name, quantities.canonical(amount), 1)
    page.line(0, "System Info:")
    for label, field in SYSTEM_INFO:
        page.field(label, (status.get("nodeInfo") or {}).get(field, ""), 1)
    page.options([("PodCIDR", spec.get("podCIDR")), ("PodCIDRs", ",".join(spec.get("podCIDRs") or []))])
    page.options([("ProviderID", spec.get("providerID"))])
    _pods(page, reader, obj)
    if reader.show_events:
        describe_events(page, reader, _events(reader, metadata))


def _events(reader: Reader, metadata: Obj) -> list[Obj]:
    """A kubelet names the node as the uid of the node; controllers give its true uid."""
    name = metadata.get("name", "")
    fields = {"involvedObject.kind": "Node", "involvedObject.name": name}
    events = search(reader, None, fields)
    return [
        each for each in events if each.get("involvedObject", {}).get("uid") in (name, metadata.get("uid"), None, "")
    ]


def roles(node: Obj) -> list[str]:
    """The roles of a Node, sorted."""
    labels = node["metadata"].get("labels") or {}
    found = {key.removeprefix(ROLE): True for key in labels if key.startswith(ROLE) and key != ROLE}
    if labels.get("kubernetes.io/role"):
        found[labels["kubernetes.io/role"]] = True
    return sorted(found)


def taints(each: list[Obj]) -> list[str]:
    """Taints as `key=value:effect`, the strongest effect first."""
    order = {effect: number for number, effect in enumerate(EFFECTS)}
    texts = sorted(taint_text(taint) for taint in each)
    return sorted(texts, key=lambda text: order.get(text.rpartition(":")[2], len(EFFECTS)))


def taint_text(taint: Obj) -> str:
    """A taint as `key=value:effect`."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint.get('key', '')}{value}:{taint.get('effect', '')}"


def _lease(page: Page, reader: Reader, name: str) -> None:
    lease = reader.get("leases.coordination.k8s.io", "kube-node-lease", name)
    page.line(0, "Lease:")
    if lease is None:
        page.line(1, "Failed to get lease: <unknown>")
        return
    spec = lease.get("spec") or {}
    page.field("HolderIdentity", spec.get("holderIdentity") or "<unset>", 1)
    page.field("AcquireTime", moment(spec["acquireTime"]) if spec.get("acquireTime") else "<unset>", 1)
    page.field("RenewTime", moment(spec["renewTime"]) if spec.get("renewTime") else "<unset>", 1)


def _conditions(page: Page, conditions: list[Obj]) -> None:
    if not conditions:
        return
    page.line(0, "Conditions:")
    page.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
    for each in conditions:
        times = f"{moment(each.get('lastHeartbeatTime'))} \t{moment(each.get('lastTransitionTime'))}"
        page.line(
            1,
            f"{each.get('type', '')} \t{each.get('status', '')} \t{times} \t{each.get('reason', '')} \t{each.get('message', '')}",
        )


def _pods(page: Page, reader: Reader, node: Obj) -> None:
    name = node["metadata"].get("name", "")
    fields = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    pods = reader.list("pods", None, fields=fields)
    status = node.get("status") or {}
    allocatable = status.get("allocatable") or status.get("capacity") or {}
    page.line(0, f"Non-terminated Pods:\t({len(pods)} in total)")
    page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
    page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
    totals: dict[tuple[str, str], int] = {}
    for pod in pods:
        amounts = pod_amounts(pod)
        for key, amount in amounts.items():
            totals[key] = totals.get(key, 0) + amount
        cells = [
            _share(amounts, allocatable, name, kind) for name in ("cpu", "memory") for kind in ("requests", "limits")
        ]
        metadata = pod["metadata"]
        age = reader.age(metadata.get("creationTimestamp"))
        page.line(1, "\t".join([metadata.get("namespace", ""), metadata["name"], "", *cells, age]))
    _allocated(page, totals, allocatable)


def _allocated(page: Page, totals: dict[tuple[str, str], int], allocatable: Obj) -> None:
    page.line(0, "Allocated resources:")
    page.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    page.line(1, "Resource\tRequests\tLimits")
    page.line(1, "--------\t--------\t------")
    others = sorted(name for name in allocatable if name not in (*SHOWN, "pods"))
    for name in (*SHOWN, *others):
        page.line(1, "\t".join([name, *(_share(totals, allocatable, name, kind) for kind in ("requests", "limits"))]))


def _share(amounts: dict[tuple[str, str], int], allocatable: Obj, name: str, kind: str) -> str:
    amount, whole = amounts.get((kind, name), 0), quantities.milli(allocatable.get(name, "0"))
    percent = amount * 100 // whole if whole else 0
    if not name.startswith(SHOWN) and not name.startswith("hugepages"):
        return amount_text(name, amount)
    return f"{amount_text(name, amount)} ({percent}%)"


def amount_text(name: str, amount: int) -> str:
    """An amount in thousandths, as quantities are written: cpu in cores, the rest in bytes."""
    return quantities.render(amount * 1_000_000, "decimal" if name == "cpu" else "binary")


def pod_amounts(pod: Obj) -> dict[tuple[str, str], int]:
    """What a Pod requests and is limited to, in thousandths, by (`requests` or `limits`, resource)."""
    spec = counted(pod) if pod.get("spec") else {}
    amounts: dict[tuple[str, str], int] = {}
    for container in spec.get("containers") or []:
        _add(amounts, _amounts(container))
    sidecars: dict[tuple[str, str], int] = {}
    largest: dict[tuple[str, str], int] = {}
    for container in spec.get("initContainers") or []:
        own = _amounts(container)
        if container.get("restartPolicy") == "Always":
            _add(amounts, own)
            _add(sidecars, own)
            own = {}
        for key in {**own, **sidecars}:
            largest[key] = max(largest.get(key, 0), own.get(key, 0) + sidecars.get(key, 0))
    for key, amount in largest.items():
        amounts[key] = max(amounts.get(key, 0), amount)
    _add(amounts, {("requests", name): quantities.milli(value) for name, value in (spec.get("overhead") or {}).items()})
    return amounts


def _amounts(container: Obj) -> dict[tuple[str, str], int]:
    resources = container.get("resources") or {}
    return {
        (kind, name): quantities.milli(value)
        for kind in ("requests", "limits")
        for name, value in (resources.get(kind) or {}).items()
    }


def _add(total: dict[tuple[str, str], int], more: dict[tuple[str, str], int]) -> None:
    for key, amount in more.items():
        total[key] = total.get(key, 0) + amount
