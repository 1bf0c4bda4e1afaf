"""What `kubectl label` and `kubectl annotate` have in common: the map in the metadata that they change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.kubectl.dry_run import mode, query
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import words_and_pairs
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

NOTHING = "one or more resources must be specified as <resource> <name> or <resource>/<name>"


@dataclass(frozen=True)
class Kind:
    """labels or annotations: the field, what one is called, how a value is checked, how the outcome is told."""

    field: str
    word: str
    check: Callable[[str, str, str], None]
    taken: Callable[[list[str]], str]
    message: Callable[[Mapping[str, str], Mapping[str, str], bool], str]


def run(session: Session, kind: Kind, report: Callable[[Session, Info, str], None]) -> Step:
    """Change the map of all objects that are named."""
    words, pairs = words_and_pairs(session, kind.word, removals=True)
    if not words and not session.flag("filename"):
        raise Failure(NOTHING)
    if not pairs and not session.flag("list"):
        raise Failure(f"at least one {kind.word} update is required")
    added, removed = _parse(kind, pairs)
    infos, failures = fetch(session, choose(session, words))
    raise_all(for_each(session, infos, lambda info: _change(session, kind, info, added, removed, report), failures))
    return 0


def _parse(kind: Kind, pairs: list[str]) -> tuple[dict[str, str], list[str]]:
    added: dict[str, str] = {}
    removed: list[str] = []
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            removed.append(pair.removesuffix("-"))
            continue
        kind.check(pair, key, value)
        added[key] = value
    for key in removed:
        if key in added:
            raise Failure(
                f"can not both modify and remove {'a label' if kind.word == 'label' else 'an annotation'} in the same command"
            )
    return added, removed


def _change(
    session: Session,
    kind: Kind,
    info: Info,
    added: dict[str, str],
    removed: list[str],
    report: Callable[[Session, Info, str], None],
) -> None:
    before: dict[str, str] = info.object["metadata"].get(kind.field) or {}
    if session.flag("list"):
        session.out("".join(f"{key}={value}\n" for key, value in sorted(before.items())))
        return
    overwrite = bool(session.flag("overwrite"))
    taken = [key for key in added if key in before and before[key] != added[key]]
    if taken and not overwrite:
        raise Failure(kind.taken([f"'{key}' already has a value ({before[key]})" for key in taken]))
    for key in removed:
        if key not in before and mode(session) != "client":
            session.out(f'{kind.word} "{key}" not found.\n')
    after = {key: value for key, value in (before | added).items() if key not in removed}
    if after != before:
        _send(session, kind, info, before, after)
    report(session, info, kind.message(before, after, overwrite))


def _send(session: Session, kind: Kind, info: Info, before: dict[str, str], after: dict[str, str]) -> None:
    if mode(session) == "client" or session.flag("local"):
        info.object = {**info.object, "metadata": {**info.object["metadata"], kind.field: after}}
        return
    changes: Obj = {key: value for key, value in after.items() if before.get(key) != value}
    changes |= {key: None for key in before if key not in after}
    metadata: Obj = {kind.field: changes}
    if session.flag("resource-version"):
        metadata["resourceVersion"] = session.flag("resource-version")
    info.object = session.patch(
        info.resource, info.namespace, info.name, {"metadata": metadata}, "merge", query(session)
    )
