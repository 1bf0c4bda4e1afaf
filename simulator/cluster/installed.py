"""Clusters that are installed already: kubeadm's work is done once for all that are made alike, then moved in time.

What it leaves behind depends on the nodes, registries and plug-ins of a scenario alone. So it is kept, as an image of a machine
is, and each new cluster begins as a copy of it: with the same names and uids, but with its own calendar and its own dice.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from operator import getitem
from typing import Any, NamedTuple

import msgspec

from simulator.api.timestamps import parse, rfc3339, strftime
from simulator.cluster.kubeadm import AGE
from simulator.cluster.scenario import Scenario
from simulator.kernel.dice import Dice
from simulator.kernel.units import MINUTE, SECOND
from simulator.kernel.world import World

BORN = 28_333_333 * MINUTE  # when the kept ones were installed, on their calendar
MICROSECONDS, NANOSECONDS = 10**15, 10**18  # from when on a whole number is one of these since 1970
STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
# The name of a directory of a volume says when it was made (runtime/volumes.py).
FOLDER, FOLDER_FORM = re.compile(r"\.\.(\d{4})_(\d\d)_(\d\d)_(\d\d)_(\d\d)_(\d\d)(\..+)"), "..%Y_%m_%d_%H_%M_%S"
CLAIM = re.compile(rb'(?<="exp":|"iat":|"nbf":)\d+')
WRITTEN = (
    "outside",
    "changes",
)  # tables of what a scenario says of registries and images: its times stand as they are written
Place = tuple[tuple[Any, ...], list[Any]]


@dataclass(frozen=True)
class Plan:
    """What of a scenario the installation depends on; *key* says whether two are alike."""

    key: bytes
    scenario: Scenario = field(compare=False)


def plan(scenario: Scenario) -> Plan:
    """The plan of an installation."""
    bare = replace(scenario, files={}, faults=(), objects=())
    return Plan(msgspec.msgpack.encode(bare), bare)


class Kept(NamedTuple):
    """An installed cluster as it was stored, and the places of all points in time in it."""

    data: bytes
    places: list[Place]


def keeping(install: Callable[[World, Scenario], World]) -> Callable[[Scenario, int, int], World]:
    """*install* (an empty world, a scenario: the world a quiet time later) as a function of scenario, seed and epoch (of the
    end of that time, in Unix microseconds) that does the same work only once."""

    @lru_cache(maxsize=32)
    def kept(plan: Plan) -> Kept:
        world = install(World.create(seed=0, epoch=BORN), plan.scenario)
        return Kept(world.to_bytes(), list(places(world.value["sections"])))

    return lambda scenario, seed, epoch: begun(kept(plan(scenario)), seed, epoch)


def begun(kept: Kept, seed: int, epoch: int) -> World:
    """A world of its own from what was kept: by whole minutes on its calendar, so that what is cut to seconds or done by the
    calendar's minutes fits; the rest passes on its clock."""
    value = World.from_bytes(kept.data).value
    by, rest = divmod(epoch - AGE - value["epoch"], MINUTE)
    for path, keys in kept.places:
        move(reduce(getitem, path, value["sections"]), keys, by * MINUTE)
    value |= {"epoch": value["epoch"] + by * MINUTE, "dice": Dice.seeded(seed)}
    value["agenda"]["now"] += rest
    return World(value)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[Place]:
    """Where in *value* points in time are: the way to a dict or list, and the keys there that are times or have one."""
    keys = []
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(inner, dict | list) and key not in WRITTEN:
            yield from places(inner, (*path, key))
        if later(inner, SECOND) is not inner or later(key, SECOND) is not key:
            keys.append(key)
    if keys:
        yield path, keys


def move(holder: Any, keys: list[Any], by: int) -> None:
    """Move the times at *keys* of a dict or list; a dict whose keys themselves are moved keeps their order."""
    for key in keys:
        holder[key] = later(holder[key], by)
    if any(isinstance(key, str) and key.startswith("..") for key in keys):
        entries = [(later(key, by), inner) for key, inner in holder.items()]
        holder.clear()
        holder.update(entries)


def later(value: Any, by: int) -> Any:
    """A point in time in one of the forms in which they are kept, moved by so many microseconds; anything else as it is."""
    kind = type(value)
    if kind is int and value >= MICROSECONDS:
        return value + (by * 1000 if value >= NANOSECONDS else by)
    if kind is str and value[-1:] == "Z" and (found := STAMP.fullmatch(value)):
        return f"{rfc3339(parse(found[1] + 'Z') + by)[:-1]}{found[2] or ''}Z"
    if kind is str and value[:2] == ".." and (found := FOLDER.fullmatch(value)):
        at = parse("{}-{}-{}T{}:{}:{}Z".format(*found.groups()))
        return strftime(at + by, FOLDER_FORM) + found[7]
    if kind is bytes and value.startswith(b"{"):
        return CLAIM.sub(lambda found: str(int(found[0]) + by // SECOND).encode(), value)
    return value
