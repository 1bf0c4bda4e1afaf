"""The variables that `return` of nginx knows."""

import pytest

from simulator.programs.nginx_variables import Asked, absolute, expanded, unknown
from simulator.runtime.http import HttpRequest


def asked(host: str = "web:8080", target: str = "/a?x=1", port: int = 8080) -> Asked:
    headers = {"host": host, "user-agent": "curl/8"} if host else {}
    return Asked(HttpRequest("GET", target, "HTTP/1.1", headers), "10.244.1.9", port, "web-0", "example.org")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hello from $hostname\n", "hello from web-0\n"),
        ("$scheme://$host$request_uri", "http://web/a?x=1"),
        ("${host}name", "webname"),
        ("$http_host $server_port $remote_addr", "web:8080 8080 10.244.1.9"),
        ("$uri$is_args$args", "/a?x=1"),
    ],
)
def test_variables_have_the_values_of_the_request(text: str, value: str) -> None:
    assert expanded(text, asked()) == value


def test_a_request_without_a_host_is_for_the_server() -> None:
    assert expanded("$host", asked(host="")) == "example.org"


@pytest.mark.parametrize(("port", "url"), [(80, "http://web/b"), (8080, "http://web:8080/b")])
def test_a_redirect_to_a_path_names_host_and_port(port: int, url: str) -> None:
    assert absolute("/b", asked(port=port)) == url


def test_a_variable_that_nobody_knows_is_found() -> None:
    assert (unknown("$host $nosuch"), unknown("$host")) == ("nosuch", "")
