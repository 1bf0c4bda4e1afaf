"""Container logs: what containerd's shim writes to /var/log/pods, kept as entries instead of lines in a file.

The record in a container: {"first": number of the first entry kept, "entries": [[unix, stream, line]], "size",
"parts": stream -> the line that has no end yet}. An entry without its newline ends in no newline, others neither: a
partial last one has `True` as a fourth element.
"""

from typing import Any

from simulator.api.timestamps import rfc3339_nano
from simulator.runtime.limits import LOG_KEPT, LOG_LINE_MAX
from simulator.runtime.streams import Streams
from simulator.runtime.tables import Data, Tables

ENTRY_COST = 32


def new_log() -> Data:
    """An empty log."""
    return {"first": 0, "entries": [], "size": 0, "parts": {}}


class Logs:
    """The logs of all containers."""

    def __init__(self, tables: Tables, streams: Streams) -> None:
        self.tables = tables
        self.streams = streams

    def write(self, container: str, stream: str, data: bytes) -> None:
        """A process of the container wrote *data* to `stdout` or `stderr`."""
        record = self.tables.containers.get(container)
        if record is None:
            return
        for pipe in record.get("attached", {}).get(stream, []):
            io = self.tables.io.get(pipe)
            if io is not None and io["readers"]:
                self.streams.write(io, data)
        *lines, rest = (record["log"]["parts"].get(stream, b"") + data).split(b"\n")
        while len(rest) > LOG_LINE_MAX:
            lines.append(rest[:LOG_LINE_MAX])
            rest = rest[LOG_LINE_MAX:]
        record["log"]["parts"][stream] = rest
        for line in lines:
            self.enter(record, stream, line)
        if lines:
            self.stir(record)

    def close(self, container: str) -> None:
        """Nobody writes any more: lines without an end are entered as they are."""
        record = self.tables.containers[container]
        parts, record["log"]["parts"] = record["log"]["parts"], {}
        for stream, rest in parts.items():
            if rest:
                self.enter(record, stream, rest, partial=True)
        self.stir(record)

    def enter(self, record: Data, stream: str, line: bytes, *, partial: bool = False) -> None:
        """One entry; the oldest quarter goes when there is too much."""
        log = record["log"]
        entry = [self.tables.world.unix, stream, line]
        log["entries"].append([*entry, True] if partial else entry)
        log["size"] += len(line) + ENTRY_COST
        if log["size"] > LOG_KEPT:
            self.trim(log)
        self.tables.world.tell(
            "log",
            node=record["node"],
            namespace=record["namespace"],
            pod=record["pod"],
            container=record["name"],
            attempt=record["attempt"],
            stream=stream,
            text=line.decode("utf-8", "replace"),
        )

    def trim(self, log: Data) -> None:
        """Forget the oldest entries."""
        gone = 0
        while gone < len(log["entries"]) - 1 and log["size"] > LOG_KEPT * 3 // 4:
            log["size"] -= len(log["entries"][gone][2]) + ENTRY_COST
            gone += 1
        del log["entries"][:gone]
        log["first"] += gone

    def stir(self, record: Data) -> None:
        """Who follows the log looks again."""
        for number in list(record.get("followers", [])):
            io = self.tables.io.get(number)
            if io is not None:
                self.streams.stir(io)

    def follow(self, container: str, *, since: int | None = None) -> str:
        """A stream of the entries from number *since* on (None: only those to come)."""
        record = self.tables.containers[container]
        log = record["log"]
        first = log["first"] + len(log["entries"]) if since is None else since
        number = self.streams.new("follow", container=container, next=first, buf=b"", stamped=False)
        record.setdefault("followers", []).append(number)
        return number

    def unfollow(self, number: str) -> None:
        """A follower is gone."""
        io = self.tables.io.pop(number)
        record = self.tables.containers.get(io["container"])
        if record is not None and number in record.get("followers", []):
            record["followers"].remove(number)

    def more(self, io: Data) -> bool:
        """Whether a follower has something to read, the end included."""
        record = self.tables.containers.get(io["container"])
        if io["buf"] or record is None or record["state"] == "exited":
            return True
        return bool(io["next"] < record["log"]["first"] + len(record["log"]["entries"]))

    def read(self, io: Data, limit: int) -> bytes | None:
        """The text of further entries; b"" when the container has ended, None while nothing new is there."""
        record = self.tables.containers.get(io["container"])
        if record is not None:
            self.fetch(io, record["log"])
        if not io["buf"]:
            return b"" if record is None or record["state"] == "exited" else None
        data, io["buf"] = bytes(io["buf"][:limit]), io["buf"][limit:]
        return data

    def fetch(self, io: Data, log: Data) -> None:
        """Take over the entries that the follower has not seen."""
        start = max(io["next"] - log["first"], 0)
        fresh = log["entries"][start:]
        io["next"] = log["first"] + len(log["entries"])
        io["buf"] += b"".join(written(entry, stamped=io["stamped"]) for entry in fresh)


def written(entry: list[Any], *, stamped: bool) -> bytes:
    """An entry as a reader of the log sees it, with its time before it if that is asked for."""
    stamp = f"{rfc3339_nano(entry[0])} ".encode() if stamped else b""
    return stamp + bytes(entry[2]) + (b"" if len(entry) > 3 else b"\n")
