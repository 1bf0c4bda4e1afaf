"""Arrays, as bash has them: what a shell's state holds beside the variables that are one text (models bash's arrayfunc.c).

`state["arrays"]` has, for each name, its kind (`a`: counted, `A`: with words as keys) and its elements; counted elements stand in
the order of their numbers. A *reference* is how one element is named: `name[key]`, with the key already evaluated; a name
without a key means the element 0 of an array. Some arrays are told by the shell itself and not stored (`COMPUTED`).
"""

import re
from collections.abc import Callable
from typing import Any

REFERENCE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[(.*)\])?", re.DOTALL)
HIGHEST = 1 << 62
REFS_DEPTH = 8  # how many names may stand for one another in a row
ELEMENT_SIZE = 16  # characters that an element counts beside its key and its text
MACHINE = "x86_64-pc-linux-gnu"
BUCKETS = 1024  # of bash's tables of words (ASSOC_HASH_BUCKETS), which say in which order their keys come

Elements = dict[str, str]
Items = list[list[str | None]]  # of `name=(...)`: key (None: there is none), value, and "+" if it is appended
Array = dict[str, Any]


class Arrays:
    """The arrays of a shell; a view of its state."""

    state: dict[str, Any]

    # --- what there is ----------------------------------------------------------------------------------------------

    def real(self, name: str) -> str:
        """The variable (or element) that *name* stands for, where `declare -n` made it a name for another."""
        refs = self.state.get("refs")
        if not refs:
            return name
        base, bracket, rest = name.partition("[")
        for _ in range(REFS_DEPTH):
            base = refs.get(base, base)
        return f"{base}{bracket}{rest}"

    def array(self, name: str) -> Array | None:
        """The stored array *name*."""
        found: Array | None = self.state["arrays"].get(self.real(name))
        return found

    def is_map(self, name: str) -> bool:
        """Whether the keys of *name* are words."""
        array = self.array(name)
        return array is not None and array["kind"] == "A"

    def items(self, name: str) -> Elements:
        """The elements of *name*; a variable that is no array is one with the element 0."""
        name = self.real(name)
        array = self.array(name)
        if array is None:
            if name in COMPUTED and self.state["dialect"] == "bash":
                return {str(index): text for index, text in enumerate(COMPUTED[name](self.state))}
            value = self.state["vars"].get(name)
            return {} if value is None else {"0": value}
        items: Elements = array["items"]
        return items

    def elements(self, name: str) -> Elements:
        """The elements of *name* in bash's order."""
        return in_bashs_order(self.items(name)) if self.is_map(name) else self.items(name)

    def element(self, reference: str) -> str | None:
        """The text that a reference leads to."""
        name, key = parted(reference)
        return self.items(name).get(key)

    def behind_last(self, name: str) -> int:
        """The number that the next element of a counted array gets."""
        items = self.items(name)
        return int(next(reversed(items))) + 1 if items else 0

    # --- changes ----------------------------------------------------------------------------------------------------

    def make_array(self, name: str, kind: str) -> Array:
        """*name* as an array, which it becomes if it is none yet: its text is then the element 0."""
        name = self.real(name)
        array = self.array(name)
        if array is None:
            value = self.state["vars"].pop(name, None)
            items = {} if value is None else {"0": value}
            array = self.state["arrays"][name] = {"kind": kind, "items": items}
        return array

    def put(self, reference: str, value: str) -> None:
        """Store an element; its readonly mark and its size are the caller's."""
        name, key = parted(reference)
        array = self.make_array(name, "a")
        array.pop("blank", None)
        items: Elements = array["items"]
        late = array["kind"] == "a" and key not in items and int(key) < self.behind_last(name)
        items[key] = value
        if late:
            array["items"] = dict(sorted(items.items(), key=lambda item: int(item[0])))

    def element_size(self, reference: str) -> int:
        """What an element counts for the memory of the shell; 0 if there is none."""
        name, key = parted(reference)
        value = self.items(name).get(key)
        return 0 if value is None else len(value) + len(key) + ELEMENT_SIZE

    def array_size(self, name: str) -> int:
        """What all elements of a stored array count."""
        array = self.array(name) or {"items": {}}
        return sum(len(value) + len(key) + ELEMENT_SIZE for key, value in array["items"].items())


def parted(reference: str) -> tuple[str, str]:
    """The name and the key of a reference."""
    name, bracket, rest = reference.partition("[")
    return name, rest[:-1] if bracket else "0"


# --- the order of words ---------------------------------------------------------------------------------------------


def in_bashs_order(items: Elements) -> Elements:
    """*items* as a table of bash lists them: bucket by bucket, in each the newest first."""
    newest_first = list(reversed(items.items()))
    return dict(sorted(newest_first, key=lambda item: bucket(item[0])))


def bucket(key: str) -> int:
    """Where bash keeps *key*: the Fowler-Noll-Vo hash of its bytes, which count as signed ones."""
    number = 2166136261
    for byte in key.encode("utf-8", "surrogateescape"):
        number = (number * 16777619 ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) & 0xFFFFFFFF
    return number % BUCKETS


# --- arrays that the shell itself tells -----------------------------------------------------------------------------


def _statuses(state: dict[str, Any]) -> list[str]:
    return [str(code) for code in state["codes"]]


def _calls(state: dict[str, Any]) -> list[dict[str, Any]]:
    """The functions and sourced files that run, the innermost first."""
    return [frame for frame in reversed(state["stack"]) if frame["kind"] in ("call", "dot") and "called" in frame]


def call_names(state: dict[str, Any]) -> list[str]:
    """What those are called that run, with the script itself."""
    names = [frame["function"] if frame["kind"] == "call" else "source" for frame in _calls(state)]
    return [*names, *(["main"] if state["from"] == "file" else [])]


def _functions(state: dict[str, Any]) -> list[str]:
    return call_names(state) if any(frame["kind"] == "call" for frame in _calls(state)) else []


def call_sources(state: dict[str, Any]) -> list[str]:
    """In which files they stand."""
    nowhere = "environment" if state["from"] == "c" else "main"
    bottom = [str(state["name"])] if state["from"] == "file" else []
    return [*(frame["path"] or nowhere for frame in _calls(state)), *bottom]


def call_lines(state: dict[str, Any]) -> list[str]:
    """In which lines they were called."""
    return [*(str(frame["called"]) for frame in _calls(state)), *(["0"] if state["from"] == "file" else [])]


COMPUTED: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "BASH_LINENO": call_lines,
    "BASH_SOURCE": call_sources,
    "BASH_VERSINFO": lambda state: ["5", "2", "15", "1", "release", MACHINE],
    "FUNCNAME": _functions,
    "PIPESTATUS": _statuses,
}
