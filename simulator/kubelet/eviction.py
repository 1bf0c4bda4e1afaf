"""Evicts Pods when the node runs short, or when they write more than they may (pkg/kubelet/eviction/eviction_manager.go).

A real one looks every ten seconds. This one looks at those moments only after something has happened that may matter, and then as
long as the node is short; what it remembers is `pressure`: when each condition of the node was last met (virtual time).
"""

from typing import Any

from simulator.api.quantities import units
from simulator.api.requests import Obj
from simulator.kernel.units import MINUTE, SECOND
from simulator.kubelet import image_gc, journal, node_status, static_pods, terminating, workers
from simulator.kubelet.amounts import of_pod
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.disruption import is_critical, take_away
from simulator.kubelet.ranking import Candidate, ranked
from simulator.kubelet.thresholds import SIGNALS, Shortage, amount, met, of_container, shortages

PERIOD = 10 * SECOND
TRANSITION = 5 * MINUTE  # for which a condition outlasts its cause
GRACE = SECOND
STORAGE = "ephemeral-storage"

Facts = dict[str, Any]


def look_soon(deps: Deps) -> None:
    """Look at the next of the moments that are ten seconds apart."""
    deps.wake("eviction", PERIOD - deps.world.now % PERIOD)


def reconcile(deps: Deps) -> None:
    """Look what is short, say so in the node's status, and make room by taking one Pod away."""
    for victim in deps.cri.take_ooms():
        text = f"System OOM encountered, victim process: {victim['process']}, pid: {victim['pid']}"
        deps.recorder.event(node_status.reference(deps), "Warning", "SystemOOM", text)
    if node_status.runtime_is_down(deps):
        return
    short = all_shortages(deps)
    remember(deps, short)
    acute = [each for each in short if not each.soft or patience_is_over(deps, each.name)]
    if not evict_for_storage(deps) and acute:
        reclaim(deps, acute[0])
    if short:
        look_soon(deps)


def all_shortages(deps: Deps) -> list[Shortage]:
    """The thresholds that are met, hard ones first; since when a soft one is met is kept in `soft_since`."""
    left, section = deps.cri.node_left(), deps.section
    hard = shortages(left, section.get("eviction_hard") or {})
    if "eviction_soft" not in section:
        return hard
    soft, since = met(left, section["eviction_soft"], soft=True), section.get("soft_since") or {}
    section["soft_since"] = {each.name: since.get(each.name, deps.world.now) for each in soft}
    return [*hard, *soft]


def patience_is_over(deps: Deps, name: str) -> bool:
    """Whether a soft threshold has been met for its whole grace period."""
    allowed = deps.section["eviction_soft_grace_period"][name]
    return bool(deps.world.now - deps.section["soft_since"][name] >= allowed)


def remember(deps: Deps, short: list[Shortage]) -> None:
    """Keep the node's conditions: at once when something is short, and for a while after it no longer is."""
    now, before = deps.world.now, deps.section.get("pressure") or {}
    met = {each.signal.condition for each in short}
    kept = {name: at for name, at in before.items() if name not in met and now - at < TRANSITION}
    after = {each.condition: now for each in SIGNALS.values() if each.condition in met} | kept
    deps.section["pressure"] = after
    for at in kept.values():
        deps.world.agenda.wake_at(deps.component, "eviction", at + TRANSITION)
    if list(after) != list(before):
        node_status.reconcile(deps)


def reclaim(deps: Deps, shortage: Shortage) -> None:
    """Make room: what nobody uses goes first, then a Pod."""
    resource = shortage.signal.resource
    text = f"Attempting to reclaim {resource}"
    deps.recorder.event(node_status.reference(deps), "Warning", "EvictionThresholdMet", text)
    journal.note(deps, "W", "eviction_manager.go:376", "Eviction manager: attempting to reclaim", resourceName=resource)
    if resource == STORAGE:
        image_gc.collect(deps, shortage)
        if not any(each.signal == shortage.signal for each in all_shortages(deps)):
            return
    order = ranked(candidates(deps), resource)
    names = [journal.called(each.pod) for each in order]
    journal.note(deps, "I", "eviction_manager.go:394", "Eviction manager: pods ranked for eviction", pods=names)
    for candidate in order:
        if is_critical(candidate.pod):
            what = "Eviction manager: cannot evict a critical pod"
            journal.note(deps, "E", "eviction_manager.go:616", what, pod=journal.called(candidate.pod))
        else:
            grace = soft_grace(deps, candidate.pod) if shortage.soft else GRACE
            facts = because(candidate, shortage)
            evict(deps, candidate.worker, candidate.pod, shortage.text + blame(candidate, resource), facts, grace)
            return


