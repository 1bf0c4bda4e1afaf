"""The map: what is told of things, that only what is other is told, and what a selected thing shows."""

from typing import Any

import pytest

from labsite.console import focus, views
from labsite.console import map as maps
from simulator.lab import Lab

SECOND = 1_000_000
EPOCH = 1_800_000_000 * SECOND
WEB = "kubectl create deployment web --image=nginx:1.27 --replicas=2"


@pytest.fixture
def lab() -> Lab:
    """A cluster with a terminal."""
    made = Lab.boot({}, seed=1, epoch=EPOCH)
    made.submit({"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 120, "rows": 30})
    made.settle(SECOND)
    made.drain()
    return made


def type_line(lab: Lab, line: str, seconds: int = 10) -> list[dict[str, Any]]:
    """Type a line, let time pass: what the map is told."""
    lab.submit({"type": "line", "terminal": "t1", "text": line})
    lab.advance(lab.now + seconds * SECOND)
    return maps.changed(lab, lab.drain())


def things(lab: Lab) -> dict[str, dict[str, Any]]:
    """The map by key."""
    return {each["key"]: each for each in maps.draw(lab)}


def test_nodes_have_their_status_and_taints(lab: Lab) -> None:
    type_line(lab, "kubectl taint node node01 size=small:NoExecute; kubectl cordon node02")
    found = things(lab)
    assert found["nodes//master"]["roles"] == "control-plane"
    assert found["nodes//node01"]["taints"] == ["size=small:NoExecute"]
    assert found["nodes//node02"]["status"] == "Ready,SchedulingDisabled"


def test_a_deployment_its_replicaset_and_their_pods_know_what_made_them(lab: Lab) -> None:
    (told,) = type_line(lab, WEB)
    assert told["gone"] == []
    found = things(lab)
    assert {each["key"] for each in told["put"]} == found.keys() - {
        "nodes//master",
        "nodes//node01",
        "nodes//node02",
        "services/default/kubernetes",
    }
    deployment = found["deployments.apps/default/web"]
    assert (deployment["wanted"], deployment["count"], deployment["owner"]) == (2, 2, "")
    replicaset = next(each for each in found.values() if each["kind"] == "ReplicaSet")
    assert replicaset["owner"] == deployment["key"]
    pods = [each for each in found.values() if each["kind"] == "Pod"]
    assert {each["owner"] for each in pods} == {replicaset["key"]}
    assert [(each["status"], each["ready"], bool(each["node"])) for each in pods] == [("Running", "1/1", True)] * 2
    assert pods[0]["containers"][0] | {"name": "", "restarts": 0} == {
        "name": "", "kind": "container", "state": "running", "reason": "", "ready": True, "restarts": 0
    }  # fmt: skip


def test_a_service_leads_to_pods_when_they_are_ready(lab: Lab) -> None:
    type_line(lab, WEB)
    (told,) = type_line(lab, "kubectl expose deployment web --port=80")
    (service,) = told["put"]
    assert (service["ports"], [each["ready"] for each in service["endpoints"]]) == (["80/TCP"], [True, True])
    assert {each["to"] for each in service["endpoints"]} == {
        key for key, each in things(lab).items() if each["kind"] == "Pod"
    }


def test_only_what_is_other_is_told(lab: Lab) -> None:
    type_line(lab, WEB)
    assert type_line(lab, "kubectl get pods", 1) == []
    told = type_line(lab, "kubectl delete deployment web", 60)
    assert {key.partition("/")[0] for key in told[0]["gone"]} == {"deployments.apps", "replicasets.apps", "pods"}
    assert type_line(lab, "kubectl create namespace shop", 5) == []


def test_a_node_is_described_and_so_is_a_service(lab: Lab) -> None:
    seen = focus.picture(
        lab,
        focus.moved(lab, {"resource": "nodes", "namespace": "", "pod": "node01", "container": "", "view": "processes"}),
    )
    assert "Name:               node01" in seen["describe"]
    assert "kubelet" in " ".join(row["command"] for row in seen["look"]["rows"])
    service = focus.moved(lab, {"resource": "services", "namespace": "default", "pod": "kubernetes", "container": ""})
    assert "TargetPort" in focus.picture(lab, service)["describe"]


def look(lab: Lab, view: str, path: str = "/") -> dict[str, Any]:
    """What a view of the Pod web shows."""
    wish = {"resource": "pods", "namespace": "default", "pod": "web", "container": "", "view": view, "path": path}
    return focus.look(lab, focus.moved(lab, wish))


def test_a_pods_yaml_events_files_and_processes_are_shown(lab: Lab) -> None:
    type_line(lab, "kubectl run web --image=busybox:1.28 --command -- sh -c 'echo hi > /tmp/a; sleep 3600; true'")
    assert look(lab, "yaml")["text"].startswith("apiVersion: v1\nkind: Pod\n")
    assert "managedFields" not in look(lab, "yaml")["text"]
    assert {row["reason"] for row in look(lab, "events")["rows"]} >= {"Scheduled", "Pulled", "Created", "Started"}
    conditions = look(lab, "conditions")["rows"]
    assert {row["type"]: row["status"] for row in conditions}["Ready"] == "True"
    assert all(isinstance(row["since"], int) for row in conditions)
    assert [row["path"] for row in look(lab, "files", "/tmp")["rows"]] == ["/tmp/a"]
    assert look(lab, "files", "/tmp/a")["text"] == "hi\n"
    assert [(row["pid"], row["command"]) for row in look(lab, "processes")["rows"]] == [
        (1, "sh -c echo hi > /tmp/a; sleep 3600; true"),
        (2, "sleep 3600"),
    ]


def test_looking_changes_nothing_and_of_what_cannot_be_looked_at_nothing_is_shown(lab: Lab) -> None:
    type_line(lab, "kubectl run web --image=busybox:1.28 --command -- sleep 3600")
    before = lab.snapshot()
    for view in views.VIEWS:
        look(lab, view, "/no/such")
    assert look(lab, "files", "/no/such") | {"rows": [], "text": None} == look(lab, "files", "/no/such")
    maps.draw(lab)
    assert lab.snapshot() == before
    wish = {"resource": "secrets", "namespace": "default", "pod": "web", "container": ""}
    assert focus.moved(lab, wish)["resource"] == "pods"


def test_an_open_view_is_told_again_only_when_it_shows_something_else(lab: Lab) -> None:
    type_line(lab, "kubectl run web --image=busybox:1.28 --command -- sleep 3600")
    wish = {"resource": "pods", "namespace": "default", "pod": "web", "container": "", "view": "files", "path": "/tmp"}
    looked, told = focus.refreshed(lab, focus.moved(lab, wish))
    assert [each["type"] for each in told] == ["look.shown"]
    looked, told = focus.refreshed(lab, looked)
    assert told == []
    type_line(lab, "kubectl exec web -- touch /tmp/news")
    looked, told = focus.refreshed(lab, looked)
    assert [row["path"] for row in told[0]["rows"]] == ["/tmp/news"]
