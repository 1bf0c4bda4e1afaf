"""What controllers count, choose and say, rule by rule."""

from typing import Any

import pytest
import yaml

from simulator.api import meta, timestamps
from simulator.client import claims
from simulator.controllers import daemonset, jobrules, nodelifecycle, podautoscaler, podcontrol, progress, rolling
from simulator.controllers import replicacalculator as calculator
from simulator.controllers import scalingrules as rules
from simulator.controllers.controller import MANAGER
from simulator.controllers.cronjob import TOO_MANY, CronJobController
from simulator.controllers.replicaset import is_available, spareness
from simulator.kernel.units import MINUTE, SECOND
from tests.simulator.controlplane import ControlPlane, Nodes

Obj = dict[str, Any]
BORN = "2026-11-20T16:38:58Z"
NOW = 1_795_192_738_000_000


# --- ReplicaSets


def member(text: str) -> Obj:
    """A Pod as a short manifest has it, and older than all that matters."""
    pod: Obj = yaml.safe_load(text)
    return {
        "spec": {},
        "status": {},
        **pod,
        "metadata": {"name": "p", "creationTimestamp": BORN, **pod.get("metadata", {})},
    }


READY = "conditions: [{type: Ready, status: 'True', lastTransitionTime: '%s'}]"
UP = "spec: {nodeName: n}, status: {phase: Running, " + READY % "2026-11-20T16:00:00Z" + "}"
COST = "metadata: {annotations: {controller.kubernetes.io/pod-deletion-cost: '%s'}}, "
# Of two Pods the first is the one that is spared less.
SPARED = [
    ("{status: {phase: Running}}", f"{{{UP}}}"),  # without a node
    ("{spec: {nodeName: n}, status: {phase: Pending}}", "{spec: {nodeName: n}, status: {phase: Unknown}}"),
    ("{spec: {nodeName: n}, status: {phase: Unknown}}", "{spec: {nodeName: n}, status: {phase: Running}}"),
    ("{spec: {nodeName: n}, status: {phase: Running}}", f"{{{UP}}}"),  # not ready
    ("{" + COST % "-5" + UP + "}", f"{{{UP}}}"),
    (f"{{{UP}}}", "{" + COST % "10" + UP + "}"),
    (
        "{spec: {nodeName: n}, status: {phase: Running, " + READY % "2026-11-20T16:38:00Z" + "}}",
        f"{{{UP}}}",
    ),  # ready for a shorter time
    ("{" + UP.replace("{phase", "{containerStatuses: [{restartCount: 3}], phase") + "}", f"{{{UP}}}"),
    ("{metadata: {creationTimestamp: '2026-11-20T16:38:50Z'}, " + UP + "}",
     "{metadata: {creationTimestamp: '2026-11-20T10:00:00Z'}, " + UP + "}"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), SPARED, ids=range(len(SPARED)))
def test_whom_a_replica_set_can_best_spare(first: str, second: str) -> None:
    assert spareness(member(first), 0, NOW) < spareness(member(second), 0, NOW)


def test_of_two_on_crowded_nodes_the_more_crowded_goes() -> None:
    assert spareness(member(f"{{{UP}}}"), 3, NOW) < spareness(member(f"{{{UP}}}"), 1, NOW)


def test_a_controller_makes_five_hundred_pods_at_most_in_one_look() -> None:
    assert podcontrol.BURST == 500


@pytest.mark.parametrize(("seconds", "there"), [(0, True), (60, True), (3600, False)])
def test_a_pod_is_available_when_it_has_been_ready_for_so_long(seconds: int, there: bool) -> None:
    pod = member("{status: {" + READY % "2026-11-20T16:20:00Z" + "}}")
    assert is_available(pod, seconds, NOW) is there


def test_finished_pods_are_replaced_and_stay(plane: ControlPlane, nodes: Nodes) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    plane.api.create("replicasets.apps", {"metadata": {"name": "web", "namespace": "default"}, "spec": spec})
    plane.run(2)
    (pod,) = plane.api.list("pods")
    assert plane.events("SuccessfulCreate") == [f"Created pod: {meta.name(pod)}"]
    nodes.end(meta.name(pod), "Failed")
    plane.run(2)
    assert sorted(each["status"]["phase"] for each in plane.api.list("pods")) == ["Failed", "Running"]
    replica_set = plane.api.get("replicasets.apps", "default", "web")
    plane.api.update("replicasets.apps", {**replica_set, "spec": {**replica_set["spec"], "replicas": 0}})
    plane.run(2)
    assert [text.partition(":")[0] for text in plane.events("SuccessfulDelete")] == ["Deleted pod"]


