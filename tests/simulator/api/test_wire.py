"""Objects and lists as they go over the wire."""

import pytest

from simulator.api.wire import arranged

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
WIDGET = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}


def test_the_kind_comes_first():
    assert list(arranged(POD)) == ["kind", "apiVersion", "metadata"]


def test_what_is_built_in_does_not_name_its_kind_in_a_list():
    found = arranged({"apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": [POD]})
    assert found["items"] == [{"metadata": {"name": "p"}}]


@pytest.mark.parametrize(
    "body",
    [
        {"apiVersion": "example.com/v1", "kind": "WidgetList", "metadata": {}, "items": [WIDGET]},
        {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [POD, WIDGET]},
        {"apiVersion": "v1", "kind": "APIResourceList", "groupVersion": "v1", "resources": []},
        WIDGET,
    ],
)
def test_all_else_stays_as_it_is(body):
    assert arranged(body) == body


@pytest.mark.parametrize("body", [None, "text", [1], {"major": "1"}])
def test_what_is_no_object_stays_as_it_is(body):
    assert arranged(body) == body
