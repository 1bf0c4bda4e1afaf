"""Addresses and the ways between them: network namespaces, the Pod network, Services as kube-proxy programs them (netfilter).

A network namespace is {"host", "ip", "listeners": "port" -> id in io, "answers": "port" -> [name, process], "ready"};
its key is the host's name or the sandbox's id. Rules of a host are kept as {"ip:port/TCP": [[ip, port], ...]}.
"""

from typing import Any, NamedTuple

from simulator.kernel.units import MICROSECOND, MILLISECOND
from simulator.runtime.syscalls import Interface
from simulator.runtime.tables import Data, Tables

LOOPBACK = "127."
ANY = "0.0.0.0"
LOCAL, SAME_NODE, OTHER_NODE, OUTSIDE = (40 * MICROSECOND, 90 * MICROSECOND, 450 * MICROSECOND, 18 * MILLISECOND)
MOST_CLIENTS = 100  # that a Service with session affinity remembers on a node: ip_list_tot of ipt_recent
POD_PREFIX = 24
NODE_PREFIX = 24


class Route(NamedTuple):
    """Where a packet ends: the namespace (empty: nobody has the address), address and port there, one-way time."""

    net: str
    ip: str
    port: int
    delay: int
    refused: bool = False


class Networks:
    """The table `networks`, with an index by address."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.by_ip = {net["ip"]: name for name, net in tables.networks.items()}

    def add(self, name: str, host: str, ip: str) -> None:
        """A new network namespace with an address of its own."""
        self.tables.networks[name] = {"host": host, "ip": ip, "listeners": {}, "answers": {}}
        self.by_ip[ip] = name

    def remove(self, name: str) -> None:
        """The namespace and its address are gone."""
        net = self.tables.networks.pop(name, None)
        if net is not None and self.by_ip.get(net["ip"]) == name:
            del self.by_ip[net["ip"]]

    def pod_address(self, host: Data) -> str:
        """The next free address of a node's Pod range, as host-local IPAM goes round it."""
        for _ in range(253):
            last = host["next_ip"]
            host["next_ip"] = last + 1 if last < 254 else 2
            ip = f"{host['pod_range']}.{last}"
            if ip not in self.by_ip:
                return ip
        return ""

    # --- rules
    def program(self, host: Data, rules: list[Data]) -> None:
        """Replace the Service rules of a host; a rule without backends refuses. Nobody changes the lists that are handed in."""
        table: dict[str, list[list[object]]] = {}
        sticky: dict[str, int] = {}
        for rule in rules:
            keys = [f"{rule['ip']}:{rule['port']}/{rule.get('protocol', 'TCP')}"]
            keys += [f"node:{rule['node_port']}/{rule.get('protocol', 'TCP')}"] if rule.get("node_port") else []
            for key in keys:
                table[key] = rule["backends"]
                if "sticky" in rule:
                    sticky[key] = rule["sticky"]
        host["services"] = table
        if sticky or "sticky" in host:
            host["sticky"] = sticky
            host["clients"] = {key: seen for key, seen in host.get("clients", {}).items() if key in sticky}

    def translate(self, net: Data, ip: str, port: int, protocol: str) -> tuple[str, int] | None:
        """The address behind a Service address; the same one if there is no rule; None if the rule has no backend."""
        host, key = self.tables.hosts[net["host"]], f"{ip}:{port}/{protocol}"
        backends = host["services"].get(key)
        target = self.by_ip.get(net["ip"] if ip.startswith(LOOPBACK) else ip)
        if backends is None and target in self.tables.hosts and not (ip.startswith(LOOPBACK) and target != net["host"]):
            host, key = self.tables.hosts[target], f"node:{port}/{protocol}"
            backends = host["services"].get(key) or host["host_ports"].get(f"{port}/{protocol}")
            backends = backends if backends or key not in host["services"] else []
        if backends is None:
            return ip, port
        if not backends:
            return None
        chosen = self.choose(host, key, net["ip"], backends)
        return str(chosen[0]), int(chosen[1])

    def choose(self, host: Data, key: str, client: str, backends: list[list[object]]) -> list[Any]:
        """One of the backends: any, or where the Service holds on to its clients the one that *client* came to last (ipt_recent)."""
        seconds, now = host.get("sticky", {}).get(key), self.tables.world.now
        any_of_them = backends[self.tables.world.dice.below(len(backends))] if len(backends) > 1 else backends[0]
        if seconds is None:
            return any_of_them
        seen = host["clients"].setdefault(key, {})
        last, at = seen.pop(client, (None, 0))
        chosen = last if last in backends and now - at < seconds else any_of_them
        seen[client] = [chosen, now]
        if len(seen) > MOST_CLIENTS:
            del seen[next(iter(seen))]
        return chosen

    def route(self, name: str, ip: str, port: int, protocol: str = "TCP") -> Route:
        """Where a packet from the namespace *name* to *ip*:*port* ends."""
        net = self.tables.networks[name]
        ip = f"{LOOPBACK}0.0.1" if ip == ANY else ip
        translated = self.translate(net, ip, port, protocol)
        if translated is None:
            return Route(name, ip, port, LOCAL, refused=True)
        ip, port = translated
        target = name if ip.startswith(LOOPBACK) else self.by_ip.get(ip) or self.bridge(ip)
        if not target:
            return Route("", ip, port, OUTSIDE)
        there = self.tables.networks[target]
        if target != name and (self.down(net["host"]) or self.down(there["host"])):
            return Route("", ip, port, OUTSIDE)
        return Route(target, ip, port, self.delay(name, target, net, there))

    def bridge(self, ip: str) -> str:
        """The host whose bridge for Pods has this address; empty if none has."""
        range_, _, last = ip.rpartition(".")
        return next(
            (name for name, host in self.tables.hosts.items() if last == "1" and host["pod_range"] == range_), ""
        )

    def down(self, host: str) -> bool:
        """Whether a host is switched off or cut off."""
        return bool(self.tables.hosts[host]["faults"].get("node-down"))

    def delay(self, name: str, target: str, net: Data, there: Data) -> int:
        """One-way time between two namespaces."""
        if name == target:
            return LOCAL
        if net["host"] == there["host"]:
            return SAME_NODE
        return OTHER_NODE + self.latency(net["host"]) + self.latency(there["host"])

    def latency(self, host: str) -> int:
        """By how much longer a fault makes the way to or from a host."""
        fault = self.tables.hosts[host]["faults"].get("latency")
        return int(fault["milliseconds"]) * MILLISECOND if fault else 0

    # --- what a process sees
    def interfaces(self, name: str) -> list[Interface]:
        """lo, and eth0 with the namespace's address; on a host the Pod bridge too."""
        net = self.tables.networks[name]
        on_host = name in self.tables.hosts
        found = [Interface("lo", "127.0.0.1", 8, "00:00:00:00:00:00", 65536)]
        found.append(
            Interface(
                "eth0", net["ip"], NODE_PREFIX if on_host else POD_PREFIX, mac(net["ip"]), 1500 if on_host else 1450
            )
        )
        if on_host:
            gateway = f"{self.tables.hosts[name]['pod_range']}.1"
            found.append(Interface("cni0", gateway, POD_PREFIX, mac(gateway), 1450))
        return found

    def routes(self, name: str) -> list[dict[str, str]]:
        """The routing table."""
        net = self.tables.networks[name]
        if name not in self.tables.hosts:
            range_ = net["ip"].rpartition(".")[0]
            return [
                {"destination": "default", "gateway": f"{range_}.1", "interface": "eth0", "source": ""},
                {"destination": "10.244.0.0/16", "gateway": f"{range_}.1", "interface": "eth0", "source": ""},
                {"destination": f"{range_}.0/24", "gateway": "", "interface": "eth0", "source": net["ip"]},
            ]
        range_ = net["ip"].rpartition(".")[0]
        table = [{"destination": "default", "gateway": f"{range_}.1", "interface": "eth0", "source": ""}]
        for other in self.tables.hosts.values():
            here = other["name"] == name
            table.append(
                {
                    "destination": f"{other['pod_range']}.0/24",
                    "gateway": "" if here else other["ip"],
                    "interface": "cni0" if here else "eth0",
                    "source": f"{other['pod_range']}.1" if here else "",
                }
            )
        return [*table, {"destination": f"{range_}.0/24", "gateway": "", "interface": "eth0", "source": net["ip"]}]


def mac(ip: str) -> str:
    """A hardware address that belongs to an IPv4 address (locally administered)."""
    return "0a:58:" + ":".join(f"{int(part):02x}" for part in ip.split("."))
