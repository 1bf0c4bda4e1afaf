"""The ConfigMap kube-root-ca.crt of each namespace (pkg/controller/certificates/rootcacertpublisher)."""

from simulator.api import meta
from simulator.api.errors import AlreadyExists
from simulator.api.pem import made_up
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import Obj
from simulator.controllers.controller import Controller, Keys, itself

NAME = "kube-root-ca.crt"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the"
    " internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes"
    " clusters."
)
CERTIFICATE_BYTES = 787  # as long as kubeadm's


def certificate(cluster: str) -> str:
    """What stands for the CA certificate of *cluster*."""
    return made_up("CERTIFICATE", cluster, CERTIFICATE_BYTES)


class RootCAController(Controller):
    """Puts the CA certificate of the cluster where Pods can mount it."""

    name = "root-ca-certificate-publisher"

    def watches(self) -> dict[str, Keys]:
        return {"namespaces": itself, "configmaps": namespace_of}

    def sync(self, key: str) -> None:
        namespace = self.find("namespaces", key)
        if namespace is None or meta.deleting(namespace):
            return
        system = self.find("namespaces", "kube-system")  # whose uid is taken for the cluster's own
        wanted = {"ca.crt": certificate(meta.uid(system) if system else "")}
        old = self.find("configmaps", f"{key}/{NAME}")
        if old is None:
            self.make(key, wanted)
        elif old.get("data") != wanted:
            self.api.update("configmaps", {**old, "data": wanted})

    def make(self, namespace: str, data: Obj) -> None:
        """Create the ConfigMap."""
        notes = {"kubernetes.io/description": DESCRIPTION}
        try:
            self.api.create(
                "configmaps", {"metadata": {"name": NAME, "namespace": namespace, "annotations": notes}, "data": data}
            )
        except AlreadyExists:
            return


def namespace_of(event: WatchEvent) -> list[str]:
    """The namespace whose ConfigMap was changed or removed."""
    if meta.name(event.object) != NAME or event.type == "ADDED":
        return []
    return [meta.namespace(event.object)]
