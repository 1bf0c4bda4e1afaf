"""The old Endpoints object of each Service (pkg/controller/endpoint)."""

from simulator.api import meta
from simulator.api.errors import NotFound
from simulator.client.api import Obj
from simulator.client.informer import split_key
from simulator.client.pods import is_ready
from simulator.controllers.controller import Keys, itself
from simulator.controllers.serving import ServingController, hostname_in, is_headless, labels_for, ports_on, target

MANAGED_BY = "endpoints.kubernetes.io/managed-by"
MANAGER = "endpoint-controller"
MOST_ADDRESSES = 1000


class EndpointsController(ServingController):
    """Keeps the Endpoints of each Service that has a selector, and removes those whose Service is gone."""

    name = "endpoints"
    source = "endpoint-controller"

    def watches(self) -> dict[str, Keys]:
        return {"services": itself, "pods": self.services_of, "endpoints": itself}

    def sync(self, key: str) -> None:
        service, old = self.find("services", key), self.find("endpoints", key)
        if service is None:
            if old is not None and meta.labels(old).get(MANAGED_BY) == MANAGER:
                self.remove(key)
            return
        if not service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
            return
        labels = {**labels_for(service), MANAGED_BY: MANAGER}
        subsets = self.subsets(service)
        if old is None:
            metadata = {"name": meta.name(service), "namespace": meta.namespace(service), "labels": labels}
            self.api.create("endpoints", {"metadata": metadata, **subsets})
        elif (old.get("subsets") or []) != subsets.get("subsets", []) or meta.labels(old) != labels:
            kept = {part: value for part, value in meta.with_metadata(old, labels=labels).items() if part != "subsets"}
            self.api.update("endpoints", {**kept, **subsets})

    def remove(self, key: str) -> None:
        """Delete Endpoints that serve nobody any more."""
        try:
            self.api.delete("endpoints", *split_key(key))
        except NotFound:
            return

    def subsets(self, service: Obj) -> Obj:
        """The addresses, put together with those that serve on the same ports; nothing if there are none."""
        everybody = bool(service["spec"].get("publishNotReadyAddresses"))
        groups: dict[str, Obj] = {}
        for pod in self.pods_of(service)[:MOST_ADDRESSES]:
            if meta.deleting(pod) and not everybody:
                continue
            ports = ports_on(service, pod)
            if not ports and not is_headless(service):
                continue
            side = "addresses" if everybody or is_ready(pod) else "notReadyAddresses"
            group = groups.setdefault(str(ports), {"addresses": [], "notReadyAddresses": [], "ports": ports})
            group[side].append(address(service, pod))
        return {"subsets": [tidy(group) for _, group in sorted(groups.items())]} if groups else {}


def address(service: Obj, pod: Obj) -> Obj:
    """What Endpoints say of a Pod."""
    node = {"nodeName": pod["spec"]["nodeName"]} if pod["spec"].get("nodeName") else {}
    return {"ip": pod["status"]["podIP"], **hostname_in(service, pod), **node, "targetRef": target(pod)}


def tidy(group: Obj) -> Obj:
    """A subset without empty lists, its addresses in order."""
    sides = {side: sorted(group[side], key=lambda each: str(each["ip"])) for side in ("addresses", "notReadyAddresses")}
    return {name: value for name, value in {**sides, "ports": group["ports"]}.items() if value}
