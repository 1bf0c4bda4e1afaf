"""A control plane without machines, for tests of the parts that watch the API server."""

from typing import Any

from simulator.apiserver.server import APIServer
from simulator.apiserver.watch import WatchEvent
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

EPOCH = 1_795_192_738_000_000
Obj = dict[str, Any]


class ControlPlane:
    """A world with an API server and the parts that a test adds; `run` lets virtual time pass."""

    def __init__(self, seed: int = 1) -> None:
        self.world = World.create(seed=seed, epoch=EPOCH)
        self.connect()

    def connect(self) -> None:
        self.api = APIServer(self.world)
        self.api.subscribe(self.tell)
        self.parts: dict[str, Any] = {}
        self.wakeups = 0

    def tell(self, event: WatchEvent) -> None:
        for part in self.parts.values():
            part.notice(event)

    def add(self, part: Any) -> Any:
        self.parts[part.name] = part
        part.start()
        return part

    def run(self, seconds: float = 1) -> None:
        until = self.world.now + int(seconds * SECOND)
        while wakeup := self.world.agenda.pop_due(until):
            self.wakeups += wakeup.component in self.parts
            ({"kube-apiserver": self.api} | self.parts)[wakeup.component].reconcile(wakeup.key)
        self.world.agenda.move_to(until)

    # --- what tests make

    def namespace(self, name: str = "default", *, account: bool = True) -> Obj:
        made = self.api.create("namespaces", {"metadata": {"name": name}})
        if account:
            self.api.create("serviceaccounts", {"metadata": {"name": "default", "namespace": name}})
        return made

    def node(self, name: str, *, cpu: str = "2", labels: Obj | None = None, taints: list[Obj] | None = None) -> Obj:
        allocatable = {"cpu": cpu, "memory": "4Gi", "pods": "110", "ephemeral-storage": "50Gi"}
        node = {
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
            "spec": {"taints": taints} if taints else {},
            "status": {
                "allocatable": allocatable,
                "capacity": allocatable,
                "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            },
        }
        return self.api.create("nodes", node)

    def pod(self, name: str, *, namespace: str = "default", labels: Obj | None = None, **spec: Any) -> Obj:
        spec.setdefault("containers", [{"name": "c", "image": "nginx"}])
        return self.api.create(
            "pods", {"metadata": {"name": name, "namespace": namespace, "labels": labels or {}}, "spec": spec}
        )

    def events(self, reason: str = "") -> list[str]:
        return [each["message"] for each in self.api.list("events") if reason in ("", each["reason"])]

    def set_status(self, resource: str, obj: Obj, **status: Any) -> Obj:
        obj = self.api.get(resource, obj["metadata"].get("namespace"), obj["metadata"]["name"])
        return self.api.update_status(resource, {**obj, "status": {**(obj.get("status") or {}), **status}})

    def make_running(self, pod: Obj, *, ip: str = "10.244.1.9", ready: bool = True) -> Obj:
        conditions = [
            {"type": kind, "status": str(ready), "lastTransitionTime": "2026-11-20T16:38:58Z"}
            for kind in ("Ready", "ContainersReady")
        ]
        return self.set_status(
            "pods",
            pod,
            phase="Running",
            podIP=ip,
            podIPs=[{"ip": ip}],
            conditions=conditions,
            startTime="2026-11-20T16:38:58Z",
        )


class Nodes:
    """Every kubelet at once: Pods with a node run after a moment, and go after a moment when they are deleted."""

    name = "nodes"

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.broken: set[str] = set()  # images that never start
        self.number = 0

    def start(self) -> None:
        """Nothing runs yet."""

    def notice(self, event: WatchEvent) -> None:
        if event.resource == "pods" and event.type != "DELETED" and event.object["spec"].get("nodeName"):
            pod = event.object
            if "deletionTimestamp" in pod["metadata"] or (pod.get("status") or {}).get("phase") == "Pending":
                key = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
                self.plane.world.agenda.wake(self.name, key, after=SECOND // 2)

    def reconcile(self, key: str) -> None:
        namespace, name = key.split("/")
        found = self.plane.api.find("pods", namespace, name)
        for pod in [found] if found else []:
            if "deletionTimestamp" in pod["metadata"]:
                self.plane.api.delete("pods", namespace, name, grace=0)
            elif pod["status"]["phase"] == "Pending" and pod["spec"]["containers"][0]["image"] not in self.broken:
                self.number += 1
                self.plane.make_running(pod, ip=f"10.244.1.{self.number}")

    def end(self, name: str, phase: str, namespace: str = "default") -> None:
        pod = self.plane.api.get("pods", namespace, name)
        code = 0 if phase == "Succeeded" else 1
        now = "2026-11-20T16:39:00Z"
        statuses = [
            {
                "name": each["name"],
                "image": "",
                "imageID": "",
                "ready": False,
                "restartCount": 0,
                "state": {"terminated": {"exitCode": code, "finishedAt": now, "startedAt": now}},
            }
            for each in pod["spec"]["containers"]
        ]
        self.plane.set_status("pods", pod, phase=phase, conditions=[], containerStatuses=statuses)
