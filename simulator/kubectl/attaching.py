"""Staying with a Pod that was just made: wait until it runs, attach, and in the end take its exit code and, with --rm, the Pod."""

from typing import Any

from simulator.api.resources import RESOURCES
from simulator.kubectl import relay
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.gone import wait_until_gone
from simulator.kubectl.infos import Info
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, Wait

PODS = RESOURCES["pods"]
HINT = (
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive "
    "information passed through the command prompt.\n"
    "If you don't see a command prompt, try pressing enter.\n"
)
ENDED = ("Succeeded", "Failed")
MAX_EVENTS = 100


def begin(session: Session, info: Info) -> Step:
    """Begin to wait until the Pod *info* runs."""
    metadata = info.object["metadata"]
    namespace, name = metadata["namespace"], metadata["name"]
    fields = {"fieldSelector": f"metadata.name={name}", "resourceVersion": metadata.get("resourceVersion", "")}
    fd = session.watch(PODS, namespace, query=fields)
    timeout = session.flag("pod-running-timeout")
    session.state["attach"] = {
        "namespace": namespace,
        "name": name,
        "uid": metadata["uid"],
        "fd": fd,
        "phase": "starting",
        "until": session.sys.now + timeout,
    }
    return step(session)


def step(session: Session) -> Step:
    """Take a step of whatever is to be waited for."""
    return PHASES[session.state["attach"]["phase"]](session, session.state["attach"])


def _latest(session: Session, state: dict[str, Any]) -> Obj | None:
    """The Pod as the last event shows it; None if there is nothing new."""
    pod = None
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(state["fd"])
        if not event:
            return pod
        if event.get("type") in ("ADDED", "MODIFIED", "DELETED"):
            pod = event["object"]
    return pod


def _starting(session: Session, state: dict[str, Any]) -> Step:
    pod = _latest(session, state)
    if pod is not None and _started(pod):
        session.sys.close(state["fd"])
        return _attach(session, state, pod)
    if session.sys.now >= state["until"]:
        raise Failure("timed out waiting for the condition")
    return Wait(readable=(state["fd"],), until=state["until"])


def _started(pod: Obj) -> bool:
    status = pod.get("status") or {}
    return status.get("phase") in ("Running", *ENDED)


def _attach(session: Session, state: dict[str, Any], pod: Obj) -> Step:
    stdin = bool(session.flag("stdin"))
    tty = relay.wants_tty(session, stdin)
    container = pod["spec"]["containers"][0]["name"]
    if not session.flag("quiet"):
        session.err(HINT)
    if (pod.get("status") or {}).get("phase") in ENDED:
        return _logs(
            session,
            state,
            f"unable to upgrade connection: container {container} not found in pod {state['name']}_{state['namespace']}",
        )
    query = {"container": container, "stdout": "true"} | relay.options(stdin, tty)
    request = session.request("connect", PODS, state["namespace"], state["name"], subresource="attach", query=query)
    state["phase"] = "attached"
    try:
        return _then(session, state, relay.begin(session, request, stdin=stdin, tty=tty))
    except ServerFailure as failure:
        return _logs(session, state, failure.message)
    except Failure as failure:
        return _logs(session, state, failure.message)


def _logs(session: Session, state: dict[str, Any], why: str) -> Step:
    session.err(f"warning: couldn't attach to pod/{state['name']}, falling back to streaming logs: {why}\n")
    query = {"container": state["name"]}
    request = session.request("connect", PODS, state["namespace"], state["name"], subresource="log", query=query)
    response = session.ask(request)
    if not response.failed:
        body = response.body
        session.out(body.decode(errors="replace") if isinstance(body, bytes) else str(body or ""))
    return _finish(session, state)


def _attached(session: Session, state: dict[str, Any]) -> Step:
    return _then(session, state, relay.step(session))


def _then(session: Session, state: dict[str, Any], step: Step) -> Step:
    return _finish(session, state) if isinstance(step, int) else step


def _finish(session: Session, state: dict[str, Any]) -> Step:
    """The program has ended or let go: wait until the Pod's phase says so too, unless it is restarted for ever."""
    pod = session.get(PODS, state["namespace"], state["name"])
    if pod["spec"].get("restartPolicy") != "Never":
        return _remove(session, state, 0, "")
    state["fd"], state["phase"] = session.watch_one(PODS, state["namespace"], state["name"]), "ending"
    if (pod.get("status") or {}).get("phase") in ENDED:
        return _ended(session, state, pod)
    return Wait(readable=(state["fd"],))


def _ending(session: Session, state: dict[str, Any]) -> Step:
    pod = _latest(session, state)
    if pod is not None and (pod.get("status") or {}).get("phase") in ENDED:
        return _ended(session, state, pod)
    return Wait(readable=(state["fd"],))


def _ended(session: Session, state: dict[str, Any], pod: Obj) -> Step:
    session.sys.close(state["fd"])
    status = pod.get("status") or {}
    ended: Obj = next(
        (
            each["state"]["terminated"]
            for each in status.get("containerStatuses") or []
            if (each.get("state") or {}).get("terminated")
        ),
        {},
    )
    code = int(ended.get("exitCode", 0))
    why = f"pod {state['namespace']}/{state['name']} terminated ({ended.get('reason', '')})\n" if code else ""
    return _remove(session, state, code, why)


def _remove(session: Session, state: dict[str, Any], code: int, why: str) -> Step:
    state |= {"code": code, "why": why, "phase": "removing", "waiting": []}
    if session.flag("rm"):
        session.delete(PODS, state["namespace"], state["name"], {"propagationPolicy": "Background"}, {})
        if not session.flag("quiet"):
            session.out(f'pod "{state["name"]}" deleted from {state["namespace"]} namespace\n')
        state["waiting"] = [
            {"resource": "pods", "namespace": state["namespace"], "name": state["name"], "uid": state["uid"]}
        ]
    return _removing(session, state)


def _removing(session: Session, state: dict[str, Any]) -> Step:
    step = wait_until_gone(session, state["waiting"])
    if not isinstance(step, int):
        return step
    session.err(state["why"])
    return int(state["code"])


PHASES = {"starting": _starting, "attached": _attached, "ending": _ending, "removing": _removing}
