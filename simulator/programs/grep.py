"""grep, egrep, fgrep: the lines that fit a pattern (POSIX grep; busybox findutils/grep.c, GNU grep)."""

from typing import Any

from simulator.programs.lines import Filter
from simulator.programs.options import (
    Dialect,
    Options,
    Refused,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.programs.patterns import BadPattern, fixed, regex
from simulator.programs.walk import files_below
from simulator.runtime.syscalls import Step, Sys, UnixError

RULES = grammar(
    "ivnclLoqrRHhsEFGwxm:A:B:C:e:f:a",
    {
        "ignore-case": "i", "invert-match": "v", "line-number": "n", "count": "c", "files-with-matches": "l", "files-without-match": "L",
        "only-matching": "o", "quiet": "q", "silent": "q", "recursive": "r", "with-filename": "H", "no-filename": "h", "no-messages": "s",
        "extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G", "word-regexp": "w", "line-regexp": "x", "max-count=": "m",
        "after-context=": "A", "before-context=": "B", "context=": "C", "regexp=": "e", "file=": "f", "text": "a", "color=?": "color",
        "colour=?": "color", "line-buffered": "line-buffered", "include=": "include", "exclude=": "exclude",
    },
    other="PbzUuTZ",
    code=2,
    usage="[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...",
)  # fmt: skip
MOST_CONTEXT = 100_000
WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class Grep(Filter):
    """One search through all files."""

    bad_file = 2

    def __init__(self, sys: Sys, names: list[str], expression: Any, options: Options, named: bool) -> None:
        super().__init__(sys, names)
        self.expression = expression
        self.options = options
        self.named = named
        context = options.value("C", "0")
        self.after = context_size(sys, options.value("A", context))
        self.before = context_size(sys, options.value("B", context))
        self.most = int(options.value("m", "-1")) if options.value("m", "0").lstrip("-").isdecimal() else -1
        self.silent = any(key in "qlLc" for key, _ in options.given)

    def begin(self, name: str) -> None:
        self.memory |= {"number": 0, "found": 0, "tail": 0, "held": [], "shown": 0, "broken": False}

    def report(self, name: str, error: UnixError) -> None:
        if "s" in self.options:
            self.state["code"] = self.bad_file
        else:
            super().report(name, error)

    def line(self, text: bytes, ended: bool) -> bool:
        memory = self.memory
        if memory["found"] == self.most and not memory["tail"]:
            return False
        memory["number"] += 1
        spans = self.spans(text) if memory["found"] != self.most else []
        if bool(spans) != ("v" in self.options) and memory["found"] != self.most:
            return self.hit(text, spans)
        self.miss(text)
        return True

    def spans(self, text: bytes) -> list[tuple[int, int]]:
        """Where *text* fits; for -o all places, else one is enough."""
        found: list[tuple[int, int]] = []
        place = 0
        while place <= len(text) and len(found) < 10_000:
            match = self.expression.search(text, place) if place else self.expression.search(text)
            if match is None:
                break
            start, end = match.span()
            if self.fits(text, start, end):
                found.append((start, end))
                if "o" not in self.options:
                    break
                place = max(end, start + 1)
            else:
                place = start + 1
        return found

    def fits(self, text: bytes, start: int, end: int) -> bool:
        if "x" in self.options:
            return start == 0 and end == len(text)
        if "w" in self.options:
            return (start == 0 or text[start - 1] not in WORD) and (end == len(text) or text[end] not in WORD)
        return True

    def hit(self, text: bytes, spans: list[tuple[int, int]]) -> bool:
        memory = self.memory
        memory["found"] += 1
        self.memory["any"] = True
        if "q" in self.options:
            self.stop(0)
            return False
        if "l" in self.options or "L" in self.options:
            return False
        if not self.silent:
            self.context()
            if "o" not in self.options:
                self.show(text, ":")
            elif "v" not in self.options:
                for start, end in spans:
                    if end > start:
                        self.show(text[start:end], ":")
            memory["tail"] = self.after
        return bool(memory["found"] != self.most or memory["tail"] > 0)

    def miss(self, text: bytes) -> None:
        memory = self.memory
        if self.silent:
            return
        if memory["tail"]:
            memory["tail"] -= 1
            if "o" not in self.options:
                self.show(text, "-")
        elif self.before:
            memory["held"].append(text)
            if len(memory["held"]) > self.before:
                memory["held"].pop(0)
                memory["broken"] = True
        elif self.after:
            memory["broken"] = True

    def context(self) -> None:
        """What stands before a line that fits."""
        memory = self.memory
        held, memory["held"] = memory["held"], []
        if (self.before or self.after) and "o" not in self.options:
            if memory.get("printed") and (memory["broken"] or memory["shown"] == 0):
                self.put(b"--\n")
            number = memory["number"]
            for back, text in enumerate(held):
                memory["number"] = number - len(held) + back
                self.show(text, "-")
            memory["number"] = number
        memory["broken"] = False
        memory["printed"] = True

    def show(self, text: bytes, mark: str) -> None:
        self.memory["shown"] += 1
        prefix = self.label() + mark if self.named else ""
        if "n" in self.options:
            prefix += f"{self.memory['number']}{mark}"
        self.put(prefix.encode("utf-8", "surrogateescape") + text + b"\n")

    def label(self) -> str:
        name = self.names[self.state["at"] - 1]
        return "(standard input)" if name == "-" else name

    def end(self, name: str) -> None:
        found = self.memory["found"]
        if "q" in self.options:
            return
        if "c" in self.options:
            self.put(((self.label() + ":" if self.named else "") + f"{found}\n").encode("utf-8", "surrogateescape"))
        if ("l" in self.options and found) or ("L" in self.options and not found):
            self.put((self.label() + "\n").encode("utf-8", "surrogateescape"))

    def close(self) -> int:
        return 0 if self.memory.get("any") else 1


def context_size(sys: Sys, text: str) -> int:
    """A number of lines of context."""
    if not text.isdecimal() or len(text) > 9:
        raise refuse(sys, f"{text}: invalid context length argument", 2)
    return min(int(text), MOST_CONTEXT)


def _patterns(sys: Sys, options: Options) -> list[str] | None:
    """The patterns that were given; None if there is none."""
    patterns = [line for text in options.values("e") for line in text.split("\n")]
    for name in options.values("f"):
        patterns += sys.read_file(name).decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    if patterns or options.values("f"):
        return patterns
    return options.words.pop(0).split("\n") if options.words else None


def compile_patterns(sys: Sys, patterns: list[str], options: Options, kind: str) -> Any:
    """One expression for all patterns; raises Refused."""
    ignore = "i" in options
    try:
        if kind == "F":
            return fixed(tuple(patterns), ignore_case=ignore)
        if len(patterns) == 1:
            return regex(patterns[0], extended=kind == "E", ignore_case=ignore)
        joint = "|" if kind == "E" else "\\|"
        return regex(joint.join(patterns), extended=kind == "E", ignore_case=ignore)
    except BadPattern as error:
        raise refuse(
            sys,
            f"{error}"
            if str(error).startswith("not simulated")
            else f"bad regex '{patterns[0]}': {error}"
            if sys.state.get("busybox")
            else str(error),
            2,
        ) from None


def main(sys: Sys, dialect: Dialect) -> Step:
    """Search."""
    words = sys.argv[1:]
    if words and words[0][:1] == "-" and words[0][1:].isdecimal():
        words[0] = "-C" + words[0][1:]
    options = parse(sys, dialect, RULES, words)
    if is_busybox(dialect):
        sys.state["busybox"] = True
    kind = {"egrep": "E", "fgrep": "F"}.get(own_name(sys), "") or options.last("EFG", "G")
    try:
        patterns = _patterns(sys, options)
    except UnixError as error:
        raise refuse(sys, f"{options.value('f')}: {error.message}", 2) from None
    if patterns is None:
        raise _no_pattern(sys, dialect)
    recursive = "r" in options or "R" in options
    names = sys.state.setdefault("names", files_below(sys, options.words or ["."]) if recursive else options.words)
    named = "H" in options or (("h" not in options) and (recursive or len(options.words) > 1))
    search = Grep(sys, names, compile_patterns(sys, patterns, options, kind), options, named)
    if recursive and not names:
        return 1
    return search.run()


def _no_pattern(sys: Sys, dialect: Dialect) -> Refused:
    if is_busybox(dialect):
        return show_usage(sys, dialect, RULES)
    return Refused(
        f"Usage: {own_name(sys)} [OPTION]... PATTERNS [FILE]...\nTry '{own_name(sys)} --help' for more information.\n",
        2,
    )
