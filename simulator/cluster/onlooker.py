"""How things look to somebody in the cluster: files in containers, and what is answered over HTTP. Asking moves the cluster's time, so
whoever asks does it on a copy."""

import shlex
from collections.abc import Callable
from typing import Any

from simulator.cluster.cluster import Cluster, container_id
from simulator.kernel.units import SECOND
from simulator.runtime.cri_api import CriError
from simulator.runtime.syscalls import UnixError

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
        found = cluster.machines.list_in(number, path, MOST_FILES)
    except (CriError, UnixError):
        return []
    shown = [{"path": path, **stat._asdict()} for path, stat in found]
    return sorted(
        ({key: each[key] for key in ("path", "kind", "size", "mode", "uid", "gid")} for each in shown),
        key=lambda each: (each["kind"] != "dir", str(each["path"])),
    )


def processes_in(cluster: Cluster, number: str) -> list[dict[str, Any]]:
    """The processes of a container, with the times of their start on the cluster's calendar."""
    birth = cluster.world.unix - cluster.world.now
    found = cluster.machines.processes_in(number)[:MOST_PROCESSES]
    return [
        {
            "pid": each.pid,
            "ppid": each.ppid,
            "uid": each.uid,
            "state": each.state,
            "command": " ".join(each.argv)[:LONGEST_COMMAND],
            "memory": each.memory,
            "started": birth + each.started,
        }
        for each in found
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
