"""Faults: the agenda switches them on and off when their time comes, and an instructor whenever he likes.

A fault is data: {"id", "type", what it strikes (see fault_kinds.py), "from", "until"}, its times those of the cluster's clock.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from simulator.api.errors import ApiError
from simulator.api.requests import Obj
from simulator.cluster.fault_kinds import FAULTS, Fault
from simulator.cluster.refusals import ScenarioError
from simulator.kernel.units import MILLISECOND
from simulator.kernel.world import World
from simulator.runtime.services import UNITS

COMPONENT = "faults"
MOST_FAULTS = 50
SYSTEMD_TAKES = 20 * MILLISECOND
NO_KUBELET = ("node-down", "kubelet-down")


class Faulty(Protocol):
    """What can be broken: the machines."""

    def set_faults(self, faults: Sequence[Mapping[str, Any]]) -> None: ...
    def restart_service(self, host: str, unit: str) -> None: ...
    def kill_container(self, container: str) -> None: ...


class Stoppable(Protocol):
    """A kubelet."""

    def stop(self) -> None: ...
    def resume(self) -> None: ...


class Pods(Protocol):
    """The API server, as far as Pods are killed through it."""

    def get(self, resource: str, namespace: str | None, name: str) -> Obj: ...
    def delete(self, resource: str, namespace: str | None, name: str, *, grace: int | None = None) -> Obj: ...


class Faults:
    """Keeps the list of faults, and tells machines and kubelets which of them hold now."""

    def __init__(self, world: World, machines: Faulty, kubelets: Mapping[str, Stoppable], api: Pods) -> None:
        self.world = world
        self.state = world.section(COMPONENT)
        self.machines = machines
        self.kubelets = kubelets
        self.api = api

    def planned(self) -> list[dict[str, Any]]:
        """All that are not over yet, in the order in which they were planned."""
        found: list[dict[str, Any]] = self.state.setdefault("planned", [])
        return found

    def plan(self, faults: Sequence[Fault]) -> None:
        """Begin with *faults*, their times counted from now."""
        for fault in faults:
            self.add(fault)
        self.reconcile("")

    def throw(self, fault: Fault, id: str = "") -> str:
        """One more, in the place of one with the same *id* if there is one; its id. Raises ScenarioError if there are too many."""
        others = [entry for entry in self.planned() if entry["id"] != id]
        if len(others) >= MOST_FAULTS:
            raise ScenarioError(f"at most {MOST_FAULTS} faults can be planned")
        self.check(fault)
        self.state["planned"] = others
        id = self.add(fault, id)
        self.reconcile("")
        return id

    def check(self, fault: Fault) -> None:
        """What is struck at once must be there; raises ScenarioError."""
        if not FAULTS[fault.type].once or fault.start:
            return
        name, space = fault.details["pod"], fault.details["namespace"]
        try:
            pod = self.api.get("pods", space, name)
        except ApiError as error:
            raise ScenarioError(f"fault {fault.type}: {error}") from None
        container = fault.details.get("container")
        if container and container not in [entry["name"] for entry in pod["spec"]["containers"]]:
            raise ScenarioError(f"fault {fault.type}: the Pod has no container {container!r}")

    def add(self, fault: Fault, id: str = "") -> str:
        """Put a fault into the list, and its times on the agenda; its id."""
        now = self.world.now
        times = {"from": now + fault.start, "until": None if fault.end is None else now + fault.end}
        entry = {"id": id or self.next_id(), "type": fault.type, **fault.details, **times}
        self.planned().append(entry)
        for at in times.values():
            if at is not None:
                self.world.agenda.wake_at(COMPONENT, "", at)
        return str(entry["id"])

    def next_id(self) -> str:
        """A name that no fault has had yet."""
        self.state["count"] = self.state.get("count", 0) + 1
        return f"fault-{self.state['count']}"

    def clear(self, id: str = "") -> None:
        """End the fault *id*, or all; raises ScenarioError if there is none of that name."""
        kept = [entry for entry in self.planned() if id and entry["id"] != id]
        if id and len(kept) == len(self.planned()):
            raise ScenarioError(f"there is no fault {id!r}")
        self.state["planned"] = kept
        self.reconcile("")

    def shown(self) -> list[dict[str, Any]]:
        """Each fault with *active*: whether it holds now."""
        return [{**entry, "active": holds(entry, self.world.now)} for entry in self.planned()]

    def service(self, host: str, unit: str, action: str) -> None:
        """Somebody has systemd start, stop or restart a service of a node."""
        self.world.agenda.wake(COMPONENT, f"{action}:{unit}/{host}", after=SYSTEMD_TAKES)

    def act(self, action: str, unit: str, host: str) -> None:
        """A service that is stopped by hand is a fault like any other, and is cured by hand."""
        fault = UNITS[unit].fault
        if action == "stop" and len(self.planned()) < MOST_FAULTS:
            self.add(Fault(fault, 0, None, {"node": host}), f"{unit}-{host}")
            return
        kept = [
            each
            for each in self.planned()
            if (each["type"], each.get("node")) != (fault, host) or not holds(each, self.world.now)
        ]
        whole = len(kept) == len(self.planned())
        self.state["planned"] = kept
        if action == "restart" and whole:
            self.machines.restart_service(host, unit)
            if unit == "kubelet" and host in self.kubelets:
                self.kubelets[host].stop()

    def reconcile(self, key: str) -> None:
        """Do what is to be done once, and hand over what is broken at this moment."""
        if key:
            action, _, rest = key.partition(":")
            self.act(action, *rest.split("/", 1))
        now = self.world.now
        strikes = [entry for entry in self.planned() if FAULTS[entry["type"]].once and entry["from"] <= now]
        self.state["planned"] = [entry for entry in self.planned() if entry not in strikes and not over(entry, now)]
        lasting = [entry for entry in self.planned() if holds(entry, now)]
        self.machines.set_faults(lasting)
        for node, kubelet in self.kubelets.items():
            silent = any(entry["type"] in NO_KUBELET and entry["node"] == node for entry in lasting)
            (kubelet.stop if silent else kubelet.resume)()
        for entry in strikes:
            STRIKES[entry["type"]](self, entry)

    def kill_pod(self, entry: Mapping[str, Any]) -> None:
        """Delete a Pod at once; one that is gone by then is let go."""
        try:
            self.api.delete("pods", entry["namespace"], entry["pod"], grace=0)
        except ApiError:
            return

    def kill_containers(self, entry: Mapping[str, Any]) -> None:
        """KILL process 1 of a Pod's running containers, or of the one that is meant."""
        try:
            pod = self.api.get("pods", entry["namespace"], entry["pod"])
        except ApiError:
            return
        for status in (pod.get("status") or {}).get("containerStatuses") or ():
            if entry.get("container") in (None, status["name"]):
                self.machines.kill_container(str(status.get("containerID", "")).rpartition("//")[2])


STRIKES = {"pod-killed": Faults.kill_pod, "container-killed": Faults.kill_containers}


def holds(entry: Mapping[str, Any], now: int) -> bool:
    """Whether a planned fault is there at *now*."""
    return bool(entry["from"] <= now and not over(entry, now))


def over(entry: Mapping[str, Any], now: int) -> bool:
    """Whether its end has come."""
    return entry["until"] is not None and bool(entry["until"] <= now)
