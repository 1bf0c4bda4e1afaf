"""A Pod that is taken away, or will be, says by whom, because of what, and which line of its manifest decides."""

import pytest

from tests.simulator.why.asker import BUSYBOX, SLEEPS, Asker, pod

TAINTED = """  nodeName: node01
  tolerations:
  - key: x
    operator: Exists
    effect: NoExecute
    tolerationSeconds: 100
"""
BUDGET = """apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: careful
spec:
  minAvailable: 2
  selector:
    matchLabels: {app: web}
"""
HIGH = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n"


def wants(cpu: str, name: str = "c") -> str:
    """A container that requests *cpu*."""
    return f"[{{name: {name}, {BUSYBOX}, command: [sleep, '9999'], resources: {{requests: {{cpu: {cpu}}}}}}}]"


def apply(asker: Asker, **files: str) -> None:
    for name, text in files.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(5)


def test_a_toleration_with_seconds_says_when_it_ends_and_then_that_it_has_ended() -> None:
    asker = Asker()
    apply(asker, patient=pod("patient", SLEEPS, TAINTED))
    asker.type("kubectl taint node node01 x=y:NoExecute")
    asker.wait(10)
    waits = asker.link("pods", "patient", "evicted.later")
    assert waits["values"]["taint"] == "x=y:NoExecute"
    assert waits["values"]["seconds"] == 100
    assert waits["values"]["left"] == "1m30s"
    assert waits["place"]["text"] == "tolerationSeconds: 100"
    asker.wait(95)
    assert asker.kinds("pods", "patient") == ["ending.deleted", "evicted.patience", "ending.signal"]
    over = asker.link("pods", "patient", "evicted.patience")
    assert (over["component"], over["place"]["text"]) == ("taint-eviction-controller", "tolerationSeconds: 100")


def test_a_taint_that_is_not_tolerated_is_named_and_the_event_outlives_the_pod() -> None:
    asker = Asker()
    apply(asker, plain=pod("plain", SLEEPS, "  nodeName: node01\n"))
    asker.type("kubectl taint node node01 x=y:NoExecute --overwrite")
    asker.wait(2)
    assert asker.kinds("pods", "plain") == ["ending.deleted", "evicted.taint", "ending.signal"]
    asker.wait(40)
    assert asker.kinds("pods", "plain") == ["object.gone"]
    links = asker.of_event("TaintManagerEviction")
    assert [link["kind"] for link in links] == ["event.seen", "object.gone", "evicted.taints"]
    assert links[-1]["values"] == {"node": "node01", "taints": "x=y:NoExecute"}
    assert [piece["title"] for piece in links[1]["evidence"]][-1] == "Created"


def test_a_node_that_is_lost_is_behind_the_eviction_of_its_pods() -> None:
    asker = Asker()
    apply(asker, lonely=pod("lonely", SLEEPS, "  nodeName: node01\n"))
    asker.lab.submit({"type": "fault.set", "fault": {"type": "node-down", "node": "node01"}})
    asker.wait(120)
    kinds = asker.kinds("pods", "lonely")
    assert kinds == ["pod.node_trouble", "evicted.later", "node.unknown", "node.off"]
    assert asker.link("pods", "lonely", "evicted.later")["values"]["seconds"] == 300
    asker.wait(300)
    kinds = asker.kinds("pods", "lonely")
    assert kinds[:4] == ["ending.deleted", "evicted.patience", "node.unknown", "node.off"]
    assert "ending.no_kubelet" in kinds


