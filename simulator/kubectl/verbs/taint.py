"""`kubectl taint`."""

from simulator.api import names
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, ONE_SELECTOR, PRINT, VALIDATE, Command
from simulator.kubectl.discovery import resource_for
from simulator.kubectl.dry_run import mode, query
from simulator.kubectl.failures import Failure, UsageFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def run(session: Session) -> Step:
    """Add, change and remove taints of nodes."""
    words = [word for word in session.args if not _is_taint(word)]
    specs = [word for word in session.args if _is_taint(word)]
    if not words:
        raise Failure("one or more resources must be specified as <resource> <name>")
    if not specs:
        raise Failure("at least one taint update is required")
    added, removed = _parse(session, specs)
    kind = words[0].partition("/")[0]
    if resource_for(session, kind) is not RESOURCES["nodes"]:
        raise Failure(f"invalid resource type {kind}, only node types are supported")
    infos, failures = fetch(session, choose(session, words))
    raise_all(for_each(session, infos, lambda info: _taint(session, info, added, removed), failures))
    return 0


def _is_taint(word: str) -> bool:
    return "=" in word or word.endswith("-") or (":" in word)


def _parse(session: Session, specs: list[str]) -> tuple[list[Obj], list[Obj]]:
    added: list[Obj] = []
    removed: list[Obj] = []
    for spec in specs:
        taint = _parsed(session, spec.removesuffix("-"), removal=spec.endswith("-"))
        (removed if spec.endswith("-") else added).append(taint)
    keys = [(taint["key"], taint["effect"]) for taint in added]
    if len(set(keys)) != len(keys):
        raise Failure("duplicated taints with the same key and effect")
    return added, removed


def _parsed(session: Session, spec: str, *, removal: bool) -> Obj:
    head, _, effect = spec.partition(":")
    key, _, value = head.partition("=")
    if not effect and not removal:
        key = spec
    problems = names.qualified_name(key)
    if problems:
        raise UsageFailure(
            f"invalid taint spec: {spec}, {'; '.join(problems)}", f"See '{session.path} -h' for help and examples"
        )
    if (effect or not removal) and effect not in EFFECTS:
        text = f"invalid taint effect: {effect}, unsupported taint effect" if effect else f"invalid taint spec: {spec}"
        raise UsageFailure(text, f"See '{session.path} -h' for help and examples")
    return {"key": key, "effect": effect} | ({"value": value} if value else {})


def _taint(session: Session, info: Info, added: list[Obj], removed: list[Obj]) -> None:
    before: list[Obj] = (info.object.get("spec") or {}).get("taints") or []
    if not session.flag("overwrite") and any(_same(old, new) for old in before for new in added):
        raise Failure(
            f"node {info.name} already has {_named(before, added)} taint(s) with same effect(s) and --overwrite is false"
        )
    for taint in removed:
        if not any(_matches(old, taint) for old in before):
            name = f"{taint['key']}:{taint['effect']}" if taint["effect"] else taint["key"]
            raise Failure(f'taint "{name}" not found')
    kept = [
        old
        for old in before
        if not any(_same(old, new) for new in added) and not any(_matches(old, gone) for gone in removed)
    ]
    after = [*added, *kept]
    if mode(session) != "client":
        body = {"spec": {"taints": after or None}}
        info.object = session.patch(info.resource, None, info.name, body, "merge", query(session))
    report(session, info, _message(session, before, added, removed))  # the real client does not mark a dry run here


def _named(before: list[Obj], added: list[Obj]) -> str:
    keys = [new["key"] for new in added if any(_same(old, new) for old in before)]
    return ",".join(keys)


def _same(old: Obj, new: Obj) -> bool:
    return bool(old.get("key") == new["key"] and old.get("effect") == new["effect"])


def _matches(old: Obj, gone: Obj) -> bool:
    return bool(old.get("key") == gone["key"] and gone["effect"] in ("", old.get("effect")))


def _message(session: Session, before: list[Obj], added: list[Obj], removed: list[Obj]) -> str:
    if removed and not added:
        return "untainted"
    return "modified" if removed or any(_same(old, new) for old in before for new in added) else "tainted"


COMMAND = Command(
    "taint",
    "Update the taints on one or more nodes",
    run,
    "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]",
    declare("--all=false --field-manager=kubectl-taint --overwrite=false", DRY_RUN, PRINT, VALIDATE, ONE_SELECTOR),
    group="Cluster Management Commands",
)
