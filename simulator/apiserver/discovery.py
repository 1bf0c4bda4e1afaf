"""What the API server tells of itself: version, health, groups and resources (apiserver/pkg/endpoints/discovery)."""

from collections.abc import Callable
from typing import Any

from simulator.api.errors import NotFound
from simulator.api.requests import Request
from simulator.api.resources import Resource, Subresource
from simulator.apiserver import health, openapi, openapi_custom
from simulator.apiserver.catalogue import Catalogue

Obj = dict[str, Any]
VERSION: Obj = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-06-09T00:00:00Z",
    "goVersion": "go1.26.2",
    "compiler": "gc",
    "platform": "linux/amd64",
}


def answer(catalogue: Catalogue, request: Request) -> Any:
    """What stands at a path that is no resource's; raises NotFound."""
    path = request.path.partition("?")[0].rstrip("/") or "/"
    if request.accept == "aggregated" and path in ("/api", "/apis"):
        groups = [""] if path == "/api" else [group for group in catalogue.groups() if group]
        return aggregated(catalogue, groups)
    if path == openapi.ROOT or path.startswith(f"{openapi.ROOT}/"):
        return openapi_custom.answer(catalogue, path)
    if path in PATHS:
        return PATHS[path](catalogue)
    parts = path.strip("/").split("/")
    if parts[0] in health.CHECKS:
        return health.answer(request, path)
    if parts[0] == "apis" and len(parts) == 2 and parts[1] in catalogue.groups():
        return _group(catalogue, parts[1])
    if parts[0] == "apis" and len(parts) == 3:
        return _resource_list(catalogue, parts[1], parts[2])
    raise NotFound("the server could not find the requested resource")


def _group(catalogue: Catalogue, group: str) -> Obj:
    versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in catalogue.versions(group)]
    described = {"name": group, "versions": versions, "preferredVersion": versions[0]}
    return {"kind": "APIGroup", "apiVersion": "v1", **described}


def _groups(catalogue: Catalogue) -> Obj:
    groups = [_group(catalogue, name) for name in catalogue.groups() if name]
    bare = [{k: v for k, v in group.items() if k not in ("kind", "apiVersion")} for group in groups]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": bare}


def _core_versions(catalogue: Catalogue) -> Obj:
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def _resource_list(catalogue: Catalogue, group: str, version: str) -> Obj:
    found = catalogue.in_version(group, version)
    if not found:
        raise NotFound("the server could not find the requested resource")
    name = f"{group}/{version}" if group else version
    resources = [entry for resource in found for entry in _entries(resource)]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": resources}


def _entries(resource: Resource) -> list[Obj]:
    entry: Obj = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    return [entry, *(_sub_entry(resource, each) for each in resource.subresources)]


def _sub_entry(resource: Resource, part: Subresource) -> Obj:
    group, _, version = part.api_version.rpartition("/")
    entry: Obj = {"name": f"{resource.plural}/{part.name}", "singularName": "", "namespaced": resource.namespaced}
    if part.api_version:
        entry |= {"group": group, "version": version}
    return entry | {"kind": part.kind or resource.kind, "verbs": list(part.verbs)}


def aggregated(catalogue: Catalogue, groups: list[str]) -> Obj:
    """Groups with all that they hold in one answer (apidiscovery.k8s.io/v2)."""
    items = [_aggregated_group(catalogue, group) for group in groups]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _aggregated_group(catalogue: Catalogue, group: str) -> Obj:
    versions = [
        {
            "version": version,
            "freshness": "Current",
            "resources": [_aggregated_resource(resource, version) for resource in catalogue.in_version(group, version)],
        }
        for version in catalogue.versions(group)
    ]
    return {"metadata": {"name": group} if group else {}, "versions": versions}


def _aggregated_resource(resource: Resource, version: str) -> Obj:
    kind = {"group": resource.group, "version": version, "kind": resource.kind}
    entry: Obj = {
        "resource": resource.plural,
        "responseKind": kind,
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.subresources:
        entry["subresources"] = [_aggregated_part(each, kind) for each in resource.subresources]
    return entry


def _aggregated_part(part: Subresource, kind: Obj) -> Obj:
    group, _, version = part.api_version.rpartition("/")
    own = {"group": group, "version": version or "v1", "kind": part.kind} if part.kind else kind
    return {"subresource": part.name, "responseKind": own, "verbs": list(part.verbs)}


PATHS: dict[str, Callable[[Catalogue], Any]] = {
    "/version": lambda catalogue: VERSION,
    "/api": _core_versions,
    "/apis": _groups,
    "/api/v1": lambda catalogue: _resource_list(catalogue, "", "v1"),
    "/": lambda catalogue: {"paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/readyz", "/version"]},
}
