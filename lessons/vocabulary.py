"""What a check may say, as tables: from them checks are refused (lessons/checks.py), and the schema for editors is made (schema.py)."""

from collections.abc import Mapping, Sized
from typing import Any, NamedTuple


class Part(NamedTuple):
    """What belongs to a check: its shape, and what it means."""

    shape: str
    says: str


class Kind(NamedTuple):
    """A kind of check: the shape of what stands under its name, what it means, and what else may belong to it."""

    shape: str
    says: str
    parts: frozenset[str] = frozenset()


def kind_of(shape: str, says: str, *parts: str) -> Kind:
    """A kind of check."""
    return Kind(shape, says, frozenset(parts))


KINDS: Mapping[str, Kind] = {
    "object": kind_of("text", "an object, as resource/namespace/name", "where", "exists", "ever"),
    "file": kind_of("text", "a file on a host or in a container", "exists", "contains", "matches", "host", "in"),
    "http": kind_of("text", "what a GET is answered inside the cluster", "status", "headers", "body", "from"),
    "script": kind_of("text", "a script that ends with status 0 on a copy of the cluster", "host"),
    "command": kind_of("text", "a command line that was typed: a regular expression", "output", "code", "host"),
    "event": kind_of("event", "an event of the cluster", "ever"),
    "log": kind_of("log", "a line of a container's log"),
    "all": kind_of("checks", "all of several", "ever"),
    "any": kind_of("checks", "any of several", "ever"),
    "none": kind_of("check", "not this"),
    "then": kind_of("checks", "first this, later that", "without"),
}
PARTS: Mapping[str, Part] = {
    "where": Part("matchers", "by path, what stands there"),
    "exists": Part("flag", "false: there is none"),
    "ever": Part("flag", "it was so at some moment since the lesson began"),
    "contains": Part("scalar", "a piece of the file's text"),
    "matches": Part("text", "a regular expression (RE2) in the file's text"),
    "host": Part("text", "a host of the cluster; left out: that of the control plane"),
    "command.host": Part("matcher", "the host on which it was typed"),
    "in": Part("text", "the container that has the file, as pods/namespace/name/container"),
    "status": Part("matcher", "the status of the answer; left out: below 400"),
    "headers": Part("matchers", "headers of the answer"),
    "body": Part("matcher", "the body of the answer"),
    "from": Part("text", "who asks: a host, or a container as pods/namespace/name/container"),
    "output": Part("matcher", "what the command printed"),
    "code": Part("matcher", "its exit status"),
    "without": Part("check", "what must not happen in between"),
}
# What belongs to the step.
OWN: Mapping[str, Part] = {
    "id": Part("scalar", "the texts say under it what is missing"),
    "weight": Part("weight", "what it counts: 1 to 100; left out: 1"),
    "otherwise": Part("checks", "the first of these that is true says more exactly what is missing"),
}
MATCHERS: Mapping[str, Part] = {
    "matches": Part("text", "a regular expression (RE2) somewhere in the value"),
    "contains": Part("scalar", "a piece of it"),
    "in": Part("list", "one of these"),
    "atLeast": Part("number", "a number that is not less"),
    "atMost": Part("number", "a number that is not more"),
    "exists": Part("flag", "whether there is one"),
    "not": Part("matcher", "not this"),
}
EVENT_FIELDS = frozenset({"reason", "type", "message", "object", "count"})
LOG_FIELDS = frozenset({"node", "namespace", "pod", "container", "attempt", "stream", "text"})
MOST_CHECKS = 40  # in one list

SHAPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "text"),
    "scalar": ((str, int, float), "text or a number"),
    "flag": ((bool,), "true or false"),
    "number": ((int, float), "a number"),
    "list": ((list, tuple), "a list"),
    "checks": ((list, tuple), "a list of checks"),
    "check": ((Mapping,), "a check"),
    "matchers": ((Mapping,), "a mapping"),
    "event": ((Mapping,), "a mapping"),
    "log": ((Mapping,), "a mapping"),
}


def misfit(name: str, shape: str, value: Any) -> str:
    """What is wrong with the shape of *value*, which stands under *name*; empty if nothing is."""
    types, wanted = SHAPES.get(shape, ((object,), ""))
    if not isinstance(value, types) or (isinstance(value, bool) and shape in ("scalar", "number")):
        return f"{name!r} must be {wanted}, not {value!r:.60}"
    if shape == "checks" and isinstance(value, Sized) and not 1 <= len(value) <= MOST_CHECKS:
        return f"{name!r} must be a list of 1 to {MOST_CHECKS} checks"
    return ""


def parts_of(kind: str) -> dict[str, Part]:
    """All that may stand in a check of one kind, by name."""
    found = KINDS[kind]
    own = {name: PARTS.get(f"{kind}.{name}") or PARTS[name] for name in sorted(found.parts)}
    return {kind: Part(found.shape, found.says), **own, **OWN}
