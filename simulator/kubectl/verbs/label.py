"""`kubectl label`."""

from collections.abc import Mapping

from simulator.api import names
from simulator.kubectl import metadata
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, Command
from simulator.kubectl.dry_run import suffix
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step


def _check(pair: str, key: str, value: str) -> None:
    if "=" in value:
        raise Failure(f"invalid label spec: {pair}")
    problems = names.label_value(value)
    if problems:
        raise Failure(f'invalid label value: "{pair}": {";".join(problems)}')


def _message(before: Mapping[str, str], after: Mapping[str, str], overwrite: bool) -> str:
    if before == after:
        return "not labeled"
    return "unlabeled" if len(after) < len(before) and not overwrite else "labeled"


def _taken(problems: list[str]) -> str:
    return f"{'; '.join(problems)}, and --overwrite is false"


KIND = metadata.Kind("labels", "label", _check, _taken, _message)
FLAGS = (
    "--all=false -A --all-namespaces=false --field-manager=kubectl-label --field-selector= --list=false --local=false "
    "--overwrite=false --resource-version="
)


def run(session: Session) -> Step:
    """Change labels."""
    return metadata.run(session, KIND, _report)


def _report(session: Session, info: Info, message: str) -> None:
    report(session, info, message, suffix(session))


COMMAND = Command(
    "label",
    "Update the labels on a resource",
    run,
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    declare(FLAGS, DRY_RUN, FILES, PRINT, RECORD, ONE_SELECTOR),
    group="Settings Commands",
)
