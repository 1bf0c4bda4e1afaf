"""`kubectl apply`: makes what is not there, patches what differs (models kubectl/pkg/cmd/apply)."""

import json
from typing import Any

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, VALIDATE, Command
from simulator.kubectl.describers.page import LAST_APPLIED
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, raise_all
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import patch_kind, schema_of
from simulator.kubectl.printers import compact_json, report
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.threeway import three_way, three_way_json
from simulator.kubectl.verbs import last_applied, server_side
from simulator.runtime.syscalls import Step

MISSING_ANNOTATION = (
    "Warning: resource {name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required "
    "by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create "
    "--save-config or kubectl apply. The missing annotation will be patched automatically.\n"
)
REFUSED = ("prune", "force", "wait")


def run(session: Session) -> Step:
    """Apply all objects of the files; goes on after a failure."""
    _check(session)
    infos, failures = load(session, session.flag("filename"))
    infos = [info for info in infos if _selected(session, info)]
    if not infos and not failures:
        raise Failure("no objects passed to apply")
    act = server_side.apply if session.flag("server-side") else _apply
    raise_all(for_each(session, infos, lambda info: act(session, info), failures))
    return 0


def _check(session: Session) -> None:
    server_side.check(session)
    for name in REFUSED:
        if session.flag(name):
            raise NotSimulated(f"kubectl apply --{name}")
    if session.args:
        raise Failure(f"Unexpected args: [{' '.join(session.args)}]\nSee '{session.path} -h' for help and examples")
    if not files_named(session):
        raise Failure("must specify one of -f and -k")


def _selected(session: Session, info: Info) -> bool:
    """Whether the labels of an object fit `-l`; only plain equality is looked at on this side."""
    wanted = str(session.flag("selector") or "")
    labels = info.object["metadata"].get("labels") or {}
    pairs = [part.replace("==", "=").partition("=") for part in wanted.split(",") if part]
    return all(labels.get(key.strip()) == value.strip() for key, _, value in pairs)


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


def _apply(session: Session, info: Info) -> None:
    wanted = with_last_applied(info.object)
    current = _current(session, info)
    if current is None:
        if mode(session) != "client":
            info.object = _create(session, info, wanted)
        else:
            info.object = wanted
        report(session, info, "created", suffix(session))
        return
    if LAST_APPLIED not in (current["metadata"].get("annotations") or {}):
        session.err(MISSING_ANNOTATION.format(name=f"{info.resource.name}/{info.name}"))
    patch = patch_for(info, wanted, current)
    info.object = current
    if not patch:
        report(session, info, "unchanged", suffix(session))
        return
    if mode(session) != "client":
        info.object = _patch(session, info, patch)
        same = info.object["metadata"].get("resourceVersion") == current["metadata"].get("resourceVersion")
        if same and mode(session) == "none":
            report(session, info, "unchanged")
            return
    report(session, info, "configured", suffix(session))


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
        VALIDATE,
        ONE_SELECTOR,
    ),
    last_applied.MEMBERS,
    group="Advanced Commands",
)
