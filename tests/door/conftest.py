"""What the tests of the door share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.door.kubectl import Cluster, Kubectl, clients

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
