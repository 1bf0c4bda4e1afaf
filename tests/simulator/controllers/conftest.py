"""A control plane with the controller manager and the scheduler, two nodes and the namespace `default`."""

import pytest

from simulator.controllers.table import controllers
from simulator.scheduler.scheduler import Scheduler
from tests.simulator.controlplane import ControlPlane, Nodes


@pytest.fixture
def plane() -> ControlPlane:
    plane = ControlPlane()
    plane.namespace()
    plane.node("node01")
    plane.node("node02")
    for part in controllers(plane.world, plane.api):
        plane.add(part)
    plane.add(Scheduler(plane.world, plane.api))
    plane.run(0.2)
    return plane


@pytest.fixture
def nodes(plane: ControlPlane) -> Nodes:
    found: Nodes = plane.add(Nodes(plane))
    return found
