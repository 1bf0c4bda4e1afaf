"""gzip, gunzip, zcat: pack and unpack single files (gzip; busybox archival/gzip.c)."""

import zlib
from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.lines import finish, pump, send, slurp
from simulator.programs.options import Dialect, Options, Refused, complain, grammar, is_busybox, own_name, parse
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

RULES = grammar(
    "cdfknqtvl123456789",
    {
        "stdout": "c", "to-stdout": "c", "decompress": "d", "uncompress": "d", "force": "f", "keep": "k", "no-name": "n", "quiet": "q", "test": "t",
        "verbose": "v", "list": "l", "fast": "1", "best": "9",
    },
    other="rSN",
    usage="[-cfkdt123456789] [FILE]...",
)  # fmt: skip
# More than a disk of the lab holds: what would unpack to more is no file that anybody made here.
LARGEST = 8 << 20
MAGIC = b"\x1f\x8b"
UNIX = 3  # the operating system in gzip's header
NO_MAGIC = "no gzip/bzip2/xz magic"
ENDINGS = {".gz": "", ".tgz": ".tar"}


class BadData(Exception):
    """The bytes are not what gzip writes; the text says why."""


def pack(data: bytes, *, level: int = 6, mtime: int = 0) -> bytes:
    """*data* in gzip's format; *mtime* in Unix seconds."""
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
    header = MAGIC + bytes((8, 0)) + (mtime & 0xFFFFFFFF).to_bytes(4, "little") + bytes((0, UNIX))
    check = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return header + squeeze.compress(data) + squeeze.flush() + check


def unpack(data: bytes) -> bytes:
    """What was packed, in one member or several; raises BadData, and UnixError if it is too much."""
    parts: list[bytes] = []
    size = 0
    while data:
        if not data.startswith(MAGIC):
            if parts:
                break  # what follows the last member is ignored
            raise BadData("not in gzip format")
        stream = zlib.decompressobj(31)
        try:
            parts.append(stream.decompress(data, LARGEST + 1 - size))
        except zlib.error:
            raise BadData("invalid compressed data--format violated") from None
        size += len(parts[-1])
        if size > LARGEST:
            raise UnixError("EFBIG", "not simulated here: archives of this size")
        if not stream.eof:
            raise BadData("unexpected end of file")
        data = stream.unused_data
    return b"".join(parts)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Pack files, or with -d unpack them."""
    if not pump(sys):
        return Wait(writable=(1,))
    options = parse(sys, dialect, RULES)
    state: dict[str, Any] = sys.state.setdefault("gzip", {"at": 0, "code": 0})
    names = options.words or ["-"]
    while state["at"] < len(names):
        name = names[state["at"]]
        try:
            if not one(sys, dialect, options, name):
                return Wait(readable=(0,))
        except (BadData, UnixError) as error:
            shown = "stdin" if name == "-" else name
            complain(sys, worded(error) if str(error) == NO_MAGIC else f"{shown}: {worded(error)}")
            state["code"] = 1
        state["at"] += 1
        if sys.state.get("unsent"):
            return Wait(writable=(1,))
    return finish(sys, int(state["code"]))


def worded(error: BadData | UnixError) -> str:
    """What is said of a failure."""
    return error.message if isinstance(error, UnixError) else str(error)


def one(sys: Sys, dialect: Dialect, options: Options, name: str) -> bool:
    """Deal with one file; False while standard input has not ended."""
    if name != "-" and sys.stat(name).kind == "dir":
        raise UnixError("EISDIR", "is a directory -- ignored" if not is_busybox(dialect) else "")
    unpacks = "d" in options or "t" in options or own_name(sys) in ("gunzip", "zcat")
    printed = name == "-" or "c" in options or own_name(sys) == "zcat"
    place = "" if printed or "t" in options else target(name, unpacks, is_busybox(dialect))
    data = slurp(sys, name)
    if data is None:
        return False
    if len(data) > LARGEST:
        raise UnixError("EFBIG", "not simulated here: archives of this size")
    sys.charge(100 + len(data) // 50)
    if unpacks and is_busybox(dialect) and not data.startswith(MAGIC):
        raise BadData(NO_MAGIC)
    made = unpack(data) if unpacks else packed(sys, dialect, options, name, data)
    if printed and "t" not in options:
        send(sys, made)
    elif place:
        replace(sys, options, name, place, made)
    return True


def packed(sys: Sys, dialect: Dialect, options: Options, name: str, data: bytes) -> bytes:
    """The file, packed as hard as the options say; with -n, and from standard input, without its time."""
    if name.endswith(".gz") and "f" not in options and "c" not in options:
        raise BadData("already has .gz suffix -- unchanged")
    level = int(options.last("123456789", "6"))
    stamped = name != "-" and "n" not in options and not is_busybox(dialect)
    return pack(data, level=level, mtime=sys.stat(name).mtime // SECOND if stamped else 0)


def target(name: str, unpacks: bool, busybox: bool) -> str:
    """The name of what is made of a file."""
    if not unpacks:
        return f"{name}.gz"
    for ending, instead in ENDINGS.items():
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending) + instead
    raise BadData(f"unknown suffix {'-' if busybox else '--'} ignored")


def replace(sys: Sys, options: Options, name: str, place: str, data: bytes) -> None:
    """Write what was made and take the file away."""
    if sys.exists(place) and "f" not in options:
        raise Refused(f"{own_name(sys)}: {place} already exists;\tnot overwritten\n", 2)
    stat = sys.stat(name)
    sys.write_file(place, data, mode=stat.mode & 0o777)
    sys.utime(place, stat.mtime)
    if "k" not in options:
        sys.unlink(name)
