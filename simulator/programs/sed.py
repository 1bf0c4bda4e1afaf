"""sed: edit a stream (POSIX sed; busybox editors/sed.c, GNU sed)."""

from typing import Any

from simulator.programs.lines import LONGEST_LINE, Filter, newline
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
from simulator.programs.sed_script import Address, BadScript, Command, Piece, read_script
from simulator.runtime.syscalls import Step, Sys, UnixError

RULES = grammar(
    "nrEi::e:f:s",
    {
        "quiet": "n", "silent": "n", "regexp-extended": "E", "in-place=?": "i", "expression=": "e", "file=": "f", "separate": "s",
        "line-buffered": "u", "unbuffered": "u", "posix": "u",
    },
    other="lubz",
    usage="[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...",
)  # fmt: skip
# One line may run so many commands: `:a; ba` ends there.
MOST_STEPS = 20_000
MOST_LINES_HELD = 1_000


class Sed(Filter):
    """One run of a script over lines. A line is worked on when the next is known, because `$` asks for the last."""

    def __init__(
        self, sys: Sys, dialect: Dialect, names: list[str], commands: tuple[Command, ...], options: Options
    ) -> None:
        super().__init__(sys, names)
        self.unreadable = "{name}: {error}" if is_busybox(dialect) else "can't read {name}: {error}"
        self.bad_file = 1 if is_busybox(dialect) else 2
        self.commands = commands
        self.quiet = "n" in options
        self.in_place = "i" in options
        self.suffix = options.value("i")
        self.separate = self.in_place or "s" in options
        if not self.memory:
            self.memory |= {"number": 0, "hold": b"", "next": None, "active": {}, "file": b"", "queue": []}

    # --- lines come ----------------------------------------------------------------------------------------------
    def begin(self, name: str) -> None:
        if self.separate and name != "-" and self.sys.stat(name).kind == "dir":
            raise refuse(self.sys, f"couldn't edit {name}: not a regular file", 4)
        if self.separate:
            self.memory |= {"file": b"", "number": 0}

    def line(self, text: bytes, ended: bool) -> bool:
        waiting = self.memory["next"]
        self.memory["next"] = [text, ended]
        if waiting is not None:
            self.work(waiting[0], waiting[1], last=False)
        return not self.state["done"]

    def end(self, name: str) -> None:
        if self.separate:
            self.last_line()
        if self.in_place and name != "-":
            self.write_back(name)

    def close(self) -> int:
        self.last_line()
        return int(self.memory.get("code", 0))

    def last_line(self) -> None:
        waiting, self.memory["next"] = self.memory["next"], None
        if waiting is not None and not self.state["done"]:
            self.work(waiting[0], waiting[1], last=True)

    def write_back(self, name: str) -> None:
        stat = self.sys.stat(name)
        if self.suffix:
            self.sys.write_file(name + self.suffix, self.sys.read_file(name), mode=stat.mode)
        self.sys.write_file(name, self.memory["file"], mode=stat.mode)
        self.memory["file"] = b""

    def print(self, text: bytes, ended: bool) -> None:
        if self.in_place:
            self.memory["file"] += newline(text, ended)
        else:
            self.put(newline(text, ended))

    # --- the script ----------------------------------------------------------------------------------------------
    def work(self, text: bytes, ended: bool, *, last: bool) -> None:
        """A new cycle, or the line that `N` or `n` waited for."""
        self.memory["number"] += 1
        self.last = last
        at = 0
        if self.memory["queue"]:
            space, at, letter = self.memory["queue"]
            self.memory["queue"] = []
            text = space + b"\n" + text if letter == "N" else text
        self.ended = ended
        Cycle(self, text).run(at)


