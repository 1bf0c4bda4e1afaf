"""Which Pods serve a Service, and on which ports: shared by Endpoints and EndpointSlices (pkg/controller/util/endpoint)."""

from collections.abc import Iterable

from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.client.informer import key_of, split_key
from simulator.client.pods import is_finished, is_ready
from simulator.controllers.controller import Controller, batch_period

HEADLESS_LABEL = "service.kubernetes.io/headless"


class ServingController(Controller):
    """A controller whose keys are Services, and which looks again whenever a Pod that they select changes."""

    def patience(self, key: str) -> int | None:
        return batch_period(self.informers.of("pods").count("namespace", split_key(key)[0]))

    def services_of(self, event: WatchEvent) -> Iterable[str]:
        """The Services whose endpoints a change to a Pod concerns."""
        new, old = event.object, event.old
        if old is not None and event.type == "MODIFIED" and serves_alike(new, old):
            return ()
        sides = [new["metadata"].get("labels") or {}]
        if old is not None and old["metadata"].get("labels") != new["metadata"].get("labels"):
            sides.append(old["metadata"].get("labels") or {})
        services = self.in_namespace("services", new["metadata"]["namespace"])
        return [key_of(each) for each in services if any(selects(each, labels) for labels in sides)]

    def pods_of(self, service: Obj) -> list[Obj]:
        """The Pods that a Service selects and that have an address and have not ended."""
        pods = self.in_namespace("pods", service["metadata"]["namespace"])
        return [
            pod
            for pod in pods
            if selects(service, pod["metadata"].get("labels") or {})
            and (pod.get("status") or {}).get("podIP")
            and not is_finished(pod)
        ]


def selects(service: Obj, labels: Obj) -> bool:
    """Whether a Service has a selector, and it selects *labels*."""
    wanted = service["spec"].get("selector")
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def serves_alike(new: Obj, old: Obj) -> bool:
    """Whether a change to a Pod means nothing to Services."""
    return serving_state(new) == serving_state(old)


def serving_state(pod: Obj) -> tuple[object, ...]:
    """All of a Pod that endpoints show."""
    status, metadata = pod.get("status") or {}, pod["metadata"]
    return (
        status.get("podIP"),
        is_ready(pod),
        is_finished(pod),
        "deletionTimestamp" in metadata,
        metadata.get("labels"),
        pod["spec"].get("nodeName"),
    )


def is_headless(service: Obj) -> bool:
    """Whether the Service has no address of its own."""
    return bool(service["spec"].get("clusterIP") == "None")


def labels_for(service: Obj) -> dict[str, str]:
    """The labels that endpoints take over from their Service."""
    labels = dict(service["metadata"].get("labels") or {})
    return labels | {HEADLESS_LABEL: ""} if is_headless(service) else labels


def port_number(port: Obj, pod: Obj) -> int | None:
    """The port of the Pod that a Service's port leads to; None if it is named and the Pod has none of that name."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    for container in [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())]:
        for each in container.get("ports") or ():
            if each.get("name") == target and (each.get("protocol") or "TCP") == (port.get("protocol") or "TCP"):
                return int(each["containerPort"])
    return None


def ports_on(service: Obj, pod: Obj) -> list[Obj]:
    """The ports at which a Pod serves, as endpoints name them."""
    found: list[Obj] = []
    for port in service["spec"].get("ports") or ():
        number = port_number(port, pod)
        if number is not None:
            name = {"name": port["name"]} if port.get("name") else {}
            app = {"appProtocol": port["appProtocol"]} if port.get("appProtocol") else {}
            found.append({**name, "port": number, "protocol": port.get("protocol") or "TCP", **app})
    return found


def target(pod: Obj) -> Obj:
    """The reference to a Pod that an endpoint carries."""
    metadata = pod["metadata"]
    return {
        "kind": "Pod",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "uid": metadata["uid"],
    }


def hostname_in(service: Obj, pod: Obj) -> Obj:
    """The Pod's host name, if it has one in the Service's own domain."""
    spec = pod["spec"]
    if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
        return {"hostname": spec["hostname"]}
    return {}
