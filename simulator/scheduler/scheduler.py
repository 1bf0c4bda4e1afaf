"""The scheduler (pkg/scheduler/schedule_one.go): it finds a node for each Pod that has none, one Pod at a time."""

from simulator.api import meta, timestamps
from simulator.api.errors import ApiError, NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of, split_key
from simulator.client.pods import is_finished, with_transition
from simulator.client.series import SeriesRecorder
from simulator.kernel.units import MILLISECOND, MINUTE
from simulator.kernel.world import World
from simulator.scheduler import messages, preemption
from simulator.scheduler.cache import Cache, NodeInfo
from simulator.scheduler.changes import VOLUMES, concerns_scheduling, meaning
from simulator.scheduler.framework import Cycle, Rejection
from simulator.scheduler.plugins import volumes
from simulator.scheduler.profile import FILTERS, HELPED_BY, SCORES
from simulator.scheduler.queue import Queue
from simulator.scheduler.reserve import all_bound, reserve

NAME = "default-scheduler"
WATCH_DELAY = 5 * MILLISECOND  # until a watch event has reached the scheduler
CYCLE_TIME = MILLISECOND  # between two attempts
BIND_TIMEOUT = 10 * MINUTE  # for volumes to be made
CYCLE, REST, BIND = "cycle", "rest", "bind"


