"""Programs that only live: pause (build/pause/linux/pause.c) and system daemons; and the entrypoint of images."""

from simulator.programs import identities, versions
from simulator.programs.options import Dialect, Refused, own_name, refuse
from simulator.runtime.syscalls import Exec, Step, Sys, UnixError, Wait

GENTLE = ("TERM", "INT", "QUIT")


def reap(sys: Sys) -> None:
    """Take leave of all children that have ended."""
    try:
        while sys.wait() is not None:
            pass
    except UnixError:
        return


def pause(sys: Sys, dialect: Dialect) -> Step:
    """Hold the sandbox's namespaces, and be the parent of orphans."""
    if sys.argv[1:2] == ["-v"]:
        sys.out("pause.c v3.10\n")
        return 0
    if not sys.state.get("ready"):
        sys.catch("TERM", "INT")
        sys.state["ready"] = True
    while signal := sys.take_signal():
        if signal in ("TERM", "INT"):
            sys.err(f"Shutting down, got signal: {'Terminated' if signal == 'TERM' else 'Interrupt'}\n")
            return 0
    reap(sys)
    return Wait(child=True)


def daemon(sys: Sys, dialect: Dialect) -> Step:
    """A system daemon whose work is done elsewhere in the simulator: alive until it is told to end."""
    if not sys.state.get("ready"):
        if versions.told(sys, own_name(sys)):
            return 0
        sys.catch(*GENTLE)
        sys.ignore("HUP")
        sys.state["ready"] = True
    if any(signal in GENTLE for signal in taken(sys)):
        return 0
    return Wait()


def taken(sys: Sys) -> list[str]:
    """The signals that were caught since the last look."""
    found = []
    while signal := sys.take_signal():
        found.append(signal)
    return found


# As whom the entrypoints of images run their server when they are root, and which folder they give to it.
SERVANTS = {
    "redis-server": ("redis", "."),
    "postgres": ("postgres", "/var/lib/postgresql/data"),
    "mysqld": ("mysql", "/var/lib/mysql"),
    "mariadbd": ("mysql", "/var/lib/mysql"),
    "mongod": ("mongodb", "/data/db"),
}


def step_down(sys: Sys, program: str) -> None:
    """Be root no longer where an image has a user for *program*; raises Refused."""
    name, folder = SERVANTS.get(program, ("", ""))
    user = identities.known(sys, name) if name else None
    if user is None:
        return
    try:
        identities.hand_over(sys, folder, user)
    except UnixError as error:
        raise Refused(f"chown: changing ownership of '{folder}': {error.message}\n", 1) from None
    try:
        identities.become(sys, user)
    except UnixError as error:
        raise Refused(f'error: failed switching to "{name}": {error.message.lower()}\n', 1) from None


def entrypoint(sys: Sys, dialect: Dialect) -> Step:
    """An image's docker-entrypoint.sh of which only the end matters: run what was given."""
    words = sys.argv[1:]
    if not words:
        return 0
    step_down(sys, words[0])
    try:
        return Exec(words, None, sys.which(words[0]))
    except UnixError as error:
        raise refuse(
            sys,
            f"exec: {words[0]}: {'not found' if error.name == 'ENOENT' else error.message}",
            127 if error.name == "ENOENT" else 126,
        ) from None
