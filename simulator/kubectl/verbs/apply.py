"""`kubectl apply`: makes what is not there, patches what differs (models kubectl/pkg/cmd/apply)."""

import json
from typing import Any

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, VALIDATE, Command
from simulator.kubectl.describers.page import LAST_APPLIED
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.files import files_named, load, selected
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import patch_kind, schema_of
from simulator.kubectl.printers import compact_json, report
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Obj, Pause, Session
from simulator.kubectl.threeway import three_way, three_way_json
from simulator.kubectl.verbs import delete, last_applied, prune, server_side
from simulator.runtime.syscalls import Step, Wait

MISSING_ANNOTATION = (
    "Warning: resource {name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required "
    "by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create "
    "--save-config or kubectl apply. The missing annotation will be patched automatically.\n"
)
DELETING = "Warning: Detected changes to resource {} which is currently being deleted.\n"
REPLACED = ("Conflict", "Invalid")  # why a patch may be refused that --force then does without
POLL = 1_000_000


def run(session: Session) -> Step:
    """Apply all objects of the files; goes on after a failure."""
    _check(session)
    infos, failures = load(session, session.flag("filename"))
    infos = [info for info in infos if selected(session, info)]
    if not infos and not failures:
        raise Failure("no objects passed to apply")
    raise_all(for_each(session, infos, lambda info: _act(session, info), failures))
    if session.flag("prune"):
        prune.run(session)
    return 0


def _check(session: Session) -> None:
    server_side.check(session)
    prune.check(session)
    if session.args:
        raise Failure(f"Unexpected args: [{' '.join(session.args)}]\nSee '{session.path} -h' for help and examples")
    if not files_named(session):
        raise Failure("must specify one of -f and -k")


def with_last_applied(obj: Obj) -> Obj:
    """The object with itself in the annotation that the next `apply` compares with."""
    bare = without_last_applied(obj)
    annotations = {**bare["metadata"]["annotations"], LAST_APPLIED: compact_json(bare) + "\n"}
    return {**bare, "metadata": {**bare["metadata"], "annotations": annotations}}


def without_last_applied(obj: Obj) -> Obj:
    """The object as that annotation holds it."""
    metadata = obj["metadata"]
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != LAST_APPLIED}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}


def _act(session: Session, info: Info) -> None:
    """Apply one object here or on the server; it must have a name of its own."""
    base = info.object["metadata"].get("generateName")
    if base and not info.name:
        raise Failure(f"from {base}: cannot use generate name with apply")
    act = server_side.apply if session.flag("server-side") else _apply
    act(session, info)


def _apply(session: Session, info: Info) -> None:
    done = _applied(session, info)
    prune.remember(session, info)
    report(session, info, done, suffix(session))


def _applied(session: Session, info: Info) -> str:
    """Apply one object; what was done to it."""
    wanted = with_last_applied(info.object)
    if "replacing" in session.state:
        info.object = _replaced(session, info, wanted)
        return "configured"
    current = _current(session, info)
    if current is None:
        info.object = wanted if mode(session) == "client" else _create(session, info, wanted)
        return "created"
    info.object = current
    if mode(session) == "client":
        return "configured"
    if LAST_APPLIED not in (current["metadata"].get("annotations") or {}):
        session.err(MISSING_ANNOTATION.format(name=f"{info.resource.name}/{info.name}"))
    return _changed(session, info, wanted, current)


def _changed(session: Session, info: Info, wanted: Obj, current: Obj) -> str:
    """Patch an object that is there, or with --force replace it; what was done to it."""
    patch = patch_for(info, wanted, current)
    if patch:
        try:
            info.object = _patch(session, info, patch)
        except ServerFailure as failure:
            if not session.flag("force") or failure.reason not in REPLACED:
                raise
            info.object = _replaced(session, info, wanted)
    if info.object["metadata"].get("deletionTimestamp"):
        session.err(DELETING.format(info.name))
    same = info.object["metadata"].get("resourceVersion") == current["metadata"].get("resourceVersion")
    return "unchanged" if not patch or (same and mode(session) == "none") else "configured"


