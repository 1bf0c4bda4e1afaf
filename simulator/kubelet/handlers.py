"""What probes and hooks do: run a command, ask over HTTP, open a connection, sleep (pkg/probe/*, pkg/kubelet/lifecycle/handlers.go).

An attempt is data, {"kind", "deadline", ...}; it is begun once and polled until it has an outcome.
"""

from collections.abc import Callable

from simulator.api.durations import go
from simulator.api.requests import Obj
from simulator.kernel.units import SECOND
from simulator.kubelet import grpc_client, http_attempts
from simulator.kubelet.attempts import MOST_OUTPUT, Attempt, Outcome, Target, connect, converse, dial_error
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import quoted
from simulator.runtime.cri_api import CriError


def kind_of(handler: Obj) -> str:
    """Which kind of handler it is."""
    return next((kind for kind in BEGIN if kind in handler), "")


def begin(deps: Deps, worker: Worker, target: Target, handler: Obj, timeout: int) -> Attempt | Outcome:
    """Begin an attempt that may take *timeout* microseconds; where it fails at once, its outcome."""
    kind = kind_of(handler)
    if not kind:
        return Outcome("error", f"missing probe handler for {target.container['name']}")
    try:
        attempt = BEGIN[kind](deps, worker, target, handler[kind] or {})
    except CriError as error:
        return Outcome("error", str(error))
    if isinstance(attempt, dict):
        attempt |= {"kind": kind, "deadline": deps.world.now + timeout, "timeout": timeout}
    return attempt


def poll(deps: Deps, attempt: Attempt) -> Outcome | None:
    """The outcome, or None while there is none yet."""
    outcome = POLL[attempt["kind"]](deps, attempt)
    if outcome is None and deps.world.now >= attempt["deadline"]:
        return EXPIRE[attempt["kind"]](deps, attempt)
    return outcome


def abandon(deps: Deps, attempt: Attempt) -> None:
    """Nobody wants to know any more."""
    if attempt["kind"] == "exec":
        deps.cri.exec_kill(attempt["process"])
    elif "stream" in attempt:
        deps.cri.stream_close(attempt["stream"])


# --- exec
def begin_exec(deps: Deps, worker: Worker, target: Target, action: Obj) -> Attempt:
    """Run a command in the container."""
    command = tuple(action.get("command") or ())
    started = deps.cri.exec_start(target.id, command)
    return {"process": started["process"], "command": list(command)}


def poll_exec(deps: Deps, attempt: Attempt) -> Outcome | None:
    """It has ended: 0 is a success."""
    status = deps.cri.exec_status(attempt["process"])
    if status is None:
        return Outcome("error", "rpc error: code = NotFound desc = failed to exec in container: not found")
    if not status["done"]:
        return None
    output = bytes(status.get("output") or b"")[:MOST_OUTPUT].decode(errors="replace")
    text = f"command '{' '.join(attempt['command'])}' exited with {status['code']}: {output}"
    return Outcome("failure" if status["code"] else "success", text, output)


def expire_exec(deps: Deps, attempt: Attempt) -> Outcome:
    """It took too long."""
    deps.cri.exec_kill(attempt["process"])
    text = f"command timed out: {quoted(' '.join(attempt['command']))} timed out after {go(attempt['timeout'])}"
    return Outcome("failure", text, text)


# --- tcpSocket, grpc
def poll_tcp(deps: Deps, attempt: Attempt) -> Outcome | None:
    """The connection stands, or has failed."""
    try:
        if not deps.cri.stream_connected(attempt["stream"]):
            return None
    except CriError as error:
        text = dial_error(attempt, str(error))
        return Outcome("failure", text, text)
    deps.cri.stream_close(attempt["stream"])
    return Outcome("success", "")


def expire_tcp(deps: Deps, attempt: Attempt) -> Outcome:
    """No answer in time."""
    deps.cri.stream_close(attempt["stream"])
    text = dial_error(attempt, "ETIMEDOUT")
    return Outcome("failure", text, text)


def begin_grpc(deps: Deps, worker: Worker, target: Target, action: Obj) -> Attempt:
    """Open the connection for a health check."""
    attempt = connect(deps, worker, target, action)
    return attempt | {"request": grpc_client.request(str(action.get("service") or "")), "answer": b""}


def poll_grpc(deps: Deps, attempt: Attempt) -> Outcome | None:
    """Ask when the connection stands, and read the answer; who does not speak gRPC is asked until the time is over."""
    try:
        closed = converse(deps, attempt)
    except CriError:
        return None
    if closed is None:
        return None
    found = grpc_client.read(attempt["answer"], closed=closed)
    if found is None:
        return None
    deps.cri.stream_close(attempt["stream"])
    well, text = grpc_client.judged(found)
    return Outcome("success" if well else "failure", text, text)


def expire_grpc(deps: Deps, attempt: Attempt) -> Outcome:
    """No answer in time."""
    deps.cri.stream_close(attempt["stream"])
    within = go(attempt["timeout"])
    text = f"timeout: failed to connect service {quoted(attempt['address'])} within {within}: context deadline exceeded"
    return Outcome("failure", text, text)


# --- sleep
def begin_sleep(deps: Deps, worker: Worker, target: Target, action: Obj) -> Attempt:
    """Only wait."""
    return {"until": deps.world.now + int(action.get("seconds") or 0) * SECOND}


def poll_sleep(deps: Deps, attempt: Attempt) -> Outcome | None:
    """The time is over."""
    return Outcome("success", "") if deps.world.now >= attempt["until"] else None


def expire_sleep(deps: Deps, attempt: Attempt) -> Outcome:
    """The grace period is shorter than the sleep."""
    return Outcome("failure", "container terminated before sleep hook finished")


Begin = Callable[[Deps, Worker, Target, Obj], Attempt]
BEGIN: dict[str, Begin] = {
    "exec": begin_exec,
    "httpGet": http_attempts.begin,
    "tcpSocket": connect,
    "grpc": begin_grpc,
    "sleep": begin_sleep,
}
POLL: dict[str, Callable[[Deps, Attempt], Outcome | None]] = {
    "exec": poll_exec,
    "httpGet": http_attempts.poll,
    "tcpSocket": poll_tcp,
    "grpc": poll_grpc,
    "sleep": poll_sleep,
}
EXPIRE: dict[str, Callable[[Deps, Attempt], Outcome]] = {
    "exec": expire_exec,
    "httpGet": http_attempts.expire,
    "tcpSocket": expire_tcp,
    "grpc": expire_grpc,
    "sleep": expire_sleep,
}
