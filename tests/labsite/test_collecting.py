"""When a process that serves looks for garbage."""

import gc
from collections.abc import Iterator

import pytest
from celery.signals import worker_init

from labsite import celery, collecting


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The tests' own process goes on as it was."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_is_loaded_is_not_looked_through_again() -> None:
    collecting.settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == collecting.YOUNG


def test_what_no_name_leads_to_is_still_found() -> None:
    collecting.settle()
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1


def test_a_worker_settles_before_its_processes_part() -> None:
    gc.set_threshold(700, 10, 10)
    worker_init.send(sender=celery.app)
    assert gc.get_threshold()[0] == collecting.YOUNG
