"""sort: lines in order (POSIX sort; busybox coreutils/sort.c)."""

from typing import NamedTuple

from simulator.programs.lines import Filter, send
from simulator.programs.options import Dialect, Options, grammar, is_busybox, parse, refuse
from simulator.runtime.syscalls import Step, Sys, UnixError

RULES = grammar(
    "nrufbk:t:hcsgdiMVo:z",
    {
        "numeric-sort": "n", "reverse": "r", "unique": "u", "ignore-case": "f", "ignore-leading-blanks": "b", "key=": "k", "field-separator=": "t",
        "human-numeric-sort": "h", "check": "c", "stable": "s", "version-sort": "V", "month-sort": "M", "output=": "o", "dictionary-order": "d",
    },
    other="imTS",
    code=2,
    usage="[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...",
)  # fmt: skip
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
UNITS = {b"K": 1, b"k": 1, b"M": 2, b"G": 3, b"T": 4, b"P": 5, b"E": 6}
MOST_BYTES = 6 << 20
LINE_BYTES = 32  # what a line needs besides its text
DIGITS = frozenset(b"0123456789")


class Key(NamedTuple):
    """Which part of a line: from field and letter to field and letter (from 1; 0: to the end), and how it is compared."""

    field: int = 1
    letter: int = 1
    last_field: int = 0
    last_letter: int = 0
    flags: str = ""


def parse_key(sys: Sys, text: str) -> Key:
    """`2,2n`, `1.3,1.5r`."""
    begin, _, end = text.partition(",")
    field, letter, flags = _position(sys, begin, text)
    last_field, last_letter, more = _position(sys, end, text) if end else (0, 0, "")
    if field < 1:
        raise refuse(sys, f"-k {text}: field number is zero: invalid field specification '{text}'", 2)
    return Key(field, max(letter, 1), last_field, last_letter, flags + more)


def _position(sys: Sys, text: str, whole: str) -> tuple[int, int, str]:
    numbers = text.rstrip("nrfbhgdiMV")
    flags = text[len(numbers) :]
    field, _, letter = numbers.partition(".")
    if not field.isdecimal() or (letter and not letter.isdecimal()) or len(numbers) > 12:
        if sys.state.get("busybox"):
            raise refuse(sys, "bad field specification", 2)
        raise refuse(sys, f"invalid number at field start: invalid count at start of '{whole}'", 2)
    return int(field), int(letter or 0), flags


def number_key(text: bytes) -> tuple[int, ...]:
    """What `-n` sees: sign, whole part and fraction; everything else is zero."""
    text = text.lstrip(b" \t")
    negative = text.startswith(b"-")
    place = 1 if negative else 0
    end = place
    while end < len(text) and text[end] in DIGITS:
        end += 1
    whole = int(text[place:end][:4000] or 0)
    fraction = b""
    if text[end : end + 1] == b".":
        stop = end + 1
        while stop < len(text) and text[stop] in DIGITS:
            stop += 1
        fraction = text[end + 1 : stop][:18]
    value = whole * 10**18 + int(fraction.ljust(18, b"0") or 0)
    return (-value if negative else value,)


def human_key(text: bytes) -> tuple[int, ...]:
    """What `-h` sees: the unit before the number."""
    (value,) = number_key(text)
    rest = text.lstrip(b" \t-+0123456789.")
    unit = UNITS.get(rest[:1], 0)
    return (-unit if value < 0 else unit, value) if value else (0, 0)


def version_key(text: bytes) -> tuple[tuple[int, int, bytes], ...]:
    """What `-V` sees: runs of digits are numbers."""
    out: list[tuple[int, int, bytes]] = []
    place = 0
    while place < len(text):
        end = place
        digits = text[place] in DIGITS
        while end < len(text) and (text[end] in DIGITS) == digits:
            end += 1
        out.append((0, int(text[place:end][:4000]), b"") if digits else (1, 0, text[place:end]))
        place = end
    return tuple(out)


def month_key(text: bytes) -> tuple[int, ...]:
    """What `-M` sees."""
    name = text.lstrip()[:3].decode("ascii", "replace").upper()
    return (MONTHS.index(name) + 1 if name in MONTHS else 0,)


