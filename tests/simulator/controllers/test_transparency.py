"""The three laws for scheduler and controllers: the same bytes again, in slices, and through a snapshot at any instant."""

import pytest

from simulator.controllers.table import controllers
from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.scheduler.scheduler import Scheduler
from tests.simulator.controlplane import ControlPlane, Nodes

DEPLOYMENTS = "deployments.apps"


def connected(world: World | None = None) -> ControlPlane:
    plane = ControlPlane(seed=7)
    if world is not None:
        plane.world = world
        plane.connect()
    parts = [*controllers(plane.world, plane.api), Scheduler(plane.world, plane.api), Nodes(plane)]
    plane.parts = {part.name: part for part in parts}
    return plane


def begun() -> ControlPlane:
    plane = connected()
    plane.namespace()
    plane.node("node01")
    plane.node("node02", cpu="1")
    pod = {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "400m"}}}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    spec = {"replicas": 9, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    plane.api.create(DEPLOYMENTS, {"metadata": {"name": "web", "namespace": "default"}, "spec": spec})
    ports = {"selector": {"app": "web"}, "ports": [{"port": 80}]}
    plane.api.create("services", {"metadata": {"name": "web", "namespace": "default"}, "spec": ports})
    set_spec = {"serviceName": "db", "replicas": 2, "selector": {"matchLabels": {"app": "db"}}}
    set_spec["template"] = {
        "metadata": {"labels": {"app": "db"}},
        "spec": {"containers": [{"name": "c", "image": "redis"}]},
    }
    plane.api.create("statefulsets.apps", {"metadata": {"name": "db", "namespace": "default"}, "spec": set_spec})
    return plane


def changed(plane: ControlPlane) -> None:
    old = plane.api.get(DEPLOYMENTS, "default", "web")
    template = {**old["spec"]["template"], "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}]}}
    plane.api.update(DEPLOYMENTS, {**old, "spec": {**old["spec"], "template": template, "replicas": 4}})


@pytest.fixture(scope="module")
def expected() -> bytes:
    plane = begun()
    plane.run(8)
    changed(plane)
    plane.run(12)
    return plane.world.to_bytes()


def test_the_same_history_is_the_same_bytes(expected: bytes) -> None:
    plane = begun()
    for _ in range(80):
        plane.run(0.1)
    changed(plane)
    for _ in range(24):
        plane.run(0.5)
    assert plane.world.to_bytes() == expected


@pytest.mark.parametrize("step", [SECOND // 6, SECOND])
def test_a_snapshot_at_any_instant_changes_nothing(expected: bytes, step: int) -> None:
    plane = begun()
    for end, then in ((8, changed), (20, None)):
        while plane.world.now < end * SECOND:
            plane.run(min(step, end * SECOND - plane.world.now) / SECOND)
            number = plane.parts["nodes"].number
            plane = connected(World.from_bytes(plane.world.to_bytes()))
            plane.parts["nodes"].number = number
        if then is not None:
            then(plane)
    assert plane.world.to_bytes() == expected
