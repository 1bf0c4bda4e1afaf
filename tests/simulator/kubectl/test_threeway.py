"""The patch of `apply`: what was applied, what is wanted, what there is."""

import pytest

from simulator.kubectl.merge_schema import schema_of
from simulator.kubectl.threeway import three_way, three_way_json, two_way

POD = schema_of("v1", "Pod")
DEPLOYMENT = schema_of("apps/v1", "Deployment")


def pod(*containers, **spec):
    return {"metadata": {"name": "web"}, "spec": {"containers": list(containers), **spec}}


NGINX = {"name": "nginx", "image": "nginx:1"}


def test_nothing_changes_when_only_the_server_has_added():
    live = pod({**NGINX, "imagePullPolicy": "Always"}, restartPolicy="Always")
    assert three_way(pod(NGINX), pod(NGINX), live, POD) == {}


def test_a_changed_container_is_sent_with_its_name_and_the_order():
    wanted = pod({"name": "nginx", "image": "nginx:2"})
    assert three_way(pod(NGINX), wanted, pod(NGINX), POD) == {
        "spec": {
            "$setElementOrder/containers": [{"name": "nginx"}],
            "containers": [{"image": "nginx:2", "name": "nginx"}],
        }
    }


def test_a_container_that_is_no_longer_wanted_is_deleted():
    side = {"name": "side", "image": "busybox"}
    patch = three_way(pod(NGINX, side), pod(NGINX), pod(NGINX, side), POD)
    assert patch["spec"]["containers"] == [{"$patch": "delete", "name": "side"}]


def test_what_others_have_added_is_left_alone():
    injected = {"name": "proxy", "image": "envoy"}
    assert three_way(pod(NGINX), pod(NGINX), pod(NGINX, injected), POD) == {}


def test_a_field_that_is_no_longer_wanted_is_taken_out():
    before = pod(NGINX, nodeSelector={"disk": "ssd"})
    assert three_way(before, pod(NGINX), before, POD) == {"spec": {"nodeSelector": None}}


def test_labels_are_merged_and_removed():
    before = {"metadata": {"labels": {"a": "1", "b": "2"}}}
    live = {"metadata": {"labels": {"a": "1", "b": "2", "c": "3"}}}
    assert three_way(before, {"metadata": {"labels": {"a": "9"}}}, live, POD) == {
        "metadata": {"labels": {"a": "9", "b": None}}
    }


def test_lists_without_a_key_are_replaced():
    before, after = pod({**NGINX, "command": ["a"]}), pod({**NGINX, "command": ["b", "c"]})
    assert three_way(before, after, before, POD)["spec"]["containers"] == [{"command": ["b", "c"], "name": "nginx"}]


def test_plain_values_that_merge_are_deleted_one_by_one():
    before = {"metadata": {"finalizers": ["x/a", "x/b"]}}
    patch = three_way(before, {"metadata": {"finalizers": ["x/a"]}}, before, POD)
    assert patch["metadata"]["$deleteFromPrimitiveList/finalizers"] == ["x/b"]


def test_a_strategy_keeps_only_the_keys_that_are_given():
    live = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}}}
    patch = three_way({}, {"spec": {"strategy": {"type": "Recreate"}}}, live, DEPLOYMENT)
    assert patch == {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, {"b": None}),
        ({"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, {"a": {"y": 2}}),
        ({"a": [1]}, {"a": [1]}, {}),
    ],
)
def test_two_way_patches_without_a_schema(before, after, patch):
    assert two_way(before, after, None) == patch
    assert three_way_json(before, after, before) == patch
