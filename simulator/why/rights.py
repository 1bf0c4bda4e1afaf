"""Which right is missing: what RBAC was asked, and the roles that would allow it if they were bound."""

import re2

from simulator.api.requests import Obj
from simulator.api.resources import RESOURCES
from simulator.apiserver.authorization import RBAC, Wanted, covers
from simulator.why.chain import Evidence, Link
from simulator.why.inquiry import Inquiry, within

# What the authorizer puts into its refusal (apiserver/authorization.py).
ASKED = re2.compile(
    r'User "([^"]+)" cannot (\S+) resource "([^"/]+)/?([^"]*)" in API group "([^"]*)" (?:in the namespace "([^"]+)")?'
)
BOUND = {"ClusterRole": "clusterrole", "Role": "role"}


def links(inquiry: Inquiry, status: Obj, said: tuple[Evidence, ...]) -> list[Link]:
    """The links for a refusal of the authorizer; none if somebody else has refused."""
    found = ASKED.search(str(status.get("message", "")))
    if not found:
        return []
    user, verb, plural, sub, group, namespace = (part or "" for part in found.groups())
    resource = RESOURCES.get(f"{plural}.{group}" if group else plural)
    what = f"{plural}/{sub}" if sub else plural
    values = {"user": user, "verb": verb, "resource": what, "where": namespace or "*"}
    look = (f"kubectl auth can-i --list --as={user}{within(namespace)}",)
    first = Link("rights.missing", values, evidence=said, next=look)
    if resource is None:
        return [first]
    wanted = Wanted(verb, resource.name, sub, namespace or None, str((status.get("details") or {}).get("name", "")))
    role = covering(inquiry, wanted, namespace)
    if role is None:
        make = f"kubectl create role {plural}-{verb} --verb={verb} --resource={what}{within(namespace)}"
        return [first, Link("rights.no_role", {"verb": verb, "resource": what}, next=(make,))]
    kind, name = role
    return [
        first,
        Link("rights.unbound", {"role": f"{kind}/{name}", "user": user}, next=(bind(kind, name, user, namespace),)),
    ]


def covering(inquiry: Inquiry, wanted: Wanted, namespace: str) -> tuple[str, str] | None:
    """Kind and name of the role that allows it and the least besides; none that belongs to the system or allows everything."""
    places = [("Role", f"roles.{RBAC}", namespace)] if namespace else []
    found: list[tuple[int, str, str]] = []
    for kind, resource, space in [*places, ("ClusterRole", f"clusterroles.{RBAC}", "")]:
        for role in inquiry.all(resource, space):
            name, rules = role["metadata"]["name"], role.get("rules") or ()
            own = not name.startswith("system:") and name != "cluster-admin"
            if own and any(covers(rule, wanted) for rule in rules):
                found.append((sum(map(breadth, rules)), kind, name))
    return min(found)[1:] if found else None


def breadth(rule: Obj) -> int:
    """How much a rule allows."""
    return len(rule.get("verbs") or ()) * max(len(rule.get("resources") or ()), 1)


def bind(kind: str, name: str, user: str, namespace: str) -> str:
    """The command that binds a role to a user or a service account."""
    parts = user.split(":")
    who = f"--serviceaccount={parts[2]}:{parts[3]}" if user.startswith("system:serviceaccount:") else f"--user={user}"
    made = "rolebinding" if namespace else "clusterrolebinding"
    return f"kubectl create {made} {name}-{parts[-1]} --{BOUND[kind]}={name} {who}{within(namespace)}"
