"""READY, STATUS and RESTARTS of a Pod, rule by rule."""

from typing import Any

import pytest
import yaml

from simulator.api import timestamps
from simulator.apiserver.tables.pods import PODS

NOW = timestamps.parse("2026-11-20T17:00:00Z")
BORN = "2026-11-20T16:19:00Z"
ENDED = "{terminated: {exitCode: 1, reason: Error, finishedAt: '2026-11-20T16:49:00Z'}}"
LATER = "{terminated: {exitCode: 1, reason: Error, finishedAt: '2026-11-20T16:57:21Z'}}"
UP = "state: {running: {}}, ready: true, started: true"
DONE = "state: {terminated: {exitCode: 0, reason: Completed}}"
FAILED = "state: {terminated: {exitCode: 1, reason: Error}}"
WAITS = "state: {waiting: {reason: PodInitializing}}"


def row(status: str, containers: str = "a", inits: str = "", spec: str = "{}", **meta: Any) -> str:
    """The row of a Pod with that status; sidecars among the *inits* end with a plus."""
    made: dict[str, Any] = {"containers": [{"name": name} for name in containers.split()], **yaml.safe_load(spec)}
    made["initContainers"] = [
        {"name": name.rstrip("+"), **({"restartPolicy": "Always"} if name.endswith("+") else {})}
        for name in inits.split()
    ]
    pod = {"metadata": {"name": "p", "creationTimestamp": BORN, **meta}, "spec": made}
    return " ".join(map(str, PODS.cells({**pod, "status": yaml.safe_load(status)}, NOW)[1:4]))


ALONE = [
    # the phase, and the reason of the Pod in its place
    ("{phase: Pending}", "0/1 Pending 0"),
    ("{phase: Unknown}", "0/1 Unknown 0"),
    ("{phase: Failed, reason: Evicted}", "0/1 Evicted 0"),
    ("{phase: Failed, reason: OutOfcpu}", "0/1 OutOfcpu 0"),
    ("{phase: Failed, reason: NodeAffinity}", "0/1 NodeAffinity 0"),
    ("{phase: Failed, reason: SysctlForbidden}", "0/1 SysctlForbidden 0"),
    ("{phase: Failed, reason: UnexpectedAdmissionError}", "0/1 UnexpectedAdmissionError 0"),
    ("{phase: Running, reason: NodeLost}", "0/1 NodeLost 0"),
    (
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated}]}",
        "0/1 SchedulingGated 0",
    ),
    (
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]}",
        "0/1 Pending 0",
    ),
    # what the container says goes before
    ("{phase: Pending, containerStatuses: [{state: {waiting: {reason: ContainerCreating}}}]}", "0/1 ContainerCreating 0"),
    ("{phase: Pending, containerStatuses: [{state: {waiting: {}}}]}", "0/1 Pending 0"),
    (f"{{phase: Running, containerStatuses: [{{{UP}}}]}}", "1/1 Running 0"),
    ("{phase: Running, containerStatuses: [{state: {running: {}}, ready: false}]}", "0/1 Running 0"),
    (f"{{phase: Succeeded, containerStatuses: [{{{DONE}}}]}}", "0/1 Completed 0"),
    (f"{{phase: Failed, reason: DeadlineExceeded, containerStatuses: [{{{FAILED}}}]}}", "0/1 Error 0"),
    ("{phase: Failed, containerStatuses: [{state: {terminated: {exitCode: 137, reason: OOMKilled}}}]}", "0/1 OOMKilled 0"),
    ("{phase: Failed, containerStatuses: [{state: {terminated: {exitCode: 3}}}]}", "0/1 ExitCode:3 0"),
    ("{phase: Failed, containerStatuses: [{state: {terminated: {exitCode: 137, signal: 9}}}]}", "0/1 Signal:9 0"),
    # restarts, with the age of the newest end
    (f"{{phase: Running, containerStatuses: [{{{UP}, restartCount: 2}}]}}", "1/1 Running 2"),
    (f"{{phase: Running, containerStatuses: [{{{UP}, restartCount: 2, lastState: {ENDED}}}]}}", "1/1 Running 2 (11m ago)"),
    (f"{{phase: Running, containerStatuses: [{{{UP}, restartCount: 0, lastState: {ENDED}}}]}}", "1/1 Running 0"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "shown"), ALONE)
