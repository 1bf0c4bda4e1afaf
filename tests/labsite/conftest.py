"""What the tests of the site share."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from labsite.sandboxes import engine
from tests.labsite.browser import Browser
from tests.labsite.site import ROOT, Distributed, Site, missing

PASSWORD = "correct-horse-battery"


@pytest.fixture
def real_simulator(settings: Settings) -> Iterator[None]:
    """Clusters of the simulator, where the tests of the site otherwise make do with an echo."""
    settings.LAB_CLASS = "simulator.lab.Lab"
    engine.lab_class.cache_clear()
    yield
    engine.lab_class.cache_clear()


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site, once in each profile."""
    yield from running(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def head(site: Site) -> Browser:
    """The administrator of a site."""
    env = site.env | {"ADMINISTRATOR_PASSWORD": PASSWORD}
    subprocess.run(site.command("manage.py", "first_administrator", "head"), cwd=ROOT, env=env, check=True)
    browser = Browser(site.base)
    browser.get("/accounts/log-in/")
    browser.get("/accounts/log-in/", username="head", password=PASSWORD)
    return browser


def running(profile: str, var: Path) -> Iterator[Site]:
    """The site in *profile*, until the test is over."""
    if profile == "distributed" and (why := missing()):
        pytest.skip(why)
    if profile == "embedded":
        yield from started(Site(var, {}))
    else:
        with Distributed() as environment:
            yield from started(Site(var, environment))


def started(site: Site) -> Iterator[Site]:
    """*site*, running."""
    try:
        yield site.start()
    finally:
        site.stop()
