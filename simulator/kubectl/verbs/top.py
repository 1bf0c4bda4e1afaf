"""`kubectl top pod|node`: what the metrics API knows (models kubectl/pkg/cmd/top)."""

from collections.abc import Sequence

from simulator.api import durations, quantities, selectors, timestamps
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.selection import none_found
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tabwriter import Table
from simulator.runtime.syscalls import Step

NODE_METRICS, POD_METRICS = RESOURCES["nodes.metrics.k8s.io"], RESOURCES["pods.metrics.k8s.io"]
MEBI = 1 << 20
MEASURED_AFTER = 120_000_000
Row = tuple[list[str], int, int, list[str]]
SORTS = ("", "cpu", "memory")


def _metrics(session: Session, kind: str, namespace: str | None) -> list[Obj]:
    """What is measured of all objects of a kind, or of the one that is named."""
    if session.flag("sort-by") not in SORTS:
        raise Failure("--sort-by accepts only cpu or memory")
    one = kind.removesuffix("s")
    if len(session.args) > 1:
        raise UsageFailure(f"{one} [NAME | -l label]", f"See '{session.path} -h' for help and examples")
    if session.args and session.flag("selector"):
        raise Failure(f"only one of NAME or {'--' * (one == 'node')}selector can be provided")
    _check_selector(str(session.flag("selector") or ""))
    resource = NODE_METRICS if kind == "nodes" else POD_METRICS
    query = {
        "labelSelector": str(session.flag("selector") or ""),
        "fieldSelector": str(session.flag("field-selector") or ""),
    }
    try:
        if session.args:
            return [session.get(resource, namespace, session.args[0])]
        found = list(session.list(resource, namespace, query=query).get("items") or [])
        if not found:
            _why_nothing(session, session.list(RESOURCES[kind], namespace, query=query).get("items") or [], kind)
        return found
    except ServerFailure as failure:
        if failure.reason == "BadRequest" or (failure.reason == "NotFound" and session.args):
            raise ServerFailure(failure.status) from None
        raise Failure("Metrics API not available") from None


def _check_selector(text: str) -> None:
    try:
        selectors.parse(text)
    except selectors.BadSelector as error:
        raise Failure(str(error)) from None


def _why_nothing(session: Session, objects: list[Obj], kind: str) -> None:
    """Fail if there are objects of which nothing was measured, though they have been there long enough or not yet."""
    for each in objects if kind == "pods" else ():
        metadata = each["metadata"]
        age = session.sys.unix - timestamps.parse(metadata["creationTimestamp"])
        if age > MEASURED_AFTER:
            text = f"{metadata['namespace']}/{metadata['name']}, age: {durations.go(age)}"
            raise Failure(f"Metrics not available for pod {text}")
    if objects:
        raise Failure("metrics not available yet")


def _usage(container: Obj) -> tuple[int, int]:
    """Thousandths of a core, and bytes."""
    usage = container.get("usage") or {}
    return quantities.milli(usage.get("cpu", "0")), quantities.units(usage.get("memory", "0"))


def _print(session: Session, header: list[str], rows: list[Row], last: Sequence[list[str]] = ()) -> None:
    """Rows with names in front, cpu and memory, and what is in between."""
    if session.flag("sort-by"):
        rows.sort(key=lambda row: -(row[1] if session.flag("sort-by") == "cpu" else row[2]))
    lines = [] if session.flag("no-headers") else [[*header, ""]]
    lines += [[*names, *cells, ""] for names, _, _, cells in rows]
    session.out(Table().format([*lines, *last]))


def pod(session: Session) -> Step:
    """Print what Pods use."""
    everywhere = bool(session.flag("all-namespaces"))
    found = _metrics(session, "pods", None if everywhere else session.namespace)
    if not found:
        session.err(none_found(session))
        return 0
    containers = bool(session.flag("containers"))
    rows: list[Row] = []
    for each in found:
        namespace = [each["metadata"]["namespace"]] if everywhere else []
        used = [(part.get("name", ""), *_usage(part)) for part in each.get("containers") or []]
        used.sort()
        if not containers:
            used = [("", sum(cpu for _, cpu, _ in used), sum(memory for _, _, memory in used))]
        for name, cpu, memory in used:
            names = [*namespace, each["metadata"]["name"], *([name] if containers else [])]
            rows.append((names, cpu, memory, [f"{cpu}m", f"{memory // MEBI}Mi"]))
    header = (
        ["NAMESPACE"] * everywhere + (["POD", "NAME"] if containers else ["NAME"]) + ["CPU(cores)", "MEMORY(bytes)"]
    )
    _print(session, header, rows, _sum(session, rows, len(header)) if session.flag("sum") else [])
    return 0


def _sum(session: Session, rows: list[Row], wide: int) -> list[list[str]]:
    """What all use together, under a line; without a header it takes no heed of the columns in front."""
    names = [""] * (1 if session.flag("no-headers") else wide - 2)
    cpu, memory = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return [[*names, "________", "________", ""], [*names, f"{cpu}m", f"{memory // MEBI}Mi", ""]]


def node(session: Session) -> Step:
    """Print what nodes use, and how much that is of what they have."""
    found = _metrics(session, "nodes", None)
    if not found:
        raise Failure("metrics not available yet")
    rows: list[Row] = []
    for each in found:
        status = session.get(RESOURCES["nodes"], None, each["metadata"]["name"]).get("status") or {}
        whole = status.get("capacity" if session.flag("show-capacity") else "allocatable") or {}
        cpu, memory = _usage(each)
        cells = [f"{cpu}m", _percent(cpu, quantities.milli(whole.get("cpu", "0")))]
        cells += [f"{memory // MEBI}Mi", _percent(memory, quantities.units(whole.get("memory", "0")))]
        rows.append(([each["metadata"]["name"]], cpu, memory, cells))
    measured = [row[0][0] for row in rows]
    silent = [] if session.args else [name for name in _names(session) if name not in measured]
    rows += [([name], 0, 0, ["<unknown>"] * 4) for name in silent]
    _print(session, ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], rows)
    return 0


def _names(session: Session) -> list[str]:
    """The nodes that are meant, measured or not."""
    found = session.list(RESOURCES["nodes"], None, query={"labelSelector": str(session.flag("selector") or "")})
    return [node["metadata"]["name"] for node in found.get("items") or []]


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole else "<unknown>"


COMMON = "--no-headers=false -l --selector= --sort-by= --use-protocol-buffers=true"
MEMBERS = (
    Command("node", "Display resource (CPU/memory) usage of nodes", node, "[NAME | -l label] [options]",
            declare(COMMON, "--show-capacity=false"), aliases=("nodes", "no")),
    Command("pod", "Display resource (CPU/memory) usage of pods", pod, "[NAME | -l label] [options]",
            declare(COMMON, "-A --all-namespaces=false --containers=false --field-selector= --sum=false"), aliases=("pods", "po")),
)  # fmt: skip
COMMAND = Command(
    "top",
    "Display resource (CPU/memory) usage",
    usage="[flags] [options]",
    commands=MEMBERS,
    group="Cluster Management Commands",
)
