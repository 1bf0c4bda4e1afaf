"""Checks: what must be true of a cluster, said as data, so that an instructor needs no Python.

A check is a mapping with exactly one of these keys:

    object: pods/default/web        an object (`nodes//node01` for one without namespace; `pods/default/*` for any of a kind)
    file: /root/web.yaml            a file on the control-plane host
    command: kubectl get .*         a command line that the learner typed and that has ended (always looked for in history)
    event: {reason: Failed, ...}    an event, by the fields reason, type, message and object (`Pod/web`), each a matcher
    log: {pod: web, container: web, text: ...}     a line of a container's log (always looked for in history)
    all / any: [check, ...]         all or any of several
    none: check                     not this
    then: [check, check, ...]       first this, later that

and of what belongs to it:

    where: {path: matcher}          with object: every path (lessons/paths.py) leads to a value that matches
    exists: false                   with object or file: there is none
    contains / matches              with file: a piece of text, a regular expression in its text
    output, code, host              with command: matchers for what it printed, its exit status, the host
    ever: true                      it was so at some moment since the lesson began, whatever is now

A matcher is a plain value (equal to it) or a mapping: `{matches: regular expression}`, `{contains: text}`, `{in: [...]}`,
`{atLeast: n}`, `{atMost: n}`, `{exists: true}`, `{not: matcher}`. Regular expressions are RE2's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import re2

from lessons import paths
from simulator.lab import Change, Lab

Check = Mapping[str, Any]
KINDS = {
    "object": {"where", "exists", "ever"},
    "file": {"exists", "contains", "matches"},
    "command": {"output", "code", "host"},
    "event": {"ever"},
    "log": set(),
    "all": {"ever"},
    "any": {"ever"},
    "none": set(),
    "then": set(),
}
MATCHERS = {"matches", "contains", "in", "atLeast", "atMost", "exists", "not"}


class CheckError(ValueError):
    """The check is not written as it must be; the text says what is wrong."""


def kind(check: Check) -> str:
    """Which of the kinds *check* is; raises CheckError where it is none, or more than one, or has keys that are not known."""
    kinds = [key for key in check if key in KINDS]
    if len(kinds) != 1:
        raise CheckError(f"a check has exactly one of {', '.join(KINDS)}: {dict(check)}")
    if unknown := sorted(set(check) - KINDS[kinds[0]] - {kinds[0], "id", "weight"}):
        raise CheckError(f"{unknown[0]!r} does not belong to a check of the kind {kinds[0]!r}")
    return kinds[0]


def validate(check: Check) -> None:
    """Raise CheckError unless *check* can be read, its parts included."""
    name = kind(check)
    if name in ("all", "any", "then"):
        for part in check[name]:
            validate(part)
    elif name == "none":
        validate(check["none"])
    elif name == "object":
        object_address(check)
        for path, matcher in (check.get("where") or {}).items():
            paths.parse(path)
            fits(matcher, None)
    elif name == "command":
        re2.compile(check["command"])


# --- what is so now ---------------------------------------------------------------------------------------------------


def holds(check: Check, lab: Lab, host: str) -> bool:
    """Whether *check* is true of the cluster as it is. Kinds that speak of history are not (see `happened`)."""
    match kind(check):
        case "object":
            found = [obj for obj in addressed(check, lab) if object_fits(check, obj)]
            return bool(found) is check.get("exists", True)
        case "file":
            return file_holds(check, lab.read_file(host, check["file"]))
        case "event":
            return any(event_fits(check["event"], event) for event in lab.objects("events"))
        case "all":
            return all(holds(part, lab, host) for part in check["all"])
        case "any":
            return any(holds(part, lab, host) for part in check["any"])
        case "none":
            return not holds(check["none"], lab, host)
    return False


def addressed(check: Check, lab: Lab) -> list[dict[str, Any]]:
    """The objects that *check* speaks of."""
    resource, namespace, name = object_address(check)
    if name == "*":
        return lab.objects(resource, namespace or None)
    found = lab.find(resource, namespace or None, name)
    return [found] if found else []


def object_address(check: Check) -> tuple[str, str, str]:
    """resource, namespace, name."""
    parts = str(check["object"]).split("/")
    if len(parts) != 3:
        raise CheckError(f"an object is written resource/namespace/name, not {check['object']!r}")
    return parts[0], parts[1], parts[2]


def object_fits(check: Check, obj: Mapping[str, Any]) -> bool:
    """Whether every path of `where` leads to what it must."""
    return all(leads_to(obj, path, matcher) for path, matcher in (check.get("where") or {}).items())


def leads_to(obj: Mapping[str, Any], path: str, matcher: Any) -> bool:
    """Whether *path* leads to a value that *matcher* takes."""
    found = paths.values(obj, path)
    if isinstance(matcher, Mapping) and "exists" in matcher:
        return bool(found) is bool(matcher["exists"])
    return any(fits(matcher, value) for value in found)


def file_holds(check: Check, text: str | None) -> bool:
    """Whether the file is there, or not, and says what it must."""
    if text is None or not check.get("exists", True):
        return (text is not None) is check.get("exists", True)
    if "contains" in check and check["contains"] not in text:
        return False
    return "matches" not in check or bool(re2.search(check["matches"], text))


def event_fits(wanted: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether an Event object is one that is looked for."""
    involved = event.get("involvedObject") or {}
    fields = {
        "reason": event.get("reason"),
        "type": event.get("type"),
        "message": event.get("message") or event.get("note"),
        "object": f"{involved.get('kind')}/{involved.get('name')}",
        "count": event.get("count", 1),
    }
    return all(fits(matcher, fields[name]) for name, matcher in wanted.items())


