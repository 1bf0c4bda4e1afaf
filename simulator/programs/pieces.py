"""split, strings, comm: files in pieces, the texts in them, what two have in common (coreutils; binutils/strings.c)."""

from simulator.programs.heads import amount
from simulator.programs.lines import Filter, finish, pump, send, slurp
from simulator.programs.options import Dialect, Options, grammar, is_busybox, parse, refuse, too_few, whole_number
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

SPLIT = grammar(
    "b:l:a:d",
    {"bytes=": "b", "lines=": "l", "suffix-length=": "a", "numeric-suffixes": "d"},
    other="nCet",
    usage="[OPTIONS] [INPUT [PREFIX]]",
)
STRINGS = grammar(
    "an:fot:",
    {"all": "a", "bytes=": "n", "print-file-name": "f", "radix=": "t"},
    other="e",
    usage="[-fo] [-t o|d|x] [-n LEN] [FILE]...",
)
COMM = grammar(
    "123", {"output-delimiter=": "mark", "check-order": "check", "nocheck-order": "nocheck"}, usage="[-123] FILE1 FILE2"
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_PIECES = 5_000
RADIX = {"o": "o", "d": "d", "x": "x"}


def split(sys: Sys, dialect: Dialect) -> Step:
    """Cut a file into pieces of so many lines or bytes."""
    options = parse(sys, dialect, SPLIT)
    name, prefix = ([*options.words, "-", "x"] if not options.words else [*options.words, "x"])[:2]
    try:
        data = slurp(sys, name)
    except UnixError as error:
        raise refuse(
            sys,
            f"cannot open '{name}' for reading: {error.message}"
            if not is_busybox(dialect)
            else f"can't open '{name}': {error.message}",
        ) from None
    if data is None:
        return Wait(readable=(0,))
    if "b" in options:
        size = max(1, amount(sys, dialect, options.value("b"), "bytes")[1])
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
    else:
        number = max(1, amount(sys, dialect, options.value("l", "1000"), "lines")[1])
        lines = data.splitlines(keepends=True) if b"\r" not in data else [line + b"\n" for line in data.split(b"\n")]
        pieces = [b"".join(lines[at : at + number]) for at in range(0, len(lines), number)]
    width = min(whole_number(sys, dialect, options.value("a", "2")), 10)
    if len(pieces) > MOST_PIECES or len(pieces) > suffixes(options) ** width:
        raise refuse(sys, "output file suffixes exhausted" if not is_busybox(dialect) else "suffixes exhausted")
    for place, piece in enumerate(pieces):
        sys.charge(20)
        sys.write_file(prefix + suffix(options, place, width), piece)
    return 0


def suffixes(options: Options) -> int:
    """How many letters a place of a suffix can have."""
    return 10 if "d" in options else len(LETTERS)


def suffix(options: Options, number: int, width: int) -> str:
    """`aa`, `ab`, ... or `00`, `01`, ..."""
    letters = "0123456789" if "d" in options else LETTERS
    out = ""
    for _ in range(width):
        number, rest = divmod(number, len(letters))
        out = letters[rest] + out
    return out


class Strings(Filter):
    """The runs of printable characters, as long as asked for."""

    whole_chunks = True

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.least = max(1, whole_number(sys, dialect, options.value("n", "4")))
        self.titled = "f" in options
        self.radix = RADIX.get(options.value("t"), "o" if "o" in options else "")

    def begin(self, name: str) -> None:
        self.memory |= {"run": b"", "place": 0}

    def line(self, text: bytes, ended: bool) -> bool:
        run, start = self.memory["run"], self.memory["place"] - len(self.memory["run"])
        data = run + text
        self.memory["place"] += len(text)
        begin = 0
        for place in [at for at, byte in enumerate(data) if not (32 <= byte < 127 or byte == 9)]:
            self.found(data[begin:place], start + begin)
            begin = place + 1
        self.memory["run"] = data[begin:][-(1 << 16) :]
        return True

    def end(self, name: str) -> None:
        self.found(self.memory["run"], self.memory["place"] - len(self.memory["run"]))
        self.flush()

    def found(self, text: bytes, place: int) -> None:
        if len(text) >= self.least:
            name = self.names[self.state["at"] - 1]
            title = f"{name}: " if self.titled else ""
            at = f"{place:7{self.radix}} " if self.radix else ""
            self.put((title + at).encode("utf-8", "surrogateescape") + text + b"\n")


def strings(sys: Sys, dialect: Dialect) -> Step:
    """Print the texts in files."""
    return Strings(sys, dialect, parse(sys, dialect, STRINGS)).run()


def comm(sys: Sys, dialect: Dialect) -> Step:
    """Three columns: only in the first of two sorted files, only in the second, in both."""
    if not pump(sys):
        return Wait(writable=(1,))
    if "sent" in sys.state:
        return finish(sys, 0)
    options = parse(sys, dialect, COMM)
    too_few(sys, dialect, COMM, options.words, 2)
    sides: list[list[bytes]] = []
    for name in options.words[:2]:
        try:
            data = slurp(sys, name)
        except UnixError as error:
            raise refuse(
                sys, f"can't open '{name}': {error.message}" if is_busybox(dialect) else f"{name}: {error.message}"
            ) from None
        if data is None:
            return Wait(readable=(0,))
        sides.append(data.split(b"\n")[:-1] if data.endswith(b"\n") or not data else data.split(b"\n"))
    sys.charge(50 + sum(map(len, sides)) // 10)
    sys.state["sent"] = True
    send(sys, merged(sides[0], sides[1], options))
    return Wait(writable=(1,)) if sys.state.get("unsent") else 0


def merged(left: list[bytes], right: list[bytes], options: Options) -> bytes:
    """The columns that were not taken out with -1, -2, -3."""
    mark = options.value("mark", "\t").encode("utf-8", "surrogateescape")
    shown = [column not in options for column in "123"]
    indent = [b"", mark * shown[0], mark * (shown[0] + shown[1])]
    out: list[bytes] = []
    at = other = 0
    while at < len(left) or other < len(right):
        both = at < len(left) and other < len(right) and left[at] == right[other]
        first = other >= len(right) or (at < len(left) and left[at] < right[other])
        column = 2 if both else 0 if first else 1
        text = right[other] if column == 1 else left[at]
        at += column != 1
        other += column != 0
        if shown[column]:
            out.append(indent[column] + text + b"\n")
    return b"".join(out)
