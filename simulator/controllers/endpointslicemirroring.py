"""Mirrors Endpoints that somebody has written by hand into EndpointSlices (pkg/controller/endpointslicemirroring)."""

from simulator.api import meta
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.controllers.controller import Controller, Keys, itself
from simulator.controllers.endpointslice import MANAGED_BY, SERVICE_LABEL, SLICES

MANAGER = "endpointslicemirroring-controller.k8s.io"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
MOST_ADDRESSES = 1000  # of a subset


class EndpointSliceMirroringController(Controller):
    """Keeps slices for the Endpoints of Services without a selector: kube-proxy reads nothing else."""

    name = "endpointslicemirroring"
    source = "endpoint-slice-mirroring-controller"

    def watches(self) -> dict[str, Keys]:
        return {"endpoints": itself, "services": itself, SLICES: self.mirrored}

    @staticmethod
    def mirrored(event: WatchEvent) -> list[str]:
        """The Endpoints of one of our slices."""
        labels = meta.labels(event.object)
        if labels.get(MANAGED_BY) != MANAGER or SERVICE_LABEL not in labels:
            return []
        return [f"{meta.namespace(event.object)}/{labels[SERVICE_LABEL]}"]

    def sync(self, key: str) -> None:
        service, endpoints = self.find("services", key), self.find("endpoints", key)
        namespace, _, name = key.rpartition("/")
        existing = [each for each in self.in_namespace(SLICES, namespace) if is_mirror(each, name)]
        wanted: list[Obj] = []
        if service is not None and endpoints is not None and is_mirrored(service, endpoints):
            subsets = endpoints.get("subsets") or []
            wanted = [mirror(endpoints, subset) for subset in subsets if addresses(subset)]
        for body in wanted:
            self.put(existing, body)
        for surplus in existing:
            self.api.delete(SLICES, namespace, meta.name(surplus))

    def put(self, existing: list[Obj], body: Obj) -> None:
        """Write a slice over one of the *existing* ones with the same ports, which is taken from the list, or make a new one."""
        old = next((each for each in existing if each.get("ports") == body["ports"]), existing[0] if existing else None)
        if old is None:
            self.api.create(SLICES, body)
            return
        existing.remove(old)
        metadata = {part: body["metadata"].get(part) for part in ("labels", "annotations")}
        rest = {part: value for part, value in body.items() if part != "metadata"}
        changed = {**meta.with_metadata(old, **metadata), **rest}
        if changed != old:
            self.api.update(SLICES, changed)


def is_mirror(entry: Obj, name: str) -> bool:
    """Whether a slice is one of ours for the Endpoints called *name*."""
    labels = meta.labels(entry)
    return labels.get(MANAGED_BY) == MANAGER and labels.get(SERVICE_LABEL) == name and not meta.deleting(entry)


def is_mirrored(service: Obj, endpoints: Obj) -> bool:
    """Whether the Endpoints are somebody's own, and wanted in slices."""
    if service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
        return False
    return meta.labels(endpoints).get(SKIP) != "true" and LEADER not in meta.annotations(endpoints)


def mirror(endpoints: Obj, subset: Obj) -> Obj:
    """The slice for a subset."""
    labels = {**meta.labels(endpoints), MANAGED_BY: MANAGER, SERVICE_LABEL: meta.name(endpoints)}
    notes = {key: value for key, value in meta.annotations(endpoints).items() if key != LAST_APPLIED}
    metadata = {
        "generateName": f"{meta.name(endpoints)}-",
        "namespace": meta.namespace(endpoints),
        "labels": labels,
        "ownerReferences": [meta.owner_reference(endpoints)],
    }
    ports = [
        {"protocol": "TCP"} | {part: port[part] for part in ("name", "port", "protocol", "appProtocol") if part in port}
        for port in subset.get("ports") or ()
    ]
    family = "IPv6" if ":" in str(addresses(subset)[0]["addresses"][0]) else "IPv4"
    body: Obj = {"addressType": family, "endpoints": addresses(subset), "ports": ports}
    return {"metadata": metadata | ({"annotations": notes} if notes else {}), **body}


def addresses(subset: Obj) -> list[Obj]:
    """The endpoints of a slice, those that are not ready behind the others."""
    found = []
    for field, ready in (("addresses", True), ("notReadyAddresses", False)):
        for entry in subset.get(field) or ():
            more = {part: entry[part] for part in ("hostname", "nodeName", "targetRef") if entry.get(part)}
            found.append({"addresses": [entry["ip"]], "conditions": {"ready": ready}, **more})
    return found[:MOST_ADDRESSES]