def fits(matcher: Any, value: Any) -> bool:
    """Whether *value* is what *matcher* says."""
    if not isinstance(matcher, Mapping):
        return bool(value == matcher or str(value) == str(matcher))
    if unknown := set(matcher) - MATCHERS:
        raise CheckError(f"unknown matcher {min(unknown)!r}; known are {', '.join(sorted(MATCHERS))}")
    return all(one_fits(name, wanted, value) for name, wanted in matcher.items())


def one_fits(name: str, wanted: Any, value: Any) -> bool:
    """Whether *value* passes one matcher."""
    match name:
        case "matches":
            return bool(re2.search(wanted, str(value)))
        case "contains":
            return str(wanted) in str(value)
        case "in":
            return value in wanted
        case "atLeast":
            return isinstance(value, int) and value >= wanted
        case "atMost":
            return isinstance(value, int) and value <= wanted
        case "exists":
            return (value is not None) is bool(wanted)
    return not fits(wanted, value)


# --- what has happened ------------------------------------------------------------------------------------------------


def remembers(check: Check) -> bool:
    """Whether *check* must be looked for in what happens, not only in what is."""
    name = kind(check)
    parts: Sequence[Check] = check[name] if name in ("all", "any") else ()
    return name in ("command", "log", "then") or bool(check.get("ever")) or any(remembers(part) for part in parts)


def happened(check: Check, change: Change) -> bool:
    """Whether *change* is what *check* waits for."""
    match kind(check):
        case "command":
            return change.kind == "command" and command_fits(check, change.data)
        case "log":
            return change.kind == "log" and log_fits(check["log"], change.data)
        case "event":
            return change.kind == "object" and is_event(change) and event_fits(check["event"], change.data["object"])
        case "object":
            return change.kind == "object" and change_fits(check, change.data)
        case "any":
            return any(happened(part, change) for part in check["any"])
    return False


def command_fits(check: Check, data: Mapping[str, Any]) -> bool:
    """Whether a command line was typed, printed and ended as *check* says."""
    if not re2.fullmatch(whole_text(check["command"]), data["line"].strip()):
        return False
    return all(fits(check[name], data[name]) for name in ("output", "code", "host") if name in check)


def whole_text(pattern: str) -> str:
    """*pattern* for a command that may have several lines (a here-document): its dots match line ends, too."""
    return f"(?s){pattern}"


def log_fits(wanted: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether a line of a log is one that is looked for."""
    return all(fits(matcher, data[name]) for name, matcher in wanted.items())


def is_event(change: Change) -> bool:
    """Whether the object that changed is an Event."""
    return str(change.data["resource"]).split(".")[0] == "events" and change.data["type"] != "DELETED"


def change_fits(check: Check, data: Mapping[str, Any]) -> bool:
    """Whether an object, as it was after a change, is what *check* says; a deletion is what `exists: false` waits for."""
    resource, namespace, name = object_address(check)
    metadata = data["object"]["metadata"]
    if data["resource"] != resource or (namespace or None) != metadata.get("namespace"):
        return False
    if name not in ("*", metadata["name"]):
        return False
    if not check.get("exists", True):
        return data["type"] == "DELETED" and object_fits(check, data["object"])
    return data["type"] != "DELETED" and object_fits(check, data["object"])
