"""Who may do what: administrators all, the others what roles give them (plugin/pkg/auth/authorizer/rbac)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from simulator.api.errors import Forbidden
from simulator.api.requests import Request, User
from simulator.api.resources import Resource
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
ADMINISTRATORS = frozenset(("system:masters", "kubeadm:cluster-admins", "system:nodes"))
# The components of the control plane; their roles are kubeadm's, and are not spelt out here.
COMPONENTS = ("system:kube-", "system:node:", "system:serviceaccount:kube-system:")
# What the role system:basic-user gives to whoever has a name: to ask about oneself.
ABOUT_ONESELF: tuple[Obj, ...] = (
    {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
    {
        "verbs": ["create"],
        "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    },
)
# What system:service-account-issuer-discovery gives to service accounts.
ISSUER: Obj = {
    "verbs": ["get"],
    "nonResourceURLs": [
        f"{path}{end}" for path in ("/.well-known/openid-configuration", "/openid/v1/jwks") for end in ("", "/")
    ],
}
# What system:public-info-viewer gives even to those who have no name.
PUBLIC: Obj = {
    "verbs": ["get"],
    "nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"],
}
# And what system:discovery gives to whoever has one.
DISCOVERY: Obj = {
    "verbs": ["get"],
    "nonResourceURLs": [
        *("/.well-known/*", "/.well-known", "/api/*", "/api", "/apis/*", "/apis", "/healthz", "/livez", "/openapi/*"),
        *("/openapi", "/readyz", "/version/", "/version"),
    ],
}
# Whoever only looks at a cluster from outside may read all of it, but not talk to what runs in it.
VIEWER = User("viewer", ("podlab:viewers", "system:authenticated"))
LOOKING: tuple[Obj, ...] = (
    {"verbs": ["get", "list", "watch"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["get"], "nonResourceURLs": ["*"]},
)
TALKING = frozenset(("attach", "exec", "portforward", "proxy"))
RBAC = "rbac.authorization.k8s.io"
EVERYTHING: Obj = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


class Wanted(NamedTuple):
    """What somebody wants to do."""

    verb: str
    resource: str
    subresource: str
    namespace: str | None
    name: str


def check(backend: Backend, request: Request) -> None:
    """Raise Forbidden if the user may not do what the request asks."""
    if not request.resource:
        if not may_see(backend, request.user, "get", request.path.partition("?")[0]):
            raise Forbidden(f'forbidden: User "{request.user.name}" cannot get path "{request.path}"')
        return
    wanted = _wanted(request)
    if not decide(backend, request.user, wanted)[0]:
        resource = backend.resource(wanted.resource)
        raise Forbidden(_refusal(request.user, wanted, resource), details=_details(wanted, resource))


def _wanted(request: Request) -> Wanted:
    """What a request asks for, as rules speak of it: logs are got, other streams created; what is created has no name yet."""
    verb, name = request.verb, request.name
    if verb == "connect":
        verb = "get" if request.subresource == "log" else "create"
    elif verb == "create" and not request.subresource:
        name = ""
    return Wanted(verb, request.resource, request.subresource, request.namespace, name)


def _details(wanted: Wanted, resource: Resource) -> Obj:
    named = {"name": wanted.name} if wanted.name else {}
    return named | ({"group": resource.group} if resource.group else {}) | {"kind": resource.plural}


def _refusal(user: User, wanted: Wanted, resource: Resource) -> str:
    part = f"{resource.plural}/{wanted.subresource}" if wanted.subresource else resource.plural
    subject = f'{resource.name} "{wanted.name}"' if wanted.name else resource.name
    where = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    return (
        f'{subject} is forbidden: User "{user.name}" cannot {wanted.verb} resource "{part}" '
        f'in API group "{resource.group}" {where}'
    )


def _trusted(user: User) -> bool:
    return not ADMINISTRATORS.isdisjoint(user.groups) or user.name.startswith(COMPONENTS)


def _looks(user: User) -> bool:
    return VIEWER.groups[0] in user.groups


def decide(backend: Backend, user: User, wanted: Wanted) -> tuple[bool, str]:
    """Whether the user may do it, and why."""
    if _trusted(user):
        return True, ""
    if _looks(user) and wanted.subresource in TALKING:
        return False, ""
    allowed = any(covers(rule, wanted) for rule in rules_of(backend, user, wanted.namespace))
    return allowed, ""


def may_see(backend: Backend, user: User, verb: str, path: str) -> bool:
    """Whether the user may do it to a path that is no resource's."""
    if _trusted(user):
        return True
    rules = rules_of(backend, user, None)
    return any(_has(rule.get("verbs"), verb) and _reaches(rule.get("nonResourceURLs") or (), path) for rule in rules)


def _reaches(urls: Iterable[str], path: str) -> bool:
    return any(url == path or (url.endswith("*") and path.startswith(url[:-1])) for url in urls)


def rules_of(backend: Backend, user: User, namespace: str | None) -> list[Obj]:
    """All rules that hold for the user, in the namespace and in the whole cluster."""
    if _trusted(user):
        return [EVERYTHING, {"verbs": ["*"], "nonResourceURLs": ["*"]}, *ABOUT_ONESELF, DISCOVERY]
    found = [PUBLIC] if "system:unauthenticated" in user.groups else [*ABOUT_ONESELF, DISCOVERY]
    if "system:serviceaccounts" in user.groups:
        found.append(ISSUER)
    if _looks(user):
        found += LOOKING
    for binding in backend.store.scan(f"clusterrolebindings.{RBAC}"):
        found += _rules(backend, binding, user, None)
    if namespace:
        for binding in backend.store.scan(f"rolebindings.{RBAC}", namespace):
            found += _rules(backend, binding, user, namespace)
    return found


def _rules(backend: Backend, binding: Obj, user: User, namespace: str | None) -> list[Obj]:
    if not any(_is_subject(subject, user, namespace or "") for subject in binding.get("subjects") or ()):
        return []
    reference = binding.get("roleRef") or {}
    if reference.get("kind") == "ClusterRole":
        role = backend.find(f"clusterroles.{RBAC}", None, reference.get("name", ""))
    else:
        role = backend.find(f"roles.{RBAC}", namespace, reference.get("name", ""))
    return list((role or {}).get("rules") or ())


def _is_subject(subject: Obj, user: User, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name", "")
    if kind == "ServiceAccount":
        return user.name == f"system:serviceaccount:{subject.get('namespace') or namespace}:{name}"
    return name in user.groups if kind == "Group" else name == user.name


def covers(rule: Obj, wanted: Wanted) -> bool:
    """Whether a rule of a role lets do what is wanted."""
    plural, _, group = wanted.resource.partition(".")
    part = f"{plural}/{wanted.subresource}" if wanted.subresource else plural
    names = rule.get("resourceNames") or ()
    return (
        _has(rule.get("verbs"), wanted.verb)
        and _has(rule.get("apiGroups"), group)
        and (_has(rule.get("resources"), part) or f"*/{wanted.subresource}" in (rule.get("resources") or ()))
        and (not names or wanted.name in names)
    )


def _has(values: list[str] | None, value: str) -> bool:
    return value in (values or ()) or "*" in (values or ())
