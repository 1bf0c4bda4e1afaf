"""`kubectl drain`: closes a node, and evicts its Pods, as far as budgets allow (models kubectl/pkg/drain)."""

from typing import Any

from simulator.api import field
from simulator.api.durations import go
from simulator.api.meta import controller_of
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, ONE_SELECTOR, Command
from simulator.kubectl.dry_run import mode, suffix
from simulator.kubectl.failures import ServerFailure, packed, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.gone import is_gone
from simulator.kubectl.infos import items
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.cordon import nodes, set_cordon
from simulator.runtime.syscalls import Step, Wait

PODS = RESOURCES["pods"]
MIRROR = "kubernetes.io/config.mirror"
RETRY = 5_000_000
ENDED = ("Succeeded", "Failed")
# Why a Pod stands in the way, in the order in which it is told; the real message says twice that it cannot.
FATAL = (
    ("local", "cannot delete Pods with local storage (use --delete-emptydir-data to override)"),
    ("naked", "cannot delete cannot delete Pods that declare no controller (use --force to override)"),
    ("daemon", "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"),
)
TOLERATED = (
    ("naked", "deleting Pods that declare no controller"),
    ("local", "deleting Pods with local storage"),
    ("daemon", "ignoring DaemonSet-managed Pods"),
)


def run(session: Session) -> Step:
    """Cordon, then evict the Pods of one node after the other."""
    if "queue" not in session.state:
        infos, failures = nodes(session, "drain")
        raise_all(failures)
        for info in infos:
            set_cordon(session, info, True)
        session.state.update(queue=[info.name for info in infos], evicting=None, failed=[])
    while session.state["queue"]:
        step = _drain(session, session.state["queue"][0])
        if step is not None:
            return step
        session.state["queue"].pop(0)
        session.state["evicting"] = None
    return _ending(session)


def _ending(session: Session) -> Step:
    failed = session.state["failed"]
    if not failed:
        return 0
    session.err("There are pending nodes to be drained:\n" + "".join(f" {name}\n" for name in sorted(dict(failed))))
    lines = failed[0][1] if len(failed) == 1 else [field.message(errors) for _, errors in failed]
    session.err("".join(f"{line}\n" for line in lines))
    return 1


def _drain(session: Session, node: str) -> Step | None:
    """Take a step with one node; None when it is done with, for better or worse."""
    if session.state["evicting"] is None:
        pods, errors, warning = _sorted_out(session, node)
        if errors:
            _tell_failure(session, node, errors)
            return None
        session.err(warning)
        timeout = session.flag("timeout")
        until = session.sys.now + timeout if timeout else 0
        waiting = [{**pod, "resource": "pods", "next": session.sys.now} for pod in pods]
        session.state["evicting"] = {"pods": waiting, "errors": [], "until": until, "refused": False}
    return _evict(session, node, session.state["evicting"])


