"""hostname, uname, id, whoami, who, groups, tty, pwd, nproc, uptime: who and where I am (coreutils)."""

from simulator.kernel.units import SECOND
from simulator.programs.calendar import civil
from simulator.programs.lookups import config
from simulator.programs.names import group_name, groups, user_group, user_name, user_number
from simulator.programs.options import Dialect, Refused, grammar, is_busybox, parse, refuse, show_usage
from simulator.runtime.dns import candidates, hosts_name
from simulator.runtime.syscalls import Step, Sys, UnixError

HOSTNAME = grammar(
    "ifIsdaAyF:",
    {"fqdn": "f", "long": "f", "short": "s", "ip-address": "i", "all-ip-addresses": "I", "domain": "d"},
    usage="[-sidf] [HOSTNAME | -F FILE]",
)
UNAME = grammar(
    "amnrspvio",
    {
        "all": "a",
        "machine": "m",
        "nodename": "n",
        "kernel-release": "r",
        "kernel-name": "s",
        "processor": "p",
        "kernel-version": "v",
        "operating-system": "o",
        "hardware-platform": "i",
    },
    usage="[-amnrspvio]",
)
ID = grammar("ugGnrZ", {"user": "u", "group": "g", "groups": "G", "name": "n", "real": "r"}, usage="[-ugGnr] [USER]")


def full_name(sys: Sys) -> str:
    """The host name with its domain, by /etc/hosts, else as DNS completes it."""
    name = sys.hostname
    try:
        hosts = sys.read_file("/etc/hosts").decode("utf-8", "replace")
    except UnixError:
        hosts = ""
    for ip in sys.resolve(name):
        found = hosts_name(hosts, ip)
        if found:
            return found
        return candidates(name, config(sys))[0].rstrip(".") if "." not in name else name
    return name


def hostname(sys: Sys, dialect: Dialect) -> Step:
    """The name of this host, and its addresses."""
    options = parse(sys, dialect, HOSTNAME)
    if options.words or "F" in options:
        raise refuse(
            sys,
            "sethostname: Operation not permitted"
            if is_busybox(dialect)
            else "you must be root to change the host name",
        )
    if "I" in options:
        sys.out(" ".join(face.ip for face in sys.interfaces() if face.name != "lo" and face.ip) + " \n")
    elif "i" in options:
        addresses = sys.resolve(sys.hostname)
        if not addresses:
            raise refuse(
                sys,
                f"{sys.hostname}: Host name lookup failure"
                if not is_busybox(dialect)
                else f"{sys.hostname}: Unknown host",
            )
        sys.out(" ".join(addresses) + (" \n" if is_busybox(dialect) and len(addresses) > 1 else "\n"))
    elif "f" in options:
        sys.out(full_name(sys) + "\n")
    elif "d" in options:
        sys.out(full_name(sys).partition(".")[2] + "\n")
    else:
        sys.out((sys.hostname.partition(".")[0] if "s" in options else sys.hostname) + "\n")
    return 0


def dnsdomainname(sys: Sys, dialect: Dialect) -> Step:
    """The domain of this host."""
    sys.out(full_name(sys).partition(".")[2] + "\n")
    return 0


def uname(sys: Sys, dialect: Dialect) -> Step:
    """The kernel."""
    options = parse(sys, dialect, UNAME)
    if options.words:
        raise (
            show_usage(sys, dialect, UNAME)
            if is_busybox(dialect)
            else refuse(sys, f"extra operand '{options.words[0]}'\nTry 'uname --help' for more information.")
        )
    info = sys.info()
    values = {
        "s": "Linux", "n": sys.hostname, "r": str(info.get("kernel", "")), "v": str(info.get("version", "#1 SMP PREEMPT_DYNAMIC")), "m": machine(sys),
        "p": "unknown", "i": "unknown", "o": "GNU/Linux",
    }  # fmt: skip
    wanted = [key for key, _ in options.given] or ["s"]
    order = "snrvmo" if "a" in wanted else "snrvmpio"
    sys.out(" ".join(values[key] for key in order if key in wanted or "a" in wanted) + "\n")
    return 0


def machine(sys: Sys) -> str:
    """What uname -m says."""
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(str(sys.info().get("arch", "amd64")), "x86_64")


def arch(sys: Sys, dialect: Dialect) -> Step:
    """The kind of machine."""
    sys.out(machine(sys) + "\n")
    return 0


def _who(sys: Sys, name: str) -> tuple[int, int, list[int]]:
    """User, group and groups of whom was asked for; by default of the process."""
    if not name:
        known = sorted({sys.gid, *sys.groups})  # as the kernel keeps them; coreutils tells the main one first
        return sys.uid, sys.gid, known if sys.state.get("busybox") else sorted(known, key=lambda gid: gid != sys.gid)
    uid = user_number(sys, name)
    if uid is None or (name.isdecimal() and user_name(sys, uid) == name):
        raise refuse(sys, f"unknown user {name}" if sys.state.get("busybox") else f"'{name}': no such user")
    gid = user_group(sys, uid)
    gid = uid if gid is None else gid
    others = [
        int(fields[2])
        for fields in groups(sys)
        if len(fields) > 3 and user_name(sys, uid) in fields[3].split(",") and fields[2].isdecimal()
    ]
    return uid, gid, [gid, *sorted({*others} - {gid})]


