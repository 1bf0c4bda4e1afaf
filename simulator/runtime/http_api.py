"""The API server over HTTP, as a client in the simulated network meets it: requests and answers as HTTP has them."""

from typing import Any

import msgspec

from simulator.api.addresses import request_of
from simulator.api.requests import Request, Response, User
from simulator.api.wire import arranged
from simulator.runtime.http import HttpRequest, HttpResponse

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
# Who asks without a token.
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))
ENDLESS = "not simulated here: a watch over plain HTTP; kubectl get -w watches"


def api_request(asked: HttpRequest, **who: Any) -> Request:
    """What is asked of the API server; *who*: the `user` or `token` of the request, if its header does not say.

    Raises DecodeError for a body that is no JSON, and ValueError for a watch, which never ends.
    """
    query = {name: [value] for name, value in asked.query.items()}
    found = request_of(asked.method, asked.path, query)
    if found["verb"] == "watch":
        raise ValueError(ENDLESS)
    body = msgspec.json.decode(asked.body) if asked.body else None
    return Request(**found, body=body, content_type=asked.headers.get("content-type", JSON), **who)


def bearer(asked: HttpRequest) -> str:
    """The token in the header of a request; empty if there is none."""
    kind, _, token = asked.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def answered(response: Response) -> HttpResponse:
    """An answer of the API server, set out for people, as it does for browsers and curl."""
    if isinstance(response.body, str):
        return plain(response.code, response.body)
    body = msgspec.json.format(msgspec.json.encode(arranged(response.body)), indent=2)
    return whole(response.code, JSON, body)


def plain(code: int, text: str) -> HttpResponse:
    """An answer in plain text."""
    return whole(code, TEXT, text.encode())


def whole(code: int, kind: str, body: bytes) -> HttpResponse:
    """An answer as the API server gives it."""
    return HttpResponse(code, (("Cache-Control", "no-cache, private"), ("Content-Type", kind)), body)
