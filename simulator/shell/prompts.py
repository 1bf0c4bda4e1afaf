"""Prompts: PS1 and PS2 with the escapes of bash and of busybox."""

from collections.abc import Callable

from simulator.shell.core import Core

DEFAULTS = {
    "bash": {"PS1": r"[\u@\h \W]\$ ", "PS2": "> "},
    "ash": {"PS1": r"\w \$ ", "PS2": "> "},
    "dash": {"PS1": "$ ", "PS2": "> "},
}
# Of a bash for which no file of the machine has another one: containers' images bring none of their own for all users but Debian's.
PLAIN = r"\s-\v\$ "
LIMIT = 1_000  # characters


def prompt(shell: Core, name: str) -> str:
    """The prompt that *name* (`PS1`, `PS2`) makes."""
    text = shell.get(name)
    if text is None:
        text = default(shell, name)
    if shell.dialect.name == "dash":
        return text[:LIMIT]
    return expand(shell, text[:LIMIT])


def default(shell: Core, name: str) -> str:
    """The prompt where nobody has set one."""
    dialect = shell.dialect.name
    if name == "PS1" and dialect == "dash" and shell.sys.uid == 0:
        return "# "
    if name == "PS1" and dialect == "bash" and shell.sys.container:
        return PLAIN
    return DEFAULTS[dialect][name]


def expand(shell: Core, text: str) -> str:
    out: list[str] = []
    chars = iter(text)
    for char in chars:
        if char != "\\":
            out.append(char)
            continue
        escape = next(chars, "\\")
        known = ESCAPES.get(escape)
        out.append(known(shell) if known else "\\" + escape)
    return "".join(out)


def user_name(shell: Core) -> str:
    return shell.get("USER") or shell.get("LOGNAME") or ("root" if shell.sys.uid == 0 else "I have no name!")


def directory(shell: Core) -> str:
    """The working directory, with `~` for home."""
    cwd, home = shell.sys.cwd, shell.get("HOME") or ""
    if len(home) > 1 and (cwd == home or cwd.startswith(home + "/")):
        return "~" + cwd[len(home) :]
    return cwd


def last_directory(shell: Core) -> str:
    path = directory(shell)
    return path if path in ("/", "~") else path.rpartition("/")[2]


ESCAPES: dict[str, Callable[[Core], str]] = {
    "u": user_name,
    "h": lambda shell: shell.sys.hostname.partition(".")[0],
    "H": lambda shell: shell.sys.hostname,
    "w": directory,
    "W": last_directory,
    "$": lambda shell: "#" if shell.sys.uid == 0 else "$",
    "n": lambda shell: "\n",
    "s": lambda shell: str(shell.state["name"]).removeprefix("-").rpartition("/")[2],
    "v": lambda shell: "5.2",
    "!": lambda shell: str(len(shell.state["history"]) + 1),
    "#": lambda shell: str(shell.state["lines"]),
    "j": lambda shell: str(len(shell.state["jobs"])),
    "e": lambda shell: "\x1b",
    "a": lambda shell: "\a",
    "r": lambda shell: "\r",
    "\\": lambda shell: "\\",
    "[": lambda shell: "",
    "]": lambda shell: "",
}
