"""Pod sandboxes: the pause container, the Pod's network and address, the files that all its containers share (containerd)."""

from typing import Any

from simulator.kernel.units import MILLISECOND
from simulator.runtime.cri_api import CriError, SandboxConfig
from simulator.runtime.limits import MIB, SMALLEST_MEMORY
from simulator.runtime.machinery import Machinery
from simulator.runtime.processes import Processes
from simulator.runtime.start_errors import NO_INIT
from simulator.runtime.tables import COMPONENT, Data, OfPods
from simulator.runtime.trees import ROOT, directory, ensure_root, new_disk, regular
from simulator.runtime.walk import visitor

READY_AFTER = (180 * MILLISECOND, 420 * MILLISECOND)
NO_HANDLER = (
    'rpc error: code = Unknown desc = unable to get OCI runtime for sandbox "{}": no runtime for "{}" is configured'
)
NO_ADDRESS = (
    'rpc error: code = Unknown desc = failed to setup network for sandbox "{}": plugin type="bridge" failed (add): '
    "failed to allocate for range 0: no IP addresses available in range set"
)
NO_MEMORY = f'rpc error: code = Unknown desc = failed to start sandbox "{{}}": {NO_INIT}'
SHARED_BUDGET = MIB


class Sandboxes:
    """The table `sandboxes`: what a SandboxConfig says, and id, node, state, ip, created, net, ns, pause, disk."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.processes: Processes = machinery.processes
        self.of_pods = OfPods(self.tables.sandboxes)

    def find(self, sandbox: str) -> Data:
        """The record; CriError if there is none."""
        record = self.tables.sandboxes.get(sandbox)
        if record is None:
            raise CriError(
                f'rpc error: code = NotFound desc = an error occurred when try to find sandbox "{sandbox}": not found'
            )
        return record

    def run(self, node: str, config: SandboxConfig, *, created: int | None = None) -> str:
        """Make a sandbox; it is ready a little later, or at once if it was *created* in the past."""
        if config.runtime_handler not in ("", "runc"):
            raise CriError(NO_HANDLER.format(self.machinery.world.dice.hex(64), config.runtime_handler))
        world = self.machinery.world
        number = world.dice.hex(64)
        if config.memory_limit is not None and config.memory_limit < SMALLEST_MEMORY:
            raise CriError(NO_MEMORY.format(number))
        host = self.tables.hosts[node]
        ip = host["ip"] if config.host_network else self.machinery.networks.pod_address(host)
        if not ip:
            raise CriError(NO_ADDRESS.format(number))
        self.tables.sandboxes[number] = self.record(number, node, config, ip) | {
            "created": world.unix if created is None else created
        }
        self.of_pods.add(number)
        if not config.host_network:
            self.machinery.networks.add(number, node, ip)
        self.share_files(number, host, config)
        self.open_ports(host, config, ip)
        if created is None:
            world.agenda.wake(COMPONENT, f"sandbox:{number}", after=world.dice.between(*READY_AFTER))
        else:
            self.make_ready(number)
        return number

    def record(self, number: str, node: str, config: SandboxConfig, ip: str) -> Data:
        """What is remembered of a sandbox."""
        ns = node if config.host_pid else f"pod:{number}"
        return {
            "id": number,
            "node": node,
            "uid": config.uid,
            "name": config.name,
            "namespace": config.namespace,
            "hostname": config.hostname,
            "labels": dict(config.labels),
            "attempt": config.attempt,
            "state": "created",
            "ip": ip,
            "net": node if config.host_network else number,
            "ns": ns,
            "shares_processes": config.share_process_namespace or config.host_pid,
            "host_network": config.host_network,
            "sysctls": dict(config.sysctls),
            "ports": [dict(port) for port in config.ports],
            "handler": config.runtime_handler,
            "disk": f"pod:{number}",
            "pause": "",
        } | {
            name: value
            for name, value in (
                ("memory_limit", config.memory_limit),
                ("host_ipc", config.host_ipc or None),
                ("users", config.users),
            )
            if value is not None
        }

    def limit_memory(self, number: str, limit: int | None) -> None:
        """Set another limit for all containers of a sandbox together, in bytes."""
        if record := self.tables.sandboxes.get(number):
            record["memory_limit"] = limit

    def share_files(self, number: str, host: Data, config: SandboxConfig) -> None:
        """/etc/hostname and /etc/resolv.conf of all containers of the Pod; /etc/hosts comes with the first of them."""
        disk, now = f"pod:{number}", self.machinery.world.unix
        self.tables.disks[disk] = new_disk("", budget=SHARED_BUDGET, device="/dev/vda1", nominal=0)
        tree = self.machinery.walker.disk(disk)
        ensure_root(tree, directory(time=now))
        dns = config.dns if any(config.dns.values()) else self.node_dns(host["name"])
        for name, text in (("hostname", f"{config.hostname}\n"), ("resolv.conf", resolv_conf(dns))):
            tree.add(ROOT, name, regular(text.encode(), time=now))

    def node_dns(self, node: str) -> dict[str, list[str]]:
        """The resolv.conf of a node: servers, searches, options."""
        found: dict[str, list[str]] = {"servers": [], "searches": [], "options": []}
        fields = {"nameserver": "servers", "search": "searches", "options": "options"}
        text = self.machinery.files.read(visitor(node), "/etc/resolv.conf").decode("utf-8", "replace")
        for words in (line.split() for line in text.splitlines()):
            if words and words[0] in fields:
                found[fields[words[0]]] += words[1:]
        return found

    def open_ports(self, host: Data, config: SandboxConfig, ip: str) -> None:
        """hostPort: what comes to the node's port goes to the Pod's."""
        for port in () if config.host_network else config.ports:
            outer = port.get("hostPort") or port.get("host_port")
            inner = port.get("containerPort") or port.get("container_port")
            if outer and inner:
                host["host_ports"][f"{outer}/{port.get('protocol', 'TCP')}"] = [[ip, inner]]

    def close_ports(self, record: Data) -> None:
        """The node's ports are free again."""
        table = self.tables.hosts[record["node"]]["host_ports"]
        for key in [key for key, backends in table.items() if backends[0][0] == record["ip"]]:
            del table[key]

    def begin(self, number: str) -> None:
        """The time that making the network takes is over."""
        record = self.tables.sandboxes.get(number)
        if record is not None and record["state"] == "created":
            self.make_ready(number)
            self.machinery.notify(record["node"], record["uid"])

    def make_ready(self, number: str) -> None:
        """Start pause. It never has to run: it waits for signals, and buries the dead as process 1 (see REAPERS)."""
        record = self.tables.sandboxes[number]
        node = record["node"]
        origin = visitor(node) | {
            "host": node,
            "ns": record["ns"],
            "group": 0,
            "session": 0,
            "tty": "",
            "container": "",
            "net": record["net"],
        }
        own: dict[str, Any] = {
            "program": "pause",
            "path": "/pause",
            "argv": ["/pause"],
            "uid": 65535,
            "gid": 65535,
            "caps": [],
        }
        pause = self.processes.born(origin | {"bucket": ""}, quiet=True, **own)
        pause |= {"group": pause["npid"], "session": pause["npid"], "owner": f"pause:{number}"}
        record |= {"state": "ready", "pause": pause["key"]}

    def pause_ended(self, process: Data, number: str) -> None:
        """Somebody killed pause: the sandbox is not ready any more."""
        record = self.tables.sandboxes.get(number)
        if record is not None and record["state"] == "ready":
            record["state"] = "notready"
            self.machinery.notify(record["node"], record["uid"], relist=True)

    def stop(self, number: str) -> None:
        """End the sandbox and give its address back; its containers must have ended."""
        record = self.tables.sandboxes.get(number)
        if record is None or (record["state"] == "notready" and not record["pause"]):
            return
        record["state"] = "notready"
        self.close_ports(record)
        pause = self.processes.live(record["pause"])
        record["pause"] = ""
        if pause is not None:
            self.processes.end(pause, 137, "KILL")
        if not record["host_network"]:
            self.machinery.networks.remove(number)
        self.machinery.notify(record["node"], record["uid"], relist=True)

    def remove(self, number: str) -> None:
        """Forget the sandbox."""
        record = self.tables.sandboxes.get(number)
        if record is None:
            return
        self.stop(number)
        self.machinery.walker.forget(record["disk"])
        self.tables.counters.pop(f"pid:pod:{number}", None)
        self.of_pods.remove(number)
        del self.tables.sandboxes[number]

    def status(self, number: str) -> dict[str, Any]:
        """What `Cri.sandbox_status` tells."""
        return self.describe(self.find(number))

    def describe(self, record: Data) -> dict[str, Any]:
        """One sandbox as the runtime shows it."""
        shown = ("id", "state", "created", "name", "namespace", "uid", "attempt", "labels", "handler")
        ready = record["state"] == "ready"
        return {name: record[name] for name in shown} | {"ip": record["ip"] if ready else ""}

    def list(self, node: str, uid: str) -> list[dict[str, Any]]:
        """Sandboxes of a node, of one Pod if *uid* is given, newest first."""
        return [self.describe(record) for record in reversed(self.of_pods.find(node, uid))]


def resolv_conf(dns: dict[str, list[str]]) -> str:
    """The text of resolv.conf in containerd's order."""
    lines = [f"search {' '.join(dns['searches'])}"] if dns.get("searches") else []
    lines += [f"nameserver {server}" for server in dns.get("servers", [])]
    lines += [f"options {' '.join(dns['options'])}"] if dns.get("options") else []
    return "".join(f"{line}\n" for line in lines)
