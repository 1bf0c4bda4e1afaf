"""Permission bits: as `ls` shows them, and as chmod(1) and mkdir -m are told them."""

from simulator.runtime.syscalls import Stat

KINDS = {"file": "-", "dir": "d", "link": "l", "char": "c", "block": "b", "fifo": "p", "socket": "s"}
WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777}
BITS = {"r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000}
SHIFTS = {"u": 6, "g": 3, "o": 0}


def mode_string(stat: Stat) -> str:
    """`drwxr-xr-x`."""
    return KINDS.get(stat.kind, "?") + permission_string(stat.mode)


def permission_string(mode: int) -> str:
    """`rwxr-xr-x`, with `s`, `S`, `t` and `T`."""
    letters = [letter if mode >> (8 - place) & 1 else "-" for place, letter in enumerate("rwxrwxrwx")]
    for bit, place, small in ((0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")):
        if mode & bit:
            letters[place] = small if letters[place] == "x" else small.upper()
    return "".join(letters)


def apply_mode(text: str, old: int, *, umask: int, is_dir: bool) -> int | None:
    """The mode that *text* (`755`, `u+x,go=`) makes of *old*; None if it cannot be read."""
    if text.isdecimal():
        return int(text, 8) if len(text) < 6 and not set(text) - set("01234567") and int(text, 8) <= 0o7777 else None
    mode: int | None = old
    for clause in text.split(","):
        mode = _clause(clause, mode, umask, is_dir) if mode is not None else None
    return mode if text else None


def _clause(clause: str, mode: int, umask: int, is_dir: bool) -> int | None:
    end = 0
    while end < len(clause) and clause[end] in WHO:
        end += 1
    who, actions = clause[:end], clause[end:]
    mask = 0
    for letter in who:
        mask |= WHO[letter]
    if not who:
        mask = 0o7777 & ~umask
    if not actions or actions[0] not in "+-=":
        return None
    place = 0
    while place < len(actions):
        operator = actions[place]
        if operator not in "+-=":
            return None
        place += 1
        bits = 0
        while place < len(actions) and actions[place] not in "+-=":
            one = _bits(actions[place], mode, is_dir)
            if one is None:
                return None
            bits |= one
            place += 1
        mode = _change(mode, operator, bits & mask, mask)
    return mode


def _bits(letter: str, mode: int, is_dir: bool) -> int | None:
    if letter in SHIFTS:
        return (mode >> SHIFTS[letter] & 7) * 0o111
    if letter == "X":
        return 0o111 if is_dir or mode & 0o111 else 0
    return BITS.get(letter)


def _change(mode: int, operator: str, bits: int, mask: int) -> int:
    if operator == "+":
        return mode | bits
    if operator == "-":
        return mode & ~bits
    return (mode & ~(mask & 0o777)) | bits if not bits & 0o7000 else (mode & ~mask) | bits
