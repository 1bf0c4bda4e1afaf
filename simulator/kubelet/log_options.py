"""Which part of a container's log is wanted, and how it is written (pkg/kubelet/kuberuntime/logs)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.api.errors import BadRequest
from simulator.api.timestamps import BadTime, parse, rfc3339_nano
from simulator.kernel.units import SECOND

Entry = tuple[int, str, bytes]


@dataclass(frozen=True)
class LogOptions:
    """*since* is Unix microseconds; *tail* and *limit* (bytes) are None where everything is wanted."""

    previous: bool = False
    timestamps: bool = False
    tail: int | None = None
    since: int | None = None
    limit: int | None = None


def read(options: Mapping[str, Any], unix: int) -> LogOptions:
    """The options of a request (`tailLines` and so on, as numbers or text) at the time *unix*; raises BadRequest."""
    seconds, time = number(options, "sinceSeconds"), options.get("sinceTime")
    since = unix - seconds * SECOND if seconds is not None else None
    if time:
        try:
            since = parse(str(time))
        except BadTime as error:
            raise BadRequest(str(error)) from None
    return LogOptions(
        previous=truth(options.get("previous")),
        timestamps=truth(options.get("timestamps")),
        tail=number(options, "tailLines"),
        since=since,
        limit=number(options, "limitBytes"),
    )


def truth(value: Any) -> bool:
    """A flag as bool or text."""
    return value in (True, "true", "1")


def number(options: Mapping[str, Any], name: str) -> int | None:
    """A number as int or text; None where there is none; raises BadRequest."""
    value = options.get(name)
    if value is None or value == "":
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise BadRequest(f'strconv.ParseInt: parsing "{value}": invalid syntax') from None


def chosen(entries: list[Entry], options: LogOptions) -> list[Entry]:
    """The entries that are wanted."""
    if options.since is not None:
        entries = [entry for entry in entries if entry[0] >= (options.since or 0)]
    if options.tail is not None and options.tail >= 0:
        entries = entries[len(entries) - options.tail :] if options.tail < len(entries) else entries
    return entries


def ended(line: bytes) -> bytes:
    """The line with its end."""
    return line if line.endswith(b"\n") else line + b"\n"


def written(entries: Iterable[Entry], options: LogOptions) -> str:
    """The entries as text."""
    stamped = options.timestamps
    data = b"".join((f"{rfc3339_nano(unix)} ".encode() if stamped else b"") + ended(line) for unix, _, line in entries)
    return (data if options.limit is None else data[: options.limit]).decode(errors="replace")
