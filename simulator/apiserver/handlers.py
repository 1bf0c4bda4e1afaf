"""Requests: from verb and address to the operation, and from its result to the answer (apiserver/pkg/endpoints/handlers)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.api.errors import BadRequest, MethodNotAllowed, NotFound
from simulator.api.requests import Request, Response
from simulator.api.resources import ALL_VERBS, Resource
from simulator.apiserver import (
    authentication,
    authorization,
    bodies,
    connect,
    conversion,
    discovery,
    listing,
    patching,
    reviews,
    subresources,
)
from simulator.apiserver.registry import applying
from simulator.apiserver.tables import table
from simulator.apiserver.tables.columns import Printer
from simulator.apiserver.warning import Warn, silent

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

Obj = dict[str, Any]
Handler = Callable[["APIServer", Resource, Request], Response]
# Kinds of which every answer warns.
DEPRECATED = {
    "componentstatuses": "v1.19+",
    "endpoints": "v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}


def handle(api: "APIServer", request: Request) -> Response:
    """Answer a request; raises ApiError."""
    if request.token:
        request = replace(request, user=authentication.user_of(api, request.token))
    if request.resource:
        api.resource(request.resource)
    authorization.check(api, request)
    if not request.resource:
        return Response(200, discovery.answer(api.catalogue, request))
    resource = api.resource(request.resource)
    if request.version and request.version not in resource.versions:
        raise NotFound("the server could not find the requested resource")
    if reviews.is_review(resource) and request.verb == "create":
        return reviews.answer(api, resource, request)
    if request.subresource in connect.CONNECTORS and resource.name == "pods":
        return connect.CONNECTORS[request.subresource](api, request)
    if request.subresource and (request.subresource != "status" or request.verb == "get"):
        answer = subresources.find(resource, request.subresource, request.verb)(api, resource, request)
        return _part_shown(api, resource, request, answer)
    if request.verb not in HANDLERS or request.verb not in (ALL_VERBS if resource.custom else resource.verbs):
        raise MethodNotAllowed("the server does not allow this method on the requested resource")
    return _warned(resource, HANDLERS[request.verb](api, resource, request))


def _warned(resource: Resource, response: Response) -> Response:
    """The answer with the warning that every answer about a deprecated kind carries."""
    if resource.name not in DEPRECATED:
        return response
    return replace(
        response, warnings=(f"v1 {resource.kind} is deprecated in {DEPRECATED[resource.name]}", *response.warnings)
    )


def dry(request: Request) -> bool:
    """Whether nothing shall be stored."""
    return request.option("dryRun") == "All"


def _answer(
    api: "APIServer", resource: Resource, request: Request, obj: Obj, code: int = 200, warnings: tuple[str, ...] = ()
) -> Response:
    """One object, or the Table with its one row."""
    obj = _seen(api, resource, request)(obj)
    if request.accept != "table":
        return Response(code, obj, warnings)
    printer = table.printer_of(api.catalogue, resource.name, request.version)
    return Response(code, _row(api, request, printer, obj), warnings)


def _part_shown(api: "APIServer", resource: Resource, request: Request, answer: Response) -> Response:
    """The answer of a subresource, as a Table if one was asked for: that of the whole object, but for a Scale's own."""
    if request.accept != "table" or request.verb != "get":
        return answer
    if request.subresource != "scale":
        return _answer(api, resource, request, answer.body)
    return replace(answer, body=_row(api, request, table.SCALE, answer.body))


def _row(api: "APIServer", request: Request, printer: Printer, obj: Obj) -> Obj:
    """The Table of one object."""
    return _table(api, request, printer, [obj], {"resourceVersion": obj["metadata"].get("resourceVersion", "")})


def _table(api: "APIServer", request: Request, printer: Printer, objects: list[Obj], metadata: Obj) -> Obj:
    return table.table(printer, objects, api.world.unix, metadata, request.option("includeObject", "Metadata"))


def _seen(api: "APIServer", resource: Resource, request: Request) -> Callable[[Obj], Obj]:
    """Shows objects in the version of the request."""
    return partial(conversion.seen, api.catalogue, resource, request.version)


