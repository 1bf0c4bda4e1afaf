"""What each filter says of a node, how long a Pod rests, and what scores weigh, rule by rule."""

from typing import Any

import pytest
import yaml

from simulator.kernel.units import MINUTE, SECOND
from simulator.scheduler import messages, queue
from simulator.scheduler.framework import Rejection
from simulator.scheduler.profile import FILTERS, SCORES
from simulator.scheduler.scheduler import Scheduler
from tests.simulator.controlplane import ControlPlane

Obj = dict[str, Any]
HELPLESS = "Preemption is not helpful for scheduling"
NOBODY = "No preemption victims found for incoming pod"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
HOST = "kubernetes.io/hostname"
SELECTOR = "node(s) didn't match Pod's node affinity/selector"
TAINT = "node(s) had untolerated taint(s)"
SPREAD = "node(s) didn't match pod topology spread constraints"
AVAILABLE = "node(s) didn't find available persistent volumes to bind"


@pytest.fixture
def plane() -> ControlPlane:
    plane = ControlPlane()
    plane.namespace()
    plane.add(Scheduler(plane.world, plane.api, "controlplane"))
    return plane


def containers(**fields: Any) -> list[Obj]:
    return [{"name": "c", "image": "nginx", **fields}]


def asks(plane: ControlPlane, spec: str, **meta: Any) -> str:
    """Create a Pod `p` with that spec; where it goes, or what the scheduler says of it."""
    plane.pod("p", **meta, **yaml.safe_load(spec))
    plane.run(0.1)
    pod = plane.api.get("pods", "default", "p")
    return str(pod["spec"].get("nodeName") or (pod.get("status") or {}).get("conditions", [{}])[0].get("message", ""))


def refusal(reason: str, because: str) -> str:
    return (
        f"0/1 nodes are available: 1 {reason}. no new claims to deallocate, "
        f"preemption: 0/1 nodes are available: 1 {because}."
    )


def affinity(kind: str, **term: Any) -> str:
    return yaml.safe_dump({"affinity": {kind: {REQUIRED: [{"topologyKey": HOST, **term}]}}})


def node_affinity(*terms: str) -> str:
    return "{{affinity: {{nodeAffinity: {{{}: {{nodeSelectorTerms: [{}]}}}}}}}}".format(REQUIRED, ", ".join(terms))


def expression(key: str, operator: str, *values: str) -> str:
    listed = f", values: [{', '.join(repr(value) for value in values)}]" if values else ""
    return f"{{key: {key}, operator: {operator}{listed}}}"


def term(*expressions: str) -> str:
    return f"{{matchExpressions: [{', '.join(expressions)}]}}"


LABELS = {"disk": "ssd", "cores": "8", "zone": "a"}
# The node has LABELS; what a Pod asks for, and whether the node is one that it means.
ASKED = [
    ("{nodeSelector: {disk: ssd}}", True),
    ("{nodeSelector: {disk: ssd, zone: b}}", False),
    (node_affinity(term(expression("disk", "In", "hdd", "ssd"))), True),
    (node_affinity(term(expression("disk", "In", "hdd"))), False),
    (node_affinity(term(expression("disk", "NotIn", "hdd"))), True),
    (node_affinity(term(expression("nosuch", "NotIn", "hdd"))), True),
    (node_affinity(term(expression("disk", "NotIn", "ssd"))), False),
    (node_affinity(term(expression("disk", "Exists"))), True),
    (node_affinity(term(expression("nosuch", "Exists"))), False),
    (node_affinity(term(expression("nosuch", "DoesNotExist"))), True),
    (node_affinity(term(expression("disk", "DoesNotExist"))), False),
    (node_affinity(term(expression("cores", "Gt", "7"))), True),
    (node_affinity(term(expression("cores", "Gt", "8"))), False),
    (node_affinity(term(expression("cores", "Lt", "9"))), True),
    (node_affinity(term(expression("disk", "Lt", "9"))), False),
    # in a term all, of the terms one
    (node_affinity(term(expression("disk", "Exists"), expression("zone", "In", "b"))), False),
    (node_affinity(term(expression("zone", "In", "b")), term(expression("disk", "Exists"))), True),
    (node_affinity("{matchFields: [{key: metadata.name, operator: In, values: [n]}]}"), True),
    (node_affinity("{matchFields: [{key: metadata.name, operator: NotIn, values: [n]}]}"), False),
    # a selector and an affinity, both
    (node_affinity(term(expression("disk", "Exists")))[:-1] + ", nodeSelector: {zone: b}}", False),
]


