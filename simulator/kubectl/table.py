"""The one program of this room, as the machine's table of programs takes it."""

from simulator.kubectl.main import main
from simulator.runtime.syscalls import Program

KUBECTL: dict[str, Program] = {"kubectl": main}
