"""Scheduler and controller manager work only while their static Pods run: what they are woken for meanwhile waits for them."""

from typing import Any, Protocol

from simulator.api.requests import Obj
from simulator.kernel.world import World

NAMESPACE = "kube-system"
# What the agenda calls a component, and what its container is called.
COMPONENTS = {"scheduler": "kube-scheduler", "kube-controller-manager": "kube-controller-manager"}


class Finder(Protocol):
    """The API server, as far as it is asked for Pods."""

    def find(self, resource: str, namespace: str | None, name: str) -> Obj | None: ...


class Resting:
    """Keeps in the cluster's section, under `held`, the keys for which a component was woken while it did not run."""

    def __init__(self, world: World, api: Finder, state: dict[str, Any]) -> None:
        self.world = world
        self.api = api
        self.state = state

    def begin(self) -> None:
        """From now on the Pods are there."""
        self.state["held"] = {component: [] for component in COMPONENTS}

    def pod_name(self, component: str) -> str:
        """The mirror of the static Pod in which a component runs."""
        return f"{COMPONENTS[component]}-{self.state['home']}"

    def holds(self, component: str, key: str) -> bool:
        """Whether *component* does not run: then *key* is kept for it."""
        held: dict[str, list[str]] | None = self.state.get("held")
        if component not in COMPONENTS or held is None:
            return False
        pod = self.api.find("pods", NAMESPACE, self.pod_name(component))
        if pod is not None and runs(pod):
            return False
        if key not in held[component]:
            held[component].append(key)
        return True

    def notice(self, pod: Obj) -> None:
        """A Pod has changed: a component that runs again is woken for what was kept."""
        held: dict[str, list[str]] = self.state.get("held") or {}
        for component, keys in held.items():
            if keys and pod["metadata"]["name"] == self.pod_name(component) and runs(pod):
                held[component] = []
                for key in keys:
                    self.world.agenda.wake(component, key)


def runs(pod: Obj) -> bool:
    """Whether the containers of a Pod run."""
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return any("running" in (each.get("state") or {}) for each in statuses)
