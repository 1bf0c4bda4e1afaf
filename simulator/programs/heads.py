"""head: the beginning of files (coreutils/head.c)."""

from collections.abc import Sequence

from simulator.programs.lines import Filter, newline
from simulator.programs.options import Dialect, Options, grammar, is_busybox, parse, refuse
from simulator.runtime.syscalls import Step, Sys

HEAD = grammar(
    "n:c:qv",
    {"lines=": "n", "bytes=": "c", "quiet": "q", "silent": "q", "verbose": "v"},
    other="z",
    usage="[OPTIONS] [FILE]...",
)
SUFFIXES = {"b": 512, "k": 1024, "K": 1024, "m": 1 << 20, "M": 1 << 20, "G": 1 << 30, "kB": 1000, "MB": 10**6}
LARGEST = 1 << 50


def old_style(words: Sequence[str]) -> list[str]:
    """`-5` and tail's `+5`, as `-n5` and `-n+5`."""
    if words and words[0][:1] == "-" and words[0][1:2].isdecimal():
        return ["-n" + words[0][1:], *words[1:]]
    return list(words)


def amount(sys: Sys, dialect: Dialect, text: str, what: str) -> tuple[str, int]:
    """A sign (or none) and a number with a suffix, such as `+5` or `2k`."""
    sign = text[0] if text[:1] in ("+", "-") else ""
    digits = text.lstrip("+-")
    number = digits.rstrip("bkKmMGB")
    factor = SUFFIXES.get(digits[len(number) :], 0) if digits != number else 1
    if not number.isdecimal() or not factor or len(number) > 18:
        raise refuse(sys, f"invalid number '{text}'" if is_busybox(dialect) else f"invalid number of {what}: '{text}'")
    return sign, min(int(number) * factor, LARGEST)


def title(sys: Sys, name: str, before: bool) -> bytes:
    """What stands above a file when there are several."""
    label = "standard input" if name == "-" else name
    return (("\n" if before else "") + f"==> {label} <==\n").encode("utf-8", "surrogateescape")


class Head(Filter):
    """The first lines, or all but the last."""

    def __init__(self, sys: Sys, dialect: Dialect, options: Options) -> None:
        super().__init__(sys, options.words)
        self.unreadable = "{name}: {error}" if is_busybox(dialect) else "cannot open '{name}' for reading: {error}"
        self.bytes = "c" in options
        self.whole_chunks = self.bytes
        self.sign, self.number = amount(
            sys,
            dialect,
            options.value("c") if self.bytes else options.value("n", "10"),
            "bytes" if self.bytes else "lines",
        )
        self.titled = ("v" in options) or (len(self.names) > 1 and "q" not in options)

    def begin(self, name: str) -> None:
        if self.titled:
            self.put(title(self.sys, name, bool(self.memory.get("titles"))))
            self.memory["titles"] = True
        self.memory |= {"seen": 0, "held": [], "bytes": b""}

    def next_file(self) -> bool:
        found = super().next_file()
        if found and self.number == 0 and self.sign != "-":
            self.leave()
            return self.next_file()
        return found

    def line(self, text: bytes, ended: bool) -> bool:
        if self.bytes:
            return self.piece(text)
        memory = self.memory
        memory["seen"] += 1
        if self.sign == "-":
            memory["held"].append(newline(text, ended))
            if len(memory["held"]) > self.number:
                self.put(memory["held"].pop(0))
            return True
        self.put(newline(text, ended))
        return bool(memory["seen"] < self.number)

    def piece(self, text: bytes) -> bool:
        memory = self.memory
        if self.sign == "-":
            memory["bytes"] += text
            cut = len(memory["bytes"]) - self.number
            if cut > 0:
                self.put(memory["bytes"][:cut])
                memory["bytes"] = memory["bytes"][cut:]
            return True
        self.put(text[: self.number - memory["seen"]])
        memory["seen"] += len(text)
        return bool(memory["seen"] < self.number)


def head(sys: Sys, dialect: Dialect) -> Step:
    """Print the beginning of the files."""
    return Head(sys, dialect, parse(sys, dialect, HEAD, old_style(sys.argv[1:]))).run()
