"""vi, vim, nano: on a host they open the learner's editor pane and wait until it is closed; in a container there is no pane."""

from simulator.programs.options import Dialect, own_name, refuse
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait


def main(sys: Sys, dialect: Dialect) -> Step:
    """Edit a file."""
    if "path" in sys.state:
        return Wait() if sys.editing(sys.state["path"]) else 0
    if sys.container:
        raise refuse(
            sys,
            "not simulated here: editing in a container; write the file with a redirection (echo ... > FILE, cat > FILE)",
        )
    words = [word for word in sys.argv[1:] if not word.startswith(("-", "+"))]
    if not words:
        raise refuse(sys, f"not simulated here: an editor without a file; give one ({own_name(sys)} FILE)")
    if not sys.isatty(0):
        raise refuse(sys, "not simulated here: editing without a terminal")
    path = words[0] if words[0].startswith("/") else f"{sys.cwd.rstrip('/')}/{words[0]}"
    try:
        if sys.stat(path).kind == "dir":
            raise refuse(sys, f"{words[0]} is a directory")
    except UnixError as error:
        if error.name != "ENOENT":
            raise refuse(sys, f"{words[0]}: {error.message}") from None
    sys.edit(path)
    sys.state["path"] = path
    return Wait()
