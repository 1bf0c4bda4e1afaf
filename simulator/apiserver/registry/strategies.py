"""Which rules hold for which resource, in one table (pkg/registry)."""

from simulator.apiserver.registry.access import STRATEGIES as ACCESS
from simulator.apiserver.registry.config import STRATEGIES as CONFIG
from simulator.apiserver.registry.definitions import STRATEGIES as DEFINITIONS
from simulator.apiserver.registry.endpoint_rules import STRATEGIES as ENDPOINTS
from simulator.apiserver.registry.namespaces import NAMESPACES
from simulator.apiserver.registry.network_rules import STRATEGIES as NETWORK
from simulator.apiserver.registry.pods import PODS
from simulator.apiserver.registry.policies import STRATEGIES as POLICIES
from simulator.apiserver.registry.quotas import STRATEGIES as QUOTAS
from simulator.apiserver.registry.services import SERVICES
from simulator.apiserver.registry.storage import STRATEGIES as STORAGE
from simulator.apiserver.registry.strategy import PLAIN, Strategy
from simulator.apiserver.registry.workloads import STRATEGIES as WORKLOADS

STRATEGIES: dict[str, Strategy] = {
    "namespaces": NAMESPACES,
    "pods": PODS,
    "services": SERVICES,
    **CONFIG,
    **STORAGE,
    **WORKLOADS,
    **POLICIES,
    **DEFINITIONS,
    **NETWORK,
    **ENDPOINTS,
    **QUOTAS,
    **ACCESS,
}


def strategy_of(resource: str) -> Strategy:
    """The rules of a resource; those without any of their own are stored as they come."""
    return STRATEGIES.get(resource, PLAIN)
