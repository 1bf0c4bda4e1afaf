"""The members of the family `kubectl create`."""

from simulator.kubectl.generators import access, configuration, networking, workloads

GENERATORS = tuple(
    sorted(
        (*workloads.COMMANDS, *configuration.COMMANDS, *networking.COMMANDS, *access.COMMANDS),
        key=lambda command: command.name,
    )
)
