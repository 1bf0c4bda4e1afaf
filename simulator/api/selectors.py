"""Selectors of objects by labels and by fields (apimachinery/pkg/labels, apimachinery/pkg/fields)."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from simulator.api import names

MAX_LENGTH = 32_768
Labels = Mapping[str, str]


class BadSelector(ValueError):
    """A selector cannot be read; the message says why in Kubernetes' words."""


class Requirement(NamedTuple):
    """One condition on a label: operator is `=`, `!=`, `in`, `notin`, `exists`, `!`, `gt` or `lt`."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether *labels* fulfil the condition."""
        return OPERATORS[self.operator](labels, self.key, self.values)


def _compare(labels: Labels, key: str, values: tuple[str, ...], sign: int) -> bool:
    try:
        return (int(labels[key]) - int(values[0])) * sign > 0
    except (KeyError, ValueError):
        return False


OPERATORS: dict[str, Callable[[Labels, str, tuple[str, ...]], bool]] = {
    "=": lambda labels, key, values: labels.get(key) == values[0],
    "!=": lambda labels, key, values: labels.get(key) != values[0],
    "in": lambda labels, key, values: labels.get(key) in values,
    "notin": lambda labels, key, values: labels.get(key) not in values,
    "exists": lambda labels, key, values: key in labels,
    "!": lambda labels, key, values: key not in labels,
    "gt": lambda labels, key, values: _compare(labels, key, values, 1),
    "lt": lambda labels, key, values: _compare(labels, key, values, -1),
}
Selector = tuple[Requirement, ...]


def matches(selector: Selector, labels: Labels | None) -> bool:
    """Whether *labels* fulfil all requirements; an empty selector matches everything."""
    return all(requirement.matches(labels or {}) for requirement in selector)


@lru_cache(maxsize=2048)
def parse(text: str) -> Selector:
    """The selector that *text* (`a=b,c in (d,e),!f`) says, requirements sorted by key; raises BadSelector."""
    if len(text) > MAX_LENGTH:
        raise BadSelector("unable to parse requirement: selector is too long")
    return tuple(sorted(_Parser(text).requirements(), key=lambda each: each.key))


