"""The environment of a container (pkg/kubelet/kubelet_pods.go makeEnvironmentVariables)."""

import base64
from collections import ChainMap
from dataclasses import dataclass, field

from simulator.api.requests import Obj
from simulator.kubelet import env_files
from simulator.kubelet.config_error import ConfigError
from simulator.kubelet.deps import Deps
from simulator.kubelet.downward import field_value, resource_value
from simulator.kubelet.expansion import LONGEST, TOO_LONG, expand
from simulator.kubelet.naming import quoted
from simulator.kubelet.service_env import service_variables


@dataclass(frozen=True)
class Source:
    """A ConfigMap or Secret as values are taken from it."""

    kind: str
    resource: str

    def values(self, deps: Deps, namespace: str, ref: Obj) -> dict[str, str] | None:
        """All of its texts; None if it is optional and not there; raises ConfigError."""
        obj = deps.find(self.resource, namespace, ref.get("name", ""))
        if obj is not None:
            return texts(obj)
        if ref.get("optional"):
            return None
        raise ConfigError(f'{self.kind.lower()} "{ref.get("name", "")}" not found')

    def value(self, deps: Deps, namespace: str, ref: Obj) -> str | None:
        """One of its texts; None if it is optional and not there; raises ConfigError."""
        values = self.values(deps, namespace, ref)
        if values is None or (ref["key"] not in values and ref.get("optional")):
            return None
        if ref["key"] not in values:
            raise ConfigError(f"couldn't find key {ref['key']} in {self.kind} {namespace}/{ref.get('name', '')}")
        return values[ref["key"]]


CONFIG_MAP = Source("ConfigMap", "configmaps")
SECRET = Source("Secret", "secrets")


def texts(obj: Obj) -> dict[str, str]:
    """The data of a ConfigMap or Secret as text."""
    data = obj.get("data") or {}
    if obj.get("kind") == "Secret":
        return {key: base64.b64decode(value).decode(errors="replace") for key, value in data.items()}
    return {key: str(value) for key, value in data.items()}


@dataclass
class Building:
    """An environment being built: what the container gets, and what `$(NAME)` may refer to besides."""

    deps: Deps
    pod: Obj
    container: Obj
    allocatable: dict[str, str]
    services: dict[str, str]
    volumes: dict[str, str]
    values: dict[str, str] = field(default_factory=dict)
    size: int = 0

    @property
    def namespace(self) -> str:
        return str(self.pod["metadata"]["namespace"])


def environment(
    deps: Deps, pod: Obj, container: Obj, allocatable: dict[str, str], volumes: dict[str, str]
) -> dict[str, str]:
    """All variables for the container but those of its image; *volumes*: what is mounted, by name. Raises ConfigError."""
    links = pod["spec"].get("enableServiceLinks", True)
    namespace = pod["metadata"]["namespace"]
    services = service_variables(services_for(deps, namespace, links), namespace, links=links)
    building = Building(deps, pod, container, allocatable, services, volumes)
    for source in container.get("envFrom") or ():
        add_all(building, source)
    for entry in container.get("env") or ():
        add_one(building, entry)
    return building.values | {name: value for name, value in services.items() if name not in building.values}


def services_for(deps: Deps, namespace: str, links: bool) -> list[Obj]:
    """The Services that a container in *namespace* may hear of."""
    master = deps.find("services", "default", "kubernetes")
    own = deps.api.list("services", namespace) if links else []
    return [*own, *([master] if master else [])]


def add_all(building: Building, source: Obj) -> None:
    """One entry of `envFrom`."""
    ref, kind = (source["configMapRef"], CONFIG_MAP) if "configMapRef" in source else (source["secretRef"], SECRET)
    values = kind.values(building.deps, building.namespace, ref) or {}
    prefix = source.get("prefix", "")
    building.values |= {prefix + name: value for name, value in values.items()}


def add_one(building: Building, entry: Obj) -> None:
    """One entry of `env`."""
    if entry.get("valueFrom"):
        value = from_elsewhere(building, entry["valueFrom"])
        if value is None:
            return
    else:
        value = expand(entry.get("value") or "", ChainMap(building.values, building.services))
    building.values[entry["name"]] = value
    building.size += len(value)
    if building.size > LONGEST:
        raise ConfigError(TOO_LONG)


def from_elsewhere(building: Building, source: Obj) -> str | None:
    """The value of a `valueFrom`; None if it is optional and not there."""
    if ref := source.get("fieldRef"):
        return field_value(building.pod, ref["fieldPath"])
    if ref := source.get("resourceFieldRef"):
        return resource_value(building.pod, ref, building.container, building.allocatable)
    if ref := source.get("configMapKeyRef"):
        return CONFIG_MAP.value(building.deps, building.namespace, ref)
    if ref := source.get("secretKeyRef"):
        return SECRET.value(building.deps, building.namespace, ref)
    if ref := source.get("fileKeyRef"):
        return from_file(building, ref)
    raise ConfigError(f"not simulated here: valueFrom.{', '.join(sorted(source))}")


def from_file(building: Building, ref: Obj) -> str | None:
    """The value that a file in a volume of the Pod gives a variable; None if it is optional and not there."""
    source = building.volumes.get(ref["volumeName"])
    if source is None:
        raise ConfigError(f"cannot find the volume {quoted(ref['volumeName'])} referenced by FileKeyRef")
    text = building.deps.cri.volume_file(source, ref["path"])
    try:
        value = env_files.value_of((text or b"").decode(), ref["key"])
    except ValueError:
        text = None
    if text is None:
        raise ConfigError("couldn't parse env file")
    if not value and not ref.get("optional"):
        raise ConfigError(f"environment variable key {quoted(ref['key'])} not found in file {quoted(ref['path'])}")
    return value or None
