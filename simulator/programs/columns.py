"""cut, paste, tr, rev, nl, wc, tee, uniq, seq, basename, dirname, fold, expand: small filters (coreutils)."""

from collections.abc import Iterator

from simulator.programs.lines import Filter, finish, newline, pump, send, slurp
from simulator.programs.options import (
    Dialect,
    Options,
    Refused,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
    too_few,
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
TEE = grammar("aip", {"append": "a", "ignore-interrupts": "i"}, usage="[-ai] [FILE]...")
NL = grammar(
    "b:w:s:v:i:n:",
    {"body-numbering=": "b", "number-width=": "w", "number-separator=": "s", "starting-line-number=": "v"},
    other="dfhlp",
    usage="[OPTIONS] [FILE]...",
)
PASTE = grammar("d:s", {"delimiters=": "d", "serial": "s"}, usage="[-d LIST] [-s] [FILE]...")
SEQ = grammar("ws:f:", {"equal-width": "w", "separator=": "s"}, permute=False, usage="[-w] [-s SEP] [FIRST [INC]] LAST")
TR = grammar(
    "cCdst",
    {"complement": "c", "delete": "d", "squeeze-repeats": "s", "truncate-set1": "t"},
    permute=False,
    usage="[-cds] STRING1 [STRING2]",
)
BASENAME = grammar("as:z", {"multiple": "a", "suffix=": "s"}, permute=False, usage="FILE [SUFFIX]")
FOLD = grammar("bsw:", {"bytes": "b", "spaces": "s", "width=": "w"}, usage="[-bs] [-w WIDTH] [FILE]...")
EXPAND = grammar("it:", {"initial": "i", "tabs=": "t"}, usage="[-i] [-t N] [FILE]...")
LAST = 1 << 40
SEQ_AT_ONCE = 2_000
CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \t", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "space": "\t\n\v\f\r ", "xdigit": "0-9A-Fa-f",
    "punct": "!-/:-@[-`{-~", "cntrl": "\0-\x1f\x7f", "print": " -~", "graph": "!-~",
}  # fmt: skip


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


# --- wc ------------------------------------------------------------------------------------------------------------
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


# --- uniq ----------------------------------------------------------------------------------------------------------
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


# --- tr ------------------------------------------------------------------------------------------------------------
class Translate(Filter):
    """Letters for letters."""

    whole_chunks = True

    def __init__(self, sys: Sys, options: Options) -> None:
        super().__init__(sys, [])
        first = members(sys, options.words[0])
        if "c" in options or "C" in options:
            inside = set(first)
            first = [byte for byte in range(256) if byte not in inside]
        second = members(sys, options.words[1], len(first)) if len(options.words) > 1 else []
        self.delete = "d" in options
        self.squeeze = set(second or first) if "s" in options else set()
        if second and not self.delete:
            second += second[-1:] * (len(first) - len(second))
        self.table = (
            bytes(dict(zip(first, second, strict=False)).get(byte, byte) for byte in range(256))
            if second and not self.delete
            else None
        )
        self.gone = bytes(first) if self.delete else b""

    def line(self, text: bytes, ended: bool) -> bool:
        out = text.translate(self.table, self.gone)
        if self.squeeze:
            last = self.memory.get("last", -1)
            kept = bytearray()
            for byte in out:
                if byte != last or byte not in self.squeeze:
                    kept.append(byte)
                last = byte
            self.memory["last"] = last
            out = bytes(kept)
        self.put(out)
        return True


def members(sys: Sys, text: str, wanted: int = 256) -> list[int]:
    """The bytes that a set of tr names, in order."""
    out: list[int] = []
    data = text.encode("utf-8", "surrogateescape")
    place = 0
    while place < len(data) and len(out) < 4096:
        if (
            data[place : place + 2] == b"[:"
            and (end := data.find(b":]", place)) > 0
            and data[place + 2 : end].decode("ascii", "replace") in CLASSES
        ):
            out += (
                members(sys, CLASSES[data[place + 2 : end].decode()])
                if data[place + 2 : end] != b"space"
                else list(b"\t\n\v\f\r ")
            )
            place = end + 2
            continue
        if (
            data[place : place + 1] == b"["
            and data[place + 2 : place + 3] == b"*"
            and (end := data.find(b"]", place + 3)) > 0
        ):
            count = data[place + 3 : end]
            out += [data[place + 1]] * (
                min(int(count), 4096) if count.isdigit() and int(count) else max(0, wanted - len(out))
            )
            place = end + 1
            continue
        low, place = _one(data, place)
        if data[place : place + 1] == b"-" and place + 1 < len(data):
            high, place = _one(data, place + 1)
            if high < low:
                raise refuse(
                    sys, f"range-endpoints of '{chr(low)}-{chr(high)}' are in reverse collating sequence order"
                )
            out += range(low, high + 1)
        else:
            out.append(low)
    return out


def _one(data: bytes, place: int) -> tuple[int, int]:
    """One letter, which may be written with a backslash."""
    if data[place] != 92 or place + 1 >= len(data):
        return data[place], place + 1
    letter = chr(data[place + 1])
    end = place + 1
    while end < len(data) and end < place + 4 and data[end] in b"01234567":
        end += 1
    if end > place + 1:
        return int(data[place + 1 : end], 8) & 255, end
    return {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11}.get(letter, data[place + 1]), place + 2


