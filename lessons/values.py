"""Values that differ by learner: a lesson declares choices, a cluster's seed picks among them, and `{{name}}` stands for what was picked.

    values:
      app: [shop, cart, news]         one of these
      port: {from: 8081, to: 8099}    a whole number, ends included

In every file of the lesson `{{app}}` is replaced before the file is read, names that are not declared are left alone.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import re2

from lessons import sources

Values = Mapping[str, str]
SECTION = re2.compile(r"(?ms)^values:.*?(?:^[a-z]|\z)")
NAME = re2.compile(r"[a-z][a-zA-Z0-9]*")
VALUE = re2.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
WIDEST = 100_000


def declared(name: str, text: str) -> dict[str, list[str] | range]:
    """The choices that *text*, that of the lesson.yaml called *name*, declares; raises LessonError.

    They are read before all else, since the rest may be no YAML until its values are filled in."""
    found = SECTION.search(text)
    if not found:
        return {}
    before = "\n" * text[: found.start()].count("\n")
    section = found.group(0) if found.end() == len(text) else found.group(0)[:-1]
    source = sources.read(name, before + section)
    entries = source.data["values"]
    if not isinstance(entries, dict):
        raise source.error(("values",), "`values` is a mapping of names to choices")
    return {str(key): choices(source, str(key), entry) for key, entry in entries.items()}


def choices(source: sources.Source, name: str, entry: Any) -> list[str] | range:
    """What may be picked for *name*."""
    place = ("values", name)
    if not NAME.fullmatch(name):
        raise source.error(place, f"{name!r} is no name for a value: use letters and digits, a small letter first")
    if isinstance(entry, dict) and entry.keys() == {"from", "to"} and all(type(end) is int for end in entry.values()):
        found = range(entry["from"], entry["to"] + 1)
        if 2 <= len(found) <= WIDEST:
            return found
    elif isinstance(entry, list) and len(entry) > 1 and all(VALUE.fullmatch(str(each)) for each in entry):
        return [str(each) for each in entry]
    raise source.error(place, "write a list of two or more words or numbers, or {from: number, to: number}")


def picked(declared: Mapping[str, list[str] | range], seed: int) -> dict[str, str]:
    """What the seed picks: each name by itself, so that a further one changes none of the others."""
    return {name: str(entry[number(seed, name) % len(entry)]) for name, entry in declared.items()}


def number(seed: int, name: str) -> int:
    """A number that looks like chance, always the same for a seed and a name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big")


def filled(text: str, values: Values) -> str:
    """*text* with what was picked in it."""
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text
