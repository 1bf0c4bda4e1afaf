"""How fast the HTTP door is: a real kubectl against its own process, many watches, and the way from a write to its watchers."""

import asyncio
import json
import ssl
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tests.door.kubectl import Cluster, Kubectl, clients

ROUNDS, MANY = 30, 300
MAPS = "/api/v1/namespaces/default/configmaps"


def with_cluster(measure: Callable[[Cluster, Path], float]) -> float:
    """Measure on a site of its own with one learner's cluster."""
    with tempfile.TemporaryDirectory() as folder:
        found = Cluster(Path(folder), settings="labsite.settings")
        try:
            return measure(found.start(), Path(folder))
        finally:
            found.site.stop()


def kubectl_ratio() -> float:
    """`kubectl get pods` by the real binary, as many times as long as `kubectl version --client`: medians, turn by turn."""
    return with_cluster(ratio)


def ratio(cluster: Cluster, folder: Path) -> float:
    binary = clients()
    if not binary:
        raise AssertionError("there is no kubectl")
    kubectl = Kubectl(binary[-1], folder / "home", cluster.kubeconfig())
    kubectl.good("run", "web", "--image=busybox", "--", "sleep", "3600")
    kubectl.good("get", "pods")  # it reads and keeps what the server has
    floor, asked = [], []
    for _ in range(ROUNDS):
        floor.append(took(kubectl, "version", "--client"))
        asked.append(took(kubectl, "get", "pods"))
    return statistics.median(asked) / statistics.median(floor)


def took(kubectl: Kubectl, *words: str) -> float:
    """Milliseconds of a command."""
    began = time.perf_counter()
    subprocess.run([kubectl.binary, *words], env=kubectl.environment(), capture_output=True, check=True)
    return (time.perf_counter() - began) * 1000


def write_to_watch_ms() -> float:
    """From sending a write to its event at a watcher, while nobody else watches: the median."""
    return with_cluster(lambda cluster, folder: asyncio.run(reached(Wire(cluster), watchers=1)))


def write_to_many_ms() -> float:
    """From sending a write to its event at the last of 300 watchers on one web process: the median."""
    return with_cluster(lambda cluster, folder: asyncio.run(reached(Wire(cluster), watchers=MANY)))


class Wire:
    """A client that costs nothing: the door's own HTTP over a connection that stays."""

    def __init__(self, cluster: Cluster) -> None:
        config = yaml.safe_load(cluster.kubeconfig())
        self.url = urlsplit(config["clusters"][0]["cluster"]["server"])
        self.token = config["users"][0]["user"]["token"]
        self.trust = ssl.create_default_context()
        self.trust.check_hostname, self.trust.verify_mode = False, ssl.CERT_NONE

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection."""
        return await asyncio.open_connection(self.url.hostname, self.url.port, ssl=self.trust, limit=1 << 22)

    def head(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        """A request."""
        lines = [
            f"{method} {self.url.path}{path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self.token}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def reached(wire: Wire, watchers: int, rounds: int = ROUNDS) -> float:
    """The median over *rounds* writes of the milliseconds until all *watchers* have the event."""
    reader, writer = await wire.open()
    made = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}).encode()
    writer.write(wire.head("POST", MAPS, made))
    await answered(reader)
    lines = [await watching(wire) for _ in range(watchers)]
    times = []
    for number in range(rounds):
        mark = f'"r{number}"'.encode()
        body = b'{"data":{"round":' + mark + b"}}"
        began = time.perf_counter()
        writer.write(wire.head("PATCH", f"{MAPS}/b", body, "application/merge-patch+json"))
        await asyncio.gather(*(line.readuntil(mark) for line in lines))
        times.append((time.perf_counter() - began) * 1000)
        await answered(reader)
        await asyncio.sleep(0.05)
    return statistics.median(times)


async def watching(wire: Wire) -> asyncio.StreamReader:
    """A watch that has begun."""
    reader, writer = await wire.open()
    writer.write(wire.head("GET", f"{MAPS}?watch=true"))
    await reader.readuntil(b"\r\n\r\n")
    reader.writer = writer  # type: ignore[attr-defined]  # else it would be closed when it is collected
    return reader


async def answered(reader: asyncio.StreamReader) -> bytes:
    """The body of an answer of known length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    return await reader.readexactly(int(length))


MEASURES: tuple[tuple[str, Callable[[], float], str, float], ...] = (
    ("kubectl get pods by the real binary / its process floor", kubectl_ratio, "x", 1.3),
    ("a write reaches its watcher, p50", write_to_watch_ms, "ms", 15),
    ("a write reaches the last of 300 watchers, p50", write_to_many_ms, "ms", 150),
)
