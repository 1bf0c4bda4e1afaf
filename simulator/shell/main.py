"""The shell as a program: how it is called, and what it is at its beginning."""

from typing import Any

from simulator.runtime.syscalls import Step, Sys, UnixError, Wait
from simulator.shell import history, traps
from simulator.shell.builtins.table import BUILTINS, DIALECT_BUILTINS
from simulator.shell.core import Core
from simulator.shell.dialects import DIALECTS
from simulator.shell.machine import Shell
from simulator.shell.memory import BASH_BANNER, LONG_OPTIONS, OPTIONS, decode, dialect_of
from simulator.shell.parser import SOURCE_LIMIT

START_FILES = {
    "bash": ("/etc/profile", "~/.bash_profile"),
    "ash": ("/etc/profile", "~/.profile"),
    "dash": ("/etc/profile", "~/.profile"),
}
ENVIRONMENT_LIMIT = 1 << 20


def main(sys: Sys) -> Step:
    """One step of a shell: `sh`, `ash`, `dash` or `bash`, by the name and file it is called by."""
    if "feed" in sys.state:
        return feed(sys)
    if "stack" not in sys.state:
        code = begin(sys)
        if code is not None:
            return code
    for name, value in later().items():
        sys.state.setdefault(name, value)
    return Shell(sys).step()


def feed(sys: Sys) -> Step:
    """The child that writes a long here-document into a pipe."""
    sys.state["feed"] = sys.state["feed"][sys.write(1, sys.state["feed"]) :]
    return Wait(writable=(1,)) if sys.state["feed"] else 0


def ash(sys: Sys) -> Step:
    """The shell of busybox."""
    return speaking(sys, "ash")


def bash(sys: Sys) -> Step:
    """The shell of the hosts."""
    return speaking(sys, "bash")


def dash(sys: Sys) -> Step:
    """The shell of Debian's images."""
    return speaking(sys, "dash")


def speaking(sys: Sys, dialect: str) -> Step:
    """A step of a shell whose dialect the machine knows, whatever name it is called by."""
    if "stack" not in sys.state:
        sys.state.setdefault("dialect", dialect)
    return main(sys)


def begin(sys: Sys) -> int | None:
    """Set the memory up as the arguments say; an exit code if they cannot be followed."""
    argv = list(sys.state.get("argv", sys.argv))
    name = argv[0]
    dialect = sys.state.get("dialect") or dialect_of(sys, name).name
    environment = dict(sys.state.get("environment", sys.env))
    sys.state.clear()
    sys.state.update(blank(sys, name, dialect))
    state = sys.state
    take_environment(sys, environment)
    if argv[1:2] == ["--version"] and sys.state["dialect"] == "bash":
        sys.out(BASH_BANNER)
        return 0
    rest = take_options(sys, argv[1:])
    if isinstance(rest, str):
        core = Core(sys)
        state["line"] = 0
        core.write(f"{core.prefix()}{rest}\n", 2)
        core.flush()
        return 2
    return open_input(sys, rest)


def later() -> dict[str, Any]:
    """What a shell that was stored by an earlier version does not remember; `interactive`: whether it, or the one that it is a copy of,
    talks to somebody."""
    return {"arrays": {}, "codes": [0], "interactive": False}


def blank(sys: Sys, name: str, dialect: str) -> dict[str, Any]:
    """The memory of a shell that knows nothing yet."""
    names = [word for word in BUILTINS if dialect in DIALECT_BUILTINS.get(word, (dialect,))]
    return later() | {
        "dialect": dialect,
        "name": name,
        "args": [],
        "vars": {},
        "exports": {},
        "passed": {},
        "readonly": {},
        "size": 0,
        "options": {},
        "functions": {},
        "aliases": {},
        "builtins": names,
        "sources": {},
        "serial": 0,
        "stack": [],
        "status": 0,
        "subst_status": 0,
        "ended": 0,
        "tested": False,
        "line": 1,
        "waiting": None,
        "expansion": None,
        "exiting": None,
        "out": [],
        "fds": {str(fd): fd for fd in sys.fds()},
        "jobs": [],
        "front": None,
        "background": 0,
        "traps": {},
        "inherited": {},
        "pending": [],
        "lent": [],
        "strays": [],
        "pid": sys.pid,
        "group": 0,
        "tty": 0,
        "born": sys.now,
        "optpos": 0,
        "child": False,
        "from": "s",
        "lines": 1,
        "text": "",
        "buffer": "",
        "closer": ["", False],
        "parsed": 0,
        "asked": False,
        "more_input": False,
        "typed": None,
        "left": False,
        "history": [],
        "forgotten": 0,
    }