def test_the_eviction_api_is_named_and_a_budget_that_refuses_it_with_its_line() -> None:
    asker = Asker()
    apply(asker, budget=BUDGET)
    asker.type("kubectl create deployment web --image=nginx:1.14 --replicas=2")
    asker.wait(10)
    node = asker.lab.objects("pods", "default")[0]["spec"]["nodeName"]
    apply(asker, free=pod("free", SLEEPS, f"  nodeName: {node}\n"))
    links = asker.of_line(f"kubectl drain {node} --ignore-daemonsets --force --timeout=8s")
    assert [link["kind"] for link in links] == ["answer.eviction", "budget.exhausted", "budget.all"]
    assert links[1]["values"] == {"budget": "careful", "needed": 2, "healthy": 2, "allowed": 0}
    assert links[-1]["values"] == {"budget": "careful", "needed": 2, "expected": 2}
    assert links[-1]["place"]["text"] == "minAvailable: 2"
    assert asker.kinds("pods", "free") == ["ending.deleted", "evicted.api", "node.cordoned", "ending.signal"]


def test_a_budget_whose_pods_are_not_well_leads_to_the_first_of_them() -> None:
    asker = Asker()
    apply(asker, budget=BUDGET)
    asker.type("kubectl create deployment web --image=nginx:9.9 --replicas=3")
    asker.wait(10)
    assert asker.kinds("poddisruptionbudgets.policy", "careful")[:3] == [
        "budget.exhausted",
        "pods.first_bad",
        "pod.not_ready",
    ]
    asker.type("kubectl delete deployment web")
    asker.wait(5)
    assert asker.kinds("poddisruptionbudgets.policy", "careful") == ["budget.empty"]
    asker.type("kubectl create deployment web --image=nginx:1.14 --replicas=3")
    asker.wait(10)
    assert asker.link("poddisruptionbudgets.policy", "careful", "budget.allows")["values"]["allowed"] == 1


def test_a_pod_that_the_scheduler_takes_away_names_the_more_important_one() -> None:
    asker = Asker()
    apply(
        asker,
        high=HIGH,
        one=pod("one", wants("1500m"), "  nodeSelector: {kubernetes.io/hostname: node01}\n"),
        two=pod("two", wants("1500m"), "  nodeSelector: {kubernetes.io/hostname: node02}\n"),
    )
    apply(asker, vip=pod("vip", wants("1500m"), "  priorityClassName: high\n"))
    victim = next(name for name in ("one", "two") if asker.kinds("pods", name)[0] == "ending.deleted")
    assert asker.kinds("pods", victim)[1:3] == ["evicted.preempted", "evicted.outranked"]
    winner = asker.link("pods", victim, "evicted.outranked")["values"]
    assert winner == {"pod": "default/vip", "priority": 1000, "mine": 0, "class": "high"}
    assert "pod.nominated" in asker.kinds("pods", "vip")
    asker.wait(60)
    links = asker.of_event("Preempted")
    assert links[-1]["values"] == {"pod": "default/vip", "priority": 1000}
    assert links[-1]["place"]["text"] == "priorityClassName: high"


def test_a_kubelet_makes_room_for_a_critical_pod() -> None:
    asker = Asker()
    apply(asker, one=pod("one", wants("1500m"), "  nodeName: node01\n"))
    critical = pod("critical", wants("1500m"), "  nodeName: node01\n  priorityClassName: system-node-critical\n")
    apply(asker, critical=critical.replace("name: critical\n", "name: critical\n  namespace: kube-system\n", 1))
    asker.wait(40)
    assert asker.kinds("pods", "one") == ["evicted.critical", "evicted.outranked"]
    assert asker.link("pods", "one", "evicted.critical")["values"]["pod"] == "kube-system/critical"


