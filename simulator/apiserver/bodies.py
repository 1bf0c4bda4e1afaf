"""Bodies of requests: from what a client sent to the object that is meant (apiserver/pkg/endpoints/handlers/create.go)."""

from typing import Any

from simulator.api import decoding, schema, structural
from simulator.api.custom import Custom
from simulator.api.errors import BadRequest, UnsupportedMediaType
from simulator.api.requests import Request
from simulator.api.resources import Resource
from simulator.apiserver.warning import Warn

Obj = dict[str, Any]
SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'


def read(
    resource: Resource,
    request: Request,
    warn: Warn,
    *,
    kind: str = "",
    api_version: str = "",
    custom: Custom | None = None,
) -> Obj:
    """The body of a request as an object of the resource (or of another *kind*, for subresources); raises BadRequest. A body of text
    says why there is none."""
    body, kind = request.body, kind or resource.kind
    version = api_version or written_in(resource, request)
    if not isinstance(body, dict):
        why = body if isinstance(body, str) else "couldn't get version/kind"
        raise BadRequest(f"the object provided is unrecognized (must be of type {kind}): {why}")
    body = _identified(body, kind, version, resource)
    return decode(body, kind, request.option("fieldValidation", "Warn"), warn, custom)


def written_in(resource: Resource, request: Request) -> str:
    """The API version of the address of a request: `autoscaling/v1`."""
    version = request.version or resource.version
    return f"{resource.group}/{version}" if resource.group else version


def _identified(body: Obj, kind: str, version: str, resource: Resource) -> Obj:
    """The body with its kind and version, which must be those of its address."""
    said_kind, said_version = body.get("kind") or kind, body.get("apiVersion") or version
    group, _, named = said_version.rpartition("/") if isinstance(said_version, str) else ("", "", "")
    if said_version != version:
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


def decode(body: Obj, kind: str, strictness: str, warn: Warn, custom: Custom | None = None) -> Obj:
    """The body as its schema understands it; *strictness* is `Strict`, `Warn` or `Ignore`. Raises BadRequest."""
    version = body["apiVersion"].rpartition("/")[2]
    definition = schema.definition_of(body["apiVersion"], kind)
    if not definition and custom is None:
        return body
    try:
        obj, unknown = (
            decoding.decode(body, definition) if custom is None else _known_custom(body, custom.schema(version))
        )
    except decoding.DecodeError as error:
        raise BadRequest(f'{kind} in version "{version}" cannot be handled as a {kind}: {error}') from None
    if unknown and strictness == "Strict":
        text = decoding.strict_error(unknown)
        raise BadRequest(f'{kind} in version "{version}" cannot be handled as a {kind}: {text}')
    if unknown and strictness == "Warn":
        for path in unknown:
            warn(f'unknown field "{path}"')
    return obj


def _known_custom(body: Obj, own: Obj) -> tuple[Obj, list[str]]:
    """A custom object: its metadata as everybody's, the rest by the schema of its definition."""
    said = body.get("metadata")
    if not isinstance(said, dict | None):
        raise decoding.DecodeError(f"json: cannot unmarshal {decoding.word(said)} into Go value of type v1.ObjectMeta")
    metadata, strange = decoding.decode(said or {}, "meta.v1.ObjectMeta")
    obj, unknown = structural.pruned(body, own)
    return {**obj, "metadata": metadata}, [f"metadata.{path}" for path in strange] + unknown


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
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
}


def is_apply(request: Request) -> bool:
    """Whether a patch is a server-side apply."""
    return request.content_type.startswith("application/apply-patch")


def patch_kind(resource: Resource, request: Request) -> str:
    """Which kind of patch the body is; raises UnsupportedMediaType. Nobody knows how the lists of custom objects merge."""
    content_type = request.content_type.partition(";")[0].strip()
    known = {media: kind for media, kind in PATCH_KINDS.items() if kind != "strategic" or not resource.custom}
    if content_type not in known:
        accepted = ", ".join((*known, "application/apply-patch+yaml"))
        text = "the body of the request was in an unknown format - accepted media types include: "
        raise UnsupportedMediaType(text + accepted)
    return PATCH_KINDS[content_type]
