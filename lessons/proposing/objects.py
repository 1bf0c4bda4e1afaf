"""Proposals from objects: what was made, changed or removed, and how what is there has come to be."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import re2

from lessons.proposing import wording
from lessons.proposing.leaves import Leaf, leaves
from lessons.proposing.proposal import Names, Proposal
from simulator.lab import Change, Lab

Object = Mapping[str, Any]

# Nobody's work: what controllers and kubelets keep for themselves.
NOT_WORK = (
    "events",
    "leases",
    "endpoints",
    "endpointslices",
    "controllerrevisions",
    "csinodes",
    "bindings",
    "certificatesigningrequests",
)
NOT_NAMES = ("kube-root-ca.crt",)
# Of what is new, this is what it is made for; all else could be otherwise in another right solution.
ESSENTIAL = re2.compile(
    r"\.image$|\.resources\.(?:limits|requests)\.|^spec\.replicas$|^spec\.ports\[.*(?:port|targetPort)$|^data\.|^spec\.selector\."
    r"|nodeSelector\.|Probe\.(?:httpGet|exec|tcpSocket|grpc)|securityContext\.|^spec\.schedule$|hostNetwork$|configMap|secret"
    r"|persistentVolumeClaim|^spec\.completions$|tolerations|affinity|hostAliases|^spec\.hard\."
)
INCIDENTAL = re2.compile(r"^spec\.template\.metadata|matchLabels|securityContext\.seLinux|restartedAt")
LONGEST_VALUE = 120
PART = re.compile(r"(?<!\\)\.(?![^\[]*\])")
WAITS = ("ContainerCreating", "PodInitializing", "Completed", "Running")
BACK_OFF = ("CrashLoopBackOff", "ImagePullBackOff")
# Workloads that are complete when one number of their status is another.
COMPLETE: Mapping[str, tuple[str, str]] = {
    "deployments.apps": ("readyReplicas", "replicas"),
    "statefulsets.apps": ("readyReplicas", "replicas"),
    "daemonsets.apps": ("numberReady", "desiredNumberScheduled"),
}


class Touched(NamedTuple):
    """An object that something happened to, as it was and is; None where there is none."""

    resource: str
    namespace: str
    name: str
    before: Object | None
    after: Object | None
    passed: Sequence[Object]  # as it was in between

    @property
    def address(self) -> str:
        """How a check names it."""
        return f"{self.resource}/{self.namespace}/{self.name}"

    @property
    def kind(self) -> str:
        """What people call it."""
        return wording.kind(self.resource)

    @property
    def is_new(self) -> bool:
        """Whether it has been made, or made again."""
        return self.before is None or self.after is None or uid(self.before) != uid(self.after)


def uid(obj: Object) -> str:
    """By which an object is told from its namesakes."""
    return str(obj["metadata"].get("uid"))


def touched(before: Lab, after: Lab, changes: Sequence[Change]) -> list[Touched]:
    """What somebody worked at: each object once, in the order in which something first happened to it."""
    found: dict[tuple[str, str, str], list[Object]] = {}
    for change in changes:
        if change.kind == "object" and is_work(change.data["resource"], change.data["object"]):
            metadata = change.data["object"]["metadata"]
            key = (change.data["resource"], metadata.get("namespace", ""), metadata["name"])
            found.setdefault(key, []).append(change.data["object"])
    return [
        Touched(*key, before.find(key[0], key[1] or None, key[2]), after.find(key[0], key[1] or None, key[2]), passed)
        for key, passed in found.items()
    ]


def is_work(resource: str, obj: Object) -> bool:
    """Whether an object may be somebody's, not a controller's own."""
    metadata = obj["metadata"]
    if resource.split(".")[0] in NOT_WORK or metadata["name"] in NOT_NAMES:
        return False
    if resource == "serviceaccounts" and metadata["name"] == "default":
        return False
    return not (metadata.get("ownerReferences") or metadata.get("generateName") or metadata["name"].startswith("pvc-"))


def proposals(thing: Touched, names: Names) -> Iterator[Proposal]:
    """All that can be proposed of an object."""
    if thing.after is None:
        if thing.before is not None:
            yield gone(thing, names)
        yield from passed_states(thing, names, included=False)
        return
    if thing.before is None:
        yield there(thing, names)
    yield from wishes(thing, names)
    yield from (pod_states(thing, names) if thing.resource == "pods" else states(thing, names))


# --- what is wanted -----------------------------------------------------------------------------------------------------


def there(thing: Touched, names: Names) -> Proposal:
    """It is there."""
    said = wording.missing("there", kind=thing.kind, name=thing.name)
    return Proposal(names.new(thing.name), {"object": thing.address}, said, "created", True)


def gone(thing: Touched, names: Names) -> Proposal:
    """It is not there any more."""
    said = wording.missing("gone", kind=thing.kind, name=thing.name)
    return Proposal(names.new(thing.name, "gone"), {"object": thing.address, "exists": False}, said, "deleted", True)


def wishes(thing: Touched, names: Names) -> Iterator[Proposal]:
    """What is wanted now of it and was not before."""
    was = {leaf.path: leaf.value for leaf in leaves(thing.resource, thing.before)} if thing.before else {}
    now = leaves(thing.resource, thing.after or {})
    fresh = thing.before is None
    for leaf in now:
        if leaf.path not in was or was[leaf.path] != leaf.value:
            yield wish(thing, leaf, names, fresh=fresh)
    paths = {leaf.path for leaf in now}
    for path in was:
        if path not in paths and not any(known.startswith(f"{path}.") for known in paths):
            yield unset(thing, path, names)


def wish(thing: Touched, leaf: Leaf, names: Names, *, fresh: bool) -> Proposal:
    """A value that is to stand there."""
    plain = not isinstance(leaf.value, str) or (len(leaf.value) <= LONGEST_VALUE and "\n" not in leaf.value)
    matcher = leaf.value if plain else {"exists": True}
    field = last(leaf.path)
    facts = {"kind": thing.kind, "name": thing.name, "field": shown(leaf.path), "path": leaf.path}
    essential = bool(ESSENTIAL.search(leaf.path)) if fresh else True
    return Proposal(
        names.new(thing.name, field),
        {"object": thing.address, "where": {leaf.path: matcher}},
        wording.missing("value", **facts),
        "created" if fresh else "changed",
        essential and not INCIDENTAL.search(leaf.path),
    )


def unset(thing: Touched, path: str, names: Names) -> Proposal:
    """A value that is not to stand there any more."""
    said = wording.missing("unset", kind=thing.kind, name=thing.name, field=shown(path))
    check = {"object": thing.address, "where": {"metadata.name": thing.name, path: {"exists": False}}}
    return Proposal(names.new(thing.name, "no", last(path)), check, said, "changed", not INCIDENTAL.search(path))


def last(path: str) -> str:
    """The end of a path, by which people know a field."""
    return PART.split(path)[-1].replace("\\.", ".")


def shown(path: str) -> str:
    """As much of a path as is needed to know what is meant."""
    return ".".join(PART.split(path)[-2:]).replace("\\.", ".")


# --- how it is ------------------------------------------------------------------------------------------------------------


def pod_states(thing: Touched, names: Names) -> Iterator[Proposal]:
    """How a Pod is, and how it was in between."""
    status = (thing.after or {}).get("status", {})
    ready, phase = condition(status, "Ready"), str(status.get("phase"))
    if ready == "True":
        where = {"status.conditions[type=Ready].status": "True"}
        said = wording.missing("ready", name=thing.name)
        yield Proposal(
            names.new(thing.name, "ready"), {"object": thing.address, "where": where}, said, "state", True, weight=2
        )
    elif phase in ("Succeeded", "Failed"):
        yield of_state(thing, names, phase, {"status.phase": phase}, "phase", included=True)
    elif condition(status, "PodScheduled") == "False":
        where = {"status.conditions[type=PodScheduled].status": "False"}
        yield of_state(thing, names, "unschedulable", where, "unschedulable", included=True)
    yield from passed_states(thing, names, included=ready != "True" and phase != "Succeeded")


def passed_states(thing: Touched, names: Names, *, included: bool) -> Iterator[Proposal]:
    """The reasons for which containers of a Pod waited or ended. Only the one that says most is taken."""
    seen = list(dict.fromkeys(place for obj in thing.passed for place in reasons(obj)))
    best = next((place for place in seen if place[1] in BACK_OFF), seen[-1] if seen else None)
    for place in seen:
        path, reason = place
        yield of_state(thing, names, reason, {path: reason}, "reason", included=included and place == best)


def reasons(obj: Object) -> Iterator[tuple[str, str]]:
    """Where a Pod's status says a reason, and which."""
    status = obj.get("status", {})
    for part in ("initContainerStatuses", "containerStatuses"):
        for entry in status.get(part, ()):
            for state, facts in entry.get("state", {}).items():
                if facts and facts.get("reason") and facts["reason"] not in WAITS:
                    yield f"status.{part}[name={entry['name']}].state.{state}.reason", str(facts["reason"])