def test_a_pod_of_one_container(status: str, shown: str) -> None:
    assert row(status) == shown


TWO = [
    (f"[{{{UP}}}, {{{UP}}}]", "2/2 Running 0"),
    (f"[{{{UP}}}, {{{FAILED}}}]", "1/2 Error 0"),
    (f"[{{{FAILED}}}, {{{UP}}}]", "1/2 Error 0"),
    (f"[{{{UP}}}, {{{DONE}}}]", "1/2 NotReady 0"),
    (f"[{{{DONE}}}, {{{FAILED}}}]", "0/2 Error 0"),  # a failure says more than that another has completed
    (f"[{{{FAILED}}}, {{{DONE}}}]", "0/2 Error 0"),
    ("[{state: {waiting: {reason: ImagePullBackOff}}}, {state: {waiting: {reason: CrashLoopBackOff}}}]",
     "0/2 ImagePullBackOff 0"),
    (f"[{{{UP}, restartCount: 1, lastState: {ENDED}}}, {{{UP}, restartCount: 3, lastState: {LATER}}}]",
     "2/2 Running 4 (2m39s ago)"),
]  # fmt: skip


@pytest.mark.parametrize(("statuses", "shown"), TWO)
def test_a_pod_of_two_containers(statuses: str, shown: str) -> None:
    assert row(f"{{phase: Running, containerStatuses: {statuses}}}", "a b") == shown


def test_a_pod_with_a_finished_container_runs_as_long_as_it_is_ready() -> None:
    ready = (
        f"{{phase: Running, conditions: [{{type: Ready, status: 'True'}}], containerStatuses: [{{{UP}}}, {{{DONE}}}]}}"
    )
    assert row(ready, "a b") == "1/2 Running 0"


MAIN = f"containerStatuses: [{{name: a, {WAITS}}}]"
INITIALIZED = "conditions: [{type: Initialized, status: 'True'}]"
INITS = [
    ("i", f"[{{name: i, {WAITS}}}]", "0/1 Init:0/1 0"),
    ("i j k", f"[{{name: i, {DONE}}}, {{name: j, state: {{running: {{}}}}}}, {{name: k, {WAITS}}}]", "0/1 Init:1/3 0"),
    ("i", "[{name: i, state: {waiting: {reason: ErrImagePull}}}]", "0/1 Init:ErrImagePull 0"),
    ("i", f"[{{name: i, {FAILED}}}]", "0/1 Init:Error 0"),
    ("i", "[{name: i, state: {terminated: {exitCode: 4}}}]", "0/1 Init:ExitCode:4 0"),
    ("i", "[{name: i, state: {terminated: {exitCode: 1, signal: 9}}}]", "0/1 Init:Signal:9 0"),
    ("i", f"[{{name: i, state: {{waiting: {{reason: CrashLoopBackOff}}}}, restartCount: 3, lastState: {LATER}}}]",
     "0/1 Init:CrashLoopBackOff 3 (2m39s ago)"),
    ("i j", f"[{{name: i, {DONE}, restartCount: 2, lastState: {ENDED}}}, {{name: j, {WAITS}, restartCount: 1}}]",
     "0/1 Init:1/2 3 (11m ago)"),  # while it is initialized, all count
    ("i", f"[{{name: i, {DONE}}}]", "0/1 PodInitializing 0"),
    ("s+", f"[{{name: s, {WAITS}}}]", "0/2 Init:0/1 0"),
    ("s+", "[{name: s, state: {running: {}}, started: false}]", "0/2 Init:0/1 0"),
    ("s+ i", f"[{{name: s, {UP}}}, {{name: i, state: {{running: {{}}}}}}]", "1/2 Init:1/2 0"),
    ("s+", f"[{{name: s, {UP}}}]", "1/2 PodInitializing 0"),
    ("s+", "[{name: s, state: {running: {}}, started: true, ready: false}]", "0/2 PodInitializing 0"),
]  # fmt: skip


