"""Other servers of HTTP: httpd (Apache and busybox), python3 -m http.server, registry, and a web application described by a file."""

from collections.abc import Callable

import msgspec

from simulator.programs import apache_children
from simulator.programs.apache_children import apache_log
from simulator.programs.calendar import civil, http_date, month_name, strftime
from simulator.programs.options import Dialect, Refused, grammar, parse, refuse
from simulator.programs.walk import join
from simulator.runtime.http import REASONS, TYPES, HttpRequest, HttpResponse
from simulator.runtime.http_server import Handler, HttpServer
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

APACHE_VERSION = "2.4.63"
HTDOCS = "/usr/local/apache2/htdocs"
PID_FILE = "/usr/local/apache2/logs/httpd.pid"
APP = "/etc/webapp.json"
PYTHON_VERSION = "3.12.10"


def serve(
    sys: Sys,
    handler: Handler,
    ports: list[int],
    begin: Callable[[], None],
    end: Callable[[str], int],
    look: Callable[[], int] = lambda: 0,
) -> Step:
    """One step of a plain server: *begin* is called once it listens, *end* when it is told to end; *look* is called each time, and
    ends it with a code that is not 0."""
    server = HttpServer(sys)
    if not sys.state.get("ready"):
        for port in ports:
            server.listen(port)
        sys.catch("TERM", "INT", "QUIT", "WINCH")
        sys.state["ready"] = True
        begin()
    if signal := sys.take_signal():
        return end(signal)
    if code := look():
        return code
    server.serve(handler)
    return Wait(readable=server.readable, writable=server.writable, child="children" in sys.state)


def locate(root: str, path: str) -> str:
    """The file that *path* means below *root*; dots do not lead out."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return join(root, "/".join(parts)) if parts else root


def found(sys: Sys, path: str) -> tuple[str, bytes, int] | int:
    """Kind, content and time of a file, of a directory's index.html; else the HTTP status that says why not."""
    try:
        if sys.stat(path).kind == "dir":
            path = join(path, "index.html")
        return TYPES.get(path.rpartition(".")[2], "application/octet-stream"), sys.read_file(path), sys.stat(path).mtime
    except UnixError as error:
        return 403 if error.name == "EACCES" else 404


# --- Apache --------------------------------------------------------------------------------------------------------
def httpd(sys: Sys, dialect: Dialect) -> Step:
    """Apache's httpd."""
    if sys.state.get("role") == "child":
        return apache_children.child(sys)
    version = sys.env.get("HTTPD_VERSION", APACHE_VERSION)
    if "-v" in sys.argv:
        sys.out(f"Server version: Apache/{version} (Unix)\n")
        return 0
    if not sys.state.get("ready") and "-t" in sys.argv:
        sys.err("Syntax OK\n")
        return 0
    if not sys.state.get("ready") and "-k" in sys.argv:
        return _httpd_control(sys)
    try:
        return serve(
            sys,
            lambda request, peer: _apache_page(sys, request, peer, version),
            [80],
            lambda: _apache_begin(sys, version),
            lambda signal: _apache_end(sys, signal),
            lambda: apache_children.look_after(sys),
        )
    except UnixError as error:
        code = {"EADDRINUSE": "(98)Address already in use", "EACCES": "(13)Permission denied"}.get(
            error.name, error.message
        )
        raise Refused(
            f"{code}: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n"
        ) from None


def _httpd_control(sys: Sys) -> int:
    """-k stop and its like: a signal to the running server."""
    wanted = sys.argv[sys.argv.index("-k") + 1 :][:1]
    signals = {"stop": "TERM", "graceful-stop": "WINCH", "restart": "HUP", "graceful": "USR1"}
    if not wanted or wanted[0] not in signals:
        raise refuse(sys, f"not simulated here: -k {' '.join(wanted)}")
    try:
        sys.kill(int(sys.read_file(PID_FILE).decode("ascii", "replace").strip() or 0), signals[wanted[0]])
    except (UnixError, ValueError):
        sys.err("httpd (no pid file) not running\n" if wanted[0] == "stop" else "httpd not running\n")
    return 0


def _apache_begin(sys: Sys, version: str) -> None:
    ip = next((face.ip for face in sys.interfaces() if face.name != "lo"), "127.0.0.1")
    warning = f"AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {ip}. Set the 'ServerName' directive globally to suppress this message\n"
    sys.err(warning * 2)
    apache_log(sys, "mpm_event:notice", f"AH00489: Apache/{version} (Unix) configured -- resuming normal operations")
    apache_log(sys, "core:notice", "AH00094: Command line: 'httpd -D FOREGROUND'")
    sys.argv = ["httpd", "-DFOREGROUND"]
    apache_children.start(sys)
    try:
        sys.write_file(PID_FILE, f"{sys.pid}\n".encode())
    except UnixError:
        return


