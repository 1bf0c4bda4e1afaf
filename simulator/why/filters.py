"""What each of the scheduler's filters met on the nodes that it refused: for a cell of the table, and for the chain of causes.

NodeName is not among them: a Pod that names its node never reaches the scheduler.
"""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.why import affinity, neighbours, offers, reach, spread
from simulator.why.offers import Explain, Facts


class Told(NamedTuple):
    """How a filter's refusal is told: what a cell shows of one node, and the links for all nodes that it refused."""

    facts: Facts
    explain: Explain
    always: bool = False  # whether a cell that passes has something to show, too


FILTERS: Mapping[str, Told] = {
    "NodeUnschedulable": Told(offers.closed, offers.cordoned),
    "TaintToleration": Told(offers.taint_facts, offers.tainted),
    "NodeAffinity": Told(affinity.facts, affinity.explain),
    "NodePorts": Told(offers.port_facts, offers.ports_taken),
    "NodeResourcesFit": Told(offers.short, offers.unfit),
    "VolumeRestrictions": Told(reach.in_use_facts, reach.in_use),
    "VolumeBinding": Told(reach.binding_facts, reach.binding),
    "VolumeZone": Told(reach.zone_facts, reach.zone),
    "PodTopologySpread": Told(spread.facts, spread.explain, always=True),
    "InterPodAffinity": Told(neighbours.facts, neighbours.explain),
}
