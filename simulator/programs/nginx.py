"""nginx: the web server (its master process, its workers, its logs and its control)."""

from contextlib import suppress

from simulator.kernel.units import MILLISECOND
from simulator.programs import identities
from simulator.programs.calendar import strftime
from simulator.programs.nginx_config import included, read_config
from simulator.programs.nginx_folders import CONFIG, ERRORS, WORKERS, attempt, prepare
from simulator.programs.nginx_log import log, version, version_numbers
from simulator.programs.nginx_site import Site
from simulator.programs.options import Dialect, Refused
from simulator.runtime.http import HttpRequest, HttpResponse
from simulator.runtime.http_server import HttpServer
from simulator.runtime.syscalls import Ended, Exec, Step, Sys, UnixError, Wait

PID_FILES = ("/run/nginx.pid", "/var/run/nginx.pid")
SIGNALS = {"stop": "TERM", "quit": "QUIT", "reload": "HUP", "reopen": "USR1"}
FAREWELL = 20 * MILLISECOND  # until the workers are gone: whoever sent the signal has long done so
NUMBERS = {"HUP": 1, "INT": 2, "QUIT": 3, "USR1": 10, "TERM": 15, "CHLD": 17}
FIRST_WITH_RUN = (1, 27)
BIND_ATTEMPTS = 5
BIND_PAUSE = 500_000
USER = "nginx"  # of the workers
FATAL = 2  # the exit code of a worker that would never come up


def pid_file(sys: Sys) -> str:
    """Where the master's number stands."""
    return PID_FILES[0] if sys.exists("/run") else PID_FILES[1]


def main(sys: Sys, dialect: Dialect) -> Step:
    """Serve, or tell the master what to do."""
    role = sys.state.get("role")
    if role == "worker":
        return worker(sys)
    if role == "master":
        return Master(sys).step()
    return start(sys)


# --- the command line ----------------------------------------------------------------------------------------------
def start(sys: Sys) -> Step:
    """Read the arguments and become a master, or do what was asked for and end."""
    if "tries" in sys.state:
        return bind(sys)
    given = arguments(sys.argv[1:])
    if "-c" in given:
        sys.state["config"] = given["-c"]
    if "-v" in given:
        sys.err(f"nginx version: nginx/{version(sys)}\n")
        return 0
    if "-t" in given:
        return test(sys, whole="-T" in given)
    if "-s" in given:
        return control(sys, given["-s"])
    directives = given.get("-g", "")
    sys.state |= {
        "tries": 0,
        "daemon": "daemon off" not in directives,
        "directives": directives,
        "title": " ".join(["nginx", *sys.argv[1:]]),
    }
    return bind(sys)


def arguments(words: list[str]) -> dict[str, str]:
    """The options, each with its value; -V is -v and -T is -t. Raises Refused."""
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word in ("-v", "-V", "-t", "-T", "-q"):
            given |= {word: "", word.lower(): ""}
        elif word in ("-s", "-g", "-c"):
            value = next(rest, None)
            if value is None:
                raise Refused(f'nginx: option "{word}" requires {"parameter" if word == "-s" else "an argument"}\n')
            given[word] = given.get(word, "") + value if word == "-g" else value
        elif word in ("-p", "-e"):
            raise Refused(f"nginx: not simulated here: option {word}\n")
        else:
            raise Refused(f'nginx: invalid option: "{word}"\n')
    return given


def test(sys: Sys, *, whole: bool) -> int:
    """-t, and -T, which shows the *whole* configuration."""
    problem = check(sys)
    if problem:
        sys.err(f"nginx: [emerg] {problem}\nnginx: configuration file {CONFIG} test failed\n")
        return 1
    sys.err(
        f"nginx: the configuration file {CONFIG} syntax is ok\nnginx: configuration file {CONFIG} test is successful\n"
    )
    for path in included(sys, sys.state.get("config", CONFIG)) if whole else ():
        sys.out(f"# configuration file {path}:\n{sys.read_file(path).decode('utf-8', 'replace')}\n")
    return 0


def check(sys: Sys) -> str:
    """What is wrong with the configuration; empty if nothing."""
    return read_config(sys, sys.state.get("config", CONFIG)).problem


def control(sys: Sys, name: str) -> int:
    """-s: send the master a signal."""
    if name not in SIGNALS:
        raise Refused(f'nginx: invalid option: "-s {name}"\n')
    shown = PID_FILES[0] if version_numbers(sys) >= FIRST_WITH_RUN else PID_FILES[1]
    log(sys, "notice", "signal process started")
    try:
        text = sys.read_file(pid_file(sys)).decode("utf-8", "replace").strip()
    except UnixError:
        raise Refused(f'nginx: [error] open() "{shown}" failed (2: No such file or directory)\n') from None
    if not text.isdecimal():
        raise Refused(f'nginx: [error] invalid PID number "{text}" in "{shown}"\n')
    try:
        sys.kill(int(text), SIGNALS[name])
    except UnixError:
        raise Refused(f"nginx: [alert] kill({text}, {NUMBERS[SIGNALS[name]]}) failed (3: No such process)\n") from None
    return 0


