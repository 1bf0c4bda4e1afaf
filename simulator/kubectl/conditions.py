"""What `kubectl wait --for` waits for (models kubectl/pkg/cmd/wait)."""

from typing import Any

from simulator.api import jsonpath
from simulator.api.go_text import go_text
from simulator.kubectl.columns import relaxed
from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Obj

NO_VALUE = "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
Want = tuple[str, str, str]


def parse(text: str) -> Want:
    """Kind (`delete`, `create`, `condition`, `jsonpath`), name or path, and value."""
    lower = text.lower()
    if lower in ("delete", "create"):
        return lower, "", ""
    if text.startswith("condition="):
        name, _, value = text[len("condition=") :].partition("=")
        return "condition", name, value or "true"
    if text == "jsonpath=":
        raise Failure("jsonpath expression cannot be empty")
    if text.startswith("jsonpath="):
        path, value = _split(text[len("jsonpath=") :])
        return "jsonpath", path, value
    raise Failure(f'unrecognized condition: "{text}"')


def _split(text: str) -> tuple[str, str]:
    """`{.status.phase}=Running`: the braces end the path, since filters have `=` too."""
    text = text.strip("'\"") if text[:1] in "'\"" and text[-1:] == text[:1] else text
    end = text.rfind("}")
    head, tail = (text[: end + 1], text[end + 1 :]) if end >= 0 else text.partition("=")[::2]
    if end < 0:
        return relaxed(head), tail
    if tail and not tail.startswith("="):
        raise Failure(f"jsonpath wait format must be --for=jsonpath='{{}}'[=value], got {text}")
    if tail == "=":
        raise Failure(NO_VALUE)
    return relaxed(head), tail[1:]


def met(want: Want, obj: Obj) -> bool:
    """Whether the object fulfils a `condition` or a `jsonpath`."""
    kind, name, value = want
    if kind == "condition":
        return _condition_met(name, value, obj)
    found = jsonpath.find(jsonpath.parse(name), obj)
    if not value:
        return bool(found)
    if len(found) > 1:
        raise Failure("given jsonpath expression matches more than one value")
    if found and isinstance(found[0], dict | list):
        raise Failure("jsonpath leads to a nested object or list which is not supported")
    return bool(found) and go_text(found[0]) == value


def _condition_met(name: str, value: str, obj: Obj) -> bool:
    conditions: list[Any] = (obj.get("status") or {}).get("conditions") or []
    for each in conditions:
        if str(each.get("type", "")).lower() != name.lower():
            continue
        generation = obj["metadata"].get("generation", 0)
        observed = each.get("observedGeneration") or (obj.get("status") or {}).get("observedGeneration")
        if observed and observed < generation:
            return False
        return str(each.get("status", "")).lower() == value.lower()
    return False
