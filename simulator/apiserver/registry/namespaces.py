"""The rules of Namespaces (pkg/registry/core/namespace)."""

from typing import Any

from simulator.apiserver.backend import Backend
from simulator.apiserver.registry.strategy import Strategy

Obj = dict[str, Any]
NAME_LABEL = "kubernetes.io/metadata.name"


def default(namespace: Obj) -> None:
    """Every namespace carries its name as a label."""
    metadata = namespace["metadata"]
    if metadata.get("name"):
        metadata["labels"] = (metadata.get("labels") or {}) | {NAME_LABEL: metadata["name"]}


def create(backend: Backend, namespace: Obj) -> None:
    """A new namespace is active, and waits for the namespace controller when it goes."""
    namespace["spec"] = {"finalizers": ["kubernetes"]}
    namespace["status"] = {"phase": "Active"}


def update(backend: Backend, new: Obj, old: Obj) -> None:
    """The finalizers have a subresource of their own."""
    new["spec"] = old.get("spec") or {}


NAMESPACES = Strategy(default=default, create=create, update=update)
