"""The resources that the API server serves just now: its own, and those that CustomResourceDefinitions bring."""

from collections.abc import Iterable
from typing import Any

from simulator.api.custom import Custom, custom_of, priority
from simulator.api.resources import GROUPS, RESOURCES, Resource
from simulator.api.resources import by_kind as built_in

Obj = dict[str, Any]


class Catalogue:
    """Derived from the definitions that are stored; made anew when one of them changes."""

    def __init__(self, definitions: Iterable[Obj]) -> None:
        found = (custom for each in definitions if (custom := custom_of(each)) is not None)
        self.customs: dict[str, Custom] = {
            each.resource.name: each for each in found if each.resource.name not in RESOURCES
        }

    def get(self, name: str) -> Resource | None:
        """The resource called *name*: `pods`, `crontabs.stable.example.com`."""
        found = RESOURCES.get(name)
        if found is None and name in self.customs:
            return self.customs[name].resource
        return found

    def all(self) -> list[Resource]:
        """All of them, in the order of discovery."""
        customs = sorted(self.customs.values(), key=lambda each: (each.resource.group, each.resource.plural))
        return [*RESOURCES.values(), *(each.resource for each in customs)]

    def groups(self) -> list[str]:
        """The API groups, in the order of discovery; the core group is called by the empty name."""
        return list(dict.fromkeys([*GROUPS, *(each.group for each in self.all())]))

    def list_kind(self, resource: Resource) -> str:
        """The kind of lists of its objects."""
        custom = self.customs.get(resource.name)
        names = custom.definition["status"]["acceptedNames"] if custom else {}
        return str(names.get("listKind") or f"{resource.kind}List")

    def selectable(self, name: str) -> list[str]:
        """The fields of its own by which objects of a custom resource can be selected."""
        custom = self.customs.get(name)
        return custom.selectable(custom.storage) if custom else []

    def versions(self, group: str) -> list[str]:
        """The versions of a group that some resource has, the preferred one first."""
        found = [version for each in self.all() if each.group == group for version in each.versions]
        versions = list(dict.fromkeys(found))
        return versions if group in GROUPS else sorted(versions, key=priority)

    def in_version(self, group: str, version: str) -> list[Resource]:
        """The resources of a group's version."""
        return [each for each in self.all() if each.group == group and version in each.versions]

    def by_kind(self, api_version: str, kind: str) -> Resource | None:
        """The resource whose objects say *api_version* and *kind*."""
        found = built_in(api_version, kind)
        if found is not None or not self.customs:
            return found
        group, _, version = api_version.rpartition("/")
        return next((each for each in self.in_version(group, version) if each.kind == kind), None)