@pytest.mark.parametrize(("spec", "meant"), ASKED)
def test_which_nodes_a_pod_means(plane: ControlPlane, spec: str, meant: bool) -> None:
    plane.node("n", labels=LABELS)
    assert asks(plane, spec) == ("n" if meant else refusal(SELECTOR, HELPLESS))


TAINTED = [
    ("NoSchedule", "", False),
    ("NoExecute", "", False),
    ("PreferNoSchedule", "", True),
    ("NoSchedule", "{key: k, value: v, effect: NoSchedule}", True),
    ("NoSchedule", "{key: k, operator: Equal, value: v}", True),  # without an effect: every one
    ("NoSchedule", "{key: k, value: other}", False),
    ("NoSchedule", "{key: k, value: v, effect: NoExecute}", False),
    ("NoSchedule", "{key: k, operator: Exists}", True),
    ("NoSchedule", "{operator: Exists}", True),  # without a key: all
    ("NoExecute", "{operator: Exists, effect: NoSchedule}", False),
    ("NoExecute", "{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 5}", True),
]


@pytest.mark.parametrize(("effect", "toleration", "meant"), TAINTED)
def test_who_tolerates_a_taint(plane: ControlPlane, effect: str, toleration: str, meant: bool) -> None:
    plane.node("n", taints=[{"key": "k", "value": "v", "effect": effect}])
    assert asks(plane, f"{{tolerations: [{toleration}]}}") == ("n" if meant else refusal(TAINT, HELPLESS))


def requesting(requests: str) -> str:
    return f"{{containers: [{{name: c, image: nginx, resources: {{requests: {requests}}}}}]}}"


FITS = [
    ("{cpu: '2'}", ""),
    ("{cpu: 2001m}", "Insufficient cpu"),
    ("{memory: 5Gi}", "Insufficient memory"),
    ("{ephemeral-storage: 51Gi}", "Insufficient ephemeral-storage"),
]


@pytest.mark.parametrize(("requests", "reason"), FITS)
def test_what_a_node_has_not_is_short_and_nobody_who_leaves_helps(
    plane: ControlPlane, requests: str, reason: str
) -> None:
    plane.node("n")
    assert asks(plane, requesting(requests)) == (refusal(reason, HELPLESS) if reason else "n")


def test_all_that_is_short_on_a_node_is_counted(plane: ControlPlane) -> None:
    plane.node("n")
    shown = asks(plane, requesting("{cpu: '9', memory: 9Gi, ephemeral-storage: 90Gi}"))
    assert "1 Insufficient cpu, 1 Insufficient ephemeral-storage, 1 Insufficient memory." in shown


def test_what_others_took_could_come_back(plane: ControlPlane) -> None:
    plane.node("n")
    plane.pod("first", containers=containers(resources={"requests": {"cpu": "2"}}))
    plane.run(0.1)
    assert asks(plane, requesting("{cpu: 1m}")) == refusal("Insufficient cpu", NOBODY)


def test_a_node_takes_so_many_pods(plane: ControlPlane) -> None:
    node = plane.node("n")
    plane.set_status("nodes", node, allocatable={**node["status"]["allocatable"], "pods": "1"})
    plane.pod("first")
    plane.run(0.1)
    assert asks(plane, "{}") == refusal("Too many pods", NOBODY)


def test_an_init_container_counts_where_it_asks_for_more_and_a_sidecar_beside_the_others(plane: ControlPlane) -> None:
    plane.node("n")
    init = "{name: i, image: nginx, resources: {requests: {cpu: 1500m}}%s}"
    main = "containers: [{name: c, image: nginx, resources: {requests: {cpu: 600m}}}]"
    assert asks(plane, f"{{initContainers: [{init % ''}], {main}}}") == "n"
    plane.api.delete("pods", "default", "p", grace=0)
    plane.run(0.1)
    sidecar = init % ", restartPolicy: Always"
    assert asks(plane, f"{{initContainers: [{sidecar}], {main}}}") == refusal("Insufficient cpu", HELPLESS)


PORTS = [
    ({"hostPort": 80}, {"hostPort": 80}, True),
    ({"hostPort": 80}, {"hostPort": 81}, False),
    ({"hostPort": 80}, {"hostPort": 80, "protocol": "UDP"}, False),
    ({"hostPort": 80, "hostIP": "10.0.0.1"}, {"hostPort": 80, "hostIP": "10.0.0.2"}, False),
    ({"hostPort": 80, "hostIP": "10.0.0.1"}, {"hostPort": 80}, True),  # 0.0.0.0 is every address
]


