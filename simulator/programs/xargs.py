"""xargs: a command for many words (findutils; busybox findutils/xargs.c)."""

from typing import Any

from simulator.programs.lines import slurp
from simulator.programs.options import Dialect, complain, grammar, parse, refuse, whole_number
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

XARGS = grammar(
    "n:I:0rtd:L:P:s:pi::x",
    {
        "max-args=": "n",
        "null": "0",
        "no-run-if-empty": "r",
        "verbose": "t",
        "replace=?": "I",
        "delimiter=": "d",
        "max-lines=?": "L",
        "max-procs=": "P",
    },
    permute=False,
    usage="[OPTIONS] [PROG ARGS]",
)


MOST_AT_ONCE = 5_000


def items(data: bytes, zero: bool, mark: str, whole_lines: bool) -> list[str]:
    """The words in standard input: between blanks, with quotes and backslashes, or between marks."""
    text = data.decode("utf-8", "surrogateescape")
    if zero or mark:
        parts = text.split("\0" if zero else mark.replace("\\n", "\n").replace("\\t", "\t"))
        return parts[:-1] if parts and parts[-1] in ("", "\n") else parts
    if whole_lines:
        return [line.strip() for line in text.split("\n") if line.strip()]
    return quoted_words(text)


def quoted_words(text: str) -> list[str]:
    """The words between blanks; quotes hold one together, a backslash takes the meaning from a letter."""
    out: list[str] = []
    word: list[str] | None = None
    quote = ""
    letters = iter(text + "\n")
    for letter in letters:
        if quote and word is not None:
            quote = "" if letter == quote else quote
            word += [letter] if quote else []
        elif letter.isspace():
            out += [] if word is None else ["".join(word)]
            word = None
        else:
            word = [] if word is None else word
            if letter in "'\"":
                quote = letter
            else:
                word.append(next(letters, "") if letter == "\\" else letter)
    return out


def xargs(sys: Sys, dialect: Dialect) -> Step:
    """Run a command with the words that come on standard input."""
    options = parse(sys, dialect, XARGS)
    state = sys.state
    if "runs" not in state:
        if "p" in options:
            raise refuse(sys, "not simulated here: asking before each command (-p)")
        data = slurp(sys, "-")
        if data is None:
            return Wait(readable=(0,))
        state.pop("slurped", None)
        state |= {"runs": _plan(sys, dialect, options, data), "at": 0, "child": 0, "code": 0}
    while True:
        if state["child"]:
            step = _ended(sys)
            if step is not None:
                return step
        if state["at"] >= len(state["runs"]):
            return int(state["code"])
        argv = state["runs"][state["at"]]
        state["at"] += 1
        if "t" in options:
            sys.err(" ".join(argv) + "\n")
        try:
            state["child"] = sys.spawn(argv, path=sys.which(argv[0]))
        except UnixError as error:
            complain(sys, f"{argv[0]}: {error.message}")
            return 127 if error.name == "ENOENT" else 126


def _ended(sys: Sys) -> Step | None:
    """Wait for the command; 255 and signals end xargs too."""
    state = sys.state
    ended = sys.wait(state["child"])
    if ended is None:
        return Wait(child=True)
    state["child"] = 0
    name = state["runs"][state["at"] - 1][0]
    if ended.signal:
        complain(sys, f"{name}: terminated by signal {ended.code - 128}")
        return 125
    if ended.code == 255:
        complain(sys, f"{name}: exited with status 255; aborting")
        return 124
    state["code"] = 123 if ended.code else state["code"]
    return None


def _plan(sys: Sys, dialect: Dialect, options: Any, data: bytes) -> list[list[str]]:
    """The commands to run."""
    command = options.words or ["echo"]
    mark = options.value("I") if "I" in options else "{}" if "i" in options else ""
    words = items(data, "0" in options, options.value("d"), bool(mark))
    if mark:
        return [[part.replace(mark, word) for part in command] for word in words[:MOST_AT_ONCE]]
    if "L" in options:
        size = max(1, whole_number(sys, dialect, options.value("L") or "1"))
        lines = [line.split() for line in data.decode("utf-8", "surrogateescape").splitlines() if line.strip()]
        return [
            [*command, *(word for line in lines[place : place + size] for word in line)]
            for place in range(0, len(lines), size)
        ]
    size = max(1, whole_number(sys, dialect, options.value("n"))) if "n" in options else MOST_AT_ONCE
    if not words:
        return [] if "r" in options else [list(command)]
    return [[*command, *words[place : place + size]] for place in range(0, len(words), size)]
