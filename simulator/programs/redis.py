"""redis-server: a store of strings in memory, and on disk what it is told to keep (redis.io/docs/latest/commands)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.options import Dialect, Refused
from simulator.programs.patterns import BadPattern, glob
from simulator.programs.redis_disk import WRITES, Damaged, append, restore, save
from simulator.programs.redis_protocol import Value, decode, encode
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

PORT = 6379
DEFAULT_VERSION = "7.2.8"
MOST_KEYS = 10_000
LONGEST_VALUE = 1 << 20
LARGEST_INPUT = 4 << 20
MOST_CLIENTS = 200
COMMAND_COST = 20


# --- the server ----------------------------------------------------------------------------------------------------
def server(sys: Sys, dialect: Dialect) -> Step:
    """Serve until TERM or SHUTDOWN."""
    if "fd" not in sys.state:
        if any(word in ("-v", "--version") for word in sys.argv[1:]):
            sys.out(f"Redis server v={version(sys)} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n")
            return 0
        begin(sys)
    return Server(sys).step()


def version(sys: Sys) -> str:
    """Which redis this is."""
    return sys.env.get("REDIS_VERSION", DEFAULT_VERSION)


def log(sys: Sys, text: str, mark: str = "*") -> None:
    """A line of the server's log."""
    stamp = strftime("%d %b %Y %H:%M:%S", sys.unix) + f".{sys.unix // 1000 % 1000:03}"
    sys.out(f"{sys.pid}:M {stamp} {mark} {text}\n")


def _settings(sys: Sys) -> dict[str, str]:
    """What the configuration file and the command line say; the file comes first."""
    words = sys.argv[1:]
    settings = {
        "port": str(PORT),
        "bind": "",
        "requirepass": "",
        "appendonly": "no",
        "save": "3600 1 300 100 60 10000",
        "maxmemory": "0",
        "dir": sys.cwd,
    }
    if words and not words[0].startswith("--"):
        try:
            text = sys.read_file(words.pop(0)).decode("utf-8", "replace")
        except UnixError as error:
            raise Refused(f"Fatal error, can't open config file '{sys.argv[1]}': {error.message}\n", 1) from None
        for line in text.splitlines()[:2000]:
            name, _, value = line.strip().partition(" ")
            if name and not name.startswith("#"):
                settings[name.lower()] = value.strip().strip('"')
    while words:
        name = words.pop(0).removeprefix("--").lower()
        values = []
        while words and not words[0].startswith("--"):
            values.append(words.pop(0))
        settings[name] = " ".join(values)
    return settings


def begin(sys: Sys) -> None:
    """Say hello and listen."""
    settings = _settings(sys)
    stamp = strftime("%d %b %Y %H:%M:%S", sys.unix) + f".{sys.unix // 1000 % 1000:03}"
    sys.out(f"{sys.pid}:C {stamp} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n")
    sys.out(
        f"{sys.pid}:C {stamp} * Redis version={version(sys)}, bits=64, commit=00000000, modified=0, pid={sys.pid}, just started\n"
    )
    if len(sys.argv) > 1:
        sys.out(f"{sys.pid}:C {stamp} * Configuration loaded\n")
    else:
        sys.out(
            f"{sys.pid}:C {stamp} # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf\n"
        )
    port = int(settings["port"]) if settings["port"].isdecimal() and int(settings["port"][:6]) < 65536 else PORT
    try:
        fd = sys.listen(port)
    except UnixError as error:
        log(sys, f"Warning: Could not create server TCP listening socket *:{port}: bind: {error.message}", "#")
        log(sys, "Failed listening on port %u (tcp), aborting.".replace("%u", str(port)), "#")
        raise Refused("", 1) from None
    sys.argv = [f"redis-server *:{port}"]
    sys.catch("TERM", "INT")
    sys.state |= {"fd": fd, "port": port, "settings": settings, "keys": {}, "clients": {}, "begun": sys.now}
    log(sys, "monotonic clock: POSIX clock_gettime")
    log(sys, f"Running mode=standalone, port={port}.")
    log(sys, "Server initialized")
    load_keys(sys)
    log(sys, "Ready to accept connections tcp")


