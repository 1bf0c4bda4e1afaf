"""`kubectl proxy`: the API server on a port of this host, in the name of the kubeconfig (models kubectl/pkg/proxy)."""

import msgspec
import re2

from simulator.kubectl import ports
from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure, NotSimulated
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Session
from simulator.runtime.http import HttpRequest, HttpResponse
from simulator.runtime.http_api import answered, api_request, plain
from simulator.runtime.http_server import HttpServer
from simulator.runtime.syscalls import Step, UnixError, Wait

LOCAL = r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"
STREAMS = "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"
REFUSED = ("append-server-path", "unix-socket", "www")
PATTERNS = ("accept-hosts", "accept-paths", "reject-methods", "reject-paths")
FORBIDDEN = plain(403, "Forbidden\n")


def run(session: Session) -> Step:
    """Listen, then pass on what is asked, until somebody ends it."""
    server = HttpServer(session.sys)
    if not server.state["listening"]:
        _begin(session, server)
    server.serve(lambda asked, _: _answer(session, asked))
    return Wait(readable=server.readable, writable=server.writable)


def _begin(session: Session, server: HttpServer) -> None:
    for name in REFUSED:
        if session.flag(name):
            raise NotSimulated(f"kubectl proxy --{name}")
    if session.args:
        raise Failure(f'unknown command "{session.args[0]}" for "kubectl proxy"')
    for name in PATTERNS:
        _fits(str(session.flag(name)), "", name)
    port, address = int(session.flag("port")), str(session.flag("address"))
    if not 0 <= port <= ports.MOST:
        raise Failure(f"listen tcp: address {port}: invalid port")
    problem: UnixError | None = None
    for number in ports.candidates(session, port):
        try:
            server.listen(number, "127.0.0.1" if address == "localhost" else address)
        except UnixError as error:
            problem = error
            continue
        session.out(f"Starting to serve on {address}:{number}\n")
        return
    raise Failure(f"listen tcp {address}:{port}: bind: {problem.message.lower() if problem else ''}")


def _answer(session: Session, asked: HttpRequest) -> HttpResponse:
    """What the API server says to a request, if the filter lets it through."""
    prefix = "/" + str(session.flag("api-prefix")).strip("/")
    if not asked.path.startswith(prefix):
        return plain(404, "404 page not found\n")
    asked = asked._replace(target="/" + asked.target[len(prefix) :].lstrip("/"))
    if not session.flag("disable-filter") and not _accepted(session, asked):
        return FORBIDDEN
    try:
        return answered(session.ask(api_request(asked)))
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        return plain(400, f"{error}\n")
    except Failure as failure:
        return plain(502, failure.message)


def _accepted(session: Session, asked: HttpRequest) -> bool:
    """Whether the filter lets a request through (kubectl/pkg/proxy/proxy_server.go, FilterServer)."""
    host = asked.headers.get("host", "")
    host = host[: host.rfind(":")] if ":" in host.rpartition("]")[2] else host
    accepted = {name: str(session.flag(name)) for name in PATTERNS}
    if _fits(accepted["reject-paths"], asked.path) or _fits(accepted["reject-methods"], asked.method):
        return False
    return _fits(accepted["accept-paths"], asked.path) and _fits(accepted["accept-hosts"], host)


def _fits(patterns: str, text: str, flag: str = "") -> bool:
    """Whether one of the patterns, which commas part, is found in *text*; raises Failure for one that cannot be read."""
    for pattern in filter(None, patterns.split(",")):
        try:
            if re2.search(pattern, text):
                return True
        except re2.error:
            raise Failure(f"Error parsing --{flag}: error parsing regexp: `{pattern}`") from None
    return False


COMMAND = Command(
    "proxy",
    "Run a proxy to the Kubernetes API server",
    run,
    "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix] [options]",
    declare(
        f"--accept-hosts={LOCAL} --accept-paths=^.* --address=127.0.0.1 --api-prefix=/ --append-server-path=false",
        f"--disable-filter=false --keepalive=0s -p --port=8001 --reject-methods=^$ --reject-paths={STREAMS}",
        "-u --unix-socket= -w --www= -P --www-prefix=/static/",
    ),
    group="Troubleshooting and Debugging Commands",
)
