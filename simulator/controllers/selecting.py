"""Who might adopt a Pod that nobody controls."""

from simulator.api import meta, selectors
from simulator.apiserver.watch import WatchEvent
from simulator.client.informer import key_of
from simulator.controllers.controller import Controller


def selecting(controller: Controller, resource: str, event: WatchEvent) -> list[str]:
    """The keys of those whose selector selects an orphan that came or changed its labels or lost its owner."""
    pod = event.object
    if event.type == "DELETED" or meta.controller_of(pod) is not None:
        return []
    if event.old is not None and same_standing(pod, event.old):
        return []
    owners = controller.in_namespace(resource, meta.namespace(pod))
    return [key_of(each) for each in owners if selectors.selects(each["spec"].get("selector"), meta.labels(pod))]


def same_standing(new: dict[str, object], old: dict[str, object]) -> bool:
    """Whether neither labels nor owners changed."""
    return meta.labels(new) == meta.labels(old) and meta.owners(new) == meta.owners(old)
