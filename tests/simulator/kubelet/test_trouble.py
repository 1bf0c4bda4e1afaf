"""What goes wrong before a container runs, and how the kubelet says so."""

import pytest

from tests.simulator.kubelet.one_node import OneNode

SLEEP = {"command": ["sleep", "3600"]}


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28")


def test_an_image_that_cannot_be_pulled_alternates_between_two_states(node: OneNode) -> None:
    node.pod("p", {"image": "doesnotexist/nope:1.0"})
    node.run(60)
    assert {"ErrImagePull", "ImagePullBackOff"} <= set(node.shown("p"))
    assert node.reasons("p").count("Failed") == 3
    messages = [message for _, message, _ in node.events("p")]
    assert 'Back-off pulling image "doesnotexist/nope:1.0"' in messages
    assert "Error: ErrImagePull" in messages
    assert "Error: ImagePullBackOff" in messages


def test_an_image_that_must_not_be_pulled_has_to_be_there(node: OneNode) -> None:
    node.pod("p", {"image": "redis:5.0.4", "imagePullPolicy": "Never"})
    node.run(5)
    message = 'Container image "redis:5.0.4" is not present with pull policy of Never'
    assert node.status("p")["state"] == {"waiting": {"message": message, "reason": "ErrImageNeverPull"}}
    assert "Error: ErrImageNeverPull" in [text for _, text, _ in node.events("p")]


@pytest.mark.parametrize("image", ["Nginx:Latest", "nginx::1.14", "http://nginx"])
def test_a_bad_image_name_is_told(node: OneNode, image: str) -> None:
    node.pod("p", {"image": image})
    node.run(5)
    assert node.reason("p") == "InvalidImageName"
    text = next(message for reason, message, _ in node.events("p") if reason == "InspectFailed")
    assert text.startswith(
        f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid'
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"configMapKeyRef": {"name": "nocm", "key": "k"}}, 'configmap "nocm" not found'),
        ({"secretKeyRef": {"name": "nosec", "key": "k"}}, 'secret "nosec" not found'),
        ({"configMapKeyRef": {"name": "cm", "key": "k"}}, "couldn't find key k in ConfigMap default/cm"),
    ],
)
def test_a_missing_value_keeps_the_container_from_being_made(node: OneNode, source: object, message: str) -> None:
    node.apply("{kind: ConfigMap, metadata: {name: cm}, data: {a: b}}")
    node.pod("p", {**SLEEP, "env": [{"name": "X", "valueFrom": source}]})
    node.run(5)
    assert node.status("p")["state"] == {"waiting": {"message": message, "reason": "CreateContainerConfigError"}}
    assert f"Error: {message}" in [text for _, text, _ in node.events("p")]


def test_a_missing_value_that_comes_lets_the_pod_run(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "late", "key": "k"}}}]})
    node.run(5)
    node.apply("{kind: ConfigMap, metadata: {name: late}, data: {k: v}}")
    assert node.run(20).reason("p") == "Running"


def test_a_volume_whose_files_are_missing_holds_the_pod_up(node: OneNode) -> None:
    mounts = [{"name": "v", "mountPath": "/v"}]
    node.pod("p", {**SLEEP, "volumeMounts": mounts}, volumes=[{"name": "v", "configMap": {"name": "nocm"}}])
    node.run(26)
    assert node.reason("p") == "ContainerCreating"
    assert ("FailedMount", 'MountVolume.SetUp failed for volume "v" : configmap "nocm" not found', 6) in node.events(
        "p"
    )
    node.apply("{kind: ConfigMap, metadata: {name: nocm}, data: {k: v}}")
    assert node.run(10).reason("p") == "Running"


def test_a_program_that_is_not_there_gives_run_container_error(node: OneNode) -> None:
    node.pod("p", {"command": ["nosuchprogram"]})
    node.run(4)
    assert node.reason("p") in ("RunContainerError", "CrashLoopBackOff")
    last = node.status("p")["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"], last["startedAt"]) == (128, "StartError", "1970-01-01T00:00:00Z")
    assert 'exec: "nosuchprogram": executable file not found in $PATH' in last["message"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"runAsNonRoot": True}, "container has runAsNonRoot and image will run as root"),
        ({"runAsNonRoot": True, "runAsUser": 0}, "container's runAsUser breaks non-root policy"),
    ],
)
def test_root_is_refused_where_it_is_not_wanted(node: OneNode, settings: dict[str, object], message: str) -> None:
    node.pod("p", {**SLEEP, "securityContext": settings})
    node.run(4)
    waiting = node.status("p")["state"]["waiting"]
    assert waiting["reason"] == "CreateContainerConfigError"
    assert waiting["message"] == f'{message} (pod: "p_default({node.get("p")["metadata"]["uid"]})", container: c)'


