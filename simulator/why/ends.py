"""How a container's run ended: what its exit code says, who ended it, and what it printed last."""

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.apiserver.admission.limits import ANNOTATION
from simulator.kubelet.probe_results import FIELDS
from simulator.runtime.processes import SIGNALS
from simulator.runtime.start_errors import MOUNT
from simulator.why import hooks
from simulator.why.chain import Evidence, Link, Path
from simulator.why.inquiry import Inquiry, describe, ref, typed, within
from simulator.why.probes import asks, killed_by

MOUNTING = MOUNT.partition('"')[0]  # how runc begins where a volume cannot be mounted into a container
NAMES = {number: f"SIG{name}" for name, number in SIGNALS.items()}
# Exit codes with a meaning of their own; what is above 128 otherwise is a signal.
CODES = {0: "end.done", 1: "end.error", 2: "end.usage", 126: "end.not_executable", 127: "end.not_found"}
SIGNALLED = 128
BY_SIGNAL = {"SIGKILL": "end.killed", "SIGSEGV": "end.crashed", "SIGTERM": "end.stopped"}


def links(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, ended: Obj) -> list[Link]:
    """The links behind the end of a run, which *ended* (a `terminated` state) tells of."""
    name, code = container["name"], int(ended.get("exitCode", 0))
    id = str(ended.get("containerID", "")).rpartition("//")[2]
    entry, probe = hooks.record(inquiry, pod, name, id), killed_by(inquiry, pod, name, id)
    first = hooks.stopped(pod, container, path, entry, code, FIELDS.get(probe, ""))
    hooked = inquiry.worker(pod).get("hooked", {}).get(name) or {}
    if id and hooked.get("id") == id:
        return [*first, *hooks.failed(pod, container, path, "PostStartHookError", str(hooked["message"]))]
    if probe:
        return [*first, *asks(inquiry, pod, container, path, probe)]
    if entry and code in (hooks.KILLED, hooks.STOPPED):
        said = (Evidence("event", "Killing", str(entry["why"])),) if entry.get("why") else ()
        return [*first, Link("end.ordered", {"container": name, "code": code}, ref("pods", pod), evidence=said)]
    return [*first, *given(inquiry, pod, container, ended), meaning(inquiry, pod, container, path, ended, id)]


def given(inquiry: Inquiry, pod: Obj, container: Obj, ended: Obj) -> list[Link]:
    """The memory limit that was too small stands in no manifest of the Pod's: a LimitRange gave it."""
    limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
    if ended.get("reason") != "OOMKilled" or limit is None or ANNOTATION not in meta.annotations(pod):
        return []
    for found in inquiry.all("limitranges", meta.namespace(pod)):
        for at, entry in enumerate((found.get("spec") or {}).get("limits") or ()):
            if (entry.get("default") or {}).get("memory") == limit:
                about, path = ref("limitranges", found), ("spec", "limits", at, "default", "memory")
                values = {
                    "range": about.name,
                    "resource": "memory",
                    "value": str(limit),
                    "container": container["name"],
                }
                return [Link("limits.default", values, about, path, next=(describe(about),))]
    return []


def meaning(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, ended: Obj, id: str) -> Link:
    """What the exit code and the runtime's reason say."""
    about, name, code = ref("pods", pod), container["name"], int(ended.get("exitCode", 0))
    reason = str(ended.get("reason", ""))
    exits = Evidence("exit", reason, f"{code}")
    line = inquiry.last_line(pod, id)
    evidence = (exits, *((Evidence("log", name, line),) if line else ()), *told(ended))
    values = {"container": name, "code": code}
    logs = (f"kubectl logs {pod['metadata']['name']}{within(about.namespace)} -c {name}{previous(pod, name)}",)
    if reason == "OOMKilled":
        limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
        place: Path = (*path, "resources", "limits", "memory")
        commands = (f"kubectl top {typed(about)} --containers", *logs)
        kind = "end.oom" if limit else "end.oom_node"
        return Link(kind, {**values, **({"limit": str(limit)} if limit else {})}, about, place, evidence, commands)
    if reason == "StartError":
        return not_started(inquiry, pod, container, path, str(ended.get("message", "")))
    if reason == "ContainerStatusUnknown":
        return Link("end.unknown", values, about, evidence=evidence, component="kubelet")
    signal = NAMES.get(code - SIGNALLED, "")
    kind = CODES.get(code) or BY_SIGNAL.get(signal) or ("end.signal" if signal else "end.other")
    values |= {"signal": signal} if kind == "end.signal" else {}
    return Link(kind, values, about, program(container, path), evidence, logs)


def told(ended: Obj) -> tuple[Evidence, ...]:
    """The container's termination message."""
    message = str(ended.get("message") or "").strip()
    return (Evidence("state", "message", message),) if message else ()


def previous(pod: Obj, name: str) -> str:
    """The flag for the log of the run before, if the container runs again or is to."""
    status = pod.get("status") or {}
    entries = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    found = next((entry for entry in entries if entry["name"] == name), None)
    return " --previous" if found and "running" in (found.get("state") or {}) else ""


def program(container: Obj, path: Path) -> Path:
    """Where the manifest says what runs: the command, else the arguments, else the image that brings its own."""
    field = next((field for field in ("command", "args") if container.get(field)), "image")
    return (*path, field)


def not_started(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, message: str) -> Link:
    """The runtime made the container but could not start its program."""
    about, place = ref("pods", pod), program(container, path)
    evidence = (Evidence("state", "StartError", message),)
    if MOUNTING in message:
        mounts = list(enumerate(container.get("volumeMounts") or ()))
        number, path_there = next(
            ((at, str(each["mountPath"])) for at, each in mounts if f'at "{each["mountPath"]}"' in message), (0, "-")
        )
        facts = {"container": container["name"], "path": path_there}
        return Link("start.mount", facts, about, (*path, "volumeMounts", number), evidence)
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    values = {"container": container["name"], "image": container["image"]}
    if words:
        return Link("start.program", {**values, "program": str(words[0])}, about, place, evidence)
    return Link("start.failed", values, about, place, evidence)


def last(status: Obj) -> Obj | None:
    """How a container's newest run that has ended did so."""
    state, before = status.get("state") or {}, status.get("lastState") or {}
    ended: Obj | None = state.get("terminated") or before.get("terminated")
    return ended