def take_environment(sys: Sys, environment: dict[str, str]) -> None:
    state = sys.state
    for name, value in environment.items():
        if (
            name.replace("_", "a").isalnum()
            and not name[0].isdecimal()
            and state["size"] + len(value) < ENVIRONMENT_LIMIT
        ):
            state["vars"][name] = value
            state["exports"][name] = True
            state["size"] += len(name) + len(value)
        elif state["dialect"] != "dash" and state["size"] + len(value) < ENVIRONMENT_LIMIT:
            # What is no name for a shell is no variable, but children get it all the same; dash throws it away.
            state["passed"][name] = value
            state["size"] += len(name) + len(value)
    state["vars"].pop("OPTIND", None)
    for name, value in (("IFS", " \t\n"), ("OPTIND", "1"), ("PWD", sys.cwd), ("PPID", str(sys.ppid)), ("PS4", "+ ")):
        state["vars"][name] = value
    if "PATH" not in state["vars"]:
        state["vars"]["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    state["exports"]["PWD"] = True
    if state["dialect"] != "dash":
        level = state["vars"].get("SHLVL", "0")
        state["vars"]["SHLVL"] = str(int(level[:6]) + 1 if level.isdecimal() else 1)
        state["exports"]["SHLVL"] = True


def take_options(sys: Sys, args: list[str]) -> list[str] | str:
    """Read the options; what is left, or what is wrong with them."""
    state = sys.state
    state["login"] = state["name"].startswith("-")
    while args and len(args[0]) > 1 and args[0][0] in "-+":
        word = args.pop(0)
        if word in ("--", "-"):
            break
        if word.startswith("--"):
            if word not in ("--login", "--norc", "--noprofile", "--posix", "--noediting"):
                return illegal(state["dialect"], word)
            state["login"] |= word == "--login"
            state |= {"norc": True} if word == "--norc" else {}
            continue
        for letter in word[1:]:
            wrong = take_option(state, letter, word[0] == "-", args)
            if wrong:
                return wrong
    return args


def take_option(state: dict[str, Any], letter: str, on: bool, args: list[str]) -> str:
    if letter in "cs":
        state["from"] = letter
        state["told"] = letter
    elif letter == "l":
        state["login"] = True
    elif letter == "o":
        name = args.pop(0) if args else ""
        if name not in LONG_OPTIONS:
            return illegal(state["dialect"], f"-o {name}")
        state["options"][LONG_OPTIONS[name]] = on
    elif letter in OPTIONS:
        state["options"][letter] = on
    else:
        return illegal(state["dialect"], f"-{letter}")
    return ""


def illegal(dialect: str, option: str) -> str:
    return DIALECTS[dialect].errors["option"].format(option)


# --- where the commands come from -----------------------------------------------------------------------------------


def open_input(sys: Sys, args: list[str]) -> int | None:
    """Begin with the string of -c, a script, or standard input."""
    state = sys.state
    core = Core(sys)
    if state.get("told") == "c":
        if not args:
            return complain(core, "-c requires an argument")
        text, *args = args
        if args:
            state["name"], *args = args
        state["args"] = args
        core.push(core.source_frame(text, "c"))
    elif args and state.get("told") != "s":
        return open_script(sys, core, args)
    else:
        state["args"] = args
        open_terminal(sys, core)
    start_files(core)
    return None


def complain(core: Core, message: str, code: int = 2) -> int:
    core.state["line"] = 0
    core.complain(message)
    core.flush()
    return code


def open_script(sys: Sys, core: Core, args: list[str]) -> int | None:
    """`sh script args`"""
    state = sys.state
    path = args[0]
    bash = state["dialect"] == "bash"
    try:
        data = sys.read_file(path)
    except UnixError as error:
        words = "No such file" if state["dialect"] == "dash" and error.name == "ENOENT" else error.message
        if bash:
            core.write(f"{state['name']}: {core.say('script', path, words)}\n", 2)
            core.flush()
            return 127 if error.name == "ENOENT" else 126
        return complain(core, core.say("script", path, words))
    if len(data) > SOURCE_LIMIT:
        return complain(core, core.say("memory"))
    state["name"], state["args"], state["from"] = path, args[1:], "file"
    core.push(core.source_frame(decode(data), "file", path=path))
    start_files(core)
    return None


def open_terminal(sys: Sys, core: Core) -> None:
    """Read standard input: with prompts if it is a terminal, or if -i says so."""
    state = sys.state
    state["from"] = "s"
    state["stack"].append(
        {
            "kind": "repl",
            "sid": "",
            "at": 0,
            "line": 1,
            "next": -1,
            "block": -1,
            "pc": 0,
            "nest": [],
            "tested": False,
            "undo": None,
        }
    )
    if state["options"].get("i") or (is_terminal(sys, 0) and is_terminal(sys, 2)):
        state["options"]["i"] = True
        begin_session(sys, core)


def is_terminal(sys: Sys, fd: int) -> bool:
    try:
        return sys.isatty(fd)
    except UnixError:
        return False


def begin_session(sys: Sys, core: Core) -> None:
    """An interactive shell: signals, jobs, history."""
    sys.state["interactive"] = True
    traps.guard_interactive(core)
    if is_terminal(sys, 0):
        try:
            sys.state["group"] = sys.tty_foreground(0)
            sys.state["options"]["m"] = True
        except UnixError:
            sys.state["group"] = 0
    history.load(core)


def start_files(core: Core) -> None:
    """A login shell reads /etc/profile and the file of its user; an interactive bash that of all users, as Debian's does, and ~/.bashrc, an ash what ENV names."""
    state = core.state
    home = core.get("HOME") or ""
    paths: list[str] = []
    if state["login"]:
        paths = [path.replace("~", home) for path in START_FILES[state["dialect"]]]
    elif core.options.get("i") and state["dialect"] == "bash" and not state.get("norc"):
        paths = ["/etc/bash.bashrc", f"{home}/.bashrc"]
    elif core.options.get("i") and core.get("ENV"):
        paths = [core.get("ENV") or ""]
    for path in reversed(paths):
        try:
            text = decode(core.sys.read_file(path))
        except UnixError:
            continue
        core.load()
        core.push(core.source_frame(text, "dot"))
