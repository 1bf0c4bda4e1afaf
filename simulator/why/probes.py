"""What a probe asked, and what came: from the prober's own record of the last attempt that was no success."""

from typing import Any

from simulator.api.requests import Obj
from simulator.kubectl.describers.containers import probe_text
from simulator.kubelet.attempts import port_number
from simulator.kubelet.probe_results import FIELDS, key_of
from simulator.runtime.cri_api import CriError
from simulator.why.chain import Evidence, Link, Path
from simulator.why.clock import clock_of, span
from simulator.why.inquiry import Inquiry, ref, within


def record(inquiry: Inquiry, pod: Obj, name: str, kind: str) -> dict[str, Any]:
    """What the prober remembers of a probe."""
    found: dict[str, Any] = inquiry.worker(pod).get("probes", {}).get(key_of(name, kind), {})
    return found


def killed_by(inquiry: Inquiry, pod: Obj, name: str, id: str) -> str:
    """The kind of probe because of which the run *id* of a container was ended; empty if none was."""
    return next(
        (kind for kind in ("liveness", "startup") if id and id in record(inquiry, pod, name, kind).get("killed", ())),
        "",
    )


def asks(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, kind: str) -> list[Link]:
    """The links for a probe after whose failures the kubelet restarts the container."""
    spec, name = container[FIELDS[kind]], container["name"]
    values = {"container": name, "probe": FIELDS[kind], "times": int(spec.get("failureThreshold") or 3)}
    evidence = inquiry.told(pod, "Killing")
    killed = Link(f"probe.{kind}", values, ref("pods", pod), (*path, FIELDS[kind]), evidence)
    return [killed, answer(inquiry, pod, container, path, kind)]


def answer(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, kind: str) -> Link:
    """What the probe asks, and what came; for a port, who listens there."""
    spec, name, about = container[FIELDS[kind]], container["name"], ref("pods", pod)
    trouble = record(inquiry, pod, name, kind).get("trouble") or {}
    said = (Evidence("probe", FIELDS[kind], str(trouble.get("text", "")).strip()),) if trouble else ()
    values: dict[str, str | int] = {"container": name, "asked": probe_text(spec)}
    place = (*path, FIELDS[kind])
    commands = (f"kubectl logs {about.name}{within(about.namespace)} -c {name}",)
    port = port_of(container, spec)
    if port is None:
        handler = next((key for key in ("exec", "httpGet", "tcpSocket", "grpc") if key in spec), "exec")
        return Link(
            "probe.command" if handler == "exec" else "probe.port_name",
            values,
            about,
            (*place, handler),
            said,
            commands,
        )
    handler = next(key for key in ("httpGet", "tcpSocket", "grpc") if key in spec)
    listening = inquiry.cluster.machines.ports_of(id_of(pod, name))
    values |= {"port": port, "listening": ", ".join(map(str, listening)) or "-"}
    if port not in listening and id_of(pod, name):
        return Link("probe.nobody", values, about, (*place, handler, "port"), said, commands)
    del values["listening"]
    return Link("probe.answer", values, about, (*place, handler), said, commands)


def port_of(container: Obj, spec: Obj) -> int | None:
    """The port that a probe asks; None if it runs a command, or names a port that there is not."""
    action = spec.get("httpGet") or spec.get("tcpSocket") or spec.get("grpc")
    try:
        return port_number(container, action.get("port")) if action else None
    except CriError:
        return None


def id_of(pod: Obj, name: str) -> str:
    """The runtime's id of a container that runs; empty if it does not."""
    for entry in (pod.get("status") or {}).get("containerStatuses") or ():
        if entry["name"] == name and "running" in (entry.get("state") or {}):
            return str(entry.get("containerID", "")).rpartition("//")[2]
    return ""


def unready(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, status: Obj) -> list[Link]:
    """Why a container that runs is not ready: the startup probe has not succeeded yet, or the readiness probe fails."""
    name = container["name"]
    kind = "startup" if container.get(FIELDS["startup"]) and not status.get("started") else "readiness"
    spec = container.get(FIELDS[kind])
    if not spec:
        return []
    probe = record(inquiry, pod, name, kind)
    path_here = (*path, FIELDS[kind])
    values: dict[str, str | int] = {"container": name, "probe": FIELDS[kind]}
    if not probe.get("trouble") or probe["trouble"]["container"] != probe.get("container"):
        left = max(int(probe.get("next", inquiry.now)) - inquiry.now, 0)
        values |= {"next": clock_of(inquiry, int(probe.get("next", inquiry.now))), "left": span(left)}
        return [Link("probe.waits", values, ref("pods", pod), path_here)]
    failed = Link("probe.fails", values, ref("pods", pod), path_here, inquiry.told(pod, "Unhealthy"))
    return [failed, answer(inquiry, pod, container, path, kind)]
