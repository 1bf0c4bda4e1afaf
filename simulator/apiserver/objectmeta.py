"""The metadata that the API server itself fills in and guards (apiserver/pkg/registry/rest: create.go, update.go, meta.go)."""

from typing import Any

from simulator.api import timestamps
from simulator.api.resources import Resource
from simulator.kernel.world import World

Obj = dict[str, Any]
# apiserver/pkg/storage/names: what a generated name may be long before its random end.
GENERATED_BASE = 58

# Kinds that count the changes of what is wanted of them.
GENERATIONAL = frozenset(
    (
        "pods",
        "replicationcontrollers",
        "daemonsets.apps",
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "cronjobs.batch",
        "jobs.batch",
        "endpointslices.discovery.k8s.io",
        "ingresses.networking.k8s.io",
        "ingressclasses.networking.k8s.io",
        "networkpolicies.networking.k8s.io",
        "poddisruptionbudgets.policy",
        "priorityclasses.scheduling.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    )
)
# What a client may say about an object that is to be created; the rest of the metadata is the API server's.
KEPT = (
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "finalizers",
    "ownerReferences",
    "managedFields",
)


def generate_name(world: World, metadata: Obj) -> None:
    """Give the object a name of its own if it asks for one with generateName."""
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"][:GENERATED_BASE] + world.dice.suffix()


def fill_created(world: World, resource: Resource, metadata: Obj) -> Obj:
    """The metadata of a new object: what the client may say, and the API server's own."""
    filled = {field: metadata[field] for field in KEPT if metadata.get(field)}
    if not resource.namespaced:
        filled.pop("namespace", None)
    filled["uid"] = world.dice.uid()
    filled["creationTimestamp"] = timestamps.rfc3339(world.unix)
    if resource.custom or resource.name in GENERATIONAL:
        filled["generation"] = 1
    return filled


# What an update cannot change, whoever asks.
GUARDED = (
    "uid",
    "creationTimestamp",
    "namespace",
    "name",
    "generateName",
    "deletionTimestamp",
)
GUARDED_TOO = ("deletionGracePeriodSeconds", "generation", "selfLink")
FIELDS_OF_WILL = ("metadata", "status")


def fill_updated(resource: Resource, new: Obj, old: Obj) -> Obj:
    """The metadata of an updated object: labels, annotations, owners and finalizers are the client's, the rest is kept."""
    metadata = {
        field: value for field, value in new["metadata"].items() if field not in GUARDED + GUARDED_TOO and value
    }
    before = old["metadata"]
    metadata |= {field: before[field] for field in GUARDED + GUARDED_TOO if field in before}
    if (resource.custom or resource.name in GENERATIONAL) and will(resource, new) != will(resource, old):
        metadata["generation"] = before.get("generation", 0) + 1
    return metadata


def will(resource: Resource, obj: Obj) -> Obj:
    """What is wanted of an object: everything but its metadata and its status, if that is written apart."""
    apart = FIELDS_OF_WILL if not resource.custom or resource.subresource("status") else FIELDS_OF_WILL[:1]
    return {field: value for field, value in obj.items() if field not in apart}
