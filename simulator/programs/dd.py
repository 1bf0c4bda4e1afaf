"""dd: blocks from one place to another, counted (coreutils/dd.c)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.options import Dialect, Refused, complain, is_busybox, refuse
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

SUFFIXES = {
    "c": 1,
    "w": 2,
    "b": 512,
    "k": 1 << 10,
    "K": 1 << 10,
    "kB": 1000,
    "M": 1 << 20,
    "MB": 10**6,
    "G": 1 << 30,
    "GB": 10**9,
}
NUMBERS = {"bs": 512, "ibs": 512, "obs": 512, "count": -1, "skip": 0, "seek": 0}
WORDS = ("if", "of", "status", "conv", "iflag", "oflag")
CONVERSIONS = ("notrunc", "sync", "fsync", "fdatasync", "noerror", "excl", "nocreat")
FLAGS = ("fullblock", "direct", "sync", "dsync", "nonblock", "append", "")
LARGEST = 1 << 40
BLOCKS_PER_STEP = 64
BYTES_PER_STEP = 256 << 10


def main(sys: Sys, dialect: Dialect) -> Step:
    """Copy blocks."""
    try:
        state = sys.state.get("dd") or begin(sys, dialect)
        return copy(sys, dialect, state)
    except UnixError as error:
        name = sys.state.get("open", "")
        text = (
            error.message
            if not name
            else f"can't open '{name}': {error.message}"
            if is_busybox(dialect)
            else f"failed to open '{name}': {error.message}"
        )
        raise refuse(sys, text) from None


def begin(sys: Sys, dialect: Dialect) -> dict[str, Any]:
    """Read the operands and open the files."""
    given: dict[str, Any] = dict(NUMBERS)
    for word in sys.argv[1:]:
        name, equals, value = word.partition("=")
        if not equals or name not in (*NUMBERS, *WORDS):
            raise Refused(
                f"dd: {'invalid argument' if is_busybox(dialect) else 'unrecognized operand'} '{word}'\n"
                + ("" if is_busybox(dialect) else "Try 'dd --help' for more information.\n")
            )
        given[name] = size(sys, dialect, value, name) if name in NUMBERS else value
    check(sys, given)
    block = given["bs"] if "bs=" in " ".join(sys.argv) else given["ibs"]
    source, target = given.get("if", ""), given.get("of", "")
    conversions = given.get("conv", "").split(",")
    state = {
        "block": block, "left": given["count"], "skip": given["skip"] * block, "in": 0, "out": 1, "unsent": b"", "whole": 0, "part": 0, "bytes": 0, "wrote": 0,
        "filled": 0, "began": sys.now, "status": given.get("status", ""), "full": "fullblock" in given.get("iflag", ""),
        "sync": "sync" in conversions, "target": target or "standard output",
    }  # fmt: skip
    if source:
        sys.state["open"] = source
        state["in"] = sys.open(source, "r")
    if target:
        sys.state["open"] = target
        state["out"] = opened(sys, target, given, "notrunc" in conversions)
    sys.state.pop("open", None)
    state["full"] = state["full"] or not sys.fds().get(state["in"], "").startswith(("pipe:", "socket:", "/dev/pts"))
    sys.state["dd"] = state
    return state


def check(sys: Sys, given: dict[str, Any]) -> None:
    """Refuse what is not simulated."""
    unknown = [word for word in given.get("conv", "").split(",") if word and word not in CONVERSIONS]
    unknown += [word for key in ("iflag", "oflag") for word in given.get(key, "").split(",") if word not in FLAGS]
    if unknown:
        raise refuse(sys, f"not simulated here: {unknown[0]}")
    if given["bs"] == 0 or given["ibs"] == 0:
        raise refuse(sys, "invalid number: '0'")


def opened(sys: Sys, target: str, given: dict[str, Any], keep: bool) -> int:
    """The file to write to, cut off at the place where writing begins; what is before that place stays, or reads as zeros."""
    if "append" in given.get("oflag", ""):
        return sys.open(target, "a")
    start = given["seek"] * (given["bs"] if given["bs"] != NUMBERS["bs"] else given["obs"])
    if not start and not keep:
        return sys.open(target, "w")
    if sys.exists(target) and sys.stat(target).kind != "file":
        return sys.open(target, "a")
    if keep and sys.exists(target) and start < sys.stat(target).size:
        raise refuse(sys, "not simulated here: conv=notrunc in the middle of a file")
    sys.truncate(target, start)
    return sys.open(target, "a")


def size(sys: Sys, dialect: Dialect, text: str, name: str) -> int:
    """`512`, `4k`, `1M`, `2x512`."""
    product = 1
    for part in text.split("x")[:4]:
        digits = part.rstrip("cwbkKMGB")
        factor = SUFFIXES.get(part[len(digits) :], 0) if part != digits else 1
        if not digits.isdecimal() or not factor or len(digits) > 15:
            raise refuse(sys, f"invalid number '{text}'" if is_busybox(dialect) else f"invalid number: '{text}'")
        product *= int(digits) * factor
    return min(product, LARGEST)


def copy(sys: Sys, dialect: Dialect, state: dict[str, Any]) -> Step:
    """Move some blocks on."""
    moved = 0
    for _ in range(BLOCKS_PER_STEP):
        if state["unsent"]:
            try:
                taken = sys.write(state["out"], state["unsent"])
            except UnixError as error:
                complain(sys, f"error writing '{state['target']}': {error.message}")
                report(sys, dialect, state, failed=True)
                return 1
            state["unsent"] = state["unsent"][taken:]
            state["wrote"] += taken
            if state["unsent"]:
                return Wait(writable=(state["out"],))
        if state["left"] == 0 or moved >= BYTES_PER_STEP:
            break
        data = piece(sys, state)
        if data is None:
            return Wait(readable=(state["in"],))
        moved += len(data)
        count(state, data)
    sys.charge(20 + moved // 2000)
    if state["left"] or state["unsent"]:
        return Wait(until=sys.now)
    report(sys, dialect, state)
    return 0


def piece(sys: Sys, state: dict[str, Any]) -> bytes | None:
    """The next part of a block, behind what is skipped; empty at the end, None while nothing is there."""
    while True:
        data = sys.read(state["in"], state["block"] - state["filled"])
        if not data or not state["skip"]:
            return data
        cut = min(state["skip"], len(data))
        state["skip"] -= cut
        if data[cut:]:
            return data[cut:]


def count(state: dict[str, Any], data: bytes) -> None:
    """Hand a part on. A block is over when it is full, at the end, and with what one read gave of a pipe."""
    state["bytes"] += len(data)
    state["filled"] += len(data)
    whole = state["filled"] == state["block"]
    over = whole or not data or not state["full"]
    missing = state["block"] - state["filled"] if over and state["filled"] and state["sync"] else 0
    state["unsent"] = data + bytes(min(missing, BYTES_PER_STEP))
    if not over:
        return
    if state["filled"]:
        state["whole" if whole else "part"] += 1
        state["left"] -= 1 if state["left"] > 0 else 0
    if not data:
        state["left"] = 0
    state["filled"] = 0


def report(sys: Sys, dialect: Dialect, state: dict[str, Any], *, failed: bool = False) -> None:
    """The three lines at the end; where writing has *failed*, less has gone out than came in."""
    if state["status"] == "none":
        return
    came = gone = f"{state['whole']}+{state['part']}"
    if failed:
        state["bytes"] = state["wrote"]
        came = f"{state['whole'] + int(state['filled'] > 0)}+{state['part']}"
        gone = f"{state['wrote'] // state['block']}+{int(state['wrote'] % state['block'] > 0)}"
    sys.err(f"{came} records in\n{gone} records out\n")
    if state["status"] == "noxfer":
        return
    took = max(sys.now - state["began"], 1)
    sys.err(busybox_line(state["bytes"], took) if is_busybox(dialect) else gnu_line(state["bytes"], took))


def busybox_line(size: int, took: int) -> str:
    """`1024 bytes (1.0KB) copied, 0.000123 seconds, 7.9MB/s`."""
    return f"{size} bytes ({short(size, 1024, 'KMG')}B) copied, {took / SECOND:.6f} seconds, {short(size * SECOND // took, 1024, 'KMG')}B/s\n"


def gnu_line(size: int, took: int) -> str:
    """`1024 bytes (1.0 kB, 1.0 KiB) copied, 0.000123 s, 8.3 MB/s`."""
    sizes = [f"{spaced(size, 1000)}B"] if size >= 1000 else []
    sizes += [f"{spaced(size, 1024)}iB"] if size >= 1024 else []
    shown = f" ({', '.join(sizes)})" if sizes else ""
    return f"{size} byte{'' if size == 1 else 's'}{shown} copied, {took / SECOND:g} s, {spaced(size * SECOND // took, 1000)}B/s\n"


def short(value: int, base: int, letters: str) -> str:
    """`1.0K`."""
    return spaced(value, base, letters).replace(" ", "") if value >= base else str(value)


def spaced(value: int, base: int, letters: str = "") -> str:
    """`1.0 k`, `12 M`: one digit behind the point below ten."""
    tenths, unit = value * 10, -1
    while tenths >= base * 10 and unit < 2:
        tenths = (tenths + base // 2) // base
        unit += 1
    letter = "" if unit < 0 else (letters or ("KMG" if base == 1024 else "kMG"))[unit]
    return (
        f"{tenths // 10}.{tenths % 10} {letter}"
        if letter and (tenths < 100 or letters)
        else f"{(tenths + 5) // 10} {letter}"
    )
