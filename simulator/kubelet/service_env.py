"""The environment variables that tell a container of the Services (pkg/kubelet/envvars/envvars.go)."""

from collections.abc import Iterable

from simulator.api.requests import Obj


def variable(name: str) -> str:
    """`redis-primary` as `REDIS_PRIMARY`; a digit may stand first, in names of Services as in those of ports."""
    return name.replace("-", "_").replace(".", "_").upper()


def has_address(service: Obj) -> bool:
    """Whether the Service has a virtual address (it is not headless and no alias)."""
    return service["spec"].get("clusterIP") not in (None, "", "None") and service["spec"].get("type") != "ExternalName"


def relevant(services: Iterable[Obj], namespace: str, links: bool) -> list[Obj]:
    """Those a container in *namespace* hears of: all of its own namespace (if *links*), and always `default/kubernetes`."""
    chosen: dict[str, Obj] = {}
    for service in services:
        meta = service["metadata"]
        master = meta["name"] == "kubernetes" and meta["namespace"] == "default"
        if not has_address(service):
            continue
        if (links and meta["namespace"] == namespace) or (master and meta["name"] not in chosen):
            chosen[meta["name"]] = service
    return list(chosen.values())


def service_variables(services: Iterable[Obj], namespace: str, *, links: bool) -> dict[str, str]:
    """All variables for a container in *namespace*."""
    values: dict[str, str] = {}
    for service in relevant(services, namespace, links):
        values |= of_service(service)
    return values


def of_service(service: Obj) -> dict[str, str]:
    """`FOO_SERVICE_HOST`, `FOO_SERVICE_PORT`, one for each named port, and those that Docker's links had."""
    name, ip = variable(service["metadata"]["name"]), service["spec"]["clusterIP"]
    ports = service["spec"].get("ports") or []
    if not ports:
        return {}
    values = {f"{name}_SERVICE_HOST": ip, f"{name}_SERVICE_PORT": str(ports[0]["port"])}
    for port in ports:
        if port.get("name"):
            values[f"{name}_SERVICE_PORT_{variable(port['name'])}"] = str(port["port"])
    for number, port in enumerate(ports):
        values |= link_variables(name, ip, port, first=number == 0)
    return values


def link_variables(name: str, ip: str, port: Obj, *, first: bool) -> dict[str, str]:
    """`FOO_PORT_80_TCP` and its parts."""
    protocol = port.get("protocol", "TCP")
    url = f"{protocol.lower()}://{ip}:{port['port']}"
    prefix = f"{name}_PORT_{port['port']}_{protocol}"
    values = {f"{name}_PORT": url} if first else {}
    return values | {
        prefix: url,
        f"{prefix}_PROTO": protocol.lower(),
        f"{prefix}_PORT": str(port["port"]),
        f"{prefix}_ADDR": ip,
    }
