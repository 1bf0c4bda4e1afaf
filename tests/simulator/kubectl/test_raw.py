"""`--raw`: addresses of the API server as they are."""

import json

import pytest


@pytest.fixture
def raw(bench):
    bench.write("c.json", '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c"},"data":{"k":"v"}}')
    return bench


ALL = "/api/v1/namespaces/default/configmaps"


def test_an_object_is_made_read_replaced_and_deleted(raw):
    made = raw.kubectl(f"create --raw {ALL} -f c.json")
    assert made.startswith('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c",')
    assert json.loads(raw.kubectl(f"get --raw {ALL}/c"))["data"] == {"k": "v"}
    raw.write("c.json", raw.read("c.json").replace('"v"', '"w"'))
    assert json.loads(raw.kubectl(f"replace --raw {ALL}/c -f - < c.json"))["data"] == {"k": "w"}
    assert json.loads(raw.kubectl(f"delete --raw {ALL}/c"))["status"] == "Success"
    assert raw.kubectl(f"get --raw {ALL}/c") == 'Error from server (NotFound): configmaps "c" not found\n[1]\n'


def test_what_stands_in_a_list_does_not_name_its_kind_again(raw):
    raw.kubectl(f"create --raw {ALL} -f c.json")
    found = json.loads(raw.kubectl(f"get --raw '{ALL}?labelSelector=a%3Db'"))
    assert found["items"] == []
    found = json.loads(raw.kubectl(f"get --raw {ALL}"))
    assert list(found)[:2] == ["kind", "apiVersion"]
    assert [list(each) for each in found["items"]] == [["metadata", "data"]]


def test_paths_that_are_no_resources_are_told_as_they_are(raw):
    assert raw.kubectl("get --raw /healthz") == "ok"
    assert raw.kubectl("get --raw /version").startswith('{\n  "major": "1",\n  "minor": "36",\n')
    assert raw.kubectl("get --raw /nope") == (
        "Error from server (NotFound): the server could not find the requested resource\n[1]\n"
    )


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        (f"create --raw {ALL}", "--raw can only use a single local file or stdin"),
        (f"replace --raw {ALL} -f https://example.com/x", "--raw cannot read from a url"),
        (f"create --raw {ALL} --edit -f c.json", "--raw and --edit are mutually exclusive"),
        (f"create --raw {ALL} -f nope.json", "open nope.json: no such file or directory"),
        (f"delete --raw {ALL}/c x", "arguments may not be passed when --raw is specified"),
        ("get --raw version", '--raw must be a valid URL path: parse "version": invalid URI for request'),
        (f"get --raw {ALL} pods", "arguments may not be passed when --raw is specified"),
        ("delete --raw version", '--raw must be a valid URL path: parse "version": invalid URI for request'),
        ("create --raw version -f c.json", '--raw must be a valid URL path: parse "version": invalid URI for request'),
        (f"replace --raw {ALL} -f c.json -o name", "--raw and --output are mutually exclusive"),
        (f"get --raw {ALL} -o yaml", "--raw and --output are mutually exclusive"),
        (f"get --raw {ALL}?watch=1", "not simulated here: a watch over plain HTTP; kubectl get -w watches"),
    ],
)
def test_what_cannot_be_sent_is_refused(raw, words, failure):
    assert raw.kubectl(words) == f"error: {failure}\n[1]\n"
