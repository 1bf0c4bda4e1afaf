"""`kubectl annotate`."""

from simulator.kubectl import metadata
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, Command
from simulator.kubectl.dry_run import suffix
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step


def _taken(problems: list[str]) -> str:
    return f"--overwrite is false but found the following declared annotation(s): {'; '.join(problems)}"


KIND = metadata.Kind(
    "annotations", "annotation", lambda pair, key, value: None, _taken, lambda before, after, overwrite: "annotated"
)
FLAGS = (
    "--all=false -A --all-namespaces=false --field-manager=kubectl-annotate --field-selector= --list=false --local=false "
    "--overwrite=false --resource-version="
)


def run(session: Session) -> Step:
    """Change annotations."""
    return metadata.run(session, KIND, _report)


def _report(session: Session, info: Info, message: str) -> None:
    report(session, info, message, suffix(session))


COMMAND = Command(
    "annotate",
    "Update the annotations on a resource",
    run,
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    declare(FLAGS, DRY_RUN, FILES, PRINT, RECORD, ONE_SELECTOR),
    group="Settings Commands",
)
