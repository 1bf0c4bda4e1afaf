"""Which capabilities a container has."""

import pytest

from simulator.runtime.container_specs import capabilities
from simulator.runtime.cri_api import ContainerConfig
from simulator.runtime.proc_process import CAPABILITY_BITS, EVERY_CAPABILITY


@pytest.mark.parametrize(
    ("add", "drop", "mask"),
    [
        ((), (), "00000000a80425fb"),
        (("NET_ADMIN",), ("CHOWN",), "00000000a80435fa"),
        (("net_admin", "SYS_MODULE"), (), "00000000a80535fb"),
        (("CAP_NET_ADMIN",), ("CAP_CHOWN",), "00000000a80425fb"),  # CAP_CAP_NET_ADMIN, which nobody knows
        (("FLY", "CAP_FLY"), (), "00000000a80425fb"),
        (("ALL",), (), "000001ffffffffff"),
        (("ALL",), ("CHOWN",), "000001fffffffffe"),
        (("NET_BIND_SERVICE",), ("ALL",), "0000000000000400"),
        (("ALL",), ("ALL",), "0000000000000000"),
        (("NET_ADMIN",), ("NET_ADMIN",), "00000000a80425fb"),
    ],
)
def test_what_is_added_and_dropped(add: tuple[str, ...], drop: tuple[str, ...], mask: str) -> None:
    config = ContainerConfig("c", "busybox", 0, capabilities_add=add, capabilities_drop=drop)
    assert f"{sum(1 << CAPABILITY_BITS[name] for name in capabilities(config)):016x}" == mask


def test_a_privileged_container_has_all_that_linux_knows() -> None:
    assert f"{EVERY_CAPABILITY:016x}" == "000001ffffffffff"
