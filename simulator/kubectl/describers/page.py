"""The page that a describer writes: indented lines of tab-separated cells, lined up at the end (models kubectl/pkg/describe)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.api import durations, timestamps
from simulator.api.requests import Request, Response
from simulator.api.resources import RESOURCES
from simulator.kubectl.tabwriter import align

Obj = dict[str, Any]
ApiCall = Callable[[Request], Response]
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
MAX_ANNOTATION = 140


@dataclass
class Page:
    """Lines, gathered until they are lined up."""

    lines: list[str] = field(default_factory=list)

    def line(self, level: int, text: str = "") -> None:
        """Add *text*, indented by *level* steps of two blanks."""
        self.lines.append("  " * level + text)

    def field(self, name: str, value: object, level: int = 0) -> None:
        """Add a name and its value."""
        self.line(level, f"{name}:\t{value}")

    def options(self, fields: Iterable[tuple[str, object]], level: int = 0) -> None:
        """Add those fields that have a value."""
        for name, value in fields:
            if value not in (None, "", [], {}):
                self.field(name, value, level)

    def pairs(self, title: str, pairs: Mapping[str, str] | None, level: int = 0) -> None:
        """Add labels, one on a line, under each other."""
        self.column(title, [f"{key}={value}" for key, value in sorted((pairs or {}).items())], level)

    def column(self, title: str, values: list[str], level: int = 0) -> None:
        """Add values under each other; `<none>` if there are none."""
        for number, value in enumerate(values or ["<none>"]):
            self.line(level, f"{title}:\t{value}" if number == 0 else f"\t{value}")

    def annotations(self, annotations: Mapping[str, str] | None) -> None:
        """Add annotations, but for what `kubectl apply` keeps for itself."""
        shown = {key: value for key, value in sorted((annotations or {}).items()) if key != LAST_APPLIED}
        if not shown:
            self.field("Annotations", "<none>")
        for number, (key, value) in enumerate(shown.items()):
            head = "Annotations:" if number == 0 else ""
            value = value.removesuffix("\n")
            if len(key) + len(value) + 2 <= MAX_ANNOTATION and "\n" not in value:
                self.line(0, f"{head}\t{key}: {value}")
                continue
            self.line(0, f"{head}\t{key}:")
            for line in value.split("\n"):
                self.line(0, f"\t  {shorten(line, MAX_ANNOTATION - 2)}")

    def head(self, obj: Obj, *, namespaced: bool = True, labels: bool = True) -> None:
        """Add name, namespace, labels and annotations."""
        metadata = obj["metadata"]
        self.field("Name", metadata.get("name", ""))
        if namespaced:
            self.field("Namespace", metadata.get("namespace", ""))
        if labels:
            self.labels(obj)

    def labels(self, obj: Obj) -> None:
        """Add labels and annotations."""
        self.pairs("Labels", obj["metadata"].get("labels"))
        self.annotations(obj["metadata"].get("annotations"))

    def in_one(self, title: str, pairs: Mapping[str, str] | None) -> None:
        """Add labels or annotations, all of them, in one line (labels.FormatLabels)."""
        self.lines += f"{title}:\t{label_query(pairs) or '<none>'}".split("\n")

    def text(self) -> str:
        """The page as it is printed."""
        return align("\n".join(self.lines) + "\n")


@dataclass(frozen=True)
class Reader:
    """How a describer looks at the cluster: *call* answers a request, *now* is Unix time in microseconds."""

    call: ApiCall
    now: int
    show_events: bool = True

    def get(self, resource: str, namespace: str | None, name: str) -> Obj | None:
        """An object; None if it cannot be had."""
        response = self.call(Request("get", resource, namespace, name, version=RESOURCES[resource].version))
        return None if response.failed else response.body

    def list(self, resource: str, namespace: str | None, *, labels: str = "", fields: str = "") -> list[Obj]:
        """Objects; none if they cannot be had."""
        query = {"labelSelector": [labels], "fieldSelector": [fields], "limit": ["500"]}
        query = {key: value for key, value in query.items() if value != [""]}
        response = self.call(Request("list", resource, namespace, version=RESOURCES[resource].version, query=query))
        return [] if response.failed else list(response.body.get("items") or [])

    def age(self, text: str | None) -> str:
        """How long ago *text* (RFC 3339) was."""
        return age(text, self.now)


def age(text: str | None, now: int) -> str:
    """How long before *now* (Unix microseconds) the time *text* was, as ages are shown."""
    if not text:
        return "<unknown>"
    try:
        return durations.human(now - timestamps.parse(text))
    except timestamps.BadTime:
        return "<unknown>"


def moment(text: str | None) -> str:
    """A time as `describe` shows it: `Fri, 20 Nov 2026 15:00:00 +0000`; the zero time if there is none."""
    if not text:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    try:
        return timestamps.rfc1123z(timestamps.parse(text))
    except timestamps.BadTime:
        return text


def shorten(text: str, limit: int) -> str:
    """At most *limit* letters of *text*."""
    return text if len(text) <= limit else text[:limit] + "..."


def none_if_empty(text: object) -> str:
    """*text*, or `<none>`."""
    return str(text) if text not in (None, "") else "<none>"


def truth(value: object) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def title(value: object) -> str:
    """`True` or `False`."""
    return "True" if value else "False"


def selector_text(selector: Mapping[str, Any] | None, empty: str = "<none>") -> str:
    """A label selector in one line, as `metav1.FormatLabelSelector` writes it."""
    if not selector:
        return empty
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    parts += [_expression(each) for each in selector.get("matchExpressions") or []]
    return ",".join(sorted(parts)) or empty


def _expression(expression: Mapping[str, Any]) -> str:
    key, values = expression.get("key", ""), ",".join(sorted(expression.get("values") or []))
    forms = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "Exists": key, "DoesNotExist": f"!{key}"}
    return str(forms.get(str(expression.get("operator")), key))


def label_query(pairs: Mapping[str, str] | None) -> str:
    """Labels as a selector."""
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items()))
