"""How a cluster stands, in as far as one would call it the same: the objects there are, what they want, and how they are."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import re2

from lessons.proposing.leaves import leaves
from simulator.lab import Lab

# What is compared; of all other kinds the objects of a teaching cluster are the controllers' own.
RESOURCES = (
    "nodes",
    "namespaces",
    "pods",
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "services",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "resourcequotas",
    "limitranges",
    "serviceaccounts",
    "ingresses.networking.k8s.io",
    "networkpolicies.networking.k8s.io",
    "horizontalpodautoscalers.autoscaling",
    "poddisruptionbudgets.policy",
    "priorityclasses.scheduling.k8s.io",
    "roles.rbac.authorization.k8s.io",
    "rolebindings.rbac.authorization.k8s.io",
)
GENERATED = re2.compile(r"(?:-[bcdf-hj-np-tv-z0-9]{5,10}){1,2}$")
SYSTEMS_OWN = ("kube-system", "kube-public", "kube-node-lease")  # namespaces that every cluster fills for itself
ROOT_CA = "kube-root-ca.crt"
# Reasons between which a container goes back and forth while one thing is wrong with it.
FLAPPING = ("CrashLoopBackOff", "Error", "Completed", "RunContainerError", "StartError")
NO_IMAGE = ("ImagePullBackOff", "ErrImagePull", "RegistryUnavailable")


class Thing(NamedTuple):
    """An object by what makes it the same: a generated name counts without its end."""

    resource: str
    namespace: str
    name: str
    wants: frozenset[tuple[str, str]]
    is_so: str


def standing(lab: Lab) -> dict[Thing, int]:
    """How often each thing is there."""
    found: dict[Thing, int] = {}
    for resource in RESOURCES:
        for obj in theirs(lab, resource):
            thing = seen(resource, obj)
            found[thing] = found.get(thing, 0) + 1
    return found


def theirs(lab: Lab, resource: str) -> list[dict[str, Any]]:
    """The objects that people work with."""
    found = ((obj["metadata"].get("namespace"), obj["metadata"]["name"], obj) for obj in lab.objects(resource))
    return [obj for namespace, name, obj in found if namespace not in SYSTEMS_OWN and name != ROOT_CA]


def seen(resource: str, obj: Mapping[str, Any]) -> Thing:
    """One object."""
    metadata = obj["metadata"]
    name = GENERATED.sub("", metadata["name"]) if metadata.get("ownerReferences") else metadata["name"]
    wants = frozenset((leaf.path, repr(leaf.value)) for leaf in leaves(resource, obj))
    return Thing(resource, metadata.get("namespace", ""), name, wants, how_it_is(resource, obj))


def how_it_is(resource: str, obj: Mapping[str, Any]) -> str:
    """The state of an object in a word. A container that falls again and again is in one state, whichever part of it one meets."""
    if resource != "pods":
        return ""
    status = obj.get("status", {})
    words = [str(status.get("phase"))]
    for entry in [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]:
        state = entry.get("state", {})
        reason = (state.get("waiting") or state.get("terminated") or {}).get("reason", "Running")
        falling = reason in FLAPPING and entry.get("restartCount")
        words.append("falling" if falling else "no image" if reason in NO_IMAGE else reason)
    ready = [each["status"] for each in status.get("conditions", ()) if each["type"] == "Ready"]
    return " ".join([*words, *ready])


def differences(first: Lab, second: Lab) -> list[str]:
    """The names of things that are not the same in two clusters."""
    one, other = standing(first), standing(second)
    changed = [thing for thing in one.keys() | other.keys() if one.get(thing) != other.get(thing)]
    return sorted({f"{thing.resource}/{thing.namespace}/{thing.name}" for thing in changed})
