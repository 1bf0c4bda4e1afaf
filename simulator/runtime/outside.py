"""The world outside the cluster: names that resolve there, a name server that knows them, and the registries' web servers."""

import base64
import binascii
from typing import Any

import msgspec

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

    # --- the registries' web servers
    def registry_at(self, ip: str) -> tuple[str, dict[str, Any]] | None:
        """Host (with port) and record of the scenario's registry at an address."""
        for host, registry in self.table.get("registries", {}).items():
            if self.table["names"].get(host.partition(":")[0]) == ip:
                return host, registry
        return None

    def serves(self, ip: str, port: int) -> bool:
        """Whether a web server answers there."""
        found = self.registry_at(ip)
        return (
            found is not None
            and port in (80, 443, int(found[0].partition(":")[2] or 443))
            and not self.broken(found[0])
        )

    def broken(self, host: str) -> bool:
        """Whether a fault keeps a registry from answering."""
        types = ("registry-connection-refused", "registry-unavailable")
        return any(fault.get("registry") == host and fault["type"] in types for fault in self.table.get("faults", ()))

    def respond(self, ip: str, request: bytes) -> bytes | None:
        """The answer to a whole HTTP request; None while it is not complete."""
        found = self.registry_at(ip)
        if b"\r\n\r\n" not in request or found is None:
            return None
        head = request.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
        words = head[0].split()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if len(words) < 2:
            return http(400, {"errors": [{"code": "BAD_REQUEST", "message": "bad request"}]})
        if not known_user(found[1], headers.get("authorization", "")):
            return http(401, {"errors": [{"code": "UNAUTHORIZED", "message": "unauthorized: unauthorized"}]})
        return http(*answer_path(found[1], words[1].partition("?")[0]))


def known_user(registry: dict[str, Any], authorization: str) -> bool:
    """Whether a request to a private registry brings a user's password."""
    if not registry.get("private"):
        return True
    try:
        user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return bool(user) and (registry.get("users") or {}).get(user) == password


def answer_path(registry: dict[str, Any], path: str) -> tuple[int, Any]:
    """Code and body: the catalogue and tags as every registry has them (API v2), and Harbor's pull counts (API v2.0)."""
    images: dict[str, Any] = registry.get("images") or {}
    repositories = list(dict.fromkeys(name.rpartition(":")[0] for name in images))
    match path.strip("/").split("/"):
        case ["v2"]:
            return 200, {}
        case ["v2", "_catalog"]:
            return 200, {"repositories": repositories}
        case ["v2", *names, "tags", "list"] if "/".join(names) in repositories:
            repository = "/".join(names)
            tags = [name.rpartition(":")[2] for name in images if name.rpartition(":")[0] == repository]
            return 200, {"name": repository, "tags": tags}
        case ["api", "v2.0", "projects", project, "repositories", *names] if (
            f"{project}/{'/'.join(names)}" in repositories
        ):
            return 200, repository_info(images, f"{project}/{'/'.join(names)}")
    return 404, {"errors": [{"code": "NOT_FOUND", "message": f"path {path} not found"}]}


def repository_info(images: dict[str, Any], name: str) -> dict[str, Any]:
    """What Harbor tells of a repository."""
    entries = [entry or {} for image, entry in images.items() if image.rpartition(":")[0] == name]
    pulls = sum(int(entry.get("pulls") or 0) for entry in entries)
    return {"artifact_count": len(entries), "name": name, "pull_count": pulls}


def http(code: int, body: Any) -> bytes:
    """A response with a JSON body."""
    reasons = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}
    data = msgspec.json.encode(body)
    head = f"HTTP/1.1 {code} {reasons[code]}\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    return head.encode() + data
