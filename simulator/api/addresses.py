"""From method and path to what is asked (k8s.io/apiserver/pkg/endpoints/request, RequestInfo)."""

from typing import Any

from simulator.api.requests import is_true

Query = dict[str, list[str]]
# What stands behind a namespace's own name is a part of it, not a resource in it.
PARTS_OF_NAMESPACE = ("status", "finalize")
VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "GET": "get", "HEAD": "get", "DELETE": "delete"}
COLLECTION = {"get": "list", "delete": "deletecollection"}


def request_of(method: str, path: str, query: Query) -> dict[str, Any]:
    """The request, as plain data for the simulator: verb, resource, namespace, name, subresource, version, query; or path."""
    verb = VERBS.get(method, method.lower())
    parts = path.strip("/").split("/")
    group, version, rest = split(parts)
    if not rest:
        return {"verb": verb, "path": path, "query": query}
    namespace, rest = namespace_of(rest)
    plural, name, subresource = (*rest, "", "", "")[:3]
    if not name and verb in COLLECTION:
        verb = COLLECTION[verb]
    if verb in ("get", "list") and is_true(query.get("watch", ())):
        verb = "watch"
    return {
        "verb": verb,
        "resource": f"{plural}.{group}" if group else plural,
        "namespace": namespace,
        "name": name,
        "subresource": subresource,
        "version": version,
        "query": query,
    }


def split(parts: list[str]) -> tuple[str, str, list[str]]:
    """Group, version and what follows; nothing follows for paths that are no resource's."""
    if parts[0] == "api" and len(parts) > 2:
        return "", parts[1], parts[2:]
    if parts[0] == "apis" and len(parts) > 3:
        return parts[1], parts[2], parts[3:]
    return "", "", []


def namespace_of(rest: list[str]) -> tuple[str | None, list[str]]:
    """The namespace, if the address is in one, and what follows it."""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in PARTS_OF_NAMESPACE:
        return rest[1], rest[2:]
    return None, rest
