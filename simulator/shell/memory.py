"""What a shell remembers: variables, parameters, options, functions. All of it is plain data in `sys.state`.

Variables hold text; bytes that are no UTF-8 become U+FFFD, and NULs are dropped, as a shell drops them.
"""

from collections.abc import Callable
from typing import Any

from simulator.runtime.syscalls import Sys, UnixError
from simulator.shell.arrays import ELEMENT_SIZE, MACHINE, Arrays, parted
from simulator.shell.dialects import BY_PROGRAM, DIALECTS, Dialect

SIZE_LIMIT = 4 << 20  # characters in all variables together
VALUE_LIMIT = 1 << 20  # characters that one expansion may make
# The options by their letters, as `$-` shows them, with the names that `set -o` knows.
OPTIONS = {
    "a": "allexport",
    "b": "notify",
    "C": "noclobber",
    "E": "errtrace",
    "e": "errexit",
    "f": "noglob",
    "h": "hashall",
    "i": "interactive",
    "m": "monitor",
    "n": "noexec",
    "T": "functrace",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}
BASH_VERSION = "5.2.15(1)-release"
BASH_BANNER = f"GNU bash, version {BASH_VERSION} ({MACHINE})\n"
BASH_ORDER = "abefhimnuvxBCEH"
LONG_OPTIONS = {name: letter for letter, name in OPTIONS.items()} | {
    name: name for name in ("pipefail", "ignoreeof", "vi", "emacs", "nolog", "debug")
}


