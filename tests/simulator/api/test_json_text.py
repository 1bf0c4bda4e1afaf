"""What is no JSON is told in Go's words."""

import pytest

from simulator.api.json_text import BadJson, loads, why_no_json, why_no_object


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{bad", "invalid character 'b' looking for beginning of object key string"),
        ("{spec: {}}", "invalid character 's' looking for beginning of object key string"),
        ('{"a": 1,}', "invalid character '}' looking for beginning of object key string"),
        ('{"a": 1 , }', "invalid character '}' looking for beginning of object key string"),
        ("{'a': 1}", r"invalid character '\'' looking for beginning of object key string"),
        ('{"a": x}', "invalid character 'x' looking for beginning of value"),
        ('{"a": NaN}', "invalid character 'N' looking for beginning of value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 "b": 2}', "invalid character '\"' after object key:value pair"),
        ('{"a": ["}" 2]}', "invalid character '2' after array element"),
        ('{"a": 1}}', "invalid character '}' after top-level value"),
        ('{"a": 1', "unexpected end of JSON input"),
        ('{"a', "unexpected end of JSON input"),
        ('{"a": ' * 100_000, "exceeded max depth"),
    ],
)
def test_bad_json_is_told_as_go_does(text: str, message: str) -> None:
    with pytest.raises(BadJson) as caught:
        loads(text)
    assert str(caught.value) == message


def test_json_is_read() -> None:
    assert loads(' {"a": [1, "\\u00e9", null]} ') == {"a": [1, "é", None]}


TYPE = r"""struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "unexpected end of JSON input (<empty>)"),
        (b"{", "unexpected end of JSON input ({)"),
        (b"{bad: 1}", "invalid character 'b' looking for beginning of object key string ({bad: 1})"),
        (b"kind: Pod", "invalid character 'k' looking for beginning of value (6b696e643a20506f64)"),
        (b"\xff\xfe", "invalid character 'ÿ' looking for beginning of value (fffe)"),
        (b"[]", f"json: cannot unmarshal array into Go value of type {TYPE} (5b5d)"),
        (b'"x"', f"json: cannot unmarshal string into Go value of type {TYPE} (227822)"),
        (b"1", f"json: cannot unmarshal number into Go value of type {TYPE} (31)"),
        (b'{"kind": 1}', 'json: cannot unmarshal number into Go struct field .kind of type string ({"kind": 1})'),
        (b'{"apiVersion": []}', 'json: cannot unmarshal array into Go struct field .apiVersion of type string ({"apiVersion": []})'),
        (b'{"a": "' + b"x" * 40, 'unexpected end of JSON input ({"a": "xxxxxxxxxxxxxxxxxxxxxxx ...)'),
    ],
)  # fmt: skip
def test_a_body_without_an_object_is_told_as_the_api_server_does(data: bytes, why: str) -> None:
    assert why_no_object(data) == f"couldn't get version/kind; json parse error: {why}"


def test_what_is_json_is_not_complained_of() -> None:
    assert why_no_json(b'{"a": 1}') == ""
    assert why_no_json(b"{") == "unexpected end of JSON input"
