"""Clients that do not read, and programs that do not: nothing is kept for them without end, and who reads again has lost nothing."""

import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.door.kubectl import Cluster
from tests.door.wire import Client, frame

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("door")]
V5 = "v5.channel.k8s.io"
SMALL = 4096  # bytes for which there is room at a client
MIB = 1 << 20
BOUND = 32  # MiB that the server may grow by for one such client: its window, what is on the way, and what Python keeps of it
BACKLOG = 64  # MiB that it may grow by for a program that does not read: what may wait for it, and copies of that on their way
FLOOD = 160  # MiB that a client tries to send to such a program: several times what may wait
QUIET_S = 3


def memory(cluster: Cluster) -> int:
    """What the server's process occupies, in MiB."""
    status = Path(f"/proc/{cluster.site.processes['server'].pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def drained(line: socket.socket, most: int) -> int:
    """How many bytes come until *most*, the end, or nothing for a while."""
    size = 0
    line.settimeout(QUIET_S)
    try:
        while size < most and (part := line.recv(MIB)):
            size += len(part)
    except (TimeoutError, ConnectionResetError):
        pass
    return size


def test_a_program_waits_for_a_client_that_does_not_read(cluster: Cluster, client: Client, pod: str) -> None:
    before = memory(cluster)
    with closing(client.upgrade(f"{pod}/exec?command=yes&stdout=true", V5, SMALL)) as line:
        time.sleep(QUIET_S)
        written = []
        for _ in range(3):  # `yes` would write some MiB in each second
            written.append(memory(cluster))
            time.sleep(1)
        assert max(written) - before < BOUND
        assert drained(line, 16 * MIB) >= 16 * MIB, "it goes on for who reads again"


def test_a_client_waits_for_a_program_that_does_not_read_and_is_told(
    cluster: Cluster, client: Client, pod: str
) -> None:
    before, most, sent = memory(cluster), FLOOD * MIB, 0
    piece = frame(b"\0" + b"x" * 60_000) * 16
    with closing(client.upgrade(f"{pod}/exec?command=sleep&command=600&stdin=true&stdout=true", V5)) as line:
        try:
            while sent < most:
                line.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        assert sent < most
        assert memory(cluster) - before < BACKLOG
        assert b"the program does not read what is sent to it" in line.recv(4096)
