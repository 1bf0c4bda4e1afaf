"""What redis-server writes to its folder, and finds there when it begins: dump.rdb, and the append-only file (src/aof.c)."""

from collections.abc import Callable
from typing import Any

from simulator.programs.redis_dump import Damaged, Entry, dump, load
from simulator.programs.redis_protocol import decode, encode
from simulator.runtime.syscalls import Sys, UnixError

FIRST_WITH_FOLDER = 7  # versions before write one file, appendonly.aof
WRITES = {
    "SET", "SETNX", "MSET", "APPEND", "DEL", "INCR", "DECR", "INCRBY", "EXPIRE", "PEXPIREAT", "FLUSHALL", "FLUSHDB",
}  # fmt: skip
MANIFEST = "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n"

Keys = dict[str, Any]  # name to [value, virtual moment of its end or 0]
Say = Callable[[str], None]
Execute = Callable[[list[bytes]], Any]


def data_file(settings: dict[str, str]) -> str:
    """Where the dump of all keys stands."""
    return f"{settings['dir'].rstrip('/')}/{settings.get('dbfilename', 'dump.rdb')}"


def log_file(settings: dict[str, str], version: str) -> str:
    """Where commands are appended."""
    folder = settings["dir"].rstrip("/")
    if int(version.partition(".")[0]) < FIRST_WITH_FOLDER:
        return f"{folder}/appendonly.aof"
    return f"{folder}/appendonlydir/appendonly.aof.1.incr.aof"


def restore(sys: Sys, settings: dict[str, str], keys: Keys, execute: Execute, say: Say, version: str) -> None:
    """Fill *keys* from the disk: with appendonly from that file alone, else from the dump."""
    if settings["appendonly"] != "yes":
        if sys.exists(data_file(settings)):
            enter(sys, keys, sys.read_file(data_file(settings)))
            say("DB loaded from disk: 0.000 seconds")
        return
    path = log_file(settings, version)
    if sys.exists(path):
        replay(sys.read_file(path), execute)
        say("DB loaded from append only file: 0.000 seconds")
    else:
        begin_log(sys, path, version)


def begin_log(sys: Sys, path: str, version: str) -> None:
    """An empty append-only file; the newer versions keep a base and a manifest beside it."""
    folder = path.rpartition("/")[0]
    if folder.endswith("appendonlydir"):
        if not sys.exists(folder):
            sys.mkdir(folder, 0o755)
        sys.write_file(f"{folder}/appendonly.aof.1.base.rdb", dump([], version), mode=0o644)
        sys.write_file(f"{folder}/appendonly.aof.manifest", MANIFEST.encode(), mode=0o644)
    sys.write_file(path, b"", mode=0o644)


def replay(data: bytes, execute: Execute) -> None:
    """Do again all commands of an append-only file; a last one that is not whole is left out, as redis does."""
    place = 0
    while place < len(data):
        words, place = decode(data, place)
        if place < 0 or not isinstance(words, list):
            return
        execute([word for word in words if isinstance(word, bytes)])


def append(sys: Sys, settings: dict[str, str], words: list[bytes], keys: Keys, version: str) -> str:
    """Append a command that has changed something; why not, if it could not be written. How long a key still lives is written as
    the moment of its end."""
    key = words[1].decode("utf-8", "surrogateescape") if len(words) > 1 else ""
    commands = [words[:3] if words[0].upper() == b"SET" else words]
    if key in keys and keys[key][1]:
        commands.append([b"PEXPIREAT", words[1], b"%d" % dies(sys, keys[key][1])])
    try:
        sys.write_file(log_file(settings, version), b"".join(encode(list(each)) for each in commands), append=True)
    except UnixError as error:
        return error.message
    return ""


def dies(sys: Sys, until: int) -> int:
    """A moment of the cluster's clock in Unix milliseconds; 0 for none."""
    return (sys.unix + until - sys.now) // 1000 if until else 0


def enter(sys: Sys, keys: Keys, data: bytes) -> None:
    """Put the entries of a dump into *keys*; raises Damaged."""
    for entry in load(data):
        until = sys.now + entry.dies * 1000 - sys.unix if entry.dies else 0
        if not entry.dies or until > sys.now:
            keys[entry.key.decode("utf-8", "surrogateescape")] = [entry.value, until]


def save(sys: Sys, settings: dict[str, str], keys: Keys, version: str) -> str:
    """Write the dump; why not, if it could not be written."""
    entries = [
        Entry(key.encode("utf-8", "surrogateescape"), value, dies(sys, until)) for key, (value, until) in keys.items()
    ]
    try:
        sys.write_file(data_file(settings), dump(entries, version), mode=0o644)
    except UnixError as error:
        return error.message
    return ""


__all__ = ["WRITES", "Damaged", "append", "restore", "save"]