def _body(api: "APIServer", resource: Resource, request: Request, warn: Warn) -> Obj:
    """The body of a request, in the version in which its object is stored."""
    read = bodies.read(resource, request, warn, custom=api.catalogue.customs.get(resource.name))
    return conversion.stored(api.catalogue, resource, bodies.placed(resource, request, read))


def _get(api: "APIServer", resource: Resource, request: Request) -> Response:
    return _answer(api, resource, request, api.get(resource.name, request.namespace, request.name))


def _list(api: "APIServer", resource: Resource, request: Request) -> Response:
    objects, metadata = listing.page(api, resource, request)
    seen = _seen(api, resource, request)
    found = [seen(obj) for obj in objects]
    if request.accept == "table":
        printer = table.printer_of(api.catalogue, resource.name, request.version)
        return Response(200, _table(api, request, printer, found, metadata))
    kind = {"kind": api.catalogue.list_kind(resource), "apiVersion": bodies.written_in(resource, request)}
    return Response(200, {**kind, "metadata": metadata, "items": found})


def _watch(api: "APIServer", resource: Resource, request: Request) -> Response:
    revision = listing.watch_start(api, resource, request)
    fields = request.option("fieldSelector")
    if request.name:
        fields = ",".join(filter(None, (fields, f"metadata.name={request.name}")))
    api.list(
        resource.name,
        request.namespace,
        labels=request.option("labelSelector"),
        fields=fields,
        after="\U0010ffff",
    )
    upgrade = {
        "kind": "watch",
        "resource": resource.name,
        "objects": resource.kind,
        "version": bodies.written_in(resource, request),
        "namespace": request.namespace,
        "labels": request.option("labelSelector"),
        "fields": fields,
        "rv": revision,
        "table": request.accept == "table",
        "include": request.option("includeObject", "Metadata"),
        "bookmarks": request.flag("allowWatchBookmarks"),
        "initial_bookmark": request.flag("sendInitialEvents"),
        "timeout": listing.number(request, "timeoutSeconds"),
    }
    return Response(200, None, upgrade=upgrade)


def _check_may_come(resource: Resource) -> None:
    """Nothing comes of a definition that is on its way out."""
    if resource.custom and "create" not in resource.verbs:
        raise MethodNotAllowed("create not allowed while custom resource definition is terminating")


def _create(api: "APIServer", resource: Resource, request: Request) -> Response:
    if resource.name == "bindings":
        return subresources.find(api.resource("pods"), "binding", "create")(api, resource, request)
    _check_may_come(resource)
    warnings: list[str] = []
    body = _body(api, resource, request, warnings.append)
    if body["metadata"].get("resourceVersion"):
        raise BadRequest("resourceVersion should not be set on objects to be created")
    made = api.create(resource.name, body, user=request.user, dry_run=dry(request), warn=warnings.append)
    return _answer(api, resource, request, made, 201, tuple(warnings))


def _update(api: "APIServer", resource: Resource, request: Request) -> Response:
    warnings: list[str] = []
    body = _body(api, resource, request, warnings.append)
    name = body["metadata"].get("name", "")
    if name != request.name:
        raise BadRequest(f"the name of the object ({name}) does not match the name on the URL ({request.name})")
    if request.subresource == "status":
        changed = api.update_status(resource.name, body, user=request.user, dry_run=dry(request))
    else:
        changed = api.update(resource.name, body, user=request.user, dry_run=dry(request), warn=warnings.append)
    return _answer(api, resource, request, changed, 200, tuple(warnings))


def _patch(api: "APIServer", resource: Resource, request: Request) -> Response:
    if bodies.is_apply(request):
        return _apply(api, resource, request)
    kind = bodies.patch_kind(resource, request)
    warnings: list[str] = []
    manager, live = manager_of(request), api.find(resource.name, request.namespace, request.name)
    strictness, custom = request.option("fieldValidation", "Warn"), api.catalogue.customs.get(resource.name)

    def decode(obj: Obj) -> Obj:
        try:
            read = bodies.decode(obj, resource.kind, strictness, warnings.append, custom)
        except BadRequest as error:
            raise patching.refusal(error, kind, request.body, obj) from None
        new = conversion.stored(api.catalogue, resource, read)
        return applying.tracked(api.world, live or new, new, manager, partial(applying.field_of, api, resource))

    changed = api.patch(
        resource.name,
        request.namespace,
        request.name,
        request.body,
        kind=kind,
        subresource=request.subresource,
        user=request.user,
        dry_run=dry(request),
        see=_seen(api, resource, request),
        decode=decode,
        warn=warnings.append,
    )
    return _answer(api, resource, request, changed, 200, tuple(warnings))


