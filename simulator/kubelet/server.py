"""What a kubelet serves to the API server: logs, exec, attach, port-forward (pkg/kubelet/server, kubelet_pods.go)."""

from collections.abc import Mapping
from typing import Any

from simulator.api.errors import BadRequest, InternalError, NotFound
from simulator.api.requests import Obj
from simulator.kubelet import log_options, workers
from simulator.kubelet.container_status import STATUS_FIELDS
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.log_options import LogOptions
from simulator.kubelet.naming import described, uid_of
from simulator.runtime.cri_api import CriError

SCHEME = "containerd://"
WAITING = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
NOTHING_TO_EXEC = 'container not found ("{container}")'
NOTHING_TO_ATTACH = "container {container} not found in pod {pod}_{ns}"
RPC = "rpc error: code = Unknown desc = "
# Said twice: by the runtime's streaming server, and by the API server that passes it on.
EXEC_FAILED = "Internal error occurred: Internal error occurred: error executing command in container: "
GONE = "unable to retrieve container logs for {id}"


class Server:
    """The kubelet's port 10250. Every call raises ApiError where it refuses."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps

    def logs(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> str:
        """The log of a container as it is now, cut as *options* say (see log_options.py)."""
        wanted = log_options.read(options, self.deps.world.unix)
        id = self.log_of(namespace, pod, container, wanted)
        try:
            entries = self.deps.cri.logs(id.removeprefix(SCHEME))
        except CriError:
            return GONE.format(id=id)
        return log_options.written(log_options.chosen(entries, wanted), wanted)

    def follow(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> str:
        """The id of a stream with the log as it is and all that is added to it."""
        wanted = log_options.read(options, self.deps.world.unix)
        id = self.log_of(namespace, pod, container, wanted).removeprefix(SCHEME)
        try:
            return follow(self.deps, id, wanted)
        except CriError as error:
            raise InternalError(str(error)) from None

    def log_of(self, namespace: str, name: str, container: str, options: LogOptions) -> str:
        """The id of the container whose log is meant; raises BadRequest where there is none yet."""
        pod, _ = self.find(namespace, name)
        status = status_of(pod, container or pod["spec"]["containers"][0]["name"])
        return log_container(name, container, status, previous=options.previous)

    def find(self, namespace: str, name: str) -> tuple[Obj, Worker]:
        """The Pod and its worker; raises NotFound."""
        pod = self.deps.find("pods", namespace, name)
        worker = workers.table(self.deps).get(uid_of(pod)) if pod else None
        if pod is None or worker is None:
            raise NotFound(f'pods "{name}" not found')
        return pod, worker

    def running(self, namespace: str, name: str, container: str, missing: str) -> str:
        """The id of a running container; raises InternalError, which says what is *missing*.

        The runtime is asked, not the Pod's status: a container whose postStart hook still runs is found, too (findContainer).
        """
        pod, _ = self.find(namespace, name)
        wanted = container or pod["spec"]["containers"][0]["name"]
        try:
            listed = self.deps.cri.list_containers(uid_of(pod))
        except CriError as error:
            raise InternalError(f"unable to upgrade connection: {error}") from None
        found = next((each for each in listed if each["name"] == wanted and each["state"] == "running"), None)
        if found is None:
            raise InternalError(
                f"unable to upgrade connection: {missing.format(container=wanted, pod=name, ns=namespace)}"
            )
        return str(found["id"])

    def exec(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> dict[str, str]:
        """Start `command` in the container; its channels. With `tty` and `stdin` as the request says."""
        id = self.running(namespace, pod, container, NOTHING_TO_EXEC)
        command = options.get("command") or ()
        argv = (command,) if isinstance(command, str) else tuple(command)
        tty, stdin = log_options.truth(options.get("tty")), log_options.truth(options.get("stdin"))
        try:
            started = self.deps.cri.exec_start(id, argv, tty=tty, stdin=stdin)
        except CriError as error:
            raise InternalError(EXEC_FAILED + str(error).removeprefix(RPC)) from None
        channels: dict[str, str] = started["channels"]
        return channels

    def attach(self, namespace: str, pod: str, container: str, options: Mapping[str, Any]) -> dict[str, str]:
        """The channels of the container's process 1."""
        id = self.running(namespace, pod, container, NOTHING_TO_ATTACH)
        try:
            channels: dict[str, str] = self.deps.cri.attach(id)["channels"]
        except CriError as error:
            raise InternalError(f"Internal error occurred: {error}") from None
        return channels

    def port_forward(self, namespace: str, pod: str, port: int) -> str:
        """The id of a stream to *port* of the Pod."""
        found, worker = self.find(namespace, pod)
        if not worker["sandbox"]:
            raise InternalError(f"unable to do port forwarding: pod {described(found)} is not running")
        try:
            return self.deps.cri.connect(worker["sandbox"], port)
        except CriError as error:
            raise InternalError(f"unable to do port forwarding: {error}") from None


def status_of(pod: Obj, container: str) -> Obj | None:
    """The status of a container."""
    for key in STATUS_FIELDS.values():
        for entry in (pod.get("status") or {}).get(key) or ():
            if entry["name"] == container:
                found: Obj = entry
                return found
    return None


def log_container(pod: str, name: str, status: Obj | None, *, previous: bool) -> str:
    """The id of the container whose log is shown for a status; raises BadRequest in the kubelet's words."""
    about = f'container "{name}" in pod "{pod}"'
    if status is None:
        raise BadRequest(f"{about} is not available")
    state = status.get("state") or {}
    last = ((status.get("lastState") or {}).get("terminated") or {}).get("containerID", "")
    if previous:
        if not last:
            raise BadRequest(f"previous terminated {about} not found")
        return str(last)
    if "running" in state:
        return str(status["containerID"])
    ended = (state.get("terminated") or {}).get("containerID") or last
    if ended:
        return str(ended)
    if "terminated" in state:
        raise BadRequest(f"{about} is terminated")
    reason = (state.get("waiting") or {}).get("reason", "")
    raise BadRequest(f"{about} is waiting to start: {WAITING.get(reason, reason)}")


def follow(deps: Deps, id: str, options: LogOptions) -> str:
    """A stream of the entries that *options* choose, and of all further ones."""
    entries = log_options.chosen(deps.cri.logs(id), options)
    initial = log_options.written(entries, options).encode()
    return deps.cri.follow(id, initial=initial, stamped=options.timestamps)
