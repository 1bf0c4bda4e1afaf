"""For all tests: a mistake of the simulator's own fails the test that meets it, instead of being contained; a busy machine fails none; none hears
the language of another."""

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from simulator.kernel.world import World

World.strict = True
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def own_language() -> None:
    """No test speaks the language in which the one before it has asked for a page."""
    translation.deactivate()