def _sorted_out(session: Session, node: str) -> tuple[list[Obj], list[str], str]:
    """The Pods to be evicted, what stands in the way, and what there is to be warned of (GetPodsForDeletion)."""
    query = {
        "fieldSelector": f"spec.nodeName={node}",
        "labelSelector": str(session.flag("pod-selector") or ""),
        "limit": "500",
    }
    pods = [
        pod
        for pod in items(PODS, session.list(PODS, None, query=query))
        if MIRROR not in (pod["metadata"].get("annotations") or {})
    ]
    groups: dict[str, list[str]] = {"local": [], "naked": [], "daemon": []}
    chosen = []
    allowed = {
        "local": bool(session.flag("delete-emptydir-data")),
        "naked": bool(session.flag("force")),
        "daemon": bool(session.flag("ignore-daemonsets")),
    }
    for pod in pods:
        problem = _problem(pod, allowed)
        if problem:
            groups[problem].append(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
        if problem != "daemon":
            chosen.append(
                {
                    "namespace": pod["metadata"]["namespace"],
                    "name": pod["metadata"]["name"],
                    "uid": pod["metadata"]["uid"],
                }
            )
    errors = [f"{text}: {', '.join(groups[key])}" for key, text in FATAL if groups[key] and not allowed[key]]
    warnings = [f"{text}: {', '.join(groups[key])}" for key, text in TOLERATED if groups[key]]
    return chosen, errors, f"Warning: {'; '.join(warnings)}\n" if warnings else ""


def _problem(pod: Obj, allowed: dict[str, bool]) -> str:
    """What speaks against evicting a Pod: the first thing that is not allowed, else the last that is."""
    controller = controller_of(pod)
    if controller and controller.get("kind") == "DaemonSet":
        return "daemon"
    if (pod.get("status") or {}).get("phase") in ENDED:
        return ""
    local = any(volume.get("emptyDir") is not None for volume in (pod.get("spec") or {}).get("volumes") or [])
    if local and not allowed["local"]:
        return "local"
    return "" if controller else "naked"


def _tell_failure(session: Session, node: str, errors: list[str]) -> None:
    session.err(f'error: unable to drain node "{node}" due to error: {field.message(errors)}, continuing command...\n')
    session.state["failed"].append([node, errors])


def _evict(session: Session, node: str, state: dict[str, Any]) -> Step | None:
    """Try to evict the Pods, each by itself, and wait until they are gone (evictPods)."""
    for pod in list(state["pods"]):
        if mode(session) != "none":
            session.out(f"evicting pod {pod['namespace']}/{pod['name']}{suffix(session)}\n")
            state["pods"].remove(pod)
        elif _is_done(session, state, pod):
            state["pods"].remove(pod)
    if state["pods"]:
        return _pause(session, state)
    if state["errors"]:
        _tell_pending(session, node, field.message(state["errors"]))
        _tell_failure(session, node, state["errors"])
    else:
        session.out(f"node/{node} drained{suffix(session)}\n")
    return None


def _pause(session: Session, state: dict[str, Any]) -> Wait:
    """Until the next try, the end of a Pod, or of all patience."""
    now, watched = session.sys.now, [pod for pod in state["pods"] if "fd" in pod]
    moments = [pod["next"] for pod in state["pods"] if "fd" not in pod]
    moments += [state["until"]] if watched and state["until"] else []
    return Wait(readable=tuple(pod["fd"] for pod in watched), until=max(min(moments), now) if moments else None)


def _is_done(session: Session, state: dict[str, Any], pod: Obj) -> bool:
    """Take a step with one Pod; whether it is gone or given up."""
    late = bool(state["until"]) and session.sys.now >= state["until"]
    if pod["next"] is not None:
        if session.sys.now < pod["next"]:
            return False
        problem = _try(session, state, pod, late=late)
        if problem:
            state["errors"].append(f'error when evicting pods/"{pod["name"]}" -n "{pod["namespace"]}": {problem}')
        if problem or pod["next"] is not None:
            return bool(problem)
    if is_gone(session, pod):
        session.out(f"pod/{pod['name']} evicted\n")
        return True
    if late:
        about = f'pod "{pod["name"]}" in namespace "{pod["namespace"]}"'
        state["errors"].append(f"error when waiting for {about} to terminate: context deadline exceeded")
    return late


def _try(session: Session, state: dict[str, Any], pod: Obj, *, late: bool) -> str:
    """Try to evict a Pod once, and say in it when to try again; the problem, if there is no sense in that."""
    session.out(f"evicting pod {pod['namespace']}/{pod['name']}\n")
    if late:
        return f"global timeout reached: {go(session.flag('timeout'))}"
    try:
        done = _evicted(session, state, pod)
    except ServerFailure as failure:
        return failure.message
    pod["next"] = None if done else session.sys.now + RETRY
    return ""


def _tell_pending(session: Session, node: str, error: str) -> None:
    """Which Pods are still to be evicted."""
    pods, _, _ = _sorted_out(session, node)
    if pods:
        session.err(f'There are pending pods in node "{node}" when an error occurred: {error}\n')
        session.err("".join(f"pod/{pod['name']}\n" for pod in pods))


def _evicted(session: Session, state: dict[str, Any], pod: Obj) -> bool:
    """Ask for an eviction; False if a budget forbids it for now."""
    period = int(session.flag("grace-period"))
    options: Obj = {"gracePeriodSeconds": period} if period >= 0 else {}
    if session.flag("disable-eviction"):
        session.delete(PODS, pod["namespace"], pod["name"], options, {})
        return True
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod["name"], "namespace": pod["namespace"]},
    }
    body |= {"deleteOptions": options} if options else {}
    request = session.request("create", PODS, pod["namespace"], pod["name"], subresource="eviction", body=body)
    try:
        session.call(request)
    except ServerFailure as failure:
        if failure.reason == "NotFound":
            return True
        if failure.reason != "TooManyRequests":
            raise
        if not state["refused"]:
            session.sys.tell("refusal", failures=[packed(failure)])
        state["refused"] = True
        session.err(
            f'error when evicting pods/"{pod["name"]}" -n "{pod["namespace"]}" (will retry after 5s): {failure.message}\n'
        )
        return False
    return True


COMMAND = Command(
    "drain",
    "Drain node in preparation for maintenance",
    run,
    "NODE [options]",
    declare(
        "--chunk-size=500 --delete-emptydir-data=false --disable-eviction=false --force=false --grace-period=-1 --ignore-daemonsets=false",
        "--pod-selector= --skip-wait-for-delete-timeout=0 --timeout=0s",
        DRY_RUN,
        ONE_SELECTOR,
    ),
    group="Cluster Management Commands",
)
