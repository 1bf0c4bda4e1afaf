"""The ports that an address names, and why some are none (kubelet portforward/websocket.go)."""

import pytest

from labsite.door.channels import ports_of
from labsite.door.statuses import Refusal


def test_ports_stand_alone_or_together() -> None:
    assert ports_of({"ports": ["80,81", "9000"]}) == [80, 81, 9000]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, 'query parameter "port" is required'),
        ({"ports": ["0"]}, 'port "0" must be > 0'),
        ({"ports": ["80,00"]}, 'port "00" must be > 0'),
        ({"ports": ["x"]}, 'unable to parse "x" as a port'),
        ({"ports": ["65536"]}, 'unable to parse "65536" as a port'),
        ({"ports": ["８０"]}, 'unable to parse "８０" as a port'),
    ],
)
def test_what_is_no_port_is_refused_in_kubernetes_words(query: dict[str, list[str]], words: str) -> None:
    with pytest.raises(Refusal) as refused:
        ports_of(query)
    assert words in refused.value.status["message"]