@pytest.mark.parametrize(("inits", "statuses", "shown"), INITS)
def test_a_pod_that_is_initialized(inits: str, statuses: str, shown: str) -> None:
    assert row(f"{{phase: Pending, initContainerStatuses: {statuses}, {MAIN}}}", inits=inits) == shown


AFTER = [
    # afterwards the ordinary ones do not count any more
    ("i", f"[{{name: i, {DONE}, restartCount: 5}}]", f"[{{{UP}, restartCount: 1, lastState: {ENDED}}}]",
     "1/1 Running 1 (11m ago)"),
    ("s+", f"[{{name: s, {UP}, restartCount: 2, lastState: {LATER}}}]", f"[{{{UP}, restartCount: 1, lastState: {ENDED}}}]",
     "2/2 Running 3 (2m39s ago)"),
    # a sidecar that fails once all is initialized hides nothing of the others
    ("s+", f"[{{name: s, {FAILED}}}]", f"[{{{UP}}}]", "1/2 Init:Error 0"),
]  # fmt: skip


@pytest.mark.parametrize(("inits", "statuses", "main", "shown"), AFTER)
def test_a_pod_that_has_been_initialized(inits: str, statuses: str, main: str, shown: str) -> None:
    status = f"{{phase: Running, {INITIALIZED}, initContainerStatuses: {statuses}, containerStatuses: {main}}}"
    assert row(status, inits=inits) == shown


DELETED = [
    (f"{{phase: Running, containerStatuses: [{{{UP}}}]}}", "1/1 Terminating 0"),
    ("{phase: Pending}", "0/1 Terminating 0"),
    (f"{{phase: Running, reason: NodeLost, containerStatuses: [{{{UP}}}]}}", "1/1 Unknown 0"),
    (f"{{phase: Succeeded, containerStatuses: [{{{DONE}}}]}}", "0/1 Completed 0"),
    (f"{{phase: Failed, containerStatuses: [{{{FAILED}}}]}}", "0/1 Error 0"),
    ("{phase: Failed, reason: Evicted}", "0/1 Evicted 0"),
]


@pytest.mark.parametrize(("status", "shown"), DELETED)
def test_a_pod_that_is_deleted(status: str, shown: str) -> None:
    assert row(status, deletionTimestamp=BORN) == shown


WIDE = [
    ("{}", "{phase: Pending}", ["<none>", "<none>", "<none>", "<none>"]),
    ("{nodeName: n1}", "{podIP: 10.0.0.9}", ["10.0.0.9", "n1", "<none>", "<none>"]),
    (
        "{nodeName: n1}",
        "{podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.1}, {ip: fd00::1}], nominatedNodeName: n2}",
        ["10.0.0.1", "n1", "n2", "<none>"],
    ),
    (
        "{readinessGates: [{conditionType: x/a}, {conditionType: x/b}]}",
        "{conditions: [{type: x/b, status: 'True'}, {type: x/a, status: 'False'}]}",
        ["<none>", "<none>", "<none>", "1/2"],
    ),
]


@pytest.mark.parametrize(("spec", "status", "shown"), WIDE)
def test_the_wide_columns(spec: str, status: str, shown: list[str]) -> None:
    pod = {"metadata": {"name": "p", "creationTimestamp": BORN}, "spec": yaml.safe_load(spec)}
    assert PODS.cells({**pod, "status": yaml.safe_load(status)}, NOW)[4:] == ["41m", *shown]
