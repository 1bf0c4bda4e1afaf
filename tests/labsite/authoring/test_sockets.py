"""The windows of a draft, in each profile: its author's are told how it stands, nobody else's are let in."""

import re

import pytest

from tests.labsite.browser import Browser, Socket
from tests.labsite.site import Site


@pytest.fixture(scope="module")
def draft(head: Browser) -> str:
    """The address of a draft of theirs."""
    found = re.search(r'data-draft="([0-9a-f-]+)"', head.get("/drafts/new/", base="two-nodes"))
    assert found
    return found[1]


def open_socket(browser: Browser, draft: str) -> Socket:
    """A WebSocket of somebody."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    return Socket(browser.base, f"/ws/drafts/{draft}/?language=zh-hans", {"Origin": browser.base, "Cookie": cookies})


def test_a_window_is_told_how_the_draft_stands_and_when_that_changes(head: Browser, draft: str) -> None:
    socket = open_socket(head, draft)
    first = socket.hear()
    assert first
    assert (first["stage"], first["version"], first["work"]) == ("setup", 0, "")
    head.get(f"/drafts/{draft}/withdraw/", nothing="")
    again = socket.hear()
    assert again == first
    socket.close()


def test_nobody_else_is_let_in(site: Site, head: Browser, draft: str) -> None:
    guest = Browser(site.base).start_as_guest()
    for stranger in (guest, Browser(site.base)):
        socket = open_socket(stranger, draft)
        assert socket.hear() is None
        assert socket.closed in (4401, 4404)
        socket.drop()
    assert guest.status(f"/drafts/{draft}/") == 404
    assert guest.status("/drafts/") == 403
