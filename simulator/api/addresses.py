"""From method and path to what is asked (k8s.io/apiserver/pkg/endpoints/request, RequestInfo), and back."""

from typing import Any

from simulator.api.requests import Request, is_true

Query = dict[str, list[str]]
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
IN_PATHS = frozenset(b":@$&+=")
# What stands behind a namespace's own name is a part of it, not a resource in it.
PARTS_OF_NAMESPACE = ("status", "finalize")
VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "GET": "get", "HEAD": "get", "DELETE": "delete"}
METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE"}
# A list and a new object have the address of all objects; what is made below an object, such as an eviction, has its name.
NAMELESS = ("list", "watch", "deletecollection")
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


def method_of(request: Request) -> str:
    """The method of HTTP that asks for this; streams of the kubelet are opened by GET."""
    return METHODS.get(request.verb, "GET")


def address_of(request: Request) -> str:
    """Path and query of a request, as a client writes them: its parameters in alphabetical order."""
    pairs = sorted((name, value) for name, values in request.query.items() for value in values)
    query = "&".join(f"{_escaped(name)}={_escaped(value).replace('%20', '+')}" for name, value in pairs)
    return _path_of(request) + (f"?{query}" if query else "")


def _path_of(request: Request) -> str:
    if not request.resource:
        return request.path
    plural, _, group = request.resource.partition(".")
    version = request.version or "v1"
    parts = ["apis", group, version] if group else ["api", version]
    if request.namespace:
        parts += ["namespaces", request.namespace]
    bare = request.verb in NAMELESS or (request.verb == "create" and not request.subresource)
    parts += [plural, "" if bare else request.name, request.subresource]
    return "/" + "/".join(_escaped(part, IN_PATHS) for part in parts if part)


def _escaped(text: str, more: frozenset[int] = frozenset()) -> str:
    return "".join(chr(byte) if byte in UNRESERVED or byte in more else f"%{byte:02X}" for byte in text.encode())
