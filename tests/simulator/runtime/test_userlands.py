"""What an image's distribution brings: versions, where programs lie, and package managers that refuse with a reason."""

import pytest

from lessons.players import EPOCH, Player
from simulator.kernel.units import SECOND
from simulator.lab import Lab
from simulator.runtime import catalogue

IMAGES = {"alpine": "alpine:3.20", "busybox": "busybox:1.36", "nginx": "nginx:1.27"}


@pytest.fixture(scope="module")
def player():
    node = {"name": "node01", "images": list(IMAGES.values())}
    lab = Lab.boot({"nodes": [{"name": "master", "roles": ["control-plane"]}, node]}, seed=1, epoch=EPOCH)
    player = Player(lab)
    for name, image in IMAGES.items():
        player.type(f"kubectl run {name} --image={image} {'' if name == 'nginx' else '-- sleep 9999999'}")
        player.type(f"kubectl wait --for=condition=Ready pod/{name} --timeout=60s")
    return player


def lines(player, pod, command):
    return [line for line in player.type(f"kubectl exec {pod} -- {command}").lines if line]


def test_a_release_says_its_own_version(player):
    assert lines(player, "alpine", "cat /etc/alpine-release") == ["3.20.8"]
    assert lines(player, "alpine", "grep PRETTY /etc/os-release") == ['PRETTY_NAME="Alpine Linux v3.20"']


def test_programs_lie_where_the_distribution_puts_them(player):
    assert lines(player, "alpine", "which ls ip wget") == ["/bin/ls", "/sbin/ip", "/usr/bin/wget"]
    assert lines(player, "busybox", "which ls ip wget") == ["/bin/ls", "/bin/ip", "/bin/wget"]


@pytest.mark.parametrize(
    ("pod", "command", "prompt"),
    [
        ("nginx", "bash", "root@nginx:/# "),
        ("nginx", "sh", "# "),
        ("nginx", "bash --norc", "bash-5.2# "),
        ("alpine", "sh", "/ # "),
    ],
)
def test_shells_ask_as_the_distribution_has_them_ask(player, pod, command, prompt):
    terminal = player.terminal("master")
    player.lab.submit({"type": "line", "terminal": terminal, "text": f"kubectl exec -it {pod} -- {command}"})
    player.lab.advance(player.lab.now + 5 * SECOND)
    assert player.lab.terminals()[terminal]["prompt"] == prompt
    player.type("exit")


@pytest.mark.parametrize(("pod", "command"), [("alpine", "apk add curl"), ("nginx", "apt-get update")])
def test_package_managers_are_there_and_refuse(player, pod, command):
    assert lines(player, pod, command)[0].startswith(f"{command.split()[0]}: not simulated here: installing packages")


def test_busybox_lists_what_is_installed(player):
    listed = lines(player, "alpine", "busybox --list")
    assert "wget" in listed
    assert "apk" not in listed
    assert "httpd" in lines(player, "busybox", "busybox --list")


@pytest.mark.parametrize(
    ("image", "system", "debian"),
    [
        ("nginx:1.7.9", "Debian GNU/Linux 7 (wheezy)", "7.8"),
        ("nginx:1.14", "Debian GNU/Linux 9 (stretch)", "9.8"),
        ("nginx:1.20.1", "Debian GNU/Linux 10 (buster)", "10.9"),
        ("nginx:1.22", "Debian GNU/Linux 11 (bullseye)", "11.7"),
        ("nginx:1.25", "Debian GNU/Linux 12 (bookworm)", "12.11"),
        ("nginx:1.14-alpine", "Alpine Linux v3.9", None),
        ("debian:13", "Debian GNU/Linux 13 (trixie)", "13.1"),
        ("postgres:17-alpine", "Alpine Linux v3.22", None),
        ("ubuntu:22.04", "Ubuntu 22.04.5 LTS", "bookworm/sid"),
        ("mysql:8.0", "Oracle Linux Server 9.6", None),
        ("busybox:1.36", None, None),
    ],
)
def test_images_are_of_the_distribution_of_the_real_ones(image, system, debian):
    found = catalogue.find(f"docker.io/library/{image.partition(':')[0]}", image.partition(":")[2])
    assert found is not None
    tree = catalogue.base_tree(found.key)
    etc = {name: tree[ino].get("d", b"").decode() for name, ino in tree[tree["0"]["c"]["etc"]]["c"].items()}
    released = [line for line in etc.get("os-release", "").splitlines() if line.startswith("PRETTY_NAME=")]
    assert released == ([f'PRETTY_NAME="{system}"'] if system else [])
    assert etc.get("debian_version") == (f"{debian}\n" if debian else None)
