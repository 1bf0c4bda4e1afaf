"""`kubectl cp`: files to and from containers, as a tar stream through exec (models kubectl/pkg/cmd/cp)."""

import json
from posixpath import basename, dirname, join, normpath
from typing import NamedTuple

from simulator.api.resources import RESOURCES
from simulator.kubectl import podchoice, relay
from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step, UnixError, Wait
from simulator.runtime.tarball import BadArchive, Entry, pack, unpack

PODS = RESOURCES["pods"]
MOST_BYTES = 16 << 20
MOST_READS = 64
SKIPPED = 'warning: skipping symlink: "{0}" -> "{1}" (consider using "kubectl exec -n "{2}" "{3}" -- tar cf - "{4}" | tar xf -")\n'


class Place(NamedTuple):
    """One side of a copy; *pod* is empty for a file here."""

    namespace: str
    pod: str
    path: str


def run(session: Session) -> Step:
    """Take a step of the copy."""
    if len(session.args) != 2:
        raise Failure("source and destination are required")
    source, target = (place(session, word) for word in session.args)
    _check(source, target)
    if source.pod:
        return _from_pod(session, source, target)
    return _to_pod(session, source, target)


def place(session: Session, word: str) -> Place:
    """What a word names: `file`, `pod:path`, `namespace/pod:path`; a path that begins like one is a path."""
    head, colon, path = word.partition(":")
    if not colon or head.startswith((".", "/")):
        return Place("", "", word)
    if not head:
        raise Failure("filespec must match the canonical format: [[namespace/]pod:]file/path")
    if head.count("/") > 1:
        raise Failure("filespec must match the canonical format: [[namespace/]pod:]file/path")
    namespace, slash, pod = head.rpartition("/")
    return Place(namespace if slash else session.namespace, pod, path)


def _check(source: Place, target: Place) -> None:
    if source.pod and target.pod:
        raise Failure("one of src or dest must be a local file specification")
    if not source.path or not target.path:
        raise Failure("filepath can not be empty")
    if not source.pod and not target.pod:
        raise Failure("one of src or dest must be a remote file specification")


# --- to a Pod ------------------------------------------------------------------------------------------------------------
def _to_pod(session: Session, source: Place, target: Place) -> Step:
    """First ask whether the target is a folder, then send."""
    state = session.state
    if not session.sys.exists(source.path):
        raise Failure(f"{source.path} doesn't exist in local filesystem")
    if "folder" not in state:
        if "exec" not in state:
            _begin(session, target, ["test", "-d", target.path])
        step = _stream(session)
        if step is not None:
            return step
        state["folder"] = not _ended(session, quiet=True)
    path = join(target.path, basename(normpath(source.path))) if state["folder"] else target.path
    if "exec" not in state:
        words = ["--no-same-permissions", "--no-same-owner"] if session.flag("no-preserve") else []
        folder = ["-C", dirname(path)] if dirname(path) else []
        data = pack(_entries(session, source.path, basename(path)))
        _begin(session, target, ["tar", *words, "-xmf", "-", *folder], data)
    step = _stream(session)
    if step is not None:
        return step
    session.out(_text(session, "stdout"))
    session.err(_text(session, "stderr"))
    return _ended(session)