def _apache_end(sys: Sys, signal: str) -> int:
    text = (
        "AH00492: caught SIGWINCH, shutting down gracefully"
        if signal == "WINCH"
        else "AH00491: caught SIGTERM, shutting down"
    )
    apache_log(sys, "mpm_event:notice", text)
    apache_children.dismiss(sys)
    return 0


def _apache_page(sys: Sys, request: HttpRequest, peer: str, version: str) -> HttpResponse:
    base = (("Date", http_date(sys.unix)), ("Server", f"Apache/{version} (Unix)"))
    result = found(sys, locate(HTDOCS, request.path)) if request.method in ("GET", "HEAD") else 405
    if isinstance(result, int):
        reasons = {
            404: "The requested URL was not found on this server.",
            403: "You don't have permission to access this resource.",
            405: f"The requested method {request.method} is not allowed for this URL.",
        }
        title = f"{result} {REASONS[result]}"
        page = f'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>{title}</title>\n</head><body>\n<h1>{REASONS[result]}</h1>\n<p>{reasons[result]}</p>\n</body></html>\n'
        response = HttpResponse(result, (*base, ("Content-Type", "text/html; charset=iso-8859-1")), page.encode())
    else:
        kind, body, mtime = result
        etag = f'"{len(body):x}-{mtime:x}"'
        response = HttpResponse(
            200,
            (
                *base,
                ("Last-Modified", http_date(mtime)),
                ("ETag", etag),
                ("Accept-Ranges", "bytes"),
                ("Content-Length", str(len(body))),
                ("Content-Type", kind),
            ),
            body,
        )
    size = len(response.body) if request.method != "HEAD" else "-"
    sys.out(
        f'{peer} - - [{strftime("%d/%b/%Y:%H:%M:%S +0000", sys.unix)}] "{request.method} {request.target} {request.version}" {response.code} {size}\n'
    )
    return response


# --- busybox httpd -------------------------------------------------------------------------------------------------
BUSYBOX_HTTPD = grammar("fivp:h:c:u:r:e:d:m:", usage="[-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-h HOME]")


def busybox_httpd(sys: Sys, dialect: Dialect) -> Step:
    """busybox's httpd: in the background unless -f."""
    state = sys.state
    if "root" not in state:
        options = parse(sys, dialect, BUSYBOX_HTTPD)
        text = options.value("p", "80").rpartition(":")[2]
        if not text.isdecimal() or not 0 < int(text[:6]) < 65536:
            raise refuse(sys, f"bad address '{options.value('p')}'")
        root = options.value("h", ".")
        sys.cwd = root
        state |= {"root": sys.realpath(root), "port": int(text), "verbose": "v" in options}
        if "f" not in options:
            HttpServer(sys).listen(int(text))
            memory = {**state, "ready": True}
            # A daemon lets go of the terminal and the pipes of who started it.
            null = sys.open("/dev/null", "r+")
            sys.fork(memory, fds={fd: null if fd < 3 else fd for fd in (*sys.fds(), 0, 1, 2)}, group=0)
            return 0
    try:
        return serve(
            sys, lambda request, peer: _busybox_page(sys, request), [state["port"]], lambda: None, lambda signal: 0
        )
    except UnixError as error:
        raise refuse(sys, f"bind: {error.message}") from None


def _busybox_page(sys: Sys, request: HttpRequest) -> HttpResponse:
    result = found(sys, locate(sys.state["root"], request.path)) if request.method in ("GET", "HEAD") else 501
    base = (("Date", http_date(sys.unix)), ("Connection", "close"))
    if isinstance(result, int):
        title = f"{result} {REASONS[result]}"
        reason = {404: "The requested URL was not found"}.get(result, "")
        page = f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD>\n<BODY><H1>{title}</H1>\n{reason}\n</BODY></HTML>\n"
        return HttpResponse(result, (*base, ("Content-type", "text/html")), page.encode())
    kind, body, mtime = result
    return HttpResponse(
        200,
        (
            *base,
            ("Content-type", kind),
            ("Accept-Ranges", "bytes"),
            ("Last-Modified", http_date(mtime)),
            ("Content-Length", str(len(body))),
        ),
        body,
    )