# --- Deployments


ROLLING = [
    (3, None, None, (1, 0)),
    (4, None, None, (1, 1)),
    (10, None, None, (3, 2)),
    (1, None, None, (1, 0)),
    (10, 0, 0, (0, 1)),  # one of them must give
    (10, "0%", 0, (0, 1)),
    (10, 3, 2, (3, 2)),
    (10, "15%", "15%", (2, 1)),
]


@pytest.mark.parametrize(("replicas", "surge", "unavailable", "posts"), ROLLING)
def test_how_many_may_be_more_and_how_many_less(
    replicas: int, surge: Any, unavailable: Any, posts: tuple[int, int]
) -> None:
    given = {"maxSurge": surge, "maxUnavailable": unavailable}
    rolling_update = {key: value for key, value in given.items() if value is not None}
    spec = {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling_update}}
    assert rolling.fenceposts({"spec": spec}) == posts


def of_size(replicas: int, **fields: Any) -> Obj:
    return {"metadata": {"name": "web", **fields}, "spec": {"replicas": replicas}}


@pytest.mark.parametrize(
    ("old", "new", "grows_to"),
    [(3, 0, 1), (3, 1, 1), (2, 1, 2), (0, 3, 3), (0, 0, 3)],
)
def test_a_new_replica_set_grows_into_the_room_that_is_left(old: int, new: int, grows_to: int) -> None:
    replica_sets = [of_size(old), of_size(new)]
    assert rolling.new_replicas(of_size(3), replica_sets, replica_sets[1]) == grows_to


