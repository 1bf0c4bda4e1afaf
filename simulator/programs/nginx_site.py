"""What one server block of nginx answers."""

from simulator.programs.calendar import http_date
from simulator.programs.identities import User, may_read
from simulator.programs.nginx_config import Location, Server
from simulator.programs.nginx_log import log, version, version_numbers
from simulator.programs.nginx_variables import Asked, absolute, expanded
from simulator.runtime.http import REASONS, TYPES, HttpRequest, HttpResponse
from simulator.runtime.syscalls import Sys, UnixError


class Site:
    """What one server block answers."""

    def __init__(self, sys: Sys, server: Server, pid: int, port: int, user: User | None = None) -> None:
        self.sys = sys
        self.server = server
        self.pid = pid
        self.port = port
        self.user = user  # as whom the workers read

    def headers(self, kind: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        return (
            ("Server", f"nginx/{version(self.sys)}"),
            ("Date", http_date(self.sys.unix)),
            ("Content-Type", kind),
            *more,
        )

    def error(self, code: int, *more: tuple[str, str]) -> HttpResponse:
        """A page that says what went wrong."""
        title = f"{code} {'Not Allowed' if code == 405 else REASONS.get(code, '')}"
        # Since 1.17 the tags of these pages are closed in lower case and without a colour.
        colour = ' bgcolor="white"' if version_numbers(self.sys) < (1, 17) else ""
        page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body{colour}>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx/{version(self.sys)}</center>\r\n</body>\r\n</html>\r\n"
        return HttpResponse(code, self.headers("text/html", *more), page.encode())

    def answer(self, request: HttpRequest, peer: str) -> HttpResponse:
        location = self.server.location_for(request.path)
        if location.returns:
            return self.returned(location, self.asked(request, peer))
        if request.method not in ("GET", "HEAD"):
            return self.error(405)
        return self.file(request, location, peer)

    def asked(self, request: HttpRequest, peer: str) -> Asked:
        """What variables are made from."""
        name = (self.server.name.split() or [""])[0]
        return Asked(request, peer, self.port, self.sys.hostname, name)

    def returned(self, location: Location, asked: Asked) -> HttpResponse:
        code, text = location.returns or (200, "")
        text = expanded(text, asked)
        if code in (301, 302, 303, 307, 308):
            return self.error(code, ("Location", absolute(text, asked) if text.startswith("/") else text))
        return (
            HttpResponse(code, self.headers("application/octet-stream"), text.encode("utf-8", "surrogateescape"))
            if text
            else self.error(code)
        )

    def file(self, request: HttpRequest, location: Location, peer: str) -> HttpResponse:
        path = location.file(request.path)
        try:
            stat = self.sys.stat(path)
            if stat.kind == "dir":
                if not request.path.endswith("/"):
                    return self.error(301, ("Location", absolute(f"{request.path}/", self.asked(request, peer))))
                return self.index(path, request, location, peer)
            return self.content(path, request, peer)
        except UnixError as error:
            if ".." in request.path.split("/"):
                return self.error(400)
            number = {"ENOENT": 2, "EACCES": 13, "ENOTDIR": 20}.get(error.name, 2)
            self.complain(f'open() "{path}" failed ({number}: {error.message})', request, peer)
            return self.error(403 if error.name == "EACCES" else 404)

    def index(self, path: str, request: HttpRequest, location: Location, peer: str) -> HttpResponse:
        for name in location.indexes:
            if self.sys.exists(f"{path.rstrip('/')}/{name}"):
                return self.content(f"{path.rstrip('/')}/{name}", request, peer)
        self.complain(f'directory index of "{path.rstrip("/")}/" is forbidden', request, peer)
        return self.error(403)

    def content(self, path: str, request: HttpRequest, peer: str) -> HttpResponse:
        stat = self.sys.stat(path)
        if not may_read(self.user, stat):
            self.complain(f'open() "{path}" failed (13: Permission denied)', request, peer)
            return self.error(403)
        kind = TYPES.get(path.rpartition(".")[2], "application/octet-stream")
        etag = f'"{stat.mtime // 10**6:x}-{stat.size:x}"'
        body = self.sys.read_file(path)
        modified = http_date(stat.mtime)
        if request.headers.get("if-none-match") == etag or request.headers.get("if-modified-since") == modified:
            return HttpResponse(
                304,
                (
                    ("Server", f"nginx/{version(self.sys)}"),
                    ("Date", http_date(self.sys.unix)),
                    ("Last-Modified", modified),
                    ("ETag", etag),
                ),
            )
        connection = (
            "close"
            if request.headers.get("connection", "").lower() == "close" or request.version != "HTTP/1.1"
            else "keep-alive"
        )
        return HttpResponse(
            200,
            self.headers(
                kind,
                ("Content-Length", str(len(body))),
                ("Last-Modified", modified),
                ("Connection", connection),
                ("ETag", etag),
                ("Accept-Ranges", "bytes"),
            ),
            body,
        )

    def complain(self, text: str, request: HttpRequest, peer: str) -> None:
        host = request.headers.get("host", "")
        log(
            self.sys,
            "error",
            f'*1 {text}, client: {peer}, server: {self.server.name}, request: "{request.method} {request.target} {request.version}", host: "{host}"',
            self.pid,
        )
