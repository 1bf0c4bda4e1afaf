"""How many replicas a metric calls for (pkg/controller/podautoscaler/replica_calculator.go). Amounts are thousandths: of a core, of a byte."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.api import meta
from simulator.api.quantities import NANO, milli
from simulator.api.timestamps import parse
from simulator.client.api import Obj
from simulator.client.pods import phase
from simulator.kernel.units import MINUTE, SECOND

STARTING = 5 * MINUTE  # horizontal-pod-autoscaler-cpu-initialization-period
FIRST_READINESS = 30 * SECOND  # horizontal-pod-autoscaler-initial-readiness-delay
TOLERANCE = NANO // 10  # by which a metric may differ from its goal, in billionths


class NoAnswer(Exception):
    """The number cannot be found; the text says why."""


class Sample(NamedTuple):
    """What a Pod used, over the *window* that ended *at* (microseconds)."""

    value: int
    at: int = 0
    window: int = 0


class Tolerance(NamedTuple):
    """What is too small a difference to act upon, in billionths of the goal."""

    down: int = TOLERANCE
    up: int = TOLERANCE

    def covers(self, measured: int, goal: int) -> bool:
        """Whether *measured* is near enough to *goal*."""
        return (NANO - self.down) * goal <= measured * NANO <= (NANO + self.up) * goal


class Answer(NamedTuple):
    """Replicas, the share of the requests that is used (percent; None if that was not asked), and what a Pod uses on average."""

    replicas: int
    utilization: int | None
    average: int


@dataclass
class Groups:
    """The Pods by what their samples are worth: how many count, who is not ready yet, who was not measured."""

    ready: int = 0
    unready: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)


def grouped(pods: Iterable[Obj], samples: dict[str, Sample], resource: str, now: int) -> Groups:
    """Sort Pods into groups; *now* in Unix microseconds."""
    found = Groups()
    for pod in pods:
        name = meta.name(pod)
        if meta.deleting(pod) or phase(pod) == "Failed":
            found.leaving.append(name)
        elif phase(pod) == "Pending":
            found.unready.append(name)
        elif name not in samples:
            found.missing.append(name)
        elif resource == "cpu" and not worth_measuring(pod, samples[name], now):
            found.unready.append(name)
        else:
            found.ready += 1
    return found


def worth_measuring(pod: Obj, sample: Sample, now: int) -> bool:
    """Whether the processor time of a Pod says something: not while it starts, nor before it was ever ready."""
    ready, began = meta.condition(pod, "Ready"), (pod.get("status") or {}).get("startTime")
    if ready is None or not began:
        return False
    since = parse(ready["lastTransitionTime"])
    if parse(began) + STARTING > now:
        return ready["status"] == "True" and sample.at >= since + sample.window
    return ready["status"] == "True" or parse(began) + FIRST_READINESS <= since


@dataclass(frozen=True)
class Goal:
    """What is aimed at: a *target* that `measure` of the samples is compared with, and what a Pod without a sample counts
    for when there are too many replicas."""

    target: int
    measure: Callable[[dict[str, Sample]], int]
    missing: Callable[[str], int]


def utilization(target: int, requests: dict[str, int]) -> Goal:
    """A share of the requests, in percent."""

    def measure(samples: dict[str, Sample]) -> int:
        asked = sum(requests[name] for name in samples if name in requests)
        if not asked:
            raise NoAnswer("no metrics returned matched known pods")
        return sum(each.value for name, each in samples.items() if name in requests) * 100 // asked

    return Goal(target, measure, lambda name: requests[name] * max(100, target) // 100)


def average(target: int) -> Goal:
    """An amount for each Pod."""
    return Goal(target, mean, lambda name: target)


def mean(samples: dict[str, Sample]) -> int:
    """What a Pod uses on average."""
    return sum(each.value for each in samples.values()) // len(samples)


def replicas(
    current: int, goal: Goal, tolerance: Tolerance, groups: Groups, samples: dict[str, Sample]
) -> tuple[int, dict[str, Sample]]:
    """The replicas that the goal calls for, and the samples that were counted; raises NoAnswer."""
    left_out = {*groups.unready, *groups.leaving}
    counted = {name: each for name, each in samples.items() if name not in left_out}
    if not counted:
        raise NoAnswer("did not receive metrics for any ready pods")
    measured = goal.measure(counted)
    too_few = measured > goal.target
    if not groups.missing and not (groups.unready and too_few):
        if tolerance.covers(measured, goal.target):
            return current, counted
        return rounded_up(measured * groups.ready, goal.target), counted
    guessed = counted | {name: Sample(0 if too_few else goal.missing(name)) for name in groups.missing}
    if too_few:
        guessed |= {name: Sample(0) for name in groups.unready}
    again = goal.measure(guessed)
    turned = (measured < goal.target < again) or (measured > goal.target > again)
    wanted = rounded_up(again * len(guessed), goal.target)
    wrong_way = (again < goal.target and wanted > current) or (again > goal.target and wanted < current)
    stay = tolerance.covers(again, goal.target) or turned or wrong_way
    return (current if stay else wanted), counted


def rounded_up(amount: int, divisor: int) -> int:
    """A quotient, rounded up."""
    return -(-amount // divisor)


def requests_of(pods: Iterable[Obj], resource: str, container: str = "") -> dict[str, int]:
    """What each Pod asks for (in all containers, or in the named one); raises NoAnswer for one that does not."""
    found = {}
    for pod in pods:
        total = 0
        for each in pod["spec"]["containers"]:
            if container and each["name"] != container:
                continue
            asked = ((each.get("resources") or {}).get("requests") or {}).get(resource)
            if asked is None:
                raise NoAnswer(f"missing request for {resource} in container {each['name']} of Pod {meta.name(pod)}")
            total += milli(asked)
        found[meta.name(pod)] = total
    return found