@pytest.mark.parametrize(("first", "second", "clash"), PORTS)
def test_which_ports_of_a_host_clash(plane: ControlPlane, first: Obj, second: Obj, clash: bool) -> None:
    plane.node("n")
    plane.pod("first", containers=containers(ports=[{"containerPort": 80, **first}]))
    plane.run(0.1)
    spec = yaml.safe_dump({"containers": containers(ports=[{"containerPort": 80, **second}])})
    reason = "node(s) didn't have free ports for the requested pod ports"
    assert asks(plane, spec) == (refusal(reason, NOBODY) if clash else "n")


NEAR, FAR = "node(s) didn't match pod affinity rules", "node(s) didn't match pod anti-affinity rules"
X = {"matchLabels": {"app": "x"}}
NEIGHBOURS = [
    ("podAffinity", {"labelSelector": X}, ""),
    ("podAffinity", {"labelSelector": {"matchLabels": {"app": "y"}}}, refusal(NEAR, HELPLESS)),
    ("podAffinity", {"labelSelector": {}}, ""),  # an empty selector means all,
    ("podAffinity", {}, refusal(NEAR, HELPLESS)),  # none means nobody
    ("podAffinity", {"labelSelector": X, "namespaces": ["other"]}, refusal(NEAR, HELPLESS)),
    ("podAffinity", {"labelSelector": X, "namespaceSelector": {}}, ""),
    ("podAffinity", {"labelSelector": X, "topologyKey": "nosuch"}, refusal(NEAR, HELPLESS)),
    ("podAntiAffinity", {"labelSelector": X}, refusal(FAR, NOBODY)),
    ("podAntiAffinity", {"labelSelector": X, "topologyKey": "nosuch"}, ""),
    ("podAntiAffinity", {"labelSelector": X, "namespaces": ["other"]}, ""),
    *(
        ("podAffinity", {"labelSelector": {"matchExpressions": [{"key": "app", **entry}]}}, shown)
        for entry, shown in (
            ({"operator": "In", "values": ["x"]}, ""),
            ({"operator": "NotIn", "values": ["x"]}, refusal(NEAR, HELPLESS)),
            ({"operator": "Exists"}, ""),
            ({"operator": "DoesNotExist"}, refusal(NEAR, HELPLESS)),
        )
    ),
]


@pytest.mark.parametrize(("kind", "term", "shown"), NEIGHBOURS)
def test_beside_whom_a_pod_goes(plane: ControlPlane, kind: str, term: Obj, shown: str) -> None:
    plane.node("n")
    plane.pod("first", labels={"app": "x"})
    plane.run(0.1)
    assert asks(plane, affinity(kind, **term), labels={"app": "x"}) == (shown or "n")


def test_who_runs_keeps_away_whom_it_does_not_want_beside_it(plane: ControlPlane) -> None:
    plane.node("n")
    term = {"labelSelector": X, "topologyKey": HOST}
    plane.pod("first", affinity={"podAntiAffinity": {REQUIRED: [term]}})
    plane.run(0.1)
    shown = asks(plane, "{}", labels={"app": "x"})
    assert shown == refusal("node(s) didn't satisfy existing pods anti-affinity rules", NOBODY)


def test_the_first_of_a_group_that_wants_to_be_together_may_go(plane: ControlPlane) -> None:
    plane.node("n")
    assert asks(plane, affinity("podAffinity", labelSelector=X), labels={"app": "x"}) == "n"


def spread(**fields: Any) -> str:
    rule = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": X, **fields}
    return yaml.safe_dump({"topologySpreadConstraints": [rule], "nodeSelector": {"zone": "a"}})


def test_a_skew_is_reckoned_over_the_domains_that_the_pod_may_go_to(plane: ControlPlane) -> None:
    plane.node("n", labels={"zone": "a"})
    plane.node("other", labels={"zone": "b"})
    plane.pod("first", labels={"app": "x"}, nodeSelector={"zone": "a"})
    plane.run(0.1)
    assert asks(plane, spread(), labels={"app": "x"}) == "n"
    plane.api.delete("pods", "default", "p", grace=0)
    plane.run(0.1)
    shown = asks(plane, spread(nodeAffinityPolicy="Ignore"), labels={"app": "x"})
    assert shown.startswith(f"0/2 nodes are available: 1 {SELECTOR}, 1 {SPREAD}.")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"topologyKey": "nosuch"}, refusal(f"{SPREAD} (missing required label)", HELPLESS)),
        ({"topologyKey": "nosuch", "whenUnsatisfiable": "ScheduleAnyway"}, "n"),
        ({"minDomains": 2}, refusal(SPREAD, NOBODY)),  # fewer domains: the least is taken for 0
        ({"maxSkew": 2, "minDomains": 2}, "n"),
    ],
)
def test_a_spread_over_one_node(plane: ControlPlane, fields: Obj, shown: str) -> None:
    plane.node("n", labels={"zone": "a"})
    plane.pod("first", labels={"app": "x"})
    plane.run(0.1)
    assert asks(plane, spread(**fields), labels={"app": "x"}) == shown


