"""Programs that only live: pause (build/pause/linux/pause.c), system daemons, and databases that say that they are ready."""

from typing import NamedTuple

from simulator.programs.calendar import strftime
from simulator.programs.options import Dialect, refuse
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
        sys.catch(*GENTLE)
        sys.ignore("HUP")
        sys.state["ready"] = True
    if any(signal in GENTLE for signal in _taken(sys)):
        return 0
    return Wait()


def _taken(sys: Sys) -> list[str]:
    found = []
    while signal := sys.take_signal():
        found.append(signal)
    return found


class Database(NamedTuple):
    """What a database says when it starts and ends, where it listens, and what it wants to be told."""

    port: int
    lines: tuple[str, ...]
    last: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    missing: str = ""
    stamp: str = "%Y-%m-%dT%H:%M:%S.%NZ"


MYSQL = Database(
    3306,
    (
        "{now} 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld {version}) starting as process {pid}",
        "{now} 1 [System] [MY-013576] [InnoDB] InnoDB initialization has started.",
        "{now} 1 [System] [MY-013577] [InnoDB] InnoDB initialization has ended.",
        "{now} 0 [Warning] [MY-010068] [Server] CA certificate ca.pem is self signed.",
        "{now} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '{version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.",
    ),
    (
        "{now} 0 [System] [MY-013172] [Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: {version}).",
        "{now} 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete (mysqld {version})  MySQL Community Server - GPL.",
    ),
    ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"),
    "{day} {clock}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD",
)
POSTGRES = Database(
    5432,
    (
        "{day} {clock}.100 UTC [{pid}] LOG:  starting PostgreSQL {version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit",
        '{day} {clock}.101 UTC [{pid}] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
        '{day} {clock}.103 UTC [{pid}] LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"',
        "{day} {clock}.119 UTC [{pid}] LOG:  database system is ready to accept connections",
    ),
    (
        "{day} {clock}.200 UTC [{pid}] LOG:  received fast shutdown request",
        "{day} {clock}.240 UTC [{pid}] LOG:  database system is shut down",
    ),
    ("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"),
    'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
)
VERSIONS = {
    "mysqld": ("MYSQL_VERSION", "8.4.5"),
    "postgres": ("PG_VERSION", "17.5"),
    "mariadbd": ("MARIADB_VERSION", "11.4.5"),
}


def mysqld(sys: Sys, dialect: Dialect) -> Step:
    """MySQL, as far as its log and its port go."""
    return _database(sys, MYSQL, "mysqld")


def postgres(sys: Sys, dialect: Dialect) -> Step:
    """PostgreSQL, as far as its log and its port go."""
    return _database(sys, POSTGRES, "postgres")


def _database(sys: Sys, database: Database, name: str) -> Step:
    state = sys.state
    if "fd" not in state:
        if not any(sys.env.get(variable) for variable in database.needs):
            _say(sys, name, (database.missing,))
            return 1
        sys.catch(*GENTLE)
        state["fd"] = sys.listen(database.port)
        _say(sys, name, database.lines)
    if any(signal in GENTLE for signal in _taken(sys)):
        _say(sys, name, database.last)
        return 0
    # A client gets as far as the connection: the protocol is not simulated.
    while (fd := sys.accept(state["fd"])) is not None:
        sys.close(fd)
    reap(sys)
    return Wait(readable=(state["fd"],))


def _say(sys: Sys, name: str, lines: tuple[str, ...]) -> None:
    variable, default = VERSIONS[name]
    values = {
        "now": strftime("%Y-%m-%dT%H:%M:%S.", sys.unix) + f"{sys.unix % 10**6:06}Z",
        "day": strftime("%Y-%m-%d", sys.unix),
        "clock": strftime("%H:%M:%S", sys.unix),
        "pid": str(sys.pid),
        "version": sys.env.get(variable, default).partition("-")[0],
    }
    for line in lines:
        for key, value in values.items():
            line = line.replace("{" + key + "}", value)
        sys.err(line + "\n")


def entrypoint(sys: Sys, dialect: Dialect) -> Step:
    """An image's docker-entrypoint.sh of which only the end matters: run what was given."""
    words = sys.argv[1:]
    if not words:
        return 0
    try:
        return Exec(words, None, sys.which(words[0]))
    except UnixError as error:
        raise refuse(
            sys,
            f"exec: {words[0]}: {'not found' if error.name == 'ENOENT' else error.message}",
            127 if error.name == "ENOENT" else 126,
        ) from None
