"""Why a disruption budget allows no eviction: how many healthy Pods it wants, and which of them is not."""

from simulator.api import meta, selectors
from simulator.api.requests import Obj
from simulator.client.pods import is_finished
from simulator.controllers.disruption import BUDGETS
from simulator.why import pods
from simulator.why.chain import Chain, Evidence, Link, Path, Values
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref


def budget(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a disruption budget."""
    about, values = ref(BUDGETS, obj), counts(obj)
    evidence = condition_evidence(obj, "DisruptionAllowed")
    mine = [pod for pod in inquiry.all("pods", meta.namespace(obj)) if covers(obj, pod)]
    if not mine:
        look = (f"kubectl get pods -n {about.namespace} --show-labels",)
        return Chain([Link("budget.empty", {"budget": about.name}, about, ("spec", "selector"), evidence, look)])
    if int(values["allowed"]) > 0:
        return Chain([Link("budget.allows", values, about, limit(obj), evidence, (describe(about),))])
    return exhausted(inquiry, obj, mine, evidence)


def counts(obj: Obj) -> Values:
    """The numbers of the status."""
    status = obj.get("status") or {}
    names = {"allowed": "disruptionsAllowed", "healthy": "currentHealthy", "needed": "desiredHealthy"}
    return {"budget": meta.name(obj), **{name: int(status.get(field) or 0) for name, field in names.items()}}


def limit(obj: Obj) -> Path:
    """Where the budget says how much it allows."""
    return ("spec", "maxUnavailable" if obj["spec"].get("maxUnavailable") is not None else "minAvailable")


def covers(obj: Obj, pod: Obj) -> bool:
    """Whether the budget counts a Pod."""
    return selectors.selects(obj["spec"].get("selector"), meta.labels(pod)) and not is_finished(pod)


def exhausted(inquiry: Inquiry, obj: Obj, mine: list[Obj], evidence: tuple[Evidence, ...] = ()) -> Chain:
    """Not one Pod can be spared: since some are not well, or since the budget wants all that there are."""
    about, values = ref(BUDGETS, obj), counts(obj)
    first = Link("budget.exhausted", values, about, limit(obj), evidence, (describe(about),))
    expected = int((obj.get("status") or {}).get("expectedPods") or 0)
    if int(values["needed"]) >= expected:
        facts = {"budget": about.name, "needed": values["needed"], "expected": expected}
        return Chain([first, Link("budget.all", facts, about, limit(obj))])
    return pods.behind(inquiry, mine).after(first)


def refused(inquiry: Inquiry, namespace: str, text: str) -> list[Link]:
    """The links for an eviction that was refused in a namespace ("" for any): the budget is the one that *text* names."""
    for each in inquiry.all(BUDGETS, namespace or None):
        if f" {meta.name(each)} " in text:
            mine = [pod for pod in inquiry.all("pods", meta.namespace(each)) if covers(each, pod)]
            return list(exhausted(inquiry, each, mine).links)
    return []