def tr(sys: Sys, dialect: Dialect) -> Step:
    """Translate, squeeze or delete letters."""
    options = parse(sys, dialect, TR)
    needed = 1 if "d" in options or "s" in options else 2
    if len(options.words) < needed:
        if is_busybox(dialect):
            raise show_usage(sys, dialect, TR)
        text = (
            "missing operand"
            if not options.words
            else f"missing operand after '{options.words[0]}'\nTwo strings must be given when translating."
        )
        raise refuse(sys, f"{text}\nTry 'tr --help' for more information.")
    return Translate(sys, options).run()


# --- tee, rev, nl, fold, expand --------------------------------------------------------------------------------------
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


# --- paste, seq, basename, dirname ---------------------------------------------------------------------------------
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


def seq(sys: Sys, dialect: Dialect) -> Step:
    """Count from a first number to a last."""
    if not pump(sys):
        return Wait(writable=(1,))
    words = sys.argv[1:]
    # A negative number is not an option.
    split = next((place for place, word in enumerate(words) if word[:1] == "-" and word[1:2].isdecimal()), len(words))
    options = parse(sys, dialect, SEQ, words[:split])
    numbers = options.words + words[split:]
    if "f" in options:
        raise refuse(sys, "not simulated here: option -f")
    if not 1 <= len(numbers) <= 3:
        too_few(sys, dialect, SEQ, numbers, 1)
        raise (
            refuse(sys, f"extra operand '{numbers[3]}'\nTry 'seq --help' for more information.")
            if not is_busybox(dialect)
            else show_usage(sys, dialect, SEQ)
        )
    places = max(len(number.partition(".")[2]) for number in numbers)
    scaled = [_scaled(sys, dialect, number, places) for number in numbers]
    first, step, last = (
        (10**places, 10**places, *scaled)[-3:]
        if len(scaled) == 1
        else (scaled[0], 10**places, scaled[1])
        if len(scaled) == 2
        else scaled
    )
    if step == 0:
        raise refuse(
            sys,
            "increment is 0"
            if is_busybox(dialect)
            else f"invalid Zero increment value: '{numbers[1]}'\nTry 'seq --help' for more information.",
        )
    return _count(sys, options, first, step, last, places)


def _scaled(sys: Sys, dialect: Dialect, text: str, places: int) -> int:
    whole, _, fraction = text.partition(".")
    if not (whole.lstrip("+-") + fraction).isdecimal() or len(text) > 20:
        raise refuse(
            sys,
            f"invalid number '{text}'"
            if is_busybox(dialect)
            else f"invalid floating point argument: '{text}'\nTry 'seq --help' for more information.",
        )
    sign = -1 if whole.startswith("-") else 1
    return sign * (
        int(whole.lstrip("+-") or 0) * int(10**places) + int((fraction or "0").ljust(places, "0") if places else 0)
    )


def _count(sys: Sys, options: Options, first: int, step: int, last: int, places: int) -> Step:
    def shown(value: int) -> str:
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 10**places}" + (f".{abs(value) % 10**places:0{places}}" if places else "")

    separator = options.value("s", "\n")
    at: int = sys.state.setdefault("at", first)
    ends = range(at, last + (1 if step > 0 else -1), step)[:SEQ_AT_ONCE]
    width = max(len(shown(first)), len(shown(last))) if "w" in options else 0
    texts = [shown(value).zfill(width) for value in ends]
    over = len(ends) < SEQ_AT_ONCE or (ends[-1] + step > last if step > 0 else ends[-1] + step < last)
    glue = separator if at != first and texts else ""
    send(
        sys,
        (glue + separator.join(texts) + ("\n" if over and (texts or at != first) else "")).encode(
            "utf-8", "surrogateescape"
        ),
    )
    sys.charge(len(texts) // 10)
    if over:
        return finish(sys, 0)
    sys.state["at"] = ends[-1] + step
    return Wait(writable=(1,))


def basename(sys: Sys, dialect: Dialect) -> Step:
    """The last part of a path."""
    options = parse(sys, dialect, BASENAME)
    too_few(sys, dialect, BASENAME, options.words, 1)
    several = "a" in options or "s" in options
    suffix = options.value("s") if several else (options.words[1:2] or [""])[0]
    if not several and len(options.words) > 2:
        raise (
            show_usage(sys, dialect, BASENAME)
            if is_busybox(dialect)
            else Refused(f"basename: extra operand '{options.words[2]}'\nTry 'basename --help' for more information.\n")
        )
    for path in options.words if several else options.words[:1]:
        name = path.rstrip("/").rpartition("/")[2] or ("/" if path else "")
        sys.out((name.removesuffix(suffix) if name != suffix else name) + "\n")
    return 0


def dirname(sys: Sys, dialect: Dialect) -> Step:
    """All but the last part of a path."""
    rules = grammar("z", usage="FILENAME")
    words = parse(sys, dialect, rules).words
    too_few(sys, dialect, rules, words, 1)
    for path in words:
        above, slash, _ = path.rstrip("/").rpartition("/")
        sys.out((above.rstrip("/") or "/" if slash else "/" if path.startswith("/") else ".") + "\n")
    return 0
