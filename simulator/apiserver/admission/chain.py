"""Admission: what may still be changed about an object, or said against it, before it is stored (kube-apiserver's plugins)."""

from collections.abc import Callable

from simulator.apiserver.admission import limits, namespaces, pod_security, pods, quota, service_accounts, storage
from simulator.apiserver.admission.attempt import Attempt
from simulator.apiserver.backend import Backend

__all__ = ["Attempt", "enable", "mutate", "validate"]

Plugin = Callable[[Backend, Attempt], None]
# In the order in which they act.
MUTATING: tuple[Plugin, ...] = (
    namespaces.exists,
    limits.defaults,
    service_accounts.admit,
    pods.taint_new_node,
    pods.priority,
    pods.tolerations,
    pods.runtime_class,
    storage.default_class,
)
VALIDATING: tuple[Plugin, ...] = (
    namespaces.protect,
    limits.check,
    pods.one_default,
    pod_security.check,
    quota.check,
)
# Plugins that only some clusters have; a scenario names them.
OPTIONAL: dict[str, Plugin] = {"AlwaysPullImages": pods.always_pull}
# Those that every cluster has, which may be named too.
DEFAULT = frozenset(
    (
        "DefaultStorageClass",
        "DefaultTolerationSeconds",
        "LimitRanger",
        "NamespaceLifecycle",
        "PodSecurity",
        "Priority",
        "ResourceQuota",
        "RuntimeClass",
        "ServiceAccount",
        "TaintNodesByCondition",
    )
)


def enable(backend: Backend, names: list[str]) -> None:
    """Switch optional plugins on; raises ValueError for one that is not simulated."""
    unknown = [name for name in names if name not in OPTIONAL and name not in DEFAULT]
    if unknown:
        raise ValueError(f"not simulated here: admission plugin {unknown[0]}")
    backend.state["admission"] = [name for name in names if name in OPTIONAL]


def mutate(backend: Backend, attempt: Attempt) -> None:
    """Let every mutating plugin at the object; raises ApiError."""
    for plugin in MUTATING:
        plugin(backend, attempt)
    for name in backend.state.get("admission", ()):
        OPTIONAL[name](backend, attempt)


def validate(backend: Backend, attempt: Attempt) -> None:
    """Ask every validating plugin; raises ApiError."""
    for plugin in VALIDATING:
        plugin(backend, attempt)
