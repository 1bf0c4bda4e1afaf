"""A platform, registered."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from labsite.lti import keys, models
from labsite.lti.forms import PlatformForm
from tests.labsite.lti.platform import Platform


@pytest.fixture
def school(settings: Settings) -> Iterator[Platform]:
    """A platform that runs."""
    settings.PRIVATE_TARGETS = True
    cache.clear()
    platform = Platform()
    platform.tool = "http://testserver"
    yield platform
    platform.stop()


@pytest.fixture
def registered(school: Platform, db: None) -> models.Platform:
    """Its registration."""
    know_keys(school)
    return PlatformForm(school.facts() | {"deployments": school.deployment}).save()


def know_keys(school: Platform) -> None:
    """Tell the platform our keys: it cannot fetch them, where no site is served."""
    shown = keys.shown()
    school.tool_keys = lambda: shown