# --- becoming a master ---------------------------------------------------------------------------------------------
def bind(sys: Sys) -> Step:
    """Listen; a port that is taken is tried five times."""
    config = read_config(sys, sys.state.get("config", CONFIG))
    if config.problem:
        log(sys, "emerg", config.problem)
        raise Refused(f"nginx: [emerg] {config.problem}\n")
    if not sys.state["tries"]:
        prepare(sys)
    server = HttpServer(sys)
    failed = False
    for port in config.ports:
        if str(port) in server.state["listening"]:
            continue
        try:
            server.listen(port)
        except UnixError as error:
            failed = True
            text = f"bind() to 0.0.0.0:{port} failed ({ERRORS.get(error.name, 0)}: {error.message})"
            log(sys, "emerg", text)
            sys.err(f"nginx: [emerg] {text}\n")
            if error.name == "EACCES":
                return 1
    if not failed:
        return become_master(sys)
    sys.state["tries"] += 1
    if sys.state["tries"] >= BIND_ATTEMPTS:
        log(sys, "emerg", "still could not bind()")
        sys.err("nginx: [emerg] still could not bind()\n")
        return 1
    return Wait(until=sys.now + BIND_PAUSE)


def become_master(sys: Sys) -> Step:
    """Write the number down, go into the background if that is wanted, start the workers."""
    state = sys.state
    memory = {
        "role": "master",
        "title": state["title"],
        "http": state["http"],
        "config": state.get("config", CONFIG),
        "workers": [],
        "begun": False,
    }
    if state["daemon"]:
        sys.fork(memory, group=0)
        return 0
    state.clear()
    state |= memory
    return Master(sys).step()


def worker(sys: Sys) -> Step:
    """A worker waits; the master does its work for it."""
    if not sys.state.get("ready"):
        sys.argv = ["nginx: worker process"]
        try:
            if user := identities.known(sys, USER):
                identities.become(sys, user)
        except UnixError as error:
            log(sys, "emerg", f"setgid({WORKERS}) failed ({ERRORS.get(error.name, 0)}: {error.message})")
            return FATAL
        sys.catch("TERM", "QUIT", "INT", "USR1", "HUP")
        sys.state["ready"] = True
    while signal := sys.take_signal():
        if signal in ("TERM", "INT", "QUIT"):
            return 0
    return Wait()


