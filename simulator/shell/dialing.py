"""`/dev/tcp/HOST/PORT`: the connections that bash's redirections open (bash lib/sh/netopen.c)."""

import re
from collections.abc import Sequence

from simulator.runtime.syscalls import UnixError, Wait
from simulator.shell.core import Core
from simulator.shell.memory import ShellError
from simulator.shell.syntax import Redirect

PATH = re.compile(r"/dev/(tcp|udp)/([^/]+)/([^/]+)")
LAST_PORT = 65_535


def ready(shell: Core, redirects: Sequence[Redirect], targets: Sequence[str]) -> Wait | None:
    """Begin the connections that are named; what there is still to wait for. State: for each path its descriptor, or why there is none."""
    if shell.dialect.name != "bash":
        return None
    for redirect, target in zip(redirects, targets, strict=True):
        match = PATH.fullmatch(target) if redirect.operator[0] in "<>&" and redirect.operator[:2] != "<<" else None
        if match and (wait := connected(shell, target, match)):
            return wait
    return None


def connected(shell: Core, path: str, match: re.Match[str]) -> Wait | None:
    """Whether there is an answer for one path, or what to wait for."""
    dials = shell.state.setdefault("dials", {})
    if path not in dials:
        dials[path] = begin(shell, *match.groups())
    found = dials[path]
    if isinstance(found, list):
        return None
    try:
        return None if shell.sys.connected(found) else Wait(writable=(found,))
    except UnixError as error:
        shell.sys.close(found)
        dials[path] = ["connect", error.message]
        return None


def begin(shell: Core, protocol: str, host: str, port: str) -> int | list[str]:
    """The descriptor of a connection that is being made, or what failed and how."""
    if protocol == "udp":
        raise ShellError("not simulated here: /dev/udp", status=1)
    addresses = shell.sys.resolve(host)
    if not addresses:
        return [host, "Name or service not known"]
    if not port.isdecimal() or not 0 < int(port[:9]) <= LAST_PORT:
        return [port, "Servname not supported for ai_socktype"]
    return shell.sys.connect(addresses[0], int(port))


def taken(shell: Core, path: str) -> int | None:
    """The descriptor of a connection that has been made for *path*; None if none was asked for. Raises ShellError."""
    found: int | list[str] | None = shell.state.get("dials", {}).pop(path, None)
    if not isinstance(found, list):
        return found
    what, why = found
    shell.write(f"{shell.state['name']}: {what}: {why}\n", 2)
    raise ShellError(f"{path}: {why if what == 'connect' else 'Invalid argument'}", status=1)
