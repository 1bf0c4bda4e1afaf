"""stress against a limit of memory: the kernel kills it, and the Pod says so."""

from simulator.lab import Lab

POD = """
apiVersion: v1
kind: Pod
metadata: {name: hungry}
spec:
  restartPolicy: Never
  containers:
  - name: stress
    image: polinux/stress
    command: [stress, --vm, "1", --vm-bytes, %s, --vm-hang, "1"]
    resources: {limits: {memory: 100Mi}}
"""


def state_of(size: str) -> dict:
    """What the container is in, half a minute after it was created."""
    lab = Lab.boot(None, seed=1, epoch=1_763_660_000_000_000)
    lab.submit({"type": "file.save", "host": "master", "path": "/root/pod.yaml", "content": POD % size})
    lab.submit({"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
    lab.settle(5_000_000)
    lab.submit({"type": "line", "terminal": "t1", "text": "kubectl apply -f pod.yaml"})
    lab.advance(lab.now + 30_000_000)
    pod = lab.find("pods", "default", "hungry")
    assert pod is not None
    return pod["status"]["containerStatuses"][0]["state"]


def test_stress_within_its_limit_runs_on():
    assert "running" in state_of("50M")


def test_stress_beyond_its_limit_is_killed():
    ended = state_of("250M")["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
