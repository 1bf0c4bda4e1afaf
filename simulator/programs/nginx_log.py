"""nginx's version, and its error log."""

from simulator.programs.calendar import strftime
from simulator.runtime.syscalls import Sys

# From about this version on the images' nginx.conf asks for notices in the error log.
FIRST_WITH_NOTICES = (1, 21)


DEFAULT_VERSION = "1.27.5"


def version(sys: Sys) -> str:
    """Which nginx this is: the images say it in their environment."""
    return sys.env.get("NGINX_VERSION", DEFAULT_VERSION).partition("-")[0]


def version_numbers(sys: Sys) -> tuple[int, ...]:
    """The version as numbers to compare."""
    return tuple(int(part) for part in version(sys).split(".")[:3] if part.isdecimal())


def log(sys: Sys, level: str, text: str, pid: int | None = None) -> None:
    """A line of the error log; notices only where the configuration asks for them."""
    if level != "notice" or version_numbers(sys) >= FIRST_WITH_NOTICES:
        number = sys.pid if pid is None else pid
        sys.err(f"{strftime('%Y/%m/%d %H:%M:%S', sys.unix)} [{level}] {number}#{number}: {text}\n")
