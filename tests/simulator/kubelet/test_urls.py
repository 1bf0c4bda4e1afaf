"""Where redirects lead."""

import pytest

from simulator.kubelet.urls import parse, resolved

BASE = "http://10.244.0.2:8080/a/b?x=1"


@pytest.mark.parametrize(
    ("location", "url", "port"),
    [
        ("/c", "http://10.244.0.2:8080/c", 8080),
        ("c?y=2#there", "http://10.244.0.2:8080/a/c?y=2", 8080),
        ("?y=2", "http://10.244.0.2:8080/a/b?y=2", 8080),
        ("//other/c", "http://other/c", 80),
        ("https://10.244.0.2", "https://10.244.0.2/", 443),
        ("HTTP://me@Other:81?q", "http://Other:81/?q", 81),
    ],
)
def test_a_location_is_meant_from_where_it_was_said(location: str, url: str, port: int) -> None:
    found = resolved(parse(BASE), location)
    assert (str(found), found.port) == (url, port)


@pytest.mark.parametrize("text", ["gopher://x/", "http:///x", "http://x:port/", "http://x:99999/", "x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse(text)
