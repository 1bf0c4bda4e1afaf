"""EndpointSlices of Services (pkg/controller/endpointslice): who serves, ready or not, at most 100 in a slice."""

from simulator.api import meta
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.pods import is_ready
from simulator.controllers.controller import Keys, itself
from simulator.controllers.serving import ServingController, hostname_in, labels_for, ports_on, target

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_LABEL = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
MOST_ENDPOINTS = 100


class EndpointSliceController(ServingController):
    """Keeps the slices of each Service that has a selector."""

    name = "endpointslice"
    source = "endpoint-slice-controller"

    def watches(self) -> dict[str, Keys]:
        return {"services": itself, "pods": self.services_of, SLICES: self.service_of_slice}

    @staticmethod
    def service_of_slice(event: WatchEvent) -> list[str]:
        """The Service of one of our slices."""
        metadata = event.object["metadata"]
        labels = metadata.get("labels") or {}
        if labels.get(MANAGED_BY) != MANAGER or SERVICE_LABEL not in labels:
            return []
        return [f"{metadata['namespace']}/{labels[SERVICE_LABEL]}"]

    def sync(self, key: str) -> None:
        service = self.find("services", key)
        if service is None or not service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
            return
        wanted = self.groups(service) or {"": ([], [])}
        existing = [each for each in self.informers.of(SLICES).by("owner", meta.uid(service)) if is_managed(each)]
        for endpoints, ports in wanted.values():
            for start in range(0, max(len(endpoints), 1), MOST_ENDPOINTS):
                self.put(service, existing, endpoints[start : start + MOST_ENDPOINTS], ports)
        for surplus in existing:
            self.api.delete(SLICES, meta.namespace(surplus), meta.name(surplus))

    def groups(self, service: Obj) -> dict[str, tuple[list[Obj], list[Obj]]]:
        """The endpoints, put together with those that serve on the same ports; some serve on none, as they name no such port."""
        found: dict[str, tuple[list[Obj], list[Obj]]] = {}
        for pod in self.pods_of(service):
            ports = [{"name": "", **port} for port in ports_on(service, pod)]  # here every port has a name
            endpoints, _ = found.setdefault(repr(ports), ([], ports))
            endpoints.append(self.endpoint(service, pod))
        return found

    def endpoint(self, service: Obj, pod: Obj) -> Obj:
        """What a slice says of a Pod."""
        serving, leaving = is_ready(pod), meta.deleting(pod)
        ready = (serving and not leaving) or bool(service["spec"].get("publishNotReadyAddresses"))
        node = self.informers.of("nodes").get(pod["spec"].get("nodeName", ""))
        zone = meta.labels(node).get("topology.kubernetes.io/zone") if node else None
        return {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {"ready": ready, "serving": serving, "terminating": leaving},
            **hostname_in(service, pod),
            "nodeName": pod["spec"].get("nodeName"),
            "targetRef": target(pod),
            **({"zone": zone} if zone else {}),
        }

    def put(self, service: Obj, existing: list[Obj], endpoints: list[Obj], ports: list[Obj]) -> None:
        """Write a slice over one of the *existing* ones, which is taken from the list, or make a new one."""
        labels = {**labels_for(service), MANAGED_BY: MANAGER, SERVICE_LABEL: meta.name(service)}
        body: Obj = {"addressType": "IPv4", "endpoints": endpoints or None, "ports": ports or None}
        old = next((each for each in existing if each.get("ports") == body["ports"]), existing[0] if existing else None)
        if old is None:
            metadata = {
                "generateName": f"{meta.name(service)}-",
                "namespace": meta.namespace(service),
                "labels": labels,
                "ownerReferences": [meta.owner_reference(service)],
            }
            self.api.create(SLICES, {"metadata": metadata, **body})
            return
        existing.remove(old)
        if {part: old.get(part) for part in body} != body or meta.labels(old) != labels:
            self.api.update(SLICES, {**meta.with_metadata(old, labels=labels), **body})


def is_managed(entry: Obj) -> bool:
    """Whether a slice is ours and stays."""
    return meta.labels(entry).get(MANAGED_BY) == MANAGER and not meta.deleting(entry)
