"""`kubectl create role|clusterrole|rolebinding|clusterrolebinding|token`."""

from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.discovery import resource_for
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.generators.making import command, head, one_name
from simulator.kubectl.printers import printer
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

GROUP = "rbac.authorization.k8s.io"
VERBS = (
    *("*", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
    *("use", "bind", "impersonate", "escalate", "approve", "sign", "attest"),
)
URL_VERBS = ("*", "get", "put", "post", "head", "options", "delete", "patch")
API_VERSION = f"{GROUP}/v1"


def _rules(session: Session) -> list[Obj]:
    """A rule for each API group among the resources."""
    verbs, names = list(dict.fromkeys(session.flag("verb"))), list(session.flag("resource-name"))
    if not verbs:
        raise Failure("at least one verb must be specified")
    urls = session.flag("non-resource-url") or []
    if not session.flag("resource") and not urls:
        cluster = session.path.endswith("clusterrole")
        raise Failure(
            "one of resource or nonResourceURL must be specified"
            if cluster
            else "at least one resource must be specified"
        )
    _check_verbs(session, verbs, urls)
    groups: dict[str, list[str]] = {}
    for word in session.flag("resource"):
        name, _, part = word.partition("/")
        group, plural = ("", "*") if name == "*" else _named(session, name)
        groups.setdefault(group, []).append(f"{plural}/{part}" if part else plural)
    named = {"resourceNames": names} if names else {}
    rules = [{"apiGroups": [group], "resources": each, "verbs": verbs, **named} for group, each in groups.items()]
    return rules + ([{"nonResourceURLs": urls, "verbs": verbs}] if urls else [])


def _named(session: Session, name: str) -> tuple[str, str]:
    resource = resource_for(session, name, prefix="")
    return resource.group, resource.plural


def _check_verbs(session: Session, verbs: list[str], urls: list[str]) -> None:
    """Verbs that nobody knows are told of; those of addresses must be ones that addresses have (create_clusterrole.go)."""
    if session.flag("resource"):
        for verb in verbs:
            if verb not in VERBS:
                session.err(f"Warning: '{verb}' is not a standard resource verb\n")
    for url in urls:
        if not url.startswith("/"):
            raise Failure("nonResourceURL should start with /")
    for verb in verbs if urls else ():
        if verb not in URL_VERBS:
            raise Failure(f"invalid verb: '{verb}' for nonResourceURL")


def role(session: Session, name: str) -> Obj:
    """A Role."""
    return head(API_VERSION, "Role", name) | {"rules": _rules(session)}


def cluster_role(session: Session, name: str) -> Obj:
    """A ClusterRole, with rules of its own or put together from others by their labels."""
    for pair in session.flag("aggregation-rule"):
        if "=" not in pair:
            text = f'invalid argument "{pair}" for "--aggregation-rule" flag: malformed pair, expect string=string'
            raise UsageFailure(text, f"See '{session.path} --help' for usage.")
    selectors = [dict([pair.split("=", 1)]) for pair in session.flag("aggregation-rule")]
    if not selectors:
        return head(API_VERSION, "ClusterRole", name) | {"rules": _rules(session)}
    if session.flag("verb") or session.flag("resource") or session.flag("non-resource-url"):
        raise Failure("aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames")
    labels: Obj = {}
    for selector in selectors:
        labels |= selector
    rule = {"clusterRoleSelectors": [{"matchLabels": labels}]}
    return head(API_VERSION, "ClusterRole", name) | {"aggregationRule": rule, "rules": None}


def _binding(session: Session, kind: str, name: str) -> Obj:
    role_name, cluster_role_name = session.flag("role"), session.flag("clusterrole")
    if bool(role_name) == bool(cluster_role_name):
        raise Failure(
            "exactly one of clusterrole or role must be specified"
            if kind == "RoleBinding"
            else "clusterrole must be specified"
        )
    reference = {
        "apiGroup": GROUP,
        "kind": "Role" if role_name else "ClusterRole",
        "name": role_name or cluster_role_name,
    }
    named = {"subjects": found} if (found := subjects(session)) else {}
    return head(API_VERSION, kind, name) | {"roleRef": reference} | named


def subjects(session: Session) -> list[Obj]:
    """Who is named by --user, --group and --serviceaccount."""
    found: list[Obj] = [{"apiGroup": GROUP, "kind": "User", "name": user} for user in session.flag("user")]
    found += [{"apiGroup": GROUP, "kind": "Group", "name": group} for group in session.flag("group")]
    for account in session.flag("serviceaccount"):
        namespace, _, account_name = account.partition(":")
        if account.count(":") != 1 or not namespace or not account_name:
            raise Failure("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": account_name, "namespace": namespace})
    return found


