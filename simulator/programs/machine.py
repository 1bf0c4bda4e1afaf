"""stty, clear, reset, which, sysctl, dmesg, lscpu, less, more, man, logger: the machine."""

from simulator.programs.identity import machine
from simulator.programs.lines import Filter
from simulator.programs.options import (
    Dialect,
    Options,
    Refused,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
)
from simulator.runtime.syscalls import Step, Sys, UnixError

SYSCTL = grammar(
    "anwqep",
    {"values": "n", "all": "a", "write": "w", "load": "p", "system": "system"},
    usage="[OPTIONS] [KEY[=VALUE]]...",
)
CLEAR = "\033[H\033[J"


def clear(sys: Sys, dialect: Dialect) -> Step:
    """An empty screen."""
    sys.out(CLEAR if own_name(sys) == "clear" else "\033c" + CLEAR)
    return 0


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
    options = parse(sys, dialect, SYSCTL)
    words = options.words
    if "a" in options or "system" in options:
        raise refuse(sys, "not simulated here: all settings; name one")
    if "p" in options:
        words = settings_of(sys, dialect, words[0] if words else "/etc/sysctl.conf")
    results = [setting(sys, dialect, options, word, writes="w" in options or "p" in options) for word in words]
    return int(not all(results))


def settings_of(sys: Sys, dialect: Dialect, path: str) -> list[str]:
    """The settings in a file, as words `name=value`."""
    try:
        lines = sys.read_file(path).decode("utf-8", "replace").splitlines()
    except UnixError as error:
        text = f"can't open '{path}'" if is_busybox(dialect) else f'cannot open "{path}"'
        raise refuse(sys, f"{text}: {error.message}") from None
    pairs = [line.partition("=") for line in lines if line.strip() and line.strip()[0] not in "#;"]
    return [f"{name.strip()}={value.strip()}" for name, _, value in pairs]


def setting(sys: Sys, dialect: Dialect, options: Options, word: str, *, writes: bool) -> bool:
    """Set or show one; whether that went well."""
    name, equals, value = word.partition("=")
    path = "/proc/sys/" + name.replace(".", "/")
    if writes and not equals:
        text = f"error: '{word}' must be of the form name=value"
        complain(sys, text if is_busybox(dialect) else "command line(0): invalid syntax, continuing...")
        return False
    try:
        if not sys.exists(path):
            raise UnixError("ENOENT")
        if equals:
            sys.write_file(path, value.encode() + b"\n")
        else:
            value = sys.read_file(path).decode("utf-8", "replace").strip()
    except UnixError as error:
        complain(sys, (busybox_words if is_busybox(dialect) else procps_words)(name, path, error))
        return False
    if "q" not in options:
        sys.out((value if "n" in options else f"{name} = {value}") + "\n")
    return True


def procps_words(name: str, path: str, error: UnixError) -> str:
    """What procps says."""
    if error.name == "ENOENT":
        return f"cannot stat {path}: {error.message}"
    if error.name in ("EACCES", "EPERM"):
        return f'permission denied on key "{name}"'
    return f'setting key "{name}": {error.message}'


def busybox_words(name: str, path: str, error: UnixError) -> str:
    """What busybox says."""
    if error.name == "ENOENT":
        return f"error: '{name.replace('.', '/')}' is an unknown key"
    if error.name == "EINVAL":
        return f"write error: {error.message}"
    return f"error setting key '{name}': {error.message}"


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
