"""`--dry-run`, and what it does to requests and messages."""

from collections.abc import Mapping

from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Session

SUFFIXES = {"none": "", "client": " (dry run)", "server": " (server dry run)"}


def mode(session: Session) -> str:
    """`none`, `client` or `server`."""
    value = str(session.flag("dry-run") or "none")
    if value in SUFFIXES:
        return value
    if value == "unchanged":
        if not session.state.get("warned"):
            session.state["warned"] = True
            session.err(
                f"W{session.stamp()} helpers.go:703] --dry-run is deprecated and can be replaced with --dry-run=client.\n"
            )
        return "client"
    if value in ("true", "false"):
        return "client" if value == "true" else "none"
    raise Failure(f'Invalid dry-run value ({value}). Must be "none", "server", or "client".')


def suffix(session: Session) -> str:
    """What is added to a message when nothing was really done."""
    return SUFFIXES[mode(session)]


def query(session: Session, **parameters: str) -> Mapping[str, str]:
    """The parameters of a request that changes something: who does it, how strictly fields are checked, whether it is for show."""
    values = {name: value for name, value in parameters.items() if value}
    manager = session.flag("field-manager")
    if manager:
        values["fieldManager"] = str(manager)
    if session.flag("validate") is not None:
        values["fieldValidation"] = VALIDATIONS.get(str(session.flag("validate")), "Strict")
    if mode(session) == "server":
        values["dryRun"] = "All"
    return values


VALIDATIONS = {"true": "Strict", "strict": "Strict", "warn": "Warn", "false": "Ignore", "ignore": "Ignore"}
