"""What the kubelet says in events, states and conditions, text by text."""

from typing import Any

import pytest

from simulator.kubelet import admission, images, killing, node_status, termination_message
from simulator.kubelet.conditions import conditions
from simulator.kubelet.container_status import View, container_statuses
from simulator.kubelet.hosts_file import dns_config, hosts_file, uts_name
from simulator.kubelet.server import log_container
from tests.simulator.kubelet.one_node import NODE, OneNode

Obj = dict[str, Any]
SLEEP: Obj = {"command": ["sleep", "3600"]}


@pytest.fixture
def node() -> OneNode:
    return OneNode().bring("busybox:1.28", "nginx:1.14")


def sh(script: str) -> Obj:
    return {"exec": {"command": ["sh", "-c", script]}}


def texts(node: OneNode, reason: str, name: str = "p") -> list[str]:
    return [message for found, message, _ in node.events(name) if found == reason]


# --- whom an event is about


def test_events_name_the_container_by_its_place_in_the_manifest(node: OneNode) -> None:
    node.pod("p", SLEEP, initContainers=[{"name": "i", "image": "busybox:1.28", "command": ["true"]}])
    node.run(5)
    extra = {"name": "e", "image": "busybox:1.28", **SLEEP}
    node.api.set_ephemeral_containers("default", "p", {"spec": {"ephemeralContainers": [extra]}})
    node.run(3)
    paths = [each["involvedObject"]["fieldPath"] for each in node.api.list("events") if each["reason"] == "Started"]
    assert paths == ["spec.initContainers{i}", "spec.containers{c}", "spec.ephemeralContainers{e}"]


# --- probes


KILLED = [
    ("livenessProbe", "Always", "Container c failed liveness probe, will be restarted"),
    ("livenessProbe", "Never", "Container c failed liveness probe"),
    ("startupProbe", "Always", "Container c failed startup probe, will be restarted"),
]


@pytest.mark.parametrize(("field", "policy", "text"), KILLED)
def test_a_container_that_fails_its_probe_is_ended(node: OneNode, field: str, policy: str, text: str) -> None:
    probe = {**sh("echo no; exit 1"), "periodSeconds": 1, "failureThreshold": 1}
    node.pod("p", {**SLEEP, field: probe}, restartPolicy=policy, terminationGracePeriodSeconds=1)
    node.run(5)
    assert texts(node, "Killing")[0] == text
    kind = field.removesuffix("Probe").capitalize()
    assert texts(node, "Unhealthy") == [f"{kind} probe failed: no\n"]


def test_a_sidecar_that_fails_its_probe_is_ended_in_words_of_its_own(node: OneNode) -> None:
    probe = {**sh("exit 1"), "periodSeconds": 1, "failureThreshold": 1}
    sidecar = {"name": "i", "image": "busybox:1.28", **SLEEP, "restartPolicy": "Always", "startupProbe": probe}
    node.pod("p", SLEEP, initContainers=[sidecar], terminationGracePeriodSeconds=1)
    node.run(5)
    assert texts(node, "Killing")[0] == "Init container i failed startup probe"


def test_a_port_without_a_number_cannot_be_asked(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "readinessProbe": {"httpGet": {"port": "web"}}})
    node.run(5)
    said = 'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax'
    assert texts(node, "Unhealthy") == [said]


def test_a_path_in_a_volume_needs_its_variables(node: OneNode) -> None:
    mount = {"name": "v", "mountPath": "/v", "subPathExpr": "$(B)/$(A)"}
    node.pod("p", {**SLEEP, "volumeMounts": [mount]}, volumes=[{"name": "v", "emptyDir": {}}])
    node.run(5)
    assert node.reason("p") == "CreateContainerConfigError"
    assert texts(node, "Failed")[0] == "Error: missing value for A, B"


FAILED = [
    (sh("sleep 9"), 'command timed out: "sh -c sleep 9" timed out after 1s'),
    ({"tcpSocket": {"port": 81}}, "dial tcp {ip}:81: connect: connection refused"),
    ({"httpGet": {"port": 81, "path": "x"}}, 'Get "http://{ip}:81/x": dial tcp {ip}:81: connect: connection refused'),
    ({"httpGet": {"port": 80, "path": "/nosuch"}}, "HTTP probe failed with statuscode: 404"),
    (
        {"httpGet": {"port": 80, "scheme": "HTTPS"}},
        'Get "https://{ip}:80/": http: server gave HTTP response to HTTPS client',
    ),
    (
        {"grpc": {"port": 81}},
        'timeout: failed to connect service "{ip}:81" within 1s: context deadline exceeded',
    ),
]


