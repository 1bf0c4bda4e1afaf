"""How things look to somebody in the cluster: files in containers, and what is answered over HTTP. Asking moves the cluster's time, so
whoever asks does it on a copy."""

import shlex
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from simulator.cluster.cluster import Cluster, container_id
from simulator.kernel.units import SECOND
from simulator.runtime.cri_api import CriError
from simulator.runtime.syscalls import Seen, Stat, UnixError

PATIENCE_S = 5
ASKING = ("curl", "-s", "-i", "-m", str(PATIENCE_S))
ANSWER = "/root/.podlab-answer"
TERMINAL = "onlooker"
LARGEST_ANSWER = 16 << 10
MOST_FILES, MOST_PROCESSES = 300, 200
LONGEST_COMMAND = 500


def container(cluster: Cluster, namespace: str, pod: str, name: str) -> tuple[str, str] | None:
    """Node and id of a container that has been made; None if there is none."""
    found = cluster.api.find("pods", namespace, pod)
    number = container_id(found, name) if found else ""
    return (str(found["spec"]["nodeName"]), number) if found and number else None


def file_in(cluster: Cluster, number: str, path: str) -> str | None:
    """The text of a file in a container; None if there is none."""
    try:
        return cluster.machines.read_file_in(number, path).decode()
    except (CriError, UnixError, UnicodeDecodeError):
        return None


def files_in(cluster: Cluster, number: str, path: str) -> list[dict[str, Any]]:
    """What is in a folder of a container, folders first; nothing if there is none."""
    try:
        return listed(cluster.machines.list_in(number, path, MOST_FILES))
    except (CriError, UnixError):
        return []


def files_on(cluster: Cluster, host: str, path: str) -> list[dict[str, Any]]:
    """The same on a host."""
    machines = cluster.machines
    if host not in cluster.state["nodes"]:
        return []
    try:
        paths = [f"{path.rstrip('/')}/{name}" for name in machines.listdir(host, path)[:MOST_FILES]]
    except UnixError:
        return []
    stats = ((each, machines.stat(host, each, follow=False)) for each in paths)
    return listed([(each, stat) for each, stat in stats if stat is not None])


def listed(found: Iterable[tuple[str, Stat]]) -> list[dict[str, Any]]:
    """Files as plain data, folders first."""
    keys = ("kind", "size", "mode", "uid", "gid")
    shown = [{"path": path, **{key: getattr(stat, key) for key in keys}} for path, stat in found]
    return sorted(shown, key=lambda each: (each["kind"] != "dir", str(each["path"])))


def processes_in(cluster: Cluster, number: str) -> list[dict[str, Any]]:
    """The processes of a container."""
    return running(cluster, cluster.machines.processes_in(number))


def processes_on(cluster: Cluster, host: str) -> list[dict[str, Any]]:
    """Those of a host itself."""
    return running(cluster, cluster.machines.processes_on(host)) if host in cluster.state["nodes"] else []


def running(cluster: Cluster, found: Iterable[Seen]) -> list[dict[str, Any]]:
    """Processes as plain data, with the times of their start on the cluster's calendar."""
    birth = cluster.world.unix - cluster.world.now
    keys = ("pid", "ppid", "uid", "state", "memory")
    return [
        {key: getattr(each, key) for key in keys}
        | {"command": " ".join(each.argv)[:LONGEST_COMMAND], "started": birth + each.started}
        for each in islice(found, MOST_PROCESSES)
    ]


def fetch_in(cluster: Cluster, namespace: str, pod: str, name: str, url: str) -> dict[str, Any] | None:
    """What a GET is answered in a container, whatever programs its image has."""
    found = container(cluster, namespace, pod, name)
    if found is None:
        return None
    node, number = found
    try:
        process = cluster.machines.visit(number, (*ASKING, url))
    except CriError:
        return None
    cri = cluster.machines.cri(node)
    return answer(wait(cluster, lambda: ended(cri.exec_status(process))))


def ended(status: dict[str, Any] | None) -> bytes | None:
    """What a program has printed, once it has ended well; nothing if it failed, None while it runs."""
    if status is None or not status["done"]:
        return None
    return bytes(status["output"]) if status["code"] == 0 else b""


def fetch_on(cluster: Cluster, host: str, url: str) -> dict[str, Any] | None:
    """What a GET is answered on a host."""
    if host not in cluster.state["nodes"]:
        return None
    machines = cluster.machines
    machines.open_terminal(TERMINAL, host, 80, 24)
    wait(cluster, lambda: b"" if machines.terminals()[TERMINAL]["mode"] == "edit" else None)
    machines.type_line(TERMINAL, shlex.join((*ASKING, "-o", ANSWER, url)))
    wait(cluster, lambda: b"" if machines.terminals()[TERMINAL]["mode"] == "edit" else None)
    return answer(machines.read_file(host, ANSWER)[:LARGEST_ANSWER]) if machines.stat(host, ANSWER) else None


def wait(cluster: Cluster, look: Callable[[], bytes | None]) -> bytes:
    """Let time pass until *look* sees something; what it sees, or nothing if it takes too long."""
    end = cluster.world.now + 2 * PATIENCE_S * SECOND
    while (seen := look()) is None:
        due = cluster.world.agenda.next_at()
        if due is None or due > end:
            return b""
        cluster.advance(due, 1)
    return bytes(seen)


def answer(data: bytes) -> dict[str, Any] | None:
    """A response of HTTP/1.1 as it was printed, headers and all; None if it is none."""
    head, gap, body = data.decode(errors="replace").replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    words = first.split(None, 2)
    if not gap or len(words) < 2 or not words[1].isdigit():
        return None
    pairs = (line.partition(":") for line in lines)
    return {"status": int(words[1]), "headers": {name.lower(): value.strip() for name, _, value in pairs}, "body": body}
