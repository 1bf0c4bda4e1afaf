"""Objects in protobuf, as typed clients send them; the numbers of the fields are those of k8s.io/api."""

import pytest

from simulator.api import protobuf, schema
from simulator.api.errors import BadRequest


def varint(number: int) -> bytes:
    """A whole number."""
    return bytes([number & 127 | 128]) + varint(number >> 7) if number > 127 else bytes([number])


def part(number: int, value: bytes | str | int) -> bytes:
    """A field of a message: a whole number, or what has a length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def sent(version: str, kind: str, body: bytes) -> bytes:
    """A body in the envelope."""
    return protobuf.MAGIC + part(1, part(1, version) + part(2, kind)) + part(2, body)


def pod(spec: bytes) -> bytes:
    """A Pod with nothing else."""
    return sent("v1", "Pod", part(1, part(1, "p")) + part(2, spec))


def test_an_object_is_read():
    container = part(1, "c") + part(2, "busybox") + part(3, "sleep") + part(3, "9")
    assert protobuf.decode(pod(part(2, container))) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "busybox", "command": ["sleep", "9"]}]},
    }


def test_what_a_probe_does_stands_among_its_times():
    port = part(1, 0) + part(2, 80) + part(3, "")
    probe = part(1, part(2, part(1, "/") + part(2, port) + part(4, "HTTP"))) + part(2, 3)
    found = protobuf.decode(pod(part(2, part(1, "c") + part(10, probe))))
    wanted = {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}, "initialDelaySeconds": 3}
    assert found["spec"]["containers"] == [{"name": "c", "livenessProbe": wanted}]


def test_where_a_volume_comes_from_stands_beside_its_name():
    settings = part(1, "settings") + part(2, part(19, part(1, part(1, "app"))))
    scratch = part(1, "scratch") + part(2, part(2, b""))
    assert protobuf.decode(pod(part(1, settings) + part(1, scratch)))["spec"]["volumes"] == [
        {"name": "settings", "configMap": {"name": "app"}},
        {"name": "scratch", "emptyDir": {}},
    ]


def test_every_struct_whose_fields_stand_in_its_place_is_known():
    for definition, numbers in protobuf.table().items():
        for name in (name for name, _ in numbers.values() if name.startswith(".")):
            inner = {field for field, _ in protobuf.table()[protobuf.inline(name)].values()}
            assert inner & set(schema.fields_of(definition)), (definition, name)


@pytest.mark.parametrize(
    "data", [b"", b"{}", protobuf.MAGIC + b"\x0a\x7f", sent("v1", "Nothing", b""), pod(b"\xff" * 11), pod(part(2, 1))]
)
def test_what_cannot_be_read_is_refused(data):
    with pytest.raises(BadRequest, match="the object provided is unrecognized"):
        protobuf.decode(data)
