"""`kubectl certificate approve|deny`: the answer to a request for a certificate (models kubectl/pkg/cmd/certificates)."""

from simulator.api import timestamps
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import FILES, PRINT, Command
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.files import files_named
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

REQUESTS = RESOURCES["certificatesigningrequests.certificates.k8s.io"]
OTHER = {"Approved": "Denied", "Denied": "Approved"}


def _answer(session: Session, kind: str, reason: str, message: str, done: str) -> Step:
    """Give all requests that are named the condition *kind*."""
    if not session.args and not files_named(session):
        raise Failure("one or more CSRs must be specified as <name> or -f <filename>")
    words = [f"{REQUESTS.name}/{name}" for name in session.args]
    infos, failures = fetch(session, choose(session, words))

    def act(info: Info) -> None:
        conditions: list[Obj] = (info.object.get("status") or {}).get("conditions") or []
        for each in conditions:
            if each.get("type") == OTHER[kind]:
                raise Failure(f'certificate signing request "{info.name}" is already {each["type"]}')
        if session.flag("force") or not any(each.get("type") == kind for each in conditions):
            kept = [each for each in conditions if each.get("type") != kind]
            now = timestamps.rfc3339(session.sys.unix)
            new = {"type": kind, "status": "True", "reason": reason, "message": message, "lastUpdateTime": now}
            body = {**info.object, "status": {**(info.object.get("status") or {}), "conditions": [*kept, new]}}
            request = session.request("update", REQUESTS, None, info.name, subresource="approval", body=body)
            info.object = dict(session.call(request))
        report(session, info, done)

    raise_all(for_each(session, infos, act, failures))
    return 0


def approve(session: Session) -> Step:
    """Approve."""
    return _answer(
        session, "Approved", "KubectlApprove", "This CSR was approved by kubectl certificate approve.", "approved"
    )


def deny(session: Session) -> Step:
    """Deny."""
    return _answer(session, "Denied", "KubectlDeny", "This CSR was denied by kubectl certificate deny.", "denied")


FLAGS = declare("--force=false", FILES, PRINT)
COMMAND = Command(
    "certificate",
    "Modify certificate resources",
    usage="SUBCOMMAND [options]",
    commands=(
        Command("approve", "Approve a certificate signing request", approve, "(-f FILENAME | NAME) [options]", FLAGS),
        Command("deny", "Deny a certificate signing request", deny, "(-f FILENAME | NAME) [options]", FLAGS),
    ),
    group="Cluster Management Commands",
)