# --- volumes


def volume(name: str, claim: str = "data", **meta: Any) -> Obj:
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "",
        "hostPath": {"path": "/x"},
    }
    return {"metadata": {"name": name, **meta}, "spec": {**spec, "claimRef": {"namespace": "default", "name": claim}}}


def claim(
    plane: ControlPlane, *, volume: str = "", phase: str = "Pending", mode: str = "ReadWriteOnce", **spec: Any
) -> None:
    spec = {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "", **spec}
    if volume:
        spec["volumeName"] = volume
    annotations = {"pv.kubernetes.io/bind-completed": "yes"} if phase == "Bound" else {}
    meta = {"name": "data", "namespace": "default", "annotations": annotations}
    made = plane.api.create("persistentvolumeclaims", {"metadata": meta, "spec": spec})
    plane.set_status("persistentvolumeclaims", made, phase=phase)


DATA = "{volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}"


def trouble(reason: str) -> str:
    return f"0/1 nodes are available: {reason}. not found"


def test_a_claim_that_nobody_has_bound_yet(plane: ControlPlane) -> None:
    plane.node("n")
    claim(plane)
    assert asks(plane, DATA) == trouble("pod has unbound immediate PersistentVolumeClaims")


def test_a_claim_that_has_lost_its_volume(plane: ControlPlane) -> None:
    plane.node("n")
    claim(plane, volume="pv", phase="Lost")
    assert asks(plane, DATA) == trouble('persistentvolumeclaim "data" bound to non-existent persistentvolume "pv"')


def test_a_claim_that_is_going(plane: ControlPlane) -> None:
    plane.node("n")
    claim(plane, volume="pv", phase="Bound")
    found = plane.api.get("persistentvolumeclaims", "default", "data")
    plane.api.update("persistentvolumeclaims", {**found, "metadata": {**found["metadata"], "finalizers": ["x/y"]}})
    plane.api.delete("persistentvolumeclaims", "default", "data")
    assert asks(plane, DATA) == trouble('persistentvolumeclaim "data" is being deleted')


def test_a_claim_that_waits_for_its_pod_and_cannot_be_served(plane: ControlPlane) -> None:
    plane.node("n")
    slow = {"metadata": {"name": "slow"}, "provisioner": "kubernetes.io/no-provisioner"}
    plane.api.create("storageclasses.storage.k8s.io", {**slow, "volumeBindingMode": "WaitForFirstConsumer"})
    claim(plane, storageClassName="slow")
    assert asks(plane, DATA) == refusal(AVAILABLE, HELPLESS)


def bound(plane: ControlPlane, node: Obj, labels: Obj, **spec: Any) -> str:
    """Where a Pod with a bound volume goes."""
    plane.node("n", labels=node)
    made = volume("pv", labels=labels)
    plane.api.create("persistentvolumes", {**made, "spec": {**made["spec"], **spec}})
    claim(plane, volume="pv", phase="Bound")
    return asks(plane, DATA)


def test_a_volume_on_another_node(plane: ControlPlane) -> None:
    terms = [{"matchExpressions": [{"key": HOST, "operator": "In", "values": ["other"]}]}]
    shown = bound(plane, {}, {}, nodeAffinity={"required": {"nodeSelectorTerms": terms}})
    assert shown == refusal("node(s) didn't match PersistentVolume's node affinity", HELPLESS)


def test_a_volume_that_is_not_there(plane: ControlPlane) -> None:
    plane.node("n")
    claim(plane, volume="pv", phase="Bound")
    reason = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
    assert asks(plane, DATA) == refusal(reason, HELPLESS)


