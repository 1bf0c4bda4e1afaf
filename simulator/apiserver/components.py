"""The health of the control plane's components, as the deprecated ComponentStatus tells it (pkg/registry/core/componentstatus)."""

from typing import Any

Obj = dict[str, Any]
COMPONENTS = ("etcd-0", "scheduler", "controller-manager")
HEALTHY = {"type": "Healthy", "status": "True", "message": "ok"}


def statuses(namespace: str | None, name: str) -> list[Obj]:
    """All components, or the one that is named: here they are always well."""
    head: Obj = {"apiVersion": "v1", "kind": "ComponentStatus"}
    return [{**head, "metadata": {"name": each}, "conditions": [HEALTHY]} for each in COMPONENTS if name in ("", each)]
