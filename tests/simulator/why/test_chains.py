"""Each status is brought about, and its chain names the cause: by kind, by values, by the line of the manifest."""

from typing import Any

import pytest

from simulator.scheduler.profile import FILTERS
from simulator.why.kinds import KINDS
from simulator.why.scheduling import NAMES
from tests.simulator.why.asker import BUSYBOX, SLEEPS, Asker, pod, pulls, runs

NEVER = "  restartPolicy: Never\n"
MANIFESTS = {
    # --- no node
    "label": pod("label", SLEEPS, "  nodeSelector:\n    disk: ssd\n"),
    "large": pod("large", f"[{{name: c, {BUSYBOX}, resources: {{requests: {{cpu: '64'}}}}}}]"),
    "gated": pod("gated", SLEEPS, "  schedulingGates: [{name: example.com/wait}]\n"),
    "stranger": pod("stranger", SLEEPS, "  schedulerName: mine\n"),
    "claimless": pod(
        "claimless", SLEEPS, "  volumes:\n  - name: v\n    persistentVolumeClaim:\n      claimName: nothing\n"
    ),
    # --- images
    "tag": pulls("tag", "nginx:1.1.4"),
    "repository": pulls("repository", "ngnix:1.14"),
    "unreachable": pulls("unreachable", "nowhere.example/a:1"),
    "refused": pulls("refused", "broken.local/a/b:1"),
    "private": pulls("private", "harbor.local/shop/web:1"),
    "lost": pulls("lost", "harbor.local/shop/web:1", "  imagePullSecrets:\n  - name: harbor\n"),
    "never": pod("never", "[{name: c, image: 'redis:5.0', imagePullPolicy: Never}]"),
    "mounted": pod(
        "mounted",
        f"[{{name: c, {BUSYBOX}, volumeMounts: [{{name: v, mountPath: /v}}]}}]",
        "  volumes:\n  - name: v\n    image:\n      reference: nginx:1.1.4\n",
    ),
    "badname": pulls("badname", "Nginx:1.14"),
    # --- configuration and start
    "key": pod(
        "key",
        f"\n  - name: c\n    {BUSYBOX}\n    env:\n    - name: A\n      valueFrom:\n        configMapKeyRef:\n"
        "          name: settings\n          key: colour",
    ),
    "volume": pod("volume", SLEEPS, "  volumes:\n  - name: v\n    secret:\n      secretName: setings\n"),
    "root": pod("root", SLEEPS, "  securityContext:\n    runAsNonRoot: true\n"),
    "program": pod("program", f"[{{name: c, {BUSYBOX}, command: [nonsense]}}]"),
    "hook": pod("hook", "[{name: c, image: 'nginx:1.14', lifecycle: {postStart: {exec: {command: ['false']}}}}]"),
    # --- ends
    "done": runs("done", "true", NEVER),
    "error": runs("error", "echo no DB_URL; exit 1", NEVER),
    "usage": runs("usage", "exit 2", NEVER),
    "notfound": runs("notfound", "nonsense", NEVER),
    "notexec": runs("notexec", "/etc/passwd", NEVER),
    "other": runs("other", "exit 7", NEVER),
    "segv": runs("segv", "exit 139", NEVER),
    "killed": runs("killed", "exit 137", NEVER),
    "term": runs("term", "exit 143", NEVER),
    "oom": pod(
        "oom",
        f"[{{name: c, {BUSYBOX}, command: [tail, /dev/zero], resources: {{limits: {{memory: 20Mi}}}}}}]",
        NEVER,
    ),
    "deadline": pod("deadline", SLEEPS, "  activeDeadlineSeconds: 5\n  terminationGracePeriodSeconds: 1\n"),
    # --- probes, init containers, restarts
    "unready": pod(
        "unready",
        "\n  - name: c\n    image: nginx:1.14\n    readinessProbe:\n      periodSeconds: 2\n      httpGet:\n"
        "        port: 8080",
    ),
    "live": pod(
        "live",
        f"[{{name: c, {BUSYBOX}, command: [sleep, '9999'], "
        "livenessProbe: {exec: {command: [cat, /x]}, periodSeconds: 2, failureThreshold: 2}}]",
        "  terminationGracePeriodSeconds: 1\n",
    ),
    "init": pod("init", SLEEPS, f"  initContainers:\n  - {{name: first, {BUSYBOX}, command: [sleep, '9999']}}\n"),
    "well": pod("well", SLEEPS),
}
OTHERS = """apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: red}
---
apiVersion: v1
kind: Secret
metadata: {name: settings}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stuck}
spec:
  replicas: 2
  progressDeadlineSeconds: 20
  selector: {matchLabels: {app: stuck}}
  template:
    metadata: {labels: {app: stuck}}
    spec:
      containers:
      - name: c
        image: nginx:9.9
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ordered}
spec:
  serviceName: ordered
  replicas: 3
  selector: {matchLabels: {app: ordered}}
  template:
    metadata: {labels: {app: ordered}}
    spec: {containers: [{name: c, image: 'nginx:9.9'}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: nowhere}
spec:
  selector: {matchLabels: {app: nowhere}}
  template:
    metadata: {labels: {app: nowhere}}
    spec: {nodeSelector: {gpu: 'yes'}, containers: [{name: c, image: 'nginx:1.14'}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: failing}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'busybox:1.28', command: [sh, -c, exit 3]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: 'nginx:1.14', ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: mislabelled}
spec:
  selector:
    app: webb
  ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: misnamed}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: htp}]
---
apiVersion: v1
kind: Service
metadata: {name: deaf}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: sick}
spec:
  selector: {app: stuck}
  ports: [{port: 80}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""
QUOTA = """kubectl create namespace small
kubectl create quota two -n small --hard=pods=2
kubectl create deployment many -n small --image=nginx:1.14 --replicas=3"""


@pytest.fixture(scope="module")
def asker() -> Asker:
    """Everything that goes wrong, in one cluster, after a minute and a half."""
    asker = Asker()
    asker.save("/root/others.yaml", OTHERS)
    asker.type("kubectl apply -f others.yaml")
    for name, text in MANIFESTS.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    for line in QUOTA.splitlines():
        asker.type(line)
    asker.wait(60)
    return asker


CAUSES: list[tuple[str, str, dict[str, Any], str]] = [
    ("label", "filter.label", {"key": "disk", "value": "ssd", "nodes": "node01, node02"}, "disk: ssd"),
    ("large", "filter.too_large", {"resource": "cpu", "wanted": "64", "whole": "2"}, "containers:"),
    ("gated", "pod.gated", {"gates": "example.com/wait"}, "schedulingGates"),
    ("stranger", "pod.no_scheduler", {"scheduler": "mine"}, "schedulerName: mine"),
    ("claimless", "claim.missing", {"claim": "nothing"}, "claimName: nothing"),
    ("tag", "image.tag_near", {"tag": "1.1.4", "repository": "library/nginx"}, "nginx:1.1.4"),
    ("mounted", "image.tag_near", {"tag": "1.1.4"}, "reference: nginx:1.1.4"),
    ("repository", "image.repository_near", {"near": "nginx"}, "ngnix:1.14"),
    ("unreachable", "image.unreachable", {"registry": "nowhere.example"}, "nowhere.example/a:1"),
    ("refused", "image.broken", {"registry": "broken.local"}, "broken.local/a/b:1"),
    ("private", "image.no_secret", {"registry": "harbor.local"}, "spec:"),
    ("lost", "image.secret_missing", {"secret": "harbor"}, "imagePullSecrets:"),
    ("never", "image.never", {"image": "redis:5.0"}, "imagePullPolicy: Never"),
    ("badname", "image.name", {"image": "Nginx:1.14"}, "Nginx:1.14"),
    ("key", "config.key_near", {"key": "colour", "near": "color", "keys": "color"}, "key: colour"),
    ("volume", "config.object_near", {"object": "Secret", "near": "settings"}, "secretName: setings"),
    ("root", "config.root", {"image": "busybox:1.28"}, "runAsNonRoot: true"),
    ("program", "start.program", {"program": "nonsense"}, "command: [nonsense]"),
    ("hook", "hook.poststart", {"container": "c"}, "postStart"),
    ("error", "end.error", {"code": 1}, "exit 1"),
    ("usage", "end.usage", {"code": 2}, "exit 2"),
    ("notfound", "end.not_found", {"code": 127}, "nonsense"),
    ("notexec", "end.not_executable", {"code": 126}, "/etc/passwd"),
    ("other", "end.other", {"code": 7}, "exit 7"),
    ("segv", "end.crashed", {"code": 139}, "exit 139"),
    ("killed", "end.killed", {"code": 137}, "exit 137"),
    ("term", "end.stopped", {"code": 143}, "exit 143"),
    ("oom", "end.oom", {"code": 137, "limit": "20Mi"}, "memory: 20Mi"),
    ("deadline", "pod.deadline", {}, "activeDeadlineSeconds: 5"),
    ("unready", "probe.nobody", {"port": 8080, "listening": "80"}, "port: 8080"),
    ("live", "probe.command", {"container": "c"}, "cat, /x"),
    ("init", "init.runs", {"container": "first", "done": 0, "all": 1}, "name: first"),
]


@pytest.mark.parametrize(("name", "kind", "values", "text"), CAUSES, ids=[case[0] for case in CAUSES])
def test_a_pod_that_is_not_well_leads_to_its_cause_and_its_line(
    asker: Asker, name: str, kind: str, values: dict[str, Any], text: str
) -> None:
    links = asker.of("pods", name)["links"]
    cause = next(link for link in links if link["kind"] == kind)
    assert values.items() <= cause["values"].items()
    assert cause["object"] == {"resource": "pods", "namespace": "default", "name": name}
    assert cause["component"] == KINDS[kind].component
    assert cause["place"]["file"] == f"/root/{name}.yaml"
    assert text in cause["place"]["text"]
    assert text in MANIFESTS[name].splitlines()[cause["place"]["line"] - 1]


def test_a_pod_that_is_well_and_one_that_is_done_say_so(asker: Asker) -> None:
    assert [link["kind"] for link in asker.of("pods", "well")["links"]] == ["pod.well"]
    assert [link["kind"] for link in asker.of("pods", "done")["links"]] == ["pod.succeeded"]
    assert [link["kind"] for link in asker.of("pods", "nobody")["links"]] == ["object.gone"]


def test_the_last_line_of_the_log_is_evidence(asker: Asker) -> None:
    evidence = asker.of("pods", "error")["links"][-1]["evidence"]
    assert {"source": "log", "title": "c", "text": "no DB_URL"} in evidence
    assert {"source": "exit", "title": "Error", "text": "1"} in evidence


def test_back_off_says_when_the_next_attempt_is(asker: Asker) -> None:
    pull = next(link for link in asker.of("pods", "tag")["links"] if link["kind"] == "image.backoff")
    assert pull["values"]["delay"] in ("10s", "20s", "40s", "1m20s")
    assert pull["values"]["most"] == "5m0s"
    kinds = [link["kind"] for link in asker.of("pods", "live")["links"]]
    assert kinds[-2:] == ["probe.liveness", "probe.command"]


def test_nodes_and_filters_make_a_table_in_the_schedulers_own_words(asker: Asker) -> None:
    table = asker.of("pods", "label")["table"]
    assert table["columns"] == list(NAMES)
    by_node = {row["name"]: row for row in table["rows"]}
    at = NAMES.index("NodeAffinity")
    assert by_node["node01"]["first"] == at
    assert by_node["node01"]["cells"][at] == {
        "passes": False,
        "reasons": ["node(s) didn't match Pod's node affinity/selector"],
        "facts": ["disk=∅ ≠ ssd"],
    }
    assert by_node["master"]["first"] == NAMES.index("TaintToleration")
    assert by_node["master"]["cells"][NAMES.index("NodeName")]["passes"]


def test_the_table_has_a_column_for_each_filter() -> None:
    assert len(NAMES) == len(FILTERS)


WORKLOADS: list[tuple[str, str, list[str]]] = [
    ("deployments.apps", "stuck", ["deployment.short", "deployment.deadline", "replicaset.short", "pods.first_bad"]),
    ("deployments.apps", "web", ["workload.well"]),
    ("statefulsets.apps", "ordered", ["statefulset.short", "statefulset.waits", "pod.not_ready"]),
    ("daemonsets.apps", "nowhere", ["daemonset.no_nodes"]),
    ("jobs.batch", "failing", ["job.backoff_limit", "pod.failed", "end.other"]),
    ("persistentvolumeclaims", "data", ["claim.pending", "claim.class_missing"]),
    ("services", "mislabelled", ["service.no_pods", "service.label_value"]),
    ("services", "misnamed", ["service.none_ready", "service.port_near"]),
    ("services", "deaf", ["service.serves", "service.deaf"]),
    ("services", "sick", ["service.none_ready", "pods.first_bad", "pod.not_ready"]),
    ("horizontalpodautoscalers.autoscaling", "web", ["hpa.unknown", "hpa.no_request"]),
    ("configmaps", "settings", ["object.plain"]),
    ("nodes", "node01", ["node.ready"]),
]


@pytest.mark.parametrize(("resource", "name", "kinds"), WORKLOADS, ids=[f"{case[0]}-{case[1]}" for case in WORKLOADS])
def test_a_chain_goes_from_what_is_asked_about_down_to_the_pod(
    asker: Asker, resource: str, name: str, kinds: list[str]
) -> None:
    assert [link["kind"] for link in asker.of(resource, name)["links"]][: len(kinds)] == kinds


def test_the_image_of_a_deployments_pod_stands_in_the_deployments_file(asker: Asker) -> None:
    cause = asker.of("deployments.apps", "stuck")["links"][-1]
    assert cause["path"] == "spec.containers[0].image"
    assert cause["place"]["file"] == "/root/others.yaml"
    assert cause["place"]["text"] == "image: nginx:9.9"


def test_a_service_without_endpoints_goes_pod_by_pod(asker: Asker) -> None:
    answer = asker.of("services", "mislabelled")
    near = answer["links"][-1]
    assert near["values"]["found"] == "web"
    assert near["place"]["text"] == "app: webb"
    row = next(row for row in answer["table"]["rows"] if row["name"].startswith("web-"))
    assert [cell["passes"] for cell in row["cells"]] == [False, True, True, True]


def test_a_quota_is_named_that_refuses_pods(asker: Asker) -> None:
    links = asker.of("deployments.apps", "many", "small")["links"]
    assert [link["kind"] for link in links][-2:] == ["workload.refused", "quota.full"]
    assert links[-1]["values"] == {"quota": "two", "resource": "pods", "used": "2", "hard": "2", "needs": "1"}


def test_an_event_leads_to_what_it_is_about(asker: Asker) -> None:
    events = asker.lab.objects("events", "default")
    name = next(
        event["metadata"]["name"]
        for event in events
        if event["reason"] == "FailedScheduling" and event["involvedObject"]["name"] == "label"
    )
    links = asker.why(about="event", namespace="default", name=name)["links"]
    assert [link["kind"] for link in links][:3] == ["event.seen", "pod.unschedulable", "filter.label"]


COMMANDS: list[tuple[str, list[str], dict[str, Any]]] = [
    ("kubectl get pod labl", ["answer.not_found_near"], {"near": "label"}),
    ("kubectl get deployment many", ["answer.elsewhere"], {"namespace": "small"}),
    ("kubectl get podz", ["typed.resource_near"], {"word": "podz"}),
    ("kubectl gett pods", ["typed.command_near"], {"near": "get"}),
    ("kubectl get pods --wach", ["typed.flag"], {"flag": "--wach"}),
    ("kubectl apply -f labl.yaml", ["typed.file_near"], {"near": "/root/label.yaml"}),
    ("kubectl run well --image=nginx", ["answer.exists"], {"name": "well"}),
    ("kubctl get pods", ["typed.program_near"], {"near": "kubectl"}),
    ("/etc/passwd", ["typed.not_executable"], {}),
    ("kubectl get pods --as=bob", ["rights.missing", "rights.unbound"], {"role": "ClusterRole/view"}),
    ("grep nothing /etc/passwd", ["typed.code"], {"code": 1}),
]


@pytest.mark.parametrize(("line", "kinds", "values"), COMMANDS, ids=[case[0] for case in COMMANDS])
def test_a_command_that_failed_says_what_was_meant(
    asker: Asker, line: str, kinds: list[str], values: dict[str, Any]
) -> None:
    links = asker.of_line(line)
    assert [link["kind"] for link in links] == kinds
    assert values.items() <= links[-1]["values"].items()


def test_a_wrong_field_leads_to_its_line_in_the_file(asker: Asker) -> None:
    asker.save(
        "/root/wrong.yaml", pulls("wrong", "nginx").replace("containers:", "restartPolicyy: Never\n  containers:")
    )
    (link,) = asker.of_line("kubectl apply -f wrong.yaml")
    assert (link["kind"], link["values"]["near"]) == ("field.unknown_near", "restartPolicy")
    assert (link["place"]["line"], link["place"]["text"]) == (6, "restartPolicyy: Never")
    asker.save("/root/wrong.yaml", pulls("wrong", "nginx", "  restartPolicy: Sometimes\n"))
    (link,) = asker.of_line("kubectl create -f wrong.yaml")
    assert (link["kind"], link["path"], link["place"]["line"]) == ("field.invalid", "spec.restartPolicy", 6)


def test_what_succeeds_leaves_the_last_failure_as_it_is(asker: Asker) -> None:
    asker.of_line("kubectl get pod nobody")
    asker.type("kubectl get nodes")
    assert asker.lab.mishap("t") == "kubectl get pod nobody"
    assert asker.why(about="command", terminal="u")["links"][0]["kind"] == "command.none"


def test_asking_changes_nothing(asker: Asker) -> None:
    before = asker.lab.snapshot()
    for resource in ("pods", "nodes", "services", "deployments.apps", "persistentvolumeclaims"):
        for obj in asker.lab.objects(resource):
            asker.of(resource, obj["metadata"]["name"], obj["metadata"].get("namespace", ""))
    assert asker.lab.snapshot() == before


def test_what_is_no_question_is_an_error(asker: Asker) -> None:
    with pytest.raises(KeyError):
        asker.lab.why({"about": "weather"})


# --- what needs a cluster of its own --------------------------------------------------------------------------------------


def test_a_pod_that_does_not_end_says_who_holds_it() -> None:
    asker = Asker()
    held = pod("held", SLEEPS).replace("name: held\n", "name: held\n  finalizers:\n  - example.com/hold\n")
    asker.save("/root/held.yaml", held)
    asker.type("kubectl apply -f held.yaml")
    asker.wait(5)
    asker.type("kubectl delete pod held --wait=false")
    asker.wait(5)
    kinds = [link["kind"] for link in asker.of("pods", "held")["links"]]
    assert kinds == ["ending.deleted", "ending.signal", "ending.foreign_finalizer"]
    asker.wait(40)
    links = asker.of("pods", "held")["links"]
    assert [link["kind"] for link in links] == ["ending.deleted", "ending.foreign_finalizer"]
    assert links[-1]["place"]["text"] == "finalizers:"


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        ("node-down", ["node.unknown", "node.off"]),
        ("kubelet-down", ["node.unknown", "node.kubelet_down"]),
        ("container-runtime-down", ["node.not_ready", "node.no_runtime"]),
        ("network-plugin-not-ready", ["node.not_ready", "node.no_network"]),
    ],
)
def test_a_node_that_is_not_ready_leads_to_its_machine(fault: str, kinds: list[str]) -> None:
    asker = Asker()
    asker.type('kubectl run web --image=nginx:1.14 --overrides=\'{"spec":{"nodeName":"node01"}}\'')
    asker.wait(5)
    asker.lab.submit({"type": "fault.set", "fault": {"type": fault, "node": "node01"}})
    asker.wait(70)
    assert [link["kind"] for link in asker.of("nodes", "node01")["links"]] == kinds
    assert asker.kinds("pods", "web") == ["pod.node_trouble", "evicted.later", *kinds]


def test_a_failed_pull_is_told_of_though_another_image_has_been_named_since() -> None:
    asker = Asker()
    asker.type("kubectl run old --image=nginx:1.1.4")
    asker.wait(10)
    asker.lab.submit({"type": "line", "terminal": "t", "text": "kubectl set image pod/old old=nginx:1.27"})
    for _ in range(200):  # until the API server has the other image, and the kubelet has told nothing of it
        asker.lab.advance(asker.lab.now + 1_000)
        found = asker.lab.find("pods", "default", "old")
        assert found is not None
        if found["spec"]["containers"][0]["image"] == "nginx:1.27":
            break
    assert found["status"]["containerStatuses"][0]["image"] == "nginx:1.1.4"
    assert asker.kinds("pods", "old")[-1].startswith("image.tag")
