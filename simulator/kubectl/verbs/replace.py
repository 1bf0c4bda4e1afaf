"""`kubectl replace`, also with --force: deletes, waits, and creates again."""

from typing import Any

from simulator.kubectl import raw
from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, VALIDATE, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.gone import wait_until_gone
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs import delete
from simulator.runtime.syscalls import Step


def run(session: Session) -> Step:
    """Replace all objects of the files."""
    _check(session)
    if session.flag("raw"):
        return raw.send(session, "PUT")
    infos, failures = load(session, session.flag("filename"))
    if not infos and not failures:
        raise Failure("no objects passed to replace")
    if session.flag("force"):
        return _by_force(session, infos, failures)
    raise_all(for_each(session, infos, lambda info: _replace(session, info), failures))
    return 0


def _check(session: Session) -> None:
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    if session.flag("grace-period") >= 0 and not session.flag("force"):
        raise Failure("--grace-period must have --force specified")
    if session.flag("timeout") and not session.flag("force"):
        raise Failure("--timeout must have --force specified")
    if session.flag("force") and mode(session) != "none":
        raise Failure("--dry-run can not be used when --force is set")


def _replace(session: Session, info: Info) -> None:
    context = f'error when replacing "{info.source}": '
    part = str(session.flag("subresource") or "")
    if mode(session) == "client":
        report(session, info, "replaced", suffix(session))
        return
    try:
        body = _current(session, info, part)
        info.object = session.update(info.resource, info.namespace, info.name, body, query(session), subresource=part)
    except ServerFailure as failure:
        raise failure.within(context) from None
    report(session, info, "replaced", suffix(session))


def _current(session: Session, info: Info, part: str) -> Obj:
    """The object, in the revision that stands on the server if the file names none; what is not there is sent as it is."""
    metadata = info.object["metadata"]
    try:
        live = session.get(info.resource, info.namespace, info.name, subresource=part)
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
        return info.object
    version = metadata.get("resourceVersion") or live["metadata"].get("resourceVersion")
    return {**info.object, "metadata": {**metadata, "resourceVersion": version}}


def _by_force(session: Session, infos: list[Info], failures: list[Failure]) -> Step:
    if "waiting" not in session.state:
        session.state["waiting"] = _deleted(session, infos)
    step = wait_until_gone(session, session.state["waiting"])
    if not isinstance(step, int):
        return step
    raise_all(for_each(session, infos, lambda info: _create(session, info), failures))
    return 0


def _deleted(session: Session, infos: list[Info]) -> list[dict[str, Any]]:
    waiting = []
    for info in infos:
        period = session.flag("grace-period")
        body = {"propagationPolicy": "Background"} | ({"gracePeriodSeconds": period} if period >= 0 else {})
        try:
            answer = session.delete(info.resource, info.namespace, info.name, body, {})
        except ServerFailure as failure:
            if failure.reason != "NotFound":
                raise
            continue
        session.out(f'{info.kind_title} "{info.name}" deleted{delete.place(info)}\n')
        uid = (answer.get("metadata") or {}).get("uid") or (answer.get("details") or {}).get("uid") or ""
        waiting.append({"resource": info.resource.name, "namespace": info.namespace, "name": info.name, "uid": uid})
    return waiting


def _create(session: Session, info: Info) -> None:
    metadata = {key: value for key, value in info.object["metadata"].items() if key not in ("resourceVersion", "uid")}
    info.object = session.create(info.resource, info.namespace, {**info.object, "metadata": metadata}, query(session))
    report(session, info, "replaced", suffix(session))


COMMAND = Command(
    "replace",
    "Replace a resource by file name or stdin",
    run,
    "-f FILENAME [options]",
    declare(
        "--cascade=background?background --field-manager=kubectl-replace --force=false --grace-period=-1 --raw= --save-config=false",
        "--subresource= --timeout=0s --wait=false",
        DRY_RUN,
        FILES,
        PRINT,
        VALIDATE,
    ),
    group="Advanced Commands",
)
