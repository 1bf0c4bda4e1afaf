"""A cluster in which something can be typed, and asked why; and the manifests of Pods that go wrong."""

from typing import Any

from simulator.lab import Lab
from simulator.why.kinds import KINDS

EPOCH = 1_795_165_200_000_000
SECOND = 1_000_000
SCENARIO = {
    "nodes": [
        {"name": "master", "roles": ["control-plane"]},
        {"name": "node01", "images": ["busybox:1.28", "nginx:1.14"]},
        {"name": "node02", "images": ["busybox:1.28", "nginx:1.14"]},
    ],
    "registries": {
        "harbor.local": {
            "kind": "harbor",
            "private": True,
            "users": {"alice": "secret"},
            "images": {"shop/web:1": {"like": "nginx:1.14"}},
        },
        "broken.local": {"images": {"a/b:1": {"like": "nginx:1.14"}}},
    },
    "faults": [{"type": "registry-connection-refused", "registry": "broken.local"}],
}
BUSYBOX = "image: busybox:1.28"
SLEEPS = f"[{{name: c, {BUSYBOX}, command: [sleep, '9999']}}]"


def pod(name: str, containers: str, rest: str = "") -> str:
    """The manifest of a Pod, each field of the spec on a line of its own."""
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n{rest}  containers: {containers}\n---\n"


def runs(name: str, script: str, rest: str = "") -> str:
    return pod(name, f"[{{name: c, {BUSYBOX}, command: [sh, -c, '{script}']}}]", rest)


def pulls(name: str, image: str, rest: str = "") -> str:
    return pod(name, f"[{{name: c, image: '{image}'}}]", rest)


class Asker:
    """A cluster in which something can be typed, and asked why."""

    def __init__(self) -> None:
        self.lab = Lab.boot(SCENARIO, seed=1, epoch=EPOCH)
        self.lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 100, "rows": 30})
        self.lab.settle(SECOND)

    def save(self, path: str, text: str) -> None:
        assert self.lab.submit({"type": "file.save", "host": "master", "path": path, "content": text}) == {}

    def type(self, line: str) -> None:
        assert self.lab.submit({"type": "line", "terminal": "t", "text": line}) == {}
        self.lab.settle(60 * SECOND)
        self.lab.drain()

    def wait(self, seconds: int) -> None:
        self.lab.advance(self.lab.now + seconds * SECOND)
        self.lab.drain()

    def why(self, **question: str) -> dict[str, Any]:
        answer = self.lab.why(question)
        for link in answer["links"]:
            assert sorted(link["values"]) == sorted(KINDS[link["kind"]].values), link
        return answer

    def of(self, resource: str, name: str, namespace: str = "default") -> dict[str, Any]:
        return self.why(about="object", resource=resource, namespace=namespace, name=name)

    def of_line(self, line: str) -> list[dict[str, Any]]:
        self.type(line)
        links = self.why(about="command", terminal="t")["links"]
        assert links[0]["values"]["line"] == line
        return links[1:]

    def kinds(self, resource: str, name: str, namespace: str = "default") -> list[str]:
        """The kinds of the links of an object's chain."""
        return [str(link["kind"]) for link in self.of(resource, name, namespace)["links"]]

    def link(self, resource: str, name: str, kind: str, namespace: str = "default") -> dict[str, Any]:
        """The first link of a kind in an object's chain."""
        links: list[dict[str, Any]] = self.of(resource, name, namespace)["links"]
        return next(link for link in links if link["kind"] == kind)

    def of_event(self, reason: str, namespace: str = "default") -> list[dict[str, Any]]:
        """The links of the first event with a reason."""
        events = self.lab.objects("events", namespace)
        name = next(event["metadata"]["name"] for event in events if event["reason"] == reason)
        links: list[dict[str, Any]] = self.why(about="event", namespace=namespace, name=name)["links"]
        return links
