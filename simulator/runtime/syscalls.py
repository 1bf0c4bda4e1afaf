"""The system calls: all that a program on a simulated machine can do, and how it tells the machine what it waits for.

A program is a function that takes one step: `program(sys)` looks at what there is, does what it can at once, and returns
an exit code, or what it waits for. It is called again when that has come, with the same `sys.state`, a plain dict which
is all the memory a program has: so a sleeping process is data, and a machine can be saved between any two steps.

    def main(sys: Sys) -> Step:                    # cat
        while (data := sys.read(0)) is not None:
            if not data:
                return 0
            sys.write(1, data)
        return Wait(readable=(0,))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from simulator.api.requests import Request, Response
from simulator.runtime.cri_api import Cri


class UnixError(Exception):
    """A system call failed: *name* is the symbol (`ENOENT`), the text is what strerror says (`No such file or directory`)."""

    def __init__(self, name: str, message: str = "") -> None:
        super().__init__(message or STRERROR[name])
        self.name = name
        self.message = message or STRERROR[name]


STRERROR = {
    "EPERM": "Operation not permitted",
    "ENOENT": "No such file or directory",
    "ESRCH": "No such process",
    "EINTR": "Interrupted system call",
    "EIO": "Input/output error",
    "E2BIG": "Argument list too long",
    "ENOEXEC": "Exec format error",
    "EBADF": "Bad file descriptor",
    "ECHILD": "No child processes",
    "EAGAIN": "Resource temporarily unavailable",
    "ENOMEM": "Cannot allocate memory",
    "EACCES": "Permission denied",
    "EBUSY": "Device or resource busy",
    "EEXIST": "File exists",
    "EXDEV": "Invalid cross-device link",
    "ENOTDIR": "Not a directory",
    "EISDIR": "Is a directory",
    "EINVAL": "Invalid argument",
    "EMFILE": "Too many open files",
    "ENOTTY": "Inappropriate ioctl for device",
    "EFBIG": "File too large",
    "ENOSPC": "No space left on device",
    "EROFS": "Read-only file system",
    "EPIPE": "Broken pipe",
    "ENAMETOOLONG": "File name too long",
    "ENOTEMPTY": "Directory not empty",
    "ELOOP": "Too many levels of symbolic links",
    "EADDRINUSE": "Address already in use",
    "EADDRNOTAVAIL": "Cannot assign requested address",
    "ENETUNREACH": "Network is unreachable",
    "ECONNRESET": "Connection reset by peer",
    "ETIMEDOUT": "Connection timed out",
    "ECONNREFUSED": "Connection refused",
    "EHOSTUNREACH": "No route to host",
}


@dataclass(frozen=True)
class Wait:
    """Call me again when one of *readable* has data or its end, one of *writable* has room, a child has ended (*child*),
    virtual time *until* has come, or a signal I catch has arrived (always)."""

    readable: tuple[int, ...] = ()
    writable: tuple[int, ...] = ()
    until: int | None = None
    child: bool = False


@dataclass(frozen=True)
class Exec:
    """Become another program: same process, same files, an empty `sys.state`."""

    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    path: str | None = None  # found on PATH before; None: look argv[0] up


Step = int | Wait | Exec
Program = Callable[["Sys"], Step]
# A server of datagrams: called at once, in the process that listens; None is no answer.
Answer = Callable[["Sys", bytes], bytes | None]


class Stat(NamedTuple):
    """What stat tells of a file."""

    kind: str  # "file", "dir", "link", "char", "block", "fifo", "socket"
    mode: int  # permission bits, with setuid, setgid and sticky
    uid: int
    gid: int
    size: int
    mtime: int  # Unix time in microseconds
    inode: int
    links: int
    target: str  # where a link points; else empty
    device: str  # which file system it is on


class Ended(NamedTuple):
    """How a child ended: its exit code, or the signal that killed it (then code is 128 + its number)."""

    pid: int
    code: int
    signal: str | None


class Seen(NamedTuple):
    """A process as `ps` shows it, with the numbers of the asking process's PID namespace."""

    pid: int
    ppid: int
    uid: int
    user: str
    argv: tuple[str, ...]
    state: str  # R, S, T, Z
    started: int  # virtual microseconds
    cpu: int  # virtual microseconds used
    tty: str
    memory: int  # bytes resident
    session: int


