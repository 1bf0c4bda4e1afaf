"""The children of Apache's httpd: they run as www-data and only wait, as their parent does their work (MPM event)."""

from simulator.programs import identities
from simulator.programs.calendar import civil, strftime
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

USER = "www-data"
CHILDREN = 3
FATAL = 15  # the exit code of a child without which the server cannot be
GENTLE = ("TERM", "INT", "QUIT", "WINCH")


def apache_log(sys: Sys, code: str, text: str) -> None:
    """A line of the error log."""
    sys.err(
        f"[{strftime('%a %b %d %H:%M:%S', sys.unix)}.{sys.unix % 10**6:06} {civil(sys.unix).year}] [{code}] [pid {sys.pid}:tid {sys.pid}] {text}\n"
    )


def start(sys: Sys) -> None:
    """Start the children."""
    sys.state["children"] = [sys.fork({"role": "child"}) for _ in range(CHILDREN)]


def child(sys: Sys) -> Step:
    """A child gives up root, and lives until it is told to end."""
    if not sys.state.get("ready"):
        sys.catch(*GENTLE)
        sys.state["ready"] = True
        user = identities.known(sys, USER)
        try:
            if user:
                identities.become(sys, user)
        except UnixError as error:
            text = f"(1){error.message}: AH02155: setgid: unable to set group id to Group {user.gid if user else 0}"
            apache_log(sys, "unixd:alert", text)
            return FATAL
    return 0 if sys.take_signal() else Wait()


def look_after(sys: Sys) -> int:
    """Put another child in the place of one that ended; the code with which the server ends if that is of no use, else 0."""
    children: list[int] = sys.state["children"]
    try:
        while (ended := sys.wait()) is not None:
            if ended.pid not in children:
                continue
            children.remove(ended.pid)
            if not ended.signal and ended.code == FATAL:
                text = f"AH00050: Child {ended.pid} returned a Fatal error... Apache is exiting!"
                apache_log(sys, "core:alert", text)
                dismiss(sys)
                return 1
            children.append(sys.fork({"role": "child"}))
    except UnixError:
        return 0  # there is no child at all
    return 0


def dismiss(sys: Sys) -> None:
    """Let the children end."""
    for pid in sys.state["children"]:
        try:
            sys.kill(pid, "TERM")
        except UnixError:
            continue
