"""`kubectl auth can-i|reconcile|whoami`."""

from simulator.api.resources import RESOURCES
from simulator.kubectl import rules
from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.discovery import find
from simulator.kubectl.failures import Failure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.printers import printer
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tabwriter import Table
from simulator.kubectl.verbs import reconcile
from simulator.runtime.syscalls import Step

ACCESS = RESOURCES["selfsubjectaccessreviews.authorization.k8s.io"]
RULES = RESOURCES["selfsubjectrulesreviews.authorization.k8s.io"]
REVIEWS = RESOURCES["selfsubjectreviews.authentication.k8s.io"]
VERBS = frozenset(
    (
        *(
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "use",
            "bind",
            "impersonate",
        ),
        *("*", "approve", "sign", "escalate", "attest"),
    )
)
URL_VERBS = frozenset(("get", "put", "post", "head", "options", "delete", "patch", "*"))
# What a server knows without listing it: those who may be impersonated.
UNLISTED = ("*", "users", "groups")
TWO = "you must specify two arguments: verb resource or verb resource/resourceName."


def can_i(session: Session) -> Step:
    """Ask whether something is allowed: `yes` or `no`."""
    if session.flag("list"):
        return _list(session)
    if len(session.args) != 2:
        raise UsageFailure(TWO, f"See '{session.path} -h' for help and examples.")
    body: Obj = {"apiVersion": ACCESS.api_version, "kind": ACCESS.kind, "metadata": {}, "spec": _attributes(session)}
    status = session.create(ACCESS, None, body, {}).get("status") or {}
    allowed = bool(status.get("allowed"))
    if not session.flag("quiet"):
        reason = f" - {status['reason']}" if status.get("reason") and not allowed else ""
        session.out("yes\n" if allowed else f"no{reason}\n")
    return 0 if allowed else 1


def _attributes(session: Session) -> Obj:
    verb, what = session.args
    if what.startswith("/"):
        if session.flag("subresource"):
            raise Failure("--subresource can not be used with NonResourceURL")
        _know(session, verb, URL_VERBS)
        return {"nonResourceAttributes": {"path": what, "verb": verb}}
    kind, _, name = what.partition("/")
    resource = find(session, kind)
    if resource is None and kind not in UNLISTED:
        plural, _, group = kind.lower().partition(".")
        where = f" in group '{group}'" if group else ""
        session.err(f"Warning: the server doesn't have a resource type '{plural}'{where}\n\n")
    elif resource is not None and not resource.namespaced and not session.flag("all-namespaces"):
        group = f" in group '{resource.group}'" if resource.group else ""
        session.err(f"Warning: resource '{resource.plural}' is not namespace scoped{group}\n\n")
    if not session.flag("all-namespaces"):
        _know(session, verb, VERBS)
    attributes: Obj = {
        "verb": verb,
        "resource": resource.plural if resource else kind,
        "group": resource.group if resource else "",
    }
    if not session.flag("all-namespaces") and (resource is None or resource.namespaced):
        attributes["namespace"] = session.namespace
    if session.flag("subresource"):
        attributes["subresource"] = session.flag("subresource")
    return {"resourceAttributes": attributes | ({"name": name} if name else {})}


def _know(session: Session, verb: str, known: frozenset[str]) -> None:
    if verb not in known:
        session.err(f"Warning: verb '{verb}' is not a known verb\n\n")


def _list(session: Session) -> Step:
    if session.args:
        raise Failure("list option must be specified with no arguments")
    if any(session.flag(name) for name in ("quiet", "all-namespaces", "subresource")):
        raise Failure("list option can't be specified with neither quiet, all-namespaces nor subresource options")
    body: Obj = {
        "apiVersion": RULES.api_version,
        "kind": RULES.kind,
        "metadata": {},
        "spec": {"namespace": session.namespace},
    }
    status = session.create(RULES, None, body, {}).get("status") or {}
    rows = [] if session.flag("no-headers") else [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]
    rows += rules.rows([*(status.get("resourceRules") or []), *(status.get("nonResourceRules") or [])])
    session.out(Table().format(rows))
    return 0


def whoami(session: Session) -> Step:
    """Tell who the server takes us for."""
    body: Obj = {"apiVersion": REVIEWS.api_version, "kind": REVIEWS.kind, "metadata": {}}
    review = session.create(REVIEWS, None, body, {})
    show = printer(session)
    if show is not None:
        session.out(show(review))
        return 0
    user = (review.get("status") or {}).get("userInfo") or {}
    rows = [["ATTRIBUTE", "VALUE"], ["Username", user.get("username", "")]]
    rows += [["UID", user["uid"]]] if user.get("uid") else []
    rows += [["Groups", f"[{' '.join(user.get('groups') or [])}]"]]
    rows += [[f"Extra: {key}", f"[{' '.join(values)}]"] for key, values in sorted((user.get("extra") or {}).items())]
    session.out(Table().format(rows))
    return 0


MEMBERS = (
    Command("can-i", "Check whether an action is allowed", can_i, "VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
            declare("-A --all-namespaces=false --list=false --no-headers=false -q --quiet=false --subresource=")),
    reconcile.COMMAND,
    Command("whoami", "Experimental: Check self subject attributes", whoami, flags=declare(PRINT)),
)  # fmt: skip
COMMAND = Command(
    "auth",
    "Inspect authorization",
    usage="SUBCOMMAND [options]",
    commands=MEMBERS,
    group="Troubleshooting and Debugging Commands",
)
