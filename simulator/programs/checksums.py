"""md5sum, sha1sum, sha256sum, sha512sum, base64, od, hexdump, xxd: bytes as digits (coreutils, util-linux, vim's xxd)."""

import base64 as encodings
import binascii
import hashlib

from simulator.programs.lines import finish, send, slurp
from simulator.programs.options import Dialect, complain, grammar, is_busybox, own_name, parse, refuse
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

SUM = grammar(
    "cbtsw", {"check": "c", "binary": "b", "text": "t", "status": "s", "quiet": "q"}, usage="[-c[sw]] [FILE]..."
)
BASE64 = grammar("dw:i", {"decode": "d", "wrap=": "w", "ignore-garbage": "i"}, usage="[-d] [-w COL] [FILE]")
OD = grammar(
    "A:t:cxbdovN:j:w::",
    {"address-radix=": "A", "format=": "t", "read-bytes=": "N", "skip-bytes=": "j"},
    usage="[-abcdfhilovxs] [-t TYPE] [-A RADIX] [FILE]...",
)
HEXDUMP = grammar("Cn:s:vbcdox", {"canonical": "C"}, usage="[-bcdoxCv] [-n LEN] [-s OFS] [FILE]...")
XXD = grammar("pl:s:c:g:ur", usage="[-pr] [-g N] [-c N] [-l LEN] [-s OFS] [FILE]")
NAMED = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


