"""Filters and scores of what is left on a node: NodePorts, NodeResourcesFit, BalancedAllocation, ImageLocality."""

from simulator.scheduler import amounts
from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import HIGHEST, Cycle, Rejection

SCORED = ("cpu", "memory")
SMALL_IMAGE = 23 << 20  # bytes below which an image does not count, and above which (per container) no more
LARGE_IMAGE = 1000 << 20
ALWAYS_CHECKED = ("cpu", "memory", "ephemeral-storage")


def node_ports(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """A port of the host can be taken only once."""
    if any(info.port_taken(port) for port in amounts.host_ports(cycle.pod)):
        return Rejection("NodePorts", ("node(s) didn't have free ports for the requested pod ports",))
    return None


def fit(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """All that the Pod requests has to be free; what the node could never give, no eviction helps with."""
    reasons: list[str] = []
    helpless = False
    if len(info.pods) + 1 > info.allocatable.get("pods", 0):
        reasons.append("Too many pods")
    for name, wanted in in_order(cycle.requests):
        has = info.allocatable.get(name, 0)
        if wanted > has - info.requested.get(name, 0):
            reasons.append(f"Insufficient {name}")
            helpless = helpless or wanted > has
    return Rejection("NodeResourcesFit", tuple(reasons), helpless) if reasons else None


def in_order(requests: amounts.Amounts) -> list[tuple[str, int]]:
    """What is really asked for: the well-known resources first."""
    known = [(name, requests[name]) for name in ALWAYS_CHECKED if requests.get(name)]
    return known + [(name, value) for name, value in requests.items() if value and name not in ALWAYS_CHECKED]


def score_least_allocated(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """The more of cpu and memory stays free, the better."""
    return [sum(free_share(cycle, info, name) for name in SCORED) // len(SCORED) for info in infos]


def free_share(cycle: Cycle, info: NodeInfo, name: str) -> int:
    """What would stay free of a resource, in hundredths."""
    has = info.allocatable.get(name, 0)
    used = info.assumed.get(name, 0) + cycle.assumed.get(name, 0)
    return (has - used) * HIGHEST // has if has and used <= has else 0


def score_balance(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """The more evenly cpu and memory are used, the better; a Pod that asks for nothing has no say in it."""
    if not any(cycle.requests.get(name) for name in SCORED):
        return [0 for _ in infos]
    return [HIGHEST - abs(used_share(cycle, info, "cpu") - used_share(cycle, info, "memory")) // 200 for info in infos]


def used_share(cycle: Cycle, info: NodeInfo, name: str) -> int:
    """What would be used of a resource, in ten-thousandths (so that half of a difference, in hundredths, is 1/200)."""
    has = info.allocatable.get(name, 0)
    used = info.requested.get(name, 0) + cycle.requests.get(name, 0)
    return min(used * 10_000 // has, 10_000) if has else 10_000


def score_images(cycle: Cycle, infos: list[NodeInfo]) -> list[int]:
    """A node that has the Pod's large images already saves pulling them; images that few nodes have count less."""
    wanted = [normal(entry.get("image") or "") for entry in cycle.spec["containers"]]
    wanted += [normal(entry.get("image") or "") for entry in cycle.spec.get("initContainers") or ()]
    sizes = [image_sizes(info, wanted) for info in cycle.nodes]
    holders = {image: sum(image in found for found in sizes) for image in wanted}
    by_node = {info.name: found for info, found in zip(cycle.nodes, sizes, strict=True)}
    most = LARGE_IMAGE * max(len(wanted), 1)
    return [
        locality(
            sum(size * holders[image] // len(sizes) for image, size in by_node[info.name].items()),
            most,
        )
        for info in infos
    ]


def locality(total: int, most: int) -> int:
    """The score of a node that holds *total* bytes of what is needed."""
    return HIGHEST * (min(max(total, SMALL_IMAGE), most) - SMALL_IMAGE) // (most - SMALL_IMAGE)


def image_sizes(info: NodeInfo, wanted: list[str]) -> dict[str, int]:
    """The size of each wanted image that the node holds."""
    found: dict[str, int] = {}
    for image in (info.node or {}).get("status", {}).get("images") or ():
        for name in image.get("names") or ():
            if normal(name) in wanted:
                found[normal(name)] = image["sizeBytes"]
    return found


def normal(image: str) -> str:
    """An image's name with its registry and tag spelt out."""
    first, slash, _ = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif "." not in first and ":" not in first and first != "localhost":
        image = f"docker.io/{image}"
    return image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"
