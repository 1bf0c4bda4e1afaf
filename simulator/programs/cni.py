"""The network plug-ins in /opt/cni/bin: the runtime calls them; by hand they say what they are (containernetworking/plugins)."""

from simulator.programs.options import Dialect, own_name
from simulator.runtime.syscalls import Step, Sys

VERSIONS = "0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"


def main(sys: Sys, dialect: Dialect) -> Step:
    """What a plug-in says without a command in its environment."""
    sys.err(f"CNI {own_name(sys)} plugin v1.9.0\nCNI protocol versions supported: {VERSIONS}\n")
    return 0
