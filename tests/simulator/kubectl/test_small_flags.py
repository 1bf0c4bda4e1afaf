"""Flags that are seldom used and do what they say: questions before a deletion, waiting for replicas, values behind variables."""

import pytest

from simulator.api.requests import Request

TWO = "\n---\n".join(
    f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{k: {name}}}" for name in ("a", "b")
)
MERGE = "application/merge-patch+json"


@pytest.fixture
def two(bench):
    bench.write("two.yaml", TWO)
    bench.write("yes", "Y\n")
    bench.write("no", "n\n")
    bench.kubectl("apply -f two.yaml")
    return bench


# --- delete --interactive
ASKED = (
    "You are about to delete the following 2 resource(s):\nconfigmap/a\nconfigmap/b\nDo you want to continue? (y/n): "
)


def test_a_yes_deletes(two):
    done = "".join(f'configmap "{name}" deleted from default namespace\n' for name in "ab")
    assert two.kubectl("delete cm a b -i < yes") == ASKED + done


@pytest.mark.parametrize("answer", ["no", "/dev/null"])
def test_anything_else_does_not(two, answer):
    assert two.kubectl(f"delete -f two.yaml -i < {answer}") == f"{ASKED}deletion is cancelled\n"
    assert two.get("configmaps", "a")["data"] == {"k": "a"}


# --- scale --timeout
@pytest.fixture
def scaled(bench):
    """A Deployment that nobody looks after, so that nothing comes of what it asks."""
    bench.kubectl("create deployment d --image=nginx")
    return bench


def there(bench, replicas):
    body = {"status": {"replicas": replicas}}
    request = Request("patch", "deployments.apps", "default", "d", subresource="status", body=body, content_type=MERGE)
    assert bench.api.handle(request).code == 200


def test_scale_waits_until_the_replicas_are_there(scaled):
    scaled.seen()
    scaled.type("kubectl scale deployment d --replicas=3 --timeout=20s")
    scaled.run_for(5_000_000)
    assert scaled.seen() == ""
    there(scaled, 3)
    scaled.run_for(2_000_000)
    assert scaled.seen() == "deployment.apps/d scaled\n[0]\n"


def test_scale_gives_up_when_its_time_is_over(scaled):
    text = scaled.kubectl("scale deployment d --replicas=3 --timeout=2s", seconds=4)
    assert text == 'error: timed out waiting for "d" to be synced\n[1]\n'
    assert scaled.get("deployments.apps", "d")["spec"]["replicas"] == 3


def test_scale_does_what_is_said_twice_twice_and_ends_with_the_first_refusal(scaled):
    assert scaled.kubectl("scale deploy/d deploy/d --replicas=2") == "deployment.apps/d scaled\n" * 2
    refused = "error: Expected replicas to be 2, was 3\n[1]\n"
    assert (
        scaled.kubectl("scale deploy/d deploy/d deploy/d --current-replicas=2 --replicas=3")
        == "deployment.apps/d scaled\n" + refused
    )


# --- exec -f
def test_the_pod_of_exec_may_stand_in_a_file(two):
    two.write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n")
    assert two.kubectl("exec -f pod.yaml -- date") == 'Error from server (NotFound): pods "p" not found\n[1]\n'
    assert two.kubectl("exec -f two.yaml -- date") == "error: cannot exec into multiple objects at a time\n[1]\n"


# --- set env --list --resolve
def test_values_behind_variables_are_found(bench):
    bench.kubectl("create configmap c --from-literal=user=bob")
    bench.kubectl("create secret generic s --from-literal=pw=hunter")
    bench.write(
        "p.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {b: c, a: d}}\nspec:\n  containers:\n  - name: c\n    image: x\n"
        "    resources: {limits: {memory: 100M}}\n    env:\n"
        "    - {name: PLAIN, value: x}\n"
        "    - {name: USER, valueFrom: {configMapKeyRef: {name: c, key: user}}}\n"
        "    - {name: PW, valueFrom: {secretKeyRef: {name: s, key: pw}}}\n"
        "    - {name: NOKEY, valueFrom: {secretKeyRef: {name: s, key: none}}}\n"
        "    - {name: NOMAP, valueFrom: {configMapKeyRef: {name: gone, key: w}}}\n"
        "    - {name: ALSO, valueFrom: {configMapKeyRef: {name: gone, key: z}}}\n"
        "    - {name: LABELS, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a']\"}}}\n"
        "    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}\n"
        "    - {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}\n",
    )
    assert bench.kubectl("apply -f p.yaml") == "pod/p created\n"
    assert bench.kubectl("set env pod p --list --resolve") == (
        "# Pod p, container c\nPLAIN=x\nUSER=bob\nPW=hunter\n"
        "# NOKEY from secret s, key none\n# NOMAP from configmap gone, key w\n# ALSO from configmap gone, key z\n"
        "LABELS=d\n# NODE from field path spec.nodeName\nMEM=96\n"
        'error retrieving reference for ALSO, NOMAP: configmaps "gone" not found\n'
        "error retrieving reference for NODE: unsupported fieldPath: spec.nodeName\n"
        "error retrieving reference for NOKEY: key none not found in secret s\n"
    )


