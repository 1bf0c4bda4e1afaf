"""Which rules hold for which resource, in one table (pkg/registry)."""

from simulator.apiserver.registry.namespaces import NAMESPACES
from simulator.apiserver.registry.pods import PODS
from simulator.apiserver.registry.services import SERVICES
from simulator.apiserver.registry.strategy import PLAIN, Strategy
from simulator.apiserver.registry.workloads import STRATEGIES as WORKLOADS

STRATEGIES: dict[str, Strategy] = {
    "namespaces": NAMESPACES,
    "pods": PODS,
    "services": SERVICES,
    **WORKLOADS,
}


def strategy_of(resource: str) -> Strategy:
    """The rules of a resource; those without any of their own are stored as they come."""
    return STRATEGIES.get(resource, PLAIN)
