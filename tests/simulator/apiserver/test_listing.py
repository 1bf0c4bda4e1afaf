"""Lists in pages and as they were, and where watches begin."""

from typing import Any

import pytest

from simulator.api.errors import Expired
from simulator.api.requests import Request, Response
from simulator.apiserver.server import APIServer
from simulator.kernel.world import World

EPOCH = 1_795_187_045_000_000
Obj = dict[str, Any]


@pytest.fixture
def api() -> APIServer:
    server = APIServer(World.create(seed=1, epoch=EPOCH))
    server.create("namespaces", {"metadata": {"name": "default"}})
    for number in range(5):
        make(server, f"c{number}")
    return server


def make(api: APIServer, name: str, **labels: str) -> Obj:
    return api.create("configmaps", {"metadata": {"name": name, "namespace": "default", "labels": labels}})


def ask(api: APIServer, verb: str = "list", **query: str) -> Response:
    return api.handle(Request(verb, "configmaps", "default", query={key: [value] for key, value in query.items()}))


def names(response: Response) -> list[str]:
    assert response.code == 200, response.body
    return [each["metadata"]["name"] for each in response.body["items"]]


def test_pages_show_the_list_as_it_was_when_it_began(api: APIServer) -> None:
    first = ask(api, limit="2")
    assert names(first) == ["c0", "c1"]
    assert first.body["metadata"]["remainingItemCount"] == 3
    api.delete("configmaps", "default", "c2")
    make(api, "c25")
    rest = ask(api, limit="9", **{"continue": first.body["metadata"]["continue"]})
    assert names(rest) == ["c2", "c3", "c4"]
    assert rest.body["metadata"] == {"resourceVersion": first.body["metadata"]["resourceVersion"]}


def test_a_page_that_is_too_old_leads_on_to_the_list_as_it_is(api: APIServer) -> None:
    token = ask(api, limit="2").body["metadata"]["continue"]
    api.delete("configmaps", "default", "c2")
    api.store.compact()
    api.store.compact()
    late = ask(api, limit="2", **{"continue": token})
    assert (late.code, late.body["reason"]) == (410, "Expired")
    assert late.body["message"].startswith("The provided continue parameter is too old to display a consistent list")
    rest = ask(api, **{"continue": late.body["metadata"]["continue"]})
    assert names(rest) == ["c3", "c4"]


def test_nobody_is_told_how_many_remain_of_what_is_selected(api: APIServer) -> None:
    assert "remainingItemCount" not in ask(api, limit="2", labelSelector="!x").body["metadata"]


def test_a_list_is_shown_as_it_was_at_a_revision(api: APIServer) -> None:
    then = str(api.store.revision)
    make(api, "new")
    assert names(ask(api, resourceVersion=then, resourceVersionMatch="Exact")) == ["c0", "c1", "c2", "c3", "c4"]
    assert names(ask(api, resourceVersion=then, resourceVersionMatch="NotOlderThan"))[-1] == "new"
    assert names(ask(api, resourceVersion=then, limit="10"))[-1] == "c4"
    assert names(ask(api, resourceVersion="0", limit="10"))[-1] == "new"


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        (
            {"resourceVersionMatch": "Exact"},
            422,
            "resourceVersionMatch is forbidden unless resourceVersion is provided",
        ),
        (
            {"resourceVersionMatch": "Exact", "resourceVersion": "0"},
            422,
            'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
        ),
        ({"resourceVersionMatch": "Nearly", "resourceVersion": "1"}, 422, 'Unsupported value: "Nearly"'),
        ({"sendInitialEvents": "true"}, 422, "sendInitialEvents is forbidden for list"),
        ({"resourceVersion": "9999"}, 504, "Too large resource version: 9999, current: "),
        ({"resourceVersion": "new"}, 400, "invalid syntax"),
        ({"resourceVersion": "٣"}, 400, "invalid syntax"),
        ({"limit": "-1"}, 400, "invalid syntax"),
        ({"continue": "%"}, 400, "continue key is not valid"),
        ({"continue": "eyJydiI6MH0"}, 400, "continue key is not valid"),
        (
            {"continue": "eyJydiI6MSwic3RhcnQiOiIifQ", "resourceVersion": "1"},
            400,
            "specifying resource version is not allowed",
        ),
    ],
)
def test_options_of_a_list_are_checked(api: APIServer, query: dict[str, str], code: int, text: str) -> None:
    response = ask(api, **query)
    assert (response.code, text in response.body["message"]) == (code, True), response.body


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ({"sendInitialEvents": "true"}, 422, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
        ({"resourceVersionMatch": "NotOlderThan"}, 422, "is forbidden for watch unless sendInitialEvents is provided"),
        ({"resourceVersion": "9999"}, 504, "Too large resource version"),
    ],
)
def test_options_of_a_watch_are_checked(api: APIServer, query: dict[str, str], code: int, text: str) -> None:
    response = ask(api, "watch", **query)
    assert (response.code, text in response.body["message"]) == (code, True), response.body


