"""tr: characters for others (coreutils/tr.c)."""

from simulator.programs.lines import Filter
from simulator.programs.options import (
    Dialect,
    Options,
    grammar,
    is_busybox,
    parse,
    refuse,
    show_usage,
)  # fmt: skip
from simulator.runtime.syscalls import Step, Sys

TR = grammar(
    "cCdst",
    {"complement": "c", "delete": "d", "squeeze-repeats": "s", "truncate-set1": "t"},
    permute=False,
    usage="[-cds] STRING1 [STRING2]",
)


CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \t", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "space": "\t\n\v\f\r ", "xdigit": "0-9A-Fa-f",
    "punct": "!-/:-@[-`{-~", "cntrl": "\0-\x1f\x7f", "print": " -~", "graph": "!-~",
}  # fmt: skip


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