class Scheduler:
    """kube-scheduler with its default profile, on *host*."""

    name = "scheduler"

    def __init__(self, world: World, api: API, host: str = "") -> None:
        self.world = world
        self.api = api
        self.cache = Cache(api)
        self.informers = Informers(api)
        self.queue = Queue(world, world.section(self.name))
        self.recorder = SeriesRecorder(world, api, NAME, f"{NAME}-{host}" if host else NAME)

    # --- what happens in the cluster -------------------------------------------------------------------------------

    def start(self) -> None:
        """Look at the Pods that are there already."""
        for pod in self.api.list("pods"):
            self.enqueue(pod, None)

    def watches(self, resource: str) -> bool:
        """Everything that a plugin may ask for; events are only written."""
        return resource != "events"

    def notice(self, event: WatchEvent) -> None:
        """Keep the picture of the cluster up to date, and wake whom a change may help."""
        self.cache.notice(event)
        self.informers.notice(event)
        if event.resource == "pods":
            if event.type == "DELETED":
                self.queue.remove(key_of(event.object))
            else:
                self.enqueue(event.object, event.old)
        for kind in meaning(event) if self.queue.entries else ():
            self.change(kind)
        if event.resource in VOLUMES and self.binding():
            self.world.agenda.wake(self.name, BIND, after=WATCH_DELAY)

    def enqueue(self, pod: Obj, old: Obj | None) -> None:
        """Take note of a Pod that came or changed."""
        key = key_of(pod)
        if not is_ours(pod):
            self.queue.remove(key)
        elif key not in self.queue.entries:
            self.queue.add(key, pod)
            self.soon()
        elif self.queue.entries[key]["state"] == "unschedulable" and concerns_scheduling(pod, old):
            self.move(key)

    def change(self, kind: str) -> None:
        """Something changed: those whom it may help are tried again."""
        for key in self.queue.waiting():
            plugins = self.queue.entries[key]["plugins"]
            if not plugins or any(kind in HELPED_BY.get(plugin, ()) for plugin in plugins):
                self.move(key)

    def move(self, key: str) -> None:
        """Try a Pod again, now or when its back-off is over."""
        until = self.queue.move(key)
        if until is None:
            self.soon()
        else:
            self.world.agenda.wake_at(self.name, REST, until)

    def soon(self) -> None:
        """Have the next attempt made as soon as a watch event takes."""
        self.world.agenda.wake(self.name, CYCLE, after=WATCH_DELAY)

    def reconcile(self, key: str) -> None:
        """Make the next attempt, or see whose waiting is over."""
        if key == REST:
            self.give_up_binding()
            if self.queue.rested():
                self.soon()
        elif key == BIND:
            for waiting in self.binding():
                self.finish_binding(waiting)
        elif (found := self.queue.pop()) is not None:
            self.attempt(found)
            if self.queue.has_active():
                self.world.agenda.wake(self.name, CYCLE, after=CYCLE_TIME)

    # --- one attempt -------------------------------------------------------------------------------------------------

    def attempt(self, key: str) -> None:
        """Try to place one Pod."""
        try:
            pod = self.api.get("pods", *split_key(key))
        except NotFound:
            self.queue.remove(key)
            return
        if not is_ours(pod):
            self.queue.remove(key)
            return
        cycle = Cycle(pod, self.cache, self.informers, self.api, self.cache.nodes())
        if not cycle.nodes:
            self.fail(cycle, messages.NO_NODES, [])
        elif (rejection := volumes.check_claims(cycle)) is not None:
            self.fail(
                cycle,
                messages.unfit_anywhere(len(cycle.nodes), rejection.reasons[0]),
                [rejection.plugin],
            )
        else:
            self.place(cycle)

    def place(self, cycle: Cycle) -> None:
        """Choose a node and bind the Pod to it, or say why there is none."""
        rejections = {info.name: self.check(cycle, info) for info in cycle.nodes}
        fitting = [info for info in cycle.nodes if rejections[info.name] is None]
        if fitting:
            self.assign(cycle, fitting[0] if len(fitting) == 1 else self.best(cycle, fitting))
        else:
            self.make_room(
                cycle,
                {name: found for name, found in rejections.items() if found is not None},
            )

    def check(self, cycle: Cycle, info: NodeInfo) -> Rejection | None:
        """Ask every filter, also as if those were there already who were promised a place on the node."""
        crowded = self.with_promised(cycle, info)
        if crowded is not info and (rejection := ask_filters(preemption.as_if(cycle, crowded), crowded)) is not None:
            return rejection
        return ask_filters(cycle, info)

    def with_promised(self, cycle: Cycle, info: NodeInfo) -> NodeInfo:
        """The node with the Pods that are nominated to it, if they are no less important, or wait there for volumes."""
        crowded = info
        for key, node in self.queue.promised.items():
            entry = self.queue.entries[key]
            if node != info.name or key == cycle.key or key in info.pods:
                continue
            if entry["state"] != "binding" and entry["priority"] < cycle.priority:
                continue
            crowded = info.clone() if crowded is info else crowded
            crowded.add(key, self.api.get("pods", *split_key(key)))
        return crowded

    def best(self, cycle: Cycle, infos: list[NodeInfo]) -> NodeInfo:
        """The node with the highest score; dice among equals."""
        totals = [0] * len(infos)
        for score, weight in SCORES:
            for at, value in enumerate(score(cycle, infos)):
                totals[at] += weight * value
        highest = max(totals)
        equals = [info for info, total in zip(infos, totals, strict=True) if total == highest]
        return equals[self.world.dice.below(len(equals))] if len(equals) > 1 else equals[0]

    # --- success ---------------------------------------------------------------------------------------------------

    def assign(self, cycle: Cycle, info: NodeInfo) -> None:
        """Bind the Pod to the node, after its volumes."""
        try:
            reserve(cycle, info)
        except ApiError as error:
            self.fail(cycle, str(error), [], reason="SchedulerError")
            return
        if all_bound(cycle):
            self.bind(cycle.pod, info.name)
            return
        self.queue.wait_for_volumes(cycle.key, info.name)
        self.world.agenda.wake(self.name, REST, after=BIND_TIMEOUT)

    def bind(self, pod: Obj, node: str) -> None:
        """Give the Pod its node."""
        metadata = pod["metadata"]
        self.queue.remove(key_of(pod))
        try:
            self.api.bind(metadata["namespace"], metadata["name"], node)
        except ApiError:
            self.enqueue(pod, None)
            return
        note = f"Successfully assigned {metadata['namespace']}/{metadata['name']} to {node}"
        self.recorder.event(pod, "Normal", "Scheduled", "Binding", note)

    def binding(self) -> list[str]:
        """The Pods that have a node as soon as their volumes are there."""
        return [key for key in self.queue.promised if self.queue.entries[key]["state"] == "binding"]

    def finish_binding(self, key: str) -> None:
        """Bind a Pod whose volumes have come."""
        try:
            pod = self.api.get("pods", *split_key(key))
        except NotFound:
            self.queue.remove(key)
            return
        if all_bound(Cycle(pod, self.cache, self.informers, self.api, [])):
            self.bind(pod, self.queue.promised[key])

    def give_up_binding(self) -> None:
        """Have Pods placed anew whose volumes did not come in time."""
        for key in self.binding():
            if self.queue.entries[key]["tried"] + BIND_TIMEOUT <= self.world.now:
                del self.queue.promised[key]
                self.queue.activate(key)
                self.soon()

    # --- failure ---------------------------------------------------------------------------------------------------

    def make_room(self, cycle: Cycle, rejections: dict[str, Rejection]) -> None:
        """See whether taking less important Pods away helps, and say why the Pod does not fit."""
        budgets = self.informers.of("poddisruptionbudgets.policy").all()
        found = preemption.preempt(cycle, rejections, ask_filters, budgets)
        total = len(cycle.nodes)
        plugins = sorted({rejection.plugin: None for rejection in rejections.values()})
        if isinstance(found, str):
            self.fail(cycle, messages.unfit(total, rejections, found), plugins)
            return
        self.fail(cycle, messages.unfit(total, rejections, ""), plugins, node=found.node)
        for victim in found.pods:
            self.evict(cycle.pod, victim, found.node)

    def fail(
        self,
        cycle: Cycle,
        message: str,
        plugins: list[str],
        *,
        reason: str = "Unschedulable",
        node: str = "",
    ) -> None:
        """The Pod has no place: tell, and wait until something changes."""
        until = self.queue.reject(cycle.key, plugins)
        if node:
            self.queue.promise(cycle.key, node)
        self.world.agenda.wake_at(self.name, REST, until)
        self.recorder.event(cycle.pod, "Warning", "FailedScheduling", "Scheduling", message)
        self.report(cycle.pod, reason, message, node)

    def report(self, pod: Obj, reason: str, message: str, node: str) -> None:
        """Write into the Pod's status why it has no node."""
        new = {
            "type": "PodScheduled",
            "status": "False",
            "lastProbeTime": None,
            "reason": reason,
            "message": message,
            "observedGeneration": pod["metadata"].get("generation", 1),
        }
        status = pod.get("status") or {}
        old = status.get("conditions") or []
        conditions = with_transition(old, new, timestamps.rfc3339(self.world.unix))
        if conditions == old and node in ("", status.get("nominatedNodeName")):
            return
        nominated = {"nominatedNodeName": node} if node else {}
        self.try_status(meta.with_status(pod, conditions=conditions, **nominated))

    def evict(self, pod: Obj, victim: Obj, node: str) -> None:
        """Take a less important Pod away."""
        now = timestamps.rfc3339(self.world.unix)
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "lastProbeTime": None,
            "reason": "PreemptionByScheduler",
            "message": f"{NAME}: preempting to accommodate a higher priority pod",
        }
        conditions = with_transition((victim.get("status") or {}).get("conditions") or [], condition, now)
        self.try_status(meta.with_status(victim, conditions=conditions))
        try:
            self.api.delete("pods", meta.namespace(victim), meta.name(victim))
        except ApiError:
            return
        self.recorder.event(
            victim,
            "Normal",
            "Preempted",
            "Preempting",
            f"Preempted by pod {meta.uid(pod)} on node {node}",
        )

    def try_status(self, pod: Obj) -> None:
        """Write a status; a Pod that changed meanwhile is looked at again anyway."""
        try:
            self.api.update_status("pods", pod)
        except ApiError:
            return


def is_ours(pod: Obj) -> bool:
    """Whether the Pod waits for this scheduler to find it a node."""
    spec = pod["spec"]
    return (
        not spec.get("nodeName")
        and not spec.get("schedulingGates")
        and (spec.get("schedulerName") or NAME) == NAME
        and not is_finished(pod)
        and not meta.deleting(pod)
    )


def ask_filters(cycle: Cycle, info: NodeInfo) -> Rejection | None:
    """The first objection to a node."""
    for ask in FILTERS:
        if (rejection := ask(cycle, info)) is not None:
            return rejection
    return None
