"""What a client accepts, and how answers are written (apiserver/pkg/endpoints/handlers/negotiation)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import yaml

from labsite.door.statuses import not_acceptable
from simulator.lab import arranged

Obj = dict[str, Any]
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
# What objects may be asked to be turned into, and what the simulator calls it.
AS = {
    "Table": "table",
    "PartialObjectMetadata": "partial",
    "PartialObjectMetadataList": "partial",
    "APIGroupDiscoveryList": "aggregated",
}
MOST_RANGES = 20
# OpenAPI v2 is asked for by clients up to 1.27, in protobuf. This is a document without definitions ("2.0", an empty title):
# with it they use the types that they were built with.
OPENAPI_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
EMPTY_V2 = b"\x0a\x032.0\x12\x00\x42\x00"


@dataclass(frozen=True)
class Wanted:
    """The chosen form: `object`, `table`, `partial`, `aggregated`; with the version that was named; as YAML or JSON."""

    form: str = "object"
    version: str = "v1"
    yaml: bool = False

    @property
    def accept(self) -> str:
        """The form as the simulator knows it."""
        return "object" if self.form == "partial" else self.form


def wanted(header: str) -> Wanted:
    """The first form that can be had; raises Refusal if there is none."""
    for kind, parameters in ranges(header or "*/*"):
        if kind in ("*/*", "application/*", "text/*", "text/plain"):
            return Wanted()
        if kind == "application/yaml" and "as" not in parameters:
            return Wanted(yaml=True)
        if kind == "application/json" and parameters.get("as", "") in (*AS, ""):
            form = AS.get(parameters.get("as", ""), "object")
            return Wanted(form, parameters.get("v", "v1"))
    raise not_acceptable()


def ranges(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each media type of an Accept header with its parameters."""
    for part in header.split(",")[:MOST_RANGES]:
        kind, *rest = (word.strip() for word in part.split(";"))
        yield kind.lower(), dict(word.split("=", 1) for word in rest if "=" in word)


def written(body: Any, form: Wanted) -> tuple[str, bytes]:
    """Content type and bytes of an answer."""
    if isinstance(body, str):
        return "text/plain", body.encode()
    if form.yaml:
        return "application/yaml", yaml.safe_dump(arranged(body), sort_keys=False).encode()
    if isinstance(body, dict) and body.get("kind") == "APIGroupDiscoveryList":
        dressed = {**body, "apiVersion": f"apidiscovery.k8s.io/{form.version}"}
        return DISCOVERY.format(version=form.version), msgspec.json.encode(dressed)
    return "application/json", msgspec.json.encode(shaped(body, form))


def shaped(body: Any, form: Wanted) -> Any:
    """An object or a list reduced to its metadata, where that is wanted; refusals stay as they are."""
    if form.form != "partial" or not isinstance(body, dict) or body.get("kind") == "Status":
        return arranged(body)
    if "items" in body:
        return partial("PartialObjectMetadataList", body) | {"items": [shaped(each, form) for each in body["items"]]}
    return partial("PartialObjectMetadata", body)


def partial(kind: str, body: Obj) -> Obj:
    """Only the metadata of *body*."""
    return {"kind": kind, "apiVersion": "meta.k8s.io/v1", "metadata": body.get("metadata", {})}
