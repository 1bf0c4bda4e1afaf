"""What quotas show as used, set right when something goes (pkg/controller/resourcequota)."""

from simulator.api import meta
from simulator.apiserver.admission import usage
from simulator.apiserver.watch import WatchEvent
from simulator.client.informer import key_of
from simulator.client.pods import is_finished
from simulator.controllers.controller import Controller, Keys, itself

QUOTAS = "resourcequotas"


class ResourceQuotaController(Controller):
    """Counts anew what the objects of a namespace use."""

    name = "resourcequota"
    source = "resourcequota-controller"

    def watches(self) -> dict[str, Keys]:
        return {QUOTAS: itself, "*": self.freed}

    def freed(self, event: WatchEvent) -> list[str]:
        """The quotas of a namespace in which something was deleted, or a Pod has ended."""
        namespace = event.object["metadata"].get("namespace")
        ended = event.resource == "pods" and event.type == "MODIFIED" and is_finished(event.object)
        if not namespace or not (event.type == "DELETED" or ended):
            return []
        return [key_of(each) for each in self.in_namespace(QUOTAS, namespace)]

    def sync(self, key: str) -> None:
        quota = self.find(QUOTAS, key)
        if quota is None:
            return
        status = {"hard": quota["spec"].get("hard") or {}, "used": usage.total(self.api, quota)}
        if status != quota.get("status"):
            self.api.update_status(QUOTAS, meta.with_status(quota, **status))