def soft_grace(deps: Deps, pod: Obj) -> int:
    """How long a Pod has that goes for a soft threshold: its own grace period, but no more than the kubelet allows."""
    most = int(deps.section.get("eviction_max_pod_grace_period") or 0)
    return min(int(pod["spec"].get("terminationGracePeriodSeconds", most)), most) * SECOND


def above(candidate: Candidate, resource: str) -> dict[str, list[str]]:
    """Which of the Pod's containers use more than they asked for, with both amounts."""
    found = {}
    for container in candidate.pod["spec"]["containers"]:
        used = candidate.used(container["name"]).get(resource)
        asked = of_container(container, resource)
        if used is not None and used > asked:
            found[container["name"]] = [amount(used), amount(asked)]
    return found


def blame(candidate: Candidate, resource: str) -> str:
    """The same in the real words."""
    return "".join(
        f"Container {name} was using {used}, request is {asked}, has larger consumption of {resource}. "
        for name, (used, asked) in above(candidate, resource).items()
    )


def because(candidate: Candidate, shortage: Shortage) -> Facts:
    """What is kept of why this Pod was chosen: nobody could find it out later."""
    return {
        "signal": shortage.name,
        "resource": shortage.signal.resource,
        "limit": amount(shortage.limit),
        "available": amount(shortage.available),
        "above": above(candidate, shortage.signal.resource),
    }


def candidates(deps: Deps) -> list[Candidate]:
    """The Pods that run here, with what they use."""
    found = []
    for worker in workers.table(deps).values():
        pod = workers.find_pod(deps, worker) if worker["stage"] == "syncing" and not worker.get("new") else None
        if pod is None or terminating.is_deleted(worker, pod) or worker["verdict"]:
            continue
        names = {each["id"]: each["name"] for each in deps.cri.list_containers(worker["uid"])}
        usage = {names[id]: each for id, each in deps.cri.usage(worker["uid"]).items()}
        found.append(Candidate(worker, pod, usage, deps.cri.volumes_usage(worker["uid"])))
    return found


def evict_for_storage(deps: Deps) -> bool:
    """Whether Pods had to go because they wrote more than they may."""
    found = [(each, over) for each in candidates(deps) if (over := excess(each))]
    for candidate, (text, facts) in found:
        if not static_pods.is_static(deps, candidate.worker["uid"]):
            evict(deps, candidate.worker, candidate.pod, text, facts)
    return bool(found)


def excess(candidate: Candidate) -> tuple[str, Facts] | None:
    """What a Pod has too much of on the disk, in the real words and as facts; None if nothing."""
    for volume in candidate.pod["spec"].get("volumes") or ():
        limit = (volume.get("emptyDir") or {}).get("sizeLimit")
        if limit is not None and sum(candidate.volumes.get(volume["name"], {}).values()) > units(limit):
            text = f'Usage of EmptyDir volume "{volume["name"]}" exceeds the limit "{limit}". '
            return text, {"volume": volume["name"], "limit": str(limit)}
    whole = of_pod(candidate.pod, "limits").get(STORAGE)
    if whole is not None and candidate.total(STORAGE) > units(whole):
        text = f"Pod ephemeral local storage usage exceeds the total limit of containers {whole}. "
        return text, {"limit": str(whole)}
    for container in candidate.pod["spec"]["containers"]:
        limit = ((container.get("resources") or {}).get("limits") or {}).get(STORAGE)
        if limit is not None and candidate.used(container["name"]).get(STORAGE, 0) > units(limit):
            text = f'Container {container["name"]} exceeded its local ephemeral storage limit "{limit}". '
            return text, {"container": container["name"], "limit": str(limit)}
    return None


def evict(deps: Deps, worker: Worker, pod: Obj, message: str, facts: Facts, grace: int = GRACE) -> None:
    """Take the Pod down, at once or within *grace*; the *facts* are kept with the verdict."""
    take_away(deps, worker, pod, "Evicted", message, facts=facts, grace=grace)
