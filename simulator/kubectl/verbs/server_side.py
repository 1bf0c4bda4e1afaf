"""`kubectl apply --server-side`: the server merges, and remembers who manages which field (models kubectl/pkg/cmd/apply)."""

from simulator.kubectl.describers.page import LAST_APPLIED
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.session import Session

MANAGER, KEEPER = "kubectl", "kubectl-last-applied"
CONFLICT = """
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def check(session: Session) -> None:
    """Refuse flags that do not go together."""
    if session.flag("force-conflicts") and not session.flag("server-side"):
        raise Failure("--force-conflicts only works with --server-side")
    if session.flag("subresource") and not session.flag("server-side"):
        raise Failure("--subresource can only be specified for --server-side")
    if not session.flag("server-side"):
        return
    if mode(session) == "client":
        raise Failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    if session.flag("force"):
        raise Failure("--force cannot be used with --server-side")
    if session.flag("prune"):
        raise Failure("--prune is in alpha and doesn't currently work on objects created by server-side apply")


def apply(session: Session, info: Info) -> None:
    """Apply one object, and say so."""
    force = "true" if session.flag("force-conflicts") else "false"
    wanted = {**query(session, force=force), "fieldManager": manager(session)}
    part = str(session.flag("subresource") or "")
    try:
        info.object = session.patch(
            info.resource, info.namespace, info.name, info.object, "apply", wanted, subresource=part
        )
    except ServerFailure as failure:
        if failure.reason != "Conflict":
            raise
        raise Failure(failure.message + CONFLICT) from None
    if mode(session) == "none" and manager(session) == MANAGER:
        _keep_annotation(session, info)
    report(session, info, "serverside-applied", suffix(session))


def manager(session: Session) -> str:
    """In whose name fields are managed."""
    return str(session.flag("field-manager")) if session.given("field-manager") else MANAGER


def _keep_annotation(session: Session, info: Info) -> None:
    """What the older way of applying has written down stays, in a name of its own."""
    text = (info.object["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    if text is None:
        return
    metadata = {"name": info.name, "annotations": {LAST_APPLIED: text}}
    metadata |= {"namespace": info.namespace} if info.namespace else {}
    only = {"apiVersion": info.resource.api_version, "kind": info.resource.kind, "metadata": metadata}
    session.patch(info.resource, info.namespace, info.name, only, "apply", {"fieldManager": KEEPER})
