"""What the tests of the door share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.door.kubectl import Cluster, Kubectl, Speaker, clients, minor_of, speakers, until
from tests.door.wire import PODS, Client

CLIENTS = clients()
NONE = "no kubectl from 1.27 on is on the PATH or named by KUBECTL"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A running site with one learner's cluster."""
    found = Cluster(tmp_path_factory.mktemp("door"))
    try:
        yield found.start()
    finally:
        found.site.stop()


@pytest.fixture
def newest(cluster: Cluster, tmp_path: Path) -> Kubectl:
    """The newest client that there is."""
    if not CLIENTS:
        pytest.skip(NONE)
    return Kubectl(CLIENTS[-1], tmp_path, cluster.kubeconfig())


@pytest.fixture(params=CLIENTS or [None], ids=lambda path: path.name if path else "none")
def kubectl(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Kubectl:
    """Each client in turn."""
    if request.param is None:
        pytest.skip(NONE)
    return Kubectl(request.param, tmp_path, cluster.kubeconfig())


def way(speaker: Speaker | None) -> str:
    """What a test with *speaker* is called after."""
    return f"1.{minor_of(speaker[0])}{'-spdy' * bool(speaker[1])}" if speaker else "none"


@pytest.fixture(params=speakers() or [None], ids=way)
def speaker(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Kubectl:
    """A client for each way in which streams are asked for."""
    if request.param is None:
        pytest.skip(NONE)
    binary, own = request.param
    return Kubectl(binary, tmp_path, cluster.kubeconfig(), own)


@pytest.fixture
def client(cluster: Cluster) -> Iterator[Client]:
    """A client with a token of its own. Whatever it did has left no error and no secret in the site's log."""
    log = cluster.site.var / "server.log"
    begun = len(log.read_bytes())
    found = Client(cluster)
    yield found
    found.well()
    told = log.read_bytes()[begun:].decode()
    assert "Traceback" not in told
    assert found.token.partition(".")[2] not in told


@pytest.fixture(scope="session")
def pod(cluster: Cluster) -> str:
    """The address of a Pod that runs for all tests that need one."""
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "hostile"}}
    made["spec"] = {"containers": [{"name": "c", "image": "busybox:1.36", "command": ["sleep", "3600"]}]}
    maker, address = Client(cluster), f"{PODS}/hostile"
    assert maker.ask("POST", PODS, json.dumps(made).encode(), Content_Type="application/json")[0] == 201
    until(lambda: json.loads(maker.ask("GET", address)[1])["status"]["phase"] == "Running")
    return address
