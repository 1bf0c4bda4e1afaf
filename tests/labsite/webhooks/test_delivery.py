"""The running site tells what happens, in either profile: after a worker has died, too."""

import re
import time
from collections.abc import Callable, Iterator

import pytest

from tests.labsite.browser import Browser
from tests.labsite.conftest import started
from tests.labsite.site import Distributed, Site, missing
from tests.labsite.webhooks.receiver import Receiver
from tests.labsite.webhooks.test_webhooks import secret_on

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site, which may reach servers on this machine."""
    var, wish = tmp_path_factory.mktemp(request.param), {"PRIVATE_TARGETS": "1"}
    if request.param == "embedded":
        yield from started(Site(var, wish))
        return
    if why := missing():
        pytest.skip(why)
    with Distributed() as profile:
        yield from started(Site(var, {**profile, **wish}))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server to which webhooks lead."""
    receiver = Receiver(time.time)
    yield receiver
    receiver.stop()


# A carrier that was killed on its way keeps others from it for 70 s (labsite/outside/carrier.py).
PATIENCE_S = 120


def wait(there: Callable[[], bool]) -> None:
    """Wait until something has come to pass."""
    end = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_who_joins_is_told_at_once_and_again_until_it_arrives(site: Site, head: Browser, receiver: Receiver) -> None:
    receiver.secret = secret_on(head.get("/webhooks/", url=receiver.url, kinds="learner.joined"))
    page = head.get("/classes/new/", name="Pods 101")
    code = re.search(r'class="code">(\w+)<', page)
    assert code
    receiver.answers = [503]
    joins(site, code[1], "Ann")
    wait(lambda: not receiver.answers)
    if site.distributed:
        site.kill("worker")
        site.start_worker()
    wait(lambda: bool(receiver.told))
    joins(site, code[1], "Bob")
    wait(lambda: len(receiver.told) == 2)
    assert [told["data"]["learner"]["name"] for told in receiver.told] == ["Ann", "Bob"]
    assert receiver.refused == []


def joins(site: Site, code: str, name: str) -> None:
    """Somebody joins the class."""
    browser = Browser(site.base)
    browser.get("/join/")
    browser.get("/join/", code=code, name=name)
