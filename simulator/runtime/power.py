"""The power of a host: what is lost when it goes, and what its runtime finds when it is back (containerd's restart.go)."""

from simulator.runtime.containers import Containers
from simulator.runtime.machinery import Machinery

UNKNOWN_EXIT_CODE, UNKNOWN_EXIT_REASON = 255, "Unknown"


class Power:
    """Switches hosts off and on."""

    def __init__(self, machinery: Machinery, containers: Containers) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.containers = containers

    def off(self, node: str) -> None:
        """Everything in containers ends, without a word to anybody; so do the programs of those who are logged in."""
        self.machinery.silent = True
        for record in [each for each in self.tables.containers.values() if each["node"] == node]:
            if record["state"] == "running":
                self.containers.kill(record["id"])
                record |= {"exit_code": UNKNOWN_EXIT_CODE, "reason": UNKNOWN_EXIT_REASON, "cut_off": True}
        for sandbox in self.tables.sandboxes.values():
            pause = self.machinery.processes.live(sandbox["pause"]) if sandbox["node"] == node else None
            if pause is not None:
                self.machinery.processes.end(pause, 137, "KILL")
            if sandbox["node"] == node and sandbox["state"] == "created":
                sandbox["state"] = "notready"
        for process in list(self.tables.processes.values()):
            if process["host"] == node and process["tty"] and process["end"] is None:
                self.machinery.processes.end(process, 137, "KILL")
        self.machinery.silent = False

    def on(self, node: str) -> None:
        """The host boots; what ended with it counts as ended now, when the runtime finds it so."""
        unix = self.machinery.world.unix
        self.tables.hosts[node] |= {"boot": unix, "boot_id": self.machinery.world.dice.hex(32)}
        for record in self.tables.containers.values():
            if record["node"] == node and record.pop("cut_off", False):
                record["finished"] = unix
