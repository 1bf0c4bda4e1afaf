"""agnhost: the servers and questions of Kubernetes' own conformance tests (test/images/agnhost); also `busybox` called by its own name."""

from collections.abc import Callable

from simulator.api.durations import go
from simulator.api.timestamps import strftime
from simulator.kernel.units import SECOND
from simulator.programs.daemons import pause
from simulator.programs.lookups import config
from simulator.programs.options import BUSYBOX, Dialect, Refused, refuse
from simulator.programs.webservers import serve
from simulator.runtime.catalogue import load
from simulator.runtime.http import HttpRequest, HttpResponse
from simulator.runtime.syscalls import Exec, Step, Sys, UnixError

VERSION = "2.57"
# What the real one can besides.
OTHERS = """
audit-proxy completion connect crd-conversion-webhook echoserver fake-gitserver guestbook help inclusterclient logs-generator net nettest
no-snat-test no-snat-test-proxy port-forward-tester resource-consumer resource-consumer-controller stress tcp-reset
test-service-account-issuer-discovery test-webserver webhook
"""
UNHEALTHY_AFTER = 10 * SECOND
PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Run a subcommand."""
    words = sys.argv[1:]
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        if words[:1] == ["--version"]:
            sys.out(f"agnhost version {VERSION}\n")
            return 0
        if words and words[0] not in OTHERS.split() and not words[0].startswith("-"):
            raise Refused(f'Error: unknown command "{words[0]}" for "app"\n', 1)
        raise refuse(sys, f"not simulated here: agnhost {words[0] if words else ''} (only {', '.join(COMMANDS)})")
    return command(sys)


def _option(sys: Sys, name: str, default: str) -> str:
    for place, word in enumerate(sys.argv):
        if word.lstrip("-").partition("=")[0] == name and word.startswith("-"):
            return word.partition("=")[2] if "=" in word else (sys.argv[place + 1 :] or [default])[0]
    return default


def _port(sys: Sys, name: str, default: int) -> int:
    text = _option(sys, name, str(default))
    if not text.isdecimal() or not 0 < int(text[:6]) < 65536:
        raise refuse(sys, f"invalid port: {text}")
    return int(text)


def _text(code: int, text: str) -> HttpResponse:
    return HttpResponse(code, PLAIN, text.encode("utf-8", "surrogateescape"))


def netexec(sys: Sys) -> Step:
    """/hostname, /echo, /clientip, /healthz, /exit, / (the time) on port 8080."""

    def page(request: HttpRequest, peer: str) -> HttpResponse:
        pages = {
            "/": f"NOW: {sys.unix}", "/hostname": sys.hostname, "/hostName": sys.hostname, "/echo": request.query.get("msg", ""), "/clientip": f"{peer}:40000",
            "/healthz": "", "/readyz": "",
        }  # fmt: skip
        if request.path == "/exit":
            sys.state["exit"] = int(request.query["code"]) if request.query.get("code", "").isdecimal() else 0
            return _text(200, "")
        if request.path in ("/shell", "/dial", "/upload"):
            return _text(501, "not simulated here\n")
        return _text(200, pages[request.path]) if request.path in pages else _text(404, "404 page not found\n")

    port = _port(sys, "http-port", 8080)
    step = serve(sys, page, [port], lambda: sys.err(f"Started HTTP server on port {port}\n"), lambda signal: 0)
    return int(sys.state["exit"]) if "exit" in sys.state else step


def serve_hostname(sys: Sys) -> Step:
    """The host name on port 9376."""
    return serve(
        sys,
        lambda request, peer: _text(200, sys.hostname),
        [_port(sys, "port", 9376)],
        lambda: sys.err("Serving on port 9376.\n"),
        lambda signal: 0,
    )


def liveness(sys: Sys) -> Step:
    """/healthz: well for ten seconds, then not."""
    begun = sys.state.setdefault("begun", sys.now)

    def page(request: HttpRequest, peer: str) -> HttpResponse:
        life = (sys.now - begun) / SECOND
        if request.path == "/started":
            return _text(200, f"{life}s")
        if sys.now - begun > UNHEALTHY_AFTER:
            return _text(500, f"error: {life}")
        return _text(200, "ok")

    return serve(sys, page, [8080], lambda: None, lambda signal: 143)


def porter(sys: Sys) -> Step:
    """Serves the value of SERVE_PORT_n on port n."""
    ports = {
        int(name.removeprefix("SERVE_PORT_")): value
        for name, value in sys.env.items()
        if name.startswith("SERVE_PORT_") and name.removeprefix("SERVE_PORT_").isdecimal()
    }

    def page(request: HttpRequest, peer: str) -> HttpResponse:
        port = request.headers.get("host", "").rpartition(":")[2]
        return _text(200, ports.get(int(port) if port.isdecimal() else 80, ""))

    return serve(sys, page, sorted(ports)[:100], lambda: None, lambda signal: 143)


def pausing(sys: Sys) -> Step:
    """Paused."""
    if not sys.state.get("said"):
        sys.state["said"] = True
        sys.out("Paused\n")
    return pause(sys, BUSYBOX)


def dns_suffix(sys: Sys) -> Step:
    """The search list."""
    sys.out(",".join(config(sys).searches) + "\n")
    return 0


def dns_server_list(sys: Sys) -> Step:
    """The name servers."""
    sys.out(",".join(config(sys).servers) + "\n")
    return 0


def etc_hosts(sys: Sys) -> Step:
    """/etc/hosts."""
    sys.out(sys.read_file("/etc/hosts").decode("utf-8", "replace"))
    return 0


def entrypoint_tester(sys: Sys) -> Step:
    """What it was called with."""
    sys.out(f"[{' '.join(sys.argv)}]\n")
    return 0


def mounttest(sys: Sys) -> Step:
    """Contents and modes of files, as options ask for them."""
    for word in sys.argv[2:]:
        name, _, path = word.partition("=")
        try:
            if name == "--file_content":
                sys.out(f'content of file "{path}": {sys.read_file(path).decode("utf-8", "replace")}\n')
            elif name in ("--file_mode", "--file_perm"):
                stat = sys.stat(path)
                sys.out(
                    f'mode of file "{path}": {stat.mode:o}\n'
                    if name == "--file_mode"
                    else f'perms of file "{path}": {stat.mode:o}\n'
                )
            else:
                raise refuse(sys, f"not simulated here: mounttest {name}")
        except UnixError as error:
            sys.out(f'error reading file content for "{path}": open {path}: {error.message.lower()}\n')
            return 1
    return 0


def grpc_health_checking(sys: Sys) -> Step:
    """The gRPC health protocol on port 5000; /make-serving and /make-not-serving on port 8080."""
    begun = sys.state.setdefault("begun", sys.now)
    port, control, service = _port(sys, "port", 5000), _port(sys, "http-port", 8080), _option(sys, "service", "")
    delay = _option(sys, "delay-unhealthy-sec", "-1")

    def page(request: HttpRequest, peer: str) -> HttpResponse:
        if request.method == "PRI":
            return _health(sys, request.headers.get("grpc-service", "") == service, begun, delay)
        if request.path not in FORCED:
            return _text(404, "404 page not found\n")
        sys.state["forced"], said = FORCED[request.path]
        _log(sys, said)
        return _text(200, go(sys.now - begun))

    def begin() -> None:
        _log(sys, f"Http server starting to listen on :{control}")
        _log(sys, f"gRPC server starting to listen on :{port}")

    return serve(sys, page, [control, port], begin, lambda signal: 143)


FORCED = {"/make-not-serving": ("NOT_SERVING", "Mark as unhealthy"), "/make-serving": ("SERVING", "Mark as healthy")}


def _health(sys: Sys, known: bool, begun: int, delay: str) -> HttpResponse:
    """The answer to a health check, with the status of the call: 0, or 5 where nobody knows the service."""
    if not known:
        return HttpResponse(200, (("grpc-status", "5"),), b"unknown service")
    over = delay.isdecimal() and sys.now - begun >= int(delay[:9]) * SECOND
    word = sys.state.get("forced") or ("NOT_SERVING" if over else "SERVING")
    return HttpResponse(200, (("grpc-status", "0"),), word.encode())


def _log(sys: Sys, text: str) -> None:
    """A line of the log, as klog writes it."""
    micros = sys.unix % SECOND
    sys.err(f"{strftime(sys.unix, 'I%m%d %H:%M:%S')}.{micros:06d} {sys.pid:7d} log.go:245] {text}\n")


COMMANDS: dict[str, Callable[[Sys], Step]] = {
    "netexec": netexec,
    "serve-hostname": serve_hostname,
    "liveness": liveness,
    "grpc-health-checking": grpc_health_checking,
    "porter": porter,
    "pause": pausing,
    "dns-suffix": dns_suffix,
    "dns-server-list": dns_server_list,
    "etc-hosts": etc_hosts,
    "entrypoint-tester": entrypoint_tester,
    "mounttest": mounttest,
}


def applets(sys: Sys) -> list[str]:
    """The programs of busybox that are installed here."""
    every = load("images/userlands.yaml")["busybox"]["programs"].values()
    return sorted(name for names in every for name in names if installed(sys, name))


def installed(sys: Sys, name: str) -> bool:
    """Whether a program is found on PATH."""
    try:
        return bool(sys.which(name))
    except UnixError:
        return False


def busybox(sys: Sys, dialect: Dialect) -> Step:
    """busybox APPLET ARGS."""
    words = sys.argv[1:]
    if not words or words[0] == "--help":
        sys.out(f"{dialect.banner}\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n")
        return 0
    if words[0] == "--list":
        sys.out("".join(f"{name}\n" for name in applets(sys)))
        return 0
    try:
        return Exec(words, None, sys.which(words[0]))
    except UnixError:
        raise refuse(sys, f"{words[0]}: applet not found", 127) from None