def _apply(api: "APIServer", resource: Resource, request: Request) -> Response:
    """Server-side apply: the body says what its manager wants."""
    if request.subresource:
        raise BadRequest(f"not simulated here: server-side apply of {resource.name}/{request.subresource}")
    warnings: list[str] = []
    body = _body(api, resource, request, warnings.append)
    body["metadata"] = {**body["metadata"], "name": request.name}
    live = api.find(resource.name, request.namespace, request.name)
    manager, field = request.option("fieldManager"), applying.field_of(api, resource)
    wanted = applying.applied(api.world, live, body, manager, field, force=request.flag("force"))
    if live is None:
        _check_may_come(resource)
        made = api.create(resource.name, wanted, user=request.user, dry_run=dry(request), warn=warnings.append)
        return _answer(api, resource, request, made, 201, tuple(warnings))
    changed = api.update(resource.name, wanted, user=request.user, dry_run=dry(request))
    return _answer(api, resource, request, changed, 200, tuple(warnings))


def manager_of(request: Request) -> str:
    """Under what name a client writes."""
    return request.option("fieldManager") or "unknown"


def delete_options(request: Request) -> dict[str, Any]:
    """What a request to delete says about how, from its body (DeleteOptions) and its address."""
    body = request.body if isinstance(request.body, dict) else {}
    body = bodies.decode({**body, "apiVersion": "v1", "kind": "DeleteOptions"}, "DeleteOptions", "Ignore", silent)
    grace = body.get("gracePeriodSeconds", request.option("gracePeriodSeconds") or None)
    propagation = body.get("propagationPolicy") or request.option("propagationPolicy")
    if body.get("orphanDependents") or request.flag("orphanDependents"):
        propagation = "Orphan"
    preconditions = body.get("preconditions") or {}
    return {
        "grace": int(str(grace)[:12]) if grace is not None and str(grace).lstrip("-").isdigit() else None,
        "propagation": propagation or "",
        "uid": preconditions.get("uid") or "",
        "resource_version": preconditions.get("resourceVersion") or "",
        "dry_run": dry(request) or "All" in (body.get("dryRun") or ()),
        "user": request.user,
    }


def _delete(api: "APIServer", resource: Resource, request: Request) -> Response:
    options = delete_options(request)
    last = api.delete(resource.name, request.namespace, request.name, **options)
    if resource.name == "pods" or api.find(resource.name, request.namespace, request.name) is not None:
        return Response(200, last)
    details = {
        "name": request.name,
        "kind": resource.plural,
        "uid": last["metadata"]["uid"],
    }
    details |= {"group": resource.group} if resource.group else {}
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    }
    return Response(200, status)


def _delete_collection(api: "APIServer", resource: Resource, request: Request) -> Response:
    options = delete_options(request)
    labels, fields = request.option("labelSelector"), request.option("fieldSelector")
    found = api.list(resource.name, request.namespace, labels=labels, fields=fields)
    for obj in found:
        metadata = obj["metadata"]
        api.delete(resource.name, metadata.get("namespace"), metadata["name"], **options)
    seen = _seen(api, resource, request)
    kind = {"kind": api.catalogue.list_kind(resource), "apiVersion": bodies.written_in(resource, request)}
    metadata = {"resourceVersion": str(api.store.revision)}
    return Response(200, {**kind, "metadata": metadata, "items": [seen(obj) for obj in found]})


HANDLERS: dict[str, Handler] = {
    "get": _get,
    "list": _list,
    "watch": _watch,
    "create": _create,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
    "deletecollection": _delete_collection,
}
