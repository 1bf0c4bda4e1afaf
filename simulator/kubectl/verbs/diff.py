"""`kubectl diff`: what `apply` would change (models kubectl/pkg/cmd/diff)."""

import difflib
from dataclasses import dataclass

from simulator.api import timestamps
from simulator.kubectl.cli import FILES, ONE_SELECTOR, Command
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, UsageFailure, raise_all
from simulator.kubectl.files import files_named, load, selected
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import patch_kind
from simulator.kubectl.printers import shown, to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs import prune, server_side
from simulator.kubectl.verbs.apply import DELETING, patch_for, without_last_applied
from simulator.runtime.syscalls import Step

FOUND, FAILED = 1, 2
MAX_LINES = 5_000
MASK = "***"
NOTHING = "null\n"  # what stands for an object that is not there, once it has been masked
NEVER = "1970-01-01 00:00:00.000000000 +0000"  # when a file was changed that is not there


@dataclass
class Difference:
    """Two texts of one object, and the name of the file that either would stand in."""

    name: str
    before: str
    after: str


def run(session: Session) -> Step:
    """Print the differences: exit code 0 if there are none, 1 if there are, more if something failed. Nothing is shown until all is read."""
    infos = _wanted(session)
    found = [_difference(session, info) for info in infos]
    if session.flag("prune"):
        found += [Difference(_name(info), _plain(session, info.object), "") for info in prune.pruned(session)]
    if program := session.sys.env.get("KUBECTL_EXTERNAL_DIFF"):
        raise NotSimulated(f"KUBECTL_EXTERNAL_DIFF={program}")
    text = "".join(_text(session, each) for each in sorted(found, key=lambda each: each.name))
    session.out(text)
    return FOUND if text else 0


def _wanted(session: Session) -> list[Info]:
    """The objects of the files that the selector picks."""
    if session.args:
        hint = f"See '{session.path} -h' for help and examples"
        raise UsageFailure(f"Unexpected args: [{' '.join(session.args)}]", hint)
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    if session.flag("force-conflicts") and not session.flag("server-side"):
        raise Failure("--force-conflicts only works with --server-side")
    if session.flag("prune"):
        prune.asked_for(session)
    infos, failures = load(session, session.flag("filename"))
    raise_all(failures[:1])
    return [info for info in infos if selected(session, info)]


def _difference(session: Session, info: Info) -> Difference:
    live: Obj | None = None
    try:
        live = session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
    merged = (_merged_there if session.flag("server-side") else _merged)(session, info, live)
    if live and live["metadata"].get("deletionTimestamp"):
        session.err(DELETING.format(info.name))
    prune.remember(session, Info(info.resource, info.namespace, info.name, live or merged))
    before, after = live or {}, merged
    if info.resource.name == "secrets" and not session.flag("show-secrets"):
        before, after = _masked(before, after)
        if not live:
            return Difference(_name(info), NOTHING, _plain(session, after))
    return Difference(_name(info), _plain(session, before) if live else "", _plain(session, after))


def _masked(before: Obj, after: Obj) -> tuple[Obj, Obj]:
    """Both objects without their data, so that one still sees what changes."""
    old, new = before.get("data") or {}, after.get("data") or {}
    changed = {key for key in old.keys() & new.keys() if old[key] != new[key]}
    hidden = [
        {**obj, "data": {key: f"{MASK} ({when})" if key in changed else MASK for key in data}} if data else obj
        for obj, data, when in ((before, old, "before"), (after, new, "after"))
    ]
    return hidden[0], hidden[1]


def _merged(session: Session, info: Info, live: Obj | None) -> Obj:
    """The object as `apply` would leave it."""
    wanted = without_last_applied(info.object)  # what `apply` writes down for itself is no difference
    query = {"dryRun": "All", "fieldManager": str(session.flag("field-manager"))}
    if live is None:
        return session.create(info.resource, info.namespace, wanted, query)
    patch = patch_for(info, wanted, live)
    if not patch:
        return live
    return session.patch(info.resource, info.namespace, info.name, patch, patch_kind(info.resource), query)


def _merged_there(session: Session, info: Info, live: Obj | None) -> Obj:
    """The object as `apply --server-side` would leave it."""
    force = "true" if session.flag("force-conflicts") else "false"
    manager = str(session.flag("field-manager")) if session.given("field-manager") else server_side.MANAGER
    query = {"dryRun": "All", "force": force, "fieldManager": manager}
    return session.patch(info.resource, info.namespace, info.name, info.object, "apply", query)


def _plain(session: Session, obj: Obj) -> str:
    return to_yaml(shown(session, obj))


def _name(info: Info) -> str:
    parts = (info.resource.group, info.resource.version, info.resource.kind)
    return ".".join([*filter(None, parts), info.namespace or "", info.name])


def _text(session: Session, found: Difference) -> str:
    old, new = (text.splitlines(keepends=True)[:MAX_LINES] for text in (found.before, found.after))
    if old == new:
        return ""
    number = session.state.setdefault("number", session.sys.unix % 10**10)
    stamp = timestamps.strftime(session.sys.unix, "%Y-%m-%d %H:%M:%S.%f000 +0000")
    left, right = f"/tmp/LIVE-{number:010}/{found.name}", f"/tmp/MERGED-{number + 1:010}/{found.name}"
    lines = difflib.unified_diff(old, new, f"{left}\t{stamp}", f"{right}\t{stamp if found.after else NEVER}")
    return f"diff -u -N {left} {right}\n" + "".join(lines)


COMMAND = Command(
    "diff",
    "Diff the live version against a would-be applied version",
    run,
    "-f FILENAME [options]",
    declare(
        "--concurrency=1 --field-manager=kubectl-client-side-apply --force-conflicts=false --prune=false --prune-allowlist=[]",
        "--server-side=false --show-managed-fields=false --show-secrets=false",
        FILES,
        ONE_SELECTOR,
    ),
    failed=FAILED,
    hint="See '{} -h' for help and examples",
    group="Advanced Commands",
)
