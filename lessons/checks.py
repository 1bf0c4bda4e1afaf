"""Checks: what must be true of a cluster, said as data, so that an instructor needs no Python.

A check is a mapping with exactly one of these keys:

    object: pods/default/web        an object (`nodes//node01` for one without namespace; `pods/default/*` for any of a kind)
    file: /root/web.yaml            a file on the control-plane host, or on another `host`, or in a container
    http: http://web/prices         what a GET is answered inside the cluster
    script: |-                      a script that ends with status 0; it is run on a copy of the cluster, and leaves no trace
      kubectl get pod web
    command: kubectl get .*         a command line that the learner typed and that has ended (always looked for in history)
    event: {reason: Failed, ...}    an event, by the fields reason, type, message and object (`Pod/web`), each a matcher
    log: {pod: web, container: web, text: ...}     a line of a container's log (always looked for in history)
    all / any: [check, ...]         all or any of several
    none: check                     not this
    then: [check, check, ...]       first this, later that (always looked for in history)

and of what belongs to it:

    where: {path: matcher}          with object: every path (lessons/paths.py) leads to a value that matches
    exists: false                   with object or file: there is none
    contains / matches              with file: a piece of text, a regular expression in its text
    host, in                        with file: another host; the container that has it, as `pods/default/web/nginx` (`pods/default/*/nginx`)
    status, headers, body           with http: matchers; headers is {Name: matcher}. Left out, the status must be below 400
    from                            with http: who asks: a host's name, or a container as above; left out: the control-plane host
    without: check                  with then: this must not happen in between; if it does, it begins again
    host                            with script: where it is run
    output, code, host              with command: matchers for what it printed, its exit status, the host
    ever: true                      it was so at some moment since the lesson began, whatever is now

A check of a step has an `id`; it may have a `weight` (1 where left out) and `otherwise`, a list of checks with ids: the first of them
that is true now says more exactly what is missing.

A matcher is a plain value (equal to it) or a mapping: `{matches: regular expression}`, `{contains: text}`, `{in: [...]}`,
`{atLeast: n}`, `{atMost: n}`, `{exists: true}`, `{not: matcher}`. Regular expressions are RE2's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import re2

from lessons import paths
from lessons.sources import Place, suggestion
from lessons.vocabulary import EVENT_FIELDS, KINDS, LOG_FIELDS, MATCHERS, OWN, misfit, parts_of
from simulator.lab import Change, Lab

Check = Mapping[str, Any]
PAST = ("command", "log", "then")  # what can only be looked for in history
SLOW = ("http", "script")  # what is tried on a copy of the cluster


class CheckError(ValueError):
    """The check is not written as it must be; the text says what is wrong, *place* in which part of it."""

    def __init__(self, text: str, place: Place = ()) -> None:
        super().__init__(text)
        self.place = place


def kind(check: Check) -> str:
    """Which of the kinds *check* is; raises CheckError where it is none, or more than one, or has keys that are not known."""
    kinds = [key for key in check if key in KINDS]
    if len(kinds) > 1:
        raise CheckError(f"a check has one kind only, not {' and '.join(kinds)}: use `all`", (kinds[1],))
    if not kinds:
        odd = next((key for key in check if key not in OWN), "")
        raise CheckError(f"a check has exactly one of {', '.join(KINDS)}; {suggestion(str(odd), frozenset(KINDS))}")
    known = parts_of(kinds[0])
    if unknown := sorted(str(key) for key in check if key not in known):
        fix = suggestion(unknown[0], frozenset(known) - {kinds[0]})
        raise CheckError(f"{unknown[0]!r} does not belong to a check of the kind {kinds[0]!r}: {fix}", (unknown[0],))
    return kinds[0]


def validate(check: Check, place: Place = ()) -> None:
    """Raise CheckError unless *check*, which stands at *place*, can be read, its parts included."""
    try:
        name = kind(check)
        validate_own(check, name)
    except CheckError as error:
        raise CheckError(str(error), (*place, *error.place)) from error
    except re2.error as error:
        raise CheckError(irregular(error), place) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CheckError(str(error), place) from error
    for key in ("all", "any", "then", "otherwise"):
        for number, part in enumerate(check.get(key) or ()):
            validate(part, (*place, key, number))
    for key in ("none", "without"):
        if key in check:
            validate(check[key], (*place, key))


def validate_own(check: Check, name: str) -> None:
    """The same for all that is not a check in itself."""
    validate_shapes(check, name)
    for key, matcher in matchers(check, name):
        try:
            fits(matcher, "")
        except re2.error as error:
            raise CheckError(irregular(error), key) from error
        except (CheckError, TypeError) as error:
            raise CheckError(str(error), key) from error
    if name == "object":
        object_address(check)
        for path in check.get("where") or {}:
            paths.parse(path)
    elif name == "command":
        re2.compile(whole_text(check["command"]))
    elif name in ("file", "http"):
        address = container_address(str(check.get("in", check.get("from", ""))))
        if "in" in check and not all(address):
            raise CheckError(f"a container is written pods/namespace/name/container, not {check['in']!r}", ("in",))
        re2.compile(check.get("matches", ""))


def validate_shapes(check: Check, name: str) -> None:
    """The same for what each part is: text, a list, a check."""
    for part, (shape, _says) in parts_of(name).items():
        if part in check and (problem := misfit(part, shape, check[part])):
            raise CheckError(problem, (part,))


def irregular(error: Exception) -> str:
    """What RE2 says of a regular expression that it cannot read."""
    text = error.args[0] if error.args else ""
    return f"no regular expression: {text.decode() if isinstance(text, bytes) else text}"


def matchers(check: Check, name: str) -> Iterator[tuple[Place, Any]]:
    """All matchers of *check*, and where in it they stand."""
    fields = {"object": ("where",), "http": ("headers",), "event": ("event",), "log": ("log",)}.get(name, ())
    known = {"event": EVENT_FIELDS, "log": LOG_FIELDS}.get(name)
    for key in fields:
        for part, matcher in (check.get(key) or {}).items():
            if known and part not in known:
                raise CheckError(f"unknown field {part!r}: {suggestion(part, frozenset(known))}", (key, part))
            yield (key, part), matcher
    singles = {"command": ("output", "code", "host"), "http": ("status", "body")}.get(name, ())
    yield from (((key,), check[key]) for key in singles if key in check)


# --- what is so now ---------------------------------------------------------------------------------------------------


def holds(check: Check, lab: Lab, host: str) -> bool:
    """Whether *check* is true of the cluster as it is. Kinds that speak of history are not (see `happened`)."""
    match kind(check):
        case "object":
            found = [obj for obj in addressed(check, lab) if object_fits(check, obj)]
            return bool(found) is check.get("exists", True)
        case "file":
            return file_holds(check, file_texts(check, lab, host))
        case "http":
            return any(answer_fits(check, answer) for answer in answers(check, lab, host))
        case "script":
            return script_result(check, lab, host).get("code") == 0
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


def containers(address: str, lab: Lab) -> list[tuple[str, str, str]]:
    """namespace, Pod and container of those that *address* names."""
    namespace, name, container = container_address(address)
    pods = lab.objects("pods", namespace) if name == "*" else [lab.find("pods", namespace, name)]
    names = [pod["metadata"]["name"] for pod in pods if pod]
    return [(namespace, name, container) for name in names]


def container_address(address: str) -> tuple[str, str, str]:
    """namespace, Pod, container of `pods/namespace/name/container`; three empty texts for a host's name."""
    parts = address.split("/")
    if len(parts) == 1:
        return "", "", ""
    if len(parts) != 4 or parts[0] != "pods":
        raise CheckError(f"a container is written pods/namespace/name/container, not {address!r}")
    return parts[1], parts[2], parts[3]


