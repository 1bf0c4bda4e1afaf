"""timeout, watch: run programs for a while, and again and again (coreutils/timeout.c, procps watch)."""

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.options import (
    BUSYBOX_128,
    Dialect,
    Refused,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.programs.signals import signal_name
from simulator.programs.sleep import duration
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

TIMEOUT = grammar(
    "s:k:v",
    {"signal=": "s", "kill-after=": "k", "preserve-status": "preserve", "foreground": "foreground", "verbose": "v"},
    code=125,
    permute=False,
    usage="[-s SIG] [-k KILL_SECS] SECS PROG ARGS",
)
OLD_TIMEOUT = grammar("s:t:", permute=False, usage="[-t SECS] [-s SIG] PROG ARGS")
WATCH = grammar(
    "n:tdegc", {"interval=": "n", "no-title": "t", "differences=?": "d"}, permute=False, usage="[-n SEC] [-t] PROG ARGS"
)
HOME_AND_CLEAR = "\033[H\033[J"
SHORTEST = SECOND // 10


def timeout(sys: Sys, dialect: Dialect) -> Step:
    """Run a program and end it when its time is over."""
    options = parse(sys, dialect, OLD_TIMEOUT if dialect is BUSYBOX_128 else TIMEOUT)
    state = sys.state
    if "child" not in state:
        # Until 1.29 busybox took the time as an option.
        words = [options.value("t", "10"), *options.words] if dialect is BUSYBOX_128 else options.words
        _start(sys, dialect, words)
    while signal := sys.take_signal():
        _send(sys, signal)
    ended = sys.wait(state["child"])
    if ended is not None:
        if state["over"] and "preserve" not in options:
            return 137 if ended.signal == "KILL" and not is_busybox(dialect) else 143 if is_busybox(dialect) else 124
        return ended.code
    if state["until"] is not None and sys.now >= state["until"]:
        _over(sys, options.value("s", "TERM"), options.value("k"))
    return Wait(child=True, until=state["until"])


def _start(sys: Sys, dialect: Dialect, words: list[str]) -> None:
    if len(words) < 2:
        if is_busybox(dialect):
            raise show_usage(sys, dialect, TIMEOUT)
        raise Refused(f"{own_name(sys)}: missing operand\nTry '{own_name(sys)} --help' for more information.\n", 125)
    limit = duration(words[0])
    if limit is None:
        if is_busybox(dialect):
            raise refuse(sys, f"invalid number '{words[0]}'")
        raise Refused(
            f"{own_name(sys)}: invalid time interval '{words[0]}'\nTry '{own_name(sys)} --help' for more information.\n",
            125,
        )
    sys.catch("TERM", "INT", "HUP", "QUIT")
    try:
        child = sys.spawn(words[1:], path=sys.which(words[1]))
    except UnixError as error:
        text = f"can't execute '{words[1]}'" if is_busybox(dialect) else f"failed to run command '{words[1]}'"
        raise refuse(sys, f"{text}: {error.message}", 127 if error.name == "ENOENT" else 126) from None
    sys.state |= {"child": child, "over": False, "until": sys.now + limit if limit else None}


def _over(sys: Sys, signal: str, kill_after: str) -> None:
    """The time is over: the signal; then, if asked for, KILL."""
    name = signal_name(signal)
    if name is None:
        raise refuse(sys, f"'{signal}': invalid signal", 125)
    again = duration(kill_after) if kill_after else None
    _send(sys, "KILL" if sys.state["over"] else name)
    sys.state["until"] = sys.now + again if again and not sys.state["over"] else None
    sys.state["over"] = True


def _send(sys: Sys, signal: str) -> None:
    try:
        sys.kill(sys.state["child"], signal)
    except UnixError:
        return


def watch(sys: Sys, dialect: Dialect) -> Step:
    """Run a program every two seconds and show what it says, until the end of days or ^C."""
    options = parse(sys, dialect, WATCH)
    if not options.words:
        raise show_usage(sys, dialect, WATCH)
    state = sys.state
    if "next" not in state:
        interval = duration(options.value("n", "2"))
        if interval is None:
            raise refuse(
                sys,
                f"invalid number '{options.value('n')}'"
                if is_busybox(dialect)
                else f"failed to parse argument: '{options.value('n')}'",
            )
        state |= {"next": sys.now, "interval": max(interval, SHORTEST), "text": [], "fd": -1}
    if state["fd"] >= 0:
        return _collect(sys, " ".join(options.words), titled="t" not in options, seconds=options.value("n", "2"))
    if sys.now < state["next"]:
        return Wait(until=state["next"])
    _launch(sys, options.words)
    return Wait(readable=(state["fd"],))


def _launch(sys: Sys, words: list[str]) -> None:
    """One more run, by the shell as the real one does it."""
    reader, writer = sys.pipe()
    child = sys.spawn(["sh", "-c", " ".join(words)], path=sys.which("sh"), fds={0: 0, 1: writer, 2: writer})
    sys.close(writer)
    sys.state |= {"fd": reader, "child": child, "text": [], "next": sys.now + sys.state["interval"]}


def _collect(sys: Sys, command: str, *, titled: bool, seconds: str) -> Step:
    state = sys.state
    while (data := sys.read(state["fd"])) is not None:
        if not data:
            sys.close(state["fd"])
            state["fd"] = -1
            _show(sys, command, b"".join(state["text"]), titled, seconds)
            return Wait(until=state["next"], child=True)
        if len(state["text"]) < 64:
            state["text"].append(data)
    return Wait(readable=(state["fd"],))


def _show(sys: Sys, command: str, data: bytes, titled: bool, seconds: str) -> None:
    """The screen: a title line, an empty line, and as much of the output as fits."""
    sys.wait(sys.state["child"])
    columns, rows = sys.tty_size(1) if sys.isatty(1) else (80, 24)
    lines = data.decode("utf-8", "replace").splitlines()
    if titled:
        left = f"Every {_seconds(seconds)}s: {command}"
        right = f"{sys.hostname}: {strftime('%a %b %e %H:%M:%S %Y', sys.unix)}"
        lines = [left[: max(0, columns - len(right) - 1)].ljust(columns - len(right)) + right, "", *lines]
    sys.out(HOME_AND_CLEAR + "\n".join(line[:columns] for line in lines[: rows - 1]) + "\n")


def _seconds(text: str) -> str:
    tenths = (duration(text) or 0) * 10 // SECOND
    return f"{tenths // 10}.{tenths % 10}"
