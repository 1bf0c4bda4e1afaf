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
SCRIPT, ENDING = "/root/.podlab-check", "/root/.podlab-ending"
SCRIPT_S, SCRIPT_STEPS, MOST_STEPS = 30, 1_500, 20_000
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
    return answer(text_on(cluster, host, ANSWER)[:LARGEST_ANSWER])


def text_on(cluster: Cluster, host: str, path: str) -> bytes:
    """What is in a file on a host; nothing if there is none, or it is no file that can be read."""
    try:
        return cluster.machines.read_file(host, path)
    except UnixError:
        return b""


def run_on(cluster: Cluster, host: str, script: str) -> dict[str, Any] | None:
    """How a script ends on a host, and the last of what it prints: {code, output}, the code None where it does not end in time; None
    where there is no such host."""
    if host not in cluster.state["nodes"]:
        return None
    machines = cluster.machines
    try:
        machines.write_file(host, SCRIPT, script.encode(), mode=0o700)
    except UnixError as error:
        return {"code": None, "output": str(error)}
    machines.open_terminal(TERMINAL, host, 80, 24)
    at_prompt = lambda: b"." if machines.terminals()[TERMINAL]["mode"] == "edit" else None  # noqa: E731
    wait(cluster, at_prompt)
    machines.type_line(TERMINAL, f"cd /root; {SCRIPT} > {ANSWER} 2>&1 < /dev/null; echo $? > {ENDING}")
    wait(cluster, at_prompt, SCRIPT_S, SCRIPT_STEPS)
    ending, output = text_on(cluster, host, ENDING), text_on(cluster, host, ANSWER)
    code = int(ending) if ending.strip().isdigit() else None
    return {"code": code, "output": output[-LARGEST_ANSWER:].decode(errors="replace")}


def wait(
    cluster: Cluster, look: Callable[[], bytes | None], seconds: int = 2 * PATIENCE_S, steps: int = MOST_STEPS
) -> bytes:
    """Let time pass until *look* sees something; what it sees, or nothing if it takes too long or too many steps."""
    end = cluster.world.now + seconds * SECOND
    while (seen := look()) is None:
        due, steps = cluster.world.agenda.next_at(), steps - 1
        if due is None or due > end or steps < 0:
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
