"""What each of the scheduler's filters says of a node, asked afresh."""

from simulator.scheduler.cache import NodeInfo
from simulator.scheduler.framework import Cycle, Rejection
from simulator.scheduler.profile import FILTERS, HELPED_BY

# The filters by the names of their plugins: both tables are in the order of the profile.
NAMES = tuple(HELPED_BY)


def verdicts(cycle: Cycle, info: NodeInfo) -> list[Rejection | None]:
    """What each filter says of a node. A real cycle ends at the first that refuses; here all are asked."""
    return [ask(cycle, info) for ask in FILTERS]


def first(cycle: Cycle, info: NodeInfo) -> str:
    """The filter at which the scheduler stops for a node; empty if the node can take the Pod."""
    return next((found.plugin for ask in FILTERS if (found := ask(cycle, info)) is not None), "")