def checksum(sys: Sys, dialect: Dialect) -> Step:
    """The digest of each file; with -c compare with what a list says."""
    options = parse(sys, dialect, SUM)
    kind = own_name(sys).removesuffix("sum")
    names = options.words or ["-"]
    stdin = slurp(sys, "-") if "-" in names else b""
    if stdin is None:
        return Wait(readable=(0,))
    code = 0
    for name in names:
        try:
            data = stdin if name == "-" else sys.read_file(name)
        except UnixError as error:
            complain(
                sys, f"can't open '{name}': {error.message}" if is_busybox(dialect) else f"{name}: {error.message}"
            )
            code = 1
            continue
        if "c" in options:
            code = max(code, _check(sys, kind, data.decode("utf-8", "replace")))
        else:
            sys.charge(len(data) // 500)
            sys.out(f"{digest(kind, data)}  {name}\n")
    return code


def bsd_sum(sys: Sys, dialect: Dialect) -> Step:
    """The checksum of old: sixteen bits that turn, and the size in kilobytes."""
    options = parse(sys, dialect, grammar("r", usage="[-r] [FILE]..."))
    code = 0
    for name in options.words or ["-"]:
        try:
            data = slurp(sys, name)
        except UnixError as error:
            complain(sys, f"{name}: {error.message}")
            code = 1
            continue
        if data is None:
            return Wait(readable=(0,))
        sys.charge(len(data) // 100)
        shown = f" {name}" if len(options.words) > (1 if is_busybox(dialect) else 0) else ""
        sys.out(f"{turned(data):05} {-(-len(data) // 1024):5}{shown}\n")
    return code


def turned(data: bytes) -> int:
    """Each byte is added after a turn to the right."""
    total = 0
    for byte in data[: 4 << 20]:
        total = ((total >> 1) + ((total & 1) << 15) + byte) & 0xFFFF
    return total


def digest(kind: str, data: bytes) -> str:
    """A digest in hexadecimal digits."""
    return hashlib.new(kind, data, usedforsecurity=False).hexdigest()


def _check(sys: Sys, kind: str, text: str) -> int:
    failed = 0
    for line in text.splitlines()[:1000]:
        wanted, _, name = line.partition("  ")
        try:
            good = digest(kind, sys.read_file(name.lstrip("*"))) == wanted
        except UnixError as error:
            complain(sys, f"{name}: {error.message}")
            good = False
        failed += not good
        sys.out(f"{name}: {'OK' if good else 'FAILED'}\n")
    if failed:
        complain(
            sys,
            f"WARNING: {failed} computed checksums did NOT match"
            if failed > 1
            else f"WARNING: {failed} computed checksum did NOT match",
        )
    return 1 if failed else 0


def base64(sys: Sys, dialect: Dialect) -> Step:
    """Encode, or with -d decode."""
    options = parse(sys, dialect, BASE64)
    try:
        data = slurp(sys, (options.words or ["-"])[0])
    except UnixError as error:
        raise refuse(sys, f"{(options.words or ['-'])[0]}: {error.message}") from None
    if data is None:
        return Wait(readable=(0,))
    if "d" in options:
        return _decode(sys, data, is_busybox(dialect))
    text = encodings.b64encode(data)
    wrap = int(options.value("w", "76")[:6]) if options.value("w", "76").isdecimal() else 76
    if wrap:
        text = b"".join(text[place : place + wrap] + b"\n" for place in range(0, len(text), wrap))
    send(sys, text)
    return finish(sys, 0)


def _decode(sys: Sys, data: bytes, busybox: bool) -> int:
    text = b"".join(data.split())
    good = text
    error = False
    try:
        out = encodings.b64decode(good, validate=True)
    except binascii.Error:
        error = True
        good = good.rstrip(b"=")
        clean = good[
            : next(
                (place for place, byte in enumerate(good) if not (bytes([byte]).isalnum() or byte in b"+/")), len(good)
            )
        ]
        out = encodings.b64decode(
            clean[: len(clean) // 4 * 4] + (clean[len(clean) // 4 * 4 :] + b"==" if len(clean) % 4 > 1 else b"")[:4]
        )
    send(sys, out)
    finish(sys, 0)
    if error:
        complain(sys, "truncated input" if busybox else "invalid input")
        return 1
    return 0


# --- dumps ---------------------------------------------------------------------------------------------------------
def _data(sys: Sys, names: list[str], skip: str, most: str) -> bytes | None:
    parts = []
    for name in names or ["-"]:
        try:
            data = slurp(sys, name)
        except UnixError as error:
            raise refuse(sys, f"{name}: {error.message}") from None
        if data is None:
            return None
        parts.append(data)
    whole = b"".join(parts)[int(skip[:12]) if skip.isdecimal() else 0 :]
    return whole[: int(most[:12])] if most.isdecimal() else whole


def _rows(data: bytes, width: int = 16) -> list[tuple[int, bytes]]:
    """Rows with their places; of equal ones that follow each other only the first, then one empty row for `*`."""
    rows: list[tuple[int, bytes]] = []
    last, starred = None, False
    for place in range(0, len(data), width):
        row = data[place : place + width]
        if row == last and len(row) == width:
            if not starred:
                rows.append((place, b""))
            starred = True
            continue
        last, starred = row, False
        rows.append((place, row))
    return rows


def _words(row: bytes, size: int, form: str) -> str:
    padded = row + bytes(-len(row) % size)
    values = [int.from_bytes(padded[place : place + size], "little") for place in range(0, len(padded), size)]
    return "".join(" " + format(value, form) for value in values)


def od(sys: Sys, dialect: Dialect) -> Step:
    """Octal dump."""
    options = parse(sys, dialect, OD)
    data = _data(sys, options.words, options.value("j"), options.value("N"))
    if data is None:
        return Wait(readable=(0,))
    kind = options.value("t") or {"c": "c", "x": "x2", "b": "o1", "d": "u2", "o": "o2"}.get(options.last("cxbdo"), "o2")
    radix = options.value("A", "o")
    forms = {
        "o2": (2, "06o"),
        "o1": (1, "03o"),
        "x2": (2, "04x"),
        "x1": (1, "02x"),
        "x4": (4, "08x"),
        "u2": (2, "5d"),
        "u1": (1, "3d"),
        "d1": (1, "4d"),
        "x": (4, "08x"),
        "d2": (2, "6d"),
    }
    if kind not in forms and kind != "c":
        raise refuse(sys, f"not simulated here: the type {kind}")

    def place_text(place: int) -> str:
        return "" if radix == "n" else format(place, {"o": "07o", "x": "06x", "d": "07d"}.get(radix, "07o"))

    out = []
    for place, row in _rows(data):
        if not row:
            out.append("*\n")
            continue
        cells = (
            "".join(f"{NAMED.get(byte, chr(byte) if 32 <= byte < 127 else f'{byte:03o}'):>4}" for byte in row)
            if kind == "c"
            else _words(row, *forms[kind])
        )
        out.append(place_text(place) + cells + "\n")
    sys.out("".join(out) + (place_text(len(data)) + "\n" if radix != "n" else ""))
    return 0


def hexdump(sys: Sys, dialect: Dialect) -> Step:
    """Hexadecimal dump."""
    options = parse(sys, dialect, HEXDUMP)
    data = _data(sys, options.words, options.value("s"), options.value("n"))
    if data is None:
        return Wait(readable=(0,))
    canonical = "C" in options or own_name(sys) == "hd"
    out = []
    for place, row in _rows(data):
        if not row:
            out.append("*\n")
        elif canonical:
            cells = (
                " ".join(f"{byte:02x}" for byte in row[:8]).ljust(23)
                + "  "
                + " ".join(f"{byte:02x}" for byte in row[8:]).ljust(23)
            )
            out.append(f"{place:08x}  {cells}  |{_letters(row)}|\n")
        else:
            out.append(f"{place:07x}{_words(row, 2, '04x')}\n")
    out.append(f"{len(data):08x}\n" if canonical and data else f"{len(data):07x}\n" if data else "")
    sys.out("".join(out))
    return 0


def _letters(row: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)


def xxd(sys: Sys, dialect: Dialect) -> Step:
    """Hexadecimal dump, the vim way."""
    options = parse(sys, dialect, XXD)
    if "r" in options:
        raise refuse(sys, "not simulated here: option -r")
    data = _data(sys, options.words, options.value("s"), options.value("l"))
    if data is None:
        return Wait(readable=(0,))
    if "p" in options:
        sys.out("".join(data[place : place + 30].hex() + "\n" for place in range(0, len(data), 30)))
        return 0
    out = []
    for place in range(0, len(data), 16):
        row = data[place : place + 16]
        cells = " ".join(row[at : at + 2].hex() for at in range(0, len(row), 2))
        out.append(f"{place:08x}: {cells:<39}  {_letters(row)}\n")
    sys.out("".join(out))
    return 0
