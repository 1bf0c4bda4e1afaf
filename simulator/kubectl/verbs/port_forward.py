"""`kubectl port-forward`: ports of this host that lead to ports of a Pod (models kubectl/pkg/cmd/portforward)."""

from typing import Any

from simulator.api.resources import RESOURCES
from simulator.kubectl import podchoice, ports
from simulator.kubectl.cli import Command
from simulator.kubectl.discovery import resource_for
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Obj, Session
from simulator.runtime.pumping import Pipe, pipe_state
from simulator.runtime.syscalls import Step, UnixError, Wait

PODS, SERVICES = RESOURCES["pods"], RESOURCES["services"]
USAGE = "TYPE/NAME and list of ports are required for port-forward"
LOOPBACK = "127.0.0.1"
MOST_PAIRS = 100


def run(session: Session) -> Step:
    """Listen, then carry what comes, until somebody ends it."""
    if "listeners" not in session.state:
        _begin(session)
    state = session.state
    for listener in state["listeners"]:
        while len(state["pairs"]) < MOST_PAIRS and (fd := session.sys.accept(listener["fd"])) is not None:
            session.out(f"Handling connection for {listener['local']}\n")
            _open(session, listener, fd)
    for pair in list(state["pairs"]):
        if not _relay(session, pair):
            _close(session, pair)
    if state["lost"]:
        raise Failure("lost connection to pod")
    return _wait(state)


def _begin(session: Session) -> None:
    if len(session.args) < 2:
        raise UsageFailure(USAGE, f"See '{session.path} -h' for help and examples")
    word = session.args[0]
    pod = podchoice.pod_of(session, word)
    wanted = ports.pairs(session.args[1:], pod, _service(session, word))
    phase = (pod.get("status") or {}).get("phase")
    if phase != "Running":
        raise Failure(f"unable to forward port because pod is not running. Current status={phase}")
    session.state |= {
        "pod": pod["metadata"]["name"],
        "namespace": pod["metadata"]["namespace"],
        "pairs": [],
        "lost": False,
    }
    session.state["uid"] = pod["metadata"]["uid"]
    listeners = [each for local, remote in wanted for each in _listening(session, local, remote)]
    if not listeners:
        asked = " ".join(f"{{{local} {remote}}}" for local, remote in wanted)
        raise Failure(f"unable to listen on any of the requested ports: [{asked}]")
    session.state["listeners"] = listeners


def _service(session: Session, word: str) -> Obj | None:
    """The Service that is named, if it is one: its ports are meant then."""
    kind, slash, name = word.partition("/")
    if not slash or resource_for(session, kind) is not SERVICES:
        return None
    return session.get(SERVICES, session.namespace, name)


def _listening(session: Session, local: int, remote: int) -> list[dict[str, Any]]:
    """A listener on each address; says so, or why not."""
    found, problems = [], []
    for address in _addresses(session):
        try:
            fd, number = _listen(session, local, address)
        except UnixError as error:
            problems.append(
                f"unable to create listener: Error listen tcp4 {address}:{local}: bind: {error.message.lower()}"
            )
            continue
        session.out(f"Forwarding from {address}:{number} -> {remote}\n")
        if address == LOOPBACK:
            session.out(f"Forwarding from [::1]:{number} -> {remote}\n")
        found.append({"fd": fd, "local": number, "remote": remote})
    if not found:
        listed = " ".join(problems)
        session.err(
            f"Unable to listen on port {local}: Listeners failed to create with the following errors: [{listed}]\n"
        )
    return found


def _addresses(session: Session) -> list[str]:
    words = [word for part in session.flag("address") or ["localhost"] for word in part.split(",")]
    return [LOOPBACK if word == "localhost" else word for word in words]


def _listen(session: Session, port: int, address: str) -> tuple[int, int]:
    problem = UnixError("EADDRINUSE")
    for number in ports.candidates(session, port):
        try:
            return session.sys.listen(number, address), number
        except UnixError as error:
            problem = error
    raise problem


def _open(session: Session, listener: dict[str, Any], left: int) -> None:
    """Carry one connection on to the Pod."""
    state = session.state
    request = session.request("connect", PODS, state["namespace"], state["pod"], subresource="portforward")
    request.query["ports"] = [str(listener["remote"])]
    pair = {"left": left, "right": -1, "connecting": True, "local": listener["local"], "remote": listener["remote"]}
    state["pairs"].append(pair)
    try:
        right = session.open(request)["data"]
    except ServerFailure as failure:
        _complain(session, pair, failure.message)
        return
    pair |= {"right": right, "there": pipe_state(left, right), "back": pipe_state(right, left)}


def _complain(session: Session, pair: dict[str, Any], why: str) -> None:
    """A connection failed: the real client takes the whole forwarding for lost then."""
    text = f"an error occurred forwarding {pair['local']} -> {pair['remote']}: error forwarding port {pair['remote']} to pod "
    session.err(
        f'E{session.stamp()} portforward.go:424] "Unhandled Error" err="{text}{session.state["uid"]}, uid : {why}"\n'
    )
    session.state["lost"] = True


def _relay(session: Session, pair: dict[str, Any]) -> bool:
    """Move what has come; False when the connection is over."""
    if pair["right"] < 0:
        return False
    try:
        if pair["connecting"]:
            if not session.sys.connected(pair["right"]):
                return True
            pair["connecting"] = False
        for direction in ("there", "back"):
            Pipe(session.sys, pair[direction]).move()
    except UnixError as error:
        if pair["connecting"]:
            port = pair["remote"]
            _complain(session, pair, f"failed to connect to localhost:{port} inside namespace: {error.message.lower()}")
        return False
    return not (pair["there"]["done"] or pair["back"]["done"])


def _close(session: Session, pair: dict[str, Any]) -> None:
    session.state["pairs"].remove(pair)
    for fd in (pair["left"], pair["right"]):
        if fd >= 0:
            session.sys.close(fd)


def _wait(state: dict[str, Any]) -> Wait:
    readable, writable = [each["fd"] for each in state["listeners"]], []
    for pair in state["pairs"]:
        if pair["connecting"]:
            writable.append(pair["right"])
            continue
        for direction in ("there", "back"):
            held = pair[direction]
            readable += [held["source"]] if not held["ended"] else []
            writable += [held["target"]] if held["held"] else []
    return Wait(readable=tuple(readable), writable=tuple(writable))


COMMAND = Command(
    "port-forward",
    "Forward one or more local ports to a pod",
    run,
    "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    declare("--address=[] --pod-running-timeout=60s"),
    group="Troubleshooting and Debugging Commands",
)