class Order:
    """How two lines compare."""

    def __init__(self, options: Options, keys: list[Key], mark: bytes) -> None:
        self.flags = "".join(dict.fromkeys(key for key, _ in options.given if key in "nrfbhgdiMV"))
        self.keys = keys
        self.mark = mark
        self.stable = "s" in options or "u" in options

    def fields(self, line: bytes) -> list[tuple[int, int]]:
        """Where fields begin and end; without a separator each begins with the blanks before it."""
        out: list[tuple[int, int]] = []
        place = 0
        if self.mark:
            for part in line.split(self.mark):
                out.append((place, place + len(part)))
                place += len(part) + len(self.mark)
            return out
        while place < len(line):
            end = place
            while end < len(line) and line[end] in b" \t":
                end += 1
            while end < len(line) and line[end] not in b" \t":
                end += 1
            out.append((place, end))
            place = end
        return out

    def part(self, line: bytes, key: Key) -> bytes:
        """The part of *line* that *key* names."""
        fields = self.fields(line)
        if key.field > len(fields):
            return b""
        begin = fields[key.field - 1][0]
        if "b" in (key.flags or self.flags):
            while begin < len(line) and line[begin] in b" \t":
                begin += 1
        begin += key.letter - 1
        end = len(line)
        if key.last_field and key.last_field <= len(fields):
            end = fields[key.last_field - 1][0] + key.last_letter if key.last_letter else fields[key.last_field - 1][1]
        return line[begin:end]

    def value(self, text: bytes, flags: str) -> object:
        if "h" in flags:
            return human_key(text)
        if "n" in flags or "g" in flags:
            return number_key(text)
        if "M" in flags:
            return month_key(text)
        if "V" in flags:
            return version_key(text)
        if "b" in flags:
            text = text.lstrip(b" \t")
        if "d" in flags:
            text = bytes(byte for byte in text if byte in b" \t" or bytes([byte]).isalnum())
        return text.upper() if "f" in flags else text

    def values(self, line: bytes) -> list[object]:
        """What is compared of a line, key after key."""
        if not self.keys:
            return [self.value(line, self.flags)]
        return [self.value(self.part(line, key), key.flags or self.flags) for key in self.keys]

    def reversed(self) -> list[bool]:
        """Which of the values count backwards."""
        if not self.keys:
            return ["r" in self.flags]
        return ["r" in (key.flags or self.flags) for key in self.keys]

    def sort(self, lines: list[bytes]) -> list[bytes]:
        """The lines in order; those whose keys are equal by all their letters."""
        rows = [(self.values(line), line) for line in lines]
        if not self.stable:
            rows.sort(key=lambda row: row[1], reverse="r" in self.flags)
        backwards = self.reversed()
        for place in range(len(backwards) - 1, -1, -1):
            rows.sort(key=lambda row, place=place: row[0][place], reverse=backwards[place])  # type: ignore[misc]
        return [line for _, line in rows]

    def compare(self, left: bytes, right: bytes) -> int:
        """Less than, equal or greater than zero."""
        for one, other, backwards in zip(self.values(left), self.values(right), self.reversed(), strict=True):
            if one != other:
                less = one < other  # type: ignore[operator]
                return -1 if less != backwards else 1
        return 0 if self.stable or left == right else -1 if (left < right) != ("r" in self.flags) else 1


class Sort(Filter):
    """Gathers all lines, then prints them in order."""

    bad_file = 2

    def __init__(self, sys: Sys, dialect: Dialect, options: Options, order: Order) -> None:
        super().__init__(sys, options.words)
        self.unreadable = "{name}: {error}" if is_busybox(dialect) else "cannot read: {name}: {error}"
        self.options = options
        self.order = order
        self.lines: list[bytes] = self.memory.setdefault("lines", [])

    def line(self, text: bytes, ended: bool) -> bool:
        self.lines.append(text)
        self.memory["size"] = self.memory.get("size", 0) + len(text) + LINE_BYTES
        if self.memory["size"] > MOST_BYTES:
            raise refuse(self.sys, "out of memory", 2)
        return True

    def close(self) -> int:
        if self.state["code"]:
            return 2
        if "c" in self.options:
            return self.check()
        self.sys.work(len(self.lines) * 2)
        lines = self.order.sort(self.lines)
        if "u" in self.options:
            lines = [
                line
                for place, line in enumerate(lines)
                if place == 0 or self.order.compare(lines[place - 1], line) != 0
            ]
        data = b"".join(line + b"\n" for line in lines)
        self.lines.clear()
        if "o" in self.options:
            try:
                self.sys.write_file(self.options.value("o"), data)
            except UnixError as error:
                raise refuse(self.sys, f"open failed: {self.options.value('o')}: {error.message}", 2) from None
        else:
            send(self.sys, data)
        return 0

    def check(self) -> int:
        for place in range(1, len(self.lines)):
            if self.order.compare(self.lines[place - 1], self.lines[place]) > 0 or (
                "u" in self.options and self.order.compare(self.lines[place - 1], self.lines[place]) == 0
            ):
                self.say(f"{self.names[0]}:{place + 1}: disorder: {self.lines[place].decode('utf-8', 'replace')}")
                return 1
        return 0


def main(sys: Sys, dialect: Dialect) -> Step:
    """Sort."""
    options = parse(sys, dialect, RULES)
    sys.state["busybox"] = is_busybox(dialect)
    mark = options.value("t").encode("utf-8", "surrogateescape")
    if len(mark) > 1 and mark != b"\\0" and len(options.value("t")) > 1:
        raise refuse(
            sys, "bad -t parameter" if is_busybox(dialect) else f"multi-character tab '{options.value('t')}'", 2
        )
    keys = [parse_key(sys, text) for text in options.values("k")]
    return Sort(sys, dialect, options, Order(options, keys, mark)).run()
