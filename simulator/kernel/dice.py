"""Chance, as data: one 64-bit number that every throw moves on (SplitMix64, Steele, Lea and Flood 2014)."""

from typing import Any

MASK = (1 << 64) - 1
# Kubernetes leaves vowels and look-alikes out of generated names (apimachinery/pkg/util/rand).
NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class Dice:
    """Everything random in a cluster comes from here: the same seed throws the same numbers."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    @staticmethod
    def seeded(seed: int) -> dict[str, Any]:
        """The state of dice that were never thrown."""
        return {"value": seed & MASK}

    def bits(self) -> int:
        """64 random bits."""
        self.state["value"] = value = (self.state["value"] + 0x9E3779B97F4A7C15) & MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        return int(value ^ (value >> 31))

    def below(self, limit: int) -> int:
        """A whole number from 0 to *limit* - 1."""
        return self.bits() % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        return low + self.below(high - low + 1)

    def hex(self, digits: int) -> str:
        """*digits* random hexadecimal digits."""
        text = ""
        while len(text) < digits:
            text += f"{self.bits():016x}"
        return text[:digits]

    def suffix(self, length: int = 5) -> str:
        """The random end of a generated name, such as `x2v4k`."""
        return "".join(NAME_LETTERS[self.below(len(NAME_LETTERS))] for _ in range(length))

    def uid(self) -> str:
        """A version 4 UUID."""
        text = self.hex(32)
        variant = "89ab"[int(text[16], 16) % 4]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