def file_texts(check: Check, lab: Lab, host: str) -> list[str]:
    """The texts of the files that *check* speaks of: none, one, or one from each container."""
    if "in" in check:
        found = [lab.read_file_in(*place, check["file"]) for place in containers(check["in"], lab)]
    else:
        found = [lab.read_file(check.get("host", host), check["file"])]
    return [text for text in found if text is not None]


def file_holds(check: Check, texts: Sequence[str]) -> bool:
    """Whether a file is there, or none, and says what it must."""
    if not check.get("exists", True):
        return not texts
    return any(text_fits(check, text) for text in texts)


def text_fits(check: Check, text: str) -> bool:
    """Whether a file says what it must."""
    if "contains" in check and str(check["contains"]) not in text:
        return False
    return "matches" not in check or bool(re2.search(check["matches"], text))


def script_result(check: Check, lab: Lab, host: str) -> dict[str, Any]:
    """How the script ends, {code, output}; {} where there is no such host."""
    return lab.run_script(check["script"], host=check.get("host", host)) or {}


def answers(check: Check, lab: Lab, host: str) -> list[dict[str, Any]]:
    """What is answered to those who ask; nothing where nobody answers."""
    asker = check.get("from", host)
    if "/" not in asker:
        return [answer] if (answer := lab.fetch(check["http"], host=asker)) else []
    found = [lab.fetch(check["http"], container=place) for place in containers(asker, lab)]
    return [answer for answer in found if answer]


def answer_fits(check: Check, answer: Mapping[str, Any]) -> bool:
    """Whether an answer is as it must be."""
    headers = answer["headers"]
    wanted = check.get("headers") or {}
    return (
        fits(check.get("status", {"atMost": 399}), answer["status"])
        and fits(check.get("body", {"contains": ""}), answer["body"])
        and all(name.lower() in headers and fits(value, headers[name.lower()]) for name, value in wanted.items())
    )


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
    if unknown := {str(name) for name in matcher} - MATCHERS.keys():
        raise CheckError(f"unknown matcher {min(unknown)!r}: {suggestion(min(unknown), frozenset(MATCHERS))}")
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
    return name in PAST or bool(check.get("ever")) or any(remembers(part) for part in parts)


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
