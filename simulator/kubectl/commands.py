"""The one table of kubectl's commands."""

from simulator.kubectl.cli import Command
from simulator.kubectl.verbs import apply, create, delete, describe, exec, get, logs

COMMANDS: tuple[Command, ...] = (
    create.COMMAND,
    get.COMMAND,
    delete.COMMAND,
    describe.COMMAND,
    logs.COMMAND,
    exec.COMMAND,
    apply.COMMAND,
)
