"""Probes the running containers of a Pod at their pace (pkg/kubelet/prober/worker.go, prober.go).

The table of a Pod holds for each probe: container (id), result, last and run (the same result in a row), hold (waits for a
new container), base (its rhythm is counted from here), next (virtual time), attempt (one that runs), trouble (the last attempt
that was no success: its container, time, state and text) and killed (the last two containers that were ended because of it).
"""

from typing import Any

from simulator.api.requests import Obj
from simulator.kernel.units import SECOND
from simulator.kubelet import handlers
from simulator.kubelet.attempts import Outcome, Target
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import all_containers, find_container
from simulator.kubelet.probe_results import FIELDS, is_started, key_of
from simulator.kubelet.restarts import Status

AGENT = "kube-probe/1.36"
LONGEST_TROUBLE = 300  # characters of what a probe said that are remembered
INITIAL = {"startup": "unknown", "liveness": "success", "readiness": "failure"}

Probe = dict[str, Any]


def agenda_key(uid: str, key: str) -> str:
    """The agenda's key for a probe."""
    return f"probe:{uid}/{key}"


def add_pod(deps: Deps, worker: Worker, pod: Obj, seen: dict[str, list[Status]], *, trusted: bool = False) -> None:
    """Have the probes of all containers that run now go on; *trusted*: they have succeeded for long."""
    for _, container in all_containers(pod):
        found = seen.get(container["name"])
        for kind, field in FIELDS.items():
            if container.get(field):
                key = key_of(container["name"], kind)
                probe = worker["probes"].setdefault(
                    key, {"container": "", "result": INITIAL[kind], "base": deps.world.now}
                )
                if found and found[0]["state"] == "running":
                    meet(deps, worker, container, kind, probe, found[0])
                if trusted:
                    probe["result"] = "success"


def meet(deps: Deps, worker: Worker, container: Obj, kind: str, probe: Probe, status: Status) -> None:
    """The probe sees a running container; with a new one it begins anew."""
    if probe["container"] == status["id"]:
        return
    begun = status["started"] - (deps.world.unix - deps.world.now)
    probe |= {"container": status["id"], "result": INITIAL[kind], "last": "", "run": 0, "hold": False}
    probe |= {"started": begun, "attempt": None}
    spec = container[FIELDS[kind]]
    earliest = begun + int(spec.get("initialDelaySeconds") or 0) * SECOND
    at_once = kind == "readiness" and earliest <= deps.world.now
    set_next(
        deps,
        worker,
        container["name"],
        kind,
        probe,
        deps.world.now if at_once else tick(probe, spec, earliest, deps.world.now),
    )


def period_of(spec: Obj) -> int:
    """The distance between two probes."""
    return max(int(spec.get("periodSeconds") or 10), 1) * SECOND


def tick(probe: Probe, spec: Obj, earliest: int, now: int) -> int:
    """The probe's next tick that is neither past nor before *earliest*."""
    period = period_of(spec)
    at = max(earliest, now + 1)
    return at + (int(probe["base"]) - at) % period


def set_next(deps: Deps, worker: Worker, name: str, kind: str, probe: Probe, at: int) -> None:
    """Look at this probe at virtual time *at*."""
    probe["next"] = at
    deps.world.agenda.wake_at(deps.component, agenda_key(worker["uid"], key_of(name, kind)), at)


def reconcile(deps: Deps, worker: Worker, pod: Obj, key: str) -> None:
    """A probe is due, or something that it waits for may have come."""
    probe = worker["probes"].get(key)
    name, _, kind = key.partition("/")
    found = find_container(pod, name)
    if probe is None or found is None or not probe["container"] or probe["hold"]:
        return
    if not goes_on(deps, worker, pod, kind, probe):
        return
    if probe["attempt"] is not None:
        take(deps, worker, found[1], kind, probe, handlers.poll(deps, probe["attempt"]))
    elif probe["next"] <= deps.world.now:
        set_next(deps, worker, name, kind, probe, tick(probe, found[1][FIELDS[kind]], 0, deps.world.now))
        if kind == "startup" or is_started(worker, pod, name):
            attempt(deps, worker, pod, found[1], kind, probe)