@pytest.fixture(scope="module")
def pressed() -> Asker:
    """Pods on a node that runs short of memory, and others that write too much."""
    asker = Asker()
    hog = "[{name: c, image: polinux/stress, command: [stress, --vm, '1', --vm-bytes, 200M]}]"
    calm = f"[{{name: c, {BUSYBOX}, command: [sleep, '9999'], resources: {{requests: {{memory: 50Mi}}}}}}]"
    writes = f"[{{name: c, {BUSYBOX}, command: [sh, -c, 'head -c 3000000 /dev/zero > /d/x; sleep 999'], "
    mounts = "volumeMounts: [{name: d, mountPath: /d}]}]"
    volume = "  volumes:\n  - name: d\n    emptyDir:\n      sizeLimit: 1Mi\n"
    limited = "resources: {limits: {ephemeral-storage: 1Mi}}, " + mounts
    apply(
        asker,
        hog=pod("hog", hog, "  nodeName: node01\n"),
        calm=pod("calm", calm, "  nodeName: node01\n"),
        volume=pod("volume", writes + mounts, "  nodeName: node02\n" + volume),
        whole=pod(
            "whole", writes + limited, "  nodeName: node02\n" + volume.replace("sizeLimit: 1Mi", "sizeLimit: 1Gi")
        ),
    )
    asker.wait(20)
    asker.lab.submit({"type": "fault.set", "fault": {"type": "memory-short", "node": "node01", "percent": 97}})
    asker.wait(60)
    return asker


def test_a_pod_that_used_more_than_it_requests_goes_first(pressed: Asker) -> None:
    assert pressed.kinds("pods", "hog") == ["pod.evicted", "evicted.threshold", "node.pressure", "evicted.above"]
    threshold = pressed.link("pods", "hog", "evicted.threshold")["values"]
    assert (threshold["signal"], threshold["limit"]) == ("memory.available", "100Mi")
    above = pressed.link("pods", "hog", "evicted.above")
    assert (above["values"]["container"], above["values"]["asked"]) == ("c", "0")
    assert above["path"] == "spec.containers[0].resources.requests.memory"


def test_a_pod_that_used_no_more_than_it_requests_goes_by_its_rank(pressed: Asker) -> None:
    assert pressed.kinds("pods", "calm")[-1] == "evicted.rank"
    assert pressed.link("pods", "calm", "evicted.rank")["values"] == {"resource": "memory", "priority": 0}


def test_a_pod_that_was_evicted_stands_behind_one_that_is_not_well_now() -> None:
    asker = Asker()
    asker.type("kubectl create service clusterip web --tcp=80")
    for name, image in (("old", "busybox:1.28"), ("new", "nginx:9.9")):
        volume = "  volumes:\n  - name: d\n    emptyDir:\n      sizeLimit: 1Mi\n"
        container = f"[{{name: c, image: '{image}', command: [sh, -c, 'head -c 3000000 /dev/zero > /d/x; sleep 999'], "
        text = pod(name, container + "volumeMounts: [{name: d, mountPath: /d}]}]", volume)
        apply(asker, **{name: text.replace(f"name: {name}\n", f"name: {name}\n  labels: {{app: web}}\n", 1)})
    asker.wait(60)
    assert asker.kinds("pods", "old")[0] == "pod.evicted"
    first = asker.link("services", "web", "pods.first_bad")["values"]
    assert first == {"pod": "new", "count": 1}


def test_a_pod_that_wrote_too_much_names_the_volume_or_the_limit(pressed: Asker) -> None:
    volume = pressed.link("pods", "volume", "evicted.volume")
    assert volume["values"] == {"volume": "d", "limit": "1Mi"}
    assert volume["place"]["text"] == "sizeLimit: 1Mi"
    assert pressed.link("pods", "whole", "evicted.disk_whole")["values"] == {"limit": "1Mi"}
    assert "node.pressure" not in pressed.kinds("pods", "whole")


def test_a_pod_whose_node_is_removed_says_so() -> None:
    asker = Asker()
    held = pod("held", SLEEPS, "  nodeName: node01\n").replace("name: held\n", "name: held\n  finalizers: [a.b/c]\n", 1)
    apply(asker, held=held)
    asker.lab.submit({"type": "fault.set", "fault": {"type": "node-down", "node": "node01"}})
    asker.type("kubectl delete node node01")
    asker.wait(120)
    assert asker.kinds("pods", "held")[:2] == ["ending.deleted", "evicted.node_gone"]
    assert asker.link("pods", "held", "evicted.node_gone")["values"] == {"node": "node01"}
