"""What is no JSON is told in Go's words."""

import pytest

from simulator.api.json_text import BadJson, loads


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
