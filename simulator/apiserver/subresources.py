"""Parts of objects with addresses and kinds of their own: scale, binding, eviction, token, ... (pkg/registry/*/rest)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.api import meta, timestamps, tokens
from simulator.api.errors import BadRequest, Invalid, NotFound
from simulator.api.requests import Request, Response
from simulator.api.resources import Resource
from simulator.api.selectors import from_label_selector, from_map, render
from simulator.apiserver import bodies
from simulator.kernel.units import SECOND

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

Obj = dict[str, Any]
Handler = Callable[["APIServer", Resource, Request], Response]
TOKEN_SECONDS = (600, 1 << 32)


def success() -> Obj:
    """The Status of something that went well and has nothing to show."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _ignore(text: str) -> None:
    """Unknown fields of options are not worth a warning."""


# --- scale


def scale_of(obj: Obj) -> Obj:
    """The Scale of an object that has replicas."""
    metadata = {k: v for k, v in obj["metadata"].items() if k in SCALE_METADATA}
    selector = (obj.get("spec") or {}).get("selector")
    requirements = from_map(selector) if obj["kind"] == "ReplicationController" else from_label_selector(selector)
    status: Obj = {"replicas": (obj.get("status") or {}).get("replicas", 0)}
    if requirements:
        status["selector"] = render(requirements)
    spec = {"replicas": obj["spec"]["replicas"]} if obj["spec"].get("replicas") else {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status}


SCALE_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def _get_scale(api: "APIServer", resource: Resource, request: Request) -> Response:
    return Response(200, scale_of(api.get(resource.name, request.namespace, request.name)))


def _set_scale(api: "APIServer", resource: Resource, request: Request, scale: Obj) -> Response:
    old = api.get(resource.name, request.namespace, request.name)
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or replicas < 0:
        text = f"spec.replicas: Invalid value: {replicas}: must be greater than or equal to 0"
        raise Invalid(f'Scale.autoscaling "{request.name}" is invalid: {text}')
    version = (scale.get("metadata") or {}).get("resourceVersion") or old["metadata"]["resourceVersion"]
    new = meta.with_metadata({**old, "spec": {**old["spec"], "replicas": replicas}}, resourceVersion=version)
    dry = request.option("dryRun") == "All"
    return Response(200, scale_of(api.update(resource.name, new, user=request.user, dry_run=dry)))


def _update_scale(api: "APIServer", resource: Resource, request: Request) -> Response:
    body = bodies.read(resource, request, _ignore, kind="Scale", api_version="autoscaling/v1")
    return _set_scale(api, resource, request, body)


def _patch_scale(api: "APIServer", resource: Resource, request: Request) -> Response:
    if not isinstance(request.body, dict):
        raise BadRequest("not simulated here: JSON patch of scale")
    asked = (request.body.get("spec") or {}).get("replicas")
    current = scale_of(api.get(resource.name, request.namespace, request.name))
    spec = current["spec"] if asked is None else {"replicas": asked}
    return _set_scale(api, resource, request, {"metadata": {}, "spec": spec})


# --- pods


def _bind(api: "APIServer", resource: Resource, request: Request) -> Response:
    body = bodies.read(resource, request, _ignore, kind="Binding", api_version="v1")
    target = body.get("target") or {}
    if target.get("kind") not in (None, "", "Node") or not target.get("name"):
        raise Invalid(f'Binding "{request.name}" is invalid: target.name: Required value')
    name = request.name or (body.get("metadata") or {}).get("name", "")
    api.bind(request.namespace or "", name, target["name"])
    return Response(201, success())


def _evict(api: "APIServer", resource: Resource, request: Request) -> Response:
    body = bodies.read(resource, request, _ignore, kind="Eviction", api_version="policy/v1")
    options = body.get("deleteOptions") or {}
    dry = request.option("dryRun") == "All" or "All" in (options.get("dryRun") or ())
    api.evict(
        request.namespace or "", request.name, grace=options.get("gracePeriodSeconds"), dry_run=dry, user=request.user
    )
    return Response(201, success())


def _get_whole(api: "APIServer", resource: Resource, request: Request) -> Response:
    return Response(200, api.get(resource.name, request.namespace, request.name))


def _add_ephemeral(api: "APIServer", resource: Resource, request: Request) -> Response:
    if request.verb == "patch":
        kind = bodies.patch_kind(request)
        new = api.patched(resource.name, request.namespace, request.name, request.body, kind)
    else:
        new = bodies.read(resource, request, _ignore)
    return Response(200, api.set_ephemeral_containers(request.namespace or "", request.name, new, user=request.user))


# --- service accounts


def _claims(api: "APIServer", account: Obj, audiences: list[str], seconds: int) -> Obj:
    metadata, now = account["metadata"], api.world.unix // SECOND
    return tokens.account_claims(
        metadata["namespace"], metadata["name"], metadata["uid"], audiences=audiences, issued=now, seconds=seconds
    )


def _token(api: "APIServer", resource: Resource, request: Request) -> Response:
    account = api.get("serviceaccounts", request.namespace, request.name)
    version = "authentication.k8s.io/v1"
    body = bodies.read(resource, request, _ignore, kind="TokenRequest", api_version=version)
    spec: Obj = body.get("spec") or {}
    seconds = spec.get("expirationSeconds", 3600)
    if not TOKEN_SECONDS[0] <= seconds <= TOKEN_SECONDS[1]:
        text = "may not specify a duration less than 10 minutes"
        if seconds > TOKEN_SECONDS[1]:
            text = "may not specify a duration larger than 2^32 seconds"
        name = f'TokenRequest.authentication.k8s.io "{request.name}"'
        raise Invalid(f"{name} is invalid: spec.expirationSeconds: Invalid value: {seconds}: {text}")
    expires = api.world.unix + seconds * SECOND
    token = tokens.issue(
        _claims(api, account, spec.get("audiences") or [], seconds)
        | {"jti": api.world.dice.hex(32)}  # another one each time
    )
    status = {"token": token, "expirationTimestamp": timestamps.rfc3339(expires)}
    spec = {"audiences": [tokens.ISSUER], **spec, "expirationSeconds": seconds}
    metadata = {"name": meta.name(account), "namespace": meta.namespace(account)}
    return Response(
        201, {"kind": "TokenRequest", "apiVersion": version, "metadata": metadata, "spec": spec, "status": status}
    )


# --- namespaces


def _finalize(api: "APIServer", resource: Resource, request: Request) -> Response:
    return Response(200, api.finalize_namespace(bodies.read(resource, request, _ignore)))


PARTS: dict[tuple[str, str], Handler] = {
    ("scale", "get"): _get_scale,
    ("scale", "update"): _update_scale,
    ("scale", "patch"): _patch_scale,
    ("binding", "create"): _bind,
    ("eviction", "create"): _evict,
    ("status", "get"): _get_whole,
    ("ephemeralcontainers", "get"): _get_whole,
    ("ephemeralcontainers", "update"): _add_ephemeral,
    ("ephemeralcontainers", "patch"): _add_ephemeral,
    ("token", "create"): _token,
    ("finalize", "update"): _finalize,
}


def find(resource: Resource, name: str, verb: str) -> Handler:
    """The handler of a subresource; raises NotFound, BadRequest."""
    if resource.subresource(name) is None:
        raise NotFound("the server could not find the requested resource")
    handler = PARTS.get((name, verb))
    if handler is None:
        raise BadRequest(f"not simulated here: {verb} {resource.name}/{name}")
    return handler
