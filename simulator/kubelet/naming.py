"""How the kubelet calls Pods and containers in messages, events and keys (pkg/kubelet/util/format, container/ref.go)."""

from collections.abc import Iterator

from simulator.api import containers
from simulator.api.requests import Obj

CONFIG_HASH = "kubernetes.io/config.hash"
CONFIG_MIRROR = "kubernetes.io/config.mirror"
CONFIG_SEEN = "kubernetes.io/config.seen"
CONFIG_SOURCE = "kubernetes.io/config.source"


def uid_of(pod: Obj) -> str:
    """The UID under which the kubelet runs a Pod: of a static Pod it is the hash of its manifest, not that of its mirror."""
    meta = pod["metadata"]
    return str((meta.get("annotations") or {}).get(CONFIG_HASH) or meta["uid"])


def is_mirror(pod: Obj) -> bool:
    """Whether the API object only mirrors a static Pod of its node."""
    return CONFIG_MIRROR in (pod["metadata"].get("annotations") or {})


def described(pod: Obj) -> str:
    """`web_default(<uid>)`, as messages name a Pod."""
    meta = pod["metadata"]
    return f"{meta['name']}_{meta.get('namespace', '')}({uid_of(pod)})"


def all_containers(pod: Obj) -> Iterator[tuple[str, Obj]]:
    """Each container of a Pod with the field of the spec it stands in."""
    return containers.all_containers(pod["spec"])


def find_container(pod: Obj, name: str) -> tuple[str, Obj] | None:
    """A container by name, with the field it stands in."""
    return next(((field, entry) for field, entry in all_containers(pod) if entry["name"] == name), None)


def field_path(field: str, name: str) -> str:
    """`spec.containers{web}`: what the events of a container are about."""
    return f"spec.{field}{{{name}}}"


def quoted(text: str) -> str:
    """Go's %q for the texts that occur here."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    )
    return f'"{escaped}"'
