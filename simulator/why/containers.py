"""Why a container waits, has ended, or is not ready: by the state that the kubelet has written, and what it remembers."""

from collections.abc import Callable

from simulator.api.requests import Obj
from simulator.api.timestamps import parse, rfc3339
from simulator.kubelet.backoff import BACKOFF
from simulator.kubelet.container_status import STATUS_FIELDS
from simulator.kubelet.naming import all_containers
from simulator.kubelet.restarts import is_sidecar, policy_of
from simulator.why import configuration, ends, hooks, images, probes
from simulator.why.chain import Evidence, Link, Path, Values
from simulator.why.clock import clock_of, span
from simulator.why.inquiry import Inquiry, describe, ref

IMAGE = ("InvalidImageName", "ErrImageNeverPull", "ImageInspectError", *images.PULLING)
BEFORE = ("ContainerCreating", "PodInitializing")
Place = tuple[Obj, Path, Obj]  # a container, where it stands in the spec, its status


def places(pod: Obj) -> list[Place]:
    """Each container with its path and its status ({} if it has none yet), in the order in which they start."""
    entries = {field: (pod.get("status") or {}).get(name) or () for field, name in STATUS_FIELDS.items()}
    numbers = dict.fromkeys(STATUS_FIELDS, 0)
    found: list[Place] = []
    for field, container in all_containers(pod):
        status: Obj = next((each for each in entries[field] if each["name"] == container["name"]), {})
        found.append((container, ("spec", field, numbers[field]), status))
        numbers[field] += 1
    return found


def trouble(inquiry: Inquiry, pod: Obj, place: Place) -> list[Link]:
    """The links behind what is not well with a container; none if all is."""
    container, path, status = place
    state = status.get("state") or {}
    if waiting := state.get("waiting"):
        return waits(inquiry, pod, place, str(waiting.get("reason", "")), str(waiting.get("message", "")))
    if ended := state.get("terminated"):
        initial = path[1] == "initContainers" and not is_sidecar(container, "initContainers")
        if ended.get("exitCode") == 0 and (initial or policy_of(pod, container, str(path[1])) != "Always"):
            return []
        return [*delay(inquiry, pod, container, ended), *ends.links(inquiry, pod, container, path, ended)]
    if "running" in state and not status.get("ready") and path[1] == "containers":
        return probes.unready(inquiry, pod, container, path, status)
    return []


def waits(inquiry: Inquiry, pod: Obj, place: Place, reason: str, message: str) -> list[Link]:
    """The links behind a waiting reason."""
    container, path, _ = place
    if reason in IMAGE:
        return images.links(inquiry, pod, container, path, reason, message)
    explain = WAITING.get(reason)
    return explain(inquiry, pod, place, message) if explain else []


def crash(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """CrashLoopBackOff: how long it waits and until when, then how the last run ended."""
    container, path, status = place
    ended = ends.last(status)
    values: Values = {"container": container["name"], "restarts": int(status.get("restartCount", 0))}
    said = (Evidence("state", "CrashLoopBackOff", message),)
    first = Link("crash.loop", values, ref("pods", pod), ("spec", "restartPolicy"), said)
    if ended is None:
        return [first]
    return [first, *delay(inquiry, pod, container, ended), *ends.links(inquiry, pod, container, path, ended)]


def delay(inquiry: Inquiry, pod: Obj, container: Obj, ended: Obj) -> list[Link]:
    """The wait before the next start, counted from the end of the last run; none if the kubelet does not wait."""
    table, key = inquiry.worker(pod).get("crash", {}), f"{container['name']}/{container['image']}"
    end = inquiry.now - inquiry.unix + parse(ended.get("finishedAt") or rfc3339(inquiry.unix))
    wait = BACKOFF.delay(table, key)
    if not wait or end + wait <= inquiry.now:
        return []
    left, then = span(end + wait - inquiry.now), span(min(2 * wait, BACKOFF.most))
    values = {"delay": span(wait), "next": clock_of(inquiry, end + wait), "left": left, "then": then}
    return [Link("crash.delay", {**values, "most": span(BACKOFF.most)}, ref("pods", pod))]


def badly_configured(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """CreateContainerConfigError."""
    said = (Evidence("state", "CreateContainerConfigError", message),)
    return configuration.links(inquiry, pod, place[0], place[1], said)


def not_created(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """CreateContainerError: the runtime refused."""
    container, path, _ = place
    said, about = (Evidence("state", "CreateContainerError", message),), ref("pods", pod)
    return [Link("create.failed", {"container": container["name"]}, about, path, said, (describe(about),))]


def not_run(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """RunContainerError: the program could not be started."""
    return [ends.not_started(inquiry, pod, place[0], place[1], message)]


def hook_failed(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """PostStartHookError."""
    return hooks.failed(pod, place[0], place[1], "PostStartHookError", message)


def not_prepared(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """PreStartHookError: the kubelet's own preparations failed."""
    said, values = (Evidence("state", "PreStartHookError", message),), {"container": place[0]["name"]}
    return [Link("hook.prestart", values, ref("pods", pod), place[1], said)]


def creating(inquiry: Inquiry, pod: Obj, place: Place, message: str) -> list[Link]:
    """ContainerCreating, though it runs: the hook after the start holds it up."""
    op = inquiry.worker(pod).get("op") or {}
    held = op.get("kind") == "hook" and op["name"] == place[0]["name"]
    return [hooks.running(inquiry, pod, place[0], place[1])] if held else []


WAITING: dict[str, Callable[[Inquiry, Obj, Place, str], list[Link]]] = {
    "CrashLoopBackOff": crash,
    "CreateContainerConfigError": badly_configured,
    "CreateContainerError": not_created,
    "RunContainerError": not_run,
    "PostStartHookError": hook_failed,
    "PreStartHookError": not_prepared,
    "ContainerCreating": creating,
    "PodInitializing": creating,
}


def restarted(inquiry: Inquiry, pod: Obj, place: Place) -> list[Link]:
    """Why a container that runs now was started again."""
    container, path, status = place
    ended = (status.get("lastState") or {}).get("terminated")
    if not ended or not status.get("restartCount"):
        return []
    values = {"container": container["name"], "restarts": int(status["restartCount"])}
    first = Link("container.restarted", values, ref("pods", pod))
    return [first, *ends.links(inquiry, pod, container, path, ended)]
