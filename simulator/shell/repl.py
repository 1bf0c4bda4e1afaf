"""Reading commands: from a terminal with prompts and history, or from standard input when that is a pipe or a file."""

from simulator.runtime.syscalls import Step, UnixError, Wait
from simulator.shell import jobs
from simulator.shell.core import Core, aliases_of
from simulator.shell.history import expand_history, remember, save
from simulator.shell.memory import ShellError, decode
from simulator.shell.parser import parse
from simulator.shell.prompts import prompt
from simulator.shell.syntax import ShellSyntaxError

LINE_LIMIT = 64 * 1024
PARSE_LIMIT = 2 << 20  # characters that are parsed again and again because the command goes on


def next_command(shell: Core) -> None:
    """The commands read before have run: tell of the last line, and read the next."""
    state = shell.state
    if state["typed"] is not None:
        report(shell)
    state["text"] = state["buffer"] = ""
    state["closer"] = ["", False]
    state["parsed"] = 0
    state["asked"] = False
    state["waiting"] = ["line"]
    if shell.options.get("i"):
        jobs.report_jobs(shell)


def report(shell: Core) -> None:
    """Let the learner's page know of a line that was typed and has run."""
    typed, shell.state["typed"] = shell.state["typed"], None
    if typed and not shell.sys.container:
        shell.sys.tell("command", cwd=typed[0], line=typed[1], code=shell.state["status"])


def go_on(shell: Core) -> Step | None:
    """Read a line, and run what has become complete."""
    state = shell.state
    fd = state["fds"].get("0")
    if fd is None:
        end_of_input(shell)
        return None
    if shell.options.get("i") and not state["asked"]:
        ask(shell, fd)
        return Wait(readable=(fd,))
    line = take_line(shell, fd)
    if line is None:
        return Wait(until=shell.sys.now) if state["more_input"] else Wait(readable=(fd,))
    state["asked"] = False
    if not line:
        end_of_input(shell)
        return None
    take(shell, line)
    return None


def ask(shell: Core, fd: int) -> None:
    """Show the prompt, and let the line be edited where the terminal is."""
    shell.flush()
    text = prompt(shell, "PS2" if shell.state["text"] else "PS1")
    if shell.sys.isatty(fd):
        shell.sys.tty_edit(fd, text)
    else:
        shell.write(text, 2)
    shell.state["asked"] = True


def take_line(shell: Core, fd: int) -> str | None:
    """The next line with its end; empty at the end of input, None while it has not come whole.

    Of what is no terminal, byte after byte is taken, so that the programs of a script find what follows it.
    """
    state = shell.state
    state["more_input"] = False
    terminal = shell.sys.isatty(fd)
    got: list[bytes] = []
    try:
        for _ in range(4096):
            data = shell.sys.read(fd, 4096 if terminal else 1)
            if data is None:
                break
            got.append(data)
            if data.endswith(b"\n") or not data:
                return finish_line(shell, got)
        else:
            state["more_input"] = True
    except UnixError:
        return finish_line(shell, got)
    state["buffer"] += b"".join(got).decode("latin-1")
    shell.charged += len(got) // 20
    if len(state["buffer"]) > LINE_LIMIT:
        return finish_line(shell, [])
    return None


def finish_line(shell: Core, got: list[bytes]) -> str:
    raw = shell.state["buffer"].encode("latin-1") + b"".join(got)
    shell.state["buffer"] = ""
    return decode(raw).replace("\r", "")


def take(shell: Core, line: str) -> None:
    """Add a line to the command at hand; run the command if it is complete."""
    state = shell.state
    # The lines of a here-document are no commands: `#!/bin/sh` in one means nothing to the history, nor between single quotes.
    if shell.options.get("i") and not state["closer"][1] and state["closer"][0] != "'":
        changed = history_expanded(shell, line)
        if changed is None:
            return
        line = changed
    state["text"] += line
    closer, whole = state["closer"]
    if closer and (line.strip("\t\n") != closer if whole else closer not in line):
        return
    text = state["text"]
    state["parsed"] += len(text)
    shell.charged += len(text) // 10
    try:
        if state["parsed"] > PARSE_LIMIT:
            raise ShellSyntaxError("memory", line=state["lines"])
        parse(text, 0, state["lines"], shell.dialect.name, aliases_of({"aliases": state["aliases"]}), True)
    except ShellSyntaxError as error:
        if error.incomplete:
            state["closer"] = [error.closer, error.whole]
            return
    begin(shell, text)


def history_expanded(shell: Core, line: str) -> str | None:
    """*line* with `!!` and the like replaced; None if there is no such event."""
    if "history" not in shell.dialect.features or "!" not in line:
        return line
    try:
        changed = expand_history(line.rstrip("\n"), shell.state["history"])
    except ShellError as error:
        shell.write(f"{shell.state['name']}: {error.message}\n", 2)
        shell.state["text"] = ""
        return None
    if changed != line.rstrip("\n"):
        shell.write(changed + "\n", 2)
    return changed + "\n"


def begin(shell: Core, text: str) -> None:
    """Run a complete command."""
    state = shell.state
    line = state["lines"]
    state["lines"] += text.count("\n") or 1
    state["waiting"] = None
    state["text"] = ""
    state["closer"] = ["", False]
    state["parsed"] = 0
    if shell.options.get("v"):
        shell.write(text, 2)
    if shell.options.get("i") and text.strip():
        remember(state, text.rstrip("\n"))
        state["typed"] = [shell.sys.cwd, text.rstrip("\n")]
    if text.strip():
        shell.push(shell.source_frame(text, "line", line=line))
    else:
        state["waiting"] = ["line"]


def end_of_input(shell: Core) -> None:
    """No more lines come."""
    state = shell.state
    state["waiting"] = None
    if state["text"]:
        begin(shell, state["text"])
        return
    if shell.options.get("i"):
        farewell(shell)
    shell.exit(state["status"])


def farewell(shell: Core) -> None:
    """What a shell says when it is left with ^D."""
    login = str(shell.state["name"]).startswith("-")
    words = {"bash": "logout\n" if login else "exit\n", "ash": "", "dash": "\n"}
    shell.write(words[shell.dialect.name], 2)


def leave(shell: Core) -> None:
    """The last thing an interactive shell does."""
    if shell.options.get("i") and not shell.state["left"]:
        shell.state["left"] = True
        if shell.state["typed"] is not None:
            report(shell)
        save(shell)
