"""Quantities, times, names, selectors, patches, YAML and JSONPath as Kubernetes has them."""

from typing import Any

import pytest

from simulator.api import decoding, durations, jsonpath, patches, quantities, schema, selectors, timestamps, yamls
from simulator.api.errors import Invalid
from simulator.api.resources import by_kind, in_category, parse_name


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1000m", "1"),
        ("0.5", "500m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("2e3", "2e3"),
        ("0", "0"),
        ("100M", "100M"),
    ],
)
def test_quantities_have_one_canonical_form(text: str, canonical: str) -> None:
    assert quantities.canonical(text) == canonical


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("abc", quantities.PATTERN_ERROR),
        ("64MB", quantities.PATTERN_ERROR),
        ("64Me", quantities.SUFFIX_ERROR),
        ("1mm", quantities.SUFFIX_ERROR),
    ],
)
def test_bad_quantities_are_refused_in_the_decoders_words(text: str, error: str) -> None:
    with pytest.raises(quantities.BadQuantity) as caught:
        quantities.nano(text)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (159, "2m39s"),
        (600, "10m"),
        (10800, "3h"),
        (28799, "7h59m"),
        (28800, "8h"),
        (172800, "2d"),
        (190800, "2d5h"),
        (691200, "8d"),
        (63072000, "2y"),
        (63331200, "2y3d"),
    ],
)
def test_ages_are_printed_for_people(seconds: int, text: str) -> None:
    assert durations.human(seconds * 1_000_000) == text


@pytest.mark.parametrize(
    ("text", "microseconds"), [("1h30m", 5_400_000_000), ("1.5s", 1_500_000), ("-2ms", -2000), ("0", 0)]
)
def test_go_durations_are_read(text: str, microseconds: int) -> None:
    assert durations.parse_go(text) == microseconds


@pytest.mark.parametrize("text", ["", "5", "1x", "s", "h1"])
def test_bad_durations_are_refused(text: str) -> None:
    with pytest.raises(durations.BadDuration):
        durations.parse_go(text)


def test_times_come_back_as_they_went() -> None:
    unix = timestamps.parse("2026-11-20T15:04:05.123456Z")
    assert timestamps.rfc3339(unix) == "2026-11-20T15:04:05Z"
    assert timestamps.rfc3339_micro(unix) == "2026-11-20T15:04:05.123456Z"
    assert timestamps.rfc1123z(unix) == "Fri, 20 Nov 2026 15:04:05 +0000"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("po", "pods"),
        ("Pod", "pods"),
        ("deploy.apps", "deployments.apps"),
        ("deployments.v1.apps", "deployments.apps"),
        ("ev", "events"),
        ("netpol", "networkpolicies.networking.k8s.io"),
    ],
)
def test_resources_go_by_many_names(typed: str, name: str) -> None:
    found = parse_name(typed)
    assert found is not None
    assert found.name == name


def test_kinds_and_categories_are_found() -> None:
    assert by_kind("extensions/v1beta1", "Deployment") is None
    assert [each.plural for each in in_category("all")][:3] == ["pods", "replicationcontrollers", "services"]


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("a=b", {"a": "b"}, True),
        ("a!=b", {}, True),
        ("a in (b,c)", {"a": "c"}, True),
        ("!a", {"a": ""}, False),
        ("a", {}, False),
    ],
)
def test_labels_are_selected(text: str, labels: dict[str, str], expected: bool) -> None:
    assert selectors.matches(selectors.parse(text), labels) is expected


CONTAINERS = {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]}}


@pytest.mark.parametrize(
    ("patch", "names"),
    [
        ([{"name": "n"}, {"name": "a", "image": "3"}], ["n", "a", "b"]),
        ([{"name": "a", "$patch": "delete"}], ["b"]),
        ([{"$patch": "replace"}, {"name": "z"}], ["z"]),
    ],
)
def test_strategic_merge_goes_by_the_names_of_containers(patch: list[dict[str, Any]], names: list[str]) -> None:
    merged = patches.apply("strategic", CONTAINERS, {"spec": {"containers": patch}}, "core.v1.Pod")
    assert [each["name"] for each in merged["spec"]["containers"]] == names


def test_strategic_merge_sets_the_order_that_is_asked_for() -> None:
    order = [{"name": "b"}, {"name": "a"}]
    merged = patches.apply("strategic", CONTAINERS, {"spec": {"$setElementOrder/containers": order}}, "core.v1.Pod")
    assert [each["name"] for each in merged["spec"]["containers"]] == ["b", "a"]


def test_json_patch_does_what_it_says_or_nothing() -> None:
    operations = [
        {"op": "replace", "path": "/spec/containers/0/image", "value": "9"},
        {"op": "remove", "path": "/spec/containers/1"},
    ]
    assert patches.apply("json", CONTAINERS, operations) == {"spec": {"containers": [{"name": "a", "image": "9"}]}}
    with pytest.raises(Invalid):
        patches.apply("json", CONTAINERS, [{"op": "test", "path": "/spec/containers/0/image", "value": "9"}])


