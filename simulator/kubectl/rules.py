"""RBAC rules as tables show them: taken apart, like ones put together, sorted (models component-helpers/auth/rbac and kubectl/pkg/util/rbac)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Rule = dict[str, list[str]]
FIELDS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")


def rows(rules: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Resources, other URLs, names and verbs of each rule that a table has."""
    return [
        [resource(rule), _list(rule["nonResourceURLs"]), _list(rule["resourceNames"]), _list(rule["verbs"])]
        for rule in sorted(compact(rules), key=_text)
    ]


def compact(rules: Iterable[dict[str, Any]]) -> list[Rule]:
    """One rule for each resource (with its name) or URL."""
    found: dict[tuple[str, ...], Rule] = {}
    urls: list[Rule] = []  # these stay as they are, even those that say the same
    for rule in rules:
        for piece in _pieces(rule):
            if piece["nonResourceURLs"]:
                urls.append(piece)
                continue
            key = tuple(" ".join(piece[field]) for field in FIELDS[1:])
            have = found.setdefault(key, {**piece, "verbs": []})
            have["verbs"] += [verb for verb in piece["verbs"] if verb not in have["verbs"]]
    return [*found.values(), *urls]


def _pieces(rule: dict[str, Any]) -> Iterator[Rule]:
    """A rule for each verb and group and resource and name, or verb and URL."""
    bare: Rule = {field: [] for field in FIELDS}
    for verb in rule.get("verbs") or []:
        for group in rule.get("apiGroups") or []:
            for name in rule.get("resources") or []:
                piece = {**bare, "verbs": [verb], "apiGroups": [group], "resources": [name]}
                names = rule.get("resourceNames") or []
                yield from ({**piece, "resourceNames": [each]} for each in names)
                if not names:
                    yield piece
        for url in rule.get("nonResourceURLs") or []:
            yield {**bare, "verbs": [verb], "nonResourceURLs": [url]}


def resource(rule: Rule) -> str:
    """`deployments.apps`; empty for a rule about URLs."""
    if not rule["resources"]:
        return ""
    group = rule["apiGroups"][0] if rule["apiGroups"] else ""
    return f"{rule['resources'][0]}.{group}" if group else rule["resources"][0]


def _text(rule: Rule) -> str:
    """What rules are sorted by: how Go prints one."""
    return ",".join(_list(rule[field]) for field in FIELDS)


def _list(values: Sequence[str]) -> str:
    return f"[{' '.join(values)}]"
