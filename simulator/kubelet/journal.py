"""What a kubelet writes into the journal of its node, in the form of klog: level and place, what happened, and about what."""

from typing import Any

from simulator.api.requests import Obj
from simulator.kubelet.deps import Deps
from simulator.kubelet.naming import uid_of
from simulator.kubelet.probe_results import FIELDS

# Events of a sync that failed, and those of them that only say in short what another one says.
SYNC_ERRORS = ("Failed", "BackOff", "FailedMount", "FailedCreatePodSandBox", "NetworkNotReady", "FailedPreStopHook")
IN_SHORT = ("Error: ErrImagePull", "Error: ImagePullBackOff")
# How the message of a container that could not be started begins, and why that was.
CAUSES = {
    "Failed to pull image": "ErrImagePull",
    "Back-off pulling image": "ImagePullBackOff",
    "Back-off restarting failed container": "CrashLoopBackOff",
}


def note(deps: Deps, level: str, place: str, what: str, **about: Any) -> None:
    """Write a line: *level* is I, W or E, *place* a file and line of the kubelet's source."""
    fields = "".join(f" {key}={quoted(value)}" for key, value in about.items())
    deps.cri.note(f'{level} {place}] "{what}"{fields}')


def quoted(value: Any) -> str:
    """A value as klog shows it."""
    if isinstance(value, list):
        return f"[{','.join(quoted(each) for each in value)}]"
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def called(pod: Obj) -> str:
    """`default/web`."""
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def pod_seen(deps: Deps, pod: Obj, what: str, source: str) -> None:
    """The kubelet's loop has heard of a Pod: ADD, UPDATE, DELETE, REMOVE."""
    note(deps, "I", "kubelet.go:2537", f"SyncLoop {what}", source=source, pods=[called(pod)])


def told(deps: Deps, pod: Obj, reason: str, message: str, container: str) -> None:
    """An event about a Pod was recorded: what the journal says of the same."""
    about: dict[str, Any] = {"pod": called(pod), "podUID": uid_of(pod)}
    if reason in SYNC_ERRORS and message not in IN_SHORT:
        cause = next((each for begin, each in CAUSES.items() if message.startswith(begin)), "")
        message = f'failed to "StartContainer" for "{container}" with {cause}: {quoted(message)}' if cause else message
        note(deps, "E", "pod_workers.go:1324", "Error syncing pod, skipping", err=message, **about)
    elif reason == "Unhealthy":
        kind, _, output = message.partition(" probe failed: ")
        if kind.lower() in FIELDS:
            about |= {"containerName": container, "probeResult": "failure", "output": output}
            note(deps, "I", "prober.go:120", "Probe failed", probeType=kind, **about)
    elif reason == "Killing":
        note(
            deps,
            "I",
            "kuberuntime_container.go:864",
            "Killing container with a grace period",
            **about,
            containerName=container,
        )
