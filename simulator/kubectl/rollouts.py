"""How far a rollout is, and its history (models polymorphichelpers: rollout_status.go, history.go, rollback.go)."""

from simulator.api.meta import controller_of
from simulator.api.resources import RESOURCES
from simulator.kubectl.describers.page import selector_text
from simulator.kubectl.failures import Failure
from simulator.kubectl.infos import Info, items
from simulator.kubectl.session import Obj, Session

REVISION = "deployment.kubernetes.io/revision"
CAUSE = "kubernetes.io/change-cause"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
HASH = "pod-template-hash"
OBSERVE = "Waiting for {kind} spec update to be observed...\n"


def status(obj: Obj, revision: int = 0) -> tuple[str, bool]:
    """What is said of the rollout of *obj*, and whether it is done; fails if it has failed."""
    kind = str(obj.get("kind"))
    if kind not in VIEWERS:
        group = str(obj.get("apiVersion")).rpartition("/")[0]
        raise Failure(f"no status viewer has been implemented for {kind}{'.' * bool(group)}{group}")
    return VIEWERS[kind](obj, revision)


def _observed(obj: Obj) -> bool:
    return int(obj["metadata"].get("generation", 0)) <= int((obj.get("status") or {}).get("observedGeneration", 0))


def _deployment(obj: Obj, revision: int) -> tuple[str, bool]:
    name, spec, state = obj["metadata"]["name"], obj.get("spec") or {}, obj.get("status") or {}
    if revision:
        current = int((obj["metadata"].get("annotations") or {}).get(REVISION, 0))
        if current != revision:
            raise Failure(f"desired revision ({revision}) is different from the running revision ({current})")
    if not _observed(obj):
        return OBSERVE.format(kind="deployment"), False
    progressing: Obj = next((each for each in state.get("conditions") or [] if each.get("type") == "Progressing"), {})
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        raise Failure(f'deployment "{name}" exceeded its progress deadline')
    wanted, updated = int(spec.get("replicas", 1)), int(state.get("updatedReplicas", 0))
    total, available = int(state.get("replicas", 0)), int(state.get("availableReplicas", 0))
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...\n", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...\n", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


def _daemon_set(obj: Obj, revision: int) -> tuple[str, bool]:
    name, state = obj["metadata"]["name"], obj.get("status") or {}
    if ((obj.get("spec") or {}).get("updateStrategy") or {}).get("type") != "RollingUpdate":
        raise Failure("rollout status is only available for RollingUpdate strategy type")
    if not _observed(obj):
        return OBSERVE.format(kind="daemon set"), False
    wanted, updated = int(state.get("desiredNumberScheduled", 0)), int(state.get("updatedNumberScheduled", 0))
    available = int(state.get("numberAvailable", 0))
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new pods have been updated...\n", False
    if available < wanted:
        return f"{waiting}{available} of {wanted} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def _stateful_set(obj: Obj, revision: int) -> tuple[str, bool]:
    spec, state = obj.get("spec") or {}, obj.get("status") or {}
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate":
        raise Failure("rollout status is only available for RollingUpdate strategy type")
    if not _observed(obj):
        return "Waiting for statefulset spec update to be observed...\n", False
    wanted, ready, updated = (
        int(spec.get("replicas", 1)),
        int(state.get("readyReplicas", 0)),
        int(state.get("updatedReplicas", 0)),
    )
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...\n", False
    if (rolling := strategy.get("rollingUpdate")) is not None:  # as the API server's defaults always have it
        partition = int(rolling.get("partition", 0))
        if updated < wanted - partition:
            return (
                f"Waiting for partitioned roll out to finish: {updated} out of {wanted - partition} new pods have been updated...\n",
                False,
            )
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
    if state.get("updateRevision") != state.get("currentRevision"):
        return (
            f"waiting for statefulset rolling update to complete {updated} pods at revision {state.get('updateRevision')}...\n",
            False,
        )
    return (
        f"statefulset rolling update complete {state.get('currentReplicas', 0)} pods at revision {state.get('currentRevision')}...\n",
        True,
    )


VIEWERS = {"Deployment": _deployment, "DaemonSet": _daemon_set, "StatefulSet": _stateful_set}


def history(session: Session, info: Info) -> dict[int, Obj]:
    """The revisions of an object: number -> {"template", "cause"}."""
    if info.resource.name == "deployments.apps":
        return _replica_sets(session, info)
    if info.resource.name in ("daemonsets.apps", "statefulsets.apps"):
        return _controller_revisions(session, info)
    raise Failure(f'no history viewer has been implemented for "{info.resource.qualified_kind}"')


def _owned(session: Session, info: Info, resource: str) -> list[Obj]:
    """The objects of a resource that *info* controls."""
    selector = selector_text((info.object.get("spec") or {}).get("selector"), "")
    body = session.list(RESOURCES[resource], info.namespace, query={"labelSelector": selector})
    uid = info.object["metadata"].get("uid")
    return [each for each in items(RESOURCES[resource], body) if (controller_of(each) or {}).get("uid") == uid]


def _replica_sets(session: Session, info: Info) -> dict[int, Obj]:
    found: dict[int, Obj] = {}
    for each in _owned(session, info, "replicasets.apps"):
        annotations = each["metadata"].get("annotations") or {}
        if str(annotations.get(REVISION, "")).isdigit():
            template = each["spec"]["template"]
            found[int(annotations[REVISION])] = {
                "template": template,
                "cause": annotations.get(CAUSE, ""),
                "object": each,
            }
    return found


def _controller_revisions(session: Session, info: Info) -> dict[int, Obj]:
    found: dict[int, Obj] = {}
    for each in _owned(session, info, "controllerrevisions.apps"):
        data = each.get("data") or {}
        template = (data.get("spec") or {}).get("template") or {}
        cause = (each["metadata"].get("annotations") or {}).get(CAUSE, "")
        found[int(each.get("revision", 0))] = {"template": template, "cause": cause, "data": data, "object": each}
    return found


def without_hash(template: Obj) -> Obj:
    """A template without the label that a Deployment adds to it, and without how a ControllerRevision is to be patched in."""
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    rest = {key: value for key, value in template.items() if key != "$patch"}
    return {**rest, "metadata": {**metadata, "labels": labels}}
