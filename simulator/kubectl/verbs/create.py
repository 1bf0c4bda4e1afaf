"""`kubectl create`: objects out of files, and the family that makes them out of flags (models kubectl/pkg/cmd/create)."""

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, VALIDATE, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, UsageFailure, raise_all
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.generators.table import GENERATORS
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Session
from simulator.kubectl.verbs.apply import created_failure, with_last_applied
from simulator.runtime.syscalls import Step


def run(session: Session) -> Step:
    """Create all objects of the files; goes on after a failure."""
    for name in (
        "edit",
        "raw",
    ):
        if session.flag(name):
            raise NotSimulated(f"kubectl create --{name}")
    if session.args:
        raise UsageFailure(
            f"Unexpected args: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    infos, failures = load(session, session.flag("filename"))
    if not infos and not failures:
        raise Failure("no objects passed to create")
    raise_all(for_each(session, infos, lambda info: _create(session, info), failures))
    return 0


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
        VALIDATE,
        ONE_SELECTOR,
    ),
    GENERATORS,
    group="Basic Commands (Beginner)",
)
