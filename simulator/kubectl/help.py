"""Help in few words: what a command does, how it is called, which flags it takes."""

from collections.abc import Sequence

from simulator.kubectl.cli import DEPRECATED, Command
from simulator.kubectl.flags import Flag

GROUPS = (
    "Basic Commands (Beginner)",
    "Basic Commands (Intermediate)",
    "Deploy Commands",
    "Cluster Management Commands",
    "Troubleshooting and Debugging Commands",
    "Advanced Commands",
    "Settings Commands",
    "Subcommands provided by plugins",
    "Other Commands",
)
# The place of each command in its group.
ORDER = (
    *("create", "expose", "run", "set"),
    *("explain", "get", "edit", "delete"),
    *("rollout", "scale", "autoscale"),
    *("certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint"),
    *("describe", "logs", "attach", "exec", "port-forward", "proxy", "cp", "auth", "debug", "events"),
    *("diff", "apply", "patch", "replace", "wait", "kustomize"),
    *("label", "annotate", "completion"),
    *("api-resources", "api-versions", "config", "kuberc", "plugin", "version"),
)
NARROW = 11  # what the column of names is at least
GLOBAL_HINT = 'Use "kubectl options" for a list of global command-line options (applies to all commands).\n'


def overview(commands: Sequence[Command]) -> str:
    """What kubectl says when it is called without a command."""
    text = "kubectl controls the Kubernetes cluster manager.\n\n"
    text += " Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\n"
    wide = max(len(command.name) for command in commands) + 2
    for group in GROUPS:
        members = [command for command in commands if command.group == group]
        text += f"{group}:\n{_listed(sorted(members, key=_place), wide)}\n"
    text += "Usage:\n  kubectl [flags] [options]\n\n"
    return text + f'Use "kubectl <command> --help" for more information about a given command.\n{GLOBAL_HINT}'


def command_help(path: str, command: Command) -> str:
    """What `--help` says of a command."""
    text = f"{command.short}.\n\n"
    if command.aliases:
        text += f"Aliases:\n{', '.join((command.name, *command.aliases))}\n\n"
    if command.commands:
        text += f"Available Commands:\n{_listed(command.commands)}\n"
    elif command.flags:
        text += f"Options:\n{flag_list(command.flags)}\n"
    text += f"Usage:\n  {path} {command.usage}\n\n"
    if command.commands:
        text += f'Use "{path} <command> --help" for more information about a given command.\n'
    return text + GLOBAL_HINT


def flag_list(flags: Sequence[Flag]) -> str:
    """The flags with their defaults, one in a line."""
    return "".join(
        _flag_line(flag) for flag in sorted(flags, key=lambda flag: flag.name) if flag.name not in DEPRECATED
    )


def _flag_line(flag: Flag) -> str:
    default = {"string": f"'{flag.default}'", "strings": "[]", "array": "[]", "pairs": "[]"}.get(
        flag.kind, flag.default
    )
    return f"    {'-' + flag.short + ', ' if flag.short else ''}--{flag.name}={default}\n"


def _place(command: Command) -> int:
    return ORDER.index(command.name) if command.name in ORDER else len(ORDER)


def _listed(commands: Sequence[Command], wide: int = 0) -> str:
    wide = wide or max(NARROW, *(len(command.name) for command in commands)) + 2
    return "".join(f"  {command.name:<{wide}} {command.short}\n" for command in commands)