# --- python3 -------------------------------------------------------------------------------------------------------
def python(sys: Sys, dialect: Dialect) -> Step:
    """python3 -m http.server [port]; the language itself is not simulated."""
    words = sys.argv[1:]
    if words[:1] in (["-V"], ["--version"]):
        sys.out(f"Python {sys.env.get('PYTHON_VERSION', PYTHON_VERSION)}\n")
        return 0
    words = [word for word in words if word != "-u"]
    if words[:2] != ["-m", "http.server"]:
        raise Refused(
            "python3: not simulated here: programs in Python (only python3 -m http.server [PORT] [--directory DIR])\n"
        )
    port = next((word for word in words[2:] if word.isdecimal()), "8000")
    root = (
        words[words.index("--directory") + 1]
        if "--directory" in words[:-1]
        else words[words.index("-d") + 1]
        if "-d" in words[:-1]
        else "."
    )
    try:
        return serve(
            sys,
            lambda request, peer: _python_page(sys, request, peer, root),
            [int(port[:5])],
            lambda: sys.out(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...\n"),
            lambda signal: _python_end(sys, signal),
        )
    except UnixError as error:
        raise Refused(f"OSError: [Errno 98] {error.message}\n") from None


def _python_end(sys: Sys, signal: str) -> int:
    if signal == "INT":
        sys.out("\nKeyboard interrupt received, exiting.\n")
        return 0
    return 143


def _python_page(sys: Sys, request: HttpRequest, peer: str, root: str) -> HttpResponse:
    path = locate(root, request.path)
    result = found(sys, path)
    base = (
        ("Server", f"SimpleHTTP/0.6 Python/{sys.env.get('PYTHON_VERSION', PYTHON_VERSION)}"),
        ("Date", http_date(sys.unix)),
    )
    if result == 404 and sys.exists(path) and sys.stat(path).kind == "dir":
        rows = "".join(f'<li><a href="{name}">{name}</a></li>\n' for name in sys.listdir(path)[:1000])
        title = f"Directory listing for {request.path}"
        page = f'<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{rows}</ul>\n<hr>\n</body>\n</html>\n'
        result = ("text/html; charset=utf-8", page.encode(), sys.unix)
    moment = civil(sys.unix)
    stamp = f"{moment.day:02}/{month_name(moment.month)}/{moment.year} {moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    code = result if isinstance(result, int) else 200
    if isinstance(result, int):
        sys.err(f"{peer} - - [{stamp}] code 404, message File not found\n")
        response = HttpResponse(
            404,
            (*base, ("Connection", "close"), ("Content-Type", "text/html;charset=utf-8")),
            b"<!DOCTYPE HTML>\n<html><head><title>Error response</title></head>\n<body><h1>Error response</h1>\n<p>Error code: 404</p>\n<p>Message: File not found.</p>\n</body></html>\n",
        )
    else:
        kind, body, mtime = result
        response = HttpResponse(
            200,
            (*base, ("Content-type", kind), ("Content-Length", str(len(body))), ("Last-Modified", http_date(mtime))),
            body,
        )
    sys.err(f'{peer} - - [{stamp}] "{request.method} {request.target} {request.version}" {code} -\n')
    return response


# --- registry ------------------------------------------------------------------------------------------------------
def registry(sys: Sys, dialect: Dialect) -> Step:
    """An empty registry (registry:2): its API says that it is one."""
    stamp = strftime("%Y-%m-%dT%H:%M:%S", sys.unix) + f".{sys.unix % 10**6:06}Z"
    return serve(
        sys,
        lambda request, peer: _registry_page(request),
        [5000],
        lambda: sys.err(
            f'time="{stamp}" level=info msg="listening on [::]:5000" go.version=go1.20.8 service=registry version=2.8.3\n'
        ),
        lambda signal: 2,
    )


def _registry_page(request: HttpRequest) -> HttpResponse:
    base = (("Docker-Distribution-Api-Version", "registry/2.0"), ("Content-Type", "application/json; charset=utf-8"))
    if request.path in ("/v2/", "/v2"):
        return HttpResponse(200, base, b"{}")
    if request.path == "/v2/_catalog":
        return HttpResponse(200, base, b'{"repositories":[]}\n')
    if request.path.startswith("/v2/"):
        return HttpResponse(
            404, base, b'{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}\n'
        )
    return HttpResponse(
        200 if request.path == "/" else 404, (), b"" if request.path == "/" else b"404 page not found\n"
    )


# --- an application described by a file ------------------------------------------------------------------------------
def webapp(sys: Sys, dialect: Dialect) -> Step:
    """Serves what /etc/webapp.json says: {"port": 80, "pages": {"/": "text", ...}, "log": "a line at the start"}; {hostname} and {ip} are filled in."""
    try:
        config = msgspec.json.decode(sys.read_file(APP))
    except (UnixError, msgspec.MsgspecError):
        raise refuse(sys, f"{APP}: cannot be read") from None
    return serve(
        sys,
        lambda request, peer: _webapp_page(sys, config, request),
        [int(config.get("port", 80))],
        lambda: sys.out(config["log"] + "\n" if config.get("log") else ""),
        lambda signal: 0,
    )


def _webapp_page(sys: Sys, config: dict[str, object], request: HttpRequest) -> HttpResponse:
    pages = config.get("pages") or {str(config.get("path", "/")): config.get("body", "")}
    text = pages.get(request.path) if isinstance(pages, dict) else None
    if text is None:
        return HttpResponse(404, (("Content-Type", "text/plain"),), b"404 page not found\n")
    ip = next((face.ip for face in sys.interfaces() if face.name != "lo"), "127.0.0.1")
    body = str(text).replace("{hostname}", sys.hostname).replace("{ip}", ip)
    return HttpResponse(
        200,
        (("Date", http_date(sys.unix)), ("Content-Type", "text/html" if "<" in body else "text/plain")),
        (body.rstrip("\n") + "\n").encode(),
    )