SAID = [
    (progress.created("r"), "True", "NewReplicaSetCreated", 'Created new replica set "r"'),
    (progress.found("r"), "True", "FoundNewReplicaSet", 'Found new replica set "r"'),
    (progress.paused(), "Unknown", "DeploymentPaused", "Deployment is paused"),
    (progress.resumed(), "Unknown", "DeploymentResumed", "Deployment is resumed"),
    (progress.not_created("oh"), "False", "ReplicaSetCreateError", "oh"),
    (progress.available(True), "True", "MinimumReplicasAvailable", "Deployment has minimum availability."),
    (progress.available(False), "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
]  # fmt: skip


@pytest.mark.parametrize(("said", "status", "reason", "message"), SAID)
def test_what_a_deployment_says_of_itself(said: Obj, status: str, reason: str, message: str) -> None:
    assert (said["status"], said["reason"], said["message"]) == (status, reason, message)


def rollout(before: Obj, after: Obj, since: str = BORN, reason: str = "ReplicaSetUpdated") -> Obj | None:
    """What is said of a rollout of 3 that was *before* and is *after*, with a deadline of 600 s counted from *since*."""
    deployment = {"metadata": {"name": "web", "generation": 1}, "spec": {"replicas": 3, "progressDeadlineSeconds": 600}}
    last = {"type": "Progressing", "status": "True", "reason": reason, "lastUpdateTime": since}
    return progress.verdict({**deployment, "status": before}, {**after, "conditions": [last]}, "r", NOW)


ALL = {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "observedGeneration": 1}


@pytest.mark.parametrize(
    ("before", "after", "since", "said"),
    [
        ({}, ALL, BORN, ("True", "NewReplicaSetAvailable", 'ReplicaSet "r" has successfully progressed.')),
        (
            {},
            {"replicas": 4, "updatedReplicas": 1},
            BORN,
            ("True", "ReplicaSetUpdated", 'ReplicaSet "r" is progressing.'),
        ),
        ({}, {"replicas": 3}, "2026-11-20T16:29:00Z", None),
        (
            {},
            {"replicas": 3},
            "2026-11-20T16:28:57Z",
            ("False", "ProgressDeadlineExceeded", 'ReplicaSet "r" has timed out progressing.'),
        ),
    ],
)
def test_how_a_rollout_goes(before: Obj, after: Obj, since: str, said: tuple[str, ...] | None) -> None:
    found = rollout(before, after, since)
    assert (found and (found["status"], found["reason"], found["message"])) == said


def test_what_of_a_deployment_is_not_copied_to_its_replica_sets() -> None:
    deployment = of_size(3, annotations={"team": "a", **dict.fromkeys(rolling.NOT_COPIED, "x")})
    assert rolling.notes_for(deployment, of_size(0), 4, fresh=True) == {"team": "a", rolling.REVISION: "4"}


def test_a_replica_set_remembers_its_earlier_revisions() -> None:
    old = of_size(0, annotations={rolling.REVISION: "1"})
    notes = rolling.notes_for(of_size(3), old, 3, fresh=False)
    assert (notes[rolling.REVISION], notes[rolling.REVISION_HISTORY]) == ("3", "1")


def test_a_replica_set_remembers_for_what_size_it_was_scaled() -> None:
    assert rolling.size_notes(of_size(3)) == {rolling.DESIRED: "3", rolling.MAXIMUM: "4"}


# --- DaemonSets


def test_what_the_pods_of_a_daemon_set_tolerate() -> None:
    found = [(each["key"].rpartition("/")[2], each["effect"]) for each in daemonset.tolerations({"hostNetwork": True})]
    assert found == [
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
        ("network-unavailable", "NoSchedule"),
    ]
    assert len(daemonset.tolerations({})) == 6


def test_a_failed_daemon_pod_is_replaced(plane: ControlPlane, nodes: Nodes) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    plane.api.create("daemonsets.apps", {"metadata": {"name": "ds", "namespace": "default"}, "spec": spec})
    plane.run(2)
    pod = plane.api.list("pods")[0]
    nodes.end(meta.name(pod), "Failed")
    plane.run(2)
    text = f"Found failed daemon pod default/{meta.name(pod)} on node {pod['spec']['nodeName']}, will try to kill it"
    assert plane.events("FailedDaemonPod") == [text]


# --- StatefulSets


def test_a_failed_pod_of_a_stateful_set_is_made_anew_under_its_name(plane: ControlPlane, nodes: Nodes) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"serviceName": "db", "replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    plane.api.create("statefulsets.apps", {"metadata": {"name": "db", "namespace": "default"}, "spec": spec})
    plane.run(2)
    nodes.end("db-0", "Failed")
    plane.run(3)
    assert plane.events("RecreatingFailedPod") == ["StatefulSet default/db is recreating failed Pod db-0"]
    assert set(plane.events("SuccessfulCreate")) == {"Create Pod db-0 in StatefulSet db successful"}
    assert [each["status"]["phase"] for each in plane.api.list("pods")] == ["Running"]


# --- Jobs and CronJobs


VERDICTS = [
    (jobrules.COMPLETED, "Complete", "CompletionsReached", "Reached expected number of succeeded pods"),
    (jobrules.BACKOFF_EXCEEDED, "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"),
    (jobrules.DEADLINE_EXCEEDED, "Failed", "DeadlineExceeded", "Job was active longer than specified deadline"),
    (
        jobrules.TOO_MANY_FAILED,
        "Failed",
        "MaxFailedIndexesExceeded",
        "Job has exceeded the specified maximal number of failed indexes",
    ),
    (jobrules.SOME_FAILED, "Failed", "FailedIndexes", "Job has failed indexes"),
]


@pytest.mark.parametrize(("verdict", "end", "reason", "message"), VERDICTS)
def test_how_a_job_ends(verdict: jobrules.Verdict, end: str, reason: str, message: str) -> None:
    assert (verdict.end, verdict.reason, verdict.message) == (end, reason, message)


def judged(spec: str, pods: list[str], **counts: int) -> str:
    """The reason for which a Job ends; empty if it goes on."""
    job = {"metadata": {"name": "j"}, "spec": {"template": {"spec": {}}, **yaml.safe_load(spec)}}
    numbers = jobrules.Counts(counts.get("succeeded", 0), counts.get("failed", 0), [])
    verdict = jobrules.judge(job, [member(text) for text in pods], numbers, NOW)
    return verdict.reason if verdict else ""


RUNS = "{status: {phase: Running}}"
AGAIN = "{status: {phase: Running, containerStatuses: [{restartCount: 2}]}}"
ON_FAILURE = "template: {spec: {restartPolicy: OnFailure}}"
ENDS = [
    ("{backoffLimit: 2}", [RUNS], {"failed": 2}, ""),
    ("{backoffLimit: 2}", [], {"failed": 3}, "BackoffLimitExceeded"),
    ("{backoffLimit: 0}", [], {"failed": 1}, "BackoffLimitExceeded"),
    ("{}", [], {"failed": 6}, ""),  # six is what a Job has
    ("{}", [], {"failed": 7}, "BackoffLimitExceeded"),
    (f"{{backoffLimit: 2, {ON_FAILURE}}}", [AGAIN], {}, "BackoffLimitExceeded"),
    (f"{{backoffLimit: 3, {ON_FAILURE}}}", [AGAIN], {}, ""),
    (f"{{backoffLimit: 0, {ON_FAILURE}}}", [AGAIN], {}, "BackoffLimitExceeded"),
    ("{completions: 2}", [], {"succeeded": 2}, "CompletionsReached"),
    ("{completions: 2}", [RUNS], {"succeeded": 1}, ""),
    ("{}", [RUNS], {"succeeded": 1}, ""),  # without a number: one, and nobody else at work
    ("{}", [], {"succeeded": 1}, "CompletionsReached"),
]


@pytest.mark.parametrize(("spec", "pods", "counts", "reason"), ENDS)
def test_when_a_job_is_over(spec: str, pods: list[str], counts: dict[str, int], reason: str) -> None:
    assert judged(spec, pods, **counts) == reason


def cron_job(**spec: Any) -> Obj:
    metadata = {"name": "cj", "namespace": "default", "uid": "u", "creationTimestamp": BORN}
    return {"metadata": metadata, "spec": {"schedule": "* * * * *", **spec}}


@pytest.mark.parametrize(
    ("minutes", "spec", "missed"),
    [
        (1, {}, 1),
        (10, {}, 10),
        (100, {}, 100),
        (200, {}, 101),  # no more is counted
        (200, {"startingDeadlineSeconds": 120}, 2),
    ],
)
def test_missed_times_are_counted_and_the_latest_is_due(
    plane: ControlPlane, minutes: int, spec: Obj, missed: int
) -> None:
    controller = plane.parts[MANAGER].controllers[CronJobController.name]
    cron = cron_job(**spec)
    plane.world.agenda.move_to(plane.world.now + 1)
    unix = plane.world.unix
    cron["metadata"]["creationTimestamp"] = timestamps.rfc3339(unix - minutes * MINUTE)
    due, count = controller.most_recent(cron, {}, "UTC")
    assert count == missed
    assert due is not None
    assert 0 <= unix - due < MINUTE
    assert TOO_MANY.startswith("too many missed start times. Set or decrease .spec.startingDeadlineSeconds")


# --- volumes


def claim_of(text: str) -> Obj:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}, "storageClassName": "a"}
    return {"metadata": {"name": "c", "namespace": "default", "uid": "1"}, "spec": spec | yaml.safe_load(text)}


