"""Server-side apply: owners of fields, conflicts, force, and giving up."""

from typing import Any

import pytest

from simulator.api.requests import Request, Response
from simulator.apiserver.server import APIServer
from simulator.kernel.world import World

Obj = dict[str, Any]


@pytest.fixture
def api() -> APIServer:
    found = APIServer(World.create(seed=1, epoch=1_795_165_200_000_000))
    found.create("namespaces", {"metadata": {"name": "default"}})
    return found


def config(data: Obj, **labels: str) -> Obj:
    """A ConfigMap as somebody applies it."""
    metadata = {"name": "c"} | ({"labels": labels} if labels else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def apply(api: APIServer, body: Obj, manager: str, *, force: bool = False) -> Response:
    """What the API server answers."""
    query = {"fieldManager": [manager], "force": [str(force).lower()]}
    kind = "application/apply-patch+yaml"
    return api.handle(Request("patch", "configmaps", "default", "c", query=query, body=body, content_type=kind))


def test_the_first_apply_creates_and_notes_who_manages_what(api: APIServer) -> None:
    response = apply(api, config({"a": "1"}, x="y"), "alice")
    assert response.code == 201
    (line,) = response.body["metadata"]["managedFields"]
    assert (line["manager"], line["operation"]) == ("alice", "Apply")
    assert line["fieldsV1"] == {"f:data": {"f:a": {}}, "f:metadata": {"f:labels": {"f:x": {}}}}


def test_applying_the_same_again_changes_nothing(api: APIServer) -> None:
    first = apply(api, config({"a": "1"}), "alice").body
    assert apply(api, config({"a": "1"}), "alice").body == first


def test_what_is_applied_no_more_is_taken_out_unless_another_has_it(api: APIServer) -> None:
    apply(api, config({"a": "1", "b": "2", "c": "3"}), "alice")
    apply(api, config({"b": "2"}), "bob")
    assert apply(api, config({"a": "1"}), "alice").body["data"] == {"a": "1", "b": "2"}


def test_another_wish_is_a_conflict_until_it_is_forced(api: APIServer) -> None:
    apply(api, config({"a": "1"}), "alice")
    refused = apply(api, config({"a": "2"}), "bob")
    assert refused.code == 409
    assert refused.body["message"] == 'Apply failed with 1 conflict: conflict with "alice": .data.a'
    assert refused.body["details"]["causes"][0]["field"] == ".data.a"
    forced = apply(api, config({"a": "2"}), "bob", force=True).body
    assert forced["data"] == {"a": "2"}
    assert [line["manager"] for line in forced["metadata"]["managedFields"]] == ["bob"]


def test_what_was_there_before_the_first_apply_belongs_to_nobody_in_particular(api: APIServer) -> None:
    api.create("configmaps", {**config({"a": "1"}), "metadata": {"name": "c", "namespace": "default"}})
    refused = apply(api, config({"a": "2"}), "alice")
    assert (
        refused.body["message"] == 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a'
    )


def test_who_patches_becomes_the_manager_of_what_is_changed(api: APIServer) -> None:
    apply(api, config({"a": "1", "b": "1"}), "alice")
    patch = {"data": {"a": "2"}}
    kind = "application/merge-patch+json"
    query = {"fieldManager": ["kubectl-patch"]}
    api.handle(Request("patch", "configmaps", "default", "c", query=query, body=patch, content_type=kind))
    refused = apply(api, config({"a": "1", "b": "1"}), "alice")
    assert refused.body["message"].endswith('conflict with "kubectl-patch" using v1: .data.a')


def test_items_of_lists_are_told_apart_by_their_keys(api: APIServer) -> None:
    def pod(image: str, *names: str) -> Obj:
        containers = [{"name": name, "image": image} for name in names]
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers}}

    def put(body: Obj, manager: str) -> Response:
        query, kind = {"fieldManager": [manager]}, "application/apply-patch+yaml"
        return api.handle(Request("patch", "pods", "default", "p", query=query, body=body, content_type=kind))

    assert put(pod("nginx:1", "one", "two"), "alice").code == 201
    refused = put(pod("nginx:2", "two"), "bob")
    assert (
        refused.body["message"]
        == 'Apply failed with 1 conflict: conflict with "alice": .spec.containers[name="two"].image'
    )


def test_who_applies_must_say_who_it_is(api: APIServer) -> None:
    refused = apply(api, config({"a": "1"}), "")
    text = 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'
    assert (refused.code, refused.body["reason"], refused.body["message"]) == (422, "Invalid", text)
