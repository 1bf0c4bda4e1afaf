"""The world outside the cluster: names that resolve there, and a name server that knows them."""

from simulator.runtime import dns
from simulator.runtime.tables import Tables

TTL = 300
# What the hosts' own name server knows besides the registries of a scenario.
PUBLIC = (
    "docker.io",
    "registry-1.docker.io",
    "auth.docker.io",
    "registry.k8s.io",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "kubernetes.io",
    "example.com",
    "www.example.com",
)


class Outside:
    """The table `outside`: {"dns": address of the name server, "names": name -> address}."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.outside

    def begin(self, server: str) -> None:
        """Put the public names and the name server there."""
        self.table |= {"dns": server, "names": {}}
        for name in PUBLIC:
            self.name(name)

    def name(self, name: str) -> str:
        """The address of *name*, given one if it is new."""
        names = self.table["names"]
        if name not in names:
            names[name] = f"203.0.113.{len(names) % 250 + 1}"
        address: str = names[name]
        return address

    def answer(self, ip: str, port: int, payload: bytes) -> bytes | None:
        """What comes back from a datagram to an address outside."""
        query = dns.decode_query(payload)
        if query is None or ip != self.table.get("dns") or port != dns.PORT:
            return None
        address = self.table["names"].get(query.name.rstrip("."))
        if address is None:
            return dns.encode(dns.Reply("NXDOMAIN"))
        records = [dns.Record(query.name, "A", TTL, address)] if query.type in ("A", "ANY") else []
        return dns.encode(dns.Reply("NOERROR", False, records))
