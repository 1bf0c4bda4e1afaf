"""Waits before a restart or another pull."""

import pytest

from simulator.client.backoff import Table
from simulator.kernel.units import MINUTE, SECOND
from simulator.kubelet.backoff import BACKOFF


@pytest.mark.parametrize(("restarts", "delay"), [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300)])
def test_restart_delay_doubles_up_to_five_minutes(restarts: int, delay: int) -> None:
    table: Table = {}
    for _ in range(restarts):
        BACKOFF.longer(table, "web", 0, 0)
    assert BACKOFF.delay(table, "web") == delay * SECOND


def test_the_first_restart_need_not_wait() -> None:
    assert not BACKOFF.waits_since({}, "web", 0, 0)


@pytest.mark.parametrize(("now", "waits"), [(9, True), (10, False)])
def test_the_wait_counts_from_the_end_of_the_run(now: int, waits: bool) -> None:
    table: Table = {}
    BACKOFF.longer(table, "web", 0, 0)
    assert BACKOFF.waits_since(table, "web", 0, now * SECOND) is waits


def test_ten_good_minutes_make_the_wait_small_again() -> None:
    table: Table = {}
    for _ in range(4):
        BACKOFF.longer(table, "web", 0, 0)
    later = 10 * MINUTE + 1
    assert not BACKOFF.waits_since(table, "web", later, later)
    BACKOFF.longer(table, "web", later, later)
    assert BACKOFF.delay(table, "web") == 10 * SECOND
