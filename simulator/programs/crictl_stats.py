"""crictl stats and statsp: what containers and Pods use (cri-tools cmd/crictl/stats.go, pod_stats.go)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.crictl_view import Row, begins, short, size_text, table
from simulator.programs.options import Dialect, Options, grammar, parse, refuse
from simulator.runtime.cri_api import Cri
from simulator.runtime.syscalls import Step, Sys, Wait

RULES = grammar(
    "ao:p:s:w",
    {"all": "a", "id=": "id", "pod=": "p", "label=": "label", "output=": "o", "seconds=": "s", "watch": "w"},
)
REFUSED = {"label": "--label", "o": "-o", "w": "-w"}
TITLES = ("CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES", "SWAP")
POD_TITLES = ("POD", "POD ID", "CPU %", "MEM")
DIGITS = 4
SHARES = 10  # of a core's thousandths make one of a hundred


def containers(sys: Sys, cri: Cri, dialect: Dialect, words: list[str]) -> Step:
    """One line for each container that runs, by its id."""
    options, wait = sampled(sys, dialect, words)
    if wait is not None:
        return wait
    wanted = options.value("id") or "".join(options.words[:1])
    usage = cri.usage()
    rows = sorted(cri.list_containers(), key=lambda row: str(row["id"]))
    rows = [row for row in rows if not wanted or begins(row, wanted)]
    rows = [row for row in rows if str(row["sandbox"]).startswith(options.value("p"))]
    shown = [row for row in rows if row["id"] in usage or "a" in options]
    return table(sys, TITLES, [container(row, usage.get(row["id"], {})) for row in shown])


def container(row: Row, used: dict[str, int]) -> tuple[str, ...]:
    """The line of a container; who does not run uses nothing."""
    memory, disk = (size_text(used.get(what, 0), DIGITS) for what in ("memory", "disk"))
    return (short(row["id"]), row["name"], share(used.get("cpu", 0)), memory, disk, str(used.get("inodes", 0)), "0B")


def pods(sys: Sys, cri: Cri, dialect: Dialect, words: list[str]) -> Step:
    """One line for each Pod, by its id: what its containers use together."""
    options, wait = sampled(sys, dialect, words)
    if wait is not None:
        return wait
    wanted = options.value("id") or "".join(options.words[:1])
    usage, owners = cri.usage(), {row["id"]: row["sandbox"] for row in cri.list_containers()}
    rows = sorted(cri.list_pod_sandboxes(), key=lambda row: str(row["id"]))
    lines = []
    for row in rows:
        used = [each for id, each in usage.items() if owners.get(id) == row["id"]]
        if used and (not wanted or begins(row, wanted)):
            memory = size_text(sum(each["memory"] for each in used), DIGITS)
            lines.append((row["name"], short(row["id"]), share(sum(each["cpu"] for each in used)), memory))
    return table(sys, POD_TITLES, lines)


def sampled(sys: Sys, dialect: Dialect, words: list[str]) -> tuple[Options, Wait | None]:
    """The options, and how long there is still to look."""
    options = parse(sys, dialect, RULES, words)
    if strange := [shown for name, shown in REFUSED.items() if name in options]:
        raise refuse(sys, f"not simulated here: crictl {sys.state.get('name', 'stats')} {strange[0]}")
    seconds = options.value("s", "1")
    state: dict[str, Any] = sys.state
    if "until" not in state:
        state["until"] = sys.now + (int(seconds[:6]) if seconds.isdecimal() else 1) * SECOND
    return options, Wait(until=state["until"]) if sys.now < state["until"] else None


def share(millicores: int) -> str:
    """Of a processor, in hundredths."""
    return f"{millicores / SHARES:.2f}"
