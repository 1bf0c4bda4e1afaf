"""`kubectl create`: objects out of files, and the family that makes them out of flags (models kubectl/pkg/cmd/create)."""

from simulator.kubectl import editor, raw
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, VALIDATE, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure, raise_all
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.generators.table import GENERATORS
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.apply import created_failure, with_last_applied
from simulator.runtime.syscalls import Step


def run(session: Session) -> Step:
    """Create all objects of the files; goes on after a failure."""
    if session.flag("raw"):
        if session.flag("edit"):
            raise Failure("--raw and --edit are mutually exclusive")
        return raw.send(session, "POST")
    if session.args:
        raise UsageFailure(
            f"Unexpected args: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    if session.flag("edit"):
        return editor.run(session, EDITING, lambda: _read(session)[0])
    infos, failures = _read(session)
    raise_all(for_each(session, infos, lambda info: _create(session, info), failures, last=True))
    return 0


def _read(session: Session) -> tuple[list[Info], list[Failure]]:
    infos, failures = load(session, session.flag("filename"))
    if not infos and not failures:
        raise Failure("no objects passed to create")
    return infos, failures


def _save(session: Session, before: Info, wanted: Obj) -> None:
    """Create an object as it was edited."""
    name = str(wanted["metadata"].get("name") or "")
    _create(session, Info(before.resource, before.namespace, name, wanted, before.source))


def _create(session: Session, info: Info) -> None:
    if session.flag("save-config"):
        info.object = with_last_applied(info.object)
    if mode(session) != "client":
        try:
            info.object = session.create(info.resource, info.namespace, info.object, query(session))
        except ServerFailure as failure:
            raise created_failure(failure, info.source) from None
        info.name = info.object["metadata"]["name"]
    report(session, info, "created", suffix(session))


EDITING = editor.Editing(editor.HEAD, lambda session, info: info.object, _save)
COMMAND = Command(
    "create",
    "Create a resource from a file or from stdin",
    run,
    "-f FILENAME [options]",
    declare(
        "--edit=false --field-manager=kubectl-create --raw= --save-config=false --windows-line-endings=false",
        DRY_RUN,
        FILES,
        PRINT,
        RECORD,
        VALIDATE,
        ONE_SELECTOR,
    ),
    GENERATORS,
    group="Basic Commands (Beginner)",
)
