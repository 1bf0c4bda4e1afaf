"""Single conditions, and things that are stuck: each leads to what decides it; where nothing is recorded, the chain says so."""

from typing import Any

import pytest

from simulator.why.kinds import KINDS, SYMPTOMS, WORDS_ONLY
from tests.simulator.why.asker import BUSYBOX, SECOND, SLEEPS, Asker, pod, runs

READINESS = f"\n  - name: c\n    {BUSYBOX}\n    command: [sleep, '9999']\n    readinessProbe:\n      exec: {{command: [cat, /x]}}"
INIT = f"  initContainers:\n  - {{name: first, {BUSYBOX}, command: [sh, -c, exit 4]}}\n"
NFS = "  nodeName: node01\n  volumes:\n  - name: v\n    nfs: {server: a, path: /b}\n"
NEVER = "  restartPolicy: Never\n"
GATED = "  readinessGates:\n  - conditionType: example.com/ready\n"
PODS = {
    "well": pod("well", SLEEPS),
    "picky": pod("picky", SLEEPS, "  nodeSelector:\n    disk: ssd\n"),
    "unready": pod("unready", READINESS),
    "init": pod("init", SLEEPS, INIT),
    "gate": pod("gate", SLEEPS, GATED),
    "done": runs("done", "true", NEVER),
}


@pytest.fixture(scope="module")
def asker() -> Asker:
    asker = Asker()
    for name, text in PODS.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(30)
    return asker


def conditions(
    asker: Asker, resource: str, name: str, condition: str, namespace: str = "default"
) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = asker.why(
        about="condition", resource=resource, namespace=namespace, name=name, condition=condition
    )["links"]
    return links


CASES: list[tuple[str, str, str, list[str]]] = [
    ("well", "PodScheduled", "True", ["pod.placed"]),
    ("well", "Initialized", "True", ["init.done"]),
    ("well", "PodReadyToStartContainers", "True", ["sandbox.ready"]),
    ("well", "Ready", "True", ["pod.well"]),
    ("picky", "PodScheduled", "False", ["pod.unschedulable", "filter.label", "filter.taint"]),
    ("unready", "Ready", "False", ["pod.not_ready", "probe.fails", "probe.command"]),
    ("unready", "ContainersReady", "False", ["pod.not_ready", "probe.fails", "probe.command"]),
    ("init", "Initialized", "False", ["init.fails", "end.other"]),
    ("gate", "Ready", "False", ["pod.not_ready", "pod.readiness_gate"]),
    ("done", "Ready", "False", ["pod.succeeded"]),
    ("done", "PodReadyToStartContainers", "False", ["sandbox.gone"]),
]