@pytest.mark.parametrize(("handler", "text"), FAILED)
def test_a_probe_says_why_it_failed(node: OneNode, handler: Obj, text: str) -> None:
    node.pod("p", {"image": "nginx:1.14", "readinessProbe": {**handler, "periodSeconds": 3}})
    node.run(8)
    ip = node.get("p")["status"]["podIP"]
    assert texts(node, "Unhealthy")[0] == "Readiness probe failed: " + text.format(ip=ip)


def test_a_probe_tells_of_no_more_than_ten_kibibytes(node: OneNode) -> None:
    script = "yes 12345678 | head -n 2000; exit 1"
    node.pod("p", {**SLEEP, "readinessProbe": {**sh(script), "timeoutSeconds": 5}})
    node.run(12)
    told = texts(node, "Unhealthy")[0].removeprefix("Readiness probe failed: ")
    assert len(told) <= 10 * 1024


@pytest.mark.parametrize(
    ("pod", "probe", "grace"),
    [
        ({}, None, 30),
        ({"terminationGracePeriodSeconds": 5}, None, 5),
        ({"terminationGracePeriodSeconds": 5}, {"terminationGracePeriodSeconds": 2}, 2),
        ({"terminationGracePeriodSeconds": 5}, {}, 5),
    ],
)
def test_a_probe_may_leave_less_grace(pod: Obj, probe: Obj | None, grace: int) -> None:
    container = {"name": "c", "livenessProbe": probe or {}}
    kind = "liveness" if probe is not None else ""
    found = killing.grace_of({"metadata": {}, "spec": {"containers": [container], **pod}}, container, kind)
    assert found == grace * 1_000_000


def test_after_a_long_hook_two_seconds_are_left_for_the_signal() -> None:
    assert killing.MINIMUM_GRACE == 2_000_000


# --- hooks


def test_a_hook_that_fails_is_told_in_the_state_and_hardly_in_the_event(node: OneNode) -> None:
    lifecycle = {"postStart": sh("echo oops; exit 3")}
    node.pod("p", {**SLEEP, "lifecycle": lifecycle}, terminationGracePeriodSeconds=1)
    node.run(6)
    assert texts(node, "FailedPostStartHook") == ["PostStartHook failed"]
    assert texts(node, "Killing") == ["FailedPostStartHook"]
    uid = node.get("p")["metadata"]["uid"]
    told = [
        entry["state"]["waiting"]["message"]
        for _, pod in node.written
        for entry in (pod.get("status") or {}).get("containerStatuses") or ()
        if entry["state"].get("waiting", {}).get("reason") == "PostStartHookError"
    ]
    about = f'Exec lifecycle hook ([sh -c echo oops; exit 3]) for Container "c" in Pod "p_default({uid})" failed'
    assert told[0].startswith(f"{about} - error: command 'sh -c echo oops; exit 3' exited with 3: oops")
    assert told[0].endswith('message: "oops\\n"')


# --- admission and deadlines