def load_keys(sys: Sys) -> None:
    """Take up what the run before has left on the disk; raises Refused."""
    server, known = Server(sys), {"known": True}
    try:
        restore(
            sys,
            sys.state["settings"],
            sys.state["keys"],
            lambda words: server.execute(words, known),
            lambda text: log(sys, text),
            version(sys),
        )
    except Damaged as error:
        log(sys, f"{error}", "#")
        raise Refused("", 1) from None
    except UnixError as error:
        log(sys, f"Can't open or create append-only dir: {error.message}", "#")
        raise Refused("", 1) from None


class Server:
    """State: `keys` (name to [value, end of its life or 0]), `clients` (descriptor to input, output, known)."""

    def __init__(self, sys: Sys) -> None:
        self.sys = sys
        self.state = sys.state
        self.keys: dict[str, Any] = sys.state["keys"]

    def step(self) -> Step:
        """Hear signals, take connections, answer."""
        if signal := self.sys.take_signal():
            log(self.sys, f"Received SIG{signal} scheduling shutdown...", "#")
            return self.shutdown()
        while len(self.state["clients"]) < MOST_CLIENTS and (fd := self.sys.accept(self.state["fd"])) is not None:
            self.state["clients"][str(fd)] = {"in": b"", "out": b"", "known": not self.state["settings"]["requirepass"]}
        for fd, client in list(self.state["clients"].items()):
            try:
                alive = self.serve(int(fd), client)
            except UnixError:
                alive = False
            if self.state.get("over"):
                return self.shutdown()
            if not alive:
                self.sys.close(int(fd))
                del self.state["clients"][fd]
        waiting = tuple(int(fd) for fd, client in self.state["clients"].items() if client["out"])
        return Wait(readable=(self.state["fd"], *(int(fd) for fd in self.state["clients"])), writable=waiting)

    def shutdown(self) -> int:
        """The last words, and the last snapshot; without save points none is written."""
        log(self.sys, "User requested shutdown...")
        if self.state["settings"]["appendonly"] == "yes":
            log(self.sys, "Calling fsync() on the AOF file.")
        if self.state["settings"]["save"] and not self.state.get("nosave"):
            log(self.sys, "Saving the final RDB snapshot before exiting.")
            problem = self.save()
            log(self.sys, f"Error trying to save the DB: {problem}" if problem else "DB saved on disk")
        log(self.sys, "Redis is now ready to exit, bye bye...", "#")
        return 0

    def save(self) -> str:
        """Write dump.rdb; why not, if it could not be written."""
        return save(self.sys, self.state["settings"], self.keys, version(self.sys))

    def serve(self, fd: int, client: dict[str, Any]) -> bool:
        ended = False
        while (data := self.sys.read(fd)) is not None:
            if not data:
                ended = True
                break
            client["in"] += data
            if len(client["in"]) > LARGEST_INPUT:
                return False
        while client["in"]:
            words, size = self.command(client["in"])
            if size == -1:
                break
            if size < -1:
                client["out"] += b"-ERR Protocol error\r\n"
                ended = True
                break
            client["in"] = client["in"][size:]
            if words:
                self.sys.charge(COMMAND_COST)
                client["out"] += encode(self.answer(words, client))
        if client["out"]:
            client["out"] = client["out"][self.sys.write(fd, client["out"]) :]
        return not ended or bool(client["out"])

    def command(self, data: bytes) -> tuple[list[bytes], int]:
        """The words of a command, sent as RESP or as a plain line."""
        if data[:1] == b"*":
            value, size = decode(data)
            return [item for item in value if isinstance(item, bytes)] if isinstance(value, list) else [], size
        end = data.find(b"\n")
        return (data[:end].split(), end + 1) if end >= 0 else ([], -1)

    def answer(self, words: list[bytes], client: dict[str, Any]) -> Value:
        """The reply to a command; what it changes is written down, if that is wanted."""
        reply = self.execute(words, client)
        failed = isinstance(reply, str) and reply.startswith("-")
        name = words[0].decode("utf-8", "replace").upper()
        if failed or name not in WRITES or self.state["settings"]["appendonly"] != "yes":
            return reply
        problem = append(self.sys, self.state["settings"], words, self.keys, version(self.sys))
        return f"-MISCONF Errors writing to the AOF file: {problem}" if problem else reply

    # --- commands ------------------------------------------------------------------------------------------------
    def execute(self, words: list[bytes], client: dict[str, Any]) -> Value:
        name = words[0].decode("utf-8", "replace").upper()
        texts = [word.decode("utf-8", "surrogateescape") for word in words[1:]]
        if name == "AUTH":
            client["known"] = bool(texts) and texts[-1] == self.state["settings"]["requirepass"]
            return "OK" if client["known"] else "-WRONGPASS invalid username-password pair or user is disabled."
        if not client["known"]:
            return "-NOAUTH Authentication required."
        entry = COMMANDS.get(name)
        if entry is None and name in OTHERS:
            return f"-ERR not simulated here: {name}; strings are"
        if entry is None:
            shown = " ".join(f"'{text[:128]}'" for text in texts[:20])
            return f"-ERR unknown command '{words[0].decode('utf-8', 'replace')[:128]}', with args beginning with: {shown}{' ' if shown else ''}"
        least, most = entry
        if not least <= len(texts) <= most:
            return f"-ERR wrong number of arguments for '{name.lower()}' command"
        found: Value = getattr(self, "do_" + name.lower())(texts)
        return found

    def find(self, key: str) -> bytes | None:
        entry = self.keys.get(key)
        if entry is not None and entry[1] and entry[1] <= self.sys.now:
            del self.keys[key]
            return None
        return entry[0] if entry is not None else None

    def put(self, key: str, value: bytes, until: int = 0) -> Value:
        if len(value) > LONGEST_VALUE or (key not in self.keys and len(self.keys) >= MOST_KEYS):
            return "-OOM command not allowed when used memory > 'maxmemory'."
        self.keys[key] = [value, until]
        return "OK"

    def do_ping(self, words: list[str]) -> Value:
        return words[0].encode("utf-8", "surrogateescape") if words else "PONG"

    def do_echo(self, words: list[str]) -> Value:
        return words[0].encode("utf-8", "surrogateescape")

    def do_set(self, words: list[str]) -> Value:
        flags = [word.upper() for word in words[2:]]
        there = self.find(words[0]) is not None
        if ("NX" in flags and there) or ("XX" in flags and not there):
            return None
        until = 0
        for flag, unit in (("EX", SECOND), ("PX", 1000)):
            if flag in flags:
                number = flags[flags.index(flag) + 1 : flags.index(flag) + 2]
                if not number or not number[0].isdecimal() or not int(number[0][:15]) > 0:
                    return "-ERR value is not an integer or out of range"
                until = self.sys.now + int(number[0][:15]) * unit
        return self.put(words[0], words[1].encode("utf-8", "surrogateescape"), until)

    def do_setnx(self, words: list[str]) -> Value:
        return (
            1
            if self.find(words[0]) is None and self.put(words[0], words[1].encode("utf-8", "surrogateescape")) == "OK"
            else 0
        )

    def do_get(self, words: list[str]) -> Value:
        return self.find(words[0])

    def do_mget(self, words: list[str]) -> Value:
        return [self.find(word) for word in words]

    def do_mset(self, words: list[str]) -> Value:
        if len(words) % 2:
            return "-ERR wrong number of arguments for 'mset' command"
        for key, value in zip(words[::2], words[1::2], strict=True):
            self.put(key, value.encode("utf-8", "surrogateescape"))
        return "OK"

    def do_append(self, words: list[str]) -> Value:
        value = (self.find(words[0]) or b"") + words[1].encode("utf-8", "surrogateescape")
        answer = self.put(words[0], value)
        return len(value) if answer == "OK" else answer

    def do_strlen(self, words: list[str]) -> Value:
        return len(self.find(words[0]) or b"")

    def do_del(self, words: list[str]) -> Value:
        return sum(self.find(word) is not None and self.keys.pop(word, None) is not None for word in words)

    def do_exists(self, words: list[str]) -> Value:
        return sum(self.find(word) is not None for word in words)

    def do_type(self, words: list[str]) -> Value:
        return "string" if self.find(words[0]) is not None else "none"

    def do_keys(self, words: list[str]) -> Value:
        try:
            pattern = glob(words[0])
        except BadPattern:
            return []
        return [
            key.encode("utf-8", "surrogateescape")
            for key in list(self.keys)
            if self.find(key) is not None and pattern.search(key.encode("utf-8", "surrogateescape"))
        ]

    def add(self, key: str, amount: int) -> Value:
        text = self.find(key) or b"0"
        if not text.removeprefix(b"-").isdigit() or len(text) > 20 or not -(1 << 63) <= int(text) + amount < 1 << 63:
            return "-ERR value is not an integer or out of range"
        entry = self.keys.get(key)
        self.put(key, b"%d" % (int(text) + amount), entry[1] if entry else 0)
        return int(text) + amount

    def do_incr(self, words: list[str]) -> Value:
        return self.add(words[0], 1)

    def do_decr(self, words: list[str]) -> Value:
        return self.add(words[0], -1)

    def do_incrby(self, words: list[str]) -> Value:
        good = words[1].removeprefix("-").isdecimal() and len(words[1]) < 19
        return self.add(words[0], int(words[1])) if good else "-ERR value is not an integer or out of range"

    def do_expire(self, words: list[str]) -> Value:
        if self.find(words[0]) is None or not words[1].isdecimal():
            return 0
        self.keys[words[0]][1] = self.sys.now + int(words[1][:12]) * SECOND
        return 1

    def do_pexpireat(self, words: list[str]) -> Value:
        if self.find(words[0]) is None or not words[1].isdecimal():
            return 0
        self.keys[words[0]][1] = max(self.sys.now + int(words[1][:15]) * 1000 - self.sys.unix, 1)
        return 1

    def do_ttl(self, words: list[str]) -> Value:
        if self.find(words[0]) is None:
            return -2
        until = self.keys[words[0]][1]
        return (until - self.sys.now + SECOND // 2) // SECOND if until else -1

    def do_dbsize(self, words: list[str]) -> Value:
        return sum(self.find(key) is not None for key in list(self.keys))

    def do_flushall(self, words: list[str]) -> Value:
        self.keys.clear()
        return "OK"

    do_flushdb = do_flushall

    def do_select(self, words: list[str]) -> Value:
        return "OK" if words[0] == "0" else "-ERR not simulated here: databases other than 0"

    def do_save(self, words: list[str]) -> Value:
        problem = self.save()
        return f"-ERR {problem}" if problem else "OK"

    def do_bgsave(self, words: list[str]) -> Value:
        problem = self.save()
        return f"-ERR {problem}" if problem else "Background saving started"

    def do_time(self, words: list[str]) -> Value:
        return [b"%d" % (self.sys.unix // SECOND), b"%d" % (self.sys.unix % SECOND)]

    def do_command(self, words: list[str]) -> Value:
        return []

    def do_client(self, words: list[str]) -> Value:
        return "OK"

    def do_config(self, words: list[str]) -> Value:
        settings = self.state["settings"]
        if words[0].upper() == "GET" and len(words) == 2:
            try:
                pattern = glob(words[1].lower())
            except BadPattern:
                return []
            return [
                text.encode("utf-8", "surrogateescape")
                for name, value in settings.items()
                if pattern.search(name.encode())
                for text in (name, value)
            ]
        if words[0].upper() == "SET" and len(words) == 3:
            if words[1].lower() not in settings:
                return f"-ERR Unknown option or number of arguments for CONFIG SET - '{words[1]}'"
            settings[words[1].lower()] = words[2][:1000]
            return "OK"
        return f"-ERR unknown subcommand '{words[0]}'. Try CONFIG HELP."

    def do_info(self, words: list[str]) -> Value:
        seconds = (self.sys.now - self.state["begun"]) // SECOND
        sections = {
            "server": f"# Server\r\nredis_version:{version(self.sys)}\r\nredis_mode:standalone\r\nos:Linux\r\nprocess_id:{self.sys.pid}\r\ntcp_port:{self.state['port']}\r\nuptime_in_seconds:{seconds}\r\n",
            "clients": f"# Clients\r\nconnected_clients:{len(self.state['clients'])}\r\n",
            "memory": f"# Memory\r\nused_memory:{900_000 + sum(len(entry[0]) for entry in self.keys.values())}\r\n",
            "replication": "# Replication\r\nrole:master\r\nconnected_slaves:0\r\n",
            "keyspace": "# Keyspace\r\n" + (f"db0:keys={len(self.keys)},expires={sum(bool(entry[1]) for entry in self.keys.values())},avg_ttl=0\r\n" if self.keys else ""),
        }  # fmt: skip
        wanted = words[0].lower() if words else ""
        return (sections.get(wanted, "") if wanted else "\r\n".join(sections.values())).encode()

    def do_shutdown(self, words: list[str]) -> Value:
        self.state["over"] = True
        self.state["nosave"] = [word.upper() for word in words[:1]] == ["NOSAVE"]
        return "OK"

    def do_role(self, words: list[str]) -> Value:
        return [b"master", 0, []]


ANY = 1024
# What a real server knows besides: data of other kinds, and what belongs to them.
OTHER_NAMES = """
LPUSH RPUSH LPOP RPOP LRANGE LLEN LINDEX LREM LSET LTRIM BLPOP BRPOP HSET HGET HGETALL HDEL HEXISTS HINCRBY HKEYS HVALS HLEN HMSET HMGET HSCAN
SADD SREM SMEMBERS SISMEMBER SCARD SPOP SINTER SUNION SDIFF ZADD ZRANGE ZREM ZSCORE ZCARD ZRANK ZINCRBY ZREVRANGE XADD XREAD XRANGE XLEN
PUBLISH SUBSCRIBE PSUBSCRIBE UNSUBSCRIBE MULTI EXEC DISCARD WATCH EVAL EVALSHA SCRIPT PERSIST PEXPIRE EXPIREAT PTTL DECRBY INCRBYFLOAT GETSET
GETDEL GETEX GETRANGE SETRANGE SETEX PSETEX MSETNX RENAME RENAMENX SCAN SORT RANDOMKEY UNLINK TOUCH OBJECT DUMP RESTORE MIGRATE COPY MOVE
SETBIT GETBIT BITCOUNT BITOP PFADD PFCOUNT GEOADD GEOSEARCH SLAVEOF REPLICAOF CLUSTER SENTINEL MONITOR SLOWLOG LATENCY MEMORY DEBUG WAIT ACL
LASTSAVE BGREWRITEAOF MODULE SWAPDB
"""
OTHERS = frozenset(OTHER_NAMES.split())
# How many words each takes at least and at most.
COMMANDS = {
    "PING": (0, 1), "ECHO": (1, 1), "SET": (2, 6), "SETNX": (2, 2), "GET": (1, 1), "MGET": (1, ANY), "MSET": (2, ANY), "APPEND": (2, 2), "STRLEN": (1, 1),
    "DEL": (1, ANY), "EXISTS": (1, ANY), "TYPE": (1, 1), "KEYS": (1, 1), "INCR": (1, 1), "DECR": (1, 1), "INCRBY": (2, 2), "EXPIRE": (2, 3), "PEXPIREAT": (2, 3), "TTL": (1, 1),
    "DBSIZE": (0, 0), "FLUSHALL": (0, 1), "FLUSHDB": (0, 1), "SELECT": (1, 1), "SAVE": (0, 0), "BGSAVE": (0, 1), "TIME": (0, 0), "COMMAND": (0, ANY),
    "CLIENT": (1, ANY), "CONFIG": (1, ANY), "INFO": (0, ANY), "SHUTDOWN": (0, 3), "ROLE": (0, 0),
}  # fmt: skip
