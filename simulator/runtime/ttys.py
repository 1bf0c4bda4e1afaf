"""Terminals as the kernel sees them: line discipline, echo, signals by keys, the foreground group (drivers/tty/n_tty.c).

The record: {"k": "tty", "in": chunks to be read (an empty one is an end of file), "line": what is being edited,
"canonical", "echo", "signals", "columns", "rows", "ns", "foreground", "edit": the prompt while a line is edited outside,
"to": where output goes: {"terminal": id} | {"pipe": id} | {"container": id}, "mirror": id of an inner tty, "hup"}.
"""

from collections.abc import Callable

from simulator.kernel.units import SECOND
from simulator.runtime.limits import PIPE_CAPACITY, TTY_FLOOD, TTY_INPUT_MAX
from simulator.runtime.streams import Streams
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import COMPONENT, Data, Tables

SIGNAL_KEYS = {0x03: "INT", 0x1C: "QUIT", 0x1A: "TSTP"}
ERASE, KILL_LINE, WORD_ERASE, END_OF_FILE, BACKSPACE = 0x7F, 0x15, 0x17, 0x04, 0x08
RETURN, NEWLINE = 0x0D, 0x0A
MIRRORS_MAX = 8


class Ttys:
    """All terminals. *signal*(tty, name) reaches the foreground group, *log*(container, data) a container's log,
    *flooded*(bucket) is called when more is written than anybody can read."""

    def __init__(
        self,
        tables: Tables,
        streams: Streams,
        signal: Callable[[Data, str], None],
        log: Callable[[str, bytes], None],
        flooded: Callable[[str], None],
    ) -> None:
        self.flooded = flooded
        self.tables = tables
        self.streams = streams
        self.signal = signal
        self.log = log
        self.touched: dict[str, None] = {}

    def free_pts(self, place: str) -> int:
        """The lowest number in /dev/pts that no terminal of this host or container has."""
        used = [
            io["pts"] for io in self.tables.io.values() if io["k"] == "tty" and io["place"] == place and "pts" in io
        ]
        return next(number for number in range(len(used) + 1) if number not in used)

    def new(self, columns: int, rows: int, to: Data, *, place: str, bucket: str) -> str:
        """A terminal in a host or container (*place*), whose typist refreshes *bucket*; its id."""
        number = self.streams.new(
            "tty", canonical=True, echo=True, signals=True, columns=columns, rows=rows, ns="", to=to
        )
        self.tables.io[number] |= {"in": [], "line": b"", "foreground": 0, "edit": None, "mirror": "", "hup": False}
        self.tables.io[number] |= {"id": number, "half": b"", "flood": [0, 0], "bucket": bucket, "place": place}
        self.tables.io[number]["pts"] = self.free_pts(place)
        return number

    # --- output
    def room(self, tty: Data) -> int:
        """How many bytes may be written now."""
        if "pipe" in tty["to"]:
            pipe = self.tables.io.get(tty["to"]["pipe"])
            return (PIPE_CAPACITY - len(pipe["buf"])) // 2 if pipe and pipe["readers"] else PIPE_CAPACITY
        second, count = tty["flood"]
        return TTY_FLOOD - (count if second == self.streams.second() else 0)

    def write(self, tty: Data, data: bytes) -> int:
        """Show *data*; how much of it was taken. Newlines become CR LF unless the terminal is wholly raw."""
        if tty["hup"]:
            raise UnixError("EIO")
        taken = data
        if len(data) > (room := self.room(tty)):
            taken = data[: max(room, 0)]
            self.look_again(tty)
        if taken:
            cooked = tty["canonical"] or tty["echo"] or tty["signals"]
            self.emit(tty, taken.replace(b"\n", b"\r\n") if cooked else taken)
        return len(taken)

    def look_again(self, tty: Data) -> None:
        """Who writes too fast goes on in the next second, and pays for it."""
        if "terminal" in tty["to"]:
            self.flooded(tty["bucket"])
        agenda = self.tables.world.agenda
        agenda.wake_at(COMPONENT, f"tty:{tty['id']}", (self.streams.second() + 1) * SECOND)

    def emit(self, tty: Data, data: bytes) -> None:
        """Bytes go out at the other side."""
        second = self.streams.second()
        tty["flood"] = [second, len(data) + (tty["flood"][1] if tty["flood"][0] == second else 0)]
        to = tty["to"]
        if "terminal" in to:
            self.show(to["terminal"], tty, data)
            return
        if "container" in to:
            self.log(to["container"], data)
        pipe = self.tables.io.get(to.get("pipe", ""))
        if pipe is not None and pipe["readers"]:
            self.streams.write(pipe, data)

    def show(self, terminal: str, tty: Data, data: bytes) -> None:
        """Tell the outside; a character that is not complete yet is kept."""
        if tty["half"] or not data.isascii():
            data = tty["half"] + data
            cut = incomplete(data)
            tty["half"] = data[len(data) - cut :]
            data = data[: len(data) - cut]
        text = data.decode("utf-8", "replace")
        if not text:
            return
        world = self.tables.world
        world.tell("output", terminal=terminal, data=text)

    # --- input
    def keys(self, tty: Data, data: bytes) -> None:
        """Bytes come in as typed."""
        self.touch(tty)
        for byte in data:
            self.key(tty, byte)
        self.streams.stir(tty)

    def key(self, tty: Data, byte: int) -> None:
        """One byte comes in."""
        if tty["signals"] and byte in SIGNAL_KEYS:
            self.signal_key(tty, byte)
        elif tty["canonical"]:
            self.edit_key(tty, NEWLINE if byte == RETURN else byte)
        else:
            self.queue(tty, bytes([byte]))
            self.echo(tty, bytes([byte]))

    def signal_key(self, tty: Data, byte: int) -> None:
        """^C and its kin: what was typed is forgotten, the foreground group gets the signal."""
        tty["line"], tty["in"], tty["edit"] = b"", [], None
        self.echo(tty, b"^" + bytes([byte + 0x40]))
        self.signal(tty, SIGNAL_KEYS[byte])

    def edit_key(self, tty: Data, byte: int) -> None:
        """One byte of a line that the terminal itself edits."""
        line = tty["line"]
        if byte == END_OF_FILE:
            tty["in"].append(line)
            tty["line"], tty["edit"] = b"", None
        elif byte in (ERASE, BACKSPACE):
            self.rub_out(tty, erase_character(line))
        elif byte == KILL_LINE:
            self.rub_out(tty, b"")
        elif byte == WORD_ERASE:
            self.rub_out(tty, line.rstrip(b" ").rpartition(b" ")[0] + (b" " if b" " in line.rstrip(b" ") else b""))
        elif len(line) < TTY_INPUT_MAX or byte == NEWLINE:
            tty["line"] = line + bytes([byte])
            self.echo(tty, bytes([byte]))
            if byte == NEWLINE:
                self.queue(tty, tty["line"])
                tty["line"], tty["edit"] = b"", None

    def rub_out(self, tty: Data, kept: bytes) -> None:
        """Shorten the line being edited, on the screen too."""
        gone = len(tty["line"].decode("utf-8", "replace")) - len(kept.decode("utf-8", "replace"))
        tty["line"] = kept
        if tty["echo"]:
            self.emit(tty, b"\b \b" * gone)

    def echo(self, tty: Data, data: bytes) -> None:
        """Show what was typed, if the terminal echoes; control characters as ^X."""
        if not tty["echo"]:
            return
        shown = b"".join(
            b"\r\n"
            if byte == NEWLINE
            else b"^" + bytes([byte + 64])
            if byte < 32 and byte not in (9, 13, 27) and len(data) == 1
            else bytes([byte])
            for byte in data
        )
        self.emit(tty, shown)

    def queue(self, tty: Data, data: bytes) -> None:
        """Make *data* ready to be read; what nobody reads is lost beyond a limit, as in the kernel."""
        if sum(map(len, tty["in"])) + len(data) > 16 * TTY_INPUT_MAX:
            return
        if tty["canonical"] or not tty["in"]:
            tty["in"].append(data)
        else:
            tty["in"][-1] += data

    def line(self, tty: Data, text: str) -> None:
        """A whole line comes in that was edited and echoed where it was typed."""
        if not tty["canonical"]:
            self.keys(tty, text.encode() + b"\r")
            return
        self.touch(tty)
        tty["edit"] = None
        for part in text.split("\n"):
            self.queue(tty, part.encode() + b"\n")
        self.streams.stir(tty)

    def read(self, tty: Data, limit: int) -> bytes | None:
        """A line (or, raw, what there is); None if nothing was typed yet."""
        if not tty["in"]:
            return b"" if tty["hup"] else None
        self.touch(tty)
        chunk: bytes = tty["in"][0]
        if len(chunk) > limit:
            tty["in"][0] = chunk[limit:]
            return chunk[:limit]
        tty["in"].pop(0)
        return chunk

    # --- the terminal's owner
    def touch(self, tty: Data) -> None:
        """What is told of the terminal at the end of this step may have changed."""
        self.touched[tty["id"]] = None

    def innermost(self, tty: Data) -> Data:
        """Where whoever sits at *tty* sits in truth."""
        for _ in range(MIRRORS_MAX):
            inner = self.tables.io.get(tty["mirror"]) if tty["mirror"] else None
            if inner is None or inner["hup"]:
                break
            tty = inner
        return tty

    def hang_up(self, tty: Data) -> None:
        """The other side is gone."""
        tty["hup"] = True
        self.signal(tty, "HUP")
        self.touch(tty)
        self.streams.stir(tty)


def incomplete(data: bytes) -> int:
    """How many bytes at the end of *data* begin a UTF-8 character that is not complete."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte & 0xC0 == 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < needed else 0
        if byte < 0x80:
            return 0
    return 0


def erase_character(line: bytes) -> bytes:
    """*line* without its last character."""
    end = len(line) - 1
    while end > 0 and line[end] & 0xC0 == 0x80:
        end -= 1
    return line[: max(end, 0)]
