"""What somebody wants of an object, as paths to values (lessons/paths.py): without what the API server and the controllers put in,
and without what is so by itself."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import re2

# Where somebody's wishes stand.
ROOTS = ("spec", "data", "stringData", "rules", "subjects", "roleRef", "value", "provisioner", "type", "immutable")
# By these an entry of a list is known: the first that it has.
KEYS = ("name", "containerPort", "port", "mountPath", "key", "ip", "topologyKey")

# Values that stand there when nobody has said anything.
DEFAULTS: Mapping[str, tuple[Any, ...]] = {
    "dnsPolicy": ("ClusterFirst",),
    "restartPolicy": ("Always",),
    "schedulerName": ("default-scheduler",),
    "terminationGracePeriodSeconds": (30,),
    "terminationMessagePath": ("/dev/termination-log",),
    "terminationMessagePolicy": ("File",),
    "imagePullPolicy": ("IfNotPresent", "Always"),
    "enableServiceLinks": (True,),
    "preemptionPolicy": ("PreemptLowerPriority",),
    "priority": (0,),
    "serviceAccount": ("default",),
    "serviceAccountName": ("default",),
    "automountServiceAccountToken": (True,),
    "protocol": ("TCP",),
    "sessionAffinity": ("None",),
    "internalTrafficPolicy": ("Cluster",),
    "externalTrafficPolicy": ("Cluster",),
    "ipFamilyPolicy": ("SingleStack",),
    "type": ("ClusterIP", "RollingUpdate", "Opaque"),
    "progressDeadlineSeconds": (600,),
    "revisionHistoryLimit": (10,),
    "podManagementPolicy": ("OrderedReady",),
    "maxSurge": ("25%",),
    "maxUnavailable": ("25%", 1),
    "failureThreshold": (3,),
    "successThreshold": (1,),
    "timeoutSeconds": (1,),
    "periodSeconds": (10,),
    "scheme": ("HTTP",),
    "defaultMode": (420,),
    "apiVersion": ("v1",),
    "backoffLimit": (6,),
    "completionMode": ("NonIndexed",),
    "podReplacementPolicy": ("TerminatingOrFailed",),
    "manualSelector": (False,),
    "suspend": (False,),
    "parallelism": (1,),
    "completions": (1,),
    "concurrencyPolicy": ("Allow",),
    "volumeMode": ("Filesystem",),
    "partition": (0,),
}
# What the cluster decides.
ITS_OWN = re2.compile(
    r"(?:^|\.)(?:clusterIPs?|ipFamilies|nodePort|healthCheckNodePort|nodeName|volumeName|podCIDRs?|providerID|finalizers"
    r"|creationTimestamp|recursiveReadOnly)(?:$|[.\[])"
    r"|kube-api-access-|serviceaccount|controller-uid|batch\\\.kubernetes\\\.io|pod-template-hash|controller-revision-hash"
    r"|taints\[key=node\.kubernetes\.io/"
    r"|node\\\.kubernetes\\\.io/(?:not-ready|unreachable)|statefulset\\\.kubernetes\\\.io|apps\\\.kubernetes\\\.io"
    r"|^metadata\.annotations\.(?:kubectl|deployment|deprecated|pv|volume|kubeadm|node|autoscaling)[a-z-]*\\\."
)
MOMENT = re2.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")  # when something was: it will be another time for others
BUILT_IN_TOLERATIONS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
MOST = 200


class Leaf(NamedTuple):
    """A value, or a list of plain values, and the path to it."""

    path: str
    value: Any


def leaves(resource: str, obj: Mapping[str, Any]) -> list[Leaf]:
    """What is wanted of *obj*, in its own order; at most MOST."""
    found: list[Leaf] = []
    for part in ("labels", "annotations"):
        found += walk(obj["metadata"].get(part) or {}, f"metadata.{part}")
    for root in ROOTS:
        if root in obj and resource != "events":
            found += walk(obj[root], root)
    return [leaf for leaf in found if not ITS_OWN.search(leaf.path) and not MOMENT.fullmatch(str(leaf.value))][:MOST]


def walk(value: Any, path: str) -> Iterator[Leaf]:
    """The leaves of *value*, which stands at *path*."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if each not in DEFAULTS.get(key, ()):
                yield from walk(each, f"{path}.{escaped(str(key))}")
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        yield from (leaf for number, each in enumerate(value) for leaf in entry(each, number, path))
    elif value not in ({}, [], None):
        yield Leaf(path, value)


def entry(value: Any, number: int, path: str) -> Iterator[Leaf]:
    """The leaves of one entry of a list; those of the tolerations that every Pod gets are none."""
    if not isinstance(value, Mapping):
        yield from walk(value, f"{path}[{number}]")
        return
    if path.endswith("tolerations") and value.get("key") in BUILT_IN_TOLERATIONS:
        return
    key = next((name for name in KEYS if name in value and "]" not in str(value[name])), None)
    place = f"{path}[{key}={value[key]}]" if key else f"{path}[{number}]"
    inside = list(walk({name: each for name, each in value.items() if name != key}, place))
    yield from inside or ([Leaf(f"{place}.{key}", value[key])] if key else [])


def escaped(key: str) -> str:
    """A key as paths write it."""
    return key.replace(".", "\\.")
