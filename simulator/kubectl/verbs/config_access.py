"""What all of `kubectl config` does with its words and its files."""

from simulator.kubectl.failures import Misused
from simulator.kubectl.kubeconfig_files import Files
from simulator.kubectl.session import Obj, Session


def files(session: Session) -> Files:
    """The files that this command looks at."""
    return Files(session.sys, session.flag("kubeconfig"))


def save(session: Session, config: Obj, *, relative: bool = True) -> None:
    """Write what has been changed."""
    files(session).modify(config, relative=relative)


def only(session: Session) -> str:
    """The one word of the command line."""
    return words(session, 1)[0]


def words(session: Session, count: int) -> list[str]:
    """The words of the command line, which are so many."""
    if len(session.args) != count:
        raise Misused(f"Unexpected args: [{' '.join(session.args)}]")
    return session.args
