"""wc, uniq, nl: lines counted (coreutils/wc.c, uniq.c, nl.c)."""

from simulator.programs.lines import Filter
from simulator.programs.options import (
    Dialect,
    Options,
    grammar,
    is_busybox,
    parse,
    refuse,
    whole_number,
)  # fmt: skip
from simulator.runtime.syscalls import Step, Sys, UnixError

WC = grammar(
    "clwmL",
    {"bytes": "c", "lines": "l", "words": "w", "chars": "m", "max-line-length": "L"},
    usage="[-cmlwL] [FILE]...",
)


UNIQ = grammar(
    "cduf:s:w:iz",
    {
        "count": "c",
        "repeated": "d",
        "unique": "u",
        "skip-fields=": "f",
        "skip-chars=": "s",
        "check-chars=": "w",
        "ignore-case": "i",
    },
    usage="[-cduiz] [-f,s,w N] [FILE [OUTFILE]]",
)


NL = grammar(
    "b:w:s:v:i:n:",
    {"body-numbering=": "b", "number-width=": "w", "number-separator=": "s", "starting-line-number=": "v"},
    other="dfhlp",
    usage="[OPTIONS] [FILE]...",
)


class Count(Filter):
    """Lines, words, characters, bytes, the longest line."""

    whole_chunks = True

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.busybox = is_busybox(dialect)
        self.from_stdin = not options.words
        self.wanted = [key for key in "lwmcL" if key in options] or ["l", "w", "c"]
        self.memory.setdefault("rows", [])

    def begin(self, name: str) -> None:
        self.memory["now"] = {"l": 0, "w": 0, "m": 0, "c": 0, "L": 0, "in word": False, "length": 0}

    def line(self, text: bytes, ended: bool) -> bool:
        now = self.memory["now"]
        now["l"] += text.count(b"\n")
        now["c"] += len(text)
        now["m"] += sum(byte & 0xC0 != 0x80 for byte in text) if not text.isascii() else len(text)
        now["w"] += len(text.split()) - (now["in word"] and not text[:1].isspace())
        now["in word"] = not text[-1:].isspace()
        if "L" in self.wanted:
            for piece in text.decode("utf-8", "replace").split("\n"):
                now["L"] = max(now["L"], now["length"] + len(piece))
                now["length"] = 0
            now["length"] = len(text.rpartition(b"\n")[2])
        return True

    def end(self, name: str) -> None:
        now = self.memory["now"]
        self.memory["rows"].append([[now[key] for key in self.wanted], "" if self.from_stdin else name])

    def close(self) -> int:
        rows = self.memory["rows"]
        if len(self.names) > 1:
            rows = [
                *rows,
                [
                    [
                        max(row[0][place] for row in rows) if key == "L" else sum(row[0][place] for row in rows)
                        for place, key in enumerate(self.wanted)
                    ]
                    if rows
                    else [0] * len(self.wanted),
                    "total",
                ],
            ]
        width = self.width(rows)
        for numbers, name in rows:
            text = " ".join(f"{number:>{width}}" for number in numbers) + (f" {name}" if name else "")
            self.put(text.encode("utf-8", "surrogateescape") + b"\n")
        return 0

    def width(self, rows: list[list[object]]) -> int:
        if len(self.wanted) == 1 and len(rows) == 1:
            return 1
        if self.busybox:
            return 9
        if self.from_stdin or "-" in self.names:
            return 7
        sizes = []
        for name in self.names:
            try:
                stat = self.sys.stat(name)
                sizes.append(stat.size if stat.kind == "file" else 10**6)
            except UnixError:
                continue
        return len(str(sum(sizes)))


def wc(sys: Sys, dialect: Dialect) -> Step:
    """Count."""
    return Count(sys, dialect, parse(sys, dialect, WC)).run()


class Uniq(Filter):
    """One of several equal lines that follow each other."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words[:1])
        self.options = options
        self.fields = whole_number(sys, dialect, options.value("f", "0"))
        self.letters = whole_number(sys, dialect, options.value("s", "0"))
        self.most = whole_number(sys, dialect, options.value("w")) if "w" in options else None

    def key(self, text: bytes) -> bytes:
        place = 0
        for _ in range(min(self.fields, len(text))):
            while place < len(text) and text[place] in b" \t":
                place += 1
            while place < len(text) and text[place] not in b" \t":
                place += 1
        part = text[place + self.letters :]
        part = part if self.most is None else part[: self.most]
        return part.lower() if "i" in self.options else part

    def line(self, text: bytes, ended: bool) -> bool:
        memory = self.memory
        if memory.get("number") and self.key(text) == self.key(memory["text"]):
            memory["number"] += 1
        else:
            self.show()
            memory |= {"text": text, "number": 1}
        return True

    def show(self) -> None:
        number = self.memory.get("number", 0)
        if not number or ("d" in self.options and number == 1) or ("u" in self.options and number > 1):
            return
        self.put((b"%7d " % number if "c" in self.options else b"") + self.memory["text"] + b"\n")

    def close(self) -> int:
        self.show()
        return 0


def uniq(sys: Sys, dialect: Dialect) -> Step:
    """Leave repeated lines out."""
    options = parse(sys, dialect, UNIQ)
    if len(options.words) > 1:
        raise refuse(sys, "not simulated here: an output file; use a redirection")
    return Uniq(sys, dialect, options).run()


class Number(Filter):
    """Lines with numbers."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.style = options.value("b", "t")
        self.width = min(whole_number(sys, dialect, options.value("w", "6")), 100)
        self.mark = options.value("s", "\t")
        self.step = whole_number(sys, dialect, options.value("i", "1"))
        self.form = {"ln": "<", "rn": ">", "rz": "0>"}.get(options.value("n", "rn"), ">")
        self.memory.setdefault("number", whole_number(sys, dialect, options.value("v", "1")))

    def line(self, text: bytes, ended: bool) -> bool:
        if self.style == "a" or (self.style == "t" and text):
            self.put(
                f"{self.memory['number']:{self.form}{self.width}}{self.mark}".encode("utf-8", "surrogateescape")
                + text
                + b"\n"
            )
            self.memory["number"] += self.step
        else:
            self.put(b" " * (self.width + len(self.mark)) + text + b"\n")
        return True


def nl(sys: Sys, dialect: Dialect) -> Step:
    """Number lines."""
    return Number(sys, dialect, parse(sys, dialect, NL)).run()
