"""What nodes have to offer and a Pod does not get: a place on them at all, their tolerance, their resources, their ports."""

from collections.abc import Callable, Iterator
from shlex import quote

from simulator.api import quantities
from simulator.client.tolerations import tolerated
from simulator.scheduler import amounts
from simulator.scheduler.cache import EVERYWHERE, NodeInfo, Port, clash
from simulator.scheduler.framework import Cycle
from simulator.why.chain import Link, Path
from simulator.why.inquiry import Inquiry, Obj, listed, ref, within

Facts = Callable[[Cycle, NodeInfo], list[str]]
Explain = Callable[[Inquiry, Cycle, list[NodeInfo]], Iterator[Link]]


def named(infos: list[NodeInfo]) -> str:
    """The names of nodes."""
    return listed([info.name for info in infos])


# --- what of a node a cell of the table shows -----------------------------------------------------------------------------


def taint_text(taint: Obj) -> str:
    """`key=value:effect`."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def closed(cycle: Cycle, info: NodeInfo) -> list[str]:
    """That a node is closed to new Pods."""
    return ["unschedulable: true"] if (info.node or {"spec": {}})["spec"].get("unschedulable") else []


def untolerated(cycle: Cycle, info: NodeInfo) -> list[Obj]:
    """The taints of a node that keep the Pod out."""
    hard = [taint for taint in info.taints if taint["effect"] in ("NoSchedule", "NoExecute")]
    return [taint for taint in hard if not tolerated(cycle.tolerations, taint)]


def taint_facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """Those taints."""
    return [taint_text(taint) for taint in untolerated(cycle, info)]


def lacking(cycle: Cycle, info: NodeInfo) -> list[tuple[str, int, int]]:
    """The resources of which too little is free on a node: name, wanted, free."""
    free = {name: info.allocatable.get(name, 0) - info.requested.get(name, 0) for name in cycle.requests}
    return [(name, wanted, free[name]) for name, wanted in cycle.requests.items() if wanted > free[name]]


def short(cycle: Cycle, info: NodeInfo) -> list[str]:
    """What is short on a node: wanted beside free; of Pods, those that are there beside those that it takes."""
    most = info.allocatable.get("pods", 0)
    crowded = [f"pods: {len(info.pods)} + 1 > {most}"] if len(info.pods) + 1 > most else []
    found = lacking(cycle, info)
    return crowded + [
        f"{name}: {amount_text(name, wanted)} > {amount_text(name, max(free, 0))}" for name, wanted, free in found
    ]


def amount_text(name: str, value: int) -> str:
    """An amount as manifests write it."""
    if name == "cpu":
        return f"{value}m" if value % 1000 else f"{value // 1000}"
    return (
        quantities.render(value * quantities.NANO, "binary") if name in ("memory", "ephemeral-storage") else f"{value}"
    )


# --- the causes ----------------------------------------------------------------------------------------------------------


def cordoned(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Nodes that somebody has closed."""
    commands = tuple(f"kubectl uncordon {info.name}" for info in infos[:2])
    node = ref("nodes", infos[0].node or {})
    yield Link(
        "filter.cordoned",
        {"nodes": named(infos)},
        node,
        ("spec", "unschedulable"),
        next=("kubectl get nodes", *commands),
    )


def tainted(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Taints that the Pod does not tolerate, each with the nodes that have it."""
    holders: dict[str, list[str]] = {}
    for info in infos:
        for taint in untolerated(cycle, info)[:1]:
            holders.setdefault(taint_text(taint), []).append(info.name)
    for text, nodes in holders.items():
        values = {"taint": text, "nodes": ", ".join(nodes)}
        commands = (f"kubectl describe node {nodes[0]}", f"kubectl get node {nodes[0]} -o jsonpath='{{.spec.taints}}'")
        yield Link("filter.taint", values, ref("pods", cycle.pod), ("spec", "tolerations"), next=commands)


def unfit(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Resources of which too little is left, with the node that has the most of it."""
    about = ref("pods", cycle.pod)
    names = list(dict.fromkeys(name for info in infos for name, _, _ in lacking(cycle, info)))
    crowded = [info for info in infos if len(info.pods) + 1 > info.allocatable.get("pods", 0)]
    for name in names:
        best = max(infos, key=lambda info: info.allocatable.get(name, 0) - info.requested.get(name, 0))
        free = best.allocatable.get(name, 0) - best.requested.get(name, 0)
        whole = best.allocatable.get(name, 0)
        values = {
            "resource": name,
            "wanted": amount_text(name, cycle.requests[name]),
            "free": amount_text(name, max(free, 0)),
            "node": best.name,
            "whole": amount_text(name, whole),
            "nodes": named(infos),
        }
        kind = "filter.too_large" if cycle.requests[name] > whole else "filter.full"
        yield Link(kind, values, about, request_path(cycle.pod, name), next=(f"kubectl describe node {best.name}",))
    if crowded:
        most = crowded[0].allocatable.get("pods", 0)
        look = (f"kubectl describe node {crowded[0].name}",)
        yield Link("filter.pods", {"nodes": named(crowded), "most": most}, about, next=look)


def request_path(pod: Obj, name: str) -> Path:
    """Where the container that asks for most of a resource says so."""
    containers = list(enumerate(pod["spec"]["containers"]))
    most = max(containers, key=lambda entry: amounts.container(entry[1], False).get(name, 0))
    return ("spec", "containers", most[0], "resources", "requests", name)


def ports_taken(inquiry: Inquiry, cycle: Cycle, infos: list[NodeInfo]) -> Iterator[Link]:
    """Ports of the nodes that are in use, each with the Pods that have it."""
    for wanted in amounts.host_ports(cycle.pod):
        taken = [info for info in infos if info.port_taken(wanted)]
        if not taken:
            continue
        holders = [key for info in taken for key in holding(info, wanted)]
        values = {"port": port_text(wanted), "nodes": named(taken), "holder": listed(holders)}
        namespace, _, name = (holders or ["/"])[0].partition("/")
        look = (f"kubectl describe pod {name}{within(namespace)}",) if holders else ()
        every = f"kubectl get pods -A -o wide --field-selector spec.nodeName={quote(taken[0].name)}"
        yield Link("filter.port", values, ref("pods", cycle.pod), port_path(cycle.pod, wanted[2]), next=(*look, every))


def holding(info: NodeInfo, wanted: Port) -> list[str]:
    """The Pods of a node that have a port."""
    return [key for key, pod in info.pods.items() if any(clash(wanted, port) for port in amounts.host_ports(pod))]


def port_text(port: Port) -> str:
    """A port of a host: `8080/TCP`, with the address if it is not all of them."""
    address, protocol, number = port
    return f"{number}/{protocol}" if address == EVERYWHERE else f"{address}:{number}/{protocol}"


def port_facts(cycle: Cycle, info: NodeInfo) -> list[str]:
    """The ports of a node that are taken, and by whom."""
    wanted = [port for port in amounts.host_ports(cycle.pod) if info.port_taken(port)]
    return [f"{port_text(port)}: {listed(holding(info, port))}" for port in wanted]


def port_path(pod: Obj, number: int) -> Path:
    """Where a Pod asks for a port of its node."""
    for at, container in enumerate(pod["spec"]["containers"]):
        for index, port in enumerate(container.get("ports") or ()):
            if port.get("hostPort") == number:
                return ("spec", "containers", at, "ports", index, "hostPort")
    return ("spec", "containers")
