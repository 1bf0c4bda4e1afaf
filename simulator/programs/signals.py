"""kill, killall, pkill, pgrep, pidof: find processes and send them signals (procps, psmisc, busybox)."""

from typing import Any

from simulator.programs.names import user_number
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
)
from simulator.programs.patterns import BadPattern, regex
from simulator.programs.processes import command_line, command_name
from simulator.runtime.syscalls import Seen, Step, Sys, UnixError

NAMES = (
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",
    "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
)  # fmt: skip
PKILL = grammar(
    "flnovxs:u:t:P:ae",
    {"full": "f", "list-name": "l", "newest": "n", "oldest": "o", "exact": "x", "inverse": "v", "list-full": "a"},
    code=2,
    usage="[-flnovx] PATTERN",
)


def signal_name(text: str) -> str | None:
    """`TERM` for `15`, `TERM` or `SIGTERM`; `0` for 0; None if there is no such signal."""
    if text.isdecimal() and len(text) < 4:
        number = int(text)
        return "0" if number == 0 else NAMES[number - 1] if number <= len(NAMES) else None
    name = text.upper().removeprefix("SIG")
    return name if name in NAMES else None


def _signal_option(words: list[str]) -> tuple[str | None, list[str]]:
    """Take `-9`, `-TERM`, `-s TERM` from the front; the signal (None: unknown; TERM if none is given), and the rest."""
    if words and words[0] in ("-s", "-n") and len(words) > 1:
        return signal_name(words[1]), words[2:]
    if words and len(words[0]) > 1 and words[0][0] == "-" and words[0] != "--":
        return signal_name(words[0][1:]), words[1:]
    return "TERM", words[1:] if words[:1] == ["--"] else words


def deliver(sys: Sys, pid: int, signal: str) -> None:
    """Send a signal; `0` only asks whether that could be done."""
    if signal != "0":
        sys.kill(pid, signal)
    elif all(process.pid != abs(pid) for process in sys.processes()):
        raise UnixError("ESRCH")


def kill(sys: Sys, dialect: Dialect) -> Step:
    """Send a signal to processes by number."""
    words = sys.argv[1:]
    if words[:1] in (["-l"], ["-L"]):
        return _list(sys, words[1:])
    signal, rest = _signal_option(words)
    if signal is None:
        raise refuse(
            sys,
            f"bad signal name '{words[0].lstrip('-') if words[0] not in ('-s', '-n') else words[1]}'"
            if is_busybox(dialect)
            else "unknown signal",
        )
    if not rest:
        raise (
            refuse(sys, "you need to specify whom to kill")
            if is_busybox(dialect)
            else Refused("Usage:\n kill [options] <pid> [...]\n")
        )
    code = 0
    for word in rest:
        if not word.lstrip("-").isdecimal() or len(word) > 10:
            complain(sys, f"invalid number '{word}'" if is_busybox(dialect) else f"failed to parse argument: '{word}'")
            code = 1
            continue
        try:
            deliver(sys, int(word), signal)
        except UnixError as error:
            complain(
                sys,
                f"can't kill pid {word}: {error.message}"
                if is_busybox(dialect)
                else f"sending signal to {word} failed: {error.message}",
            )
            code = 1
    return code


def _list(sys: Sys, words: list[str]) -> int:
    if not words:
        sys.out("".join(f"{number:>2}) {name}\n" for number, name in enumerate(NAMES, 1)))
        return 0
    for word in words:
        number = int(word) % 128 if word.isdecimal() and len(word) < 5 else 0
        name = signal_name(str(number) if number else word)
        if name is None or name == "0":
            raise refuse(sys, f"unknown signal '{word}'")
        sys.out((name if number else str(NAMES.index(name) + 1)) + "\n")
    return 0