class Cycle:
    """One line on its way through the script."""

    def __init__(self, sed: Sed, text: bytes) -> None:
        self.sed = sed
        self.space = text
        self.after: list[bytes] = []
        self.substituted = False
        self.steps = 0

    def run(self, at: int) -> None:
        """Run the commands from number *at* on; print at the end."""
        commands = self.sed.commands
        printed = not self.sed.quiet
        while at < len(commands):
            self.steps += 1
            if self.steps > MOST_STEPS or len(self.space) > LONGEST_LINE:
                raise refuse(self.sed.sys, "not simulated here: so long a way through the script for one line", 4)
            command = commands[at]
            at += 1
            if self.selected(command, at) == command.negated:
                at = command.number + 1 if command.letter == "{" else at
                continue
            result = self.step(command, at)
            if result == "end":
                break
            if result in ("delete", "quit"):
                printed = False
                break
            if result == "wait":
                self.flush()
                return
            at = result if isinstance(result, int) else at
        if printed:
            self.sed.print(self.space, self.sed.ended)
        self.flush()

    def flush(self) -> None:
        for text in self.after:
            self.sed.print(text.removesuffix(b"\n"), text.endswith(b"\n"))
        self.after.clear()

    # --- which lines ---------------------------------------------------------------------------------------------
    def selected(self, command: Command, at: int) -> bool:
        if command.first is None:
            return True
        if command.second is None:
            return self.fits(command.first)
        return self.in_range(command, str(at))

    def fits(self, address: Address) -> bool:
        number = self.sed.memory["number"]
        match address.kind:
            case "line":
                return bool(number == address.number)
            case "last":
                return self.sed.last
            case "step":
                return bool(
                    number == address.number
                    if address.step == 0
                    else number >= address.number and (number - address.number) % address.step == 0
                )
            case "regex":
                return address.pattern.search(self.space) is not None
        return False

    def in_range(self, command: Command, key: str) -> bool:
        """Ranges remember where they are: `active` holds the line at which each ends (0: not known yet)."""
        assert command.first is not None
        assert command.second is not None
        active, number, second = self.sed.memory["active"], self.sed.memory["number"], command.second
        if key not in active:
            if command.first.kind == "zero":
                if active.get("over" + key):
                    return False
                active[key] = 0
                active["over" + key] = True
            elif self.fits(command.first):
                end = second.number if second.kind == "line" else number + second.number if second.kind == "plus" else 0
                if second.kind in ("line", "plus") and end <= number:
                    return True
                active[key] = end
                if second.kind == "last" and self.sed.last:
                    del active[key]
                return True
            else:
                return False
        if second.kind in ("line", "plus"):
            if number >= active[key]:
                end = active.pop(key)
                return bool(number == end)
        elif self.fits(second):
            del active[key]
        return True

    # --- commands ------------------------------------------------------------------------------------------------
    def step(self, command: Command, at: int) -> int | str | None:
        """Do one command: None to go on, a number to go on there, or a word how the cycle ends."""
        letter = command.letter
        if letter in "dD":
            return self.delete(letter)
        if letter == "c":
            return self.change(command, str(at))
        if letter in "nN":
            return self.next(letter, at)
        if letter in "btT":
            return self.branch(command)
        if letter in "qQ":
            return self.quit(command)
        self.edit(command)
        return None

    def edit(self, command: Command) -> None:
        """A command after which the next one follows."""
        letter = command.letter
        if letter == "s":
            self.substitute(command)
        elif letter in "pPl=iF":
            self.show(command)
        elif letter == "a":
            self.after.append(command.text)
        elif letter in "gGhHxz":
            self.swap(letter)
        elif letter == "y":
            self.space = translate(self.space, *command.table)
        elif letter == "r":
            self.read(command.text)
        elif letter not in "{}:":
            raise refuse(self.sed.sys, f"not simulated here: the command {letter}")

    def substitute(self, command: Command) -> None:
        text, changed = substitute(self.space, command)
        self.space = text
        if changed:
            self.substituted = True
            if command.printed:
                self.sed.print(text, True)

    def show(self, command: Command) -> None:
        letter = command.letter
        if letter == "i":
            self.sed.print(command.text.removesuffix(b"\n"), True)
        elif letter == "=":
            self.sed.print(str(self.sed.memory["number"]).encode(), True)
        elif letter == "F":
            self.sed.print(self.sed.names[self.sed.state["at"] - 1].encode("utf-8", "surrogateescape"), True)
        elif letter == "l":
            self.sed.print(
                self.space.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\t", b"\\t") + b"$", True
            )
        else:
            self.sed.print(self.space.partition(b"\n")[0] if letter == "P" else self.space, True)

    def delete(self, letter: str) -> int | str:
        if letter == "D" and b"\n" in self.space:
            self.space = self.space.partition(b"\n")[2]
            self.flush()
            return 0
        return "delete"

    def change(self, command: Command, key: str) -> str:
        """Only at the end of a range the new text is printed."""
        if command.negated or command.second is None or key not in self.sed.memory["active"]:
            self.sed.print(command.text.removesuffix(b"\n"), True)
        return "delete"

    def next(self, letter: str, at: int) -> str:
        if letter == "n":
            if self.sed.last:
                return "end"
            if not self.sed.quiet:
                self.sed.print(self.space, self.sed.ended)
        elif self.sed.last:
            return "end"
        self.sed.memory["queue"] = [self.space, at, letter]
        return "wait"

    def swap(self, letter: str) -> None:
        memory = self.sed.memory
        match letter:
            case "g":
                self.space = memory["hold"]
            case "G":
                self.space = self.space + b"\n" + memory["hold"]
            case "h":
                memory["hold"] = self.space
            case "H":
                memory["hold"] = (memory["hold"] + b"\n" + self.space)[:LONGEST_LINE]
            case "x":
                self.space, memory["hold"] = memory["hold"], self.space
            case "z":
                self.space = b""

    def branch(self, command: Command) -> int | None:
        if command.letter != "b":
            wanted = command.letter == "t"
            happened, self.substituted = self.substituted, False
            if happened != wanted:
                return None
        if not command.text:
            return len(self.sed.commands)
        for number, other in enumerate(self.sed.commands):
            if other.letter == ":" and other.text == command.text:
                return number
        raise refuse(self.sed.sys, f"can't find label for jump to `{command.text.decode(errors='replace')}'")

    def quit(self, command: Command) -> str:
        self.sed.state["done"] = True
        self.sed.memory["code"] = command.number
        self.sed.state["code"] = command.number or self.sed.state["code"]
        return "end" if command.letter == "q" else "quit"

    def read(self, name: bytes) -> None:
        try:
            self.after.append(self.sed.sys.read_file(name.decode("utf-8", "surrogateescape")))
        except UnixError:
            return