def test_a_pod_over_its_deadline(node: OneNode) -> None:
    node.pod("p", SLEEP, activeDeadlineSeconds=3, terminationGracePeriodSeconds=1)
    node.run(10)
    text = "Pod was active on the node longer than the specified deadline"
    status = node.get("p")["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "DeadlineExceeded", text)
    assert texts(node, "DeadlineExceeded") == [text]


def test_a_pod_that_finds_no_room_learns_the_numbers(node: OneNode) -> None:
    node.pod("p", {**SLEEP, "resources": {"requests": {"cpu": "100"}}})
    node.run(2)
    capacity = node.kubelet.deps.node_object()["status"]["allocatable"]["cpu"]
    text = f"Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: {int(capacity) * 1000}"
    assert texts(node, "OutOfcpu") == [text]
    status = node.get("p")["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "OutOfcpu", f"Pod was rejected: {text}")


def test_a_pod_that_finds_its_port_taken_or_means_another_node(node: OneNode) -> None:
    ports = {"ports": [{"containerPort": 80, "hostPort": 80}]}
    node.pod("first", {**SLEEP, **ports})
    node.run(3)
    node.pod("p", {**SLEEP, **ports})
    node.pod("q", SLEEP, nodeSelector={"disk": "ssd"})
    node.run(3)
    ports_text = "node(s) didn't have free ports for the requested pod ports"
    assert texts(node, "NodePorts") == [f"Predicate NodePorts failed: {ports_text}"]
    assert texts(node, "NodeAffinity", "q") == [
        "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
    ]


SYSCTLS = [
    ("kernel.shm_rmid_forced", {}, [], ""),
    ("net.ipv4.tcp_syncookies", {}, [], ""),
    ("net.core.somaxconn", {}, [], '"net.core.somaxconn" not allowlisted'),
    ("net.core.somaxconn", {}, ["net.core.*"], ""),
    ("kernel.msgmax", {}, ["kernel.msg*"], ""),
    ("net.ipv4.tcp_syncookies", {"hostNetwork": True}, [], '"net.ipv4.tcp_syncookies" not allowed with host network enabled'),
    ("kernel.shm_rmid_forced", {"hostIPC": True}, [], '"kernel.shm_rmid_forced" not allowed with host ipc enabled'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spec", "allowed", "problem"), SYSCTLS)
def test_which_sysctls_a_node_takes(name: str, spec: Obj, allowed: list[str], problem: str) -> None:
    assert admission.sysctl_problem(name, spec, allowed) == problem


@pytest.mark.parametrize(
    "name",
    [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ],
)
def test_a_safe_sysctl_is_for_everybody(name: str) -> None:
    assert admission.sysctl_problem(name, {}, []) == ""


# --- volumes


MISSING = [
    (
        {"configMap": {"name": "cm", "items": [{"key": "k", "path": "x"}]}},
        "configmap references non-existent config key: k",
    ),
    ({"secret": {"secretName": "s", "items": [{"key": "k", "path": "x"}]}}, "references non-existent secret key: k"),
    ({"configMap": {"name": "nocm"}}, 'configmap "nocm" not found'),
    ({"secret": {"secretName": "nos"}}, 'secret "nos" not found'),
    ({"hostPath": {"path": "/nosuch", "type": "Directory"}}, "hostPath type check failed: /nosuch is not a directory"),
    ({"hostPath": {"path": "/etc", "type": "File"}}, "hostPath type check failed: /etc is not a file"),
    ({"hostPath": {"path": "/etc", "type": "Socket"}}, "hostPath type check failed: /etc is not a socket file"),
    (
        {"hostPath": {"path": "/etc", "type": "CharDevice"}},
        "hostPath type check failed: /etc is not a character device",
    ),
    ({"hostPath": {"path": "/etc", "type": "BlockDevice"}}, "hostPath type check failed: /etc is not a block device"),
]


@pytest.mark.parametrize(("volume", "why"), MISSING)
def test_a_volume_that_cannot_be_mounted(node: OneNode, volume: Obj, why: str) -> None:
    node.apply("{kind: ConfigMap, metadata: {name: cm}, data: {a: b}}")
    node.apply("{kind: Secret, metadata: {name: s}, data: {a: Yg==}}")
    node.pod("p", SLEEP, volumes=[{"name": "v", **volume}])
    node.run(3)
    assert texts(node, "FailedMount") == [f'MountVolume.SetUp failed for volume "v" : {why}']
    assert node.reason("p") == "ContainerCreating"


def test_a_volume_that_does_not_come_is_given_up_after_two_minutes(node: OneNode) -> None:
    node.pod("p", SLEEP, volumes=[{"name": "v", "configMap": {"name": "nocm"}}])
    node.run(124)
    about = (
        "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[]"
    )
    assert f"{about}: context deadline exceeded" in texts(node, "FailedMount")


# --- images


POLICIES = [
    ("nginx", "Always"),
    ("nginx:latest", "Always"),
    ("reg:5000/nginx", "Always"),
    ("nginx:1.25", "IfNotPresent"),
    ("reg:5000/nginx:1", "IfNotPresent"),
    ("nginx@sha256:" + "0" * 64, "IfNotPresent"),
]


@pytest.mark.parametrize(("image", "policy"), POLICIES)
def test_how_an_image_is_pulled_where_nothing_is_said(image: str, policy: str) -> None:
    assert images.policy_of({"image": image}) == policy


PULLS = [
    ("not found", ("ErrImagePull", "not found")),
    (
        "RegistryUnavailable: down",
        ("RegistryUnavailable", "image pull failed for x because the registry is unavailable: down"),
    ),
    (
        "SignatureValidationFailed: bad",
        ("SignatureValidationFailed", "image pull failed for x because the signature validation failed: bad"),
    ),
]


@pytest.mark.parametrize(("error", "told"), PULLS)
def test_what_a_failed_pull_is_called(error: str, told: tuple[str, str]) -> None:
    assert images.pull_failure("x", error) == told


INSPECTED = [
    (
        'couldn\'t parse image name "NGINX": invalid reference format',
        "InvalidImageName",
        'Failed to apply default image tag "x": couldn\'t parse image name "NGINX": invalid reference format',
    ),
    ("the store is broken", "ImageInspectError", 'Failed to inspect image "": the store is broken'),
]


@pytest.mark.parametrize(("error", "reason", "message"), INSPECTED)
def test_what_a_failed_look_at_an_image_is_called(error: str, reason: str, message: str) -> None:
    assert images.refusal("x", error) == (reason, message)


@pytest.mark.parametrize(
    ("duration", "text"), [(823_456, "823ms"), (1_500_000, "1.5s"), (62_345_678, "1m2.345s"), (999, "0s")]
)
def test_how_long_a_pull_took_is_cut_to_milliseconds(duration: int, text: str) -> None:
    assert images.milliseconds(duration) == text


# --- states


def statuses(state: Obj, pod: Obj | None = None) -> Obj:
    """The status of a container of which the runtime knows nothing, after it was in *state*."""
    before = {"containerStatuses": [{"name": "c", "image": "x", "restartCount": 1, "state": state}]} if state else {}
    made = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "x"}]}, "status": before}
    made["spec"].update(pod or {})
    view = View({}, {}, {}, lambda name: True, lambda name: True)
    return container_statuses(made, "containers", view)[0]