@dataclass(frozen=True)
class Interface:
    """A network interface, with its address and the length of the network's prefix."""

    name: str
    ip: str
    prefix: int
    mac: str
    mtu: int = 1500
    up: bool = True
    extra: dict[str, Any] = field(default_factory=dict)


class Sys(Protocol):
    """The machine, as one process sees it. Every call that fails raises UnixError. Paths may be relative to `cwd`.

    File descriptors are small whole numbers; 0, 1 and 2 are standard input, output and error.
    """

    # --- who and where I am -------------------------------------------------------------------------------------
    argv: list[str]  # a new list given to it is what `ps` shows from then on (a daemon's title)
    env: dict[str, str]
    state: dict[str, Any]
    cwd: str
    umask: int

    @property
    def pid(self) -> int: ...
    @property
    def ppid(self) -> int: ...
    @property
    def uid(self) -> int: ...
    @property
    def gid(self) -> int: ...
    @property
    def groups(self) -> tuple[int, ...]: ...
    @property
    def capabilities(self) -> frozenset[str]:
        """Effective capabilities, such as `NET_BIND_SERVICE`."""
        ...

    @property
    def hostname(self) -> str: ...
    @property
    def machine(self) -> str:
        """The node this runs on."""
        ...

    @property
    def container(self) -> str:
        """The id of the container this runs in; empty on the host itself."""
        ...

    def info(self) -> dict[str, Any]:
        """Facts of the machine: kernel, os, arch, cpus, memory, memory_used, boot (Unix microseconds), cgroup {cpu, memory limits}."""
        ...

    def journal(self) -> list[tuple[int, str, str, int, str]]:
        """What the services of this host have said: Unix microseconds, unit, who, number of the process, text, oldest first."""
        ...

    def service(self, unit: str, action: str) -> None:
        """Have systemd `start`, `stop` or `restart` a service a moment later; EACCES for all but root."""
        ...

    # --- time ---------------------------------------------------------------------------------------------------
    @property
    def now(self) -> int:
        """Virtual microseconds since the cluster was born, what this step has been charged included."""
        ...

    @property
    def unix(self) -> int:
        """Unix time in microseconds."""
        ...

    def charge(self, microseconds: int) -> None:
        """This step costs processor time: my next step comes that much later."""
        ...

    def work(self, microseconds: int) -> None:
        """This step computes for so long, and all of it counts against what I may compute (`charge` may be a wait as well)."""
        ...

    def random(self, limit: int) -> int:
        """A random whole number from 0 to *limit* - 1."""
        ...

    def use_memory(self, size: int) -> None:
        """From now on I hold *size* bytes of memory, until I say otherwise or end; beyond the limit I am killed (OOM)."""
        ...

    # --- files --------------------------------------------------------------------------------------------------
    def read_file(self, path: str) -> bytes: ...
    def write_file(self, path: str, data: bytes, *, append: bool = False, mode: int = 0o666) -> None: ...
    def truncate(self, path: str, size: int) -> None:
        """Cut a file off at *size* bytes, or let zeros follow up to there; it is made if it is not there."""
        ...

    def stat(self, path: str, *, follow: bool = True) -> Stat: ...
    def exists(self, path: str) -> bool: ...
    def access(self, path: str, mode: str) -> bool:
        """Whether I may do all of *mode*, letters of `rwx`, to the file."""
        ...

    def listdir(self, path: str) -> list[str]:
        """Sorted names, without `.` and `..`."""
        ...

    def realpath(self, path: str) -> str: ...
    def mkdir(self, path: str, mode: int = 0o777) -> None: ...
    def rmdir(self, path: str) -> None: ...
    def unlink(self, path: str) -> None: ...
    def rename(self, old: str, new: str) -> None: ...
    def symlink(self, target: str, path: str) -> None: ...
    def link(self, old: str, new: str) -> None: ...
    def mkfifo(self, path: str, mode: int = 0o666) -> None: ...
    def chmod(self, path: str, mode: int) -> None: ...
    def chown(self, path: str, uid: int, gid: int) -> None:
        """-1 leaves the owner or the group as it is."""
        ...

    def utime(self, path: str, mtime: int | None = None) -> None:
        """Set the time of the last change, in Unix microseconds; None is now."""
        ...

    def mounts(self) -> list[dict[str, Any]]:
        """What is mounted here: device, path, type, options, size, used (bytes)."""
        ...

    # --- file descriptors ---------------------------------------------------------------------------------------
    def open(self, path: str, flags: str, mode: int = 0o666) -> int:
        """*flags*: `r`, `w` (truncate, create), `a` (append, create), `+` (read and write), `x` (must be new), joined."""
        ...

    def read(self, fd: int, limit: int = 65536) -> bytes | None:
        """What there is, at most *limit* bytes; b"" at the end; None when nothing is there yet."""
        ...

    def write(self, fd: int, data: bytes) -> int:
        """How many bytes were taken; fewer than given when a pipe is full. A pipe that nobody reads: SIGPIPE, EPIPE."""
        ...

    def close(self, fd: int) -> None: ...
    def dup(self, fd: int, onto: int | None = None) -> int: ...
    def pipe(self) -> tuple[int, int]:
        """The end to read from, the end to write to."""
        ...

    def fds(self) -> dict[int, str]:
        """My open file descriptors, and what they are (a path, `pipe:[N]`, `socket:[N]`, `/dev/pts/N`)."""
        ...

    def out(self, text: str) -> None:
        """Write *text* to standard output, all of it (what a full pipe does not take is kept and sent before I end)."""
        ...

    def err(self, text: str) -> None:
        """Write *text* to standard error, all of it."""
        ...

    # --- processes ----------------------------------------------------------------------------------------------
    def which(self, name: str) -> str:
        """The path of a program, looked up on PATH unless *name* has a slash; ENOENT or EACCES."""
        ...

    def spawn(
        self,
        argv: Sequence[str],
        *,
        path: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        fds: Mapping[int, int] | None = None,
        group: int | None = None,
        uid: int | None = None,
        gid: int | None = None,
    ) -> int:
        """Start a program; its pid. *fds* maps the child's descriptors to mine (default: the first three, as they are).

        *group* is the process group to join; 0 begins a new one. A script with `#!` is run by its interpreter.
        """
        ...

    def fork(self, state: dict[str, Any], *, fds: Mapping[int, int] | None = None, group: int | None = None) -> int:
        """Start a child that is the same program with *state* (copied) as its memory; its pid."""
        ...

    def wait(self, pid: int | None = None) -> Ended | None:
        """Take leave of a child (any, if None) that has ended; None if none has; ECHILD if there is no such child."""
        ...

    def kill(self, pid: int, signal: str) -> None:
        """Send *signal* (`TERM`); a negative *pid* means a process group, -1 all but me and process 1."""
        ...

    def catch(self, *signals: str) -> None:
        """From now on these signals wake me, and stand in `take_signal`, instead of their default action."""
        ...

    def ignore(self, *signals: str) -> None:
        """From now on these signals do nothing."""
        ...

    def default(self, *signals: str) -> None:
        """From now on these signals do again what they do by default."""
        ...

    def take_signal(self) -> str | None:
        """The next signal that I caught and have not taken yet."""
        ...

    def processes(self) -> list[Seen]:
        """All that my PID namespace shows, by number."""
        ...

    def set_user(self, uid: int, gid: int, groups: tuple[int, ...] = ()) -> None: ...
    def enter(self, pid: int, kind: str) -> None:
        """Join the namespace of this kind (`net`, `mnt`, ...) of the process that I know as *pid*: ESRCH, EPERM; EINVAL where that is
        another one than mine and only `net` and `mnt` can be changed."""
        ...

    def set_root(self, path: str) -> None:
        """From now on the root of a node, at *path* in a container that has it mounted, is mine; EINVAL for any other folder."""
        ...

    # --- terminal -----------------------------------------------------------------------------------------------
    def isatty(self, fd: int) -> bool: ...
    def tty_size(self, fd: int) -> tuple[int, int]:
        """Columns and rows."""
        ...

    def tty_mode(
        self, fd: int, *, canonical: bool | None = None, echo: bool | None = None, signals: bool | None = None
    ) -> dict[str, bool]:
        """Set what is given; how the terminal now is."""
        ...

    def tty_foreground(self, fd: int, group: int | None = None) -> int:
        """Set (if given) and return the process group that gets the terminal's signals and input."""
        ...

    def tty_edit(self, fd: int, prompt: str) -> None:
        """Write *prompt* and let the terminal's owner edit one line, with history and completion, until it is read."""
        ...

    def tty_mirror(self, fd: int, inner: int | None) -> None:
        """While I relay between terminal *fd* and the terminal *inner*, whoever sits at *fd* sits in truth at *inner*."""
        ...

    # --- network ------------------------------------------------------------------------------------------------
    def interfaces(self) -> list[Interface]: ...
    def routes(self) -> list[dict[str, str]]: ...
    def sockets(self) -> list[dict[str, Any]]:
        """What netstat shows: proto, local, remote, state, pid, program."""
        ...

    def resolve(self, name: str) -> list[str]:
        """IPv4 addresses of *name* by /etc/hosts and the name servers of /etc/resolv.conf; empty if there is none."""
        ...

    def ask(self, ip: str, port: int, payload: bytes) -> bytes | None:
        """Send a datagram and take the answer; None if none comes (what waiting costs, the caller waits or charges)."""
        ...

    def answer(self, port: int, name: str) -> None:
        """Serve datagrams on *port* with the Answer that is registered as *name*, for as long as I live."""
        ...

    def connect(self, ip: str, port: int) -> int:
        """Begin a TCP connection; see `connected`."""
        ...

    def connected(self, fd: int) -> bool:
        """False while the connection is being made; ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH when it failed.

        Wait(writable=(fd,)) returns when there is something to know."""
        ...

    def listen(self, port: int, ip: str = "0.0.0.0") -> int:
        """Listen for TCP connections; EADDRINUSE, EACCES. Wait(readable=(fd,)) returns when one has come."""
        ...

    def accept(self, fd: int) -> int | None:
        """Take the next connection; None if there is none."""
        ...

    def peer(self, fd: int) -> tuple[str, int]:
        """Address and port of the other end of a connection."""
        ...

    # --- the API ------------------------------------------------------------------------------------------------
    def api(self, server: str, request: Request) -> Response:
        """Send a request to the API server at *server* (`https://10.0.0.10:6443`) over the network; the whole answer.

        Raises UnixError (ECONNREFUSED, ...) when nobody answers there."""
        ...

    def api_open(self, server: str, request: Request) -> tuple[Response, dict[str, int]]:
        """Send a request whose answer is a stream: the response, and my ends of the channels by name.

        watch: `events`, read with `read_event`. log: `stdout`. exec, attach: `stdin`, `stdout`, `stderr` (not with a tty)
        and `status`, on which one JSON Status arrives at the end. A refusal comes as a failed response and no channels."""
        ...

    def log_in(self, ip: str, command: str, *, tty: bool) -> dict[str, int]:
        """Have the sshd at *ip* start root's shell, for *command* or (if empty) for lines; my ends of the channels, as `api_open`
        has them for exec. Raises UnixError (EHOSTUNREACH, ECONNREFUSED)."""
        ...

    def take(self, channels: dict[str, str]) -> dict[str, int]:
        """My ends of streams that the runtime of this node has opened (`Cri.exec_start`)."""
        ...

    def read_event(self, fd: int) -> dict[str, Any] | None:
        """The next event of a watch, {"type", "object"}; None when there is none yet; {} when the server has closed it."""
        ...

    def cri(self) -> Cri:
        """The container runtime behind its socket on this node; ENOENT in a container that does not have the root of its node, EACCES for all but root."""
        ...

    # --- the lab ------------------------------------------------------------------------------------------------
    def tell(self, kind: str, **data: Any) -> None:
        """Let the learner's page know of something (for example `editor`)."""
        ...

    def edit(self, path: str) -> None:
        """Open *path* in the learner's editor pane."""
        ...

    def editing(self, path: str) -> bool:
        """Whether the editor pane that I opened is still open; a wait without conditions returns when it closes."""
        ...
