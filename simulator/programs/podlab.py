"""`podlab`: what a learner may ask of the page around the console."""

from simulator.programs.options import Dialect
from simulator.runtime.syscalls import Step, Sys

USAGE = "usage: podlab kubeconfig\n"
OFFERED = (
    "The page offers you a kubeconfig for your own kubectl. It is not printed here: whoever has it can do everything in this\n"
    "cluster, and what a console shows stays in its history. Download it, then:\n\n"
    "    export KUBECONFIG=~/Downloads/<the file>\n"
    "    kubectl get pods\n"
)


def main(sys: Sys, dialect: Dialect) -> Step:
    """Let the page open what was asked for; who shows the console knows how."""
    if sys.argv[1:] in (["-h"], ["--help"]):
        sys.out(USAGE)
        return 0
    if sys.argv[1:] != ["kubeconfig"]:
        sys.err(USAGE)
        return 2
    sys.tell("wish", what="kubeconfig")
    sys.out(OFFERED)
    return 0
