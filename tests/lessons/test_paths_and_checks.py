"""Paths into objects, matchers, and the form of checks."""

import pytest

from lessons import checks, paths
from simulator.lab import Change

POD = {
    "metadata": {"name": "web", "namespace": "default", "labels": {"app.kubernetes.io/name": "shop"}},
    "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
    "status": {"phase": "Running", "restarts": 3},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("status.phase", ["Running"]),
        ("spec.containers[0].name", ["a"]),
        ("spec.containers[*].name", ["a", "b"]),
        ("spec.containers[name=b].image", ["y"]),
        ("spec.containers[name=c].image", []),
        ("spec.containers[7].image", []),
        ("metadata.labels.app\\.kubernetes\\.io/name", ["shop"]),
        ("status.nothing.here", []),
    ],
)
def test_paths_lead_to_values(path, found):
    assert paths.values(POD, path) == found


@pytest.mark.parametrize("path", ["", "a..b", "a[", "a[b", ".a]"])
def test_a_path_that_cannot_be_read_is_refused(path):
    with pytest.raises(paths.PathError):
        paths.parse(path)


@pytest.mark.parametrize(
    ("matcher", "value", "fit"),
    [
        ("a", "a", True),
        (0, 0, True),
        (0, None, False),
        ({"matches": "^a+$"}, "aaa", True),
        ({"contains": "b"}, "abc", True),
        ({"in": [1, 2]}, 2, True),
        ({"atLeast": 2, "atMost": 3}, 3, True),
        ({"atLeast": 2}, 1, False),
        ({"atLeast": 2}, "many", False),
        ({"not": {"contains": "x"}}, "abc", True),
        ({"exists": False}, None, True),
    ],
)
def test_matchers(matcher, value, fit):
    assert checks.fits(matcher, value) is fit


@pytest.mark.parametrize(
    "check",
    [
        {},
        {"object": "pods/default/web", "file": "/x"},
        {"object": "pods/web"},
        {"object": "pods/default/web", "code": 1},
        {"object": "pods/default/web", "where": {"a": {"like": "b"}}},
        {"all": [{"nothing": 1}]},
        {"http": "http://web/", "from": "pods/web"},
        {"http": "http://web/", "headers": {"Server": {"like": "nginx"}}},
        {"file": "/x", "in": "web"},
        {"file": "/x", "matches": "["},
        {"then": [], "without": {"nothing": 1}},
        {"log": {"line": "x"}},
        {"event": {"why": "x"}},
        {"object": "pods/default/web", "otherwise": [{"nothing": 1}]},
    ],
)
def test_a_check_that_is_not_well_formed_is_refused(check):
    with pytest.raises(checks.CheckError):
        checks.validate(check)


def changed(kind="MODIFIED", **status):
    obj = {**POD, "status": {**POD["status"], **status}}
    return Change(0, "object", {"type": kind, "resource": "pods", "object": obj})


@pytest.mark.parametrize(
    ("check", "change", "fit"),
    [
        ({"object": "pods/default/web", "where": {"status.phase": "Running"}}, changed(), True),
        ({"object": "pods/default/*", "where": {"status.phase": "Running"}}, changed(), True),
        ({"object": "pods/default/web", "where": {"status.phase": "Failed"}}, changed(), False),
        ({"object": "pods/other/web"}, changed(), False),
        ({"object": "pods/default/web"}, changed("DELETED"), False),
        ({"object": "pods/default/web", "exists": False}, changed("DELETED"), True),
        ({"command": "kubectl .*", "code": 0}, Change(0, "command", {"line": "kubectl get po", "code": 0}), True),
        (
            {"command": "kubectl .*", "code": 0},
            Change(0, "command", {"line": "kubectl apply -f - <<EOF\n{}\nEOF", "code": 0}),
            True,
        ),
        ({"command": "kubectl"}, Change(0, "command", {"line": "kubectl get po", "code": 0}), False),
        (
            {"log": {"pod": "web", "text": {"contains": "up"}}},
            Change(0, "log", {"pod": "web", "text": "we are up"}),
            True,
        ),
    ],
)
def test_what_happens_is_recognised(check, change, fit):
    assert checks.happened(check, change) is fit
