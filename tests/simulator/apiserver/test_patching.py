"""What is said of patches that make an object unreadable."""

from typing import Any

import pytest

from simulator.api.requests import Request
from tests.simulator.apiserver.refusals import server

TYPES = {"strategic": "strategic-merge-patch", "merge": "merge-patch", "json": "json-patch"}


@pytest.mark.parametrize(
    ("kind", "patch", "strictness", "text"),
    [
        ("strategic", {"data": {"a": 1, "b": None}}, "", '"map[data:map[a:1 b:<nil>]]": cannot convert int64 to string'),
        ("strategic", {"data": {"a": True}}, "", '"map[data:map[a:true]]": unrecognized type: string'),
        ("strategic", {"data": {"a": ["x", {"y": 1}]}}, "", '"map[data:map[a:[x map[y:1]]]]": unrecognized type: string'),
        ("strategic", {"data": "x"}, "", '"map[data:x]": cannot restore map from string'),
        ("strategic", {"immutable": "no"}, "", '"map[immutable:no]": unrecognized type: bool'),
        ("strategic", {"metadata": {"finalizers": "x"}}, "", '"map[metadata:map[finalizers:x]]": cannot restore slice from string'),
        ("strategic", {"extra": 1}, "Strict", '"map[extra:1]": strict decoding error: unknown field "extra"'),
        ("merge", {"data": {"a": 1}}, "", ": json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
        ("json", [{"op": "add", "path": "/extra", "value": 1}], "Strict", ': strict decoding error: unknown field "extra"'),
    ],
)  # fmt: skip
def test_a_patch_that_does_not_fit(kind: str, patch: Any, strictness: str, text: str) -> None:
    api = server()
    api.create("configmaps", {"metadata": {"name": "c", "namespace": "default"}, "data": {"a": "b"}})
    query = {"fieldValidation": [strictness]} if strictness else {}
    media = f"application/{TYPES[kind]}+json"
    request = Request("patch", "configmaps", "default", "c", body=patch, content_type=media, query=query)
    answer = api.handle(request)
    assert (answer.code, answer.body["reason"]) == (422, "Invalid")
    said = answer.body["message"]
    assert said.startswith(' "" is invalid: patch: Invalid value: "')
    assert said.endswith(text)
    assert answer.body["details"]["causes"][0]["field"] == "patch"


@pytest.mark.parametrize("patch", [{"data": {"a": "c"}}, {"extra": 1}])
def test_a_patch_that_fits_well_enough(patch: Any) -> None:
    api = server()
    api.create("configmaps", {"metadata": {"name": "c", "namespace": "default"}, "data": {"a": "b"}})
    media = "application/strategic-merge-patch+json"
    answer = api.handle(Request("patch", "configmaps", "default", "c", body=patch, content_type=media))
    assert (answer.code, answer.warnings) == (200, ('unknown field "extra"',) if "extra" in patch else ())