# --- diff --server-side and --prune
def test_diff_shows_what_the_server_would_merge(two):
    two.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: z}\n")
    assert "conflict" in two.kubectl("diff -f a.yaml --server-side")
    text = two.kubectl("diff -f a.yaml --server-side --force-conflicts")
    assert "-  k: a\n+  k: z\n" in text
    assert text.endswith("[1]\n")


def test_diff_shows_what_would_be_pruned(two):
    two.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: a}\n")
    text = two.kubectl("diff -f a.yaml --prune --prune-allowlist=core/v1/ConfigMap")
    assert "/v1.ConfigMap.default.b" in text
    assert "-  k: b\n" in text
    assert "default.a" not in text


# --- create --edit
def test_an_object_is_edited_before_it_is_made(bench):
    bench.write("two.yaml", TWO.partition("---")[0])
    bench.seen()
    bench.type("kubectl create -f two.yaml --edit")
    bench.run_for(1_000_000)
    path = next(
        change.data["path"] for change in bench.world.drain() if change.kind == "editor" and change.data["open"]
    )
    bench.write(path, bench.read(path).replace("name: a", "name: z"))
    bench.machines.editor_closed("master", path)
    bench.run_for(1_000_000)
    assert bench.seen() == "configmap/z created\n[0]\n"


# --- debug --keep-..., --custom and --profile=legacy
COPIED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "w", "namespace": "default", "labels": {"app": "w"}, "annotations": {"note": "n"}},
    "spec": {
        "initContainers": [{"name": "i", "image": "busybox"}],
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "livenessProbe": {"exec": {"command": ["true"]}},
                "readinessProbe": {"exec": {"command": ["true"]}},
                "startupProbe": {"exec": {"command": ["true"]}},
            }
        ],
    },
}
COPY = "debug w --copy-to=copy -c shell --image=busybox:1.36 "


@pytest.fixture
def pod(bench):
    bench.create("pods", COPIED)
    return bench


def held(bench):
    """What a copy has of the Pod that it was made from."""
    copy = bench.get("pods", "copy")
    parts = {*copy["metadata"], *copy["spec"]["containers"][0], *copy["spec"]}
    wanted = {"labels", "annotations", "livenessProbe", "readinessProbe", "startupProbe", "initContainers"}
    return parts & wanted


@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ("", {"initContainers"}),
        ("--keep-init-containers=false", set()),
        ("--keep-labels --keep-annotations", {"labels", "annotations", "initContainers"}),
        ("--keep-liveness --keep-init-containers=false", {"livenessProbe"}),
        ("--keep-readiness --keep-startup", {"readinessProbe", "startupProbe", "initContainers"}),
    ],
)
def test_a_copy_keeps_what_is_asked_for(pod, flags, kept):
    assert pod.kubectl(f"{COPY}{flags} -- sleep 1") == ""
    assert held(pod) == kept


def test_the_legacy_profile_warns_and_takes_the_labels_only(pod):
    warning = (
        "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile"
    )
    assert pod.kubectl(f"{COPY}--profile=legacy -- sleep 1").startswith(warning)
    assert held(pod) == {"annotations", "livenessProbe", "readinessProbe", "startupProbe", "initContainers"}
    assert "shareProcessNamespace" not in pod.get("pods", "copy")["spec"]


def test_a_copy_with_other_images_keeps_everything(pod):
    pod.kubectl("debug w --copy-to=copy --set-image=c=nginx:1.27")
    assert len(held(pod)) == 6


def test_a_custom_profile_is_merged_into_the_container(pod):
    pod.write("c.yaml", "env: [{name: A, value: b}]\nsecurityContext: {runAsUser: 0}")
    pod.kubectl(f"{COPY}--custom=c.yaml -- sleep 1")
    shell = pod.get("pods", "copy")["spec"]["containers"][1]
    assert shell["env"] == [{"name": "A", "value": "b"}]
    assert shell["securityContext"] == {"capabilities": {"add": ["SYS_PTRACE"]}, "runAsUser": 0}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name: x", "name, command, image, lifecycle and volume devices are not modifiable via custom profile"),
        ("- 1", "c.yaml does not contain a valid container spec: it is no object"),
    ],
)
def test_a_custom_profile_may_not_say_everything(pod, text, complaint):
    pod.write("c.yaml", text)
    assert pod.kubectl(f"{COPY}--custom=c.yaml -- sleep 1") == f"error: {complaint}\n[1]\n"


def test_a_custom_profile_must_be_there(pod):
    complaint = "must pass a container spec json file for custom profile: open no.json: no such file or directory"
    assert pod.kubectl(f"{COPY}--custom=no.json -- sleep 1") == f"error: {complaint}\n[1]\n"


# --- run --override-type
def test_a_pod_is_overridden_by_a_json_patch(bench):
    patch = '[{"op":"add","path":"/spec/nodeName","value":"n1"}]'
    shown = bench.kubectl(
        f"run x --image=nginx --overrides='{patch}' --override-type=json --dry-run=client -o jsonpath={{.spec.nodeName}}"
    )
    assert shown == "n1"
    assert (
        bench.kubectl("run x --image=nginx --overrides='{}' --override-type=foo")
        == "error: invalid override type: foo\n[1]\n"
    )


def test_waiting_for_a_file_alone_needs_one(bench):
    assert bench.kubectl("wait --local --for=delete pod/w").startswith(
        "error: you must specify resources by --filename when --local"
    )
