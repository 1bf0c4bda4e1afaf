"""The shells by the names that a machine's executables have: `sh` is that of a host, `busybox:sh` that of a small image."""

from simulator.runtime.syscalls import Program
from simulator.shell.main import ash, bash, dash

SHELLS: dict[str, Program] = {
    "ash": ash,
    "bash": bash,
    "busybox:ash": ash,
    "busybox:sh": ash,
    "dash": dash,
    "sh": bash,
}