def _entries(session: Session, path: str, name: str) -> list[Entry]:
    """A file, or a folder with all that is in it, under another name."""
    sys = session.sys
    found: list[Entry] = []
    waiting = [(path, name)]
    size = 0
    while waiting:
        here, called = waiting.pop(0)
        stat = sys.stat(here, follow=False)
        bare = Entry(called, stat.kind, stat.mode, stat.uid, stat.gid, stat.mtime // 1_000_000)
        if stat.kind == "dir":
            inside = sys.listdir(here)
            waiting += [(join(here, each), join(called, each)) for each in inside]
            found += [] if inside else [bare]
        elif stat.kind == "link":
            found.append(bare._replace(target=stat.target))
        elif stat.kind == "file":
            data = sys.read_file(here)
            size += len(data)
            found.append(bare._replace(data=data))
        if size > MOST_BYTES:
            raise Failure(f"not simulated here: copying more than {MOST_BYTES >> 20} MiB")
    return found


# --- from a Pod ----------------------------------------------------------------------------------------------------------
def _from_pod(session: Session, source: Place, target: Place) -> Step:
    if "exec" not in session.state:
        _begin(session, source, ["tar", "cf", "-", source.path])
    step = _stream(session)
    if step is not None:
        return step
    session.out(_text(session, "stderr"))  # the real client, too, lets it come out there
    data = bytes(session.state["exec"]["stdout"])
    code = _ended(session)
    if code:
        return code
    try:
        entries = list(unpack(data))
    except BadArchive as error:
        raise Failure(str(error)) from None
    for entry in entries:
        _extract(session, source, target, entry)
    return 0


def _extract(session: Session, source: Place, target: Place, entry: Entry) -> None:
    """Put one entry where it belongs, below the target."""
    prefix = _bare(source.path)
    name = entry.name.rstrip("/")
    if not name.startswith(prefix):
        raise Failure("tar contents corrupted")
    path = normpath(join(target.path, name.removeprefix(prefix).lstrip("/")))
    top = normpath(target.path)
    if path != top and not path.startswith(f"{top.rstrip('/')}/") and top != ".":
        session.err(f'warning: file "{path}" is outside target destination, skipping\n')
        return
    if entry.kind == "link":
        session.err(SKIPPED.format(path, entry.target, source.namespace, source.pod, source.path))
        return
    try:
        _folders(session, path if entry.kind == "dir" else dirname(path))
        if entry.kind == "file":
            session.sys.write_file(path, entry.data, mode=0o666)
            session.sys.chmod(path, entry.mode & 0o777)
    except UnixError as error:
        raise Failure(f"open {path}: {error.message.lower()}") from None


def _bare(path: str) -> str:
    """A remote path as tar names it: without leading slashes and steps up."""
    clean = normpath(path.lstrip("/"))
    while clean.startswith("../"):
        clean = clean[3:]
    return "" if clean in (".", "..") else clean


def _folders(session: Session, path: str) -> None:
    if path and not session.sys.exists(path):
        _folders(session, dirname(path))
        session.sys.mkdir(path, 0o755)


# --- the stream ----------------------------------------------------------------------------------------------------------
def _begin(session: Session, where: Place, command: list[str], data: bytes = b"") -> None:
    """Start *command* in the container, to be fed with *data*."""
    pod = session.get(PODS, where.namespace, where.pod)
    phase = (pod.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise Failure(f"cannot exec into a container in a completed pod; current phase is {phase}")
    quiet = bool(session.state.get("told"))
    container = podchoice.container_of(session, pod, quiet=quiet)
    session.state["told"] = True
    query = {"container": container, "stdout": "true", "stderr": "true"} | ({"stdin": "true"} if data else {})
    request = session.request("connect", PODS, where.namespace, where.pod, subresource="exec", query=query)
    request.query["command"] = command
    channels = relay.opened(session, request)
    session.state["exec"] = {"channels": channels, "in": data, "stdout": b"", "stderr": b"", "status": b""}


def _stream(session: Session) -> Step | None:
    """Move what can be moved; None when the command has ended."""
    state = session.state["exec"]
    channels: dict[str, int] = state["channels"]
    _feed(session, state)
    for name in ("stdout", "stderr", "status"):
        for _ in range(MOST_READS):
            data = session.sys.read(channels[name]) if name in channels else None
            if data is None:
                break
            state[name] += data
            if not data:
                session.sys.close(channels.pop(name))
        if len(state[name]) > MOST_BYTES:
            raise Failure(f"not simulated here: copying more than {MOST_BYTES >> 20} MiB")
    waiting = tuple(fd for name, fd in channels.items() if name != "stdin")
    writable = (channels["stdin"],) if "stdin" in channels and state["in"] else ()
    return Wait(readable=waiting, writable=writable) if waiting else None


def _feed(session: Session, state: dict[str, bytes]) -> None:
    channels = session.state["exec"]["channels"]
    if "stdin" not in channels:
        return
    try:
        while state["in"]:
            taken = session.sys.write(channels["stdin"], state["in"])
            if not taken:
                return
            state["in"] = state["in"][taken:]
    except UnixError:
        state["in"] = b""
    session.sys.close(channels.pop("stdin"))


def _text(session: Session, name: str) -> str:
    return bytes(session.state["exec"][name]).decode(errors="replace")


def _ended(session: Session, *, quiet: bool = False) -> int:
    """The exit code of the command, which is forgotten."""
    status = json.loads(session.state.pop("exec")["status"] or b'{"status":"Success"}')
    if status.get("status") == "Success":
        return 0
    return 1 if quiet else relay.exit_code(session, status)


COMMAND = Command(
    "cp",
    "Copy files and directories to and from containers",
    run,
    "<file-spec-src> <file-spec-dest> [options]",
    declare("-c --container= --no-preserve=false --retries=0"),
    group="Troubleshooting and Debugging Commands",
)
