"""A check that is proposed: what it looks at, what is said while it is missing, why it was found, and whether it is taken unless
the author says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import re2

from lessons.checks import Check

UNFIT = re2.compile(r"[^a-z0-9]+")
LONGEST_ID = 50


@dataclass(frozen=True)
class Proposal:
    """*why* is a key of labsite/authoring/words.py: created, changed, deleted, state, passed, file, answer, output, event."""

    id: str
    check: Check
    missing: dict[str, str]
    why: str
    included: bool
    weight: int = 1

    def entry(self) -> dict[str, Any]:
        """The check as it stands in a lesson.yaml."""
        return {"id": self.id, **self.check, **({"weight": self.weight} if self.weight > 1 else {})}


@dataclass
class Names:
    """Ids that are given once."""

    taken: set[str] = field(default_factory=set)

    def new(self, *parts: str) -> str:
        """An id made of *parts*."""
        stem = UNFIT.sub("-", "-".join(parts).lower()).strip("-")[:LONGEST_ID].strip("-") or "check"
        found = next(name for name in self.numbered(stem) if name not in self.taken)
        self.taken.add(found)
        return found

    @staticmethod
    def numbered(stem: str) -> Iterator[str]:
        """The stem, then the stem with numbers."""
        yield stem
        number = 2
        while True:
            yield f"{stem}-{number}"
            number += 1