@pytest.mark.parametrize(
    ("name", "condition", "status", "kinds"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_a_condition_of_a_pod_leads_to_what_decides_it(
    asker: Asker, name: str, condition: str, status: str, kinds: list[str]
) -> None:
    links = conditions(asker, "pods", name, condition)
    assert links[0]["values"] == {"condition": condition, "status": status, "object": f"Pod/{name}"}
    assert links[0]["evidence"][0]["title"] == f"{condition}={status}"
    # A crash loop is told of by its delay, or by its name, as it stands at the moment.
    assert [link["kind"] for link in links[1:] if not link["kind"].startswith("crash.")] == kinds


def test_a_condition_that_is_not_there_and_one_from_outside_say_so(asker: Asker) -> None:
    assert [link["kind"] for link in conditions(asker, "pods", "well", "Mood")] == ["condition.absent"]
    status = '{"status":{"conditions":[{"type":"example.com/ready","status":"False"},{"type":"Mood","status":"True"}]}}'
    asker.type(f"kubectl patch pod gate --subresource status -p '{status}'")
    asker.wait(5)
    gate = conditions(asker, "pods", "gate", "example.com/ready")
    assert [link["kind"] for link in gate] == ["condition.seen", "pod.readiness_gate"]
    assert gate[-1]["place"]["text"] == "- conditionType: example.com/ready"
    assert [link["kind"] for link in conditions(asker, "pods", "gate", "Mood")][1:] == ["condition.foreign"]


def test_conditions_of_other_objects_go_the_way_of_the_object(asker: Asker) -> None:
    asker.type("kubectl create deployment bad --image=nginx:9.9")
    asker.wait(10)
    links = conditions(asker, "deployments.apps", "bad", "Available")
    assert [link["kind"] for link in links][:3] == ["condition.seen", "deployment.short", "replicaset.short"]
    assert links[-1]["kind"].startswith("image.tag")
    ready = conditions(asker, "nodes", "node01", "Ready", "")
    assert [link["kind"] for link in ready] == ["condition.seen", "node.ready"]
    enough = conditions(asker, "nodes", "node01", "DiskPressure", "")
    assert [link["kind"] for link in enough] == ["condition.seen", "node.enough"]


def test_pressure_names_its_threshold_then_the_next_pod_and_at_last_that_it_outlasts_its_cause() -> None:
    asker = Asker()
    critical = "priorityClassName: system-node-critical\n"
    asker.save(
        "/root/calm.yaml",
        pod("calm", SLEEPS, f"  nodeName: node01\n  {critical}").replace(
            "calm\n", "calm\n  namespace: kube-system\n", 1
        ),
    )
    asker.type("kubectl apply -f calm.yaml")
    asker.wait(10)
    fault = {"type": "memory-short", "node": "node01", "percent": 98}
    asker.lab.submit({"type": "fault.set", "fault": fault, "id": "f"})
    asker.wait(30)
    before = asker.lab.snapshot()
    links = conditions(asker, "nodes", "node01", "MemoryPressure", "")
    assert [link["kind"] for link in links] == ["condition.seen", "node.pressure", "node.short"]
    assert (links[2]["values"]["signal"], links[2]["values"]["limit"]) == ("memory.available", "100Mi")
    assert asker.lab.snapshot() == before
    asker.lab.submit({"type": "fault.clear", "id": "f"})
    asker.wait(60)
    links = conditions(asker, "nodes", "node01", "MemoryPressure", "")
    assert [link["kind"] for link in links] == ["condition.seen", "node.pressure", "node.recovers"]
    assert links[-1]["values"]["left"].startswith(("3m", "4m"))


# --- stuck ----------------------------------------------------------------------------------------------------------------


def test_a_namespace_that_does_not_go_leads_to_the_object_that_keeps_it() -> None:
    asker = Asker()
    asker.type("kubectl create namespace shop")
    asker.save(
        "/root/held.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: held\n  namespace: shop\n  finalizers:\n  - example.com/hold\n",
    )
    asker.type("kubectl apply -f held.yaml")
    asker.type("kubectl delete namespace shop --wait=false")
    asker.wait(10)
    assert asker.kinds("namespaces", "shop", "") == [
        "ending.deleted",
        "ending.finalizer",
        "namespace.holds",
        "ending.foreign_finalizer",
    ]
    holds = asker.link("namespaces", "shop", "namespace.holds", "")
    assert holds["values"] == {"namespace": "shop", "count": 1, "object": "configmaps/held"}
    assert asker.link("namespaces", "shop", "ending.foreign_finalizer", "")["place"]["text"] == "finalizers:"
    links = asker.of_line("kubectl run new --image=nginx:1.14 -n shop")
    assert [link["kind"] for link in links] == ["namespace.going", "namespace.holds", "ending.foreign_finalizer"]


def test_a_deletion_in_the_foreground_names_what_has_to_go_first() -> None:
    asker = Asker()
    asker.type("kubectl create deployment web --image=busybox:1.28 --replicas=1 -- sleep 9999")
    asker.wait(5)
    asker.type("kubectl delete deployment web --cascade=foreground --wait=false")
    asker.wait(3)
    assert asker.kinds("deployments.apps", "web") == ["ending.deleted", "ending.dependents"]
    assert asker.link("deployments.apps", "web", "ending.dependents")["values"]["objects"].startswith("replicaset/web-")


HPA = """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: %s}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
  metrics:
  - %s
"""
CPU = "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}"
CUSTOM = "{type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: '10'}}}"


def test_an_autoscaler_without_metrics_says_which_and_why() -> None:
    asker = Asker()
    for name, image in (("web", "nginx:1.14"), ("bad", "nginx:9.9")):
        asker.type(f"kubectl create deployment {name} --image={image}")
        asker.type(f"kubectl set resources deployment {name} --requests=cpu=100m")
    asker.save("/root/custom.yaml", HPA % ("custom", "web", CUSTOM))
    asker.save("/root/sick.yaml", HPA % ("sick", "bad", CPU))
    asker.type("kubectl apply -f custom.yaml -f sick.yaml")
    asker.wait(40)
    resource = "horizontalpodautoscalers.autoscaling"
    assert asker.kinds(resource, "custom") == ["hpa.unknown", "hpa.no_adapter"]
    adapter = asker.link(resource, "custom", "hpa.no_adapter")
    assert adapter["values"] == {"type": "Pods", "group": "custom.metrics.k8s.io"}
    assert adapter["place"]["text"] == f"- {CUSTOM}"
    assert asker.kinds(resource, "sick")[:3] == ["hpa.unknown", "pods.first_bad", "pod.not_ready"]


def test_endpoints_are_explained_by_their_service(asker: Asker) -> None:
    asker.type("kubectl create service clusterip lonely --tcp=80")
    asker.wait(5)
    assert asker.kinds("endpoints", "lonely")[:2] == ["endpoints.of", "service.no_pods"]
    name = next(
        each["metadata"]["name"]
        for each in asker.lab.objects("endpointslices.discovery.k8s.io", "default")
        if each["metadata"]["name"].startswith("lonely-")
    )
    assert asker.kinds("endpointslices.discovery.k8s.io", name)[:2] == ["endpoints.of", "service.no_pods"]


# --- honesty, and the past ------------------------------------------------------------------------------------------------


def test_a_symptom_of_which_nothing_is_recorded_ends_in_saying_so(asker: Asker) -> None:
    event = """apiVersion: v1
kind: Event
metadata: {name: strange}
reason: Strange
message: nobody knows
type: Warning
involvedObject: {apiVersion: example.com/v1, kind: Thing, name: x, namespace: default}
"""
    asker.save("/root/event.yaml", event)
    asker.type("kubectl apply -f event.yaml")
    links = asker.why(about="event", namespace="default", name="strange")["links"]
    assert [link["kind"] for link in links] == ["event.seen", "unknown.cause"]
    asker.type("kubectl create configmap plain")
    assert asker.kinds("configmaps", "plain") == ["object.plain"]


def test_kinds_that_are_no_cause_are_kinds() -> None:
    assert set(KINDS) >= SYMPTOMS | WORDS_ONLY
    assert not SYMPTOMS & WORDS_ONLY


def test_words_behind_which_nothing_is_known_are_marked_as_such(asker: Asker) -> None:
    odd = pod(
        "odd", f"[{{name: c, {BUSYBOX}, command: [sleep, '99'], volumeMounts: [{{name: v, mountPath: /x}}]}}]", NFS
    )
    asker.save("/root/odd.yaml", odd)
    asker.type("kubectl apply -f odd.yaml")
    asker.wait(10)
    assert asker.kinds("pods", "odd") == ["volume.waits", "volume.failed", "unknown.words"]
    words = asker.link("pods", "odd", "volume.failed")
    assert "not simulated here" in words["evidence"][0]["text"]
    assert words["place"]["text"] == "nfs: {server: a, path: /b}"


def test_a_volume_that_cannot_be_put_where_it_shall_is_no_fault_of_the_program(asker: Asker) -> None:
    mounts = f"\n  - name: c\n    {BUSYBOX}\n    command: [sleep, '99']\n    volumeMounts:\n    - name: v\n      mountPath: /etc/hosts/x"
    asker.save("/root/blocked.yaml", pod("blocked", mounts, "  volumes: [{name: v, emptyDir: {}}]\n"))
    asker.type("kubectl apply -f blocked.yaml")
    asker.wait(10)
    mount = asker.link("pods", "blocked", "start.mount")
    assert mount["values"] == {"container": "c", "path": "/etc/hosts/x"}
    assert mount["place"]["text"] == "- name: v"


def test_a_pod_never_lacks_a_cause_while_it_starts_pulls_anew_and_ends() -> None:
    """Asked at each moment of three short lives, of a Pod that is well, one whose image fails, and one that is taken down."""
    asker = Asker()
    late = pod("late", SLEEPS, "  activeDeadlineSeconds: 2\n  terminationGracePeriodSeconds: 1\n")
    asker.save("/root/lives.yaml", runs("done", "true", NEVER) + pod("bad", "[{name: c, image: 'nginx:9.9'}]") + late)
    asker.lab.submit({"type": "line", "terminal": "t", "text": "kubectl apply -f lives.yaml"})
    seen: set[str] = set()
    for _ in range(400):
        asker.lab.advance(asker.lab.now + SECOND // 20)
        for each in asker.lab.objects("pods", "default"):
            seen |= set(asker.kinds("pods", each["metadata"]["name"]))
    asker.lab.submit({"type": "line", "terminal": "t", "text": "kubectl delete pod bad --wait=false"})
    for _ in range(100):
        asker.lab.advance(asker.lab.now + SECOND // 20)
        seen |= set(asker.kinds("pods", "bad"))
    assert {"image.pulling", "image.backoff", "ending.deleted", "ending.cleanup", "object.gone"} <= seen
    assert {"pod.ends", "pod.succeeded", "pod.deadline"} <= seen
    assert not [kind for kind in seen if kind.startswith("unknown.") or kind == "image.failed"]


def test_a_moment_that_was_kept_gives_the_same_answers_later(asker: Asker) -> None:
    """What is answered comes from the value alone: a rewound cluster answers as it did then."""
    questions = [{"about": "object", "resource": "pods", "namespace": "default", "name": name} for name in PODS] + [
        {"about": "condition", "resource": "pods", "namespace": "default", "name": "unready", "condition": "Ready"}
    ]
    then = asker.lab.snapshot()
    answers = [asker.lab.why(question) for question in questions]
    asker.wait(600)
    asker.type("kubectl delete pod --all --now")
    assert [link["kind"] for link in asker.lab.why(questions[0])["links"]] == ["object.gone"]
    past = type(asker.lab).restore(then)
    assert [past.why(question) for question in questions] == answers
