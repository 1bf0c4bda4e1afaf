"""Rules with a number in them: when the cluster's clock goes, when an alarm rings, how often something may happen."""

import pytest

from labsite.limits import Rate, take
from labsite.sandboxes import clock

S = clock.SECOND


@pytest.mark.parametrize(
    ("now", "anchor", "lease", "wall", "target"),
    [
        (5 * S, 100 * S, 200 * S, 107 * S, 12 * S),  # somebody watches
        (5 * S, 100 * S, 103 * S, 900 * S, 8 * S),  # the last one was heard of until 103
        (5 * S, 100 * S, 0, 900 * S, 5 * S),  # nobody watched
        (5 * S, 102 * S, 200 * S, 101 * S, 5 * S),  # the cluster had run ahead
    ],
)
def test_the_clock_goes_while_somebody_is_known_to_watch(
    now: int, anchor: int, lease: int, wall: int, target: int
) -> None:
    assert clock.virtual_target(now, anchor, lease, wall) == target


@pytest.mark.parametrize(
    ("next_at", "alarm"),
    [
        (8 * S, 103 * S),
        (5 * S, 100 * S + clock.ALARM_LEAST),
        (900 * S, 100 * S + clock.ALARM_MOST),
        (None, 100 * S + clock.ALARM_MOST),
    ],
)
def test_the_alarm_rings_when_the_next_timer_is_due_but_not_too_soon_and_not_too_late(
    next_at: int | None, alarm: int
) -> None:
    assert clock.alarm(next_at, 5 * S, 100 * S, 100 * S) == alarm


def test_an_alarm_renews_the_lease_before_it_ends() -> None:
    assert clock.ALARM_MOST + clock.HEARTBEAT < clock.VIEWER_LIFE


def test_a_bucket_gives_its_burst_and_then_one_at_a_time() -> None:
    rate, bucket, granted = Rate(burst=2, every=S), None, []
    for now in (0, 0, 0, S // 2, S, S, 60 * S, 60 * S, 60 * S):
        bucket, given = take(rate, bucket, now)
        granted.append(given)
    assert granted == [True, True, False, False, True, False, True, True, False]


def test_a_cluster_that_keeps_a_processor_busy_rests_before_its_next_turn() -> None:
    now, spent = 10**15, 400 * clock.MILLISECOND
    assert clock.alarm(0, 0, now, now, spent) == now + clock.REST * spent
    assert clock.alarm(0, 0, now, now, 100 * clock.SECOND) == now + clock.ALARM_MOST