def _replaced(session: Session, info: Info, wanted: Obj) -> Obj:
    """Delete an object that could not be patched, and create it anew when it is gone; pauses until then (patcher.go, deleteAndCreate)."""
    state = session.state
    if "replacing" not in state:
        session.delete(info.resource, info.namespace, info.name, delete.options(session), query(session))
        state["replacing"] = {"original": info.object, "until": session.sys.now + session.flag("timeout")}
    if _there(session, info):
        if session.sys.now < state["replacing"]["until"]:
            raise Pause(Wait(until=min(session.sys.now + POLL, state["replacing"]["until"])))
        del state["replacing"]
        context = (
            f'error when applying patch:\n{compact_json(wanted)}\n\nto:\n{_identity(info)}\nfor: "{info.source}": '
        )
        raise Failure(f"{context}context deadline exceeded")
    original = state.pop("replacing")["original"]
    try:
        return session.create(info.resource, info.namespace, wanted, query(session))
    except ServerFailure:
        # What was there comes back; it was deleted for nothing.
        bare = {key: value for key, value in original["metadata"].items() if key not in ("resourceVersion", "uid")}
        session.create(info.resource, info.namespace, {**original, "metadata": bare}, query(session))
        raise


def _there(session: Session, info: Info) -> bool:
    try:
        session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if failure.reason == "NotFound":
            return False
        raise
    return True


def _current(session: Session, info: Info) -> Obj | None:
    context = f'error when retrieving current configuration of:\n{_identity(info)}\nfrom server for: "{info.source}": '
    if not info.name:
        raise Failure(f"{context}resource name may not be empty")
    try:
        return session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if failure.reason == "NotFound":
            return None
        raise failure.within(context) from None


def _identity(info: Info) -> str:
    """How the real client names an object at length."""
    group, version = info.resource.group, info.resource.version
    return (
        f'Resource: "{group}/{version}, Resource={info.resource.plural}", '
        f'GroupVersionKind: "{group}/{version}, Kind={info.resource.kind}"\n'
        f'Name: "{info.name}", Namespace: "{info.namespace or ""}"'
    )


def _create(session: Session, info: Info, wanted: Obj) -> Obj:
    try:
        return session.create(info.resource, info.namespace, wanted, query(session))
    except ServerFailure as failure:
        raise created_failure(failure, info.source) from None


def created_failure(failure: ServerFailure, source: str) -> ServerFailure:
    """A refusal to create what stands in a file."""
    return failure.within(f'error when creating "{source}": ' if source else "")


def patch_for(info: Info, wanted: Obj, current: Obj) -> Obj:
    """The strategic merge patch that `apply` sends; empty if nothing is to be changed."""
    original = _last_applied(current)
    schema = schema_of(str(wanted.get("apiVersion")), str(wanted.get("kind")))
    if schema is None:
        return three_way_json(original, wanted, current)
    return three_way(original, wanted, current, schema)


def _last_applied(current: Obj) -> Obj:
    text = (current["metadata"].get("annotations") or {}).get(LAST_APPLIED, "")
    try:
        value: Any = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        value = {}
    return value if isinstance(value, dict) else {}


def _patch(session: Session, info: Info, patch: Obj) -> Obj:
    kind = patch_kind(info.resource)
    try:
        return session.patch(info.resource, info.namespace, info.name, patch, kind, query(session))
    except ServerFailure as failure:
        context = (
            f'error when applying patch:\n{compact_json(patch)}\nto:\n{_identity(info)}\nfor: "{info.source}": '
            f'error when patching "{info.source}": '
        )
        raise failure.within(context) from None


COMMAND = Command(
    "apply",
    "Apply a configuration to a resource by file name or stdin",
    run,
    "(-f FILENAME | -k DIRECTORY) [options]",
    declare(
        "--all=false --cascade=background?background --field-manager=kubectl-client-side-apply --force=false --force-conflicts=false",
        "--grace-period=-1 --openapi-patch=true --overwrite=true --prune=false --prune-allowlist=[] --server-side=false --subresource=",
        "--timeout=0s --wait=false",
        DRY_RUN,
        FILES,
        PRINT,
        RECORD,
        VALIDATE,
        ONE_SELECTOR,
    ),
    last_applied.MEMBERS,
    group="Advanced Commands",
)