ZONE, REGION, OLD_ZONE = (
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
)
ZONES = [
    ({ZONE: "a"}, {ZONE: "a"}, True),
    ({ZONE: "a"}, {ZONE: "b"}, False),
    ({ZONE: "a"}, {ZONE: "a__b"}, True),  # it stands in both
    ({}, {ZONE: "b"}, True),  # the node says nothing
    ({REGION: "r"}, {ZONE: "b"}, False),  # the node does not say in which zone it is
    ({ZONE: "a", REGION: "r"}, {REGION: "s"}, False),
    ({ZONE: "a"}, {OLD_ZONE: "a"}, True),  # the older label of a volume is held against the newer one of a node
    ({ZONE: "a"}, {OLD_ZONE: "b"}, False),
]


@pytest.mark.parametrize(("node", "labels", "meant"), ZONES)
def test_a_volume_is_used_in_its_zone(plane: ControlPlane, node: Obj, labels: Obj, meant: bool) -> None:
    shown = bound(plane, node, labels)
    assert shown == ("n" if meant else refusal("node(s) had no available volume zone", HELPLESS))


def test_a_claim_for_one_pod_only(plane: ControlPlane) -> None:
    plane.node("n")
    plane.api.create("persistentvolumes", volume("pv"))
    claim(plane, volume="pv", phase="Bound", mode="ReadWriteOncePod")
    plane.pod("first", **yaml.safe_load(DATA))
    plane.run(0.1)
    reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
    assert asks(plane, DATA) == refusal(reason, NOBODY)


# --- the message


def test_without_nodes_nothing_is_counted(plane: ControlPlane) -> None:
    assert asks(plane, "{}") == "no nodes available to schedule pods"


def test_reasons_are_sorted_as_texts() -> None:
    many = {str(at): Rejection("", ("Insufficient cpu",)) for at in range(10)}
    few = {f"x{at}": Rejection("", ("Too many pods",)) for at in range(2)}
    one = {"y": Rejection("", (SELECTOR,)), "z": Rejection("", ("Insufficient memory",))}
    text = messages.unavailable(14, many | few | one)
    reasons = f"1 Insufficient memory, 1 {SELECTOR}, 10 Insufficient cpu, 2 Too many pods"
    assert text == f"0/14 nodes are available: {reasons}."


def test_filters_are_asked_in_this_order() -> None:
    assert [each.__name__ for each in FILTERS] == [
        "unschedulable",
        "node_name",
        "taint_toleration",
        "node_affinity",
        "node_ports",
        "fit",
        "volume_restrictions",
        "volume_binding",
        "volume_zone",
        "topology_spread",
        "inter_pod_affinity",
    ]


def test_scores_have_these_weights() -> None:
    assert {each.__name__: weight for each, weight in SCORES} == {
        "score_taints": 3,
        "score_node_affinity": 2,
        "score_spread": 2,
        "score_neighbours": 2,
        "score_least_allocated": 1,
        "score_balance": 1,
        "score_images": 1,
    }


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (50, 10)])
def test_a_pod_rests_longer_after_each_attempt(attempts: int, seconds: int) -> None:
    assert queue.backoff(attempts) == seconds * SECOND


def test_whom_nothing_helps_is_tried_again_after_five_minutes() -> None:
    assert queue.LONGEST_WAIT == 5 * MINUTE


def test_a_cordoned_node_says_so_to_who_tolerates_the_taint_of_others(plane: ControlPlane) -> None:
    node = plane.node("n")
    plane.api.update("nodes", {**node, "spec": {"unschedulable": True}})
    assert asks(plane, "{}") == refusal("node(s) were unschedulable", HELPLESS)
    plane.api.delete("pods", "default", "p", grace=0)
    plane.run(0.1)
    assert asks(plane, "{tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]}") == "n"


def test_a_pod_with_a_node_is_none_of_the_schedulers_business(plane: ControlPlane) -> None:
    plane.node("n", taints=[{"key": "k", "effect": "NoSchedule"}])
    assert asks(plane, "{nodeName: n}") == "n"
    assert plane.events() == []


def test_a_victim_learns_why_it_goes(plane: ControlPlane) -> None:
    plane.node("n")
    plane.pod("low", containers=containers(resources={"requests": {"cpu": "2"}}))
    plane.run(0.1)
    plane.api.create("priorityclasses.scheduling.k8s.io", {"metadata": {"name": "high"}, "value": 1000})
    asks(plane, requesting("{cpu: '1'}")[:-1] + ", priorityClassName: high, priority: 1000}")
    told = plane.api.get("pods", "default", "low")["status"]["conditions"]
    (why,) = [each for each in told if each["type"] == "DisruptionTarget"]
    assert (why["reason"], why["message"]) == (
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
    )
