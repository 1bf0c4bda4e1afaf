"""What becomes of a CustomResourceDefinition: a resource with a schema for each version (apiextensions-apiserver)."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.api import meta
from simulator.api.resources import ALL_VERBS, SCALE, STATUS, Resource, Subresource

Obj = dict[str, Any]
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"  # the finalizer of a definition that goes
DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
# While it goes, nothing may be made or changed.
LEAVING_VERBS = ("delete", "deletecollection", "get", "list", "watch")
VERSION = re.compile(r"v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?")
STAGES = {"alpha": 0, "beta": 1, None: 2}
AGE_COLUMN: Obj = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}


@dataclass(frozen=True)
class Custom:
    """A resource that a definition has brought, and the definition."""

    resource: Resource
    definition: Obj

    @cached_property
    def versions(self) -> dict[str, Obj]:
        """What is said of each version."""
        return {each["name"]: each for each in self.definition["spec"]["versions"]}

    @cached_property
    def storage(self) -> str:
        """The version in which objects are stored."""
        return next(name for name, each in self.versions.items() if each.get("storage"))

    def schema(self, version: str) -> Obj:
        """The structural schema of a version; empty for one that there is not."""
        schema: Obj = (self.versions.get(version, {}).get("schema") or {}).get("openAPIV3Schema") or {}
        return schema

    def part(self, version: str, name: str) -> Obj | None:
        """What a version says of a subresource: None where it has none."""
        found: Obj | None = (self.versions.get(version, {}).get("subresources") or {}).get(name)
        return found

    def columns(self, version: str) -> list[Obj]:
        """The columns of a version behind the name."""
        return self.versions.get(version, {}).get("additionalPrinterColumns") or [AGE_COLUMN]

    def selectable(self, version: str) -> list[str]:
        """The fields by which objects of a version can be selected: `spec.color`."""
        fields = self.versions.get(version, {}).get("selectableFields") or ()
        return [each["jsonPath"].removeprefix(".") for each in fields]


def priority(version: str) -> tuple[Any, ...]:
    """Sorts versions as Kubernetes prefers them: v2, v1, v1beta2, v1alpha1, then all others by their letters."""
    found = VERSION.fullmatch(version)
    if found is None:
        return (1, version)
    return (0, -STAGES[found[2]], -int(found[1]), -int(found[3] or 0))


def served(definition: Obj) -> list[str]:
    """The versions that are served, the preferred one first."""
    return sorted((each["name"] for each in definition["spec"]["versions"] if each.get("served")), key=priority)


def custom_of(definition: Obj) -> Custom | None:
    """The resource that a definition brings; None before it is established."""
    versions = served(definition)
    if not meta.is_true(definition, "Established") or not versions:
        return None
    spec, names = definition["spec"], definition["status"]["acceptedNames"]
    resource = Resource(
        names["plural"],
        names["singular"],
        tuple(names.get("shortNames") or ()),
        spec["group"],
        tuple(versions),
        namespaced=spec["scope"] == "Namespaced",
        kind=names["kind"],
        categories=tuple(names.get("categories") or ()),
        verbs=LEAVING_VERBS if meta.is_true(definition, "Terminating") else ALL_VERBS,
        subresources=_parts(spec["versions"]),
        custom=True,
    )
    return Custom(resource, definition)


def _parts(versions: list[Obj]) -> tuple[Subresource, ...]:
    """The subresources that some version has."""
    names = [name for each in versions for name in each.get("subresources") or {}]
    return tuple(part for part in (STATUS, SCALE) if part.name in names)
