"""free, mount, umount, top, stty, clear, reset, which, sysctl, dmesg, lscpu, systemctl, journalctl, less, more, man, logger, init: the machine."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.identity import load, machine, uptime_line
from simulator.programs.lines import Filter
from simulator.programs.options import (
    Dialect,
    Refused,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
    too_few,
    whole_number,
)
from simulator.programs.processes import clock, command_line, command_name, memory_share, share
from simulator.programs.sizes import human
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

FREE = grammar(
    "bkmghtsw",
    {"bytes": "b", "kibi": "k", "mebi": "m", "gibi": "g", "human": "h", "total": "t", "mega": "m", "giga": "g"},
    usage="[-bkmgh]",
)
TOP = grammar("bn:d:p:u:HcioSsw::", usage="[-bmH] [-n COUNT] [-d SECONDS]")
MOUNTPOINT = grammar("qdnx", {"quiet": "q"}, usage="[-q] DIR")
CLEAR = "\033[H\033[J"
UNITS = {"b": 1, "k": 1024, "m": 1 << 20, "g": 1 << 30}
# The daemons of a node, and what systemd calls them.
UNIT_NAMES = {
    "kubelet": "kubelet: The Kubernetes Node Agent",
    "containerd": "containerd container runtime",
    "sshd": "OpenBSD Secure Shell server",
}


def clear(sys: Sys, dialect: Dialect) -> Step:
    """An empty screen."""
    sys.out(CLEAR if own_name(sys) == "clear" else "\033c" + CLEAR)
    return 0


# --- memory and disks ----------------------------------------------------------------------------------------------
def memory_figures(sys: Sys) -> tuple[int, int, int]:
    """Total, used by processes, and held for caches (bytes)."""
    total = int(sys.info().get("memory", 0))
    used = min(total // 20 + sum(process.memory for process in sys.processes()), total)
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


def mountpoint(sys: Sys, dialect: Dialect) -> Step:
    """Whether something is mounted at a directory."""
    options = parse(sys, dialect, MOUNTPOINT)
    if len(options.words) != 1:
        raise show_usage(sys, dialect, MOUNTPOINT)
    path = options.words[0]
    try:
        stat = sys.stat(path)
    except UnixError as error:
        if "q" in options:
            return 1
        raise refuse(sys, f"{path}: {error.message}") from None
    mounted = stat.kind == "dir" and sys.realpath(path) in {str(entry["path"]) for entry in sys.mounts()}
    if "q" not in options:
        sys.out(f"{path} is {'' if mounted else 'not '}a mountpoint\n")
    return 0 if mounted else 1 if is_busybox(dialect) else 32


def mount(sys: Sys, dialect: Dialect) -> Step:
    """What is mounted; mounting is not simulated."""
    options = parse(sys, dialect, grammar("t:o:lav", usage="[OPTIONS] [-o OPT] DEVICE NODE"))
    if options.words:
        if "SYS_ADMIN" not in sys.capabilities:
            where = options.words[-1]
            raise refuse(
                sys,
                "permission denied (are you root?)"
                if is_busybox(dialect)
                else f"{where}: must be superuser to use mount.",
                1 if is_busybox(dialect) else 32,
            )
        raise refuse(sys, "not simulated here: mounting")
    sys.out(
        "".join(f"{row['device']} on {row['path']} type {row['type']} ({row['options']})\n" for row in sys.mounts())
    )
    return 0


def umount(sys: Sys, dialect: Dialect) -> Step:
    """Refused."""
    raise refuse(
        sys,
        "not simulated here: unmounting"
        if "SYS_ADMIN" in sys.capabilities
        else "can't unmount: Operation not permitted",
    )


# --- top -----------------------------------------------------------------------------------------------------------
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


# --- the terminal, programs on PATH --------------------------------------------------------------------------------
def stty(sys: Sys, dialect: Dialect) -> Step:
    """How the terminal is set."""
    if not sys.isatty(0):
        raise refuse(
            sys,
            "standard input: Inappropriate ioctl for device"
            if is_busybox(dialect)
            else "'standard input': Inappropriate ioctl for device",
        )
    words = sys.argv[1:]
    columns, rows = sys.tty_size(0)
    switches = {
        "echo": {"echo": True},
        "-echo": {"echo": False},
        "raw": {"canonical": False, "signals": False},
        "cooked": {"canonical": True, "signals": True},
        "-icanon": {"canonical": False},
        "icanon": {"canonical": True},
        "sane": {"canonical": True, "echo": True, "signals": True},
    }
    for word in words:
        if word == "size":
            sys.out(f"{rows} {columns}\n")
        elif word in switches:
            sys.tty_mode(0, **switches[word])
        elif word != "-a":
            raise refuse(sys, f"invalid argument '{word}'")
    if not words or words == ["-a"]:
        mode = sys.tty_mode(0)
        sys.out(
            f"speed 38400 baud; rows {rows}; columns {columns};\n{'' if mode.get('canonical', True) else '-'}icanon {'' if mode.get('echo', True) else '-'}echo {'' if mode.get('signals', True) else '-'}isig\n"
        )
    return 0


def which(sys: Sys, dialect: Dialect) -> Step:
    """Where on PATH a program is."""
    options = parse(sys, dialect, grammar("as", usage="[-a] COMMAND..."))
    code = 0
    for name in options.words:
        try:
            sys.out(sys.which(name) + "\n")
        except UnixError:
            code = 1
    return code


def sysctl(sys: Sys, dialect: Dialect) -> Step:
    """Kernel settings, as /proc/sys has them."""
    options = parse(sys, dialect, grammar("anwqep", {"values": "n", "all": "a"}, usage="[OPTIONS] [KEY[=VALUE]]..."))
    if "a" in options or "p" in options:
        raise refuse(sys, "not simulated here: all settings; name one")
    code = 0
    for word in options.words:
        name, equals, value = word.partition("=")
        path = "/proc/sys/" + name.replace(".", "/")
        try:
            if equals:
                sys.write_file(path, value.encode() + b"\n")
            text = sys.read_file(path).decode("utf-8", "replace").strip()
            sys.out((text if "n" in options else f"{name} = {text}") + "\n")
        except UnixError as error:
            verb = (
                f'permission denied on key "{name}"'
                if error.name in ("EACCES", "EROFS", "EPERM")
                else f"cannot stat {path}: {error.message}"
            )
            complain(sys, f"error: '{path}': {error.message}" if is_busybox(dialect) else verb)
            code = 1
    return code


def dmesg(sys: Sys, dialect: Dialect) -> Step:
    """The kernel's log: what a boot says first."""
    if "SYSLOG" not in sys.capabilities and sys.container:
        raise refuse(
            sys,
            "klogctl: Operation not permitted"
            if is_busybox(dialect)
            else "read kernel buffer failed: Operation not permitted",
        )
    sys.out(
        f"[    0.000000] Linux version {sys.info().get('kernel', '')}\n[    0.000000] Memory: {int(sys.info().get('memory', 0)) // 1024}K available\n"
    )
    return 0


