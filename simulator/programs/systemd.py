"""systemctl, init: the daemons of a node (systemd)."""

from typing import Any

from simulator.kernel.units import MILLISECOND, SECOND
from simulator.programs.calendar import strftime
from simulator.programs.daemons import reap
from simulator.programs.options import (
    Dialect,
    refuse,
)
from simulator.programs.processes import command_line, command_name
from simulator.programs.sizes import human
from simulator.runtime.services import UNITS
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

# The daemons of a node, and what systemd calls them.
UNIT_NAMES = {
    "kubelet": "kubelet: The Kubernetes Node Agent",
    "containerd": "containerd container runtime",
    "sshd": "OpenBSD Secure Shell server",
}


UNIT_FILES = "/usr/lib/systemd/system"
ACTIONS = {"start": "start", "stop": "stop", "restart": "restart", "reload-or-restart": "restart"}
MOMENT = 200 * MILLISECOND


def _daemon(sys: Sys, unit: str) -> Any:
    return next((process for process in sys.processes() if command_name(process) == unit), None)


def systemctl(sys: Sys, dialect: Dialect) -> Step:
    """The node's services: status, is-active, is-enabled, list-units; kubelet and containerd can be started and stopped."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    verb, units = (words[0], [word.removesuffix(".service") for word in words[1:]]) if words else ("list-units", [])
    if verb in ("list-units", "list-unit-files"):
        rows = [
            f"  {name + '.service':<22} loaded {'active running' if _daemon(sys, name) else 'failed failed '} {text}"
            for name, text in UNIT_NAMES.items()
        ]
        sys.out(
            "\n".join(["  UNIT                   LOAD   ACTIVE SUB     DESCRIPTION", *rows])
            + f"\n\n{len(rows)} loaded units listed.\n"
        )
        return 0
    if verb == "daemon-reload":
        return 0
    if verb == "cat":
        return _cat(sys, units)
    if verb == "status" and not units:
        sys.out(_machine_text(sys))
        return 0
    if verb in ACTIONS:
        return _act(sys, dialect, ACTIONS[verb], units)
    if verb not in ("status", "is-active", "is-enabled"):
        raise refuse(sys, f"not simulated here: systemctl {verb}")
    if not units:
        sys.err("Too few arguments.\n")
        return 1
    code = 0
    for unit in units:
        code = max(code, _status(sys, unit, verb))
    return code


def _act(sys: Sys, dialect: Dialect, action: str, units: list[str]) -> Step:
    """Start or stop services; it takes a moment."""
    if "asked" in sys.state:
        return 0
    if not units:
        sys.err("Too few arguments.\n")
        return 1
    for unit in units:
        if unit not in UNIT_NAMES:
            verb = "restart" if action == "restart" else action
            sys.err(f"Failed to {verb} {unit}.service: Unit {unit}.service not found.\n")
            return 5
        if unit not in UNITS:
            raise refuse(sys, f"not simulated here: systemctl {action} {unit}")
        sys.service(unit, action)
    sys.state["asked"] = True
    return Wait(until=sys.now + MOMENT)


def _cat(sys: Sys, units: list[str]) -> int:
    """The files of services, each after its path."""
    if not units:
        sys.err("Too few arguments.\n")
        return 1
    texts = []
    for unit in units:
        path = f"{UNIT_FILES}/{unit}.service"
        try:
            texts.append(f"# {path}\n{sys.read_file(path).decode()}")
        except UnixError:
            sys.err(f"No files found for {unit}.service.\n")
            return 1
    sys.out("\n".join(texts))
    return 0


def _machine_text(sys: Sys) -> str:
    """The state of the whole machine: its services below what systemd calls slices; what runs in containers and sessions is not told."""
    running = [(name, process) for name in sorted(UNIT_NAMES) if (process := _daemon(sys, name))]
    failed = len(UNIT_NAMES) - len(running)
    first = next(process for process in sys.processes() if process.pid == 1)
    boot = sys.unix - (sys.now - first.started)
    since = strftime("%a %Y-%m-%d %H:%M:%S UTC", boot)
    head = (
        f"● {sys.hostname}\n    State: {'degraded' if failed else 'running'}\n    Units: {len(UNIT_NAMES)} loaded (incl. loaded aliases)\n"
        f"     Jobs: 0 queued\n   Failed: {failed} unit{'s' * (failed != 1)}\n"
        f"    Since: {since}; {relative((sys.now - first.started) // SECOND)} ago\n   CGroup: /\n"
    )
    rows = ["├─init.scope", f"│ └─{first.pid} {command_line(first)}", "└─system.slice"]
    for at, (name, process) in enumerate(running):
        last = at == len(running) - 1
        rows += [
            f"  {'└' if last else '├'}─{name}.service",
            f"  {' ' if last else '│'} └─{process.pid} {command_line(process)}",
        ]
    return head + "".join(f"           {row}\n" for row in rows)


def _status(sys: Sys, unit: str, verb: str) -> int:
    if unit not in UNIT_NAMES:
        if verb == "status":
            sys.err(f"Unit {unit}.service could not be found.\n")
            return 4
        sys.out("inactive\n" if verb == "is-active" else "")
        if verb == "is-enabled":
            sys.err(f"Failed to get unit file state for {unit}.service: No such file or directory\n")
        return 3 if verb == "is-active" else 1
    process = _daemon(sys, unit)
    if verb == "is-enabled":
        sys.out("enabled\n")
        return 0
    if verb == "is-active":
        sys.out("active\n" if process else "inactive\n")
        return 0 if process else 3
    sys.out(_status_text(sys, unit, process))
    return 0 if process else 3


def _status_text(sys: Sys, unit: str, process: Any) -> str:
    head = f"{unit}.service - {UNIT_NAMES[unit]}\n     Loaded: loaded (/usr/lib/systemd/system/{unit}.service; enabled; preset: enabled)\n"
    if process is None:
        return f"○ {head}     Active: inactive (dead)\n"
    started = sys.unix - (sys.now - process.started)
    length = relative((sys.now - process.started) // SECOND)
    return (
        f"● {head}     Active: active (running) since {strftime('%a %Y-%m-%d %H:%M:%S UTC', started)}; {length} ago\n"
        f"   Main PID: {process.pid} ({unit})\n     Memory: {human(process.memory, busybox=False)}\n     CGroup: /system.slice/{unit}.service\n             └─{process.pid} {command_line(process)}\n"
    )


def relative(seconds: int) -> str:
    """How long something lasts, in systemd's words (basic/time-util.c, format_timestamp_relative)."""
    days, hours, minutes = seconds // 86_400, seconds // 3600, seconds // 60
    if days >= 7:
        rest = days % 7
        return f"{days // 7} week{'s' * (days >= 14)} {rest} day{'s' * (rest != 1)}"
    if days >= 2:
        return f"{days} days"
    if hours >= 25:
        return f"1 day {hours - 24}h"
    if hours >= 6:
        return f"{hours}h"
    if hours:
        return f"{hours}h {minutes % 60}min"
    if minutes >= 5:
        return f"{minutes}min"
    return f"{minutes}min {seconds % 60}s" if minutes else f"{seconds}s"


def init(sys: Sys, dialect: Dialect) -> Step:
    """Process 1 of a host: takes leave of orphans."""
    if not sys.state.get("ready"):
        sys.catch("TERM", "INT")
        sys.state["ready"] = True
    while sys.take_signal():
        pass
    reap(sys)
    return Wait(child=True)
