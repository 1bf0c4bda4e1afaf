"""free, top: memory, and who computes (procps-ng; busybox procps/top.c)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.identity import load, uptime_line
from simulator.programs.machine import CLEAR
from simulator.programs.options import (
    Dialect,
    grammar,
    is_busybox,
    parse,
    refuse,
    whole_number,
)
from simulator.programs.processes import clock, command_line, command_name, memory_share, share
from simulator.programs.sizes import human
from simulator.runtime.syscalls import Step, Sys, Wait

FREE = grammar(
    "bkmghtsw",
    {"bytes": "b", "kibi": "k", "mebi": "m", "gibi": "g", "human": "h", "total": "t", "mega": "m", "giga": "g"},
    usage="[-bkmgh]",
)


TOP = grammar("bn:d:p:u:HcioSsw::", usage="[-bmH] [-n COUNT] [-d SECONDS]")


UNITS = {"b": 1, "k": 1024, "m": 1 << 20, "g": 1 << 30}


def memory_figures(sys: Sys) -> tuple[int, int, int]:
    """Total, used by processes, and held for caches (bytes)."""
    total = int(sys.info().get("memory", 0))
    used = min(int(sys.info().get("memory_used", 0)), total)
    return total, used, min(total // 10, total - used)


def free(sys: Sys, dialect: Dialect) -> Step:
    """How much memory is left."""
    options = parse(sys, dialect, FREE)
    unit = UNITS[options.last("bkmg", "k")]
    total, used, cached = memory_figures(sys)

    def shown(size: int) -> str:
        if "h" in options:
            text = human(size, is_busybox(dialect))
            return text if is_busybox(dialect) or not size else text + "i" if text[-1].isalpha() else text + "B"
        return str(size // unit)

    cells = [shown(size) for size in (total, used, total - used - cached, 0, cached, total - used)]
    titles = ("total", "used", "free", "shared", "buff/cache", "available")
    sys.out(
        " " * 7
        + "".join(
            f"{title:>13}"[1:] if is_busybox(dialect) and place == 0 else f"{title:>12}"
            for place, title in enumerate(titles)
        )
        + "\n"
    )
    sys.out("Mem:   " + "".join(f"{cell:>12}" for cell in cells) + "\n")
    zero = "0B" if "h" in options and not is_busybox(dialect) else "0"
    sys.out("Swap:  " + "".join(f"{zero:>12}" for _ in range(3)) + "\n")
    return 0


def top(sys: Sys, dialect: Dialect) -> Step:
    """The processes that use most, again and again; with -b as plain text."""
    options = parse(
        sys,
        dialect,
        TOP,
        [word if place or word.startswith("-") else "-" + word for place, word in enumerate(sys.argv[1:])],
    )
    state = sys.state
    delay = max(
        SECOND,
        whole_number(sys, dialect, options.value("d", "5" if is_busybox(dialect) else "3").partition(".")[0] or "1")
        * SECOND,
    )
    if "left" not in state:
        state |= {"left": whole_number(sys, dialect, options.value("n")) if "n" in options else -1, "next": sys.now}
        if "b" not in options:
            if not sys.isatty(1):
                raise refuse(sys, "no terminal; give -b" if is_busybox(dialect) else "failed tty get")
            if sys.isatty(0):
                sys.tty_mode(0, canonical=False, echo=False)
            sys.catch("INT", "TERM")
    live = "b" not in options
    if live and (sys.take_signal() or _quit_key(sys)):
        return _leave(sys)
    if sys.now >= state["next"]:
        if state["left"] == 0:
            return _leave(sys) if live else 0
        state |= {"left": state["left"] - 1, "next": sys.now + delay}
        text = (_busybox_top if is_busybox(dialect) else _procps_top)(sys)
        _show(sys, text, live)
        if state["left"] == 0:
            return _leave(sys) if live else 0
    return Wait(until=state["next"], readable=(0,) if live and sys.isatty(0) else ())


def _quit_key(sys: Sys) -> bool:
    if not sys.isatty(0):
        return False
    data = sys.read(0)
    return data is not None and (not data or b"q" in data)


def _leave(sys: Sys) -> int:
    if sys.isatty(0):
        sys.tty_mode(0, canonical=True, echo=True)
    sys.out("\n")
    return 0


def _show(sys: Sys, lines: list[str], live: bool) -> None:
    if live:
        columns, rows = sys.tty_size(1)
        sys.out(CLEAR + "\n".join(line[:columns] for line in lines[: max(rows - 1, 1)]))
    else:
        sys.out("\n".join(lines) + "\n")


def _by_use(sys: Sys) -> list[Any]:
    return sorted(
        sys.processes(), key=lambda process: (-process.cpu * 1000 // max(1, sys.now - process.started), process.pid)
    )


def _busybox_top(sys: Sys) -> list[str]:
    total, used, cached = memory_figures(sys)
    processes = _by_use(sys)
    running = sum(process.state == "R" for process in processes)
    lines = [
        f"Mem: {used // 1024}K used, {(total - used) // 1024}K free, 0K shrd, 0K buff, {cached // 1024}K cached",
        "CPU:   1% usr   1% sys   0% nic  97% idle   0% io   0% irq   0% sirq",
        f"Load average: {load(sys).replace(',', '')} {running}/{len(processes)} {sys.pid}",
        "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND",
    ]
    for process in processes:
        size = process.memory * 3 // 1024
        percent = process.memory * 300 // max(total, 1)
        lines.append(
            f"{process.pid:>5} {process.ppid:>5} {process.user:<8.8} {process.state:<4} {size:>5} {percent:>3}%   0 {share(sys, process).partition('.')[0]:>3}% {command_line(process)}"
        )
    return lines


def _procps_top(sys: Sys) -> list[str]:
    total, used, cached = (size / (1 << 20) for size in memory_figures(sys))
    processes = _by_use(sys)
    count = {letter: sum(process.state == letter for process in processes) for letter in "RSTZ"}
    lines = [
        f"top -{uptime_line(sys, busybox=False)}",
        f"Tasks: {len(processes):>3} total, {count['R']:>3} running, {count['S']:>3} sleeping, {count['T']:>3} stopped, {count['Z']:>3} zombie",
        "%Cpu(s):  1.0 us,  1.0 sy,  0.0 ni, 98.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st",
        f"MiB Mem : {total:>8.1f} total, {total - used - cached:>8.1f} free, {used:>8.1f} used, {cached:>8.1f} buff/cache",
        f"MiB Swap: {0:>8.1f} total, {0:>8.1f} free, {0:>8.1f} used. {total - used:>8.1f} avail Mem",
        "",
        "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ]
    for process in processes:
        cpu = f"{clock(process.cpu, hours=False)}.{process.cpu // 10_000 % 100:02}"
        lines.append(
            f"{process.pid:>7} {process.user:<8.8}  20   0 {process.memory * 3 // 1024:>7} {process.memory // 1024:>6} {process.memory // 2048:>6} {process.state} {share(sys, process):>5} {memory_share(sys, process):>5} {cpu:>9} {command_name(process)}"
        )
    return lines