class _Parser:
    """A hand-written reader of label selectors; each step takes one token."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while self.peek():
            found.append(self.requirement())
            token = self.take()
            if token == "":
                break
            if token != ",":
                raise BadSelector(f"found '{token}', expected: ',' or 'end of string'")
            if not self.peek():
                raise BadSelector("found '', expected: identifier after ','")
        return found

    def requirement(self) -> Requirement:
        if self.peek() == "!":
            self.take()
            return Requirement(self.key(), "!")
        key = self.key()
        if self.peek() in ("", ","):
            return Requirement(key, "exists")
        operator = self.take()
        if operator not in NAMES_OF_OPERATORS:
            expected = "expected: in, notin, =, ==, !=, gt, lt"
            raise BadSelector(f"unable to parse requirement: found '{operator}', {expected}")
        operator = NAMES_OF_OPERATORS[operator]
        values = self.values() if operator in ("in", "notin") else (self.value(),)
        return Requirement(key, operator, _checked(key, operator, values))

    def key(self) -> str:
        token = self.take()
        if token in ("", ",", "(", ")", "=", "==", "!=", ">", "<", "!"):
            raise BadSelector(
                f"unable to parse requirement: found '{token}', expected: !, identifier, or 'end of string'"
            )
        if problems := names.qualified_name(token):
            raise BadSelector(f'unable to parse requirement: <nil>: Invalid value: "{token}": {"; ".join(problems)}')
        return token

    def value(self) -> str:
        if self.peek() in ("", ","):
            return ""
        token = self.take()
        if token in ("(", ")", "=", "==", "!=", ">", "<", "!"):
            raise BadSelector(f"unable to parse requirement: found '{token}', expected: identifier")
        return token

    def values(self) -> tuple[str, ...]:
        if self.take() != "(":
            raise BadSelector(
                f"unable to parse requirement: found '{self.tokens[self.at - 1] if self.at <= len(self.tokens) else ''}'"
                " expected: '('"
            )
        values: list[str] = []
        while (token := self.take()) != ")":
            if token == "":
                raise BadSelector("unable to parse requirement: found '', expected: ',', or ')'")
            if token != ",":
                values.append(token)
            elif self.peek() in (",", ")"):
                values.append("")
        return tuple(sorted(values or [""]))


NAMES_OF_OPERATORS = {
    "=": "=",
    "==": "=",
    "!=": "!=",
    "in": "in",
    "notin": "notin",
    ">": "gt",
    "<": "lt",
}


def _checked(key: str, operator: str, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if operator in ("gt", "lt"):
            if not value.lstrip("-").isdigit():
                raise BadSelector(
                    f'unable to parse requirement: values[0][{key}]: Invalid value: "{value}":'
                    " for 'Gt', 'Lt' operators, the value must be an integer"
                )
        elif problems := names.label_value(value):
            raise BadSelector(
                f'unable to parse requirement: values[0][{key}]: Invalid value: "{value}": {"; ".join(problems)}'
            )
    return values


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
        elif text[at : at + 2] in ("==", "!="):
            tokens.append(text[at : at + 2])
            at += 2
        elif char in "=!,()<>":
            tokens.append(char)
            at += 1
        else:
            start = at
            while at < len(text) and not text[at].isspace() and text[at] not in "=!,()<>":
                at += 1
            tokens.append(text[start:at])
    return tokens


_EXPRESSIONS = {
    "In": "in",
    "NotIn": "notin",
    "Exists": "exists",
    "DoesNotExist": "!",
    "Gt": "gt",
    "Lt": "lt",
}
_OPERATORS = {sign: word for word, sign in _EXPRESSIONS.items()}


def from_label_selector(selector: Mapping[str, Any] | None) -> Selector | None:
    """The requirements of a LabelSelector object; None (which matches nothing) for no selector; empty matches everything."""
    if selector is None:
        return None
    found = [Requirement(key, "=", (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or []:
        operator = _EXPRESSIONS.get(each.get("operator", ""))
        if operator is None:
            raise BadSelector(f'"{each.get("operator", "")}" is not a valid label selector operator')
        found.append(Requirement(each["key"], operator, tuple(each.get("values") or ())))
    return tuple(sorted(found, key=lambda each: each.key))


def to_label_selector(text: str) -> dict[str, Any]:
    """The LabelSelector object that *text* says (metav1.ParseToLabelSelector); raises BadSelector."""
    try:
        found = parse(text)
    except BadSelector as error:
        raise BadSelector(f'couldn\'t parse the selector string "{text}": {error}') from None
    labels: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    for each in found:
        if each.operator in ("gt", "lt"):
            raise BadSelector(f'"{each.operator}" isn\'t supported in label selectors')
        if each.operator == "!=":
            raise BadSelector('"!=" is not a valid label selector operator')
        if each.operator == "=":
            labels[each.key] = each.values[0]
        else:
            values = {"values": list(each.values)} if each.values else {}
            expressions.append({"key": each.key, "operator": _OPERATORS[each.operator], **values})
    return ({"matchLabels": labels} if labels else {}) | ({"matchExpressions": expressions} if expressions else {})


def selects(selector: Mapping[str, Any] | None, labels: Labels | None) -> bool:
    """Whether a LabelSelector object selects *labels*."""
    requirements = from_label_selector(selector)
    return requirements is not None and matches(requirements, labels)


def from_map(pairs: Mapping[str, str] | None) -> Selector:
    """The requirements of a plain map of labels, such as a Service's selector."""
    return tuple(Requirement(key, "=", (value,)) for key, value in sorted((pairs or {}).items()))


_SIGNS = {"=": "=", "!=": "!=", "in": " in ", "notin": " notin ", "gt": ">", "lt": "<"}


def render(selector: Selector) -> str:
    """A selector as Kubernetes prints it: `a=b,c in (d,e),!f`; `<none>` for none."""
    return ",".join(_render_one(each) for each in selector) or "<none>"


def _render_one(each: Requirement) -> str:
    if each.operator == "exists":
        return each.key
    if each.operator == "!":
        return f"!{each.key}"
    values = f"({','.join(sorted(each.values))})" if each.operator in ("in", "notin") else each.values[0]
    return f"{each.key}{_SIGNS[each.operator]}{values}"


class FieldTerm(NamedTuple):
    """One condition on a field."""

    field: str
    equal: bool
    value: str


@lru_cache(maxsize=2048)
def parse_fields(text: str) -> tuple[FieldTerm, ...]:
    """The terms of a field selector such as `spec.nodeName=n1,status.phase!=Running`; raises BadSelector."""
    if len(text) > MAX_LENGTH:
        raise BadSelector("invalid selector: too long")
    return tuple(_field_term(part, text) for part in text.split(",") if part)


def _field_term(part: str, text: str) -> FieldTerm:
    for sign in ("!=", "==", "="):
        field, found, value = part.partition(sign)
        if found:
            return FieldTerm(field.strip(), sign != "!=", value.strip())
    raise BadSelector(f"invalid selector: '{text}'; can't understand '{part}'")
