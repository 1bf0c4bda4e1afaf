"""The kubelet of one node: watches its Pods and makes them run (pkg/kubelet/kubelet.go)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.api.requests import Obj
from simulator.apiserver.server import APIServer, WatchEvent
from simulator.client.recorder import Recorder
from simulator.kernel.units import MILLISECOND, SECOND
from simulator.kernel.world import World
from simulator.kubelet import (
    admission,
    adoption,
    eviction,
    image_volumes,
    journal,
    manifest_files,
    node_status,
    pleg,
    preemption,
    prober,
    resizing,
    start,
    static_pods,
    sync,
    terminating,
    volumes,
    workers,
)
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import uid_of
from simulator.kubelet.server import Server
from simulator.runtime.cri_api import Cri

WATCH_LATENCY = (5 * MILLISECOND, 40 * MILLISECOND)
FILES_LATENCY = (5 * SECOND, 60 * SECOND)  # until a change of a ConfigMap or Secret is seen in a volume
PROBE_PATIENCE = 10 * SECOND
MOST_STEPS = 200  # that one Pod may take at one instant

Task = Callable[..., None]
TASKS: Mapping[str, Task] = {
    "mount": sync.mount,
    "contain": sync.contain,
    "kill": sync.kill,
    "end_all": sync.end_all,
    "forget_all": sync.forget_all,
    "sandbox": sync.sandbox,
    "image": image_volumes.begin,
    "start": start.start,
    "finish": terminating.begin,
}
Poll = Callable[[Deps, Worker, Obj, dict[str, Any]], bool]
POLLS: Mapping[str, Poll] = {
    "mount": sync.poll_mount,
    "sandbox": sync.poll_sandbox,
    "kill": sync.poll_kill,
    "image": image_volumes.poll,
    "pull": start.poll_pull,
    "hook": start.poll_hook,
    "undo": start.poll_undo,
    "terminate": terminating.poll,
}


class Kubelet(Server):
    """The part `kubelet/<node>`. All it remembers stands in the World section of that name."""

    def __init__(self, world: World, api: APIServer, cri: Cri, node: str) -> None:
        self.name = f"kubelet/{node}"
        section = world.section(self.name)
        super().__init__(Deps(world, api, cri, Recorder(world, api, "kubelet", node), node, section, journal.told))
        cri.subscribe(self.changed)
        node_status.show_heartbeats(self.deps)

    def configure(
        self,
        *,
        allowed_unsafe_sysctls: Sequence[str] = (),
        eviction_hard: Mapping[str, str] | None = None,
        eviction_soft: Mapping[str, str] | None = None,
        eviction_soft_grace_period: Mapping[str, int] | None = None,
        eviction_max_pod_grace_period: int = 0,
    ) -> None:
        """What the kubelet's configuration file says; grace periods of thresholds in microseconds, that of Pods in seconds."""
        self.deps.section["allowed_unsafe_sysctls"] = list(allowed_unsafe_sysctls)
        self.deps.section["eviction_hard"] = dict(eviction_hard or {})
        if eviction_soft:
            self.deps.section["eviction_soft"] = dict(eviction_soft)
            self.deps.section["eviction_soft_grace_period"] = dict(eviction_soft_grace_period or {})
            self.deps.section["eviction_max_pod_grace_period"] = eviction_max_pod_grace_period

    def start(self) -> None:
        """Begin: register the node, and take over the Pods that are bound to it and are not known yet."""
        node_status.register(self.deps)
        eviction.look_soon(self.deps)
        for pod in self.deps.api.list("pods"):
            if pod["spec"].get("nodeName") == self.deps.node:
                self.pod_changed(pod)

    def stop(self) -> None:
        """The kubelet does nothing and sends no heartbeats until `resume`."""
        if "stopped_at" not in self.deps.section:
            self.deps.section["stopped_at"] = self.deps.world.now
            node_status.last_beat(self.deps)

    @property
    def stopped(self) -> bool:
        """Whether it does not run."""
        return "stopped_at" in self.deps.section

    @property
    def port(self) -> tuple[str, str]:
        """Where it serves, and what a connection to there says while it is stopped."""
        down = self.deps.cri.is_off()
        return f"{self.deps.host_ip()}:10250", "no route to host" if down else "connection refused"

    def resume(self) -> None:
        """The kubelet is back, if it was away: look at everything that happened meanwhile."""
        if self.deps.section.pop("stopped_at", None) is None:
            return
        self.start()
        manifest_files.look_soon(self.deps)
        node_status.come_back(self.deps)
        for worker in workers.table(self.deps).values():
            if static_pods.current(self.deps, worker) is None:
                worker["orphan"] = worker.get("orphan") or forgotten(worker)
            worker |= {"look": self.deps.world.now, "dirty": True}
            self.deps.wake(worker["uid"], self.deps.world.dice.between(*WATCH_LATENCY))

    # --- what reaches the kubelet
    def watches(self, resource: str) -> bool:
        """Pods, and what their volumes are made from."""
        return resource in ("pods", "configmaps", "secrets")

    def notice(self, event: WatchEvent) -> None:
        """Something changed at the API server."""
        if event.resource == "pods" and event.old is not None and event.type != "DELETED":
            self.keep_allocation(event.object, event.old)
        if self.stopped:
            return
        if event.resource == "pods":
            self.pod_event(event)
        elif event.resource in ("configmaps", "secrets"):
            self.files_changed(event)

    def keep_allocation(self, pod: Obj, old: Obj) -> None:
        """What is set aside for a Pod stands in a file of the node, and stays while its spec changes."""
        worker = workers.table(self.deps).get(uid_of(pod)) if pod["spec"] is not old["spec"] else None
        if worker is not None:
            resizing.ask(worker, pod, old)

    def changed(self, uid: str) -> None:
        """Something of the Pod *uid* changed in the runtime; an empty *uid* is the runtime itself."""
        if not uid:
            self.deps.wake("node", 0)
            eviction.look_soon(self.deps)
            manifest_files.look_soon(self.deps)
            return
        worker = workers.table(self.deps).get(uid)
        if worker is not None:
            worker["look"] = self.deps.world.now
            self.deps.wake(uid, 0)

    def pod_event(self, event: WatchEvent) -> None:
        """A Pod changed: what matters to its worker."""
        pod = event.object
        if pod["spec"].get("nodeName") != self.deps.node:
            return
        if event.type == "DELETED":
            journal.pod_seen(self.deps, pod, "REMOVE", "api")
            self.pod_deleted(pod)
        elif event.old is None or matters(pod, event.old):
            if event.old is not None and "deletionTimestamp" in pod["metadata"].keys() - event.old["metadata"].keys():
                journal.pod_seen(self.deps, pod, "DELETE", "api")
            self.pod_changed(pod)

    def pod_changed(self, pod: Obj) -> None:
        """A Pod of this node is new or shall be different: look at it when the watch has brought the news."""
        worker = workers.table(self.deps).get(uid_of(pod))
        if worker is None:
            worker = workers.table(self.deps)[uid_of(pod)] = workers.new_worker(self.deps, pod)
            worker["new"] = True
            source = "file" if static_pods.is_static(self.deps, worker["uid"]) else "api"
            if "deletionTimestamp" not in pod["metadata"]:
                journal.pod_seen(self.deps, pod, "ADD", source)
        worker["dirty"] = True
        self.deps.wake(worker["uid"], self.deps.world.dice.between(*WATCH_LATENCY))

    def pod_deleted(self, pod: Obj) -> None:
        """The API object is gone: what still runs has to end."""
        worker = workers.table(self.deps).get(uid_of(pod))
        if worker is None:
            return
        if not static_pods.is_static(self.deps, worker["uid"]):
            gone = {**pod, "metadata": {**pod["metadata"], "deletionGracePeriodSeconds": 0}}
            worker["orphan"] = worker.get("orphan") or gone
        worker["dirty"] = True
        self.deps.wake(worker["uid"], self.deps.world.dice.between(*WATCH_LATENCY))

    def files_changed(self, event: WatchEvent) -> None:
        """A ConfigMap or Secret changed: the volumes made from it follow after a while."""
        meta = event.object["metadata"]
        for worker in workers.table(self.deps).values():
            if worker["namespace"] != meta["namespace"] or worker["stage"] != "syncing" or not worker["volumes"]:
                continue
            pod = workers.find_pod(self.deps, worker)
            if pod is not None and volumes.references(pod, event.resource, meta["name"]):
                delay = self.deps.world.dice.between(*FILES_LATENCY)
                workers.schedule(self.deps, worker, self.deps.turn_after(delay))

    # --- what the kubelet does
    def reconcile(self, key: str) -> None:
        """Look at a Pod, at a probe or at the node."""
        if self.stopped:
            return
        if key == "node":
            node_status.reconcile(self.deps)
        elif key == "eviction":
            eviction.reconcile(self.deps)
        elif key == "resizes":
            resizing.retry(self.deps)
        elif key == "manifests":
            manifest_files.reconcile(self.deps)
        elif key.startswith("probe:"):
            self.probe(key.removeprefix("probe:"))
        elif worker := workers.table(self.deps).get(key):
            self.work(worker)

    def probe(self, key: str) -> None:
        """A probe is due; while the runtime does not answer, it waits."""
        if node_status.runtime_is_down(self.deps):
            self.deps.wake(f"probe:{key}", PROBE_PATIENCE)
            return
        uid, _, probe = key.partition("/")
        worker = workers.table(self.deps).get(uid)
        pod = workers.find_pod(self.deps, worker) if worker else None
        if worker and pod:
            prober.reconcile(self.deps, worker, pod, probe)

    def work(self, worker: Worker) -> None:
        """Let the Pod's worker go on as far as it can now."""
        deps = self.deps
        if node_status.runtime_is_down(deps):
            return
        pleg.hear_starts(deps, worker)
        if worker["look"] is not None and worker["look"] <= deps.world.now:
            worker["look"] = None
            pleg.relist(deps, worker)
            self.poll_probes(worker)
        stage = worker["stage"]
        pod = self.go_on(worker)
        if pod is not None and worker.get("prune") and not worker["active"]:
            pleg.prune(deps, worker, pod)
        if worker["stage"] != stage:
            resizing.retry_soon(deps)
            preemption.tell(deps)

    def go_on(self, worker: Worker) -> Obj | None:
        """Step after step, until the worker waits for something; the Pod as it is then, if it is still there."""
        deps = self.deps
        for _ in range(MOST_STEPS):
            pod = static_pods.current(deps, worker)
            if pod is None or worker["uid"] not in workers.table(deps):
                workers.table(deps).pop(worker["uid"], None)
                return None
            if not self.step(worker, pod):
                return pod
        deps.wake(worker["uid"], MILLISECOND)
        return pod

    def poll_probes(self, worker: Worker) -> None:
        """What a probe waits for may have come."""
        waiting = [key for key, probe in worker["probes"].items() if probe.get("attempt")]
        pod = workers.find_pod(self.deps, worker) if waiting else None
        for key in waiting if pod else ():
            prober.reconcile(self.deps, worker, pod or {}, key)

    def step(self, worker: Worker, pod: Obj) -> bool:
        """One step; False when the worker has nothing more to do now."""
        deps = self.deps
        if worker["stage"] == "syncing" and terminating.is_deleted(worker, pod):
            terminating.begin(deps, worker, pod)
        op = worker["op"]
        if op is not None:
            if worker["stage"] == "terminating" and worker["dirty"]:
                worker["dirty"] = False
                terminating.hurry(deps, worker, pod)
            return self.poll(worker, pod, op)
        if worker["todo"]:
            task, *arguments = worker["todo"].pop(0)
            TASKS[task](deps, worker, pod, *arguments)
            return True
        if worker["active"]:
            workers.complete(deps, worker)
            pleg.forget_starts(deps, worker)
            pleg.hear_starts(deps, worker)
            return True
        return self.idle(worker, pod)

    def poll(self, worker: Worker, pod: Obj, op: dict[str, Any]) -> bool:
        """Whether what the sync waits for has come."""
        if not POLLS[op["kind"]](self.deps, worker, pod, op):
            return False
        if worker["op"] is op:
            worker["op"] = None
        return True

    def idle(self, worker: Worker, pod: Obj) -> bool:
        """No sync is under way: begin one if there is a reason."""
        deps = self.deps
        if worker["stage"] == "finished":
            if terminating.is_deleted(worker, pod):
                terminating.remove(deps, worker, pod)
            return False
        if worker["stage"] == "terminated":
            if worker["due"] is None or worker["due"] <= deps.world.now:
                terminating.clean_up(deps, worker, pod)
            return False
        if worker["ending"] is not None:
            if worker["ending"] <= deps.world.now:
                terminating.begin(deps, worker, pod)
            return bool(worker["ending"] <= deps.world.now)
        return workers.wants_sync(deps, worker) and self.begin(worker, pod)

    def begin(self, worker: Worker, pod: Obj) -> bool:
        """Begin a sync, of a new Pod only if the node takes it; whether there is more to do now."""
        deps = self.deps
        if worker.get("new"):
            answer = admission.answer(deps, worker, pod)
            if answer == "waits":
                return False
            del worker["new"]
            if answer == "refused":
                return False
        if worker.get("asked"):
            resizing.decide(deps, worker)
            pod = workers.find_pod(deps, worker) or pod
        if not sync.begin(deps, worker, pod):
            workers.end_at_next_turn(deps, worker)
        return True

    def know_manifests(self) -> None:
        """The files of static Pods are there from the beginning."""
        manifest_files.take_over(self.deps)

    def adopt(self, pod: Obj, started: int) -> None:
        """Make a Pod that is bound to this node run at once, since *started* (Unix microseconds), as at boot."""
        adoption.adopt(self.deps, pod, started)


def forgotten(worker: Worker) -> Obj:
    """What is left of a Pod whose API object went while nobody looked: enough to take it down."""
    metadata = {"namespace": worker["namespace"], "name": worker["name"], "uid": worker["uid"]}
    spec = {"containers": [], "terminationGracePeriodSeconds": 30}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def matters(pod: Obj, old: Obj) -> bool:
    """Whether a change is more than one of the status: spec (by its generation), deletion, labels, annotations, gates."""
    new_meta, old_meta = pod["metadata"], old["metadata"]
    if pod["spec"].get("nodeName") != old["spec"].get("nodeName"):
        return True
    if any(new_meta.get(key) != old_meta.get(key) for key in WATCHED):
        return True
    return bool(pod["spec"].get("readinessGates")) and pod.get("status") != old.get("status")


WATCHED = ("generation", "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations")
