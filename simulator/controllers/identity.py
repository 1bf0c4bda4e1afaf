"""The Pods and claims of a StatefulSet by their numbers (pkg/controller/statefulset/stateful_set_utils.go)."""

from simulator.api import meta
from simulator.client.api import Obj
from simulator.controllers.history import REVISION_LABEL
from simulator.controllers.podcontrol import pod_from


def index_of(name: str, pod: Obj) -> int | None:
    """The number of a Pod of the StatefulSet *name*; None if it is none of its."""
    parent, _, number = meta.name(pod).rpartition("-")
    return int(number) if parent == name and number.isdigit() and len(number) < 10 else None


def claim_names(owner: Obj, index: int) -> dict[str, str]:
    """The name of each claim of a Pod, by the name of its template."""
    templates = owner["spec"].get("volumeClaimTemplates") or ()
    return {each["metadata"]["name"]: f"{each['metadata']['name']}-{meta.name(owner)}-{index}" for each in templates}


def retention(owner: Obj, when: str) -> str:
    """What becomes of claims `whenDeleted` or `whenScaled`: Retain or Delete."""
    return str((owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}).get(when) or "Retain")


def claims_for(owner: Obj, index: int) -> list[Obj]:
    """The claims that a Pod is to have."""
    names = claim_names(owner, index)
    labels = owner["spec"]["selector"].get("matchLabels") or {}
    owners = [meta.owner_reference(owner)] if retention(owner, "whenDeleted") == "Delete" else None
    return [
        meta.with_metadata(
            {"spec": template["spec"], "metadata": template["metadata"]},
            name=names[template["metadata"]["name"]],
            namespace=meta.namespace(owner),
            labels={**(template["metadata"].get("labels") or {}), **labels} or None,
            ownerReferences=owners,
        )
        for template in owner["spec"].get("volumeClaimTemplates") or ()
    ]


def pod_for(owner: Obj, index: int, template: Obj, revision: str) -> Obj:
    """The Pod with a number, as a template wants it."""
    name = f"{meta.name(owner)}-{index}"
    labels = {
        **((template.get("metadata") or {}).get("labels") or {}),
        "apps.kubernetes.io/pod-index": str(index),
        REVISION_LABEL: revision,
        "statefulset.kubernetes.io/pod-name": name,
    }
    pod = pod_from(owner, template, name=name, labels=labels)
    claims = claim_names(owner, index)
    named = [{"name": volume, "persistentVolumeClaim": {"claimName": claim}} for volume, claim in claims.items()]
    others = [each for each in template["spec"].get("volumes") or () if each["name"] not in claims]
    subdomain = {"subdomain": owner["spec"]["serviceName"]} if owner["spec"].get("serviceName") else {}
    spec = {**template["spec"], "hostname": name, **subdomain}
    return {**pod, "spec": spec | ({"volumes": [*named, *others]} if named or others else {})}
