"""cut, paste, rev, tee, fold, expand: small filters (coreutils)."""

from collections.abc import Iterator

from simulator.programs.lines import Filter, finish, newline, send, slurp
from simulator.programs.options import (
    Dialect,
    Options,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    whole_number,
)  # fmt: skip
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

CUT = grammar(
    "b:c:f:d:snO:",
    {
        "bytes=": "b",
        "characters=": "c",
        "fields=": "f",
        "delimiter=": "d",
        "only-delimited": "s",
        "output-delimiter=": "O",
        "complement": "complement",
    },
    usage="[OPTIONS] [FILE]...",
)
TEE = grammar("aip", {"append": "a", "ignore-interrupts": "i"}, usage="[-ai] [FILE]...")
PASTE = grammar("d:s", {"delimiters=": "d", "serial": "s"}, usage="[-d LIST] [-s] [FILE]...")
FOLD = grammar("bsw:", {"bytes": "b", "spaces": "s", "width=": "w"}, usage="[-bs] [-w WIDTH] [FILE]...")
EXPAND = grammar("it:", {"initial": "i", "tabs=": "t"}, usage="[-i] [-t N] [FILE]...")
LAST = 1 << 40


def ranges(sys: Sys, dialect: Dialect, text: str) -> list[tuple[int, int]]:
    """`1,3-5,7-` as pairs, from 1, both ends included."""
    found = []
    for part in text.replace(" ", ",").split(","):
        low, dash, high = part.partition("-")
        if not (low + high).isdecimal() or len(part) > 20:
            raise refuse(
                sys,
                f"invalid range {text}"
                if is_busybox(dialect)
                else f"invalid field value '{part}'\nTry '{own_name(sys)} --help' for more information.",
            )
        first = int(low) if low else 1
        last = int(high) if high else LAST if dash else first
        if first < 1 or last < first:
            wrong = "fields and positions are numbered from 1" if first < 1 else "invalid decreasing range"
            raise refuse(
                sys,
                f"invalid range {text}"
                if is_busybox(dialect)
                else f"{wrong}\nTry '{own_name(sys)} --help' for more information.",
            )
        found.append((first, last))
    return sorted(found)


class Cut(Filter):
    """Parts of each line."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.options = options
        kind = options.last("bcf")
        self.kind = kind
        self.ranges = ranges(sys, dialect, options.value(kind))
        self.mark = options.value("d", "\t").encode("utf-8", "surrogateescape") or b"\0"
        self.joint = options.value("O").encode("utf-8", "surrogateescape") if "O" in options else self.mark

    def chosen(self, count: int) -> Iterator[int]:
        """Which of *count* parts, from 0."""
        wanted = (place for low, high in merge(self.ranges) for place in range(low - 1, min(high, count)))
        if "complement" not in self.options:
            return wanted
        out = set(wanted)
        return (place for place in range(count) if place not in out)

    def line(self, text: bytes, ended: bool) -> bool:
        if self.kind == "f":
            if self.mark not in text:
                if "s" not in self.options:
                    self.put(text + b"\n")
                return True
            fields = text.split(self.mark)
            self.put(self.joint.join(fields[place] for place in self.chosen(len(fields))) + b"\n")
        elif self.kind == "c" and not text.isascii():
            letters = text.decode("utf-8", "surrogateescape")
            self.put(
                "".join(letters[place] for place in self.chosen(len(letters))).encode("utf-8", "surrogateescape")
                + b"\n"
            )
        else:
            self.put(bytes(text[place] for place in self.chosen(len(text))) + b"\n")
        return True


def merge(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that overlap joined."""
    out: list[tuple[int, int]] = []
    for low, high in found:
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def cut(sys: Sys, dialect: Dialect) -> Step:
    """Print parts of lines."""
    options = parse(sys, dialect, CUT)
    kinds = {key for key, _ in options.given if key in "bcf"}
    if len(kinds) != 1:
        text = (
            "expected a list of bytes, characters, or fields"
            if is_busybox(dialect)
            else "you must specify a list of bytes, characters, or fields"
        )
        text = text if not kinds else "only one type of list may be specified"
        raise refuse(sys, text if is_busybox(dialect) else f"{text}\nTry 'cut --help' for more information.")
    if len(options.value("d", "\t")) > 1 and not is_busybox(dialect):
        raise refuse(sys, "the delimiter must be a single character\nTry 'cut --help' for more information.")
    return Cut(sys, dialect, options).run()


