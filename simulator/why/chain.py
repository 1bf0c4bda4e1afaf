"""What an answer is made of: a chain of links from the symptom to its cause, as plain data without any prose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator.why.kinds import KINDS

Step = str | int
Path = tuple[Step, ...]
Values = Mapping[str, str | int]
LONGEST = 400  # characters of a value or of a piece of evidence
MOST_LINKS = 14
MOST_COMMANDS = 4


class Ref(NamedTuple):
    """An object of the API server."""

    resource: str
    namespace: str
    name: str


class Evidence(NamedTuple):
    """Something that the cluster has recorded: *source* is `event`, `condition`, `state`, `log`, `exit`, `probe`, `pull` or
    `answer`; *title* a word of Kubernetes, such as the reason of an event; *text* what it says there."""

    source: str
    title: str
    text: str


@dataclass(frozen=True)
class Link:
    """One step of the chain: what is so, for which object, where in its manifest, by which evidence, and what to look at next."""

    kind: str
    values: Values = field(default_factory=dict)
    about: Ref | None = None
    path: Path = ()
    evidence: tuple[Evidence, ...] = ()
    next: tuple[str, ...] = ()
    component: str = ""  # that decided; empty: the usual one of the kind
    place: Mapping[str, Any] | None = None  # {host, file, line, text}, once it is found

    def plain(self) -> dict[str, Any]:
        """The link as data."""
        kind = KINDS[self.kind]
        return {
            "kind": self.kind,
            "values": {name: shown(value) for name, value in self.values.items()},
            "component": self.component or kind.component,
            "object": self.about._asdict() if self.about else None,
            "path": written(self.path),
            "place": dict(self.place) if self.place else None,
            "evidence": [each._replace(text=cut(each.text))._asdict() for each in self.evidence],
            "next": list(self.next[:MOST_COMMANDS]),
            "docs": kind.docs,
        }


@dataclass(frozen=True)
class Chain:
    """The links from the symptom to the cause, and a table that says it case by case ({} where there is none)."""

    links: Sequence[Link]
    table: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The chain as data."""
        return {"links": [link.plain() for link in self.links[:MOST_LINKS]], "table": dict(self.table)}

    def after(self, *links: Link) -> "Chain":
        """The same behind other links."""
        return Chain([*links, *self.links], self.table)


def shown(value: str | int) -> str | int:
    """A value that is not too long."""
    return cut(value) if isinstance(value, str) else value


def cut(text: str) -> str:
    """A text that is not too long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def written(path: Path) -> str:
    """`spec.containers[0].image`; keys with points are put into brackets, as JSONPath has them."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif "." in step or "/" in step:
            text += f"['{step}']"
        else:
            text += f".{step}" if text else step
    return text