def test_a_json_patch_cannot_grow_without_end() -> None:
    doubling = [{"op": "copy", "from": "", "path": f"/x{at}"} for at in range(64)]
    with pytest.raises(Invalid):
        patches.apply("json", CONTAINERS, doubling)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a:\n\tb: 1\n", "line 2: found character that cannot start any token"),
        ("a:1\nb: 2\n", "line 2: mapping values are not allowed in this context"),
        ('a: 1\nb: "x\n', "line 3: found unexpected end of stream"),
        ("a: {{ .x }}", 'invalid map key: map[interface {}]interface {}{".x":interface {}(nil)}'),
        ("a: *b", "unknown anchor 'b' referenced"),
        ("[" * 500, "exceeded max depth of 100"),
    ],
)
def test_yaml_mistakes_are_told_as_gos_decoder_tells_them(text: str, error: str) -> None:
    with pytest.raises(yamls.BadYaml) as caught:
        yamls.load(text)
    assert str(caught.value) == error


def test_an_alias_bomb_does_not_go_off() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{at}: &a{at} [{','.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 12)]
    with pytest.raises(yamls.BadYaml, match="excessive aliasing"):
        yamls.load("\n".join(lines))


def test_plain_words_mean_what_they_mean_in_yaml_1_1() -> None:
    text = "{a: y, b: 017, c: 1e3, d: 2026-11-20, e: 1.0, f: '1', g: 0x1F, h: ~, on: 1}"
    assert yamls.load(text) == {
        "a": True,
        "b": 15,
        "c": 1000,
        "d": "2026-11-20",
        "e": 1,
        "f": "1",
        "g": 31,
        "h": None,
        "true": 1,
    }


def test_yaml_is_written_so_that_it_is_read_the_same() -> None:
    value = {
        "a": "true",
        "b": "1",
        "c": ["x: y", ""],
        "d": {},
        "e": "two\nlines\n",
        "n10": 1,
        "n9": 1.5,
        "t": "2026-11-20T00:00:00Z",
    }
    text = yamls.dump(value)
    assert yamls.load(text) == value
    assert text.splitlines()[:3] == ['a: "true"', 'b: "1"', "c:"]
    assert text.index("n9") < text.index("n10")


OBJECT = {"items": [{"metadata": {"name": "a", "labels": {"x.y/z": "1"}}, "n": 3}, {"metadata": {"name": "b"}}]}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.items[*].metadata.name}", "a b"),
        ('{range .items[*]}{.metadata.name}{"\\t"}{.n}{"\\n"}{end}', "a\t3\nb\t\n"),
        ('{.items[?(@.metadata.name=="b")].metadata.name}', "b"),
        ("{.items[0].metadata.labels.x\\.y/z}", "1"),
        ("{.items[0].metadata.labels['x\\.y/z']}", "1"),
        ("{.items[0].metadata.labels['x.y/z']}", ""),
        ("{.items[].metadata.name}", "a"),
        ("{range .items[*]}{.metadata.name};", "a;b;;"),
        ("{.items[-1:].metadata.name} end", "b end"),
        ("{..name}", "a b"),
        ("{.nosuch}", ""),
    ],
)
def test_jsonpath_prints_what_kubectl_prints(template: str, text: str) -> None:
    assert jsonpath.render(jsonpath.parse(template), OBJECT) == text


def test_jsonpath_refuses_what_is_not_there() -> None:
    with pytest.raises(jsonpath.PathError, match="array index out of bounds: index 99, length 2"):
        jsonpath.render(jsonpath.parse("{.items[99].x}"), OBJECT)
    with pytest.raises(jsonpath.BadPath, match="unclosed action"):
        jsonpath.parse("{.a")
    with pytest.raises(jsonpath.BadPath, match='invalid array index "name"'):
        jsonpath.parse('{.items[0]["name"]}')
    with pytest.raises(jsonpath.PathError, match="not in range, nothing to end"):
        jsonpath.render(jsonpath.parse("{end}"), OBJECT)
    with pytest.raises(jsonpath.PathError, match="unrecognized identifier items"):
        jsonpath.render(jsonpath.parse("{items}"), OBJECT)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ({"containers": {}}, "object into Go struct field PodSpec.spec.containers of type []v1.Container"),
        (
            {"containers": [{"command": "ls"}]},
            "string into Go struct field Container.spec.containers.command of type []string",
        ),
        ({"containers": [{"stdin": 1}]}, "number into Go struct field Container.spec.containers.stdin of type bool"),
    ],
)
def test_values_of_wrong_types_are_told_as_gos_decoder_tells_them(spec: dict[str, Any], error: str) -> None:
    with pytest.raises(decoding.DecodeError) as caught:
        decoding.decode({"spec": spec}, schema.definition_of("v1", "Pod"))
    assert str(caught.value) == f"json: cannot unmarshal {error}"


def test_unknown_fields_are_found_with_their_places() -> None:
    manifest = {"spec": {"containers": [{"name": "c", "comand": [], "image": ""}]}, "metdata": {}}
    decoded, unknown = decoding.decode(manifest, schema.definition_of("v1", "Pod"))
    assert unknown == ["metdata", "spec.containers[0].comand"]
    assert decoded == {"spec": {"containers": [{"name": "c"}]}}