class Master:
    """The master process; state: `workers` (numbers), `http` (HttpServer's), `leaving`."""

    def __init__(self, sys: Sys) -> None:
        self.sys = sys
        self.state = sys.state
        self.server = HttpServer(sys)

    def step(self) -> Step:
        """Start if that was not done, hear signals, serve."""
        if not self.state["begun"]:
            self.begin()
        while signal := self.sys.take_signal():
            if signal in ("TERM", "INT", "QUIT"):
                return self.end(signal)
            if signal == "HUP":
                self.reload()
        self.reap()
        self.server.serve(self.handle)
        return Wait(readable=self.server.readable, writable=self.server.writable, child=True)

    def begin(self) -> None:
        sys = self.sys
        self.state["begun"] = True
        self.state["user"] = list(identities.known(sys, USER) or ())
        sys.argv = [f"nginx: master process {self.state['title']}"]
        sys.catch("TERM", "INT", "QUIT", "HUP", "USR1")
        self.write_pid()
        log(sys, "notice", 'using the "epoll" event method')
        log(sys, "notice", f"nginx/{version(sys)}")
        log(sys, "notice", f"OS: Linux {sys.info().get('kernel', '')}")
        log(sys, "notice", "getrlimit(RLIMIT_NOFILE): 1048576:1048576")
        self.start_workers()

    def write_pid(self) -> None:
        path, text = pid_file(self.sys), f"{self.sys.pid}\n".encode()
        attempt(self.sys, f'open() "{path}"', lambda: self.sys.write_file(path, text))

    def start_workers(self) -> None:
        log(self.sys, "notice", "start worker processes")
        count = 1 if version_numbers(self.sys) < (1, 19) else max(1, int(self.sys.info().get("cpus", 1)))
        for _ in range(min(count, 8)):
            self.start_worker()

    def start_worker(self) -> None:
        pid = self.sys.fork({"role": "worker"})
        self.state["workers"].append(pid)
        log(self.sys, "notice", f"start worker process {pid}")

    def reap(self) -> None:
        """Take leave of children that ended, whosever they were, and start other workers in the place of workers."""
        while True:
            try:
                ended = self.sys.wait()
            except UnixError:
                return
            if ended is None:
                return
            if ended.pid in self.state["workers"]:
                self.state["workers"].remove(ended.pid)
                log(self.sys, "notice", f"signal 17 (SIGCHLD) received from {ended.pid}")
                self.replace(ended)

    def replace(self, ended: Ended) -> None:
        """Tell how a worker ended, and start another one if that is of any use."""
        level, how = "notice", f"exited with code {ended.code}"
        if ended.signal:
            level, how = "alert", f"exited on signal {ended.code - 128}"
        elif ended.code == FATAL:
            level, how = "alert", f"exited with fatal code {FATAL} and cannot be respawned"
        log(self.sys, level, f"worker process {ended.pid} {how}")
        if how.endswith("respawned"):
            return
        self.start_worker()

    def reload(self) -> None:
        log(self.sys, "notice", "signal 1 (SIGHUP) received, reconfiguring")
        config = read_config(self.sys, self.state["config"])
        if config.problem:
            log(self.sys, "emerg", config.problem)
            return
        for port in config.ports:
            if str(port) not in self.server.state["listening"]:
                try:
                    self.server.listen(port)
                except UnixError as error:
                    log(self.sys, "emerg", f"bind() to 0.0.0.0:{port} failed ({error.message})")
        for port, fd in list(self.server.state["listening"].items()):
            if int(port) not in config.ports:
                self.sys.close(fd)
                del self.server.state["listening"][port]
        log(self.sys, "notice", "reconfiguring")
        old, self.state["workers"] = self.state["workers"], []
        self.start_workers()
        for pid in old:
            self.tell(pid, "QUIT")

    def tell(self, pid: int, signal: str) -> None:
        try:
            self.sys.kill(pid, signal)
        except UnixError:
            return

    def end(self, signal: str) -> int:
        words = "shutting down" if signal == "QUIT" else "exiting"
        log(self.sys, "notice", f"signal {NUMBERS[signal]} (SIG{signal}) received, {words}")
        for pid in self.state["workers"]:
            self.tell(pid, signal if signal != "INT" else "TERM")
            log(self.sys, "notice", "gracefully shutting down" if signal == "QUIT" else "exiting", pid)
            log(self.sys, "notice", "exit", pid)
        log(self.sys, "notice", "exit")
        self.sys.charge(FAREWELL)
        with suppress(UnixError):
            self.sys.unlink(pid_file(self.sys))
        return 0

    # --- serving -------------------------------------------------------------------------------------------------
    def handle(self, request: HttpRequest, peer: str) -> HttpResponse:
        host = request.headers.get("host", "")
        port = int(host.rpartition(":")[2]) if ":" in host and host.rpartition(":")[2].isdecimal() else 80
        config = read_config(self.sys, self.state["config"])
        server = config.server_for(port, host.partition(":")[0])
        user = identities.User(*self.state["user"]) if self.state.get("user") else None
        response = Site(self.sys, server, self.worker_pid(), port, user).answer(request, peer)
        agent, referer = request.headers.get("user-agent", "-"), request.headers.get("referer", "-")
        size = 0 if request.method == "HEAD" else len(response.body)
        when = strftime("%d/%b/%Y:%H:%M:%S +0000", self.sys.unix)
        self.sys.out(
            f'{peer} - - [{when}] "{request.method} {request.target} {request.version}" {response.code} {size} "{referer}" "{agent}" "-"\n'
        )
        return response

    def worker_pid(self) -> int:
        return int(self.state["workers"][0]) if self.state["workers"] else self.sys.pid


ENTRYPOINT_LINES = (
    "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
    "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh",
    "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf",
    "{ipv6}",
    "/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh",
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh",
    "/docker-entrypoint.sh: Configuration complete; ready for start up",
)


def entrypoint(sys: Sys, dialect: Dialect) -> Step:
    """The image's /docker-entrypoint.sh (1.19 and later): prepares, if nginx is to be run, and then runs what it was given."""
    words = sys.argv[1:]
    if not words:
        return 0
    if words[0].rpartition("/")[2] in ("nginx", "nginx-debug"):
        can_write = (
            sys.access("/etc/nginx/conf.d/default.conf", "w") if sys.exists("/etc/nginx/conf.d/default.conf") else False
        )
        ipv6 = "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf"
        if not can_write:
            ipv6 = "10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)"
        lines = [line for line in ENTRYPOINT_LINES if can_write or "checksum" not in line]
        sys.out("".join(line.format(ipv6=ipv6) + "\n" for line in lines))
    try:
        return Exec(words, None, sys.which(words[0]))
    except UnixError as error:
        code, text = (127, "not found") if error.name == "ENOENT" else (126, error.message)
        raise Refused(f"/docker-entrypoint.sh: 47: exec: {words[0]}: {text}\n", code) from None
