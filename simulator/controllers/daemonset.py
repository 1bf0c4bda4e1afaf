"""DaemonSets (pkg/controller/daemon): one Pod on each node that will have it."""

from simulator.api import meta
from simulator.api.affinity import REQUIRED
from simulator.api.errors import ApiError
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.backoff import Backoff
from simulator.client.informer import Informers, key_of
from simulator.client.nodematch import selected
from simulator.client.pods import is_finished, is_ready, phase
from simulator.client.tolerations import tolerated
from simulator.controllers.controller import Controller, Keys, its_controller, itself
from simulator.controllers.daemonupdate import allowed, is_new, replacing, surging, too_many
from simulator.controllers.history import REVISION_LABEL, History
from simulator.controllers.podcontrol import PodControl, claimed, pod_from
from simulator.controllers.replicaset import is_available
from simulator.controllers.rolling import age_order
from simulator.controllers.selecting import selecting
from simulator.kernel.units import MINUTE, SECOND
from simulator.kernel.world import World

DAEMON_SETS = "daemonsets.apps"
# How long a node has to wait for the next Pod after one has failed there (NewBackOff in cmd/kube-controller-manager/app/apps.go).
BACKOFF = Backoff(SECOND, 15 * MINUTE)
GENERATION = "pod-template-generation"
GENERATION_NOTE = "deprecated.daemonset.template.generation"
# What every Pod of a DaemonSet tolerates (AddOrUpdateDaemonPodTolerations).
TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
ON_HOST_NETWORK = (("node.kubernetes.io/network-unavailable", "NoSchedule"),)


class DaemonSetController(Controller):
    """Puts a Pod where one is missing, takes it away where it must not be, and replaces those of an old template."""

    name = "daemonset"
    source = "daemonset-controller"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.pods = PodControl(api, self.recorder)
        self.history = History(api, informers)
        self.owners = its_controller("DaemonSet")

    def watches(self) -> dict[str, Keys]:
        return {DAEMON_SETS: itself, "pods": self.concerned, "nodes": self.on_node}

    def concerned(self, event: WatchEvent) -> list[str]:
        """The DaemonSet of a Pod, or those that might adopt it."""
        return [*self.owners(event), *selecting(self, DAEMON_SETS, event)]

    def on_node(self, event: WatchEvent) -> list[str]:
        """All DaemonSets, when a node came, went, or changed its labels or taints."""
        new, old = event.object, event.old
        if event.type == "MODIFIED" and old is not None and standing(new) == standing(old):
            return []
        return [key_of(each) for each in self.informers.of(DAEMON_SETS).all()]

    def sync(self, key: str) -> None:
        owner = self.find(DAEMON_SETS, key)
        if owner is None:
            return
        claimed(self.api, self.informers, "pods", owner)
        if meta.deleting(owner):
            return
        revision = self.history.newest(owner)
        stamp = meta.labels(revision).get(REVISION_LABEL, "")
        failure: ApiError | None = None
        try:
            self.manage(owner, stamp)
            self.update(owner, stamp)
        except ApiError as error:
            failure = error
        self.report(owner, stamp)
        self.history.truncate(owner, [stamp], self.owned(owner))
        if failure is not None:
            raise failure

    def owned(self, owner: Obj) -> list[Obj]:
        """The Pods of the DaemonSet."""
        return self.informers.of("pods").by("owner", meta.uid(owner))

    def by_node(self, owner: Obj) -> dict[str, list[Obj]]:
        """The Pods by the node that they are on or meant for, the oldest first; not those that have ended and only wait to be removed."""
        found: dict[str, list[Obj]] = {}
        for pod in sorted(self.owned(owner), key=age_order):
            if not (is_finished(pod) and meta.deleting(pod)):
                found.setdefault(target_node(pod), []).append(pod)
        return found

    def manage(self, owner: Obj, stamp: str) -> None:
        """Make Pods that are missing and delete those that are too many; raises ApiError."""
        there = self.by_node(owner)
        for node in self.informers.of("nodes").all():
            name = meta.name(node)
            pods = there.pop(name, [])
            should_run, may_stay = verdict(owner, node)
            if should_run and not pods:
                self.pods.create(owner, pod_on(owner, name, stamp))
            staying = [pod for pod in pods if not meta.deleting(pod)]
            for pod in self.unwanted(owner, name, staying, stamp) if may_stay else staying:
                self.pods.delete(owner, pod)
        for pod in [pod for pods in there.values() for pod in pods if not pod["spec"].get("nodeName")]:
            self.pods.delete(owner, pod)

    def unwanted(self, owner: Obj, node: str, pods: list[Obj], stamp: str) -> list[Obj]:
        """Of the Pods of a node those that have ended, and those that are too many."""
        ended = [pod for pod in pods if is_finished(pod) and self.gives_up(owner, node, pod)]
        running = [pod for pod in pods if not is_finished(pod)]
        return ended + too_many(running, owner, stamp, lambda pod: self.serves(owner, pod))

    def gives_up(self, owner: Obj, node: str, pod: Obj) -> bool:
        """Whether a Pod that has ended is deleted now, so that a new one can come; one that failed again and again has to wait."""
        about = f"{meta.namespace(pod)}/{meta.name(pod)} on node {node}"
        if phase(pod) != "Failed":
            message = f"Found succeeded daemon pod {about}, will try to delete it"
            self.recorder.event(owner, "Normal", "SucceededDaemonPod", message)
            return True
        observed, now = (owner.get("status") or {}).get("observedGeneration", 0), self.world.now
        key, tries = f"{meta.uid(owner)}/{observed}/{node}", self.world.section("daemon-backoff")
        BACKOFF.clear(tries, now)
        if BACKOFF.waits_since_update(tries, key, now):
            self.queue.add(key_of(owner), after=BACKOFF.delay(tries, key))
            return False
        BACKOFF.longer(tries, key, now, now)
        message = f"Found failed daemon pod {about}, will try to kill it"
        self.recorder.event(owner, "Warning", "FailedDaemonPod", message)
        return True

    def update(self, owner: Obj, stamp: str) -> None:
        """Replace Pods of an old template, as the strategy says; raises ApiError."""
        if (owner["spec"].get("updateStrategy") or {}).get("type") == "OnDelete":
            return
        surge, missing = allowed(owner, sum(verdict(owner, node)[0] for node in self.informers.of("nodes").all()))
        there, act = self.by_node(owner), surging if surge else replacing
        step = act(there, stamp, lambda pod: self.serves(owner, pod), surge or missing)
        for node in step.nodes:
            self.pods.create(owner, pod_on(owner, node, stamp))
        for pod in step.pods:
            self.pods.delete(owner, pod)

    def serves(self, owner: Obj, pod: Obj) -> bool:
        """Whether a Pod is available."""
        return is_available(pod, owner["spec"].get("minReadySeconds") or 0, self.world.unix)

    def report(self, owner: Obj, stamp: str) -> None:
        """Write the status that nodes and Pods amount to."""
        key = key_of(owner)
        latest = self.find(DAEMON_SETS, key)
        if latest is None:
            return
        status = self.status(latest, stamp)
        if status != latest.get("status"):
            self.api.update_status(DAEMON_SETS, {**latest, "status": status})
        seconds = owner["spec"].get("minReadySeconds") or 0
        if seconds and status.get("numberReady", 0) != status.get("numberAvailable", 0):
            self.queue.add(key, after=seconds * SECOND)

    def status(self, owner: Obj, stamp: str) -> Obj:
        """The numbers of a DaemonSet."""
        there = self.by_node(owner)
        counts = dict.fromkeys(("current", "desired", "misscheduled", "ready", "updated", "available"), 0)
        for node in self.informers.of("nodes").all():
            pods = there.get(meta.name(node), [])
            if not verdict(owner, node)[0]:
                counts["misscheduled"] += bool(pods)
                continue
            counts["desired"] += 1
            if pods:
                counts["current"] += 1
                counts["ready"] += is_ready(pods[0])
                counts["available"] += self.serves(owner, pods[0])
                counts["updated"] += is_new(pods[0], stamp)
        return daemon_status(owner, counts)