def of_state(thing: Touched, names: Names, value: str, where: dict[str, Any], key: str, *, included: bool) -> Proposal:
    """Something that is, or was, so at some moment: states pass."""
    said = wording.missing(key, name=thing.name, value=value)
    check = {"object": thing.address, "where": where, "ever": True}
    return Proposal(names.new(thing.name, value), check, said, "state" if included else "passed", included)


def condition(status: Mapping[str, Any], name: str) -> str:
    """The status of a condition; empty where there is none."""
    return next((str(each["status"]) for each in status.get("conditions", ()) if each["type"] == name), "")


def states(thing: Touched, names: Names) -> Iterator[Proposal]:
    """Whether all of a workload is there, a Job is done, a claim bound."""
    after = thing.after or {}
    status, where = after.get("status", {}), dict[str, Any]()
    if thing.resource in COMPLETE:
        have, want = COMPLETE[thing.resource]
        wanted = status.get(want, after.get("spec", {}).get(want))
        if wanted and status.get(have) == wanted:
            where = {f"status.{have}": wanted}
            if thing.resource == "deployments.apps":
                where["status.updatedReplicas"] = wanted
    elif thing.resource == "jobs.batch" and status.get("succeeded"):
        where = {"status.succeeded": {"atLeast": status["succeeded"]}}
    elif thing.resource == "persistentvolumeclaims" and status.get("phase") == "Bound":
        where = {"status.phase": "Bound"}
    if where:
        said = wording.missing("complete", kind=thing.kind, name=thing.name)
        check = {"object": thing.address, "where": where}
        yield Proposal(names.new(thing.name, "complete"), check, said, "state", True, weight=2)
