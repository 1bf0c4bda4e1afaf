"""How crictl finds containers and Pods, and sets them out in tables (cri-tools cmd/crictl/display.go, util.go)."""

from collections.abc import Sequence
from typing import Any

import re2

from simulator.api.field import quoted
from simulator.programs.calendar import strftime
from simulator.programs.options import Refused
from simulator.runtime.syscalls import Sys

UNITS = ("B", "kB", "MB", "GB")
SHORT = 13
NARROWEST, GAP = 20, 3

Row = dict[str, Any]


def size_text(size: int, digits: int = 3) -> str:
    """`192MB`: so many digits, units of a thousand."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.{digits}g}{UNITS[unit]}"


def table(sys: Sys, titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> int:
    """Columns as cri-tools aligns them."""
    places = range(len(titles))
    widths = [max(NARROWEST, GAP + max(len(row[place]) for row in (titles, *rows))) for place in places]
    lines = ("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (titles, *rows))
    sys.out("".join(line.rstrip() + "\n" for line in lines))
    return 0


def short(identity: str) -> str:
    """The beginning of an id, without the algorithm."""
    return identity.rpartition(":")[2][:SHORT]


def begins(row: Row, wanted: str) -> bool:
    """Whether the id of a row, without the algorithm, begins so."""
    return bool(wanted) and str(row["id"]).rpartition(":")[2].startswith(wanted)


def one(sys: Sys, rows: list[Row], wanted: str, call: str, doing: str = "", **more: str) -> Row:
    """The row whose id begins as *wanted* does. *call* is what the runtime is asked, such as `ContainerStatus`, *more* what else the
    client's log says of it; *doing* comes before the error in the end."""
    found = [row for row in rows if begins(row, wanted)]
    if len(found) == 1:
        return found[0]
    kind, named_as = ("sandbox", "podSandboxID") if "Sandbox" in call else (f'container "{wanted}"', "containerID")
    error = f"rpc error: code = NotFound desc = an error occurred when try to find {kind}: not found"
    now = f"{strftime('%m%d %H:%M:%S', sys.unix)}.{sys.unix % 10**6:06} {sys.pid:7}"
    fields = {"err": quoted(error), named_as: quoted(wanted), **more}
    said = " ".join(f"{name}={value}" for name, value in fields.items())
    raise Refused(f'E{now} log.go:32] "{call} from runtime service failed" {said}\nFATA[0000] {doing}{error}\n')


def newest(row: Row) -> tuple[int, str]:
    """By what containers and sandboxes are sorted."""
    return -row["created"], row["id"]


def named(rows: list[Row], pattern: str) -> list[Row]:
    """The rows in whose name the regular expression is found."""
    try:
        return [row for row in rows if re2.search(pattern, row["name"])]
    except re2.error:
        raise Refused(f"FATA[0000] error parsing regexp: `{pattern}`\n") from None