def test_a_container_that_waits_says_for_what() -> None:
    assert statuses({})["state"] == {"waiting": {"reason": "ContainerCreating"}}
    init = {"initContainers": [{"name": "i", "image": "x"}]}
    assert statuses({}, init)["state"] == {"waiting": {"reason": "PodInitializing"}}


def test_a_container_that_nobody_finds_any_more() -> None:
    found = statuses({"running": {"startedAt": "2026-11-20T16:38:58Z"}})["state"]["terminated"]
    assert (found["reason"], found["exitCode"]) == ("ContainerStatusUnknown", 137)
    assert found["message"] == "The container could not be located when the pod was terminated"


def test_containers_of_which_nothing_is_known_yet() -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}, {"name": "b"}]}}
    found = {each["type"]: each for each in conditions(pod, {}, "Pending", sandbox_ready=False, now="t")}
    assert found["ContainersReady"]["message"] == "containers with unknown status: [a b]"


# --- last words


@pytest.mark.parametrize(("containers", "length"), [(0, 4096), (1, 4096), (3, 4096), (4, 3072), (12, 1024)])
def test_last_words_are_cut_and_the_more_the_more_containers_there_are(
    node: OneNode, containers: int, length: int
) -> None:
    pod = {"metadata": {}, "spec": {"containers": [{"name": str(at)} for at in range(containers)]}}
    status = {"id": "x", "name": "0", "exit_code": 1, "termination_log": b"x" * 5000}
    assert len(termination_message.with_message(node.kubelet.deps, pod, status)["message"]) == length


def test_of_a_log_two_kibibytes_or_eighty_lines_serve_as_last_words() -> None:
    assert (termination_message.FALLBACK_BYTES, termination_message.FALLBACK_LINES) == (2048, 80)


# --- logs


