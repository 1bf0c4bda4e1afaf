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
from simulator.kubectl.selection import Choice, choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


NO_NAMES = "at least one resource name must be specified since 'all' parameter is not set"


def run(session: Session) -> Step:
    """Add, change and remove taints of nodes."""
    words, specs = _split(session.args)
    try:
        added, removed = _parse(specs)
    except Failure as failure:
        raise UsageFailure(failure.message, f"See '{session.path} -h' for help and examples") from None
    _check_kind(session, words[0].lower())
    _check(session, words, added, removed)
    infos, failures = fetch(session, _chosen(session, words))
    raise_all(for_each(session, infos, lambda info: _taint(session, info, added, removed), failures))
    return 0


def _check_kind(session: Session, kind: str) -> None:
    try:
        resource = resource_for(session, kind)
    except Failure as failure:
        raise Failure(failure.message, prefix="") from None
    if resource is not RESOURCES["nodes"]:
        raise Failure(f"invalid resource type {kind}, only node types are supported")


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    """The words that name nodes, and those that follow and change taints."""
    words: list[str] = []
    specs: list[str] = []
    for word in args:
        is_taint = "=" in word or ":" in word or word.endswith("-")
        if specs and not is_taint:
            raise Failure(f"all resources must be specified before taint changes: {word}")
        (specs if is_taint else words).append(word)
    if not words:
        raise Failure("one or more resources must be specified as <resource> <name>")
    if not specs:
        raise Failure("at least one taint update is required")
    return words, specs


def _parse(specs: list[str]) -> tuple[list[Obj], list[Obj]]:
    added: list[Obj] = []
    removed: list[Obj] = []
    for spec in specs:
        taint = _parsed(spec.removesuffix("-"))
        if spec.endswith("-"):
            removed.append(taint)
            continue
        if not taint["effect"]:
            raise Failure(f"invalid taint spec: {spec}")
        if any(_same(old, taint) for old in added):
            shown = f"{{{taint['key']} {taint.get('value', '')} {taint['effect']} <nil>}}"
            raise Failure(f"duplicated taints with the same key and effect: {shown}")
        added.append(taint)
    return added, removed


def _parsed(spec: str) -> Obj:
    """A taint from `key=value:effect`, `key:effect` or `key`."""
    head, *rest = spec.split(":")
    effect = "".join(rest)
    key, *values = head.split("=") if rest else [head]
    if len(rest) == 1 and effect not in EFFECTS:
        raise Failure(f"invalid taint effect: {effect}, unsupported taint effect")
    if len(rest) > 1 or len(values) > 1:
        raise Failure(f"invalid taint spec: {spec}")
    problems = [problem for value in values for problem in names.label_value(value)] or names.qualified_name(key)
    if problems:
        raise Failure(f"invalid taint spec: {spec}, {'; '.join(problems)}")
    return {"key": key, "effect": effect} | ({"value": values[0]} if values and values[0] else {})


def _check(session: Session, words: list[str], added: list[Obj], removed: list[Obj]) -> None:
    both = [f"{gone['key']}={gone['effect']}" for new in added for gone in removed if _matches(new, gone)]
    if both:
        text = "can not both modify and remove the following taint(s) in the same command"
        raise Failure(f"{text}: {', '.join(both)}")
    if session.flag("all") and session.flag("selector"):
        raise Failure("setting 'all' parameter with a non empty selector is prohibited")
    if not session.flag("all") and not session.flag("selector") and len(words) < 2:
        raise Failure(NO_NAMES)


def _chosen(session: Session, words: list[str]) -> Choice:
    """The nodes: all, those that the selector picks, whatever names are given beside it, or those that are named."""
    if session.flag("all") or session.flag("selector"):
        return Choice(listed=[RESOURCES["nodes"]])
    return choose(session, ["node", *words[1:]])


def _taint(session: Session, info: Info, added: list[Obj], removed: list[Obj]) -> None:
    before: list[Obj] = (info.object.get("spec") or {}).get("taints") or []
    taken = [new["key"] for new in added for old in before if _same(old, new)]
    if taken and not session.flag("overwrite"):
        text = f"already has {','.join(taken)} taint(s) with same effect(s) and --overwrite is false"
        raise Failure(f"node {info.name} {text}")
    merged = [*added, *(old for old in before if not any(_same(old, new) for new in added))]
    raise_all(_not_found(merged, removed))
    after = [old for old in merged if not any(_matches(old, gone) for gone in removed)]
    if mode(session) == "client":
        info.object = {**info.object, "spec": {**(info.object.get("spec") or {}), "taints": after}}
    else:
        body = {"spec": {"taints": after or None}}
        info.object = session.patch(info.resource, None, info.name, body, "merge", query(session))
    grown = len(before) != len(merged)
    done = "modified" if session.flag("overwrite") or (grown and removed) else "tainted" if grown else "untainted"
    report(session, info, done)  # the real client does not mark a dry run here


def _not_found(taints: list[Obj], removed: list[Obj]) -> list[Failure]:
    """What is said of taints that are to go and are not there."""
    gone = [each for each in removed if not any(_matches(old, each) for old in taints)]
    titles = (f"{each['key']}{':' if each['effect'] else ''}{each['effect']}" for each in gone)
    return [Failure(f'taint "{title}" not found') for title in titles]


def _same(old: Obj, new: Obj) -> bool:
    return bool(old.get("key") == new["key"] and old.get("effect") == new["effect"])


def _matches(old: Obj, gone: Obj) -> bool:
    return bool(old.get("key") == gone["key"] and gone["effect"] in ("", old.get("effect")))


COMMAND = Command(
    "taint",
    "Update the taints on one or more nodes",
    run,
    "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]",
    declare("--all=false --field-manager=kubectl-taint --overwrite=false", DRY_RUN, PRINT, VALIDATE, ONE_SELECTOR),
    group="Cluster Management Commands",
)
