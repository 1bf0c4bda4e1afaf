"""Parts of objects with addresses and kinds of their own: scale, binding, eviction, token, ... (pkg/registry/*/rest)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.api import meta, patches
from simulator.api.custom import Custom
from simulator.api.errors import BadRequest, Invalid, NotFound
from simulator.api.requests import Request, Response
from simulator.api.resources import Resource
from simulator.api.selectors import from_label_selector, from_map, render
from simulator.apiserver import bodies, token_requests
from simulator.apiserver.registry import applying
from simulator.apiserver.registry.operations import patched
from simulator.apiserver.warning import silent

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

Obj = dict[str, Any]
Handler = Callable[["APIServer", Resource, Request], Response]


def success() -> Obj:
    """The Status of something that went well and has nothing to show."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


# --- scale


Path = tuple[str, ...]


class Places(NamedTuple):
    """Where an object of a resource says how many replicas there shall be and are, and (as text) which they are."""

    wanted: Path = ("spec", "replicas")
    there: Path = ("status", "replicas")
    selector: Path = ()


def places_of(custom: Custom | None) -> Places:
    """Where objects of a resource say it; a custom one has it in its definition."""
    said = custom.part(custom.storage, "scale") if custom else None
    if said is None:
        return Places()
    texts = (said["specReplicasPath"], said["statusReplicasPath"], said.get("labelSelectorPath", ""))
    return Places(*(tuple(text.strip(".").split(".")) if text else () for text in texts))


def at(obj: Any, path: Path) -> Any:
    """What stands at *path*, or None."""
    for name in path:
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj


def changed_at(obj: Any, path: Path, value: Any) -> Any:
    """*obj* with *value* at *path*; the given one stays as it is."""
    if not path:
        return value
    inner = obj if isinstance(obj, dict) else {}
    return {**inner, path[0]: changed_at(inner.get(path[0]), path[1:], value)}


def scale_of(obj: Obj, places: Places = Places()) -> Obj:  # noqa: B008
    """The Scale of an object that has replicas."""
    metadata = {k: v for k, v in obj["metadata"].items() if k in SCALE_METADATA}
    status: Obj = {"replicas": at(obj, places.there) or 0}
    selector = at(obj, places.selector) if places.selector else _selector(obj)
    if selector and isinstance(selector, str):
        status["selector"] = selector
    replicas = at(obj, places.wanted)
    spec = {"replicas": replicas} if replicas else {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status}


def _selector(obj: Obj) -> str:
    selector = (obj.get("spec") or {}).get("selector")
    if not isinstance(selector, dict):
        return ""
    requirements = from_map(selector) if obj["kind"] == "ReplicationController" else from_label_selector(selector)
    return render(requirements or ())


SCALE_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def _scaled(api: "APIServer", resource: Resource, request: Request) -> tuple[Obj, Places]:
    """The object that is to be scaled, and where it says so."""
    places = places_of(api.catalogue.customs.get(resource.name))
    return api.get(resource.name, request.namespace, request.name), places


def _get_scale(api: "APIServer", resource: Resource, request: Request) -> Response:
    return Response(200, scale_of(*_scaled(api, resource, request)))


def _set_scale(api: "APIServer", resource: Resource, request: Request, scale: Obj) -> Response:
    old, places = _scaled(api, resource, request)
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or replicas < 0:
        text = f"spec.replicas: Invalid value: {replicas}: must be greater than or equal to 0"
        raise Invalid(f'Scale.autoscaling "{request.name}" is invalid: {text}')
    version = (scale.get("metadata") or {}).get("resourceVersion") or old["metadata"]["resourceVersion"]
    new = meta.with_metadata(changed_at(old, places.wanted, replicas), resourceVersion=version)
    dry = request.option("dryRun") == "All"
    return Response(200, scale_of(api.update(resource.name, new, user=request.user, dry_run=dry), places))


def _update_scale(api: "APIServer", resource: Resource, request: Request) -> Response:
    body = bodies.read(resource, request, silent, kind="Scale", api_version="autoscaling/v1")
    return _set_scale(api, resource, request, body)


def _patch_scale(api: "APIServer", resource: Resource, request: Request) -> Response:
    current = scale_of(*_scaled(api, resource, request))
    new = patches.apply(bodies.patch_kind(resource, request), current, request.body)
    return _set_scale(api, resource, request, bodies.decode({**current, **new}, "Scale", "Ignore", silent))


# --- pods


def _bind(api: "APIServer", resource: Resource, request: Request) -> Response:
    body = bodies.read(resource, request, silent, kind="Binding", api_version="v1")
    target = body.get("target") or {}
    if target.get("kind") not in (None, "", "Node") or not target.get("name"):
        raise Invalid(f'Binding "{request.name}" is invalid: target.name: Required value')
    name = request.name or (body.get("metadata") or {}).get("name", "")
    api.bind(request.namespace or "", name, target["name"])
    return Response(201, success())


def _evict(api: "APIServer", resource: Resource, request: Request) -> Response:
    body = bodies.read(resource, request, silent, kind="Eviction", api_version="policy/v1")
    options = body.get("deleteOptions") or {}
    dry = request.option("dryRun") == "All" or "All" in (options.get("dryRun") or ())
    api.evict(
        request.namespace or "", request.name, grace=options.get("gracePeriodSeconds"), dry_run=dry, user=request.user
    )
    return Response(201, success())


def _get_whole(api: "APIServer", resource: Resource, request: Request) -> Response:
    return Response(200, api.get(resource.name, request.namespace, request.name))


def _resize(api: "APIServer", resource: Resource, request: Request) -> Response:
    if request.verb == "patch" and bodies.is_apply(request):
        new = _applied(api, resource, request)
    elif request.verb == "patch":
        old = api.get(resource.name, request.namespace, request.name)
        new = patched(resource, old, request.body, bodies.patch_kind(resource, request))
        new = bodies.decode(new, resource.kind, request.option("fieldValidation", "Warn"), silent)
    else:
        new = bodies.read(resource, request, silent)
    dry = request.option("dryRun") == "All"
    return Response(200, api.resize(request.namespace or "", request.name, new, user=request.user, dry_run=dry))


def _applied(api: "APIServer", resource: Resource, request: Request) -> Obj:
    """The object after somebody has applied what stands in the body to a subresource of it."""
    live = api.get(resource.name, request.namespace, request.name)
    body = bodies.read(resource, request, silent)
    body["metadata"] = {**(body.get("metadata") or {}), "name": request.name}
    manager, field = request.option("fieldManager"), applying.field_of(api, resource)
    force, part = request.flag("force"), request.subresource
    return applying.applied(api.world, live, body, manager, field, force=force, subresource=part)


def _add_ephemeral(api: "APIServer", resource: Resource, request: Request) -> Response:
    if request.verb == "patch":
        old = api.get(resource.name, request.namespace, request.name)
        new = patched(resource, old, request.body, bodies.patch_kind(resource, request))
    else:
        new = bodies.read(resource, request, silent)
    warnings: list[str] = []
    changed = api.set_ephemeral_containers(
        request.namespace or "", request.name, new, user=request.user, warn=warnings.append
    )
    return Response(200, changed, tuple(warnings))


# --- namespaces


def _finalize(api: "APIServer", resource: Resource, request: Request) -> Response:
    return Response(200, api.finalize_namespace(bodies.read(resource, request, silent)))


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
    ("resize", "get"): _get_whole,
    ("resize", "update"): _resize,
    ("resize", "patch"): _resize,
    ("token", "create"): token_requests.issue,
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
