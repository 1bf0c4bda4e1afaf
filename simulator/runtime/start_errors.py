"""How runc and containerd say that a container or a program in it cannot be started (runc 1.5, containerd 2.3)."""

from simulator.runtime.machinery import Machinery
from simulator.runtime.process_calls import DEFAULT_PATH
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data

RUNC = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: "
)
CREATE = f"{RUNC}error during container init: "
NO_INIT = f"{RUNC}container init was OOM-killed (memory limit too low?)"
EXEC = (
    'rpc error: code = Unknown desc = failed to exec in container: failed to start exec "{id}": OCI runtime exec failed: '
    "exec failed: unable to start container process: "
)
NOT_RUNNING = "rpc error: code = Unknown desc = failed to exec in container: container is in {state} state"
NO_COMMAND = 'failed to generate container "{id}" spec: failed to generate spec: no command specified'
MOUNT = (
    'error mounting "{source}" to rootfs at "{path}": mount src={source}, dst={path}, dstFd=/proc/thread-self/fd/{fd}, '
    "flags=MS_BIND|MS_REC: {reason}"
)


def find_command(machinery: Machinery, who: Data, name: str, path: str) -> tuple[str, str]:
    """Where the program *name* is, and why it cannot be started (empty if it can), as Go's exec.LookPath says it."""
    if "/" in name:
        return name, unusable(machinery, who, name)
    for folder in (path or DEFAULT_PATH).split(":"):
        candidate = f"{folder or '.'}/{name}"
        if not unusable(machinery, who, candidate):
            return candidate, ""
    return "", f'exec: "{name}": executable file not found in $PATH'


def unusable(machinery: Machinery, who: Data, path: str) -> str:
    """Why the file at *path* is no program; empty if it is one."""
    try:
        node = machinery.walker.find(who, path).node
    except UnixError as error:
        if error.name in ("ENOENT", "ENOTDIR"):
            return f'exec: "{path}": stat {path}: {error.message.lower()}'
        return f'exec: "{path}": {error.message.lower()}'
    if node["k"] == "d":
        return f'exec: "{path}": is a directory'
    try:
        machinery.processes.load(who, path, [path])
    except UnixError as error:
        return (
            f'exec: "{path}": {error.message.lower()}' if error.name != "ENOEXEC" else f"exec {path}: exec format error"
        )
    return ""
