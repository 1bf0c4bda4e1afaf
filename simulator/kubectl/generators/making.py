"""What all `kubectl create KIND NAME` have in common (models kubectl/pkg/cmd/create)."""

from collections.abc import Callable

from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, PRINT, VALIDATE, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.apply import with_last_applied
from simulator.runtime.syscalls import Step

Maker = Callable[[Session, str], Obj]
COMMON = f"--field-manager=kubectl-create --save-config=false {DRY_RUN} {PRINT} {VALIDATE}"


def command(
    name: str,
    short: str,
    resource: str,
    make: Maker,
    flags: str = "",
    *,
    aliases: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    plain: bool = False,
    refused: str = "",
) -> Command:
    """A command that makes one object of *resource* with *make*. A refusal is told after the words *refused*; *plain*: as it is."""
    words = "" if plain else refused or f"failed to create {RESOURCES[resource].singular}: "

    def run(session: Session) -> Step:
        return _run(session, resource, make, words)

    usage = f"NAME {' '.join(f'--{flag}={flag}' for flag in needs)} [options]".replace("  ", " ")
    return Command(name, short, run, usage, declare(COMMON, flags), aliases=aliases, needs=needs)


def _run(session: Session, resource_name: str, make: Maker, refused: str) -> Step:
    name = one_name(session)
    resource = RESOURCES[resource_name]
    obj = make(session, name)
    if resource.namespaced and session.namespace_enforced:
        obj = {**obj, "metadata": {**obj["metadata"], "namespace": session.namespace}}
    if session.flag("save-config"):
        obj = with_last_applied(obj)
    name = obj["metadata"]["name"]  # perhaps with a hash at its end
    info = Info(resource, session.namespace if resource.namespaced else None, name, obj)
    if mode(session) != "client":
        info.object = _sent(session, info, refused)
    report(session, info, "created", suffix(session))
    return 0


def _sent(session: Session, info: Info, refused: str) -> Obj:
    try:
        return session.create(info.resource, info.namespace, info.object, query(session))
    except ServerFailure as failure:
        raise Failure(refused + failure.message) if refused else failure from None


def one_name(session: Session) -> str:
    """The one word before `--`."""
    words = session.args if session.parsed.dash < 0 else session.args[: session.parsed.dash]
    if len(words) != 1:
        raise UsageFailure(
            f"exactly one NAME is required, got {len(words)}", f"See '{session.path} -h' for help and examples"
        )
    return words[0]


def after_dash(session: Session) -> list[str]:
    """The words after `--`."""
    return [] if session.parsed.dash < 0 else session.args[session.parsed.dash :]


def head(api_version: str, kind: str, name: str, labels: dict[str, str] | None = None) -> Obj:
    """The beginning of a manifest."""
    metadata: Obj = {"name": name} | ({"labels": labels} if labels else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def image_name(image: str) -> str:
    """A container's name out of its image: the last part without tag and digest."""
    name = image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    return "".join(letter if letter.isalnum() or letter == "-" else "-" for letter in name.lower())
