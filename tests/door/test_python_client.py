"""The official Python client on a learner's cluster."""

import gc
import json
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import portforward, stream

from tests.door.kubectl import Cluster, until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.xdist_group("door"),
    pytest.mark.filterwarnings("ignore:Exception ignored in.*[sS]ocket:pytest.PytestUnraisableExceptionWarning"),
]
NAMESPACE = "default"
RESIZED = 4  # the channel on which a client tells of the size of its window
PATIENCE_S = 40
COMMAND = ["sh", "-c", "echo begun; trap 'exit 0' TERM; while true; do sleep 1; done"]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """The client leaves some of its sockets (each exec's, and the pairs with which it forwards ports) to the garbage collector: it comes
    while that is known, and not in the middle of a test that has nothing to do with them."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def api(cluster: Cluster) -> Iterator[client.ApiClient]:
    found = config.new_client_from_config_dict(yaml.safe_load(cluster.kubeconfig()))
    with found:
        yield found
    found.rest_client.pool_manager.clear()


@pytest.fixture
def core(api: client.ApiClient) -> client.CoreV1Api:
    return client.CoreV1Api(api)


def pod(name: str) -> client.V1Pod:
    container = client.V1Container(name="main", image="busybox:1.36", command=COMMAND)
    spec = client.V1PodSpec(containers=[container], termination_grace_period_seconds=1)
    return client.V1Pod(metadata=client.V1ObjectMeta(name=name, labels={"app": name}), spec=spec)


def running(core: client.CoreV1Api, name: str) -> None:
    """A Pod that runs, as a watch tells."""
    core.create_namespaced_pod(NAMESPACE, pod(name))
    watcher, phase = watch.Watch(), ""
    fields = f"metadata.name={name}"
    for event in watcher.stream(core.list_namespaced_pod, NAMESPACE, field_selector=fields, timeout_seconds=PATIENCE_S):
        phase = event["object"].status.phase
        if phase == "Running":
            watcher.stop()
    assert phase == "Running"


def line_to(core: client.CoreV1Api, name: str, command: list[str], **how: bool) -> Any:
    """A program in a container, and the line to it."""
    begin = core.connect_get_namespaced_pod_exec
    return stream(begin, name, NAMESPACE, command=command, stdout=True, stderr=True, _preload_content=False, **how)


def entered(core: client.CoreV1Api, name: str, command: list[str], said: str = "") -> tuple[str, int]:
    """What a program in a container prints, and its exit status."""
    line = line_to(core, name, command, stdin=bool(said))
    if said:
        line.write_stdin(said)
    heard = ""
    while line.is_open():
        line.update(timeout=1)
        heard += line.read_stdout() if line.peek_stdout() else ""
    code = line.returncode
    line.close()
    return heard, code


def test_objects_are_created_read_changed_and_deleted(core: client.CoreV1Api) -> None:
    body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="py"), data={"a": "b"})
    assert core.create_namespaced_config_map(NAMESPACE, body).metadata.uid
    with pytest.raises(ApiException) as refusal:
        core.create_namespaced_config_map(NAMESPACE, body)
    assert refusal.value.status == 409
    changed = core.patch_namespaced_config_map("py", NAMESPACE, {"data": {"c": "d"}})
    assert changed.data == {"a": "b", "c": "d"}
    changed.data = {"e": "f"}
    assert core.replace_namespaced_config_map("py", NAMESPACE, changed).data == {"e": "f"}
    patch = [{"op": "add", "path": "/data/g", "value": "h"}]
    assert core.patch_namespaced_config_map("py", NAMESPACE, patch).data == {"e": "f", "g": "h"}
    assert "py" in [each.metadata.name for each in core.list_namespaced_config_map(NAMESPACE).items]
    sent = json.loads(core.list_namespaced_config_map(NAMESPACE, _preload_content=False).data)
    assert [each for each in sent["items"] if "kind" in each or "apiVersion" in each] == []
    assert core.delete_namespaced_config_map("py", NAMESPACE).status == "Success"
    with pytest.raises(ApiException) as refusal:
        core.read_namespaced_config_map("py", NAMESPACE)
    assert refusal.value.status == 404


def test_invalid_objects_are_refused_with_their_causes(core: client.CoreV1Api) -> None:
    body = pod("Not_A_Name")
    with pytest.raises(ApiException) as refusal:
        core.create_namespaced_pod(NAMESPACE, body)
    assert refusal.value.status == 422
    assert "metadata.name" in refusal.value.body


def test_a_pod_is_watched_logged_entered_and_evicted(core: client.CoreV1Api) -> None:
    running(core, "py-pod")
    assert core.read_namespaced_pod_log("py-pod", NAMESPACE) == "begun\n"
    assert entered(core, "py-pod", ["echo", "hello"]) == ("hello\n", 0)
    assert entered(core, "py-pod", ["sh"], "echo to and fro; exit 3\n") == ("to and fro\n", 3)
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name="py-pod", namespace=NAMESPACE))
    core.create_namespaced_pod_eviction("py-pod", NAMESPACE, eviction)
    end = time.monotonic() + PATIENCE_S
    while [each for each in core.list_namespaced_pod(NAMESPACE).items if each.metadata.name == "py-pod"]:
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_terminal_answers_what_is_typed_at_once(core: client.CoreV1Api) -> None:
    running(core, "py-tty")
    line = line_to(core, "py-tty", ["sh"], stdin=True, tty=True)
    line.write_channel(RESIZED, json.dumps({"Width": 100, "Height": 30}))
    line.write_stdin("stty size\n")
    heard, end = "", time.monotonic() + PATIENCE_S
    while "30 100" not in heard:
        assert time.monotonic() < end
        line.update(timeout=1)
        heard += line.read_stdout() if line.peek_stdout() else ""
    line.write_stdin("exit 7\n")
    while line.is_open():
        line.update(timeout=1)
    assert line.returncode == 7
    line.close()


def test_ports_are_forwarded_and_a_closed_one_says_so(core: client.CoreV1Api) -> None:
    container = client.V1Container(name="main", image="nginx:1.27")
    meta = client.V1ObjectMeta(name="py-web")
    core.create_namespaced_pod(NAMESPACE, client.V1Pod(metadata=meta, spec=client.V1PodSpec(containers=[container])))
    until(lambda: core.read_namespaced_pod("py-web", NAMESPACE).status.phase == "Running")
    forward = portforward(core.connect_get_namespaced_pod_portforward, "py-web", NAMESPACE, ports="80,81")
    line = forward.socket(80)
    line.settimeout(PATIENCE_S)
    line.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
    answer = b""
    while part := line.recv(65536):
        answer += part
    assert answer.startswith(b"HTTP/1.1 200 OK\r\nServer: nginx/1.27")
    assert answer.endswith(b"</html>\n")
    assert forward.error(80) is None
    assert "port 81" in forward.error(81)
    assert "connection refused" in forward.error(81)
    core.delete_namespaced_pod("py-web", NAMESPACE)


def test_an_eviction_that_a_budget_forbids_is_refused(api: client.ApiClient, core: client.CoreV1Api) -> None:
    running(core, "py-kept")
    spec = client.V1PodDisruptionBudgetSpec(
        min_available=1, selector=client.V1LabelSelector(match_labels={"app": "py-kept"})
    )
    budget = client.V1PodDisruptionBudget(metadata=client.V1ObjectMeta(name="py-kept"), spec=spec)
    policy = client.PolicyV1Api(api)
    policy.create_namespaced_pod_disruption_budget(NAMESPACE, budget)
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name="py-kept", namespace=NAMESPACE))
    with pytest.raises(ApiException) as refusal:
        core.create_namespaced_pod_eviction("py-kept", NAMESPACE, eviction)
    assert refusal.value.status == 429
    assert "Cannot evict pod as it would violate the pod's disruption budget." in refusal.value.body


def test_a_deployment_is_scaled(api: client.ApiClient) -> None:
    apps = client.AppsV1Api(api)
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels={"app": "py-web"}),
        spec=client.V1PodSpec(containers=[client.V1Container(name="web", image="nginx:1.27")]),
    )
    spec = client.V1DeploymentSpec(
        replicas=0, selector=client.V1LabelSelector(match_labels={"app": "py-web"}), template=template
    )
    apps.create_namespaced_deployment(
        NAMESPACE, client.V1Deployment(metadata=client.V1ObjectMeta(name="py-web"), spec=spec)
    )
    assert apps.patch_namespaced_deployment_scale("py-web", NAMESPACE, {"spec": {"replicas": 2}}).spec.replicas == 2
    scale = apps.read_namespaced_deployment_scale("py-web", NAMESPACE)
    assert scale.status.selector == "app=py-web"
    scale.spec.replicas = 1
    assert apps.replace_namespaced_deployment_scale("py-web", NAMESPACE, scale).spec.replicas == 1
    assert apps.read_namespaced_deployment("py-web", NAMESPACE).spec.replicas == 1


def test_files_are_created_from(api: client.ApiClient, core: client.CoreV1Api, tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: py-file}\ndata: {a: b}\n---\n"
        "apiVersion: v1\nkind: Service\nmetadata: {name: py-file}\nspec: {selector: {app: x}, ports: [{port: 80}]}\n"
    )
    utils.create_from_yaml(api, str(file))
    assert core.read_namespaced_config_map("py-file", NAMESPACE).data == {"a": "b"}
    assert core.read_namespaced_service("py-file", NAMESPACE).spec.ports[0].target_port == 80


def test_the_dynamic_client_finds_resources_and_applies(api: client.ApiClient) -> None:
    found = dynamic.DynamicClient(api)
    maps = found.resources.get(api_version="v1", kind="ConfigMap")
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "py-dyn"}, "data": {"a": "b"}}
    assert maps.create(body=body, namespace=NAMESPACE).data.a == "b"
    applied = maps.server_side_apply(
        body | {"data": {"c": "d"}}, name="py-dyn", namespace=NAMESPACE, field_manager="me", force_conflicts=True
    )
    assert applied.to_dict()["data"] == {"a": "b", "c": "d"}
    deployments = found.resources.get(api_version="apps/v1", kind="Deployment")
    assert deployments.namespaced
    assert [each.metadata.name for each in found.resources.get(api_version="v1", kind="Node").get().items]


def test_custom_objects_come_with_their_definition(api: client.ApiClient) -> None:
    group, version, plural = "py.example.com", "v1", "widgets"
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": group, "scope": "Namespaced", "names": {"plural": plural, "kind": "Widget"}, "versions": [served]}
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": spec,
    }
    extensions, customs = client.ApiextensionsV1Api(api), client.CustomObjectsApi(api)
    extensions.create_custom_resource_definition(body)
    end = time.monotonic() + PATIENCE_S
    while not established(extensions.read_custom_resource_definition(f"{plural}.{group}")):
        assert time.monotonic() < end
        time.sleep(0.1)
    one = {
        "apiVersion": f"{group}/{version}",
        "kind": "Widget",
        "metadata": {"name": "one"},
        "spec": {"size": 1, "x": 2},
    }
    made = customs.create_namespaced_custom_object(group, version, NAMESPACE, plural, one)
    assert made["spec"] == {"size": 1}
    patched = customs.patch_namespaced_custom_object(group, version, NAMESPACE, plural, "one", {"spec": {"size": 3}})
    assert patched["spec"] == {"size": 3}
    (found,) = customs.list_namespaced_custom_object(group, version, NAMESPACE, plural)["items"]
    assert (found["apiVersion"], found["kind"]) == (f"{group}/{version}", body["spec"]["names"]["kind"])
    customs.delete_namespaced_custom_object(group, version, NAMESPACE, plural, "one")
    extensions.delete_custom_resource_definition(f"{plural}.{group}")


def established(definition: Any) -> bool:
    conditions = (definition.status and definition.status.conditions) or []
    return any(each.type == "Established" and each.status == "True" for each in conditions)


def test_who_one_is_and_what_one_may_is_told(api: client.ApiClient) -> None:
    attributes = client.V1ResourceAttributes(verb="list", resource="pods", namespace=NAMESPACE)
    review = client.V1SelfSubjectAccessReview(spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=attributes))
    assert client.AuthorizationV1Api(api).create_self_subject_access_review(review).status.allowed
    me = client.AuthenticationV1Api(api).create_self_subject_review(client.V1SelfSubjectReview())
    assert me.status.user_info.username == "kubernetes-admin"
    metrics = client.CustomObjectsApi(api).list_cluster_custom_object("metrics.k8s.io", "v1beta1", "nodes")
    assert metrics["items"]


def test_long_lists_come_in_pages(core: client.CoreV1Api) -> None:
    namespace = "py-pages"  # of its own: other tests leave Secrets in theirs
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=namespace)))
    for number in range(5):
        core.create_namespaced_secret(namespace, client.V1Secret(metadata=client.V1ObjectMeta(name=f"py-{number}")))
    first = core.list_namespaced_secret(namespace, limit=2)
    assert first.metadata.remaining_item_count == 3
    rest = core.list_namespaced_secret(namespace, _continue=first.metadata._continue)
    assert len(first.items) + len(rest.items) == 5