def volume_of(text: str, name: str = "v") -> Obj:
    spec = {"accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "capacity": {"storage": "3Gi"}, "storageClassName": "a"}
    made = yaml.safe_load(text)
    labels = made.pop("labels", {})
    return {"metadata": {"name": name, "labels": labels}, "spec": spec | made, "status": {"phase": "Available"}}


FITS = [
    ("{}", "{}", True),
    ("{resources: {requests: {storage: 3Gi}}}", "{}", True),
    ("{resources: {requests: {storage: 4Gi}}}", "{}", False),
    ("{accessModes: [ReadWriteOnce, ReadOnlyMany]}", "{}", True),
    ("{accessModes: [ReadWriteMany]}", "{}", False),
    ("{storageClassName: b}", "{}", False),
    ("{storageClassName: ''}", "{storageClassName: ''}", True),
    ("{}", "{storageClassName: ''}", False),
    ("{volumeMode: Block}", "{}", False),
    ("{volumeMode: Block}", "{volumeMode: Block}", True),
    ("{selector: {matchLabels: {x: y}}}", "{}", False),
    ("{selector: {matchLabels: {x: y}}}", "{labels: {x: y}}", True),
    ("{}", "{claimRef: {namespace: default, name: other}}", False),
    ("{}", "{claimRef: {namespace: default, name: c}}", True),  # kept for this claim
]


@pytest.mark.parametrize(("claim", "volume", "fits"), FITS)
def test_which_volume_suits_a_claim(claim: str, volume: str, fits: bool) -> None:
    assert (claims.best_volume(claim_of(claim), [volume_of(volume)]) is not None) is fits


def test_the_smallest_volume_that_suits_is_taken() -> None:
    sizes = {"small": "1Gi", "large": "9Gi", "right": "2Gi"}
    volumes = [volume_of(f"{{capacity: {{storage: {size}}}}}", name) for name, size in sizes.items()]
    found = claims.best_volume(claim_of("{}"), volumes)
    assert found is not None
    assert meta.name(found) == "right"


# --- nodes


def test_a_node_is_lost_after_fifty_seconds_of_silence() -> None:
    assert nodelifecycle.GRACE == 50 * SECOND


TAINTS = [
    ("Ready", "False", ["not-ready"]),
    ("Ready", "Unknown", ["unreachable"]),
    ("Ready", "True", []),
    ("MemoryPressure", "True", ["memory-pressure"]),
    ("DiskPressure", "True", ["disk-pressure"]),
    ("PIDPressure", "True", ["pid-pressure"]),
    ("MemoryPressure", "False", []),
]


@pytest.mark.parametrize(("kind", "status", "taints"), TAINTS)
def test_a_condition_of_a_node_is_a_taint(plane: ControlPlane, kind: str, status: str, taints: list[str]) -> None:
    node = plane.api.get("nodes", None, "node01")
    plane.set_status("nodes", node, conditions=[{"type": kind, "status": status, "reason": "x"}])
    plane.run(1)
    found = plane.api.get("nodes", None, "node01")["spec"].get("taints") or []
    expected = [f"node.kubernetes.io/{name}" for name in taints]
    assert [each["key"] for each in found if each["effect"] == "NoSchedule"] == expected
    assert [each["key"] for each in found if each["effect"] == "NoExecute"] == (expected if kind == "Ready" else [])


def test_a_node_that_is_deleted_is_told_of(plane: ControlPlane) -> None:
    plane.api.delete("nodes", None, "node02")
    plane.run(6)
    assert plane.events("RemovingNode") == ["Node node02 event: Removing Node node02 from Controller"]


def test_a_node_whose_kubelet_never_came_is_unknown_after_a_minute(plane: ControlPlane) -> None:
    plane.api.create("nodes", {"metadata": {"name": "ghost"}})
    plane.run(50)
    assert meta.condition(plane.api.get("nodes", None, "ghost"), "Ready") is None
    plane.run(20)
    ready = meta.condition(plane.api.get("nodes", None, "ghost"), "Ready")
    assert ready is not None
    assert (ready["status"], ready["reason"]) == ("Unknown", "NodeStatusNeverUpdated")
    assert ready["message"] == "Kubelet never posted node status."


# --- autoscalers


def test_an_autoscaler_looks_every_fifteen_seconds_and_shrinks_after_five_minutes() -> None:
    assert (podautoscaler.PERIOD, rules.DOWNSCALE_WINDOW, calculator.TOLERANCE) == (15 * SECOND, 300, 10**8)


LIMITED = [
    ("DesiredWithinRange", "the desired count is within the acceptable range"),
    ("TooManyReplicas", "the desired replica count is more than the maximum replica count"),
    ("TooFewReplicas", "the desired replica count is less than the minimum replica count"),
]


@pytest.mark.parametrize(("reason", "text"), LIMITED)
def test_what_an_autoscaler_says_of_its_limits(reason: str, text: str) -> None:
    assert rules.LIMITS[reason] == text


def test_what_an_autoscaler_says_of_a_size_that_stays() -> None:
    assert rules.READY == "recommended size matches current size"
    text = "recent recommendations were higher than current one, applying the highest recent recommendation"
    assert rules.STABILIZED["ScaleDownStabilized"] == text