def killall(sys: Sys, dialect: Dialect) -> Step:
    """Send a signal to processes by name."""
    words = sys.argv[1:]
    quiet = "-q" in words
    signal, rest = _signal_option([word for word in words if word != "-q"])
    if signal is None:
        raise refuse(
            sys,
            f"bad signal name '{words[0].lstrip('-')}'"
            if is_busybox(dialect)
            else f"{words[0].lstrip('-')}: unknown signal; killall -l lists signals.",
        )
    if not rest:
        raise show_usage(sys, dialect, grammar("", usage="[-lq] [-SIG] PROCESS_NAME..."))
    code = 0
    for name in rest:
        found = [
            process
            for process in sys.processes()
            if named(process, name) and process.pid != sys.pid and process.state != "Z"
        ]
        if not found:
            code = 1
            if not quiet:
                sys.err(
                    f"{own_name(sys)}: {name}: no process killed\n"
                    if is_busybox(dialect)
                    else f"{name}: no process found\n"
                )
        for process in found:
            try:
                deliver(sys, process.pid, signal)
            except UnixError as error:
                complain(
                    sys,
                    f"can't kill pid {process.pid}: {error.message}"
                    if is_busybox(dialect)
                    else f"{name}({process.pid}): {error.message}",
                )
                code = 1
    return code


def named(process: Seen, name: str) -> bool:
    """Whether a process goes by that name."""
    first = process.argv[0] if process.argv else ""
    return name in (command_name(process), first, first.rpartition("/")[2]) or (name.startswith("/") and first == name)


def pidof(sys: Sys, dialect: Dialect) -> Step:
    """The numbers of processes by name, newest first."""
    options = parse(sys, dialect, grammar("so:xq", usage="[OPTIONS] [NAME]..."))
    omitted = {sys.ppid if text == "%PPID" else int(text) if text.isdecimal() else 0 for text in options.values("o")}
    found = [
        process.pid
        for process in sys.processes()
        if process.pid not in omitted and any(named(process, name) for name in options.words)
    ]
    found.sort(reverse=True)
    if "s" in options:
        found = found[:1]
    if found and "q" not in options:
        sys.out(" ".join(map(str, found)) + "\n")
    return 0 if found else 1


def pgrep(sys: Sys, dialect: Dialect) -> Step:
    """The numbers of processes whose name fits a pattern."""
    found, options = _matching(sys, dialect, sys.argv[1:])
    if "a" in options or ("l" in options and "f" in options and is_busybox(dialect)):
        lines = [f"{process.pid} {command_line(process)}\n" for process in found]
    elif "l" in options:
        lines = [f"{process.pid} {command_name(process)}\n" for process in found]
    else:
        lines = [f"{process.pid}\n" for process in found]
    sys.out("".join(lines))
    return 0 if found else 1


def pkill(sys: Sys, dialect: Dialect) -> Step:
    """Send a signal to processes whose name fits a pattern."""
    words = sys.argv[1:]
    signal = "TERM"
    if words and words[0][:1] == "-" and signal_name(words[0][1:]):
        signal = signal_name(words.pop(0)[1:]) or signal
    found, _ = _matching(sys, dialect, words)
    code = 0 if found else 1
    for process in found:
        try:
            deliver(sys, process.pid, signal)
        except UnixError as error:
            complain(sys, f"killing pid {process.pid} failed: {error.message}")
            code = 1
    return code


def _matching(sys: Sys, dialect: Dialect, words: list[str]) -> tuple[list[Seen], Any]:
    options = parse(sys, dialect, PKILL, words)
    if len(options.words) != 1 and not (options.values("u") or options.values("P")):
        if is_busybox(dialect):
            raise show_usage(sys, dialect, PKILL)
        name = own_name(sys)
        text = "no matching criteria specified" if not options.words else "only one pattern can be provided"
        raise Refused(f"{name}: {text}\nTry `{name} --help' for more information.\n", 2)
    try:
        pattern = regex(options.words[0] if options.words else "", extended=True)
    except BadPattern as error:
        raise refuse(sys, str(error), 2) from None
    users = {user_number(sys, word) for text in options.values("u") for word in text.split(",")}
    parents = {word for text in options.values("P") for word in text.split(",")}
    found = []
    for process in sys.processes():
        shown = (command_line(process) if "f" in options else command_name(process)).encode("utf-8", "surrogateescape")
        match = pattern.search(shown)
        fits = match is not None and ("x" not in options or match.span() == (0, len(shown)))
        fits = fits and (not users or process.uid in users) and (not parents or str(process.ppid) in parents)
        if fits != ("v" in options) and process.pid != sys.pid:
            found.append(process)
    if found and ("n" in options or "o" in options):
        pick = max if "n" in options else min
        found = [pick(found, key=lambda process: (process.started, process.pid))]
    return found, options