def role_binding(session: Session, name: str) -> Obj:
    """A RoleBinding."""
    return _binding(session, "RoleBinding", name)


def cluster_role_binding(session: Session, name: str) -> Obj:
    """A ClusterRoleBinding."""
    return _binding(session, "ClusterRoleBinding", name)


def token(session: Session) -> Step:
    """Ask for a token of a service account, and print it."""
    name = one_name(session)
    _check_bound(session)
    spec: Obj = {"audiences": list(session.flag("audience"))} if session.flag("audience") else {}
    if kind := session.flag("bound-object-kind"):
        reference = {"kind": kind, "apiVersion": "v1", "name": session.flag("bound-object-name")}
        uid = session.flag("bound-object-uid")
        spec["boundObjectRef"] = reference | ({"uid": uid} if uid else {})
    if session.flag("duration"):
        spec["expirationSeconds"] = session.flag("duration") // 1_000_000
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {}, "spec": spec}
    accounts = RESOURCES["serviceaccounts"]
    request = session.request("create", accounts, session.namespace, name, subresource="token", body=body)
    try:
        answer = session.call(request)
    except ServerFailure as failure:
        raise Failure(f"failed to create token: {failure.message}") from None
    show = printer(session)
    session.out(show(answer) if show else f"{answer['status']['token']}\n")
    return 0


def _check_bound(session: Session) -> None:
    """An object that the token ends with has a kind and a name."""
    kind = session.flag("bound-object-kind")
    for flag in ("bound-object-name", "bound-object-uid"):
        if session.flag(flag) and not kind:
            raise Failure(f"--{flag} can only be set if --bound-object-kind is provided")
    if kind and kind not in BOUND_KINDS:
        raise Failure(f"supported --bound-object-kind values are {', '.join(BOUND_KINDS)}")
    if kind and not session.flag("bound-object-name"):
        raise Failure("--bound-object-name is required if --bound-object-kind is provided")


BOUND_KINDS = ("Node", "Pod", "Secret")
RULES = "--resource=[] --resource-name=[+] --verb=[]"
SUBJECTS = "--clusterrole= --group=[+] --serviceaccount=[+] --user=[+]"
COMMANDS = (
    command("clusterrole", "Create a cluster role", f"clusterroles.{GROUP}", cluster_role, f"{RULES} --aggregation-rule=[] --non-resource-url=[]", plain=True),
    command("clusterrolebinding", "Create a cluster role binding for a particular cluster role", f"clusterrolebindings.{GROUP}", cluster_role_binding, SUBJECTS, needs=("clusterrole",)),
    command("role", "Create a role with single rule", f"roles.{GROUP}", role, RULES, plain=True),
    command("rolebinding", "Create a role binding for a particular role or cluster role", f"rolebindings.{GROUP}", role_binding, f"{SUBJECTS} --role="),
    Command("token", "Request a service account token", token, "SERVICE_ACCOUNT_NAME [options]",
            declare("--audience=[+] --bound-object-kind= --bound-object-name= --bound-object-uid= --duration=0s", PRINT)),
)  # fmt: skip
