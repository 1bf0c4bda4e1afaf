"""cat, tac: files one after another (coreutils/cat.c)."""

from simulator.programs.lines import Filter, newline
from simulator.programs.options import Dialect, Grammar, Options, grammar, is_busybox, parse
from simulator.runtime.syscalls import Step, Sys

BUSYBOX = grammar("nbvteAu", usage="[-nbvteA] [FILE]...")
GNU = grammar(
    "nbvteAusET",
    {
        "number": "n",
        "number-nonblank": "b",
        "show-nonprinting": "v",
        "show-all": "A",
        "squeeze-blank": "s",
        "show-ends": "E",
        "show-tabs": "T",
    },
)


class Cat(Filter):
    """Pieces as they come."""

    whole_chunks = True

    def line(self, text: bytes, ended: bool) -> bool:
        self.put(text)
        return True


class Marked(Filter):
    """Lines, numbered, or with what cannot be seen made visible."""

    def __init__(self, sys: Sys, names: list[str], options: Options) -> None:
        super().__init__(sys, names)
        self.options = options

    def line(self, text: bytes, ended: bool) -> bool:
        empty = not text
        if empty and "s" in self.options and self.memory.get("empty"):
            return True
        self.memory["empty"] = empty
        if ("b" in self.options and not empty) or ("n" in self.options and "b" not in self.options):
            self.memory["number"] = self.memory.get("number", 0) + 1
            self.put(b"%6d\t" % self.memory["number"])
        self.put(newline(self.visible(text) + (b"$" if ended and self.marks("EeA") else b""), ended))
        return True

    def marks(self, letters: str) -> bool:
        """Whether one of *letters* was given."""
        return bool(self.options.last(letters))

    def visible(self, text: bytes) -> bytes:
        """*text* with control characters and high bytes as cat -v shows them."""
        if not self.marks("vetA"):
            return text.replace(b"\t", b"^I") if self.marks("T") else text
        return b"".join(VISIBLE[byte] if byte != 9 or self.marks("tTA") else b"\t" for byte in text)


def _visible(byte: int) -> bytes:
    if byte >= 128:
        return b"M-" + _visible(byte - 128)
    if byte == 127:
        return b"^?"
    return b"^" + bytes([byte + 64]) if byte < 32 else bytes([byte])


VISIBLE = [_visible(byte) for byte in range(256)]


def main(sys: Sys, dialect: Dialect) -> Step:
    """Print the files."""
    options = parse(sys, dialect, _rules(dialect))
    if any(key != "u" for key, _ in options.given):
        return Marked(sys, options.words, options).run()
    work = Cat(sys, options.words)
    work.unreadable = "can't open '{name}': {error}" if is_busybox(dialect) else "{name}: {error}"
    return work.run()


def _rules(dialect: Dialect) -> Grammar:
    return BUSYBOX if is_busybox(dialect) else GNU


class Tac(Filter):
    """All lines of a file, last first."""

    def line(self, text: bytes, ended: bool) -> bool:
        self.memory.setdefault("lines", []).append(newline(text, ended))
        return True

    def end(self, name: str) -> None:
        self.put(b"".join(reversed(self.memory.pop("lines", []))))


def tac(sys: Sys, dialect: Dialect) -> Step:
    """Print the files backwards."""
    return Tac(sys, parse(sys, dialect, grammar("")).words).run()
