"""df: how full disks are (coreutils; busybox coreutils/df.c)."""

from typing import Any

from simulator.programs.options import Dialect, Options, grammar, is_busybox, parse, refuse
from simulator.programs.sizes import human
from simulator.runtime.syscalls import Step, Sys, UnixError

DF = grammar(
    "hkmPTait:x:",
    {"human-readable": "h", "portability": "P", "print-type": "T", "all": "a", "inodes": "i"},
    usage="[-PkmhTai] [-t TYPE] [FILESYSTEM]...",
)
# What each of GNU's columns is at least: device, type, three sizes, percent, path.
LEAST = (14, 4, 5, 5, 5, 4, 0)
LEFT = (0, 1, 6)


def df(sys: Sys, dialect: Dialect) -> Step:
    """How full disks are."""
    options = parse(sys, dialect, DF)
    rows = sys.mounts()
    if options.words:
        rows = [_mount_of(sys, path, rows) for path in options.words]
    elif "a" not in options:
        rows = [row for row in rows if row["size"]]
        rows = rows if is_busybox(dialect) else _once(rows)
    busybox = is_busybox(dialect)
    table = [_titles(options, busybox), *(_cells(row, options, busybox) for row in rows)]
    lines = _fixed(table) if busybox else _fitted(table)
    sys.out("".join(line + "\n" for line in lines))
    return 0


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each file system where its path is shortest, in the order in which they were mounted (coreutils df.c, filter_mount_list)."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        same = str(row["device"]) if str(row["device"]).startswith("/dev/") else str(row["path"])
        same = "runc" if "mode=755" in row["options"] and row["device"] == "tmpfs" else same
        if same not in found or len(row["path"]) < len(found[same]["path"]):
            found[same] = row
    return list(found.values())


def _titles(options: Options, busybox: bool) -> list[str]:
    units = (("h", "Size"), ("m", "1M-blocks"), ("P", "1024-blocks"))
    unit = next((title for letter, title in units if letter in options), "1K-blocks")
    free = "Avail" if "h" in options and not busybox else "Available"
    return ["Filesystem", "Type" if "T" in options else "", unit, "Used", free, "Use%", "Mounted on"]


def _cells(row: dict[str, Any], options: Options, busybox: bool) -> list[str]:
    size, used = int(row["size"]), int(row["used"])
    scale = 1 << 20 if "m" in options else 1024

    def show(amount: int) -> str:
        return (human(amount, busybox) if amount else "0") if "h" in options else str(amount // scale)

    percent = f"{-(-used * 100 // size)}%" if size else "-"
    kind = str(row["type"]) if "T" in options else ""
    return [str(row["device"]), kind, show(size), show(used), show(size - used), percent, str(row["path"])]


def _fixed(table: list[list[str]]) -> list[str]:
    """busybox's columns have a width of their own."""
    kinds = [f" {kind:<10}" if kind else "" for _, kind, *_ in table]
    return [
        f"{device:<20}{kind} {size:>9} {used:>9} {free:>9} {percent:>4} {path}"
        for (device, _, size, used, free, percent, path), kind in zip(table, kinds, strict=True)
    ]


def _fitted(table: list[list[str]]) -> list[str]:
    """GNU's columns are as wide as what stands in them."""
    shown = [place for place in range(len(LEAST)) if any(row[place] for row in table)]
    widths = [max(least, *(len(row[place]) for row in table)) for place, least in enumerate(LEAST)]
    return [
        " ".join(
            row[place].ljust(widths[place]) if place in LEFT else row[place].rjust(widths[place]) for place in shown
        ).rstrip()
        for row in table
    ]


def _mount_of(sys: Sys, path: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        real = sys.realpath(path) + "/"
    except UnixError as error:
        raise refuse(sys, f"{path}: {error.message}") from None
    return max(
        (row for row in rows if real.startswith(str(row["path"]).rstrip("/") + "/")),
        key=lambda row: len(str(row["path"])),
    )
