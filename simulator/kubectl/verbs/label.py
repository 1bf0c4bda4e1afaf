"""`kubectl label`."""

from collections.abc import Mapping

from simulator.api import names
from simulator.api.field import message
from simulator.kubectl import metadata
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, Command
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare
from simulator.kubectl.metadata import Kind, taken
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step


def _parse(pairs: list[str]) -> tuple[dict[str, str], list[str]]:
    added: dict[str, str] = {}
    removed: list[str] = []
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            removed.append(pair.removesuffix("-"))
            continue
        if "=" in value:
            raise Failure(f"invalid label spec: {pair}")
        problems = names.label_value(value)
        if problems:
            raise Failure(f'invalid label value: "{pair}": {";".join(problems)}')
        added[key] = value
    if any(key in added for key in removed):
        raise Failure("can not both modify and remove a label in the same command")
    return added, removed


def _keep(before: Mapping[str, str], added: Mapping[str, str]) -> None:
    problems = [
        f"'{key}' already has a value ({before[key]}), and --overwrite is false" for key in taken(before, added)
    ]
    if problems:
        raise Failure(message(problems))


def _message(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    added = any(before.get(key) != value for key, value in after.items())
    removed = any(key not in after for key in before)
    return MESSAGES[added, removed]


MESSAGES = {
    (True, True): "modified",
    (True, False): "labeled",
    (False, True): "unlabeled",
    (False, False): "not labeled",
}
KIND = Kind("labels", "label", "pod.yaml or --filename=pod.json", _parse, lambda added, removed: None, _keep, _message)
FLAGS = (
    "--all=false -A --all-namespaces=false --field-manager=kubectl-label --field-selector= --list=false --local=false "
    "--overwrite=false --resource-version="
)


def run(session: Session) -> Step:
    """Change labels."""
    return metadata.run(session, KIND)


COMMAND = Command(
    "label",
    "Update the labels on a resource",
    run,
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    declare(FLAGS, DRY_RUN, FILES, PRINT, RECORD, ONE_SELECTOR),
    group="Settings Commands",
)
