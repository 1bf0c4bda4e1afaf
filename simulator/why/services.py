"""Which Pods a Service reaches, Pod by Pod: by its selector, by readiness, by port; and which labels come near."""

from typing import Any

from simulator.api import meta
from simulator.api.requests import Obj
from simulator.client.pods import is_finished, is_ready
from simulator.controllers.serving import is_headless, port_number, selects
from simulator.why import pods
from simulator.why.chain import Chain, Link, Ref, Values
from simulator.why.inquiry import Inquiry, describe, ref, within
from simulator.why.near import nearest
from simulator.why.probes import id_of

MOST_PODS = 50
SERVICE_NAME = "kubernetes.io/service-name"


def service(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a Service."""
    about, spec = ref("services", obj), obj["spec"]
    if spec.get("type") == "ExternalName":
        return Chain(
            [Link("service.external", {"name": str(spec.get("externalName"))}, about, ("spec", "externalName"))]
        )
    selector = spec.get("selector") or {}
    if not selector:
        look = (f"kubectl get endpointslices{within(about.namespace)}",)
        return Chain([Link("service.no_selector", {}, about, ("spec", "selector"), next=look)])
    found = inquiry.all("pods", about.namespace)
    mine = [pod for pod in found if selects(obj, meta.labels(pod))]
    if not mine:
        return nobody(inquiry, obj, about, found)
    serving = [pod for pod in mine if serves(obj, pod)]
    return (reached if serving else unserved)(inquiry, obj, mine, serving)


def of_endpoints(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for an EndpointSlice or Endpoints object: that of the Service for which it was made."""
    namespace, kind = meta.namespace(obj), str(obj.get("kind", ""))
    name = meta.labels(obj).get(SERVICE_NAME) or meta.name(obj)
    found = inquiry.find("services", namespace, name)
    values = {"kind": kind, "name": meta.name(obj), "service": name}
    if found is None:
        return Chain([Link("endpoints.alone", values)])
    return service(inquiry, found).after(Link("endpoints.of", values, ref("services", found)))


def text_of(labels: dict[str, str]) -> str:
    """Labels as a selector writes them."""
    return ",".join(f"{key}={value}" for key, value in labels.items())


def serves(obj: Obj, pod: Obj) -> bool:
    """Whether a Pod is a ready endpoint of the Service."""
    ready = is_ready(pod) or bool(obj["spec"].get("publishNotReadyAddresses"))
    return ready and not meta.deleting(pod) and has_address(pod) and not unnamed(obj, pod)


def has_address(pod: Obj) -> bool:
    """Whether the Pod has an address and has not ended."""
    return bool((pod.get("status") or {}).get("podIP")) and not is_finished(pod)


def unnamed(obj: Obj, pod: Obj) -> list[str]:
    """The names of target ports that the Pod has not, if it has none of the Service's."""
    ports = obj["spec"].get("ports") or []
    lost = [str(port.get("targetPort")) for port in ports if port_number(port, pod) is None]
    return lost if lost and len(lost) == len(ports) and not is_headless(obj) else []


# --- nobody is selected ---------------------------------------------------------------------------------------------------


def nobody(inquiry: Inquiry, obj: Obj, about: Ref, found: list[Obj]) -> Chain:
    """No Pod has the labels: which come nearest."""
    selector = obj["spec"]["selector"]
    look = (f"kubectl get pods{within(about.namespace)} --show-labels", describe(about))
    values: Values = {"selector": text_of(selector), "pods": len(found)}
    first = Link("service.no_pods", values, about, ("spec", "selector"), next=look)
    return Chain([first, *near(about, selector, found), *elsewhere(inquiry, obj, about)], table(inquiry, obj, found))


def near(about: Ref, selector: dict[str, str], found: list[Obj]) -> list[Link]:
    """The Pod that lacks the fewest of the labels, and what it has instead, if it has anything like them."""
    scored = [(likeness(selector, meta.labels(pod)), meta.name(pod), pod) for pod in found]
    best = max(scored, key=lambda entry: (entry[0], entry[1]), default=None)
    if best is None or not best[0]:
        return []
    links, labels = [], meta.labels(best[2])
    for key, value in selector.items():
        if labels.get(key) == value:
            continue
        values = {"pod": best[1], "key": key, "value": value}
        path = ("spec", "selector", key)
        if key in labels:
            links.append(Link("service.label_value", {**values, "found": labels[key]}, about, path))
        elif close := nearest(key, labels):
            links.append(Link("service.label_near", {**values, "near": f"{close}={labels[close]}"}, about, path))
        else:
            links.append(Link("service.label", values, about, path))
    return links


def likeness(selector: dict[str, str], labels: dict[str, str]) -> int:
    """How near labels come to a selector: whole hits count most, then the same key, then a key or value like it."""
    total = 0
    for key, value in selector.items():
        if labels.get(key) == value:
            total += 4
        elif key in labels:
            total += 2 + bool(nearest(value, [labels[key]]))
        elif nearest(key, labels) or value in labels.values():
            total += 1
    return total


def elsewhere(inquiry: Inquiry, obj: Obj, about: Ref) -> list[Link]:
    """Pods of another namespace that have the labels: a Service selects in its own only."""
    selector = obj["spec"]["selector"].items()
    found = [pod for pod in inquiry.all("pods") if all(meta.labels(pod).get(key) == value for key, value in selector)]
    spaces = list(dict.fromkeys(meta.namespace(pod) for pod in found))
    return [Link("service.elsewhere", {"namespace": spaces[0]}, about, ("metadata", "namespace"))] if spaces else []


# --- some are -------------------------------------------------------------------------------------------------------------


def unserved(inquiry: Inquiry, obj: Obj, mine: list[Obj], serving: list[Obj]) -> Chain:
    """Pods are selected, and none serves."""
    about = ref("services", obj)
    look = (
        f"kubectl get endpointslices{within(about.namespace)} -l kubernetes.io/service-name={about.name}",
        describe(about),
    )
    first = Link("service.none_ready", {"pods": len(mine)}, about, ("spec", "selector"), next=look)
    if lost := next((unnamed(obj, pod) for pod in mine if unnamed(obj, pod)), []):
        return Chain([first, port_name(obj, mine, lost[0])], table(inquiry, obj, mine))
    chain = pods.behind(inquiry, mine)
    return Chain([first, *chain.links], table(inquiry, obj, mine))


def port_name(obj: Obj, mine: list[Obj], name: str) -> Link:
    """A target port is named, and no container has a port of that name."""
    named = [
        port["name"]
        for pod in mine
        for each in pod["spec"]["containers"]
        for port in each.get("ports") or ()
        if port.get("name")
    ]
    at = next(at for at, port in enumerate(obj["spec"]["ports"]) if str(port.get("targetPort")) == name)
    path = ("spec", "ports", at, "targetPort")
    close = nearest(name, named)
    values = {"port": name, "names": ", ".join(dict.fromkeys(named)) or "-"}
    kind = "service.port_near" if close else "service.port_name"
    return Link(kind, values | ({"near": close} if close else {}), ref("services", obj), path)


def reached(inquiry: Inquiry, obj: Obj, mine: list[Obj], serving: list[Obj]) -> Chain:
    """Some Pods serve; whether anybody listens on their ports is another question."""
    about = ref("services", obj)
    values: Values = {"ready": len(serving), "pods": len(mine)}
    look = (f"kubectl get endpointslices{within(about.namespace)} -l kubernetes.io/service-name={about.name}",)
    links = [Link("service.serves", values, about, next=look)]
    for at, port in enumerate(obj["spec"].get("ports") or ()):
        silent = [pod for pod in serving if deaf(inquiry, port, pod)]
        if silent and (port.get("protocol") or "TCP") == "TCP":
            number = port_number(port, silent[0])
            listening = ports_of(inquiry, silent[0])
            values = {
                "port": int(number or 0),
                "pod": meta.name(silent[0]),
                "listening": ", ".join(map(str, listening)) or "-",
            }
            links.append(Link("service.deaf", values, about, ("spec", "ports", at, "targetPort")))
    rest = [pod for pod in mine if pod not in serving]
    return Chain([*links, *pods.behind(inquiry, rest).links], table(inquiry, obj, mine))


def deaf(inquiry: Inquiry, port: Obj, pod: Obj) -> bool:
    """Whether nobody listens in the Pod on the port that the Service leads to."""
    return port_number(port, pod) not in (None, *ports_of(inquiry, pod))


def ports_of(inquiry: Inquiry, pod: Obj) -> list[int]:
    """The ports on which somebody listens in a Pod."""
    ids = [id for container in pod["spec"]["containers"] if (id := id_of(pod, container["name"]))]
    return inquiry.cluster.machines.ports_of(ids[0]) if ids else []


# --- the table ------------------------------------------------------------------------------------------------------------


def table(inquiry: Inquiry, obj: Obj, found: list[Obj]) -> dict[str, Any]:
    """Pod by Pod: labels, address, readiness, port."""
    rows = [{"name": meta.name(pod), "cells": cells(obj, pod), "first": None} for pod in found[:MOST_PODS]]
    columns = ["selector", "podIP", "Ready", "targetPort"]
    return {"kind": "endpoints", "columns": columns, "rows": rows, "more": max(len(found) - MOST_PODS, 0)}


def cells(obj: Obj, pod: Obj) -> list[dict[str, Any]]:
    """The cells of one Pod: what it has, and whether that lets it serve."""
    labels, selector = meta.labels(pod), obj["spec"]["selector"]
    differs = [
        f"{key}={labels[key]}" if key in labels else f"{key} ∅" for key in selector if labels.get(key) != selector[key]
    ]
    ready, lost = is_ready(pod) and not meta.deleting(pod), unnamed(obj, pod)
    ports = [str(number) for port in obj["spec"].get("ports") or () if (number := port_number(port, pod))]
    facts = [
        (not differs, ", ".join(differs) or text_of(selector)),
        (has_address(pod), (pod.get("status") or {}).get("podIP") or "-"),
        (ready, "True" if ready else "False"),
        (not lost, ", ".join(lost or ports) or "-"),
    ]
    return [{"passes": good, "reasons": [text], "facts": []} for good, text in facts]
