"""echo, printf, yes: say what stands in the arguments (coreutils/echo.c, printf.c, yes.c)."""

from simulator.programs.formats import Formatter, unescape
from simulator.programs.lines import pump, send
from simulator.programs.options import Dialect, Refused, complain, grammar, is_busybox, own_name, refuse, show_usage
from simulator.runtime.syscalls import Step, Sys, Wait

YES_AT_ONCE = 8192
PRINTF = grammar("", usage="FORMAT [ARG]...")


def main(sys: Sys, dialect: Dialect) -> Step:
    """Print the arguments, with -n without a newline, with -e with escapes."""
    words = sys.argv[1:]
    newline, escapes = True, False
    while words and len(words[0]) > 1 and words[0][0] == "-" and not words[0][1:].strip("neE"):
        for letter in words.pop(0)[1:]:
            newline = newline and letter != "n"
            escapes = letter == "e" if letter in "eE" else escapes
    text = " ".join(words).encode("utf-8", "surrogateescape")
    stop = False
    if escapes:
        text, stop = unescape(text, octal_zero=True)
    sys.out((text + (b"\n" if newline and not stop else b"")).decode("utf-8", "surrogateescape"))
    return 0


def printf(sys: Sys, dialect: Dialect) -> Step:
    """Print the arguments as the first says."""
    words = sys.argv[1:]
    if words[:1] == ["--"]:
        words.pop(0)
    if not words:
        if is_busybox(dialect):
            raise show_usage(sys, dialect, PRINTF)
        name = own_name(sys)
        raise Refused(f"{name}: missing operand\nTry '{name} --help' for more information.\n")
    formatter = Formatter(words[0], words[1:], busybox=is_busybox(dialect))
    output = formatter.run()
    sys.out(output.decode("utf-8", "surrogateescape"))
    for error in formatter.errors:
        complain(sys, error)
    return 1 if formatter.errors else 0


def yes(sys: Sys, dialect: Dialect) -> Step:
    """Print a line until nobody reads it."""
    if not pump(sys):
        return Wait(writable=(1,))
    line = (" ".join(sys.argv[1:]) or "y").encode("utf-8", "surrogateescape") + b"\n"
    sys.charge(50)
    send(sys, line * max(1, YES_AT_ONCE // len(line)))
    return Wait(writable=(1,))


def true(sys: Sys, dialect: Dialect) -> Step:
    """Succeed."""
    return 0


def false(sys: Sys, dialect: Dialect) -> Step:
    """Fail."""
    return 1


def refused(sys: Sys, dialect: Dialect) -> Step:
    """A program whose absence would be a surprise, and which is not simulated."""
    raise refuse(sys, "not simulated here")
