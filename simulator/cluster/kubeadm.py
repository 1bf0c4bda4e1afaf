"""What `kubeadm init` and `kubeadm join` leave behind, and two quiet days after it: the cluster as a learner finds it."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol

import yaml

from simulator.api import yamls
from simulator.api.resources import RESOURCES
from simulator.api.timestamps import rfc3339
from simulator.apiserver.server import APIServer
from simulator.cluster.scenario import NodeSpec, Scenario
from simulator.kernel.units import HOUR, MINUTE, SECOND
from simulator.kernel.world import World

Obj = dict[str, Any]
AGE = 49 * HOUR + MINUTE  # how long ago the cluster was made
KINDS = {resource.kind: name for name, resource in RESOURCES.items()}
HASH_LABEL = "pod-template-hash"
REVISION_LABEL = "controller-revision-hash"
SYSTEM = "kube-system"
MANIFESTS = "/etc/kubernetes/manifests"
PROVISIONER = "rancher.io/local-path"
DEFAULT_CLASS = {"name": "standard", "provisioner": PROVISIONER, "volume_binding_mode": "WaitForFirstConsumer"}
DEFAULT_CLASS_MARK = "storageclass.kubernetes.io/is-default-class"


class NodeAgent(Protocol):
    """The kubelet of a node, as far as the installation needs it."""

    def adopt(self, pod: Obj, started: int) -> None: ...


@lru_cache(maxsize=64)
def manifests(master: str, ip: str) -> tuple[Obj, ...]:
    """The manifests of kubeadm.yaml and roles.yaml for a control plane called *master* at *ip*. Nobody may change them."""
    texts = [files("simulator.cluster").joinpath(name).read_text() for name in ("kubeadm.yaml", "roles.yaml")]
    filled = (text.replace("{master}", master).replace("{ip}", ip) for text in texts)
    return tuple(manifest for text in filled for manifest in yaml.load_all(text, yaml.CSafeLoader))


def manifest_files(master: str, ip: str) -> dict[str, str]:
    """The files from which the kubelet of the control plane has its static Pods, by path."""
    found = {}
    for manifest in manifests(master, ip):
        if manifest["kind"] == "Pod":
            name = manifest["metadata"]["name"].removesuffix(f"-{master}")
            pod = {**manifest, "metadata": {**manifest["metadata"], "name": name}}
            found[f"{MANIFESTS}/{name}.yaml"] = yamls.dump(pod)
    return found


class Installation:
    """Makes the objects of a new cluster through its API server, and has the kubelets take over the Pods."""

    def __init__(self, world: World, api: APIServer, kubelets: Mapping[str, NodeAgent]) -> None:
        self.world = world
        self.api = api
        self.kubelets = kubelets

    def namespaces(self, master: str, ip: str) -> None:
        """What must be there before a kubelet can register: it keeps a Lease in one of them."""
        for manifest in manifests(master, ip):
            if manifest["kind"] == "Namespace":
                self.api.create("namespaces", manifest)

    def run(self, scenario: Scenario, master: str, ip: str) -> None:
        """Everything, in the order in which kubeadm does it. The nodes have registered themselves before."""
        for node in scenario.nodes:
            self.mark(node)
        for manifest in manifests(master, ip):
            if manifest["kind"] != "Namespace":
                self.make(manifest, master, scenario)
        for entry in scenario.storage_classes or (DEFAULT_CLASS,):
            self.storage_class(entry, default=not scenario.storage_classes)

    def mark(self, spec: NodeSpec) -> None:
        """Give a node the labels and taints that the scenario wants, and those of a control plane."""
        node = self.api.get("nodes", None, spec.name)
        labels, taints = dict(spec.labels), [dict(taint) for taint in spec.taints]
        if spec.control_plane:
            role = "node-role.kubernetes.io/control-plane"
            labels |= {role: "", "node.kubernetes.io/exclude-from-external-load-balancers": ""}
            taints.append({"key": role, "effect": "NoSchedule"})
        for role in spec.roles:
            labels.setdefault(f"node-role.kubernetes.io/{role}", "")
        metadata = {**node["metadata"], "labels": {**node["metadata"].get("labels", {}), **labels}}
        spec_of_node = {**node["spec"], **({"taints": taints} if taints else {})}
        if labels or taints:
            self.api.update("nodes", {**node, "metadata": metadata, "spec": spec_of_node})

    def make(self, manifest: Obj, master: str, scenario: Scenario) -> None:
        """Create the object of a manifest, and what its controller would have made of it."""
        if manifest["kind"] == "Pod":
            return self.static_pod(manifest, master)
        made = self.api.create(KINDS[manifest["kind"]], manifest)
        match manifest["kind"]:
            case "Deployment":
                self.deployment(made, [node.name for node in scenario.nodes if not node.control_plane] or [master])
            case "DaemonSet":
                self.daemon_set(made, [node.name for node in scenario.nodes])

    def adopt(self, pod: Obj, node: str) -> None:
        """Put a Pod on a node on which it has been running ever since."""
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        self.kubelets[node].adopt(self.api.bind(namespace, name, node), self.world.unix + 30 * SECOND)

    def static_pod(self, manifest: Obj, node: str) -> None:
        """A Pod of the control plane: the mirror of what the kubelet reads from /etc/kubernetes/manifests."""
        stamp, host = self.world.dice.hex(32), self.api.get("nodes", None, node)
        notes = {"hash": stamp, "mirror": stamp, "seen": rfc3339(self.world.unix), "source": "file"}
        reference = {
            "apiVersion": "v1",
            "kind": "Node",
            "name": node,
            "uid": host["metadata"]["uid"],
            "controller": True,
        }
        metadata = {
            **manifest["metadata"],
            "annotations": {f"kubernetes.io/config.{key}": value for key, value in notes.items()},
            "ownerReferences": [reference],
        }
        self.adopt(self.api.create("pods", {**manifest, "metadata": metadata}), node)

    def deployment(self, deployment: Obj, nodes: list[str]) -> None:
        """The ReplicaSet and the Pods of a Deployment, one after the other on *nodes*."""
        spec, replicas = deployment["spec"], deployment["spec"]["replicas"]
        stamp = self.world.dice.suffix(9)
        labels = {**spec["template"]["metadata"]["labels"], HASH_LABEL: stamp}
        name = f"{deployment['metadata']['name']}-{stamp}"
        revision = {"deployment.kubernetes.io/revision": "1"}
        notes = {"deployment.kubernetes.io/desired-replicas": "2", "deployment.kubernetes.io/max-replicas": "3"}
        template = {**spec["template"], "metadata": {"labels": labels}}
        replica_set = self.api.create(
            "replicasets.apps",
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "metadata": {**owned(deployment), "name": name, "labels": labels, "annotations": notes | revision},
                "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
            },
        )
        for number in range(replicas):
            pod = self.api.create("pods", pod_of(replica_set, template, {"generateName": f"{name}-"}))
            self.adopt(pod, nodes[number % len(nodes)])
        counts = {
            "replicas": replicas,
            "readyReplicas": replicas,
            "availableReplicas": replicas,
            "observedGeneration": 1,
        }
        self.status("replicasets.apps", replica_set, {**counts, "fullyLabeledReplicas": replicas})
        noted = {**deployment["metadata"], "annotations": revision}
        deployment = self.api.update("deployments.apps", {**deployment, "metadata": noted})
        conditions = deployment_conditions(name, rfc3339(self.world.unix))
        self.status("deployments.apps", deployment, {**counts, "updatedReplicas": replicas, "conditions": conditions})

    def daemon_set(self, daemon_set: Obj, nodes: list[str]) -> None:
        """The revision and the Pods of a DaemonSet."""
        template, name = daemon_set["spec"]["template"], daemon_set["metadata"]["name"]
        stamp = self.world.dice.suffix(10)
        labels = {**template["metadata"]["labels"], REVISION_LABEL: stamp}
        revision = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1}
        data = {"spec": {"template": {**template, "$patch": "replace"}}}
        metadata = {**owned(daemon_set), "name": f"{name}-{stamp}", "labels": labels}
        self.api.create("controllerrevisions.apps", {**revision, "metadata": metadata, "data": data})
        for node in nodes:
            meant = {**template, "metadata": {"labels": {**labels, "pod-template-generation": "1"}}}
            self.adopt(self.api.create("pods", pod_of(daemon_set, meant, {"generateName": f"{name}-"})), node)
        count = len(nodes)
        counts = dict.fromkeys(("currentNumberScheduled", "desiredNumberScheduled", "numberReady"), count)
        counts |= {"numberAvailable": count, "updatedNumberScheduled": count, "numberMisscheduled": 0}
        self.status("daemonsets.apps", daemon_set, {**counts, "observedGeneration": 1})

    def status(self, resource: str, obj: Obj, status: Obj) -> None:
        """Write the status of an object."""
        self.api.update_status(resource, {**obj, "status": status})

    def storage_class(self, entry: Mapping[str, Any], *, default: bool) -> None:
        """A StorageClass as the scenario writes it."""
        metadata: Obj = {"name": entry["name"]}
        if default or entry.get("default"):
            metadata["annotations"] = {DEFAULT_CLASS_MARK: "true"}
        made = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata}
        binding = {"volumeBindingMode": entry.get("volume_binding_mode", "Immediate")}
        self.api.create("storageclasses.storage.k8s.io", {**made, "provisioner": entry["provisioner"], **binding})


def owned(owner: Obj) -> Obj:
    """The metadata of something that *owner* controls."""
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"]}
    reference |= {"uid": owner["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True}
    return {"namespace": owner["metadata"]["namespace"], "ownerReferences": [reference]}


def pod_of(owner: Obj, template: Obj, name: Obj) -> Obj:
    """A Pod made from *template* for *owner*."""
    metadata = {**template["metadata"], **owned(owner), **name}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def deployment_conditions(replica_set: str, time: str) -> list[Obj]:
    """The conditions of a Deployment that has been rolled out."""
    times = {"lastUpdateTime": time, "lastTransitionTime": time, "status": "True"}
    message = f'ReplicaSet "{replica_set}" has successfully progressed.'
    minimum = {"reason": "MinimumReplicasAvailable", "message": "Deployment has minimum availability."}
    return [
        {"type": "Available", **times, **minimum},
        {"type": "Progressing", **times, "reason": "NewReplicaSetAvailable", "message": message},
    ]
