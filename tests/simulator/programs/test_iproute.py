"""ip, as iproute2 6.1 and busybox 1.36 print it."""

import pytest

ETH0 = "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue"
LIFE = "       valid_lft forever preferred_lft forever"


@pytest.mark.parametrize(
    ("program", "words", "out"),
    [
        ("ip", "-4 addr show eth0", f"{ETH0} state UP group default qlen 1000\n    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\n{LIFE}\n"),
        ("ip", "-4 -o a show dev eth0", f"2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\\{LIFE}\n"),
        ("ip", "-br a show lo", "lo               UNKNOWN        127.0.0.1/8 ::1/128 \n"),
        ("ip", "--brief link show lo", "lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \n"),
        ("ip", "link show lo", "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n"
         "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"),
        ("ip", "r", "default via 10.0.0.1 dev eth0 \n10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1 \n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.11 \n"),
        ("ip", "route get 8.8.8.8", "8.8.8.8 via 10.0.0.1 dev eth0 src 10.0.0.11 uid 0 \n    cache \n"),
        ("ip", "-V", "ip utility, iproute2-6.1.0, libbpf 1.1.2\n"),
        ("busybox:ip", "r", "default via 10.0.0.1 dev eth0 \n10.244.0.0/24 dev cni0 scope link  src 10.244.0.1 \n10.0.0.0/24 dev eth0 scope link  src 10.0.0.11 \n"),
        ("busybox:ip", "route get 8.8.8.8", "8.8.8.8 via 10.0.0.1 dev eth0  src 10.0.0.11 \n"),
        ("busybox:ip", "-o -4 a show eth0", f"2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\\{LIFE}\n"),
        ("busybox:ip", "-6 a show lo", f"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    inet6 ::1/128 scope host \n{LIFE}\n"),
    ],
)  # fmt: skip
def test_what_there_is_is_shown(rig, program, words, out):
    found = rig.run(program, *words.split())
    assert (found.out, found.err, found.code) == (out, "", 0)


@pytest.mark.parametrize(
    ("program", "words", "error", "code"),
    [
        ("ip", "foo", 'Object "foo" is unknown, try "ip help".\n', 1),
        ("ip", "-x a", 'Option "-x" is unknown, try "ip -help".\n', 255),
        ("ip", "a show nosuch", 'Device "nosuch" does not exist.\n', 1),
        ("ip", "-j a", "ip: not simulated here: option -j\n", 1),
        ("busybox:ip", "a show nosuch", "ip: can't find device 'nosuch'\n", 1),
    ],
)
def test_what_there_is_not_is_said(rig, program, words, error, code):
    found = rig.run(program, *words.split())
    assert (found.err, found.code) == (error, code)
