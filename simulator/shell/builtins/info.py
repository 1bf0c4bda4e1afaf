"""Builtins that tell: type, command -v, hash, history, help, times, ulimit, shopt."""

from simulator.runtime.syscalls import UnixError
from simulator.shell.arrays import call_lines, call_names, call_sources
from simulator.shell.core import Core
from simulator.shell.history import save
from simulator.shell.memory import BASH_BANNER, ShellError
from simulator.shell.tokens import KEYWORDS

BASH_KEYWORDS = KEYWORDS | {"[[", "]]", "function", "time", "select", "coproc"}
# What `ulimit -a` lists: letter, words of bash, words of the Almquist shells, value.
LIMITS = {
    "c": ("core file size", "coredump(blocks)", "unlimited"),
    "d": ("data seg size", "data(kbytes)", "unlimited"),
    "f": ("file size", "file(blocks)", "unlimited"),
    "n": ("open files", "nofiles", "1048576"),
    "s": ("stack size", "stack(kbytes)", "8192"),
    "t": ("cpu time", "time(seconds)", "unlimited"),
    "u": ("max user processes", "process", "unlimited"),
    "v": ("virtual memory", "vmemory(kbytes)", "unlimited"),
}


def kind_of(shell: Core, name: str) -> tuple[str, str]:
    """What *name* means: `alias`, `keyword`, `function`, `builtin`, `file` (with its path), or nothing."""
    if name in shell.state["aliases"]:
        return "alias", shell.state["aliases"][name]
    if name in (BASH_KEYWORDS if shell.dialect.name == "bash" else KEYWORDS):
        return "keyword", name
    if name in shell.state["functions"]:
        return "function", name
    if name in shell.state["builtins"]:
        return "builtin", name
    path = shell.get("PATH")
    shell.sys.env["PATH"] = path if path is not None else ""
    try:
        return "file", shell.sys.which(name)
    except UnixError:
        return "", ""


def known_builtins(shell: Core, names: list[str]) -> None:
    """Note which of *names* are builtins here (the table stands above this room)."""
    shell.state["builtins"] = names


def type_of(shell: Core, argv: list[str]) -> int:
    """`type name...`, in bash with `-t`, `-a`, `-p` and `-P`."""
    letters = argv[1][1:] if argv[1:] and argv[1][:1] == "-" and shell.dialect.name == "bash" else ""
    short = "t" in letters
    names = argv[2:] if letters else argv[1:]
    if set(letters) & set("aP") or letters == "p":
        return max([type_all(shell, name, letters) for name in names], default=0)
    status = 0
    for name in names:
        kind, detail = kind_of(shell, name)
        if not kind:
            status = type_missing(shell, name, short)
        elif short:
            shell.write(kind + "\n")
        else:
            shell.write(told(shell, kind, name, detail) + "\n")
    return status


def type_all(shell: Core, name: str, letters: str) -> int:
    """`type -a`: all that *name* could mean, what comes first first; `-t`: the kinds only; `-p` and `-P`: the paths only."""
    found = meanings(shell, name)
    if "a" not in letters:
        found = [each for each in found if each[0] == "file"][:1] if "P" in letters else found[:1]
    if not found:
        return type_missing(shell, name, letters != "a")
    for kind, detail in found:
        if "t" in letters:
            shell.write(f"{kind}\n")
        elif not set(letters) & set("pP"):
            shell.write(told(shell, kind, name, detail) + "\n")
        elif kind == "file":
            shell.write(f"{detail}\n")
    return 0


def meanings(shell: Core, name: str) -> list[tuple[str, str]]:
    """Kind and detail of each meaning of *name*."""
    kind, detail = kind_of(shell, name)
    found = [(kind, detail)] if kind and kind != "file" else []
    if kind in ("alias", "function") and name in shell.state["builtins"]:
        found.append(("builtin", name))
    folders = [folder for folder in (shell.get("PATH") or "").split(":") if folder]
    return found + [("file", f"{each}/{name}") for each in folders if shell.sys.access(f"{each}/{name}", "x")]


TEXTS = {
    "alias": "{0} is {2}",
    "keyword": "{0} is a shell keyword",
    "function": "{0} is a function",
    "builtin": "{0} is a shell builtin",
    "file": "{0} is {1}",
}


def told(shell: Core, kind: str, name: str, detail: str) -> str:
    """What `type` says of *name*."""
    if kind == "function" and shell.dialect.name == "dash":
        return f"{name} is a shell function"
    if kind == "function" and shell.dialect.name == "bash":
        return f"{name} is a function\n{shell.function_text(name)}".rstrip("\n")
    return TEXTS[kind].format(name, detail, is_alias(shell, detail))


def is_alias(shell: Core, value: str) -> str:
    return f"aliased to `{value}'" if shell.dialect.name == "bash" else f"an alias for {value}"


def type_missing(shell: Core, name: str, short: bool) -> int:
    if shell.dialect.name == "bash":
        if not short:
            shell.complain(f"{name}: not found", "type")
        return 1
    shell.write(f"{name}: not found\n")
    return 127


def command_names(shell: Core, argv: list[str]) -> int:
    """`command -v name...` and `command -V name...`"""
    if argv[0] == "-V":
        return type_of(shell, ["type", *argv[1:]])
    bash = shell.dialect.name == "bash"
    found = [(name, *kind_of(shell, name)) for name in (argv[1:] if bash else argv[1:2])]
    for name, kind, detail in found:
        if kind:
            shell.write((f"alias {name}='{detail}'" if kind == "alias" else detail) + "\n")
    return 0 if any(kind for _, kind, _ in found) or not found else 1 if bash else 127