class ShellError(Exception):
    """Something that a shell complains of; the text is what it prints behind its own name.

    *fatal*: a shell that reads a script ends, with *status*. *plain*: the message stands alone (dash's `Illegal option`).
    """

    def __init__(self, message: str, *, builtin: str = "", status: int = 2, fatal: bool = False, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.builtin = builtin
        self.status = status
        self.fatal = fatal
        self.line = line


def decode(data: bytes) -> str:
    """Bytes from outside as text that the memory can hold."""
    return data.decode("utf-8", "replace").replace("\0", "")


class Memory(Arrays):
    """A view of the state; it holds nothing itself."""

    def __init__(self, sys: Sys) -> None:
        self.sys = sys
        self.state: dict[str, Any] = sys.state
        self.dialect: Dialect = DIALECTS[self.state["dialect"]]
        self.vars: dict[str, str] = self.state["vars"]
        self.options: dict[str, bool] = self.state["options"]
        # Assignments that hold only while a command is expanded and run: they lie over the variables.
        self.overlay: dict[str, str] = {}

    # --- messages ---------------------------------------------------------------------------------------------------

    def say(self, kind: str, *values: object) -> str:
        """The dialect's words for *kind*."""
        return self.dialect.errors[kind].format(*values)

    def error(self, kind: str, *values: object, fatal: bool = True, status: int = 2) -> ShellError:
        """An error in the dialect's words; usually it ends a shell that reads a script."""
        return ShellError(self.say(kind, *values), fatal=fatal, status=status)

    def complain(self, message: str, builtin: str = "") -> None:
        """Print a message on standard error."""
        raise NotImplementedError

    # --- variables --------------------------------------------------------------------------------------------------

    def get(self, name: str) -> str | None:
        """The value of a variable, a parameter or (by its reference) an element; None if it is not set."""
        name = self.real(name)
        if self.overlay and name in self.overlay:
            return self.overlay[name]
        value = self.vars.get(name)
        if value is not None or name in self.vars:
            return value
        special = SPECIAL.get(name)
        if special:
            return special(self)
        return self.positional(name) if name.isdecimal() else self.element(name)

    def positional(self, name: str) -> str | None:
        number = int(name[:9])
        args: list[str] = self.state["args"]
        if number == 0:
            return str(self.state["name"])
        return args[number - 1] if number <= len(args) else None

    def set(self, name: str, value: str) -> None:
        """Assign; ShellError if it is readonly, or if memory is full."""
        name = self.real(name)
        if "[" in name or name in self.state["arrays"]:
            return self.set_element(name, value)
        self.check_writable(name)
        old = self.vars.get(name)
        size = self.state["size"] + len(value) - (len(old) if old is not None else -len(name))
        if size > SIZE_LIMIT and (old is None or len(value) > len(old)):
            raise self.error("memory")
        self.state["size"] = size
        self.vars[name] = value
        if self.options.get("a"):
            self.state["exports"][name] = True
        if name == "OPTIND":
            self.state["optpos"] = 0
        return None

    def check_writable(self, name: str) -> None:
        if name in self.state["readonly"]:
            raise self.error("readonly", name, status=2 if self.dialect.misuse_exits else 1)

    def set_element(self, reference: str, value: str) -> None:
        """Assign to an element; ShellError as with `set`."""
        name, key = parted(reference)
        self.check_writable(name)
        self.grow(len(value) + len(key) + ELEMENT_SIZE - self.element_size(reference))
        self.put(reference, value)

    def grow(self, size: int) -> None:
        """Take *size* more characters of memory."""
        if size > 0 and self.state["size"] + size > SIZE_LIMIT:
            raise self.error("memory")
        self.state["size"] += size

    def clear_array(self, name: str, kind: str) -> None:
        """Make *name* an array without elements."""
        name = self.real(name)
        self.check_writable(name)
        self.forget(name)
        self.state["arrays"][name] = {"kind": kind, "items": {}}

    def unset(self, name: str) -> None:
        """Forget a variable."""
        name = self.real(name)
        if name in self.state["readonly"]:
            raise self.error("unset readonly" if self.dialect.name == "bash" else "readonly", name)
        self.forget(name)
        self.state["exports"].pop(name, None)
        self.shape(name, "")

    def shapes(self, name: str) -> str:
        """What values of a variable become: `i` whole numbers, `l` small letters, `u` capitals."""
        return str(self.state.get("shapes", {}).get(self.real(name), ""))

    def shape(self, name: str, letters: str) -> None:
        """Say what values of a variable shall become; nothing else if there are no letters."""
        if letters:
            self.state.setdefault("shapes", {})[name] = letters
        elif "shapes" in self.state:
            self.state["shapes"].pop(name, None)

    def forget(self, name: str) -> None:
        """Forget the value of a variable, and all elements of an array."""
        old = self.vars.pop(name, None)
        if old is not None:
            self.state["size"] -= len(old) + len(name)
        if name in self.state["arrays"]:
            self.state["size"] -= self.array_size(name)
            del self.state["arrays"][name]

    def unset_element(self, reference: str) -> None:
        """Forget one element."""
        name, key = parted(reference)
        self.check_writable(name)
        if (array := self.array(name)) is None:
            return
        self.state["size"] -= self.element_size(reference)
        array["items"].pop(key, None)

    def noted(self, name: str) -> list[Any]:
        """What `Core.undo` needs to make *name* again what it is now."""
        array = self.array(name)
        copy = None if array is None else array | {"items": dict(array["items"])}
        shapes = self.shapes(name)
        return [name, self.vars.get(name), name in self.state["exports"], copy, *([shapes] if shapes else [])]

    def ifs(self) -> str:
        """What divides fields."""
        value = self.get("IFS")
        return " \t\n" if value is None else value

    def environment(self) -> dict[str, str]:
        """What programs get: the exported variables, and what is assigned before the command."""
        found: dict[str, str] = {name: self.vars[name] for name in self.state["exports"] if name in self.vars}
        passed: dict[str, str] = self.state["passed"]
        return found | passed | self.overlay

    def dashes(self) -> str:
        """`$-`"""
        end = {"c": "c", "s": "s"}.get(self.state.get("from", ""), "")
        if self.dialect.name != "bash":
            return "".join(letter for letter in OPTIONS if self.options.get(letter)) + end
        interactive = bool(self.options.get("i"))
        always = {"h": True, "B": True, "H": interactive}
        letters = "".join(letter for letter in BASH_ORDER if self.options.get(letter) or always.get(letter))
        return letters + ("s" if interactive and not end else end)

    def line(self) -> str | None:
        """`$LINENO`, which Debian's dash does not have."""
        return None if self.dialect.name == "dash" else str(self.state["line"])


def _seconds(memory: Memory) -> str:
    return str((memory.sys.now - memory.state["born"]) // 1_000_000)


SPECIAL: dict[str, Callable[[Memory], str | None]] = {
    "?": lambda memory: str(memory.state["status"]),
    "$": lambda memory: str(memory.state["pid"]),
    "!": lambda memory: str(memory.state["background"]) if memory.state["background"] else None,
    "#": lambda memory: str(len(memory.state["args"])),
    "-": Memory.dashes,
    "LINENO": Memory.line,
}
BASH_SPECIAL: dict[str, Callable[[Memory], str | None]] = {
    "SECONDS": _seconds,
    "EPOCHSECONDS": lambda memory: str(memory.sys.unix // 1_000_000),
    "UID": lambda memory: str(memory.sys.uid),
    "EUID": lambda memory: str(memory.sys.uid),
    "HOSTNAME": lambda memory: memory.sys.hostname,
    "BASH_COMMAND": lambda memory: str(memory.state.get("command", "")),
    "BASHPID": lambda memory: str(memory.sys.pid),
    "BASH_VERSION": lambda memory: BASH_VERSION,
    "HOSTTYPE": lambda memory: "x86_64",
    "MACHTYPE": lambda memory: MACHINE,
    "OSTYPE": lambda memory: "linux-gnu",
}


def dialect_of(sys: Sys, name: str) -> Dialect:
    """Which shell the program *name* is: the file behind all links says it, or else the name."""
    name = name.removeprefix("-")
    try:
        program = sys.realpath(sys.which(name)).rpartition("/")[2]
    except UnixError:
        program = ""
    return BY_PROGRAM.get(program) or BY_PROGRAM.get(name.rpartition("/")[2]) or DIALECTS["ash"]
