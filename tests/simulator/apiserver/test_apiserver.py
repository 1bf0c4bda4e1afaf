"""The API server as clients and components meet it."""

from typing import Any

import pytest

from simulator.api.errors import Conflict, Expired, Invalid, NotFound, TooManyRequests
from simulator.api.requests import Request, User
from simulator.apiserver.server import APIServer, WatchEvent
from simulator.kernel.world import World

EPOCH = 1_795_187_045_000_000
STRATEGIC = "application/strategic-merge-patch+json"


@pytest.fixture
def api() -> APIServer:
    server = APIServer(World.create(seed=1, epoch=EPOCH))
    server.create("namespaces", {"metadata": {"name": "default"}})
    server.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "default"}})
    return server


def pod(name: str = "web", **spec: Any) -> dict[str, Any]:
    containers = [{"name": "c", "image": "nginx:1.25"}]
    metadata = {"name": name, "namespace": "default", "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


def ask(api: APIServer, verb: str, resource: str = "pods", name: str = "", **more: Any) -> Any:
    response = api.handle(Request(verb, resource, more.pop("namespace", "default"), name, **more))
    return response.body


def test_a_pod_gets_its_defaults_and_its_account(api: APIServer) -> None:
    made = api.create("pods", pod())
    spec = made["spec"]
    assert (spec["restartPolicy"], spec["priority"], spec["serviceAccountName"]) == ("Always", 0, "default")
    assert spec["containers"][0]["imagePullPolicy"] == "IfNotPresent"
    assert [each["key"] for each in spec["tolerations"]] == [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ]
    assert spec["volumes"][0]["name"].startswith("kube-api-access-")
    assert made["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


def test_names_are_taken_once_and_generated_ones_are_free(api: APIServer) -> None:
    api.create("pods", pod())
    assert ask(api, "create", body=pod())["message"] == 'pods "web" already exists'
    unnamed = {**pod(), "metadata": {"generateName": "web-", "namespace": "default"}}
    assert len({api.create("pods", unnamed)["metadata"]["name"] for _ in range(5)}) == 5


def test_an_object_that_was_changed_meanwhile_is_a_conflict(api: APIServer) -> None:
    old = api.create("pods", pod())
    api.update("pods", {**old, "metadata": {**old["metadata"], "labels": {"a": "b"}}})
    with pytest.raises(Conflict, match="the object has been modified"):
        api.update("pods", {**old, "metadata": {**old["metadata"], "labels": {"a": "c"}}})


def test_a_change_that_changes_nothing_is_none(api: APIServer) -> None:
    old = api.create("pods", pod())
    assert api.update("pods", old) is old


def test_status_and_spec_are_written_apart(api: APIServer) -> None:
    old = api.create("pods", pod())
    api.update_status("pods", {**old, "spec": {}, "status": {"phase": "Running"}})
    now = api.get("pods", "default", "web")
    assert now["spec"] == old["spec"]
    assert now["status"] == {"phase": "Running"}
    assert now["metadata"]["generation"] == 1


def test_a_running_pod_has_time_to_end(api: APIServer) -> None:
    api.create("pods", pod())
    api.bind("default", "web", "node01")
    doomed = api.delete("pods", "default", "web")
    assert doomed["metadata"]["deletionGracePeriodSeconds"] == 30
    assert doomed["metadata"]["deletionTimestamp"] == "2026-11-20T15:04:35Z"
    api.delete("pods", "default", "web", grace=0)
    with pytest.raises(NotFound):
        api.get("pods", "default", "web")


def test_a_pod_that_no_node_has_goes_at_once(api: APIServer) -> None:
    api.create("pods", pod())
    api.delete("pods", "default", "web")
    assert api.find("pods", "default", "web") is None


def test_finalizers_keep_what_is_deleted(api: APIServer) -> None:
    made = api.create("configmaps", {"metadata": {"name": "c", "namespace": "default", "finalizers": ["a.b/c"]}})
    api.delete("configmaps", "default", "c")
    now = api.get("configmaps", "default", "c")
    api.update("configmaps", {**now, "metadata": {**now["metadata"], "finalizers": []}})
    assert made["metadata"]["finalizers"] == ["a.b/c"]
    assert api.find("configmaps", "default", "c") is None


def test_a_watcher_sees_objects_begin_and_cease_to_match(api: APIServer) -> None:
    upgrade = api.handle(Request("watch", "pods", "default", query={"labelSelector": ["app=web"]})).upgrade
    assert upgrade is not None
    _, revision = api.events_since(upgrade, 0)
    made = api.create("pods", pod())
    moved = api.update("pods", {**made, "metadata": {**made["metadata"], "labels": {"app": "x"}}})
    api.update("pods", {**moved, "metadata": {**moved["metadata"], "labels": {"app": "web"}}})
    events, _ = api.events_since(upgrade, revision)
    assert [event["type"] for event in events] == ["ADDED", "DELETED", "ADDED"]


def test_a_watch_survives_saving_and_restoring(api: APIServer) -> None:
    upgrade = api.handle(Request("watch", "pods", "default")).upgrade
    assert upgrade is not None
    start = api.store.revision
    api.create("pods", pod())
    api.bind("default", "web", "node01")
    api.delete("pods", "default", "web", grace=0)
    restored = APIServer(World.from_bytes(api.world.to_bytes()))
    assert restored.events_since(upgrade, start) == api.events_since(upgrade, start)
    assert [each["type"] for each in restored.events_since(upgrade, start)[0]] == [
        "ADDED",
        "MODIFIED",  # bound
        "MODIFIED",  # told to go at once
        "DELETED",
    ]


def test_who_watches_from_too_long_ago_must_list_again(api: APIServer) -> None:
    upgrade = api.handle(Request("watch", "configmaps", "default")).upgrade
    assert upgrade is not None
    for at in range(500):
        api.create("configmaps", {"metadata": {"name": f"c{at}", "namespace": "default"}})
    with pytest.raises(Expired, match="too old resource version: 1 "):
        api.events_since(upgrade, 1)


def test_history_is_forgotten_after_some_minutes_but_for_what_has_been_silent(api: APIServer) -> None:
    watches = {name: api.handle(Request("watch", name, "default")).upgrade for name in ("configmaps", "secrets")}
    api.create("configmaps", {"metadata": {"name": "c", "namespace": "default"}})
    begin = api.store.revision
    assert api.store.compact()  # what had happened by now goes the next time
    api.update("configmaps", {**api.get("configmaps", "default", "c"), "data": {"a": "b"}})
    assert api.store.compact()
    assert [each["type"] for each in api.events_since(watches["configmaps"] or {}, begin)[0]] == ["MODIFIED"]
    assert not api.store.compact()
    with pytest.raises(Expired, match=f"too old resource version: {begin} "):
        api.events_since(watches["configmaps"] or {}, begin)
    assert api.events_since(watches["secrets"] or {}, begin) == ([], api.store.revision)


def test_listeners_and_the_outside_are_told(api: APIServer) -> None:
    seen: list[WatchEvent] = []
    api.subscribe(seen.append)
    api.world.drain()
    api.create("pods", pod())
    assert [(each.type, each.resource, each.old) for each in seen] == [("ADDED", "pods", None)]
    assert [change.kind for change in api.world.drain()] == ["object"]


def test_lists_come_in_pages(api: APIServer) -> None:
    for name in ("c", "a", "b"):
        api.create("pods", pod(name))
    first = ask(api, "list", query={"limit": ["2"]})
    rest = ask(api, "list", query={"limit": ["2"], "continue": [first["metadata"]["continue"]]})
    assert [each["metadata"]["name"] for each in first["items"] + rest["items"]] == ["a", "b", "c"]


def test_bad_requests_are_refused_in_kubernetes_words(api: APIServer) -> None:
    wrong = ask(api, "list", query={"fieldSelector": ["foo=bar"]})
    assert wrong["message"] == "field label not supported: foo"
    strict = ask(api, "create", body={**pod(), "spc": {}}, query={"fieldValidation": ["Strict"]})
    assert strict["message"].endswith('strict decoding error: unknown field "spc"')
    assert ask(api, "create", body={"kind": "pod"})["message"].startswith(
        'pod in version "v1" cannot be handled as a Pod'
    )
    other = ask(api, "create", namespace="nope", body={**pod(), "metadata": {"name": "x"}})
    assert other["message"] == 'namespaces "nope" not found'


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        ({"containers": []}, ["spec.containers: Required value"]),
        ({"containers": [{"name": "c"}]}, ["spec.containers[0].image: Required value"]),
        ({"restartPolicy": "always"}, ['spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"']),
        ({"volumes": [{"name": "a", "emptyDir": {}, "hostPath": {"path": "/x"}}]},
         ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"]),
        ({"activeDeadlineSeconds": 0}, ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"]),
        ({"containers": [{"name": "c", "image": "i", "livenessProbe": {"periodSeconds": 3}}]},
         ["spec.containers[0].livenessProbe: Required value: must specify a handler type"]),
    ],
)  # fmt: skip
def test_invalid_pods_are_refused_with_every_cause(api: APIServer, spec: dict[str, Any], errors: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        api.create("pods", pod(**spec))
    assert [f"{each['field']}: {each['message']}" for each in caught.value.details["causes"]] == errors


def test_a_forbidden_change_of_a_pod_shows_the_difference(api: APIServer) -> None:
    api.create("pods", pod())
    answer = ask(api, "patch", name="web", body={"spec": {"restartPolicy": "Never"}}, content_type=STRATEGIC)
    assert answer["code"] == 422
    assert '- "RestartPolicy": "Always",\n+ "RestartPolicy": "Never",\n' in answer["message"]
    image = {"spec": {"containers": [{"name": "c", "image": "nginx:1.26"}]}}
    assert (
        ask(api, "patch", name="web", body=image, content_type=STRATEGIC)["spec"]["containers"][0]["image"]
        == "nginx:1.26"
    )


def test_services_get_addresses_and_ports_and_keep_them(api: APIServer) -> None:
    body = {"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}
    spec = ask(api, "create", "services", body=body)["spec"]
    assert spec["clusterIP"].startswith("10.")
    assert 30000 <= spec["ports"][0]["nodePort"] <= 32767
    refused = ask(api, "patch", "services", "s", body={"spec": {"clusterIP": "10.96.0.7"}}, content_type=STRATEGIC)
    assert refused["message"].endswith('spec.clusterIPs[0]: Invalid value: ["10.96.0.7"]: may not change once set')
    taken = {"metadata": {"name": "t"}, "spec": spec | {"clusterIP": "", "clusterIPs": []}}
    assert ask(api, "create", "services", body=taken)["message"].endswith("provided port is already allocated")


def test_a_quota_counts_and_refuses(api: APIServer) -> None:
    api.create("resourcequotas", {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": {"pods": "1"}}})
    api.create("pods", pod("a"))
    text = 'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    assert ask(api, "create", body=pod("b"))["message"] == text


def test_a_restricted_namespace_refuses_careless_pods(api: APIServer) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    api.create("namespaces", {"metadata": {"name": "strict", "labels": labels}})
    api.create("serviceaccounts", {"metadata": {"name": "default", "namespace": "strict"}})
    body = {**pod(), "metadata": {"name": "p"}}
    message = ask(api, "create", namespace="strict", body=body)["message"]
    assert message.startswith(
        'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation'
    )


def test_strangers_may_nothing(api: APIServer) -> None:
    robot = User("system:serviceaccount:default:robot")
    text = 'pods is forbidden: User "system:serviceaccount:default:robot" cannot list resource "pods" in API group "" '
    assert ask(api, "list", user=robot)["message"] == text + 'in the namespace "default"'


def test_a_budget_keeps_a_pod_from_eviction(api: APIServer) -> None:
    api.create("pods", pod())
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    api.update_status("pods", {**api.bind("default", "web", "n"), "status": ready})
    selector = {"matchLabels": {"app": "web"}}
    budget = {"metadata": {"name": "b", "namespace": "default"}, "spec": {"minAvailable": 1, "selector": selector}}
    api.create("poddisruptionbudgets.policy", budget)
    with pytest.raises(TooManyRequests, match="disruption budget"):
        api.evict("default", "web")


def test_logs_go_to_the_kubelet_of_the_right_container(api: APIServer) -> None:
    api.create("pods", pod(containers=[{"name": "a", "image": "i"}, {"name": "b", "image": "i"}]))
    api.bind("default", "web", "node01")
    refused = ask(api, "get", name="web", subresource="log")
    assert refused["message"] == "a container name must be specified for pod web, choose one of: [a b]"
    options = {"container": ["b"], "tailLines": ["3"]}
    upgrade = api.handle(Request("get", "pods", "default", "web", "log", query=options)).upgrade
    assert upgrade is not None
    assert (upgrade["node"], upgrade["container"], upgrade["tailLines"]) == ("node01", "b", 3)


def test_a_table_shows_what_kubectl_prints(api: APIServer) -> None:
    made = api.create("pods", pod())
    waiting = {"name": "c", "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    waiting["lastState"] = {"terminated": {"finishedAt": "2026-11-20T15:03:05Z", "exitCode": 1}}
    api.update_status("pods", {**made, "status": {"phase": "Running", "containerStatuses": [waiting]}})
    rows = ask(api, "list", accept="table")["rows"]
    assert rows[0]["cells"][:5] == ["web", "0/1", "CrashLoopBackOff", "3 (60s ago)", "0s"]


def test_the_server_says_which_version_it_is(api: APIServer) -> None:
    assert api.handle(Request("get", path="/version")).body["gitVersion"] == "v1.36.2"


def test_the_server_says_check_by_check_whether_it_is_well(api: APIServer) -> None:
    def said(path: str, **query: list[str]) -> Any:
        return api.handle(Request("get", path=path, query=query)).body

    assert said("/livez") == said("/readyz/etcd") == said("/livez/poststarthook/rbac/bootstrap-roles") == "ok"
    alive, ready = (said(f"/{name}", verbose=[""]).splitlines() for name in ("livez", "readyz"))
    assert (alive[0], alive[-1]) == ("[+]ping ok", "livez check passed")
    assert (ready[3:5], ready[-2:]) == (
        ["[+]etcd-readiness ok", "[+]informer-sync ok"],
        ["[+]shutdown ok", "readyz check passed"],
    )
    without = said("/livez", verbose=[""], exclude=["etcd", "x"]).splitlines()
    assert without[2] == "[+]etcd excluded: ok"
    assert without[-2] == 'warn: some health checks cannot be excluded: no matches for "x"'
    assert api.handle(Request("get", path="/livez/informer-sync")).code == 404
