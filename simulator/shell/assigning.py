"""Assignments: `name=value`, `name[index]=value`, `name=(...)`."""

from typing import Any

from simulator.shell.arrays import REFERENCE, Items, parted
from simulator.shell.expansion import Expander, NeedOutput
from simulator.shell.lexer import Lexer
from simulator.shell.memory import Memory, ShellError
from simulator.shell.syntax import Assign


def assign(memory: Memory, one: Assign, value: Any, *, temporary: bool) -> None:
    """Assign what the right side of *one* has become. *temporary*: a command stands behind it, for which alone it holds."""
    one = one._replace(name=memory.real(one.name))
    if one.elements is not None and one.subscript is None:
        fill(memory, one, value)
        return
    name = one.name
    if one.subscript is not None:
        key, value = value
        name = f"{name}[{key}]"
    text = shaped(memory, name, value, append=one.append)
    if temporary and one.subscript is None:
        memory.check_writable(name)
        memory.overlay[name] = text
    else:
        memory.set(name, text)


def shaped(memory: Memory, name: str, value: str, *, append: bool) -> str:
    """What becomes of *value* when it is assigned to a variable or an element, or appended to it."""
    before = (memory.get(name) or "") if append else ""
    letters = memory.shapes(parted(name)[0] if "[" in name else name)
    if "i" in letters:
        return str(
            sum(Expander(memory, []).calculate(each or "0") for each in (before, value))
            if append
            else Expander(memory, []).calculate(value or "0")
        )
    text = before + value
    return text.lower() if "l" in letters else text.upper() if "u" in letters else text


def fill(memory: Memory, one: Assign, items: Items) -> None:
    """`name=(...)` and `name+=(...)`: what the list has become are the elements."""
    name = one.name
    words = one.words or memory.is_map(name)
    if one.append:
        memory.check_writable(name)
        memory.make_array(name, "A" if words else "a")
    else:
        memory.clear_array(name, "A" if words else "a")
    pairs = keyed(memory, name, items) if words else numbered(memory, name, items)
    for key, value, append in pairs:
        reference = f"{name}[{key}]"
        memory.set_element(reference, (memory.element(reference) or "") + value if append else value)


def numbered(memory: Memory, name: str, items: Items) -> list[tuple[str, str, str]]:
    """Elements with their numbers: one without goes behind the one before, a negative one counts from the end."""
    found: list[tuple[str, str, str]] = []
    number = end = memory.behind_last(name)
    for key, value, append in items:
        wanted = number if key is None else int(key)
        wanted += end if wanted < 0 else 0
        if wanted < 0:
            memory.complain(memory.say("subscript", f"[{key}]={value}"))
            continue
        found.append((str(wanted), value or "", append or ""))
        number, end = wanted + 1, max(end, wanted + 1)
    return found


def keyed(memory: Memory, name: str, items: Items) -> list[tuple[str, str, str]]:
    """Elements with words as keys; where the first has no brackets, keys and values take turns."""
    if items and items[0][0] is None:
        texts = [value or "" for _, value, _ in items]
        for _ in filter(lambda key: not key, texts[::2]):
            memory.complain(memory.say("subscript", "''"))
        return [(key, value, "") for key, value in zip(texts[::2], [*texts[1::2], ""], strict=False) if key]
    found: list[tuple[str, str, str]] = []
    for key, value, append in items:
        if key is None:
            memory.complain(memory.say("keyless", name, value))
        else:
            found.append((key, value or "", append or ""))
    return found


def place_of(memory: Memory, text: str) -> str | None:
    """The variable, or the reference of the element, that *text* names in an argument; None if it names none. Raises ShellError."""
    parts = REFERENCE.fullmatch(text)
    if parts is None or (parts.group(2) is not None and "arrays" not in memory.dialect.features):
        return None
    name, key = parts.groups()
    if key is None:
        return str(name)
    reference = reference_of(memory, name, key)
    if reference is None:
        memory.complain(memory.say("subscript", text))
        raise ShellError("", status=1)
    return reference


def reference_of(memory: Memory, name: str, key: str) -> str | None:
    """The reference of the element of *name* with the subscript *key*, in which expansions count; None if it can be none."""
    word = Lexer(f"{key}]", 0, 1, memory.dialect, more=False).scan_subscript()
    expander = Expander(memory, [])
    try:
        reference = expander.reference(name, expander.text(word))
    except NeedOutput:
        raise ShellError("not simulated here: a command in the subscript of an argument", status=1) from None
    expander.commit()
    return reference