def lscpu(sys: Sys, dialect: Dialect) -> Step:
    """The processors."""
    sys.out(
        f"Architecture:            {machine(sys)}\n  CPU op-mode(s):        32-bit, 64-bit\n  Byte Order:            Little Endian\nCPU(s):                  {sys.info().get('cpus', 1)}\n"
    )
    return 0


def logger(sys: Sys, dialect: Dialect) -> Step:
    """Write to the system's log, which nobody here reads."""
    raise refuse(sys, "not simulated here: the system's log")


def man(sys: Sys, dialect: Dialect) -> Step:
    """Refused."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if not words:
        raise Refused("What manual page do you want?\nFor example, try 'man man'.\n")
    raise refuse(sys, f"not simulated here: the manual page of {words[-1]} (try {words[-1]} --help)", 16)


# --- paging --------------------------------------------------------------------------------------------------------
class Pager(Filter):
    """Prints everything at once: the learner's terminal scrolls by itself."""

    whole_chunks = True

    def line(self, text: bytes, ended: bool) -> bool:
        self.put(text)
        return True


def less(sys: Sys, dialect: Dialect) -> Step:
    """Show files."""
    words = [word for word in sys.argv[1:] if not word.startswith(("-", "+")) or word == "-"]
    if not words and sys.isatty(0):
        raise Refused(
            'Missing filename ("less --help" for help)\n'
            if not is_busybox(dialect)
            else f"{own_name(sys)}: not simulated here: without a file\n"
        )
    pager = Pager(sys, words)
    pager.unreadable = "{name}: {error}"
    return pager.run()


# --- systemd -------------------------------------------------------------------------------------------------------
def _daemon(sys: Sys, unit: str) -> Any:
    return next((process for process in sys.processes() if command_name(process) == unit), None)


def systemctl(sys: Sys, dialect: Dialect) -> Step:
    """The node's services: status, is-active, is-enabled, list-units; they are not started or stopped from here."""
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
    if verb not in ("status", "is-active", "is-enabled"):
        raise refuse(sys, f"not simulated here: systemctl {verb}")
    too_few(sys, dialect, grammar(""), units, 1)
    code = 0
    for unit in units:
        code = max(code, _status(sys, unit, verb))
    return code


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
    minutes = (sys.now - process.started) // (60 * SECOND)
    length = f"{minutes // 60}h {minutes % 60}min" if minutes >= 60 else f"{minutes}min"
    return (
        f"● {head}     Active: active (running) since {strftime('%a %Y-%m-%d %H:%M:%S UTC', started)}; {length} ago\n"
        f"   Main PID: {process.pid} ({unit})\n     Memory: {human(process.memory, busybox=False)}\n     CGroup: /system.slice/{unit}.service\n             └─{process.pid} {command_line(process)}\n"
    )


def journalctl(sys: Sys, dialect: Dialect) -> Step:
    """The journal of a service: refused, since services here do their work without writing one."""
    words = sys.argv[1:]
    unit = (
        words[words.index("-u") + 1].removesuffix(".service")
        if "-u" in words[:-1]
        else next((word.removeprefix("-u") for word in words if word.startswith("-u")), "")
    )
    raise refuse(
        sys,
        f"not simulated here: the journal of {unit or 'the system'} (kubectl get events and kubectl describe say what the kubelet did)",
    )


def init(sys: Sys, dialect: Dialect) -> Step:
    """Process 1 of a host: takes leave of orphans."""
    if not sys.state.get("ready"):
        sys.catch("TERM", "INT")
        sys.state["ready"] = True
    while sys.take_signal():
        pass
    try:
        while sys.wait() is not None:
            pass
    except UnixError:
        return Wait()
    return Wait(child=True)
