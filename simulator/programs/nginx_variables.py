"""The variables of nginx that `return` can name (ngx_http_variables)."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.runtime.http import HttpRequest

HTTP_PORT = 80
NAME = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class Asked(NamedTuple):
    """A request as the server sees it: by whom, on which port, on which machine, and the name of the server block."""

    request: HttpRequest
    peer: str
    port: int
    hostname: str
    server: str

    @property
    def host(self) -> str:
        """The name that was asked for, without a port."""
        said = self.request.headers.get("host", "").lower()
        return said.rpartition(":")[0] if said.rpartition(":")[2].isdecimal() and ":" in said else said or self.server


VARIABLES: Mapping[str, Callable[[Asked], str]] = {
    "args": lambda asked: asked.request.target.partition("?")[2],
    "document_uri": lambda asked: asked.request.path,
    "host": lambda asked: asked.host,
    "hostname": lambda asked: asked.hostname,
    "http_host": lambda asked: asked.request.headers.get("host", ""),
    "http_user_agent": lambda asked: asked.request.headers.get("user-agent", ""),
    "is_args": lambda asked: "?" if asked.request.target.partition("?")[2] else "",
    "query_string": lambda asked: asked.request.target.partition("?")[2],
    "remote_addr": lambda asked: asked.peer,
    "request_method": lambda asked: asked.request.method,
    "request_uri": lambda asked: asked.request.target,
    "scheme": lambda asked: "http",
    "server_name": lambda asked: asked.server,
    "server_port": lambda asked: str(asked.port),
    "server_protocol": lambda asked: asked.request.version,
    "uri": lambda asked: asked.request.path,
}


def unknown(text: str) -> str:
    """The first variable in *text* that nobody knows; empty if there is none."""
    names = (found[1] or found[2] for found in NAME.finditer(text))
    return next((name for name in names if name not in VARIABLES), "")


def expanded(text: str, asked: Asked) -> str:
    """*text* with the values of its variables."""
    return NAME.sub(lambda found: VARIABLES[found[1] or found[2]](asked), text)


def absolute(path: str, asked: Asked) -> str:
    """Where a redirect to *path* leads: to the host that was asked, and its port unless it is the usual one."""
    return f"http://{asked.host}{'' if asked.port == HTTP_PORT else f':{asked.port}'}{path}"
