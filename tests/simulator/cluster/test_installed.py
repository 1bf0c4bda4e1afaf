"""A cluster that begins as a copy of an installed one is the one that would have been installed."""

from dataclasses import replace

import pytest

from simulator.cluster.cluster import Cluster
from simulator.cluster.installed import BORN, Kept, begun, keeping, places
from simulator.cluster.kubeadm import AGE
from simulator.cluster.scenario import Scenario, parse
from simulator.kernel.dice import Dice
from simulator.kernel.units import DAY, MILLISECOND, MINUTE, SECOND
from simulator.kernel.world import World
from simulator.lab import ANSWERS, TABLE

CREATED = "2020-02-02T02:02:02Z"
SCENARIO = parse(
    {
        "nodes": [{"name": "cp", "roles": ["control-plane"]}, {"name": "worker", "images": ["busybox:1.28"]}],
        "registries": {"harbor.local": {"images": {"a/b:1": {"like": "busybox:1.28", "env": {"SINCE": CREATED}}}}},
        "admission_plugins": ["AlwaysPullImages"],
    }
)


def install(world: World, scenario: Scenario) -> World:
    return Cluster.install(world, TABLE, ANSWERS, scenario).world


@pytest.mark.parametrize("by", [0, 12_345 * DAY + 7 * MINUTE, -200 * DAY])
def test_moved_in_time_it_is_as_if_installed_then(by):
    kept = install(World.create(seed=0, epoch=BORN), SCENARIO)
    moved = begun(Kept(kept.to_bytes(), list(places(kept.value["sections"]))), 0, BORN + by + AGE)
    direct = install(World.create(seed=0, epoch=BORN + by), SCENARIO)
    direct.value["dice"] = Dice.seeded(0)
    assert moved.value == direct.value
    assert moved.to_bytes() == direct.to_bytes()
    assert CREATED in str(moved.value["sections"]["machines"]["outside"])


def test_the_rest_of_a_minute_passes_on_its_clock():
    rest = 3 * SECOND + 250 * MILLISECOND
    world = keeping(install)(SCENARIO, 1, BORN + AGE + 2 * MINUTE + rest)
    assert (world.now, world.unix) == (AGE + rest, BORN + AGE + 2 * MINUTE + rest)


def test_it_is_installed_once_for_all_that_are_made_alike():
    made = []
    begin = keeping(lambda world, scenario: made.append(scenario) or install(world, scenario))
    first, second = begin(SCENARIO, 1, BORN + AGE), begin(replace(SCENARIO, files={"/root/a": "b"}), 2, BORN + AGE)
    assert len(made) == 1
    assert first.value["sections"] == second.value["sections"]
    assert first.dice.bits() != second.dice.bits()
    begin(parse(None), 1, BORN + AGE)
    assert len(made) == 2