# --- tee, rev, fold, expand --------------------------------------------------------------------------------------
class Tee(Filter):
    """Copies what comes into files."""

    whole_chunks = True

    def __init__(self, sys: Sys, options: Options) -> None:
        super().__init__(sys, [])
        if "fds" not in self.memory:
            self.memory["fds"] = []
            for name in options.words:
                try:
                    self.memory["fds"].append(sys.open(name, "a" if "a" in options else "w"))
                except UnixError as error:
                    complain(sys, f"{name}: {error.message}")
                    self.state["code"] = 1

    def line(self, text: bytes, ended: bool) -> bool:
        self.put(text)
        for fd in self.memory["fds"]:
            self.sys.write(fd, text)
        return True


def tee(sys: Sys, dialect: Dialect) -> Step:
    """Print and keep."""
    return Tee(sys, parse(sys, dialect, TEE)).run()


class Rev(Filter):
    """Lines backwards."""

    def line(self, text: bytes, ended: bool) -> bool:
        self.put(newline(text.decode("utf-8", "surrogateescape")[::-1].encode("utf-8", "surrogateescape"), ended))
        return True


def rev(sys: Sys, dialect: Dialect) -> Step:
    """Print lines backwards."""
    return Rev(sys, parse(sys, dialect, grammar("", usage="[FILE]...")).words).run()


class Fold(Filter):
    """Lines of limited width."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.width = max(1, whole_number(sys, dialect, options.value("w", "80")))
        self.words = "s" in options

    def line(self, text: bytes, ended: bool) -> bool:
        while len(text) > self.width:
            cut_at = self.width
            if self.words and b" " in text[: self.width]:
                cut_at = text.rindex(b" ", 0, self.width) + 1
            self.put(text[:cut_at] + b"\n")
            text = text[cut_at:]
        self.put(newline(text, ended))
        return True


def fold(sys: Sys, dialect: Dialect) -> Step:
    """Break long lines."""
    return Fold(sys, dialect, parse(sys, dialect, FOLD)).run()


class Expand(Filter):
    """Tabs as blanks."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.size = min(max(1, whole_number(sys, dialect, options.value("t", "8"))), 1000)

    def line(self, text: bytes, ended: bool) -> bool:
        self.put(newline(text.expandtabs(self.size), ended))
        return True


def expand(sys: Sys, dialect: Dialect) -> Step:
    """Print with blanks for tabs."""
    return Expand(sys, dialect, parse(sys, dialect, EXPAND)).run()


# --- paste ---------------------------------------------------------------------------------
def paste(sys: Sys, dialect: Dialect) -> Step:
    """Put the lines of files side by side."""
    options = parse(sys, dialect, PASTE)
    names = options.words or ["-"]
    files: list[list[bytes]] = []
    stdin: bytes | None = None
    if "-" in names:
        stdin = slurp(sys, "-")
        if stdin is None:
            return Wait(readable=(0,))
    lines = (stdin or b"").removesuffix(b"\n").split(b"\n") if stdin else []
    share = names.count("-")
    taken = 0
    for name in names:
        if name == "-":
            files.append(lines[taken::share] if "s" not in options else lines if taken == 0 else [])
            taken += 1
            continue
        try:
            data = sys.read_file(name)
        except UnixError as error:
            raise refuse(sys, f"{name}: {error.message}") from None
        files.append(data.removesuffix(b"\n").split(b"\n") if data else [])
    marks = [
        mark.encode()
        for mark in options.value("d", "\t").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
    ] or [b""]
    marks = [b"" if mark == b"\0" else mark for mark in marks]
    rows = (
        files
        if "s" in options
        else [[file[row] if row < len(file) else b"" for file in files] for row in range(max(map(len, files)))]
    )
    sys.state.clear()
    send(sys, b"".join(_joined(row, marks) + b"\n" for row in rows))
    return finish(sys, 0)


def _joined(parts: list[bytes], marks: list[bytes]) -> bytes:
    out = parts[:1]
    for place, part in enumerate(parts[1:]):
        out += [marks[place % len(marks)], part]
    return b"".join(out)
