"""What a container's hooks did: the one after the start that runs or failed, the one before the end that failed or took too long."""

from typing import Any

from simulator.api.requests import Obj
from simulator.why.chain import Evidence, Link, Path, Values
from simulator.why.clock import span
from simulator.why.inquiry import Inquiry, ref, within

KILLED, STOPPED = 137, 143
HANDLERS = ("exec", "httpGet", "sleep", "tcpSocket")


def logs(pod: Obj, name: str) -> tuple[str, ...]:
    """The command that shows what a container printed."""
    about = ref("pods", pod)
    return (f"kubectl logs {about.name}{within(about.namespace)} -c {name}",)


def failed(pod: Obj, container: Obj, path: Path, title: str, text: str) -> list[Link]:
    """The hook after the start failed: what it does, and where that stands."""
    name, about = container["name"], ref("pods", pod)
    handler, asked, place = action(container, path, "postStart")
    evidence = (Evidence("state", title, text),)
    first = Link(
        "hook.poststart", {"container": name}, about, (*path, "lifecycle", "postStart"), evidence, logs(pod, name)
    )
    kind = "hook.command" if handler == "exec" else "hook.request"
    return (
        [first, Link(kind, {"container": name, "asked": asked}, about, place)]
        if handler in ("exec", "httpGet")
        else [first]
    )


def action(container: Obj, path: Path, moment: str) -> tuple[str, str, Path]:
    """The handler of a hook, what it does in words that the learner wrote, and where it stands."""
    hook = (container.get("lifecycle") or {}).get(moment) or {}
    handler = next((name for name in HANDLERS if hook.get(name) is not None), "")
    place: Path = (*path, "lifecycle", moment)
    entry: dict[str, Any] = hook.get(handler) or {}
    if handler == "exec":
        return handler, " ".join(map(str, entry.get("command") or ())), (*place, handler, "command")
    if handler == "httpGet":
        address = f"{entry.get('host') or ''}:{entry.get('port')}{entry.get('path') or '/'}"
        return handler, address, (*place, handler, "port")
    return handler, f"{entry.get('seconds', '')}", (*place, handler) if handler else place


def running(inquiry: Inquiry, pod: Obj, container: Obj, path: Path) -> Link:
    """The hook after the start has not ended, and the container does not count as running before."""
    asked = action(container, path, "postStart")[1]
    about, values = ref("pods", pod), {"container": container["name"], "asked": asked}
    evidence = inquiry.log(pod, container["name"])
    return Link("hook.runs", values, about, (*path, "lifecycle", "postStart"), evidence, logs(pod, container["name"]))


def record(inquiry: Inquiry, pod: Obj, name: str, id: str) -> dict[str, Any]:
    """How the kubelet ended the run *id* of a container; {} if that run ended otherwise."""
    found: dict[str, Any] = inquiry.worker(pod).get("stops", {}).get(name, {})
    return found if id and found.get("id") == id else {}


def before_the_end(pod: Obj, container: Obj, path: Path, entry: Obj) -> list[Link]:
    """What came of the hook before the end, if anything went wrong with it; *entry*: see kubelet/killing.py."""
    hooked = entry.get("hooked") or {}
    if not hooked or hooked["state"] in ("success", "abandoned"):
        return []
    asked, about = action(container, path, "preStop")[1], ref("pods", pod)
    place: Path = (*path, "lifecycle", "preStop")
    values: Values = {"container": container["name"], "asked": asked}
    if hooked["took"] >= entry.get("grace", 0) > 0:
        return [Link("hook.prestop_long", {**values, "grace": span(entry["grace"])}, about, place)]
    return [Link("hook.prestop", values, about, place)]


def stopped(pod: Obj, container: Obj, path: Path, entry: Obj, code: int, probe: str = "") -> list[Link]:
    """How a run went that the kubelet ended: the hook before, and whether the time was enough; *probe*: because of which it was."""
    links = before_the_end(pod, container, path, entry)
    if code != KILLED or not entry:
        return links
    own = (container.get(probe) or {}).get("terminationGracePeriodSeconds") if probe else None
    place: Path = (
        ("spec", "terminationGracePeriodSeconds") if own is None else (*path, probe, "terminationGracePeriodSeconds")
    )
    values: Values = {"container": container["name"], "code": code, "grace": span(entry.get("grace", 0))}
    return [*links, Link("end.grace_over", values, ref("pods", pod), place)]