def test_a_watch_may_begin_with_what_there_is_and_a_bookmark(api: APIServer) -> None:
    query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    watch = ask(api, "watch", resourceVersion=str(api.store.revision), **query).upgrade
    assert watch is not None
    assert len(api.events_since(watch, watch["rv"])[0]) == 5
    mark = api.bookmark(watch, initial=True)["object"]
    assert mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    query["sendInitialEvents"] = "false"
    watch = ask(api, "watch", **query).upgrade
    assert watch is not None
    assert watch["rv"] == api.store.revision


def test_a_watch_from_a_time_that_is_forgotten_must_begin_anew(api: APIServer) -> None:
    then = api.store.revision
    watch = ask(api, "watch", resourceVersion=str(then)).upgrade
    make(api, "one")
    api.store.compact()
    api.store.compact()
    assert ask(api, "watch", resourceVersion=str(then)).code == 410
    assert watch is not None
    with pytest.raises(Expired):
        api.events_since(watch, watch["rv"])


def test_objects_are_told_in_the_version_that_is_asked_for(api: APIServer) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "maxReplicas": 3, "targetCPUUtilizationPercentage": 50}
    metadata = {"name": "web", "namespace": "default"}
    body = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}
    scalers = "horizontalpodautoscalers.autoscaling"
    made = api.handle(Request("create", scalers, "default", version="v1", body=body)).body
    assert (made["apiVersion"], made["spec"]["targetCPUUtilizationPercentage"]) == ("autoscaling/v1", 50)
    newer = api.handle(Request("get", scalers, "default", "web", version="v2")).body
    assert newer["spec"]["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 50}
    patch = {"spec": {"targetCPUUtilizationPercentage": 70}}
    merge = "application/merge-patch+json"
    api.handle(Request("patch", scalers, "default", "web", version="v1", body=patch, content_type=merge))
    newer = api.handle(Request("get", scalers, "default", "web", version="v2")).body
    assert newer["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 70
    listed = api.handle(Request("list", scalers, "default", version="v1")).body
    assert (listed["apiVersion"], listed["items"][0]["apiVersion"]) == ("autoscaling/v1", "autoscaling/v1")
    assert api.handle(Request("get", scalers, "default", "web", version="v3")).code == 404


def test_an_event_has_other_names_in_its_own_group(api: APIServer) -> None:
    about = {"kind": "Pod", "namespace": "default", "name": "web"}
    metadata = {"name": "e", "namespace": "default"}
    api.create(
        "events", {"metadata": metadata, "involvedObject": about, "message": "hello", "reason": "Said", "count": 2}
    )
    events = "events.events.k8s.io"
    event = api.handle(Request("get", events, "default", "e", version="v1")).body
    assert (event["apiVersion"], event["note"], event["deprecatedCount"]) == ("events.k8s.io/v1", "hello", 2)
    assert (event["regarding"], "involvedObject" in event) == (about, False)
    query = {"fieldSelector": ["regarding.name=web"]}
    assert len(api.handle(Request("list", events, "default", version="v1", query=query)).body["items"]) == 1
