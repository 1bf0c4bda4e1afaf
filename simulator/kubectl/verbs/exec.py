"""`kubectl exec`: a program in a container, with its input and output here (models kubectl/pkg/cmd/exec)."""

from simulator.api.resources import RESOURCES
from simulator.kubectl import podchoice, relay
from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure, UsageFailure, raise_all
from simulator.kubectl.files import load
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

PODS = RESOURCES["pods"]
ENDED = ("Succeeded", "Failed")
OLD_FORM = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead"


def run(session: Session) -> Step:
    """Start the program, then pass on bytes until it has ended."""
    if "relay" in session.state:
        return relay.step(session)
    target, command = _words(session)
    pod = podchoice.pod_of(session, target or _named_by_file(session))
    phase = (pod.get("status") or {}).get("phase")
    if phase in ENDED:
        raise Failure(f"cannot exec into a container in a completed pod; current phase is {phase}")
    container = podchoice.container_of(session, pod, quiet=bool(session.flag("quiet")))
    stdin = bool(session.flag("stdin"))
    tty = relay.wants_tty(session, stdin)
    metadata = pod["metadata"]
    query = {"container": container, "stdout": "true"} | relay.options(stdin, tty)
    request = session.request("connect", PODS, metadata["namespace"], metadata["name"], subresource="exec", query=query)
    request.query["command"] = command
    return relay.begin(session, request, stdin=stdin, tty=tty)


def _words(session: Session) -> tuple[str, list[str]]:
    args, dash = session.args, session.parsed.dash
    if session.flag("filename"):
        if not args:
            raise Failure("you must specify at least one command for the container")
        return "", args
    if not args or dash == 0:
        raise Failure("pod, type/name or --filename must be specified")
    if len(args) > 1 and dash != 1:
        raise UsageFailure(OLD_FORM, f"See '{session.path} -h' for help and examples")
    if len(args) == 1:
        raise Failure("you must specify at least one command for the container")
    return args[0], args[1:]


def _named_by_file(session: Session) -> str:
    """The one object of -f, as a word."""
    infos, failures = load(session, session.flag("filename"))
    raise_all(failures)
    if len(infos) != 1:
        raise Failure("cannot exec into multiple objects at a time")
    return f"{infos[0].resource.name}/{infos[0].name}"


COMMAND = Command(
    "exec",
    "Execute a command in a container",
    run,
    "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]",
    declare(
        "-c --container= -f --filename=[] --pod-running-timeout=60s -q --quiet=false -i --stdin=false -t --tty=false",
    ),
    group="Troubleshooting and Debugging Commands",
)
