"""What the real kubectl can do and this one cannot (yet): each says so."""

from simulator.kubectl.cli import Command
from simulator.kubectl.failures import NotSimulated
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

# Flags with which these commands are usually called: they must not be taken for a mistake.
FLAGS = declare(
    "-c --container= --image= -i --stdin=false -t --tty=false --target= --copy-to= --profile-name= --address=[] --port=8001",
    "-f --filename=[] -k --kustomize= -o --output= --no-preserve=false --retries=0 --share-processes=false --pod-running-timeout=60s",
)
NAMES = (("kuberc", "Manage kuberc configuration files", "Other Commands"),)


def run(session: Session) -> Step:
    """Say that this is not simulated."""
    raise NotSimulated(session.path)


COMMANDS = tuple(Command(name, short, run, flags=FLAGS, group=group) for name, short, group in NAMES)
