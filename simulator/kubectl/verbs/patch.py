"""`kubectl patch`."""

from typing import Any

from simulator.api import json_text, patches, schema, yamls
from simulator.api.errors import ApiError
from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, RECORD, Command
from simulator.kubectl.dry_run import mode, query
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import PATCH_TYPES, Obj, Session
from simulator.runtime.syscalls import Step, UnixError

KINDS = ("json", "merge", "strategic")


def run(session: Session) -> Step:
    """Patch all objects that are named."""
    kind = str(session.flag("type")).lower()
    if session.flag("patch") and session.flag("patch-file"):
        raise Failure("cannot specify --patch and --patch-file together")
    if not session.flag("patch") and not session.flag("patch-file"):
        raise Failure("must specify --patch or --patch-file containing the contents of the patch")
    if kind not in KINDS:
        raise Failure(f'--type must be one of [json merge strategic], not "{session.flag("type")}"')
    body = _body(session)
    infos, failures = fetch(session, choose(session, session.args))
    raise_all(for_each(session, infos, lambda info: _patch(session, info, kind, body), failures))
    return 0


def _body(session: Session) -> Any:
    text = str(session.flag("patch") or "")
    if not text:
        path = str(session.flag("patch-file"))
        try:
            text = session.sys.read_file(path).decode(errors="replace")
        except UnixError as error:
            raise Failure(f"unable to read patch file: open {path}: {error.message.lower()}") from None
    try:
        return json_text.loads(text) if text.lstrip().startswith("{") else yamls.load(text)
    except json_text.BadJson as error:  # what looks like JSON goes to the server as it is
        return error
    except yamls.BadYaml as error:
        raise Failure(f'unable to parse "{text}": yaml: {error}') from None


def _patch(session: Session, info: Info, kind: str, body: Any) -> None:
    if isinstance(body, json_text.BadJson):
        raise ServerFailure({"reason": "BadRequest", "message": str(body)})
    if mode(session) == "client" or session.flag("local"):
        info.object, before = _patched(info.object, kind, body), info.object
        report(session, info, "patched" if info.object != before else "patched (no change)")
        return
    before = info.object["metadata"].get("resourceVersion")
    parameters = query(session)
    subresource = str(session.flag("subresource") or "")
    try:
        info.object = session.patch(
            info.resource, info.namespace, info.name, body, kind, parameters, subresource=subresource
        )
    except ServerFailure as failure:
        if failure.reason != "UnsupportedMediaType":
            raise
        what = f"{info.resource.api_version}, Kind={info.resource.kind}"
        raise Failure(f"{PATCH_TYPES[kind]} is not supported by {what}: {failure.message}") from None
    same = info.object["metadata"].get("resourceVersion") == before and mode(session) == "none"
    report(session, info, "patched (no change)" if same else "patched")


def _patched(obj: Obj, kind: str, body: Any) -> Obj:
    """The object with the patch in it, without asking the server."""
    try:
        return patches.apply(kind, obj, body, schema.definition_of(obj["apiVersion"], obj["kind"]))
    except ApiError as error:
        raise Failure(str(error)) from None


COMMAND = Command(
    "patch",
    "Update fields of a resource",
    run,
    "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
    declare(
        "--field-manager=kubectl-patch --local=false -p --patch= --patch-file= --subresource= --type=strategic",
        DRY_RUN,
        FILES,
        PRINT,
        RECORD,
    ),
    group="Advanced Commands",
)