LOGS = [
    ({"state": {"waiting": {"reason": "PodInitializing"}}}, False, "is waiting to start: PodInitializing"),
    ({"state": {"waiting": {"reason": "ErrImagePull"}}}, False, "is waiting to start: image can't be pulled"),
    ({"state": {"waiting": {"reason": "ImagePullBackOff"}}}, False, "is waiting to start: trying and failing to pull image"),
    ({"state": {"waiting": {"reason": "CreateContainerConfigError"}}}, False, "is waiting to start: CreateContainerConfigError"),
    ({"state": {"terminated": {}}}, False, "is terminated"),
    (None, False, "is not available"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "previous", "text"), LOGS)
def test_a_log_that_is_not_there(status: Obj | None, previous: bool, text: str) -> None:
    with pytest.raises(Exception, match=f'container "c" in pod "p" {text}'):
        log_container("p", "c", status, previous=previous)


def test_a_log_of_a_run_that_never_was() -> None:
    with pytest.raises(Exception, match='previous terminated container "c" in pod "p" not found'):
        log_container("p", "c", {"state": {"running": {}}, "containerID": "x"}, previous=True)


def test_while_a_container_waits_after_a_crash_its_last_log_is_shown() -> None:
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {"state": waiting, "lastState": {"terminated": {"containerID": "containerd://old"}}}
    assert log_container("p", "c", status, previous=False) == "containerd://old"


# --- names and addresses


POD: Obj = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {}}


def with_spec(**spec: Any) -> Obj:
    return {**POD, "spec": spec}


def test_a_pod_in_the_network_of_its_node_has_its_hosts_and_its_name() -> None:
    pod = with_spec(hostNetwork=True, hostAliases=[{"ip": "1.2.3.4", "hostnames": ["a"]}])
    text = "# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n"
    assert (
        hosts_file(pod, "10.0.0.1", "127.0.0.1 localhost\n") == text + "\n# Entries added by HostAliases.\n1.2.3.4\ta\n"
    )
    assert uts_name(pod, "node01") == "node01"


def test_a_long_name_is_cut_to_what_linux_takes() -> None:
    assert uts_name({**POD, "metadata": {"name": "a" * 62 + ".b" + "c" * 9}}, "n") == "a" * 62
    assert uts_name(with_spec(hostname="short"), "n") == "short"


def test_the_lines_of_a_hosts_file() -> None:
    assert hosts_file(POD, "10.244.1.5", "").splitlines() == [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::0\tip6-localnet",
        "fe00::0\tip6-mcastprefix",
        "fe00::1\tip6-allnodes",
        "fe00::2\tip6-allrouters",
        "10.244.1.5\tweb",
    ]


def test_a_resolver_searches_the_namespace_first_and_the_nodes_domains_last() -> None:
    node: dict[str, list[str]] = {"servers": ["9.9.9.9"], "searches": ["example.com"], "options": []}
    found, _ = dns_config(POD, node, "10.96.0.10")
    assert found["searches"] == ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com"]


def test_too_many_resolvers_and_domains_are_left_out_and_told() -> None:
    node = {
        "servers": ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"],
        "searches": [f"d{at}.x" for at in range(40)],
        "options": [],
    }
    found, warnings = dns_config(with_spec(dnsPolicy="Default"), node, "")
    assert (len(found["servers"]), len(found["searches"])) == (3, 32)
    domains = " ".join(f"d{at}.x" for at in range(32))
    assert warnings == [
        "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: " + domains,
        "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "
        "1.1.1.1 2.2.2.2 3.3.3.3",
    ]


# --- the node


def test_what_a_healthy_node_says_of_itself(node: OneNode) -> None:
    said = [
        (each["type"], each["reason"], each["message"])
        for each in node.kubelet.deps.node_object()["status"]["conditions"]
    ]
    assert said[:3] == [
        ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ]
    assert node_status.READY[2:] == ("KubeletReady", "kubelet is posting ready status")


def test_a_lease_is_renewed_every_ten_seconds_and_good_for_forty(node: OneNode) -> None:
    lease = node.api.get("leases.coordination.k8s.io", "kube-node-lease", NODE)
    assert (lease["spec"]["leaseDurationSeconds"], node_status.RENEWAL, node_status.REPORT) == (
        40,
        10_000_000,
        300_000_000,
    )
