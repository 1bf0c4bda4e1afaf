"""`printf` as Go's fmt does it: verbs, flags, widths, precisions, and what it says of arguments that do not fit (models fmt/print.go)."""

import json
import re
from typing import Any

from simulator.api.go_text import go_syntax, go_text
from simulator.kubectl.gotext.values import type_name

VERB = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<wide>\[?\d*\]?\*|\d*)(?:\.(?P<precise>\*|\d*))?(?:\[(?P<index>\d+)\])?(?P<verb>.?)",
    re.DOTALL,
)
WIDEST = 1_000
BASES = {"d": ("d", ""), "b": ("b", "0b"), "o": ("o", "0"), "O": ("o", ""), "x": ("x", "0x"), "X": ("X", "0X")}


def sprintf(form: str, *values: Any) -> str:
    """The text that a format makes of values."""
    return _Formatter(values).text(form)


class _Formatter:
    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values
        self.at = 0
        self.reordered = False

    def text(self, form: str) -> str:
        shown = VERB.sub(self.one, form)
        if not self.reordered and self.at < len(self.values):
            rest = ", ".join(
                f"{type_name(each)}={go_text(each)}" if each is not None else "<nil>" for each in self.values[self.at :]
            )
            shown += f"%!(EXTRA {rest})"
        return shown

    def one(self, found: re.Match[str]) -> str:
        verb = found["verb"]
        if not verb:
            return "%!(NOVERB)"
        if verb == "%":
            return "%"
        wide = self.number(found["wide"])
        precise = None if found["precise"] is None else self.number(found["precise"]) or 0
        if found["index"]:
            self.reordered = True
            self.at = int(found["index"]) - 1
        if not 0 <= self.at < len(self.values):
            return f"%!{verb}({'BADINDEX' if found['index'] else 'MISSING'})"
        value = self.values[self.at]
        self.at += 1
        return formatted(value, verb, found["flags"], min(wide or 0, WIDEST), precise)

    def number(self, text: str) -> int | None:
        if not text.endswith("*"):
            return min(int(text), WIDEST) if text else None
        value = self.values[self.at] if self.at < len(self.values) else 0
        self.at += 1
        return value if isinstance(value, int) else 0


def formatted(value: Any, verb: str, flags: str, wide: int, precise: int | None) -> str:
    """One value, by one verb."""
    if verb == "T":
        return _padded(type_name(value), flags, wide)
    if verb == "v" and "#" in flags:
        return _padded(go_syntax(value), flags, wide)
    if isinstance(value, dict) and verb != "v":
        inner = (
            f"{formatted(key, verb, flags, wide, precise)}:{formatted(each, verb, flags, wide, precise)}"
            for key, each in sorted(value.items())
        )
        return f"map[{' '.join(inner)}]"
    if isinstance(value, list) and verb != "v":
        return f"[{' '.join(formatted(each, verb, flags, wide, precise) for each in value)}]"
    text = _plain(value, verb, flags, precise)
    if text is None:
        return f"%!{verb}(<nil>)" if value is None else f"%!{verb}({type_name(value)}={go_text(value)})"
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return _padded(text, flags if numeric else flags.replace("0", ""), wide)


def _plain(value: Any, verb: str, flags: str, precise: int | None) -> str | None:
    """The value without padding; None where the verb is none for it."""
    if verb == "v":
        return _signed(_general(value), flags) if isinstance(value, float) else go_text(value)
    if isinstance(value, bool):
        return go_text(value) if verb == "t" else None
    if isinstance(value, str):
        return _string(value, verb, flags, precise)
    if isinstance(value, float):
        return _signed(_real(value, verb, precise), flags) if verb in "eEfFgG" else None
    if isinstance(value, int):
        return _whole(value, verb, flags)
    return None


def _string(value: str, verb: str, flags: str, precise: int | None) -> str | None:
    cut = value if precise is None else value[:precise]
    if verb == "s":
        return cut
    if verb == "q":
        return json.dumps(cut, ensure_ascii="+" in flags)
    if verb in "xX":
        return value.encode().hex() if verb == "x" else value.encode().hex().upper()
    return None


def _whole(value: int, verb: str, flags: str) -> str | None:
    if verb in BASES:
        kind, prefix = BASES[verb]
        digits = format(abs(value), kind)
        text = f"{'-' if value < 0 else ''}{prefix if '#' in flags else ''}{digits}"
        return _signed(text, flags)
    if verb == "c":
        return chr(value) if 0 <= value < 0x110000 else "\ufffd"
    if verb == "q":
        return f"'{chr(value)}'" if 0 <= value < 0x110000 else "'\ufffd'"
    return f"U+{value:04X}" if verb == "U" else None


def _real(value: float, verb: str, precise: int | None) -> str:
    if verb in "gG" and precise is None:
        return _general(value)
    return format(value, f".{6 if precise is None else precise}{verb}")


def _general(value: float) -> str:
    """A number as `%v` has it: the shortest text that means it, with an exponent from 1e+21 on."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    return re.sub(r"e([+-])(\d)$", r"e\g<1>0\2", repr(value))


def _signed(text: str, flags: str) -> str:
    if text.startswith("-"):
        return text
    return f"+{text}" if "+" in flags else f" {text}" if " " in flags else text


def _padded(text: str, flags: str, wide: int) -> str:
    if "-" in flags:
        return text.ljust(wide)
    if "0" in flags:
        sign = text[:1] if text[:1] in "+- " else ""
        return sign + text[len(sign) :].rjust(wide - len(sign), "0")
    return text.rjust(wide)
