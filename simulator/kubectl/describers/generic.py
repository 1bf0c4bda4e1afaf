"""A description of an object of any kind (models describe.GenericDescriber), and of autoscalers."""

import re
from typing import Any

from simulator.kubectl.describers.events import describe_events_of
from simulator.kubectl.describers.page import Obj, Page, Reader, moment

HIDDEN_METADATA = ("name", "namespace", "labels", "annotations", "managedFields")
ACRONYMS = ("API", "URL", "UID", "GUID")
MAX_DEPTH = 20


def describe_generic(page: Page, reader: Reader, obj: Obj) -> None:
    """Write each field of the object under a title made from its name."""
    metadata = {key: value for key, value in obj["metadata"].items() if key not in HIDDEN_METADATA}
    page.head(obj)
    _fields(page, {**obj, "metadata": metadata}, 0)
    describe_events_of(page, reader, obj)


def _fields(page: Page, fields: dict[str, Any], level: int) -> None:
    for key, value in sorted(fields.items()):
        name = smart_title(key)
        if level > MAX_DEPTH:
            page.field(name, "...", level)
        elif isinstance(value, dict):
            page.line(level, f"{name}:")
            _fields(page, value, level + 1)
        elif isinstance(value, list):
            _items(page, name, value, level)
        else:
            page.field(name, _scalar(value), level)


def _items(page: Page, name: str, values: list[Any], level: int) -> None:
    page.line(level, f"{name}:")
    for value in values:
        if isinstance(value, dict):
            _fields(page, value, level + 1)
        else:
            page.line(level + 1, str(_scalar(value)))


def _scalar(value: Any) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else value


def smart_title(key: str) -> str:
    """A field's name as a title: `readyReplicas` becomes `Ready Replicas`, `clientIPAddress` `Client IPAddress`; one in which
    there is more than letters stays as it is."""
    if not key.replace("-", "").isalpha():
        return key
    words = re.sub(
        r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=-)|(?<=-)(?=[A-Za-z])", " ", key
    ).split()
    return " ".join(_titled(word) for word in _merged(words))


def _merged(words: list[str]) -> list[str]:
    """An acronym and the capitalised word after it belong together."""
    found: list[str] = []
    for word in words:
        if found and len(found[-1]) > 1 and found[-1].isupper() and word[0].isupper():
            found[-1] += word
        else:
            found.append(word)
    return found


def _titled(word: str) -> str:
    if word.upper() in ACRONYMS:
        return word.upper()
    return word.capitalize() if word.islower() else word


def describe_autoscaler(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a HorizontalPodAutoscaler."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    target = spec.get("scaleTargetRef") or {}
    page.head(obj)
    page.field("CreationTimestamp", moment(obj["metadata"].get("creationTimestamp")))
    page.field("Reference", f"{target.get('kind', '')}/{target.get('name', '')}")
    page.field("Metrics", "( current / target )")
    current = status.get("currentMetrics") or []
    for number, metric in enumerate(spec.get("metrics") or []):
        _metric(page, metric, current[number] if number < len(current) else {})
    page.field("Min replicas", spec.get("minReplicas", "<unset>"))
    page.field("Max replicas", spec.get("maxReplicas", 0))
    page.field(
        f"{target.get('kind', '')} pods",
        f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired",
    )
    if status.get("conditions"):
        page.line(0, "Conditions:")
        page.line(1, "Type\tStatus\tReason\tMessage")
        page.line(1, "----\t------\t------\t-------")
    for each in status.get("conditions") or []:
        page.line(1, "\t".join(str(each.get(field, "")) for field in ("type", "status", "reason", "message")))
    describe_events_of(page, reader, obj)


def _metric(page: Page, metric: Obj, current: Obj) -> None:
    source = metric.get("resource")
    if not source:
        page.field(f'"{metric.get("type", "")}" metric', "<unknown>", 1)
        return
    target, now = source.get("target") or {}, (current.get("resource") or {}).get("current") or {}
    if target.get("averageUtilization") is not None:
        have = (
            f"{now['averageUtilization']}% ({now.get('averageValue', '')})"
            if now.get("averageUtilization") is not None
            else "<unknown>"
        )
        page.field(
            f"resource {source.get('name', '')} on pods  (as a percentage of request)",
            f"{have} / {target['averageUtilization']}%",
            1,
        )
        return
    page.field(
        f"resource {source.get('name', '')} on pods",
        f"{now.get('averageValue', '<unknown>')} / {target.get('averageValue', '')}",
        1,
    )
