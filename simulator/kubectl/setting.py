"""Setting something in each of the objects that a command line names (models kubectl/pkg/cmd/set/helper.go)."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT
from simulator.kubectl.dry_run import suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import modify
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

NOTHING = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
REFUSED = "failed to patch {what} update to pod template"
COMMON = f"--all=false --field-manager=kubectl-set --local=false {DRY_RUN} {FILES} {PRINT} {ONE_SELECTOR}"


def each(session: Session, words: list[str], act: Callable[[Info], None]) -> Step:
    """Do *act* with each object that *words* and the flags name."""
    infos, failures = fetch(session, choose(session, words))
    raise_all(for_each(session, infos, act, failures))
    return 0


def changed(
    session: Session, info: Info, change: Callable[[Obj], None], done: str, refused: str = "", *, always: bool = False
) -> None:
    """Change an object and say that it is *done*, *always* or only where something differs. A refusal by the server is told after the words
    *refused*, if there are any; that the object cannot be changed, with its name."""
    try:
        differs = modify(session, info, change)
    except ServerFailure as failure:
        raise Failure(refused + failure.message) if refused else failure from None
    except Failure as failure:
        raise _named(session, info, failure) from None
    if differs or always:
        report(session, info, done, suffix(session))


def _named(session: Session, info: Info, failure: Failure) -> Failure:
    """Why an object cannot be changed, with its name; the message ends with the end of a line."""
    kind = info.resource.kind.lower() if session.flag("local") else info.resource.plural
    return told(f"{kind}/{info.name} {failure.message}\n")


def told(text: str) -> Failure:
    """A failure whose message begins with `error: ` also where there are several."""
    return Failure(f"error: {text}", prefix="")


def picked(spec: Obj, pattern: str, *, init: bool = False) -> list[Obj]:
    """The containers whose names fit *pattern*, in which `*` stands for anything; init containers come last."""
    kinds = ("containers", "initContainers") if init else ("containers",)
    found = [container for kind in kinds for container in spec.get(kind) or []]
    return [container for container in found if fnmatchcase(str(container.get("name")), pattern)]
