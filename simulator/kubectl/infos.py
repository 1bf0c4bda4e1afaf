"""An object that a command is about, and what it is called (models cli-runtime/pkg/resource.Info)."""

from dataclasses import dataclass, field

from simulator.api.resources import Resource
from simulator.kubectl.session import Obj


@dataclass
class Info:
    """One object that a command is about. *source* is the file it stands in; *namespace* is None if it has none."""

    resource: Resource
    namespace: str | None
    name: str
    object: Obj = field(default_factory=dict)
    source: str = ""

    @property
    def kind_title(self) -> str:
        """`pod`, `deployment.apps`."""
        return kind_title(self.resource)

    @property
    def title(self) -> str:
        """`pod/web`, `deployment.apps/web`."""
        return f"{self.kind_title}/{self.name}"

    @property
    def full_name(self) -> str:
        """`pods "web"`, `deployments.apps "web"`, as error messages have it."""
        return f'{self.resource.name} "{self.name}"'


def kind_title(resource: Resource) -> str:
    """What a resource is called in front of a name: `pod`, `deployment.apps`."""
    kind = resource.singular or resource.kind.lower()
    return f"{kind}.{resource.group}" if resource.group else kind


def items(resource: Resource, body: Obj) -> list[Obj]:
    """The objects of a list, each with its kind and version."""
    head = {"apiVersion": resource.api_version, "kind": resource.kind}
    return [{**head, **each} for each in body.get("items") or []]


def info_of(resource: Resource, obj: Obj) -> Info:
    """An object that was read, as what a command is about."""
    metadata = obj["metadata"]
    return Info(resource, metadata.get("namespace") if resource.namespaced else None, metadata.get("name", ""), obj)
