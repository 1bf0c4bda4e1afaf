"""The way out: bounded, not redirected, and not into private networks unless that is wanted."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from labsite.outside import requests
from labsite.outside.requests import Unreachable, ask, origin


@contextmanager
def server(answer: bytes, *, drip: bool = False) -> Iterator[str]:
    """The address of a server that answers one request with *answer*, or *drip*s it for ever; what it heard is nobody's matter."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)
            while drip and not over.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/x?y=1"
    over.set()
    thread.join(5)
    listener.close()


def answered(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


def test_an_answer_comes_whole() -> None:
    with server(answered(b'{"a": 1}', "201 Created", "X-Kind: test")) as url:
        answer = ask("GET", url, private=True)
    assert (answer.status, answer.good, answer.json(), answer.headers["x-kind"]) == (201, True, {"a": 1}, "test")


def test_a_redirection_is_an_answer_and_not_followed() -> None:
    with server(answered(b"", "302 Found", "Location: http://127.0.0.1:1/")) as url:
        assert ask("GET", url, private=True).status == 302


def test_a_long_answer_is_cut() -> None:
    with server(answered(b"x" * 1001)) as url, pytest.raises(Unreachable, match="longer than 1000 bytes"):
        ask("GET", url, private=True, most=1000)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_who_speaks_slowly_for_ever_is_cut_off(begin: bytes) -> None:
    with server(begin, drip=True) as url, pytest.raises(Unreachable, match="within"):
        ask("GET", url, private=True, seconds=0.5)


def test_what_is_no_json_is_said_to_be_none() -> None:
    with server(answered(b"<html>")) as url, pytest.raises(Unreachable, match="no JSON"):
        ask("GET", url, private=True).json()


def test_this_machine_is_not_asked_unless_that_is_wanted() -> None:
    with pytest.raises(Unreachable, match="private network"):
        ask("GET", "http://127.0.0.1:1/")
    with pytest.raises(Unreachable, match="private network"):
        ask("GET", "http://localhost:1/")


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378::1", False),
        ("not an address", False),
    ],
)
def test_which_addresses_the_world_can_reach(address: str, is_public: bool) -> None:
    assert requests.public(address) == is_public


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere when it is asked for the second time gains nothing: it is asked once."""
    asked: list[str] = []

    def resolve(name: str, port: int, **more: object) -> list[object]:
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (("10.0.0.1" if len(asked) == 1 else "127.0.0.1"), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match="private network"):
        ask("GET", "https://rebinding.example/")
    assert asked == ["rebinding.example"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "file:///etc/passwd",
        "gopher://x/",
        "https://user@x/",
        "https://x:99999/",
        "https://x/ y",
        "https://x/\r\nHost: y",
        "https://x/#f",
        "https://" + "x" * 3000,
        "https://ü.example/",
    ],
)
def test_what_is_no_address_is_not_asked(url: str) -> None:
    with pytest.raises(Unreachable):
        ask("GET", url)


def test_an_origin_is_written_as_browsers_write_it() -> None:
    assert origin("https://A.example:443/x?y") == "https://a.example"
    assert origin("http://[::1]:8000/") == "http://[::1]:8000"
