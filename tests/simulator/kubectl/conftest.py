"""A bench for each test."""

import pytest

from tests.simulator.kubectl.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
