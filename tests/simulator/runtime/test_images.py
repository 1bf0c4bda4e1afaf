"""Images, pulls and registries."""

import pytest

from simulator.runtime import catalogue
from simulator.runtime.cri_api import CriError
from tests.simulator.runtime.bench import Bench

HARBOR = {
    "hub.test.com": {
        "kind": "harbor",
        "private": True,
        "users": {"admin": "secret"},
        "images": {"library/nginx:v1": {"like": "nginx:1.14", "pulls": 3}},
    }
}
ADMIN = ({"registry": "hub.test.com", "username": "admin", "password": "secret"},)


@pytest.fixture
def bench():
    bench = Bench()
    bench.machines.set_registries(HARBOR)
    return bench


def pull(bench, image, auths=()):
    number = bench.cri.pull_image(image, uid="u", auths=auths)
    bench.run(30)
    return bench.cri.pull_status(number)


def test_every_image_of_the_catalogue_can_be_unpacked():
    for repository, file in catalogue.repositories().items():
        for tag in catalogue.load(file)["tags"]:
            image = catalogue.find(repository, tag)
            assert image is not None
            assert catalogue.base_tree(image.key)
            assert image.digest.startswith("sha256:")


def test_a_pull_takes_time_and_brings_the_image(bench):
    status = pull(bench, "nginx:1.14")
    assert status["done"]
    assert not status["error"]
    assert 1_000_000 < status["took"] < 10_000_000
    found = bench.cri.image_status("nginx:1.14")
    assert found["id"].startswith("docker.io/library/nginx@sha256:")
    assert found["tags"] == ["docker.io/library/nginx:1.14"]


def test_an_image_that_is_there_is_only_compared(bench):
    pull(bench, "nginx:1.14")
    assert pull(bench, "nginx:1.14")["took"] < 1_500_000


def test_a_node_pulls_one_image_at_a_time(bench):
    first = bench.cri.pull_image("nginx:1.14", uid="u")
    second = bench.cri.pull_image("busybox:1.28", uid="u")
    bench.run(30)
    assert bench.cri.pull_status(second)["waited"] == bench.cri.pull_status(first)["took"]


@pytest.mark.parametrize(
    ("image", "error"),
    [
        (
            "nginx:1.999.999",
            'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.999.999": '
            "failed to resolve image: docker.io/library/nginx:1.999.999: not found",
        ),
        (
            "ngix",
            'failed to pull and unpack image "docker.io/library/ngix:latest": failed to resolve image: pull access denied, '
            "repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        ),
        (
            "registry.example.com/team/app:v1",
            'failed to pull and unpack image "registry.example.com/team/app:v1": failed to resolve image: failed to do request: '
            'Head "https://registry.example.com/v2/team/app/manifests/v1": dial tcp: lookup registry.example.com on '
            "192.168.10.1:53: no such host",
        ),
    ],
)
def test_failed_pulls_are_worded_as_recorded(bench, image, error):
    assert pull(bench, image)["error"] == error


def test_a_private_registry_wants_to_know_who_asks(bench):
    refused = pull(bench, "hub.test.com/library/nginx:v1")["error"]
    assert "failed to authorize" in refused
    assert refused.endswith("401 Unauthorized")
    assert not pull(bench, "hub.test.com/library/nginx:v1", ADMIN)["error"]
    assert bench.machines.tables.outside["registries"]["hub.test.com"]["images"]["library/nginx:v1"]["pulls"] == 4


def test_a_registry_that_is_down_refuses_and_comes_back(bench):
    bench.machines.set_faults([{"type": "registry-connection-refused", "registry": "hub.test.com"}])
    error = pull(bench, "hub.test.com/library/nginx:v1", ADMIN)["error"]
    assert error.endswith(":443: connect: connection refused")
    bench.machines.set_faults([])
    assert not pull(bench, "hub.test.com/library/nginx:v1", ADMIN)["error"]


def test_a_bad_name_is_no_image(bench):
    with pytest.raises(CriError, match='couldn\'t parse image name "NGINX": invalid reference format'):
        bench.cri.image_status("NGINX")


def test_the_pull_count_of_harbor_can_be_asked_for(bench):
    bench.open()
    url = "https://hub.test.com/api/v2.0/projects/library/repositories/nginx"
    assert '"pull_count":3' in bench.type(f"curl -s -u admin:secret {url}")
    assert "UNAUTHORIZED" in bench.type(f"curl -s {url}")