def identity(sys: Sys, dialect: Dialect) -> Step:
    """User and groups, by number and name."""
    options = parse(sys, dialect, ID)
    sys.state["busybox"] = is_busybox(dialect)
    uid, gid, all_groups = _who(sys, options.words[0] if options.words else "")
    named = "n" in options
    if kind := options.last("ugG"):
        numbers = [uid] if kind == "u" else [gid] if kind == "g" else all_groups
        find = user_name if kind == "u" else group_name
        sys.out(" ".join(find(sys, number) if named else str(number) for number in numbers) + "\n")
        return 0
    listed = ",".join(_labelled(number, group_name(sys, number)) for number in all_groups)
    sys.out(f"uid={_labelled(uid, user_name(sys, uid))} gid={_labelled(gid, group_name(sys, gid))} groups={listed}\n")
    return 0


def _labelled(number: int, name: str) -> str:
    return f"{number}({name})" if name != str(number) else str(number)


def whoami(sys: Sys, dialect: Dialect) -> Step:
    """The user's name."""
    name = user_name(sys, sys.uid)
    if name == str(sys.uid):
        raise refuse(
            sys, f"unknown uid {sys.uid}" if is_busybox(dialect) else f"cannot find name for user ID {sys.uid}"
        )
    sys.out(name + "\n")
    return 0


def list_groups(sys: Sys, dialect: Dialect) -> Step:
    """The names of the groups."""
    words = parse(sys, dialect, grammar("", usage="[USER]")).words
    _, _, numbers = _who(sys, words[0] if words else "")
    prefix = f"{words[0]} : " if words and not is_busybox(dialect) else ""
    sys.out(prefix + " ".join(group_name(sys, number) for number in numbers) + "\n")
    return 0


def who(sys: Sys, dialect: Dialect) -> Step:
    """Who sits at a terminal."""
    seen: list[str] = []
    for process in sys.processes():
        tty = process.tty.removeprefix("/dev/")
        if tty not in ("", "?") and tty not in seen:
            seen.append(tty)
            moment = civil(sys.unix - (sys.now - process.started))
            sys.out(
                f"{process.user:<8} {tty:<12} {moment.year}-{moment.month:02}-{moment.day:02} {moment.hour:02}:{moment.minute:02}\n"
            )
    return 0


def tty(sys: Sys, dialect: Dialect) -> Step:
    """The terminal at standard input."""
    options = parse(sys, dialect, grammar("s", {"silent": "s", "quiet": "s"}, usage=""))
    name = sys.fds().get(0, "") if sys.isatty(0) else ""
    if "s" not in options:
        sys.out((name or "not a tty") + "\n")
    return 0 if name else 1


def pwd(sys: Sys, dialect: Dialect) -> Step:
    """Where I am."""
    options = parse(sys, dialect, grammar("LP", {"logical": "L", "physical": "P"}, usage=""))
    sys.out((sys.realpath(sys.cwd) if options.last("LP", "P") == "P" else sys.cwd) + "\n")
    return 0


def nproc(sys: Sys, dialect: Dialect) -> Step:
    """How many processors."""
    sys.out(f"{sys.info().get('cpus', 1)}\n")
    return 0


def uptime(sys: Sys, dialect: Dialect) -> Step:
    """How long the machine runs."""
    sys.out(uptime_line(sys, is_busybox(dialect)) + "\n")
    return 0


def uptime_line(sys: Sys, busybox: bool) -> str:
    """The line that uptime and top have in common."""
    moment = civil(sys.unix)
    minutes = max(0, sys.unix - int(sys.info().get("boot", sys.unix))) // SECOND // 60
    days, rest = divmod(minutes, 1440)
    length = (f"{days} day{'s' if days > 1 else ''}, " if days else "") + (
        f"{rest // 60:2}:{rest % 60:02}" if rest >= 60 else f"{rest} min"
    )
    terminals = len({process.tty for process in sys.processes() if process.tty not in ("", "?")})
    users = f"{terminals} user{'' if terminals == 1 and not busybox else 's'}, "
    return f" {moment.hour:02}:{moment.minute:02}:{moment.second:02} up {length},  {users} load average: {load(sys)}"


def load(sys: Sys) -> str:
    """The load: a figure for each of the last one, five and fifteen minutes, from what computes now and has for a while."""
    running = sum(process.state == "R" and process.cpu >= SECOND for process in sys.processes())
    return ", ".join(f"{running}.{hundredth:02}" for hundredth in (8, 5, 1))


def logname(sys: Sys, dialect: Dialect) -> Step:
    """The name under which I came in."""
    if not sys.isatty(0):
        raise Refused("logname: no login name\n")
    sys.out(user_name(sys, sys.uid) + "\n")
    return 0


def mesg(sys: Sys, dialect: Dialect) -> Step:
    """Whether others may write to the terminal; here nobody else is there."""
    words = sys.argv[1:]
    if not sys.isatty(0):
        raise refuse(sys, "not a tty" if is_busybox(dialect) else "ttyname failed: Inappropriate ioctl for device", 2)
    if words and words != ["n"] and words != ["y"]:
        raise refuse(sys, f"not simulated here: mesg {words[0]}")
    if not words:
        sys.out("is y\n")
    return 1 if words == ["n"] else 0
