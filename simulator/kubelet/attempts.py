"""What the attempts of probes and hooks have in common: whom they are made upon, what comes of them, and connections (pkg/probe)."""

from typing import Any, NamedTuple

from simulator.api.requests import Obj
from simulator.kubelet.deps import Deps, Worker
from simulator.runtime.cri_api import CriError

Attempt = dict[str, Any]
MOST_OUTPUT = 10 * 1024


class Outcome(NamedTuple):
    """*state*: `success`, `failure`, or `error` where the attempt itself could not be made. *text*: what it said.

    *warning*: what makes a success a doubtful one."""

    state: str
    text: str
    output: str = ""
    warning: str = ""


class Target(NamedTuple):
    """Whom an attempt is made upon: a container (its id and its spec) and the address of its Pod."""

    id: str
    container: Obj
    ip: str
    agent: str  # of the User-Agent header


def port_number(container: Obj, port: Any) -> int:
    """A port by number or by the name it has in the container; raises CriError."""
    if isinstance(port, int):
        return port
    if str(port).isdigit():
        return int(port)
    for entry in container.get("ports") or ():
        if entry.get("name") == port:
            return int(entry["containerPort"])
    raise CriError(
        f'strconv.Atoi: parsing "{port}": invalid syntax'
    )  # ResolveContainerPort in pkg/probe/util.go of v1.36


def connect(deps: Deps, worker: Worker, target: Target, action: Obj) -> Attempt:
    """Open a connection to the Pod."""
    port = port_number(target.container, action.get("port"))
    if action.get("host") not in (None, "", target.ip):
        raise CriError(f"not simulated here: probes and hooks that ask another host ({action['host']})")
    return {"stream": deps.cri.connect(worker["sandbox"], port), "address": f"{target.ip}:{port}"}


def dial_error(attempt: Attempt, error: str) -> str:
    """What Go says of a connection that could not be made."""
    if error == "ETIMEDOUT":
        return f"dial tcp {attempt['address']}: i/o timeout"
    texts = {
        "ECONNREFUSED": "connection refused",
        "EHOSTUNREACH": "no route to host",
        "ENETUNREACH": "network is unreachable",
    }
    return f"dial tcp {attempt['address']}: connect: {texts.get(error, error)}"


def converse(deps: Deps, attempt: Attempt) -> bool | None:
    """Send the request once the connection stands, and take what has come; whether the other side has closed, None while there is no
    connection. Raises CriError."""
    if not deps.cri.stream_connected(attempt["stream"]):
        return None
    if attempt["request"]:
        deps.cri.stream_write(attempt["stream"], attempt["request"])
        attempt["request"] = b""
    return receive(deps, attempt)


def receive(deps: Deps, attempt: Attempt) -> bool:
    """Take what has come of the answer; whether the other side has closed."""
    while len(attempt["answer"]) < MOST_OUTPUT:
        data = deps.cri.stream_read(attempt["stream"])
        if data is None:
            return False
        if not data:
            return True
        attempt["answer"] += data
    return True
