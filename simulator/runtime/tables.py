"""The tables of all machines: typed doors to the plain dicts of the value in which everything here is kept."""

from typing import Any

from simulator.kernel.world import World

Data = dict[str, Any]
COMPONENT = "machine"
TABLES = (
    "hosts",
    "spaces",
    "disks",
    "processes",
    "open",
    "io",
    "terminals",
    "networks",
    "sandboxes",
    "containers",
    "execs",
    "volumes",
    "pulls",
    "buckets",
    "watches",
    "outside",
    "counters",
)


class Tables:
    """Each attribute is a table of the value: string key -> record. Records are described where they are made."""

    def __init__(self, world: World) -> None:
        self.world = world
        section = world.section("machines")
        tables = [section.setdefault(name, {}) for name in TABLES]
        self.hosts: dict[str, Data] = tables[0]
        self.spaces: dict[str, Data] = tables[1]
        self.disks: dict[str, Data] = tables[2]
        self.processes: dict[str, Data] = tables[3]
        self.open: dict[str, Data] = tables[4]
        self.io: dict[str, Data] = tables[5]
        self.terminals: dict[str, Data] = tables[6]
        self.networks: dict[str, Data] = tables[7]
        self.sandboxes: dict[str, Data] = tables[8]
        self.containers: dict[str, Data] = tables[9]
        self.execs: dict[str, Data] = tables[10]
        self.volumes: dict[str, Data] = tables[11]
        self.pulls: dict[str, Data] = tables[12]
        self.buckets: dict[str, Data] = tables[13]
        self.watches: dict[str, list[str]] = tables[14]
        self.outside: dict[str, Any] = tables[15]
        self.counters: dict[str, int] = tables[16]

    def machine_of(self, space: str) -> str:
        """The host in whose files, or in those of whose container, one is that is in a *space*."""
        inside = self.containers.get(space)
        return str(inside["node"]) if inside is not None else space

    def number(self, counter: str, first: int = 1) -> int:
        """The next number of *counter*."""
        value = self.counters.get(counter, first)
        self.counters[counter] = value + 1
        return value

    def wake(self, process: str, after: int = 0) -> None:
        """Let the process with this key be looked at."""
        self.world.agenda.wake(COMPONENT, f"process:{process}", after=after)

    def wake_all(self, waiting: list[str]) -> None:
        """Let all who wait be looked at, and forget them: who still waits will say so again."""
        for process in waiting:
            self.wake(process)
        waiting.clear()


class OfPods:
    """Records by the uid of their Pod, in the order of their table: an index over containers or sandboxes."""

    def __init__(self, table: dict[str, Data]) -> None:
        self.table = table
        self.keys: dict[str, dict[str, None]] = {}
        for key in table:
            self.add(key)

    def add(self, key: str) -> None:
        """A record has come."""
        self.keys.setdefault(self.table[key]["uid"], {})[key] = None

    def remove(self, key: str) -> None:
        """A record is about to go."""
        uid = self.table[key]["uid"]
        self.keys[uid].pop(key, None)
        if not self.keys[uid]:
            del self.keys[uid]

    def find(self, node: str, uid: str) -> list[Data]:
        """The records on a node, those of one Pod if *uid* is given."""
        found = [self.table[key] for key in self.keys.get(uid, ())] if uid else list(self.table.values())
        return [record for record in found if record["node"] == node]


def bulk(value: Any) -> int:
    """The characters and bytes in plain data."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(map(len, value)) + sum(map(bulk, value.values()))
    return sum(map(bulk, value)) if isinstance(value, list) else 0


def copied(value: Any) -> Any:
    """A copy of plain data that shares nothing which can change."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value