def goes_on(deps: Deps, worker: Worker, pod: Obj, kind: str, probe: Probe) -> bool:
    """Whether there is still something to probe: a running container, of a Pod that is not going for good."""
    status = deps.cri.container_status(probe["container"])
    running = status is not None and status["state"] == "running"
    done = kind == "startup" and probe["result"] == "success"
    leaving = worker["stage"] != "syncing" and kind != "readiness"
    if running and not done and not leaving:
        return True
    if probe["attempt"] is not None:
        handlers.abandon(deps, probe["attempt"])
        probe["attempt"] = None
    if not running and kind != "startup":
        probe["result"] = "failure" if kind == "readiness" else probe["result"]
    return False


def attempt(deps: Deps, worker: Worker, pod: Obj, container: Obj, kind: str, probe: Probe) -> None:
    """Probe once."""
    spec = container[FIELDS[kind]]
    ip = str(deps.cri.sandbox_status(worker["sandbox"]).get("ip") or "")
    timeout = max(int(spec.get("timeoutSeconds") or 1), 1) * SECOND
    begun = handlers.begin(deps, worker, Target(probe["container"], container, ip, AGENT), spec, timeout)
    if isinstance(begun, Outcome):
        take(deps, worker, container, kind, probe, begun)
        return
    probe["attempt"] = begun
    take(deps, worker, container, kind, probe, handlers.poll(deps, begun))
    if probe["attempt"] is not None:
        deps.world.agenda.wake_at(
            deps.component, agenda_key(worker["uid"], key_of(container["name"], kind)), begun["deadline"]
        )


def take(deps: Deps, worker: Worker, container: Obj, kind: str, probe: Probe, outcome: Outcome | None) -> None:
    """Take note of what a probe found out, if it has."""
    if outcome is None:
        return
    probe["attempt"] = None
    report(deps, worker, container["name"], kind, outcome)
    if outcome.state != "success":
        trouble = {
            "at": deps.world.now,
            "state": outcome.state,
            "text": (outcome.output or outcome.text)[:LONGEST_TROUBLE],
        }
        probe["trouble"] = {"container": probe["container"], **trouble}
    if outcome.state == "error":
        return
    probe["run"] = probe["run"] + 1 if probe["last"] == outcome.state else 1
    probe["last"] = outcome.state
    spec = container[FIELDS[kind]]
    needed = (
        int(spec.get("failureThreshold") or 3) if outcome.state == "failure" else int(spec.get("successThreshold") or 1)
    )
    tell(deps, worker, container["name"], kind, probe, needed)
    if probe["run"] < needed:
        return
    if outcome.state != probe["result"]:
        probe["result"] = outcome.state
        worker["dirty"] = True
        deps.wake(worker["uid"], 0)
    if outcome.state == "failure" and kind != "readiness":
        killed = [*probe.get("killed", ())[-1:], probe["container"]]
        probe |= {"hold": True, "run": 0, "killed": killed}


def tell(deps: Deps, worker: Worker, name: str, kind: str, probe: Probe, needed: int) -> None:
    """Let the outside see what a probe found out, as long as it is on its way to a result: what is as before is no news."""
    if probe["run"] <= needed:
        about = {"namespace": worker["namespace"], "pod": worker["name"], "container": name, "probe": kind}
        deps.world.tell("probe", **about, outcome=probe["last"], run=probe["run"], needed=needed)


def report(deps: Deps, worker: Worker, name: str, kind: str, outcome: Outcome) -> None:
    """An event about a probe that failed: with what it printed, or with what kept it from being made; or about a doubtful success."""
    pod = deps.find("pods", worker["namespace"], worker["name"])
    if pod is None:
        return
    if outcome.warning:
        deps.event(pod, "Warning", "ProbeWarning", f"{kind.capitalize()} probe warning: {outcome.warning}", name)
    if outcome.state == "success":
        return
    text = (
        f"failed: {outcome.output}"
        if outcome.state == "failure"
        else f"errored and resulted in unknown state: {outcome.text}"
    )
    deps.event(pod, "Warning", "Unhealthy", f"{kind.capitalize()} probe {text}", name)
