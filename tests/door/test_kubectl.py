"""Real kubectl binaries on a learner's cluster."""

import base64
import json
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.door.kubectl import Cluster, Kubectl, minor_of, until
from tests.labsite.site import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("door")]
WEB = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, labels: {app: NAME}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: busybox:1.36
    command: [sh, -c, "echo begun; trap 'exit 0' TERM; while true; do sleep 1; done"]
"""


def pod(kubectl: Kubectl, name: str) -> str:
    """A running Pod."""
    kubectl.good("apply", "-f", "-", stdin=WEB.replace("NAME", name))
    kubectl.good("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    return name


def test_every_client_applies_reads_changes_and_deletes(kubectl: Kubectl) -> None:
    name = f"all-{minor_of(kubectl.binary)}-{kubectl.binary.name.count('.')}"
    kubectl("delete", "pod", name, "--now")
    assert kubectl.good("apply", "-f", "-", stdin=WEB.replace("NAME", name)) == f"pod/{name} created\n"
    kubectl.good("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    assert kubectl.good("apply", "-f", "-", stdin=WEB.replace("NAME", name)) == f"pod/{name} unchanged\n"
    assert re.search(rf"{name} +1/1 +Running +0 +\d+s", kubectl.good("get", "pods"))
    assert kubectl.good("label", "pod", name, "x=y") == f"pod/{name} labeled\n"
    assert kubectl.good("logs", name) == "begun\n"
    assert "Started" in kubectl.good("describe", "pod", name)
    assert kubectl.good("create", "configmap", name, "--from-literal=a=b") == f"configmap/{name} created\n"
    assert kubectl.good("get", "cm", name, "-o", "jsonpath={.data.a}") == "b"
    assert f'pod "{name}" deleted' in kubectl.good("delete", "pod", name)
    assert f'pods "{name}" not found' in kubectl("get", "pod", name).stderr
    kubectl.good("delete", "cm", name)


def test_a_watch_hears_of_what_happens(newest: Kubectl) -> None:
    pod(newest, "before")
    watching = newest.begin("get", "pods", "-w")
    try:
        assert watching.stdout
        assert watching.stdout.readline().startswith("NAME")  # from now on it watches
        pod(newest, "watched")
        seen = ""
        while not re.search("watched +1/1 +Running", seen):
            seen += watching.stdout.readline()
        assert re.search(r"watched +0/1 +Pending", seen)
    finally:
        watching.kill()
        watching.communicate()


def test_a_log_is_followed_to_its_end(newest: Kubectl) -> None:
    newest.good("run", "counter", "--image=busybox", "--restart=Never", "--", "sh", "-c", "echo 1; sleep 2; echo 2")
    newest.good("wait", "--for=condition=Ready", "pod/counter", "--timeout=60s")
    assert newest.good("logs", "-f", "counter") == "1\n2\n"


def test_typed_clients_create_what_they_mean(newest: Kubectl) -> None:
    newest.good("create", "deployment", "typed", "--image=nginx:1.27", "--replicas=0")
    spec = json.loads(newest.good("get", "deployment", "typed", "-o", "json"))["spec"]
    assert spec["replicas"] == 0
    assert spec["template"]["spec"]["containers"][0]["image"] == "nginx:1.27"
    newest.good("create", "secret", "generic", "typed", "--from-literal=p=q")
    assert newest.good("get", "secret", "typed", "-o", "jsonpath={.data.p}") == base64.b64encode(b"q").decode()
    newest.good("create", "cronjob", "typed", "--image=busybox", "--schedule=0 0 1 1 *", "--", "date")
    newest.good("create", "service", "nodeport", "typed", "--tcp=80:8080")
    ports = json.loads(newest.good("get", "svc", "typed", "-o", "json"))["spec"]["ports"]
    assert (ports[0]["port"], ports[0]["targetPort"]) == (80, 8080)
    assert newest.good("auth", "can-i", "get", "pods") == "yes\n"


def test_refusals_are_worded_as_a_cluster_words_them(newest: Kubectl) -> None:
    assert newest("get", "pod", "nope").stderr == 'Error from server (NotFound): pods "nope" not found\n'
    bad = WEB.replace("NAME", "bad").replace("image:", "imgae:")
    assert 'unknown field "spec.containers[0].imgae"' in newest("apply", "-f", "-", stdin=bad).stderr
    newest.good("create", "ns", "twice")
    assert "AlreadyExists" in newest("create", "ns", "twice").stderr


def test_what_would_be_is_shown_and_not_done(newest: Kubectl) -> None:
    newest.good("apply", "--dry-run=server", "-f", "-", stdin=WEB.replace("NAME", "dry"))
    assert newest("get", "pod", "dry").code == 1
    assert "+  name: dry" in newest("diff", "-f", "-", stdin=WEB.replace("NAME", "dry")).stdout


def test_without_a_good_token_nothing_is_told(newest: Kubectl, cluster: Cluster) -> None:
    config = yaml.safe_load((newest.home / "kubeconfig").read_text())
    token = config["users"][0]["user"]["token"]
    for wrong in ("", token[:-1] + ("A" if token[-1] != "A" else "B"), "x.y"):
        config["users"][0]["user"] = {"token": wrong} if wrong else {}
        (newest.home / "kubeconfig").write_text(yaml.safe_dump(config))
        assert "must be logged in" in newest("get", "pods", "--request-timeout=5s").stderr or not wrong
    assert status(f"{cluster.site.base}/clusters/{cluster.sandbox}/api") == 401
    other = "00000000-0000-0000-0000-000000000000"
    assert status(f"{cluster.site.base}/clusters/{other}/t/{token}/api") == 403
    assert status(f"{cluster.site.base}/clusters/{cluster.sandbox}/t/{token}/api") == 200
    assert token.split(".")[1] not in (cluster.site.var / "server.log").read_text()


def test_a_revoked_token_opens_nothing(newest: Kubectl, cluster: Cluster) -> None:
    newest.good("get", "pods")
    cluster.browser.get(f"/labs/{cluster.sandbox}/kubeconfig/revoke", wish="all")
    assert "must be logged in" in newest("get", "pods").stderr


def test_who_only_looks_hears_what_they_may_and_may_not(newest: Kubectl, cluster: Cluster, tmp_path: Path) -> None:
    words = cluster.site.command("manage.py", "kubeconfig", "guest", "--read-only", "--base", cluster.site.base)
    made = subprocess.run(words, env=cluster.site.env, cwd=ROOT, capture_output=True, text=True, check=True)
    viewer = Kubectl(newest.binary, tmp_path / "viewer", made.stdout)
    asked = ("get pods", "watch nodes", "get pods --subresource=log", "get crontabs.example.com", "get /healthz")
    assert [viewer("auth", "can-i", *each.split()).stdout for each in asked] == ["yes\n"] * len(asked)
    refused = (
        "create pods",
        "delete nodes",
        "'*' '*'",
        "get pods --subresource=exec",
        "create pods --subresource=exec",
    )
    assert [viewer("auth", "can-i", *each.split()).stdout for each in refused] == ["no\n"] * len(refused)
    assert re.search(r"^\*\.\* +\[\] +\[\] +\[get list watch\]$", viewer.good("auth", "can-i", "--list"), re.MULTILINE)
    assert re.search(r"^Username +viewer$", viewer.good("auth", "whoami"), re.MULTILINE)
    assert "node01" in viewer.good("get", "nodes")
    assert 'User "viewer" cannot create resource "pods"' in viewer("run", "web", "--image=nginx").stderr
    assert 'User "viewer" cannot impersonate' in viewer("get", "pods", "--as=kubernetes-admin").stderr


def test_a_body_that_is_too_long_is_refused(newest: Kubectl, cluster: Cluster) -> None:
    config = yaml.safe_load((newest.home / "kubeconfig").read_text())
    address = f"{cluster.site.base}/clusters/{cluster.sandbox}/t/{config['users'][0]['user']['token']}"
    assert status(f"{address}/api/v1/namespaces/default/pods", b" " * (4 << 20)) == 413


def test_a_deleted_pod_is_gone_for_its_watcher(newest: Kubectl) -> None:
    pod(newest, "leaving")
    waiting = newest.begin("wait", "--for=delete", "pod/leaving", "--timeout=30s")
    newest.good("delete", "pod", "leaving", "--wait=false")
    until(lambda: waiting.poll() is not None)
    assert waiting.communicate()[0].startswith("pod/leaving condition met")
    assert waiting.returncode == 0


def status(address: str, data: bytes | None = None) -> int:
    """The HTTP status of an address."""
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
