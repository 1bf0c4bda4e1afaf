"""Simple commands: what a name means (function, builtin, program), and how it is started."""

from typing import Any

from simulator.runtime.syscalls import Exec, Step, UnixError
from simulator.shell import jobs, redirects, substitution
from simulator.shell.builtins import info
from simulator.shell.builtins.table import BUILTINS, DIALECT_BUILTINS, SPECIAL_BUILTINS, Builtin
from simulator.shell.core import Core
from simulator.shell.memory import ShellError
from simulator.shell.program import Command

CHARGE = 20  # microseconds that a builtin takes


def builtin_of(shell: Core, name: str) -> Builtin | None:
    """The builtin *name*, if this dialect has it."""
    dialects = DIALECT_BUILTINS.get(name)
    if dialects is not None and shell.dialect.name not in dialects:
        return None
    return BUILTINS.get(name)


def run(shell: Core, command: Command, argv: list[str], targets: list[str]) -> Step | None:
    """Run *argv*, whose redirections go to *targets* and whose assignments lie in the overlay."""
    plain = argv[0] != "command" and (argv[0] != "builtin" or shell.dialect.name != "bash")
    if not plain and (argv := without_command(shell, argv)) and argv[0] in ("-v", "-V"):
        said = redirect(shell, command, targets, "")
        return call_builtin(shell, info.command_names, argv, command.tested) if said else None
    name = argv[0] if argv else ":"
    argv = argv or [":"]
    function = shell.state["functions"].get(name) if plain else None
    builtin = None if function else builtin_of(shell, name)
    if command.bare and builtin and name != "exec" and not shell.options.get("x"):
        return call_builtin(shell, builtin, argv, command.tested)
    if not redirect(shell, command, targets, name if builtin else ""):
        return None
    if function:
        call_function(shell, function, argv, command.tested)
        return None
    if builtin:
        if name == "exec":
            return exec_command(shell, argv[1:], command.tested)
        assign_for_builtin(shell, name)
        return call_builtin(shell, builtin, argv, command.tested)
    return call_program(shell, command, argv)


def without_command(shell: Core, argv: list[str]) -> list[str]:
    """What stands behind `command` and its options; `-v` and `-V` stay."""
    args = argv[1:]
    while args and args[0] in ("-p", "--", "command", "builtin"):
        args = args[1:]
    return args


def redirect(shell: Core, command: Command, targets: list[str], builtin: str) -> bool:
    """Redirect for one command; whether that went well."""
    if not command.redirects:
        return True
    try:
        saved = redirects.apply(shell, command.redirects, targets)
    except ShellError as error:
        shell.overlay = {}
        if builtin in SPECIAL_BUILTINS and shell.dialect.misuse_exits:
            error.fatal = True
            raise
        shell.complain(error.message)
        done(shell, error.status, command.tested)
        return False
    shell.state["undo"] = {"fds": saved}
    return True


def undo_of(shell: Core) -> dict[str, Any]:
    """What will be undone behind the command at hand."""
    undo: dict[str, Any] = shell.state.setdefault("undo", {})
    return undo


def assign_for_builtin(shell: Core, name: str) -> None:
    """Let the assignments before a builtin hold: for ever with a special one (POSIX), else while it runs."""
    overlay, shell.overlay = shell.overlay, {}
    forever = name in SPECIAL_BUILTINS and shell.dialect.misuse_exits
    for variable, value in overlay.items():
        if not forever:
            remember(shell, variable)
        shell.set(variable, value)
        if not forever:
            shell.state["exports"][variable] = True


def remember(shell: Core, name: str) -> None:
    """Note the value of a variable, which is put back behind the command."""
    saved = undo_of(shell).setdefault("vars", [])
    saved.append(shell.noted(name))


def done(shell: Core, status: int, tested: bool) -> None:
    """A command has ended."""
    shell.state["status"] = status
    shell.state["codes"] = [status]
    if "undo" in shell.state:
        shell.undo(shell.state.pop("undo"))
    substitution.give_up(shell)
    if status and not tested and shell.stack and not shell.frame["tested"]:
        failed(shell, status)


def failed(shell: Core, status: int) -> None:
    """A command has failed, and nobody looks at it: what is trapped on ERR, and with `set -e` the end."""
    action = shell.state["traps"].get("ERR")
    kinds = [frame["kind"] for frame in shell.stack]
    leaving = bool(shell.options.get("e"))
    if action and "err" not in kinds and ("call" not in kinds or shell.options.get("E")):
        line = shell.state["line"]
        shell.push(shell.source_frame(action, "err", line=line, status=status, leaving=leaving))
    elif leaving:
        shell.exit(status)


