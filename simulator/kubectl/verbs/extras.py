"""`kubectl completion` and `kubectl plugin list`: what a shell and a PATH have to do with kubectl."""

from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step, UnixError

SHELLS = ("bash", "zsh", "fish", "powershell")
SCRIPT = """# {shell} completion for kubectl
# In this console the Tab key completes kubectl's words already, and those of `k`: there is nothing more to load.
"""
PREFIX = "kubectl-"


def completion(session: Session) -> Step:
    """Print a script that can be sourced."""
    hint = f"See '{session.path} -h' for help and examples"
    if not session.args:
        raise UsageFailure("Shell not specified.", hint)
    if len(session.args) > 1:
        raise UsageFailure("Too many arguments. Expected only the shell type.", hint)
    if session.args[0] not in SHELLS:
        raise UsageFailure(f'Unsupported shell type "{session.args[0]}".', hint)
    session.out(SCRIPT.format(shell=session.args[0]))
    return 0


def plugins(session: Session) -> Step:
    """List programs whose names make them plug-ins."""
    found = [
        f"{folder}/{name}"
        for folder in dict.fromkeys(session.sys.env.get("PATH", "").split(":"))
        for name in _names(session, folder)
    ]
    if not found:
        raise Failure("unable to find any kubectl plugins in your PATH")
    session.out("The following compatible plugins are available:\n\n")
    bare = bool(session.flag("name-only"))
    session.out("".join(f"{path.rpartition('/')[2] if bare else path}\n" for path in found))
    return 0


def _names(session: Session, folder: str) -> list[str]:
    try:
        return [name for name in session.sys.listdir(folder) if name.startswith(PREFIX)] if folder else []
    except UnixError:
        return []


COMPLETION = Command(
    "completion",
    "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    completion,
    "SHELL [options]",
    group="Settings Commands",
)
PLUGIN = Command(
    "plugin",
    "Provides utilities for interacting with plugins",
    usage="[flags] [options]",
    commands=(Command("list", "List all visible plugin executables on a user's PATH", plugins, "[options]", declare("--name-only=false")),),
)  # fmt: skip