def translate(text: bytes, source: bytes, target: bytes) -> bytes:
    """*text* with each letter of *source* replaced by the one at the same place in *target*."""
    if len(source) == len(target) and source.isascii() and target.isascii():
        return text.translate(bytes.maketrans(source, target))
    table = str.maketrans(source.decode("utf-8", "surrogateescape"), target.decode("utf-8", "surrogateescape"))
    return text.decode("utf-8", "surrogateescape").translate(table).encode("utf-8", "surrogateescape")


def substitute(text: bytes, command: Command) -> tuple[bytes, bool]:
    """What `s` makes of *text*, and whether it found anything."""
    out: list[bytes] = []
    place = copied = found = 0
    while place <= len(text):
        match = command.pattern.search(text, place) if place else command.pattern.search(text)
        if match is None:
            break
        start, end = match.span()
        if start == end == copied and found and start > 0:
            # An empty match right behind the one before does not count.
            place = end + 1
            continue
        found += 1
        if found >= command.number:
            out += [text[copied:start], expand(command.pieces, match)]
            copied = end
            if not command.everywhere:
                return b"".join([*out, text[copied:]]), True
        else:
            out.append(text[copied:end])
            copied = end
        place = end if end > start else end + 1
    return b"".join([*out, text[copied:]]), found >= command.number


def expand(pieces: tuple[Piece, ...], match: Any) -> bytes:
    """The replacement for one match."""
    out: list[bytes] = []
    mode = once = ""
    for piece in pieces:
        if piece.case:
            mode, once = (mode, piece.case) if piece.case in "ul" else ("" if piece.case == "E" else piece.case, once)
            continue
        text = piece.text if piece.group < 0 else match.group(piece.group) or b""
        if mode:
            text = _case(text, mode)
        if once and text:
            text, once = _case(text[:1], once.upper()) + text[1:], ""
        out.append(text)
    return b"".join(out)


def _case(text: bytes, mode: str) -> bytes:
    plain = text.decode("utf-8", "surrogateescape")
    return (plain.upper() if mode == "U" else plain.lower()).encode("utf-8", "surrogateescape")


def _script(sys: Sys, dialect: Dialect, options: Options) -> str:
    parts = []
    for key, value in options.given:
        if key == "e":
            parts.append(value)
        elif key == "f":
            parts.append(sys.read_file(value).decode("utf-8", "surrogateescape").removesuffix("\n"))
    if not parts:
        if not options.words:
            raise _usage(sys, dialect)
        parts.append(options.words.pop(0))
    return "\n".join(parts)


def _usage(sys: Sys, dialect: Dialect) -> Refused:
    if is_busybox(dialect):
        return show_usage(sys, dialect, RULES)
    return Refused(f"Usage: {own_name(sys)} [OPTION]... {{script-only-if-no-other-script}} [input-file]...\n", 1)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Edit."""
    options = parse(sys, dialect, RULES)
    script = _script(sys, dialect, options)
    try:
        commands = read_script(script, "E" in options or "r" in options)
    except BadScript as error:
        if is_busybox(dialect):
            raise refuse(sys, str(error)) from None
        raise refuse(sys, f"-e expression #1, char {len(script)}: {error}") from None
    return Sed(sys, dialect, options.words, commands, options).run()
