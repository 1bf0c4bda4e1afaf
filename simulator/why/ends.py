"""How a container's run ended: what its exit code says, who ended it, and what it printed last."""

from simulator.api.requests import Obj
from simulator.runtime.processes import SIGNALS
from simulator.why.chain import Evidence, Link, Path
from simulator.why.inquiry import Inquiry, ref, typed, within
from simulator.why.probes import asks, killed_by

NAMES = {number: f"SIG{name}" for name, number in SIGNALS.items()}
# Exit codes with a meaning of their own; what is above 128 otherwise is a signal.
CODES = {0: "end.done", 1: "end.error", 2: "end.usage", 126: "end.not_executable", 127: "end.not_found"}
SIGNALLED = 128
BY_SIGNAL = {"SIGKILL": "end.killed", "SIGSEGV": "end.crashed", "SIGTERM": "end.stopped"}


def links(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, ended: Obj) -> list[Link]:
    """The links behind the end of a run, which *ended* (a `terminated` state) tells of."""
    name = container["name"]
    id = str(ended.get("containerID", "")).rpartition("//")[2]
    hooked = inquiry.worker(pod).get("hooked", {}).get(name) or {}
    if id and hooked.get("id") == id:
        said = (Evidence("state", "PostStartHookError", str(hooked["message"])),)
        return [Link("hook.poststart", {"container": name}, ref("pods", pod), (*path, "lifecycle", "postStart"), said)]
    if probe := killed_by(inquiry, pod, name, id):
        return asks(inquiry, pod, container, path, probe)
    return [meaning(inquiry, pod, container, path, ended, id)]


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
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    evidence = (Evidence("state", "StartError", message),)
    values = {"container": container["name"], "image": container["image"]}
    if words:
        return Link("start.program", {**values, "program": str(words[0])}, about, place, evidence)
    return Link("start.failed", values, about, place, evidence)


def last(status: Obj) -> Obj | None:
    """How a container's newest run that has ended did so."""
    state, before = status.get("state") or {}, status.get("lastState") or {}
    ended: Obj | None = state.get("terminated") or before.get("terminated")
    return ended
