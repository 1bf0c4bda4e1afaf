"""exec, attach, cp and port-forward with real kubectl binaries, over SPDY and over WebSockets."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.door.kubectl import PATIENCE_S, Cluster, Kubectl, until
from tests.labsite.site import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("door")]
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: tools}
spec:
  containers:
  - {name: main, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: main, image: "nginx:1.27"}
"""
ECHO = """
apiVersion: v1
kind: Pod
metadata: {name: NAME}
spec:
  restartPolicy: Never
  containers:
  - name: main
    image: busybox:1.36
    stdin: true
    stdinOnce: true
    command: [sh, -c, "while read word; do echo heard $word; done; echo over"]
"""


@pytest.fixture
def kubectl(speaker: Kubectl) -> Kubectl:
    """A client in a cluster with Pods to speak with."""
    speaker.good("apply", "-f", "-", stdin=PODS)
    speaker.good("wait", "--for=condition=Ready", "pod/tools", "pod/web", "--timeout=60s")
    return speaker


def test_a_program_runs_with_input_output_and_exit_status(kubectl: Kubectl) -> None:
    assert kubectl.good("exec", "tools", "--", "echo", "hello") == "hello\n"
    assert kubectl.good("exec", "-i", "tools", "--", "cat", stdin="to and fro\n") == "to and fro\n"
    result = kubectl("exec", "tools", "--", "sh", "-c", "echo good; echo bad >&2; exit 3")
    assert (result.code, result.stdout) == (3, "good\n")
    assert result.stderr == "bad\ncommand terminated with exit code 3\n"


def test_what_cannot_run_is_refused_as_a_cluster_refuses_it(kubectl: Kubectl) -> None:
    result = kubectl("exec", "nosuch", "--", "true")
    assert (result.code, result.stderr) == (1, 'Error from server (NotFound): pods "nosuch" not found\n')
    assert (
        "container nobody is not valid for pod tools" in kubectl("exec", "tools", "-c", "nobody", "--", "true").stderr
    )
    result = kubectl("exec", "tools", "--", "nosuch")
    assert 'exec: "nosuch": executable file not found in $PATH' in result.stderr
    assert result.code == 1 or "exit code 127" in result.stderr
    asked = kubectl("exec", "tools", "--as=nobody", "--", "true")
    assert 'pods "tools" is forbidden: User "nobody" cannot get resource "pods"' in asked.stderr


def test_who_only_looks_runs_nothing(kubectl: Kubectl, cluster: Cluster, tmp_path: Path) -> None:
    words = cluster.site.command("manage.py", "kubeconfig", "guest", "--read-only", "--base", cluster.site.base)
    made = subprocess.run(words, env=cluster.site.env, cwd=ROOT, capture_output=True, text=True, check=True)
    viewer = Kubectl(kubectl.binary, tmp_path / "viewer", made.stdout, kubectl.own)
    name = viewer.good("get", "pods", "-n", "kube-system", "-o", "name").split()[0]
    for verb, *rest in (["exec", "--", "true"], ["attach"], ["port-forward", ":53"]):
        result = viewer(verb, "-n", "kube-system", name, *rest)
        assert result.code == 1
        assert f'User "viewer" cannot create resource "pods/{verb.replace("-", "")}"' in result.stderr


@pytest.mark.parametrize("size", [3_000_000, 9_000_000])
def test_much_goes_both_ways_and_nothing_is_lost(kubectl: Kubectl, size: int) -> None:
    result = kubectl("exec", "tools", "--", "head", "-c", str(size), "/dev/zero")
    assert (len(result.stdout), result.stderr, result.code) == (size, "", 0)
    assert kubectl.good("exec", "-i", "tools", "--", "wc", "-c", stdin="x" * size).split() == [str(size)]


def test_a_terminal_is_one_at_both_ends(kubectl: Kubectl) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
    process = subprocess.Popen(
        [kubectl.binary, "exec", "-it", "tools", "--", "sh"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=kubectl.environment(), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    read_until(ours, "# ")
    # Over SPDY the size of the terminal has a stream of its own, on which it may come after what is typed at once.
    until(lambda: typed(ours, "stty size\r", "# ") == "stty size\r\n33 77\r\n/ # ")
    typed(ours, "echo $((6 * 7))\r", "42\r\n")
    typed(ours, "exit 5\r", "exit code 5")
    until(lambda: process.poll() is not None)
    os.close(ours)
    assert process.returncode == 5


def typed(terminal: int, line: str, text: str) -> str:
    """What comes through a terminal from *line* on, until *text* does."""
    os.write(terminal, line.encode())
    return read_until(terminal, text)


def read_until(terminal: int, text: str) -> str:
    """What comes through a terminal until *text* does."""
    told = ""
    while text not in told:
        assert select.select([terminal], [], [], PATIENCE_S)[0], told
        told += os.read(terminal, 4096).decode()
    return told


def test_a_running_program_is_attached_to(kubectl: Kubectl) -> None:
    name = f"echo-{abs(hash(kubectl.home)) % 10_000_000}"
    kubectl.good("apply", "-f", "-", stdin=ECHO.replace("NAME", name))
    kubectl.good("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    result = kubectl("attach", "-i", name, stdin="one\ntwo\n")
    assert (result.code, result.stdout) == (0, "heard one\nheard two\nover\n"), result.stderr
    assert kubectl.good("logs", name) == "heard one\nheard two\nover\n"


def test_files_are_copied_both_ways(kubectl: Kubectl) -> None:
    folder = kubectl.home / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "small").write_text("a few words\n")
    (folder / "deep" / "large").write_bytes(bytes(range(256)) * 2000)
    kubectl.good("exec", "tools", "--", "rm", "-rf", "/tmp/there")
    kubectl.good("cp", "folder", "tools:/tmp/there")
    assert kubectl.good("exec", "tools", "--", "cat", "/tmp/there/small") == "a few words\n"
    kubectl.good("cp", "tools:/tmp/there", "back")
    for name in ("small", "deep/large"):
        assert (kubectl.home / "back" / name).read_bytes() == (folder / name).read_bytes()


@contextmanager
def forwarded(kubectl: Kubectl, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A port-forward that goes on, and the address at which it listens."""
    process = kubectl.begin("port-forward", *words)
    try:
        assert process.stdout
        found = re.match(r"Forwarding from (127\.0\.0\.1:\d+) -> ", line := process.stdout.readline())
        assert found, line
        yield process, f"http://{found[1]}/"
    finally:
        process.kill()
        process.communicate()


def fetched(address: str) -> str:
    """The page at an address."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def test_a_port_leads_to_a_server_in_a_pod(kubectl: Kubectl) -> None:
    with forwarded(kubectl, "pod/web", ":80") as (process, address):
        for _ in range(3):
            assert "Welcome to nginx" in fetched(address)
        assert process.poll() is None


def test_a_port_behind_which_nobody_listens_is_told(kubectl: Kubectl) -> None:
    with forwarded(kubectl, "pod/web", ":81") as (process, address):
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            fetched(address)
        assert process.stdout
        told = ""
        while "refused" not in told:
            told += process.stdout.readline()
    assert "port 81 to pod" in told
