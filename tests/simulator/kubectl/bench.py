"""A workbench: an API server and one machine, without the rest of a cluster, on which kubectl is run."""

import shlex
from typing import Any

from simulator.api.requests import Request
from simulator.apiserver.server import APIServer
from simulator.cluster.gateway import Gateway
from simulator.cluster.hosts import address, host_files
from simulator.kernel.units import MINUTE, SECOND
from simulator.kernel.world import World
from simulator.kubectl.table import KUBECTL
from simulator.runtime.machines import Machines
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

EPOCH = 1_795_190_400 * SECOND  # Fri, 20 Nov 2026 16:00:00 +0000


def launcher(sys: Sys) -> Step:
    """The login shell of the bench: runs one command line after the other, each with `< FILE` at most, and tells its exit code."""
    if sys.argv[-1:] == ["-bash"]:
        child = sys.wait() if sys.state.get("child") else None
        if child is not None:
            sys.state["child"] = 0
            sys.tty_foreground(0, sys.pid)
            sys.out(f"[{child.code}]\n")
        if sys.state.get("child"):
            return Wait(child=True)
        sys.tty_mode(0, echo=False)
        data = sys.read(0)
        if data is None:
            return Wait(readable=(0,))
        words = shlex.split(data.decode())
        if not words:
            return Wait(readable=(0,)) if data else 0
        fds = {0: 0, 1: 1, 2: 2}
        if len(words) > 2 and words[-2] == "<":
            fds[0] = sys.open(words[-1], "r")
            words = words[:-2]
        sys.state["child"] = sys.spawn(words, fds=fds, group=0)
        sys.tty_foreground(0, sys.state["child"])
        return Wait(child=True)
    return 0


def idle(sys: Sys) -> Step:
    """A program that does nothing for ever."""
    return Wait()


class Bench:
    """What a learner sees at the prompt of `master`."""

    def __init__(self) -> None:
        self.world = World.create(seed=7, epoch=EPOCH)
        self.api = APIServer(self.world)
        gateway = Gateway(self.api, lambda node: None, lambda server: server.endswith(":6443"))
        programs = {**KUBECTL, "bash": launcher, "init": idle, "daemon": idle}
        self.machines = Machines(self.world, programs, {}, gateway)
        gateway.open_watch = self.machines.open_watch
        self.api.subscribe(lambda event: self.machines.notify_watch(event.resource))
        self.machines.add_host("master", address(0), role="control-plane")
        for path, text in host_files("control-plane", address(0)).items():
            self.write(path, text)
        for name in ("default", "kube-system"):
            self.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        account = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": "default"},
        }
        self.create("serviceaccounts", account)
        self.machines.open_terminal("t", "master", 120, 30)
        self.run_for(SECOND)
        self.world.drain()

    def write(self, path: str, text: str) -> None:
        """Write a file, relative to the learner's home."""
        self.machines.write_file("master", path if path.startswith("/") else f"/root/{path}", text.encode())

    def read(self, path: str) -> str:
        """The text of a file."""
        return self.machines.read_file("master", path if path.startswith("/") else f"/root/{path}").decode()

    def create(self, resource: str, obj: dict[str, Any]) -> dict[str, Any]:
        """Put an object into the API server."""
        metadata = obj["metadata"]
        response = self.api.handle(Request("create", resource, metadata.get("namespace"), metadata["name"], body=obj))
        assert not response.failed, response.body
        return response.body

    def get(self, resource: str, name: str, namespace: str | None = "default") -> dict[str, Any]:
        """An object of the API server."""
        return self.api.get(resource, namespace, name)

    def run_for(self, microseconds: int) -> None:
        """Let virtual time pass."""
        until = self.world.now + microseconds
        while wakeup := self.world.agenda.pop_due(until):
            if wakeup.component == "machine":
                self.machines.reconcile(wakeup.key)
        self.world.agenda.move_to(until)

    def type(self, line: str) -> None:
        """Type a line."""
        self.machines.type_line("t", line)

    def keys(self, data: str) -> None:
        """Press keys."""
        self.machines.type_keys("t", data)

    def seen(self) -> str:
        """What was printed since the last look."""
        text = "".join(change.data["data"] for change in self.world.drain() if change.kind == "output")
        return text.replace("\r\n", "\n")

    def kubectl(self, words: str, *, seconds: int = 1) -> str:
        """Run `kubectl ...`: what it prints, with `[N]` at the end unless it succeeds."""
        self.seen()
        self.type(f"kubectl {words}")
        self.run_for(seconds * SECOND)
        return self.seen().removesuffix("[0]\n")


__all__ = ["EPOCH", "MINUTE", "SECOND", "Bench", "UnixError"]
