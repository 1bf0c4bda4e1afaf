"""Bodies of requests: from what a client sent to the object that is meant (apiserver/pkg/endpoints/handlers/create.go)."""

from collections.abc import Callable
from typing import Any

from simulator.api import decoding, schema
from simulator.api.errors import BadRequest, UnsupportedMediaType
from simulator.api.requests import Request
from simulator.api.resources import Resource

Obj = dict[str, Any]
SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'


def read(
    resource: Resource, request: Request, warn: Callable[[str], None], *, kind: str = "", api_version: str = ""
) -> Obj:
    """The body of a request as an object of the resource (or of another *kind*, for subresources); raises BadRequest."""
    body, kind = request.body, kind or resource.kind
    version = api_version or resource.api_version
    if not isinstance(body, dict):
        raise BadRequest(f"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind")
    body = _identified(body, kind, version, resource)
    return decode(body, kind, request.option("fieldValidation", "Warn"), warn)


def _identified(body: Obj, kind: str, version: str, resource: Resource) -> Obj:
    """The body with its kind and version, which must be those of its address."""
    said_kind, said_version = body.get("kind") or kind, body.get("apiVersion") or version
    group, _, named = said_version.rpartition("/") if isinstance(said_version, str) else ("", "", "")
    own_versions = (version, *(f"{resource.group}/{each}" if resource.group else each for each in resource.versions))
    if said_version not in own_versions:
        raise BadRequest(
            f"the API version in the data ({said_version}) does not match the expected API version ({version})"
        )
    if said_kind != kind:
        known = schema.definition_of(said_version, said_kind) if isinstance(said_kind, str) else ""
        why = f"converting ({named}.{said_kind}) to ({group or 'core'}.{kind}): unknown conversion"
        if not known:
            why = f'no kind "{said_kind}" is registered for version "{said_version}" {SCHEME}'
        raise BadRequest(f'{said_kind} in version "{named}" cannot be handled as a {kind}: {why}')
    return {**body, "kind": kind, "apiVersion": said_version}


def decode(body: Obj, kind: str, strictness: str, warn: Callable[[str], None]) -> Obj:
    """The body as its schema understands it; *strictness* is `Strict`, `Warn` or `Ignore`. Raises BadRequest."""
    version = body["apiVersion"].rpartition("/")[2]
    definition = schema.definition_of(body["apiVersion"], kind)
    if not definition:
        return body
    try:
        obj, unknown = decoding.decode(body, definition)
    except decoding.DecodeError as error:
        raise BadRequest(f'{kind} in version "{version}" cannot be handled as a {kind}: {error}') from None
    if unknown and strictness == "Strict":
        text = decoding.strict_error(unknown)
        raise BadRequest(f'{kind} in version "{version}" cannot be handled as a {kind}: {text}')
    if unknown and strictness == "Warn":
        for path in unknown:
            warn(f'unknown field "{path}"')
    return obj


def placed(resource: Resource, request: Request, body: Obj) -> Obj:
    """The object in the namespace of its address; raises BadRequest if it says another one."""
    metadata = body.get("metadata") or {}
    asked, said = request.namespace or "", metadata.get("namespace") or ""
    if resource.namespaced and said and said != asked:
        raise BadRequest(
            "the namespace of the provided object does not match the namespace sent on the request"
            if not asked
            else f"the namespace of the object ({said}) does not match the namespace on the request ({asked})"
        )
    metadata = {key: value for key, value in metadata.items() if key != "namespace"}
    if resource.namespaced:
        metadata["namespace"] = asked
    return {**body, "metadata": metadata}


PATCH_KINDS = {
    "application/strategic-merge-patch+json": "strategic",
    "application/merge-patch+json": "merge",
    "application/json-patch+json": "json",
}


def is_apply(request: Request) -> bool:
    """Whether a patch is a server-side apply."""
    return request.content_type.startswith("application/apply-patch")


def patch_kind(request: Request) -> str:
    """Which kind of patch the body is; raises UnsupportedMediaType."""
    content_type = request.content_type.partition(";")[0].strip()
    if content_type not in PATCH_KINDS:
        accepted = ", ".join((*PATCH_KINDS, "application/apply-patch+yaml"))
        text = "the body of the request was in an unknown format - accepted media types include: "
        raise UnsupportedMediaType(text + accepted)
    return PATCH_KINDS[content_type]
