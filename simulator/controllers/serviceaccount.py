"""The `default` ServiceAccount of each namespace (pkg/controller/serviceaccount)."""

from simulator.api import meta
from simulator.api.errors import AlreadyExists
from simulator.apiserver.watch import WatchEvent
from simulator.controllers.controller import Controller, Keys, itself

DEFAULT = "default"


class ServiceAccountController(Controller):
    """Makes the account that Pods run as which name none."""

    name = "serviceaccount"

    def watches(self) -> dict[str, Keys]:
        return {"namespaces": itself, "serviceaccounts": namespace_of}

    def sync(self, key: str) -> None:
        namespace = self.find("namespaces", key)
        if namespace is None or meta.deleting(namespace) or self.find("serviceaccounts", f"{key}/{DEFAULT}"):
            return
        try:
            self.api.create("serviceaccounts", {"metadata": {"name": DEFAULT, "namespace": key}})
        except AlreadyExists:
            return


def namespace_of(event: WatchEvent) -> list[str]:
    """The namespace in which an object was removed."""
    return [meta.namespace(event.object)] if event.type == "DELETED" else []