def test_a_forbidden_sysctl_is_turned_away_and_leaves_no_conditions(node: OneNode) -> None:
    node.pod("p", SLEEP, securityContext={"sysctls": [{"name": "net.core.somaxconn", "value": "1024"}]})
    node.run(2)
    status = node.get("p")["status"]
    assert (status["phase"], status["reason"], "conditions" in status) == ("Failed", "SysctlForbidden", False)
    assert status["message"] == 'Pod was rejected: forbidden sysctl: "net.core.somaxconn" not allowlisted'
    assert node.events("p") == [("SysctlForbidden", 'forbidden sysctl: "net.core.somaxconn" not allowlisted', 1)]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"nodeSelector": {"disk": "ssd"}}, "NodeAffinity"),
        ({"overhead": {"cpu": "100"}}, "OutOfcpu"),
        ({"os": {"name": "windows"}}, "PodOSNotSupported"),
        ({"nodeSelector": {"kubernetes.io/os": "windows"}}, "NodeAffinity"),
        ({"nodeSelector": {"disk": "ssd"}, "overhead": {"cpu": "100"}}, "OutOfcpu"),
    ],
)
def test_a_pod_that_does_not_fit_is_turned_away(node: OneNode, spec: dict[str, object], reason: str) -> None:
    node.pod("p", SLEEP, **spec)
    node.run(2)
    assert node.get("p")["status"]["reason"] == reason


def test_a_pod_whose_label_names_another_system_is_turned_away(node: OneNode) -> None:
    labels = {"kubernetes.io/os": "windows"}
    node.create(
        {
            "metadata": {"name": "p", "labels": labels},
            "spec": {"containers": [{"name": "c", "image": "busybox", **SLEEP}]},
        }
    )
    node.run(2)
    assert node.get("p")["status"]["reason"] == "PodOSSelectorNodeLabelDoesNotMatch"


def test_resources_that_the_node_does_not_know_are_nobody_s_business_here(node: OneNode) -> None:
    resources = {"resources": {"limits": {"example.com/gpu": "1"}}}
    node.bring("busybox:1.28").pod("p", {**SLEEP, **resources})
    node.run(5)
    assert node.get("p")["status"]["phase"] == "Running"


def test_a_second_pod_cannot_have_the_same_port_of_the_node(node: OneNode) -> None:
    ports = {**SLEEP, "ports": [{"containerPort": 80, "hostPort": 8081}]}
    node.pod("a", ports)
    node.run(3)
    node.pod("b", ports)
    node.run(3)
    assert node.get("b")["status"]["reason"] == "NodePorts"


def test_a_missing_pull_secret_is_only_a_warning(node: OneNode) -> None:
    node.pod("p", SLEEP, imagePullSecrets=[{"name": "regcred"}])
    node.run(4)
    assert node.reason("p") == "Running"
    text = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."
    assert text in [message for _, message, _ in node.events("p")]


def test_a_pod_with_hardly_any_memory_gets_no_sandbox(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "resources": {"limits": {"memory": "100Ki"}}})
    node.run(40)
    failed = [message for reason, message, _ in node.events("p") if reason == "FailedCreatePodSandBox"]
    assert len(failed) >= 3
    assert failed[0].startswith(
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "'
    )
    assert failed[0].endswith(
        "unable to start container process: container init was OOM-killed (memory limit too low?)"
    )


def test_a_sub_path_that_cannot_be_mounted_is_called_as_the_kubelet_calls_it(node: OneNode) -> None:
    node.create({"kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"a": "b"}})
    mount = {"name": "v", "mountPath": "/etc/passwd", "subPath": "folder"}
    node.pod("p", {**SLEEP, "volumeMounts": [mount]}, volumes=[{"name": "v", "emptyDir": {}}])
    node.run(5)
    uid = node.get("p")["metadata"]["uid"]
    assert f'error mounting "/var/lib/kubelet/pods/{uid}/volume-subpaths/v/c/0" to rootfs at "/etc/passwd"' in str(
        node.events("p")
    )


def test_what_was_refused_after_a_slow_pull_shows_at_once(node: OneNode) -> None:
    node.pod("p", {"image": "nginx:1.14"}, securityContext={"runAsNonRoot": True})
    node.run(9)
    assert node.reason("p") == "CreateContainerConfigError"


def test_a_volume_whose_source_is_gone_stays_as_it_was_and_the_kubelet_complains(node: OneNode) -> None:
    node.bring("busybox:1.28").create({"kind": "ConfigMap", "metadata": {"name": "cfg"}, "data": {"a": "1"}})
    container = {**SLEEP, "volumeMounts": [{"name": "cfg", "mountPath": "/cfg"}]}
    node.pod("p", container, volumes=[{"name": "cfg", "configMap": {"name": "cfg"}}])
    node.run(5)
    node.api.delete("configmaps", "default", "cfg")
    node.run(400)
    text = 'MountVolume.SetUp failed for volume "cfg" : configmap "cfg" not found'
    (count,) = (count for reason, message, count in node.events("p") if (reason, message) == ("FailedMount", text))
    assert 8 <= count <= 12, "at once, after half a second, a second, ... and then every two minutes"
    assert node.reason("p") == "Running"
    node.create({"kind": "ConfigMap", "metadata": {"name": "cfg"}, "data": {"a": "2"}})
    node.run(130)
    again = next(count for reason, _, count in node.events("p") if reason == "FailedMount")
    node.run(600)
    assert next(count for reason, _, count in node.events("p") if reason == "FailedMount") == again
