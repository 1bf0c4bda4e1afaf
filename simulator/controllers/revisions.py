"""Hashes that name what was made from a template (pkg/util/hash, apimachinery/pkg/util/rand SafeEncodeString)."""

import json

from simulator.kernel.dice import NAME_LETTERS

FNV_OFFSET, FNV_PRIME, MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def fnv32a(data: bytes) -> int:
    """The 32-bit FNV-1a hash."""
    value = FNV_OFFSET
    for byte in data:
        value = ((value ^ byte) * FNV_PRIME) & MASK
    return value


def safe_encode(text: str) -> str:
    """*text* in letters that spell no words."""
    return "".join(NAME_LETTERS[ord(char) % len(NAME_LETTERS)] for char in text)


def hash_of(template: object, collisions: int = 0) -> str:
    """The hash of a template as it stands in names and labels. The same template has the same hash on every run; it is
    not the number that a real cluster comes to, which hashes the text that Go prints of its structs."""
    text = json.dumps(template, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return safe_encode(str(fnv32a(text.encode() + (str(collisions).encode() if collisions else b""))))
