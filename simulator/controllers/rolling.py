"""The arithmetic of Deployments (pkg/controller/deployment/util/deployment_util.go), without any objects but their own."""

from simulator.api import meta
from simulator.client.api import Obj
from simulator.controllers.replicaset import wanted

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
NOT_COPIED = (LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED, MAXIMUM, "deprecated.deployment.rollback.to")
HASH_LABEL = "pod-template-hash"


def share(value: int | str, total: int, *, up: bool) -> int:
    """A number, or a percentage of *total* rounded *up* or down."""
    if isinstance(value, int):
        return value
    percent = int(value.rstrip("%"))
    return -(-percent * total // 100) if up else percent * total // 100


def fenceposts(deployment: Obj) -> tuple[int, int]:
    """maxSurge and maxUnavailable in Pods; both zero means that one may be missing."""
    strategy = deployment["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0, 0
    rolling, replicas = strategy.get("rollingUpdate") or {}, wanted(deployment)
    surge = share(rolling.get("maxSurge", "25%"), replicas, up=True)
    unavailable = share(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def max_unavailable(deployment: Obj) -> int:
    """How many Pods may be missing during an update."""
    is_rolling = (deployment["spec"].get("strategy") or {}).get("type") != "Recreate"
    replicas = wanted(deployment)
    return min(fenceposts(deployment)[1], replicas) if is_rolling and replicas else 0


def total(replica_sets: list[Obj]) -> int:
    """How many Pods they want together."""
    return sum(wanted(each) for each in replica_sets)


def counted(replica_sets: list[Obj], field: str) -> int:
    """The sum of a number in their statuses."""
    return sum((each.get("status") or {}).get(field, 0) for each in replica_sets)


def new_replicas(deployment: Obj, everyone: list[Obj], new: Obj | None) -> int:
    """How many Pods the newest ReplicaSet may have now."""
    replicas, has = wanted(deployment), wanted(new) if new is not None else 0
    if (deployment["spec"].get("strategy") or {}).get("type") == "Recreate":
        return replicas
    room = replicas + fenceposts(deployment)[0] - total(everyone)
    return has if room <= 0 else has + min(room, replicas - has)


def revision(obj: Obj) -> int:
    """The revision in the annotations; 0 if there is none."""
    text = meta.annotations(obj).get(REVISION, "0")
    return int(text) if text.isdigit() and len(text) < 19 else 0


def template_without_hash(template: Obj) -> Obj:
    """A template without the label that its hash left in it."""
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH_LABEL}
    rest = {part: value for part, value in metadata.items() if part not in ("labels", "creationTimestamp") and value}
    return {**template, "metadata": {**rest, "labels": labels}}


def age_order(obj: Obj) -> tuple[str, str]:
    """The oldest first, by name among equals."""
    return obj["metadata"]["creationTimestamp"], meta.name(obj)


def find_new(deployment: Obj, replica_sets: list[Obj]) -> Obj | None:
    """The ReplicaSet made from the template as it is now; the oldest if there are several."""
    template = template_without_hash(deployment["spec"]["template"])
    for each in sorted(replica_sets, key=age_order):
        if template_without_hash(each["spec"]["template"]) == template:
            return each
    return None


def notes_for(deployment: Obj, old: Obj, new_revision: int, *, fresh: bool) -> dict[str, str]:
    """The annotations of the newest ReplicaSet: the Deployment's own, and the revision, the former ones remembered."""
    notes = dict(meta.annotations(old))
    if int(notes.get(REVISION) or 0) < new_revision:
        if before := notes.get(REVISION):
            history = notes.get(REVISION_HISTORY)
            notes[REVISION_HISTORY] = f"{history},{before}" if history else before
        notes[REVISION] = str(new_revision)
    for key, value in meta.annotations(deployment).items():
        if key not in NOT_COPIED and (fresh or notes.get(key) != value):
            notes[key] = value
    return notes


def size_notes(deployment: Obj) -> dict[str, str]:
    """The annotations in which a ReplicaSet remembers for which size it was scaled."""
    replicas = wanted(deployment)
    return {DESIRED: str(replicas), MAXIMUM: str(replicas + fenceposts(deployment)[0])}


def proportions(deployment: Obj, replica_sets: list[Obj]) -> dict[str, int]:
    """The new size of each active ReplicaSet, by name, when the Deployment is scaled in the middle of an update."""
    allowed = wanted(deployment) + fenceposts(deployment)[0] if wanted(deployment) else 0
    missing = allowed - total(replica_sets)
    order = sorted(replica_sets, key=lambda each: (wanted(each), age_order(each)), reverse=True)
    if missing < 0:
        order = sorted(replica_sets, key=lambda each: (-wanted(each), age_order(each)))
    sizes: dict[str, int] = {}
    added = 0
    for each in order:
        size = wanted(each)
        change = proportion(deployment, each, missing, added) if missing else 0
        sizes[meta.name(each)] = size + change
        added += change
    if order:
        first = meta.name(order[0])
        sizes[first] = max(sizes[first] + missing - added, 0)
    return sizes


def proportion(deployment: Obj, replica_set: Obj, missing: int, added: int) -> int:
    """The share of the *missing* Pods that falls to a ReplicaSet; never more than is left."""
    size, grown = wanted(replica_set), wanted(deployment) + fenceposts(deployment)[0]
    if not size:
        return 0
    before = int(
        meta.annotations(replica_set).get(MAXIMUM) or (deployment.get("status") or {}).get("replicas") or grown
    )
    share_of = rounded(size * grown, before or grown) - size if wanted(deployment) else -size
    left = missing - added
    return min(share_of, left) if missing > 0 else max(share_of, left)


def rounded(numerator: int, denominator: int) -> int:
    """A quotient, rounded to the nearest whole number."""
    return (2 * numerator + denominator) // (2 * denominator)
