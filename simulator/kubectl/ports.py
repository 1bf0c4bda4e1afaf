"""Ports of this host and of others: the words of `port-forward` (`8080:80`, `80`, `:80`, `8080:http`), and where to listen."""

from collections.abc import Iterator
from typing import Any

from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Session

Obj = dict[str, Any]
MOST = 65535
FIRST_FREE, LAST_FREE = 32768, 60999  # where Linux looks for a port that any will do
TRIES = 100


def pairs(words: list[str], pod: Obj, service: Obj | None) -> list[tuple[int, int]]:
    """Local and remote port of each word; the local one is 0 where any will do."""
    return [_pair(word, pod, service) for word in words]


def _pair(word: str, pod: Obj, service: Obj | None) -> tuple[int, int]:
    parts = word.split(":")
    local, remote = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], parts[0])
    if not remote:
        raise Failure("remote port cannot be empty")
    there = _of_service(service, pod, remote) if service is not None else _of_pod(pod, remote)
    if len(parts) > 2 or not 0 < there <= MOST:
        raise Failure(f"invalid port format '{word}'" if len(parts) > 2 else "remote port must be > 0")
    if local == remote:
        return (int(remote) if remote.isdigit() else _declared(service, remote) or there), there
    if local and not (local.isdigit() and int(local) <= MOST):
        problem = "value out of range" if local.isdigit() else "invalid syntax"
        raise Failure(f"error parsing local port '{local}': strconv.ParseUint: parsing \"{local}\": {problem}")
    return int(local or 0), there


def _of_pod(pod: Obj, port: str) -> int:
    if port.isdigit():
        return int(port)
    for container in pod["spec"].get("containers") or []:
        for each in container.get("ports") or []:
            if each.get("name") == port:
                return int(each["containerPort"])
    raise Failure(f"Pod '{pod['metadata']['name']}' does not have a named port '{port}'")


def _of_service(service: Obj, pod: Obj, port: str) -> int:
    """The port of the Pod behind a port of the Service."""
    name = service["metadata"]["name"]
    if not port.isdigit() and not _declared(service, port):
        raise Failure(f"Service '{name}' does not have a named port '{port}'")
    number = int(port) if port.isdigit() else _declared(service, port)
    for each in service["spec"].get("ports") or []:
        if each.get("port") == number:
            target = each.get("targetPort") or number
            if service["spec"].get("clusterIP") == "None":
                return number
            return target if isinstance(target, int) else _of_pod(pod, str(target))
    raise Failure(f"Service {name} does not have a service port {number}")


def _declared(service: Obj | None, name: str) -> int:
    """The number of a Service's port that is called *name*; 0 if there is none."""
    ports = (service or {}).get("spec", {}).get("ports") or []
    return next((int(each["port"]) for each in ports if each.get("name") == name), 0)


def candidates(session: Session, port: int) -> Iterator[int]:
    """The numbers to try to listen on: *port*, or some that are likely to be free where it is 0."""
    if port:
        yield port
        return
    for _ in range(TRIES):
        yield FIRST_FREE + session.sys.random(LAST_FREE - FIRST_FREE)
