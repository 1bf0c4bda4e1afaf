"""What an image's distribution brings: versions, where programs lie, and package managers that refuse with a reason."""

import pytest

from lessons.players import EPOCH, Player
from simulator.lab import Lab

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


@pytest.mark.parametrize(("pod", "command"), [("alpine", "apk add curl"), ("nginx", "apt-get update")])
def test_package_managers_are_there_and_refuse(player, pod, command):
    assert lines(player, pod, command)[0].startswith(f"{command.split()[0]}: not simulated here: installing packages")


def test_busybox_lists_what_is_installed(player):
    listed = lines(player, "alpine", "busybox --list")
    assert "wget" in listed
    assert "apk" not in listed
    assert "httpd" in lines(player, "busybox", "busybox --list")
