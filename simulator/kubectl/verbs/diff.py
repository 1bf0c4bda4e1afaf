"""`kubectl diff`: what `apply` would change (models kubectl/pkg/cmd/diff)."""

import difflib

from simulator.api import timestamps
from simulator.kubectl.cli import FILES, ONE_SELECTOR, Command
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import patch_kind
from simulator.kubectl.printers import to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs import prune, server_side
from simulator.kubectl.verbs.apply import patch_for, without_last_applied
from simulator.runtime.syscalls import Step

FOUND, FAILED = 1, 2
MAX_LINES = 5_000


def run(session: Session) -> Step:
    """Print the differences: exit code 0 if there are none, 1 if there are, more if something failed."""
    if session.flag("force-conflicts") and not session.flag("server-side"):
        raise Failure("--force-conflicts only works with --server-side")
    if session.flag("prune"):
        prune.asked_for(session)
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    infos, failures = load(session, session.flag("filename"))
    different = False
    for info in infos:
        try:
            different |= _diff(session, info)
        except Failure as failure:
            failures.append(failure)
    if session.flag("prune") and not failures:
        for info in prune.pruned(session):
            different |= _told(session, info, _plain(info.object), "")
    session.err("".join(failure.text for failure in failures))
    return FAILED if failures else FOUND if different else 0


def _diff(session: Session, info: Info) -> bool:
    live: Obj | None = None
    try:
        live = session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
    merged = (_merged_there if session.flag("server-side") else _merged)(session, info, live)
    prune.remember(session, Info(info.resource, info.namespace, info.name, live or merged))
    return _told(session, info, _plain(live) if live else "", _plain(merged))


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


def _told(session: Session, info: Info, before: str, after: str) -> bool:
    """Print the difference; whether there is one."""
    text = _text(session, info, before, after)
    session.out(text)
    return bool(text)


def _plain(obj: Obj) -> str:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    return to_yaml({**obj, "metadata": metadata})


def _text(session: Session, info: Info, before: str, after: str) -> str:
    old, new = before.splitlines(keepends=True)[:MAX_LINES], after.splitlines(keepends=True)[:MAX_LINES]
    if old == new:
        return ""
    name = ".".join(
        filter(None, (info.resource.group, info.resource.version, info.resource.kind, info.namespace, info.name))
    )
    number = session.sys.unix % 10**10
    stamp = timestamps.strftime(session.sys.unix, "%Y-%m-%d %H:%M:%S.%f000 +0000")
    left, right = f"/tmp/LIVE-{number:010}/{name}", f"/tmp/MERGED-{number + 1:010}/{name}"
    lines = difflib.unified_diff(old, new, f"{left}\t{stamp}", f"{right}\t{stamp}")
    return f"diff -u -N {left} {right}\n" + "".join(lines)


COMMAND = Command(
    "diff",
    "Diff the live version against a would-be applied version",
    run,
    "-f FILENAME [options]",
    declare(
        "--concurrency=1 --field-manager=kubectl-client-side-apply --force-conflicts=false --prune=false --prune-allowlist=[]",
        "--server-side=false --show-managed-fields=false",
        FILES,
        ONE_SELECTOR,
    ),
    group="Advanced Commands",
)
