"""A tiny cluster behind the simulator's door, for tests of the site: a terminal that echoes, a clock that ticks, Pods by name.

say TEXT      prints TEXT a hundredth of a second later
tick          prints the virtual second every second, until ^C
pod NAME      makes a Pod
crash         raises, as a fault in the simulator would
die           kills the process that runs it with SIGKILL, once: the file named in PODLAB_TEST_DEATH says it may
"""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.kernel.world import Change, World

SECOND = 1_000_000
PROMPT = "$ "


class EchoLab:
    """The same methods as simulator.lab.Lab."""

    home = "master"

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = world.section("echo")

    @classmethod
    def boot(cls, scenario: Mapping[str, Any] | None = None, *, seed: int, epoch: int) -> "EchoLab":
        lab = cls(World.create(seed=seed, epoch=epoch))
        lab.state.update({"terminals": {}, "pods": {}, "files": {}})
        return lab

    @classmethod
    def restore(cls, data: bytes) -> "EchoLab":
        return cls(World.from_bytes(data))

    def snapshot(self) -> bytes:
        return self.world.to_bytes()

    @property
    def now(self) -> int:
        return self.world.now

    @property
    def unix(self) -> int:
        return self.world.unix

    def next_at(self) -> int | None:
        return self.world.agenda.next_at()

    def submit(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return getattr(self, entry["type"].replace(".", "_"))(entry) or {}

    def terminal_open(self, entry: Mapping[str, Any]) -> None:
        keys = ("host", "columns", "rows")
        self.state["terminals"][entry["terminal"]] = {key: entry[key] for key in keys} | {"ticks": False}
        self.mode(entry["terminal"], "edit")

    def terminal_resize(self, entry: Mapping[str, Any]) -> None:
        self.state["terminals"][entry["terminal"]] |= {"columns": entry["columns"], "rows": entry["rows"]}

    def terminal_close(self, entry: Mapping[str, Any]) -> None:
        self.mode(entry["terminal"], "closed")
        del self.state["terminals"][entry["terminal"]]

    def line(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        name, text = entry["terminal"], entry["text"]
        if name not in self.state["terminals"]:
            return {"error": f"there is no terminal {name}"}
        self.mode(name, "busy")
        word, _, rest = text.partition(" ")
        getattr(self, f"run_{word}", self.run_say)(name, rest)
        return {}

    def keys(self, entry: Mapping[str, Any]) -> None:
        if entry["data"] == "\x03":
            self.state["terminals"][entry["terminal"]]["ticks"] = False
            self.mode(entry["terminal"], "edit")

    def file_save(self, entry: Mapping[str, Any]) -> None:
        self.state["files"][entry["path"]] = entry["content"]
        self.world.tell("file", host=entry["host"], path=entry["path"])

    def fault_set(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Whatever goes wrong, the first terminal says so."""
        if entry["fault"]["type"] == "no-such":
            return {"error": "unknown fault"}
        self.run_say(next(iter(self.state["terminals"])), f"broken: {entry['fault']['type']}")
        return {}

    def editor_close(self, entry: Mapping[str, Any]) -> None:
        """Nothing waits for the editor here."""

    def run_say(self, name: str, text: str) -> None:
        self.world.agenda.wake("say", f"{name} {text}", after=SECOND // 100)

    def run_tick(self, name: str, text: str) -> None:
        self.state["terminals"][name]["ticks"] = True
        self.world.agenda.wake("tick", name, after=SECOND)

    def run_pod(self, name: str, text: str) -> None:
        pod = {
            "metadata": {"name": text, "namespace": "default", "creationTimestamp": "2026-11-20T09:00:00Z"},
            "spec": {"containers": [{"name": "main"}]},
        }
        self.state["pods"][f"default/{text}"] = pod
        self.world.tell("object", type="ADDED", resource="pods", object=pod)
        self.run_say(name, f"pod/{text} created")

    def run_crash(self, name: str, text: str) -> None:
        raise RuntimeError("a fault in the simulator")

    def run_die(self, name: str, text: str) -> None:
        death = Path(os.environ["PODLAB_TEST_DEATH"])
        if death.exists():
            death.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        self.run_say(name, "alive")

    def print(self, name: str, text: str) -> None:
        self.world.tell("output", terminal=name, data=text)

    def mode(self, name: str, mode: str) -> None:
        self.state["terminals"][name] |= {"mode": mode, "prompt": PROMPT if mode == "edit" else "", "echo": True}
        if mode == "edit":
            self.print(name, PROMPT)
        self.world.tell("terminal", terminal=name, mode=mode, prompt=PROMPT if mode == "edit" else "", echo=True)

    def advance(self, until: int, *, steps: int | None = None) -> bool:
        while wakeup := self.world.agenda.pop_due(until):
            getattr(self, f"on_{wakeup.component}")(wakeup.key)
        self.world.agenda.move_to(until)
        return True

    def on_say(self, key: str) -> None:
        name, _, text = key.partition(" ")
        self.print(name, f"{text}\r\n")
        self.mode(name, "edit")

    def on_tick(self, name: str) -> None:
        terminal = self.state["terminals"].get(name)
        if terminal and terminal["ticks"]:
            self.print(name, f"{self.now // SECOND}\r\n")
            self.world.agenda.wake("tick", name, after=SECOND)

    def settle(self, horizon: int, *, steps: int | None = None) -> bool:
        end = self.now + horizon
        while (due := self.next_at()) is not None and due <= end and self.busy():
            self.advance(due)
        return True

    def busy(self) -> bool:
        return any(terminal["mode"] == "busy" for terminal in self.state["terminals"].values())

    def drain(self) -> list[Change]:
        return self.world.drain()

    def mishap(self, terminal: str) -> str:
        return ""

    def why(self, question: Mapping[str, Any]) -> dict[str, Any]:
        return {"links": [], "table": {}}

    def terminals(self) -> dict[str, dict[str, Any]]:
        return self.state["terminals"]

    def complete(self, terminal: str, text: str) -> dict[str, Any]:
        return {"start": 0, "words": [word for word in ("say", "tick", "pod") if word.startswith(text)]}

    def table(self, resource: str, namespace: str | None = None, *, wide: bool = False) -> dict[str, Any]:
        columns = [{"name": "Name", "priority": 0}, {"name": "Age", "priority": 0}, {"name": "IP", "priority": 1}]
        pods = self.state["pods"].values() if resource == "pods" else []
        rows = [
            {"cells": [pod["metadata"]["name"], "5s", "-"], "object": {"metadata": pod["metadata"]}} for pod in pods
        ]
        return {"columnDefinitions": columns, "rows": rows}

    def find(self, resource: str, namespace: str | None, name: str) -> dict[str, Any] | None:
        return self.state["pods"].get(f"{namespace}/{name}") if resource == "pods" else None

    def printed(self, resource: str, obj: dict[str, Any]) -> dict[str, str]:
        return {"Name": obj["metadata"]["name"], "Status": "Running"}

    def objects(self, resource: str, namespace: str | None = None) -> list[dict[str, Any]]:
        return list(self.state["pods"].values()) if resource == "pods" else []

    def describe(self, resource: str, namespace: str | None, name: str) -> str:
        return f"Name: {name}\n" if self.find(resource, namespace, name) else ""

    def logs(self, namespace: str, pod: str, container: str, *, lines: int = 500) -> list[tuple[int, str, str]]:
        return []

    def files(self, host: str, path: str) -> list[dict[str, Any]]:
        files = sorted(self.state["files"].items())
        return [{"path": name, "kind": "file", "size": len(text)} for name, text in files if name.startswith(path)]

    def editors(self, host: str) -> list[str]:
        return []

    def read_file(self, host: str, path: str) -> str | None:
        return self.state["files"].get(path)

    def stat_file(self, host: str, path: str) -> dict[str, Any] | None:
        return {"kind": "file"} if path in self.state["files"] else None
