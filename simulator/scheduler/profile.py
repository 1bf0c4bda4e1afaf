"""The plugins of the default profile in the order in which they are asked (apis/config/v1/default_plugins.go)."""

from simulator.scheduler.framework import Filter, Score
from simulator.scheduler.plugins import neighbours, nodes, resources, spread, volumes

FILTERS: tuple[Filter, ...] = (
    nodes.unschedulable,
    nodes.node_name,
    nodes.taint_toleration,
    nodes.node_affinity,
    resources.node_ports,
    resources.fit,
    volumes.volume_restrictions,
    volumes.volume_binding,
    volumes.volume_zone,
    spread.topology_spread,
    neighbours.inter_pod_affinity,
)
# Scores with their weights.
SCORES: tuple[tuple[Score, int], ...] = (
    (nodes.score_taints, 3),
    (nodes.score_node_affinity, 2),
    (resources.score_least_allocated, 1),
    (spread.score_spread, 2),
    (neighbours.score_neighbours, 2),
    (resources.score_balance, 1),
    (resources.score_images, 1),
)

# Which changes may help a Pod that a plugin rejected (EventsToRegister).
HELPED_BY: dict[str, tuple[str, ...]] = {
    "NodeUnschedulable": ("node-added", "node-unschedulable", "node-taints"),
    "NodeName": ("node-added",),
    "TaintToleration": ("node-added", "node-taints"),
    "NodeAffinity": ("node-added", "node-labels"),
    "NodePorts": ("node-added", "ports-left"),
    "NodeResourcesFit": ("node-added", "node-allocatable", "pod-left", "pod-shrunk"),
    "VolumeRestrictions": ("pod-left", "volume-changed"),
    "VolumeBinding": ("node-added", "node-labels", "volume-changed"),
    "VolumeZone": ("node-added", "node-labels", "volume-changed"),
    "PodTopologySpread": (
        "node-added",
        "node-labels",
        "node-taints",
        "pod-left",
        "pod-placed",
        "pod-labels",
    ),
    "InterPodAffinity": (
        "node-added",
        "node-labels",
        "pod-left",
        "pod-placed",
        "pod-labels",
    ),
}
# What of the cluster the scheduler does not look at.
DEVIATIONS = (
    "The scheduler does not count attached volumes.",
    "The scheduler looks at every node; a real one samples clusters of more than 100 nodes.",
    "The scheduler knows no resource claims, no extenders and no further profiles.",
)
