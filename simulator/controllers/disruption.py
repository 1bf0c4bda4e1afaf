"""How many Pods a disruption budget still allows to be evicted (pkg/controller/disruption)."""

from simulator.api import meta, selectors, timestamps
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.client.pods import is_finished, is_ready, with_transition
from simulator.controllers.controller import Controller, Keys, itself
from simulator.controllers.replicaset import wanted
from simulator.controllers.rolling import share
from simulator.kernel.units import MINUTE

BUDGETS = "poddisruptionbudgets.policy"
DELETION_TIMEOUT = 2 * MINUTE  # after which an evicted Pod that is still there counts again
SCALES = {
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "Deployment": "deployments.apps",
    "ReplicationController": "replicationcontrollers",
}


class DisruptionController(Controller):
    """Keeps the status of disruption budgets."""

    name = "disruption"
    source = "controllermanager"

    def watches(self) -> dict[str, Keys]:
        return {BUDGETS: itself, "pods": self.guards_of}

    def guards_of(self, event: WatchEvent) -> list[str]:
        """The budgets that select a Pod which changed in a way that matters."""
        new, old = event.object, event.old
        if event.type == "MODIFIED" and old is not None and standing(new) == standing(old):
            return []
        budgets = self.in_namespace(BUDGETS, meta.namespace(new))
        return [key_of(each) for each in budgets if selectors.selects(each["spec"].get("selector"), meta.labels(new))]

    def sync(self, key: str) -> None:
        budget = self.find(BUDGETS, key)
        if budget is None:
            return
        selector = budget["spec"].get("selector")
        pods = [
            pod
            for pod in self.in_namespace("pods", meta.namespace(budget))
            if selectors.selects(selector, meta.labels(pod)) and not is_finished(pod)
        ]
        disrupted = self.disrupted(budget, pods)
        expected = self.expected(pods)
        needed = desired(budget["spec"], expected)
        healthy = sum(is_ready(pod) and not meta.deleting(pod) and meta.name(pod) not in disrupted for pod in pods)
        allowed = max(healthy - needed, 0) if expected > 0 else 0
        self.report(
            budget, {"current": healthy, "desired": needed, "expected": expected, "allowed": allowed}, disrupted
        )

    def disrupted(self, budget: Obj, pods: list[Obj]) -> dict[str, str]:
        """The Pods whose eviction was allowed and has not shown yet."""
        there = {meta.name(pod): pod for pod in pods}
        found: dict[str, str] = {}
        for name, time in ((budget.get("status") or {}).get("disruptedPods") or {}).items():
            left = timestamps.parse(time) + DELETION_TIMEOUT - self.world.unix
            if name in there and not meta.deleting(there[name]) and left > 0:
                found[name] = time
                self.queue.add(key_of(budget), after=left)
        return found

    def expected(self, pods: list[Obj]) -> int:
        """How many Pods there should be: what their controllers want, and those that nobody controls."""
        sizes: dict[str, int] = {}
        for pod in pods:
            owner = meta.controller_of(pod)
            if owner is None or owner["kind"] not in SCALES:
                sizes[meta.uid(pod)] = 1
                continue
            holder = self.find(SCALES[owner["kind"]], f"{meta.namespace(pod)}/{owner['name']}")
            top = meta.controller_of(holder) if holder is not None else None
            if top is not None and top["kind"] in SCALES:
                holder = self.find(SCALES[top["kind"]], f"{meta.namespace(pod)}/{top['name']}") or holder
            if holder is not None:
                sizes[meta.uid(holder)] = wanted(holder)
        return sum(sizes.values())

    def report(self, budget: Obj, counts: dict[str, int], disrupted: dict[str, str]) -> None:
        """Write the status."""
        enough = counts["allowed"] > 0
        condition = {
            "type": "DisruptionAllowed",
            "status": "True" if enough else "False",
            "reason": "SufficientPods" if enough else "InsufficientPods",
            "message": "",
            "observedGeneration": budget["metadata"].get("generation", 1),
        }
        old = (budget.get("status") or {}).get("conditions") or []
        status = {
            "conditions": with_transition(old, condition, self.now()),
            "currentHealthy": counts["current"],
            "desiredHealthy": counts["desired"],
            **({"disruptedPods": disrupted} if disrupted else {}),
            "disruptionsAllowed": counts["allowed"],
            "expectedPods": counts["expected"],
            "observedGeneration": budget["metadata"].get("generation", 1),
        }
        if status != budget.get("status"):
            self.api.update_status(BUDGETS, {**budget, "status": status})


def desired(spec: Obj, expected: int) -> int:
    """How many healthy Pods a budget asks for."""
    if spec.get("maxUnavailable") is not None:
        return max(expected - share(spec["maxUnavailable"], expected, up=True), 0)
    if spec.get("minAvailable") is not None:
        return share(spec["minAvailable"], expected, up=True)
    return 0


def standing(pod: Obj) -> object:
    """All of a Pod that a budget goes by."""
    return is_ready(pod), is_finished(pod), meta.deleting(pod), pod["metadata"].get("labels")