def hash_names(shell: Core, argv: list[str]) -> int:
    """`hash name...`: whether there is such a program; the shell itself remembers none."""
    status = 0
    for name in argv[1:]:
        if not name.startswith("-") and not kind_of(shell, name)[0]:
            shell.complain(f"{name}: not found", "hash")
            status = 1
    if len(argv) == 1 and shell.dialect.name == "bash":
        shell.write("hash: hash table empty\n")
    return status


def history(shell: Core, argv: list[str]) -> int:
    """`history [count]`, `history -c`, `history -w`."""
    args = argv[1:]
    lines = shell.state["history"]
    if args[:1] == ["-c"]:
        lines.clear()
        return 0
    if args[:1] == ["-w"]:
        save(shell)
        return 0
    if args and not args[0].isdecimal():
        raise ShellError(f"{args[0]}: numeric argument required", status=1)
    count = int(args[0][:9]) if args else len(lines)
    first = max(len(lines) - count, 0)
    base = shell.state["forgotten"] + 1 if shell.dialect.name == "bash" else 0
    width = 5 if shell.dialect.name == "bash" else 4
    for index in range(first, len(lines)):
        gap = "  " if shell.dialect.name == "bash" else " "
        shell.write(f"{index + base:{width}d}{gap}{lines[index]}\n")
    return 0


def help_text(shell: Core, argv: list[str]) -> int:
    """The names of the builtins."""
    if shell.dialect.name == "ash":
        shell.write("Built-in commands:\n------------------\n")
    else:
        shell.write(f"{BASH_BANNER}These shell commands are defined internally.\n\n")
    line = "\t"
    for name in shell.state["builtins"]:
        if len(line) + len(name) > 70:
            shell.write(line.rstrip(" ") + "\n")
            line = "\t"
        line += name + " "
    shell.write(line.rstrip(" ") + "\n")
    return 0


def times(shell: Core, argv: list[str]) -> int:
    """Processor time of the shell and its children; the children's is not simulated and reads as zero."""
    mine = next((seen.cpu for seen in shell.sys.processes() if seen.pid == shell.sys.pid), 0)
    first = clock(mine)
    zero = clock(0)
    shell.write(f"{first} {zero}\n{zero} {zero}\n")
    return 0


def clock(microseconds: int) -> str:
    minutes, rest = divmod(microseconds, 60_000_000)
    return f"{minutes}m{rest // 1_000_000}.{rest // 1_000 % 1_000:03d}s"


def ulimit(shell: Core, argv: list[str]) -> int:
    """`ulimit` lists; limits cannot be changed here."""
    letters = "".join(word[1:] for word in argv[1:] if word.startswith("-")).replace("S", "").replace("H", "") or "f"
    values = [word for word in argv[1:] if not word.startswith("-")]
    if values:
        raise ShellError(f"not simulated here: ulimit -{letters} {values[0]}", status=1)
    bash = shell.dialect.name == "bash"
    if "a" in letters:
        for letter, (long, short, value) in LIMITS.items():
            shell.write(f"{long:<28}(-{letter}) {value}\n" if bash else f"{short:<16} {value}\n")
        return 0
    for letter in letters:
        if letter not in LIMITS:
            raise ShellError(shell.say("option", f"-{letter}"), status=2)
        shell.write(LIMITS[letter][2] + "\n")
    return 0


SHOPTS = ("dotglob", "nullglob")  # what can be switched on and off
ACCEPTED = ("checkwinsize", "expand_aliases", "histappend")  # what makes no difference here


def shopt(shell: Core, argv: list[str]) -> int:
    """`shopt [-squp] name...`: of bash's options those about path names; others are refused."""
    letters = "".join(word[1:] for word in argv[1:] if word.startswith("-"))
    names = [word for word in argv[1:] if not word.startswith("-")]
    if any(name not in (*SHOPTS, *ACCEPTED) for name in names) or not set(letters) <= set("supq"):
        raise ShellError(f"not simulated here: shopt {' '.join(argv[1:])}", status=1)
    if "s" in letters or "u" in letters:
        for name in filter(SHOPTS.__contains__, names):
            shell.options.pop(name, None)
            shell.options |= {name: True} if "s" in letters else {}
        return 0
    shown = names or list(SHOPTS)
    on = [bool(shell.options.get(name)) or name in ACCEPTED for name in shown]
    for name, is_on in zip(shown, on, strict=True) if "q" not in letters else ():
        shell.write(
            f"shopt -{'s' if is_on else 'u'} {name}\n"
            if "p" in letters
            else f"{name:<15}\t{'on' if is_on else 'off'}\n"
        )
    return int(not all(on)) if names else 0


def caller(shell: Core, argv: list[str]) -> int:
    """`caller [n]`: from which line of which function and file the one at hand was called."""
    lines, sources, names = call_lines(shell.state), call_sources(shell.state), call_names(shell.state)
    if not argv[1:]:
        shell.write(f"{lines[0]} {'NULL' if len(sources) < 2 else sources[1]}\n" if lines else "")
        return int(not lines)
    depth = int(argv[1]) if argv[1].isdecimal() else 0
    if depth + 1 >= len(names):
        return 1
    shell.write(f"{lines[depth]} {names[depth + 1]} {sources[depth + 1]}\n")
    return 0


def refused(shell: Core, argv: list[str]) -> int:
    """A builtin that is not simulated."""
    raise ShellError(f"not simulated here: the builtin {argv[0]}", builtin="", status=1)
