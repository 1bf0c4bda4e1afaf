"""Databases as far as their logs and ports go, and the clients that only ask whether they are there."""

from typing import NamedTuple

from simulator.programs import versions
from simulator.programs.calendar import strftime
from simulator.programs.daemons import GENTLE, reap, taken
from simulator.programs.options import Dialect, not_simulated, own_name
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait


class Database(NamedTuple):
    """What a database says when it starts and ends, where it listens, and what it wants to be told."""

    port: int
    lines: tuple[str, ...]
    last: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    missing: str = ""


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
MARIADB = Database(
    3306,
    (
        "{day} {clock} 0 [Note] Starting MariaDB {version}-MariaDB-ubu2404 source revision  server_uid as process {pid}",
        "{day} {clock} 0 [Note] InnoDB: log sequence number 46996; transaction id 15",
        "{day} {clock} 0 [Note] Server socket created on IP: '0.0.0.0', port: '3306'.",
        "{day} {clock} 0 [Note] mariadbd: ready for connections.",
        "Version: '{version}-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution",
    ),
    ("{day} {clock} 0 [Note] mariadbd: Shutdown complete",),
    tuple(
        f"{brand}_{rest}"
        for brand in ("MARIADB", "MYSQL")
        for rest in ("ROOT_PASSWORD", "ALLOW_EMPTY_ROOT_PASSWORD", "ALLOW_EMPTY_PASSWORD", "RANDOM_ROOT_PASSWORD")
    ),
    "{day} {clock}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD",
)
MONGO = Database(
    27017,
    (
        '{"t":{"$date":"{now}"},"s":"I",  "c":"CONTROL",  "id":4615611, "ctx":"initandlisten","msg":"MongoDB starting","attr":{"pid":{pid},"port":27017,"dbPath":"/data/db","architecture":"64-bit"}}',
        '{"t":{"$date":"{now}"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}',
    ),
    (
        '{"t":{"$date":"{now}"},"s":"I",  "c":"CONTROL",  "id":23138,   "ctx":"SignalHandler","msg":"Shutting down","attr":{"exitCode":0}}',
    ),
)
MEMCACHED = Database(11211, ())
SERVERS = {"mysqld": MYSQL, "mariadbd": MARIADB, "postgres": POSTGRES, "mongod": MONGO, "memcached": MEMCACHED}


def main(sys: Sys, dialect: Dialect) -> Step:
    """A database, as far as its log and its port go."""
    name = own_name(sys)
    database = SERVERS[name]
    state = sys.state
    if "fd" not in state:
        if versions.told(sys, name):
            return 0
        if database.needs and not any(sys.env.get(variable) for variable in database.needs):
            _say(sys, name, (database.missing,))
            return 1
        sys.catch(*GENTLE)
        state["fd"] = sys.listen(database.port)
        _say(sys, name, database.lines)
    if any(signal in GENTLE for signal in taken(sys)):
        _say(sys, name, database.last)
        return 0
    # A client gets as far as the connection: the protocol is not simulated.
    while (fd := sys.accept(state["fd"])) is not None:
        sys.close(fd)
    reap(sys)
    return Wait(readable=(state["fd"],))


def _say(sys: Sys, name: str, lines: tuple[str, ...]) -> None:
    values = {
        "now": strftime("%Y-%m-%dT%H:%M:%S.", sys.unix) + f"{sys.unix % 10**6:06}Z",
        "day": strftime("%Y-%m-%d", sys.unix),
        "clock": strftime("%H:%M:%S", sys.unix),
        "pid": str(sys.pid),
        "version": versions.of_daemon(sys, name),
    }
    for line in lines:
        for key, value in values.items():
            line = line.replace("{" + key + "}", value)
        sys.err(line + "\n")


# --- clients -------------------------------------------------------------------------------------------------------
class Ping(NamedTuple):
    """How a client that only asks whether the server is there words its answer, and ends."""

    port: int
    alive: str
    dead: str
    dead_code: int


DEAD_MYSQL = (
    "{name}: connect to server at 'localhost' failed\n"
    "error: 'Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)'\n"
    "Check that mysqld is running and that the socket: '/var/run/mysqld/mysqld.sock' exists!\n"
)
PINGS = {
    "mysqladmin": Ping(3306, "mysqld is alive\n", DEAD_MYSQL, 1),
    "mariadb-admin": Ping(3306, "mysqld is alive\n", DEAD_MYSQL, 1),
    "pg_isready": Ping(
        5432, "/var/run/postgresql:5432 - accepting connections\n", "/var/run/postgresql:5432 - no response\n", 2
    ),
}


def ping(sys: Sys, dialect: Dialect) -> Step:
    """mysqladmin ping, pg_isready: whether the server in this container takes connections."""
    name = own_name(sys)
    if versions.told(sys, name):
        return 0
    if name != "pg_isready" and "ping" not in sys.argv[1:]:
        raise not_simulated(sys, f"{name} but `{name} ping`")
    words = PINGS[name]
    if "fd" not in sys.state:
        sys.state["fd"] = sys.connect("127.0.0.1", words.port)
    try:
        if not sys.connected(sys.state["fd"]):
            return Wait(writable=(sys.state["fd"],))
    except UnixError:
        (sys.out if name == "pg_isready" else sys.err)(words.dead.replace("{name}", name))
        return words.dead_code
    sys.out(words.alive)
    return 0
