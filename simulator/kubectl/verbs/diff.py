"""`kubectl diff`: what `apply` would change (models kubectl/pkg/cmd/diff)."""

import difflib

from simulator.api import timestamps
from simulator.kubectl.cli import FILES, ONE_SELECTOR, Command
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import patch_kind
from simulator.kubectl.printers import to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.apply import patch_for, without_last_applied
from simulator.runtime.syscalls import Step

REFUSED = (
    "server-side",
    "prune",
)
FOUND, FAILED = 1, 2
MAX_LINES = 5_000


def run(session: Session) -> Step:
    """Print the differences: exit code 0 if there are none, 1 if there are, more if something failed."""
    for name in REFUSED:
        if session.flag(name):
            raise NotSimulated(f"kubectl diff --{name}")
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    infos, failures = load(session, session.flag("filename"))
    different = False
    for info in infos:
        try:
            different |= _diff(session, info)
        except Failure as failure:
            failures.append(failure)
    session.err("".join(failure.text for failure in failures))
    return FAILED if failures else FOUND if different else 0


def _diff(session: Session, info: Info) -> bool:
    wanted = without_last_applied(info.object)  # what `apply` writes down for itself is no difference
    query = {"dryRun": "All", "fieldManager": "kubectl-client-side-apply"}
    live: Obj | None = None
    try:
        live = session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
    if live is None:
        merged = session.create(info.resource, info.namespace, wanted, query)
    else:
        patch = patch_for(info, wanted, live)
        if not patch:
            return False
        merged = session.patch(info.resource, info.namespace, info.name, patch, patch_kind(info.resource), query)
    text = _text(session, info, _plain(live) if live else "", _plain(merged))
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