def daemon_status(owner: Obj, counts: dict[str, int]) -> Obj:
    """The status with its fields in Kubernetes' names; what is zero is left out where the API leaves it out."""
    optional = {
        "updatedNumberScheduled": counts["updated"],
        "numberAvailable": counts["available"],
        "numberUnavailable": counts["desired"] - counts["available"],
    }
    return {
        "currentNumberScheduled": counts["current"],
        "numberMisscheduled": counts["misscheduled"],
        "desiredNumberScheduled": counts["desired"],
        "numberReady": counts["ready"],
        "observedGeneration": owner["metadata"].get("generation", 1),
        **{name: count for name, count in optional.items() if count},
    }


def standing(node: Obj) -> object:
    """All of a node that decides who runs there."""
    return node["metadata"].get("labels"), node["spec"].get("taints"), node["spec"].get("unschedulable")


def tolerations(spec: Obj) -> list[Obj]:
    """What a Pod of the DaemonSet tolerates: what its template says and what all do."""
    everywhere = TOLERATED + (ON_HOST_NETWORK if spec.get("hostNetwork") else ())
    added: list[Obj] = [{"key": key, "operator": "Exists", "effect": effect} for key, effect in everywhere]
    own = [each for each in spec.get("tolerations") or () if each not in added]
    return [*own, *added]


def verdict(owner: Obj, node: Obj) -> tuple[bool, bool]:
    """Whether a Pod should run on a node, and whether one that is there may stay."""
    spec = owner["spec"]["template"]["spec"]
    if spec.get("nodeName") not in (None, "", meta.name(node)) or not selected(spec, node):
        return False, False
    accepted = tolerations(spec)
    kept_out = [each for each in node["spec"].get("taints") or () if not tolerated(accepted, each)]
    return (
        not any(each["effect"] in ("NoSchedule", "NoExecute") for each in kept_out),
        not any(each["effect"] == "NoExecute" for each in kept_out),
    )


def pod_on(owner: Obj, node: str, stamp: str) -> Obj:
    """The Pod for a node: its affinity names the node, and the scheduler does the rest."""
    template = owner["spec"]["template"]
    generation = meta.annotations(owner).get(GENERATION_NOTE, "1")
    labels = {
        **((template.get("metadata") or {}).get("labels") or {}),
        REVISION_LABEL: stamp,
        GENERATION: generation,
    }
    spec = template["spec"]
    affinity = {**(spec.get("affinity") or {}), "nodeAffinity": on_this_node(spec, node)}
    pod = pod_from(owner, template, labels=labels)
    return {**pod, "spec": {**spec, "affinity": affinity, "tolerations": tolerations(spec)}}


def on_this_node(spec: Obj, node: str) -> Obj:
    """The node affinity that leaves only one node."""
    this = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    own = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return {**own, REQUIRED: {"nodeSelectorTerms": [this]}}


def target_node(pod: Obj) -> str:
    """The node that a Pod is on or meant for."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    required = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for entry in term.get("matchFields") or ():
            if entry["key"] == "metadata.name" and entry.get("values"):
                return str(entry["values"][0])
    return ""
