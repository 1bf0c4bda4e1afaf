"""`kubectl kustomize`: what an overlay makes, as YAML."""

from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure, NotSimulated
from simulator.kubectl.flags import declare
from simulator.kubectl.kustomize.build import build
from simulator.kubectl.printers import to_yaml
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step, UnixError


def run(session: Session) -> Step:
    """Build the folder that is named, or this one."""
    if len(session.args) > 1:
        raise Failure("specify one path to kustomization.yaml")
    folder = session.args[0] if session.args else "."
    if "://" in folder or folder.startswith("github.com/"):
        raise NotSimulated(f"reading {folder} from the Internet")
    if session.flag("enable-helm"):
        raise NotSimulated("kubectl kustomize --enable-helm")
    pages = "---\n".join(to_yaml(obj) for obj in build(session.sys, folder))
    path = str(session.flag("output") or "")
    if not path:
        session.out(pages)
        return 0
    try:
        session.sys.write_file(path, pages.encode())
    except UnixError as error:
        raise Failure(f"open {path}: {error.message.lower()}") from None
    return 0


COMMAND = Command(
    "kustomize",
    "Build a kustomization target from a directory or URL",
    run,
    "DIR [flags] [options]",
    declare("--as-current-user=false --enable-alpha-plugins=false --enable-helm=false -e --env=[] --helm-command=helm",
            "--load-restrictor=LoadRestrictionsRootOnly --mount=[] --network=false -o --output="),
    group="Advanced Commands",
)  # fmt: skip
