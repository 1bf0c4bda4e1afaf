"""The names under which the shell is called."""

from simulator.runtime.syscalls import Program
from simulator.shell.main import main

SHELLS: dict[str, Program] = {"ash": main, "bash": main, "dash": main, "sh": main}