def call_builtin(shell: Core, builtin: Builtin, argv: list[str], tested: bool) -> Step | None:
    """Run a builtin at once, or as far as it can go now."""
    shell.charged += CHARGE
    shell.state["tested"] = tested
    try:
        status = builtin(shell, argv)
        if shell.state["out"]:
            shell.flush()
    except ShellError as error:
        error.builtin = error.builtin or argv[0]
        if error.fatal and (argv[0] in SPECIAL_BUILTINS or argv[0] == "local"):
            raise
        if error.message:
            shell.complain(error.message, error.builtin)
        status = error.status
    except UnixError as error:
        name = f"{argv[0]}: " if shell.dialect.name == "dash" else ""
        shell.complain(name + shell.say("write", argv[0], error.message), argv[0])
        status = 1
    if status is not None:
        done(shell, status, tested)
    return None


def call_function(shell: Core, function: list[Any], argv: list[str], tested: bool) -> None:
    """Push the frame of a function."""
    shell.charged += CHARGE
    overlay, shell.overlay = shell.overlay, {}
    for variable, value in overlay.items():
        remember(shell, variable)
        shell.set(variable, value)
        shell.state["exports"][variable] = True
    undo = shell.state.pop("undo", {}) | {"args": shell.state["args"]}
    sid, at, line, block = function
    frame = {"kind": "call", "sid": sid, "at": at, "line": line, "next": -1, "block": block, "pc": 0, "nest": []}
    place = {"function": argv[0], "called": shell.state["line"], "path": shell.state["sources"][sid].get("path", "")}
    shell.push(frame | place | {"tested": tested, "undo": undo})
    shell.state["args"] = argv[1:]


# --- programs -------------------------------------------------------------------------------------------------------


def locate(shell: Core, name: str) -> str:
    """The file of a program; ShellError with 127 or 126."""
    path = shell.get("PATH")
    shell.sys.env["PATH"] = path if path is not None else ""
    if not name:
        raise ShellError(shell.say("empty"), status=127)
    try:
        found = shell.sys.which(name)
        if "/" in name and shell.sys.stat(found).kind == "dir":
            raise ShellError(shell.say("directory", name), status=126)
    except UnixError as error:
        if error.name == "EACCES":
            kind = "directory" if is_directory(shell, name) else "denied"
            raise ShellError(shell.say(kind, name), status=126) from None
        raise ShellError(shell.say("no file" if "/" in name else "not found", name), status=127) from None
    return found


def is_directory(shell: Core, name: str) -> bool:
    try:
        return shell.sys.stat(name).kind == "dir"
    except UnixError:
        return False


def call_program(shell: Core, command: Command, argv: list[str]) -> Step | None:
    """Start a program and wait for it, or become it if nothing follows."""
    try:
        path = locate(shell, argv[0])
    except ShellError as error:
        shell.complain(error.message)
        shell.overlay = {}
        done(shell, error.status, command.tested)
        return None
    if command.last and may_replace(shell):
        return replace(shell, argv, path)
    start(shell, argv, path, command.tested)
    return None


def start(shell: Core, argv: list[str], path: str, tested: bool) -> None:
    """Start a program in front."""
    try:
        pid = jobs.spawn(shell, argv, path)
    except UnixError as error:
        if error.name == "ENOEXEC":
            pid = run_script(shell, argv, path)
        else:
            shell.complain(f"{argv[0]}: {error.message}")
            shell.overlay = {}
            done(shell, 126, tested)
            return
    shell.overlay = {}
    jobs.to_front(shell, jobs.new_job(shell, [pid], " ".join(argv)), tested)


def run_script(shell: Core, argv: list[str], path: str) -> int:
    """A file that is no program is a script without `#!`: a copy of the shell reads it."""
    memory = {"argv": [argv[0], path, *argv[1:]], "dialect": shell.dialect.name, "environment": shell.environment()}
    return shell.sys.fork(memory, fds=redirects.mapping(shell), group=jobs.group_for(shell, None))


def may_replace(shell: Core) -> bool:
    """Whether the program may take the shell's own process: nothing is left for the shell to do."""
    if len(shell.stack) != 1 or shell.options.get("i") or any(shell.state["traps"].values()) or shell.state["jobs"]:
        return False
    frame = shell.frame
    if any(entry[0] == "loop" for entry in frame["nest"]):
        return False
    if frame["next"] < 0:
        return True
    source = shell.state["sources"][frame["sid"]]["text"]
    return frame["kind"] == "c" and not source[frame["next"] :].strip()


def replace(shell: Core, argv: list[str], path: str) -> Exec | None:
    """Become the program."""
    try:
        shell.flush()
    except UnixError:
        shell.state["out"].clear()
    redirects.settle(shell)
    return Exec(argv, shell.environment(), path)


def exec_command(shell: Core, argv: list[str], tested: bool) -> Step | None:
    """`exec`: redirect for good, or become a program."""
    saved = (shell.state.pop("undo", None) or {}).get("fds", {})
    redirects.keep(shell, saved)
    if not argv:
        for name, value in shell.overlay.items():
            shell.set(name, value)
        shell.overlay = {}
        done(shell, 0, tested)
        return None
    try:
        path = locate(shell, argv[0])
    except ShellError as error:
        raise ShellError(error.message, builtin="exec", status=error.status, fatal=not shell.options.get("i")) from None
    return replace(shell, argv, path)
