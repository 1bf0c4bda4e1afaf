"""`kubectl describe`: by type, name, beginning of a name, selector or file."""

from simulator.kubectl.cli import FILES, ONE_SELECTOR, Command
from simulator.kubectl.describe import describe_object
from simulator.kubectl.describers.page import Reader
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info, info_of, items
from simulator.kubectl.selection import choose, fetch, list_namespace, none_found
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

NOTHING = 'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.'


def run(session: Session) -> Step:
    """Describe what the command line names."""
    choice = choose(session, session.args, lists=True, empty=NOTHING)
    prefix = len(choice.named) == 1 and not choice.listed
    infos, failures = fetch(session, choice)
    by_prefix = False
    if prefix and failures and _not_found(failures[0]):
        infos = _with_prefix(session, choice.named[0])
        by_prefix = True
        failures = [] if infos else failures
    selected = by_prefix or bool(session.flag("selector"))
    wanted = bool(session.flag("show-events")) and ((len(infos) < 2 and not selected) or session.given("show-events"))
    reader = Reader(session.ask, session.sys.unix, wanted)
    pages = [describe_object(reader, info.resource, info.object) for info in infos]
    session.out("".join(f"{page}\n" for page in pages) if by_prefix else "\n\n".join(pages))
    if not infos and not failures:
        session.err(none_found(session))
    raise_all(failures)
    return 0


def _not_found(failure: Failure) -> bool:
    return isinstance(failure, ServerFailure) and failure.reason == "NotFound"


def _with_prefix(session: Session, wanted: Info) -> list[Info]:
    """The objects whose names begin with the name that does not exist."""
    body = session.list(wanted.resource, list_namespace(session, wanted.resource), query={"limit": "500"})
    found = (info_of(wanted.resource, obj) for obj in items(wanted.resource, body))
    return [info for info in found if info.name.startswith(wanted.name)]


COMMAND = Command(
    "describe",
    "Show details of a specific resource or group of resources",
    run,
    "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
    declare("-A --all-namespaces=false --chunk-size=500 --show-events=true", FILES, ONE_SELECTOR),
    group="Troubleshooting and Debugging Commands",
)
