"""`kubectl attach`: the input and output of the program that a container runs."""

from simulator.api.resources import RESOURCES
from simulator.kubectl import podchoice, relay
from simulator.kubectl.attaching import HINT
from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

PODS = RESOURCES["pods"]
ENDED = ("Succeeded", "Failed")


def run(session: Session) -> Step:
    """Attach, then pass on bytes until the program has ended."""
    if "relay" in session.state:
        return relay.step(session)
    if not session.args:
        raise Failure("at least 1 argument is required for attach")
    if len(session.args) > 2:
        raise Failure(
            f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {len(session.args)}: {session.args}"
        )
    pod = podchoice.pod_of(session, "/".join(session.args))
    phase = (pod.get("status") or {}).get("phase")
    if phase in ENDED:
        raise Failure(f"cannot attach a container in a completed pod; current phase is {phase}")
    name = _container(session, pod)
    spec: Obj = next((each for each in pod["spec"]["containers"] if each["name"] == name), {})
    stdin = bool(session.flag("stdin"))
    tty = relay.wants_tty(session, stdin) and bool(spec.get("tty"))
    if session.flag("tty") and not spec.get("tty"):
        session.err(f"error: Unable to use a TTY - container {name} did not allocate one\n")
    if not session.flag("quiet"):
        session.err(HINT)
    metadata = pod["metadata"]
    query = {"container": name, "stdout": "true"} | relay.options(stdin, tty)
    request = session.request(
        "connect", PODS, metadata["namespace"], metadata["name"], subresource="attach", query=query
    )
    return relay.begin(session, request, stdin=stdin, tty=tty)


def _container(session: Session, pod: Obj) -> str:
    try:
        return podchoice.container_of(session, pod, quiet=bool(session.flag("quiet")))
    except Failure as failure:
        raise Failure(f"cannot attach to the container: {failure}") from None


COMMAND = Command(
    "attach",
    "Attach to a running container",
    run,
    "(POD | TYPE/NAME) -c CONTAINER [options]",
    declare(
        "-c --container= --detach-keys=ctrl-p,ctrl-q --pod-running-timeout=60s -q --quiet=false -i --stdin=false -t --tty=false"
    ),
    group="Troubleshooting and Debugging Commands",
)
