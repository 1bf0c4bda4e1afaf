"""What nginx must be able to make before it serves: folders below its cache, given to the user of its workers."""

from collections.abc import Callable
from functools import partial

from simulator.programs.nginx_log import log
from simulator.programs.options import Refused
from simulator.runtime.syscalls import Sys, UnixError

CONFIG = "/etc/nginx/nginx.conf"
ERRORS = {"EPERM": 1, "EACCES": 13, "ENOSPC": 28, "EROFS": 30, "EADDRINUSE": 98}
CACHE = "/var/cache/nginx"
FOLDERS = ("client", "proxy", "fastcgi", "uwsgi", "scgi")
WORKERS = 101  # the user nginx


def prepare(sys: Sys) -> None:
    """Make the folders for what is too big for memory and give them to the workers' user; a failure is the end."""
    if sys.uid != 0:
        log(
            sys,
            "warn",
            f'the "user" directive makes sense only if the master process runs with super-user privileges, ignored in {CONFIG}:2',
        )
    if not sys.exists(CACHE):
        return
    for name in FOLDERS:
        path = f"{CACHE}/{name}_temp"
        if not sys.exists(path):
            attempt(sys, f'mkdir() "{path}"', partial(sys.mkdir, path, 0o700))
        if sys.uid == 0 and sys.stat(path).uid != WORKERS:
            attempt(sys, f'chown("{path}", {WORKERS})', partial(sys.chown, path, WORKERS, 0))


def attempt(sys: Sys, what: str, act: Callable[[], object]) -> None:
    """Do it, or say that *what* failed and end."""
    try:
        act()
    except UnixError as error:
        text = f"{what} failed ({ERRORS.get(error.name, 0)}: {error.message})"
        log(sys, "emerg", text)
        raise Refused(f"nginx: [emerg] {text}\n") from None
