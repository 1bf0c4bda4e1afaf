"""HTTP/1.1 as text: what servers and clients here have in common (RFC 9110, 9112)."""

from typing import NamedTuple

LARGEST_HEAD = 16_384
LARGEST_BODY = 8 << 20
REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
    307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 413: "Request Entity Too Large", 414: "Request-URI Too Large",
    418: "I'm a teapot", 422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "application/javascript", "json": "application/json",
    "xml": "text/xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml", "ico": "image/x-icon",
}  # fmt: skip


class HttpRequest(NamedTuple):
    """What a client asks; the names of headers are in lower case."""

    method: str
    target: str
    version: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query, with %XX done."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the target."""
        pairs = [pair.partition("=") for pair in self.target.partition("?")[2].split("&")[:200] if pair]
        return {unquote(name): unquote(value.replace("+", " ")) for name, _, value in pairs}


class HttpResponse(NamedTuple):
    """What a server answers; Content-Length is added where there is none."""

    code: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Target(NamedTuple):
    """A URL in its parts."""

    scheme: str
    host: str
    port: int
    path: str
    user: str = ""

    @property
    def authority(self) -> str:
        """Host, and port if it is not the scheme's own."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


PORTS = {"http": 80, "https": 443}


def unquote(text: str) -> str:
    """*text* with its %XX done."""
    if "%" not in text:
        return text
    first, *parts = text.split("%")
    out = [first.encode("utf-8", "surrogateescape")]
    for part in parts:
        digits = part[:2]
        good = len(digits) == 2 and not set(digits) - set("0123456789abcdefABCDEF")
        out.append(
            (bytes([int(digits, 16)]) + part[2:].encode("utf-8", "surrogateescape"))
            if good
            else b"%" + part.encode("utf-8", "surrogateescape")
        )
    return b"".join(out).decode("utf-8", "surrogateescape")


def parse_url(text: str) -> Target | None:
    """The parts of a URL; None if its scheme or port cannot be."""
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "http", text
    scheme = scheme.lower()
    authority, slash, path = rest.partition("/")
    if "?" in authority:
        authority, _, query = authority.partition("?")
        path, slash = f"?{query}" + slash + path, "/"
    user, at, place = authority.rpartition("@")
    host, colon, port = place.partition(":")
    if scheme not in PORTS or not host or (colon and (not port.isdecimal() or not 0 < int(port[:6]) < 65536)):
        return None
    return Target(scheme, host, int(port) if colon else PORTS[scheme], "/" + path.partition("#")[0], user if at else "")


def render_request(method: str, target: str, headers: list[tuple[str, str]], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body


def render_response(response: HttpResponse, *, head_only: bool = False, close: bool = False) -> bytes:
    """An answer as it goes over the wire."""
    headers = list(response.headers)
    names = {name.lower() for name, _ in headers}
    if "content-length" not in names and response.code not in (204, 304):
        headers.append(("Content-Length", str(len(response.body))))
    if "connection" not in names:
        headers.append(("Connection", "close" if close else "keep-alive"))
    head = f"HTTP/1.1 {response.code} {REASONS.get(response.code, 'Unknown')}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in headers
    )
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + (b"" if head_only else response.body)


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = [line.partition(":") for line in lines[:200]]
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def read_request(data: bytes) -> tuple[HttpRequest | None, int]:
    """The first request in *data* and how long it is; None and 0 if it is not complete, None and -1 if it is none."""
    end = data.find(b"\r\n\r\n")
    width = 4
    if end < 0:
        end = data.find(b"\n\n")
        width = 2
    if end < 0:
        return None, -1 if len(data) > LARGEST_HEAD else 0
    lines = data[:end].decode("utf-8", "surrogateescape").replace("\r", "").split("\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        return None, -1
    headers = _headers(lines[1:])
    length = headers.get("content-length", "0")
    size = int(length) if length.isdecimal() and len(length) < 10 else LARGEST_BODY + 1
    if size > LARGEST_BODY:
        return None, -1
    if len(data) < end + width + size:
        return None, 0
    return HttpRequest(
        words[0], words[1], words[2], headers, data[end + width : end + width + size]
    ), end + width + size


class Answer(NamedTuple):
    """An answer as a client read it."""

    code: int
    head: bytes  # with the empty line at its end
    headers: dict[str, str]
    body: bytes
    complete: bool


def read_response(data: bytes, *, closed: bool, head_only: bool) -> Answer | None:
    """The answer in *data* as far as it has come; None as long as its head has not, or if it is none (then *closed* tells)."""
    end = data.find(b"\r\n\r\n")
    if end < 0 or not data.startswith(b"HTTP/"):
        return None
    lines = data[:end].decode("utf-8", "surrogateescape").split("\r\n")
    words = lines[0].split(" ", 2)
    code = int(words[1]) if len(words) > 1 and words[1].isdecimal() and len(words[1]) == 3 else 0
    headers = _headers(lines[1:])
    body = data[end + 4 :]
    length = headers.get("content-length", "")
    if head_only or code in (204, 304):
        return Answer(code, data[: end + 4], headers, b"", True)
    if length.isdecimal():
        return Answer(code, data[: end + 4], headers, body[: int(length)], len(body) >= int(length))
    return Answer(code, data[: end + 4], headers, body, closed)
