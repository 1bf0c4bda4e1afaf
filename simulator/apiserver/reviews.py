"""Questions to the API server that leave nothing behind: may I, who am I (pkg/registry/{authorization,authentication})."""

from collections.abc import Callable
from typing import Any

from simulator.api.errors import BadRequest
from simulator.api.requests import Request, Response, User
from simulator.api.resources import Resource
from simulator.apiserver import authentication, authorization, bodies
from simulator.apiserver.backend import Backend
from simulator.apiserver.warning import silent

Obj = dict[str, Any]


def _resource_name(attributes: Obj) -> str:
    plural, group = attributes.get("resource", ""), attributes.get("group", "")
    return f"{plural}.{group}" if group and group != "*" else str(plural)


def _may(backend: Backend, user: User, spec: Obj) -> Obj:
    if url := spec.get("nonResourceAttributes"):
        return {"allowed": authorization.may_see(backend, user, url.get("verb", ""), url.get("path", ""))}
    attributes = spec.get("resourceAttributes") or {}
    wanted = authorization.Wanted(
        attributes.get("verb", ""),
        _resource_name(attributes),
        attributes.get("subresource", ""),
        attributes.get("namespace") or None,
        attributes.get("name", ""),
    )
    allowed, reason = authorization.decide(backend, user, wanted)
    return {"allowed": allowed} | ({"reason": reason} if reason else {})


def _self_access(backend: Backend, user: User, review: Obj) -> Obj:
    spec = review.get("spec") or {}
    return {"spec": spec, "status": _may(backend, user, spec)}


def _subject_access(backend: Backend, user: User, review: Obj) -> Obj:
    spec = review.get("spec") or {}
    asked = User(spec.get("user", ""), tuple(spec.get("groups") or ()))
    return {"spec": spec, "status": _may(backend, asked, spec)}


def _self_rules(backend: Backend, user: User, review: Obj) -> Obj:
    spec = review.get("spec") or {}
    rules = authorization.rules_of(backend, user, spec.get("namespace") or None)
    resources = [rule for rule in rules if rule.get("resources")]
    others = [rule for rule in rules if rule.get("nonResourceURLs")]
    return {"spec": {}, "status": {"resourceRules": resources, "nonResourceRules": others, "incomplete": False}}


def _self(backend: Backend, user: User, review: Obj) -> Obj:
    return {"status": {"userInfo": user.info()}}


def _token(backend: Backend, user: User, review: Obj) -> Obj:
    spec = review.get("spec") or {}
    return {"spec": spec, "status": authentication.review(backend, spec)}


REVIEWS: dict[str, Callable[[Backend, User, Obj], Obj]] = {
    "selfsubjectaccessreviews.authorization.k8s.io": _self_access,
    "localsubjectaccessreviews.authorization.k8s.io": _subject_access,
    "subjectaccessreviews.authorization.k8s.io": _subject_access,
    "selfsubjectrulesreviews.authorization.k8s.io": _self_rules,
    "selfsubjectreviews.authentication.k8s.io": _self,
    "tokenreviews.authentication.k8s.io": _token,
}


def answer(backend: Backend, resource: Resource, request: Request) -> Response:
    """The answer to a review; raises BadRequest."""
    if resource.name not in REVIEWS:
        raise BadRequest(f"not simulated here: {resource.name}")
    body = REVIEWS[resource.name](backend, request.user, bodies.read(resource, request, silent))
    return Response(201, {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": {}, **body})


def is_review(resource: Resource) -> bool:
    """Whether a resource is a question and not a collection."""
    return resource.group in ("authorization.k8s.io", "authentication.k8s.io")
