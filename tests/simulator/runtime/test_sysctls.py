"""Kernel parameters: whose they are, and who may set them. What is said was read off busybox 1.36 and procps 4.0."""

import pytest

from tests.simulator.runtime.bench import Bench

SLEEP = ("sleep", "9999")


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.open()
    return made


def test_a_privileged_container_sets_those_of_its_pod(bench: Bench) -> None:
    sandbox = bench.sandbox()
    free, plain = bench.container(sandbox, SLEEP, privileged=True), bench.container(sandbox, SLEEP)
    other = bench.container(bench.sandbox("other"), SLEEP)
    set_it = bench.exec(free, "sysctl", "-w", "net.core.somaxconn=1024")
    assert set_it == (0, "net.core.somaxconn = 1024\n")
    assert bench.exec(plain, "cat", "/proc/sys/net/core/somaxconn") == (0, "1024\n")
    assert bench.exec(other, "sysctl", "-n", "net.core.somaxconn") == (0, "4096\n")


def test_others_are_those_of_the_node(bench: Bench) -> None:
    free = bench.container(bench.sandbox(), SLEEP, privileged=True)
    other = bench.container(bench.sandbox("other"), SLEEP)
    assert bench.exec(free, "sh", "-c", "echo 10 > /proc/sys/vm/swappiness")[0] == 0
    assert bench.exec(other, "sysctl", "vm.swappiness") == (0, "vm.swappiness = 10\n")
    assert bench.type("sysctl -n vm.swappiness") == "60\n"  # of another node


def test_a_pod_on_the_nodes_network_has_the_nodes_parameters(bench: Bench) -> None:
    free = bench.container(bench.sandbox(host_network=True), SLEEP, privileged=True)
    other = bench.container(bench.sandbox("other", host_network=True), SLEEP)
    bench.exec(free, "sysctl", "-w", "net.core.somaxconn=7")
    assert bench.exec(other, "sysctl", "-n", "net.core.somaxconn") == (0, "7\n")


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        (
            "sysctl -w net.core.somaxconn=1",
            1,
            "sysctl: error setting key 'net.core.somaxconn': Read-only file system\n",
        ),
        ("sysctl nosuch.key", 1, "sysctl: error: 'nosuch/key' is an unknown key\n"),
        ("sysctl -w foo", 1, "sysctl: error: 'foo' must be of the form name=value\n"),
        (
            "echo 1 > /proc/sys/vm/swappiness",
            1,
            "sh: can't create /proc/sys/vm/swappiness: Read-only file system\n",
        ),
        ("cat /proc/sys/kernel/hostname", 0, "web\n"),
    ],
)
def test_a_container_sees_them_read_only(bench: Bench, script: str, code: int, said: str) -> None:
    assert bench.exec(bench.container(bench.sandbox(), SLEEP, image="busybox:1.36"), "sh", "-c", script) == (code, said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sysctl -w net.core.somaxconn=abc", 'sysctl: setting key "net.core.somaxconn": Invalid argument\n'),
        ("sysctl -w net.ipv4.ip_local_port_range=1024", "net.ipv4.ip_local_port_range = 1024\n"),
        (
            "sysctl -qw net.ipv4.ip_local_port_range=1024; cat /proc/sys/net/ipv4/ip_local_port_range",
            "1024\t60999\n",
        ),
        ("sysctl -w vm.swappiness='1 2'", 'sysctl: setting key "vm.swappiness": Invalid argument\n'),
        ("sysctl -w vm.swappiness", "sysctl: command line(0): invalid syntax, continuing...\n"),
        ("sysctl nosuch.key", "sysctl: cannot stat /proc/sys/nosuch/key: No such file or directory\n"),
        (
            "printf '# x\\nvm.swappiness = 3\\n' > s; sysctl -p s; cat /proc/sys/vm/swappiness",
            "vm.swappiness = 3\n3\n",
        ),
        ("sysctl -p", 'sysctl: cannot open "/etc/sysctl.conf": No such file or directory\n'),
        ("echo abc > /proc/sys/vm/swappiness", "-bash: echo: write error: Invalid argument\n"),
    ],
)
def test_root_sets_them_on_a_node(bench: Bench, line: str, said: str) -> None:
    assert bench.type(line) == said


def test_what_is_set_is_part_of_the_value(bench: Bench) -> None:
    bench.type("sysctl -w vm.swappiness=5")
    bench.sleep_and_wake()
    assert bench.type("sysctl -n vm.swappiness") == "5\n"
