"""`kubectl annotate`."""

from collections.abc import Mapping

from simulator.kubectl import metadata
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, Command
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare
from simulator.kubectl.metadata import Kind, taken
from simulator.kubectl.modifying import pairs
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

CAUSE = "kubernetes.io/change-cause"  # may always be written over


def _parse(words: list[str]) -> tuple[dict[str, str], list[str]]:
    return pairs(words, "annotation")


def _validate(added: Mapping[str, str], removed: list[str]) -> None:
    both = [key for key in removed if key in added]
    if both:
        text = "can not both modify and remove the following annotation(s) in the same command"
        raise Failure(f"{text}: {', '.join(both)}")


def _keep(before: Mapping[str, str], added: Mapping[str, str]) -> None:
    problems = [f"'{key}' already has a value ({before[key]})" for key in taken(before, added) if key != CAUSE]
    if problems:
        text = "--overwrite is false but found the following declared annotation(s)"
        raise Failure(f"{text}: {'; '.join(problems)}")


KIND = Kind(
    "annotations",
    "annotation",
    "rsrc.yaml or --filename=rsrc.json",
    _parse,
    _validate,
    _keep,
    lambda before, after: "annotated",
)
FLAGS = (
    "--all=false -A --all-namespaces=false --field-manager=kubectl-annotate --field-selector= --list=false --local=false "
    "--overwrite=false --resource-version="
)


def run(session: Session) -> Step:
    """Change annotations."""
    return metadata.run(session, KIND)


COMMAND = Command(
    "annotate",
    "Update the annotations on a resource",
    run,
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    declare(FLAGS, DRY_RUN, FILES, PRINT, RECORD, ONE_SELECTOR),
    group="Settings Commands",
)
