"""The Container Runtime Interface: what a kubelet asks of the runtime on its node (k8s.io/cri-api runtime/v1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class CriError(Exception):
    """The runtime refuses or failed; the text is what the kubelet reports, gRPC prefix included where the real one has it."""


@dataclass(frozen=True)
class SandboxConfig:
    """The Pod as the runtime sees it (PodSandboxConfig)."""

    name: str
    namespace: str
    uid: str
    hostname: str
    labels: dict[str, str] = field(default_factory=dict)
    dns: dict[str, list[str]] = field(default_factory=dict)  # servers, searches, options
    sysctls: dict[str, str] = field(default_factory=dict)
    host_network: bool = False
    host_pid: bool = False
    host_ipc: bool = False
    share_process_namespace: bool = False
    ports: tuple[dict[str, Any], ...] = ()  # hostPort mappings
    runtime_handler: str = ""
    attempt: int = 0
    memory_limit: int | None = None  # of all containers together, in bytes
    users: int | None = (
        None  # the id of the node that is user and group 0, the first of 65,536; None: the users of the node
    )


@dataclass(frozen=True)
class Mount:
    """A file system of the node or a volume, put into a container."""

    path: str  # in the container
    source: str  # "volume:<id>" (see volume_create), "image:<reference>" or a path on the node
    sub_path: str = ""
    read_only: bool = False
    shown: str = ""  # what errors call the source, where it is called otherwise there


@dataclass(frozen=True)
class ContainerConfig:
    """A container to be made (ContainerConfig)."""

    name: str
    image: str  # the reference as the manifest has it; resolved by the image store
    attempt: int  # restart count
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    working_dir: str = ""
    mounts: tuple[Mount, ...] = ()
    hosts: bytes | None = None  # what the Pod's /etc/hosts is from now on; None: this container does not have it
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False
    user: int | None = None
    group: int | None = None
    user_name: str = ""
    groups: tuple[int, ...] = ()
    capabilities_add: tuple[str, ...] = ()
    capabilities_drop: tuple[str, ...] = ()
    privileged: bool = False
    read_only_rootfs: bool = False
    no_new_privileges: bool = False
    seccomp: str = ""  # the file of the node with the profile; empty: none of its own
    apparmor: str = ""  # the name of a profile that somebody has loaded
    cpu_limit: int | None = None  # millicores
    memory_limit: int | None = None  # bytes
    storage_limit: int | None = None  # bytes that may be written before the kubelet is told
    termination_path: str = "/dev/termination-log"  # what `termination_log` of the status is read from
    labels: dict[str, str] = field(default_factory=dict)
    target: str = ""  # id of the container whose processes it shares


class Cri(Protocol):
    """The runtime of one node. What takes time returns at once, and the pod's subscriber is called when it is done.

    Statuses are plain dicts; times are Unix microseconds.
    """

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """*listener*(pod uid) is called whenever something of that Pod changed: a pull ended, a container started or ended."""
        ...

    def status(self) -> dict[str, Any]:
        """RuntimeReady and NetworkReady: {"runtime": [bool, reason, message], "network": [...]}, runtime name and version."""
        ...

    # --- sandboxes
    def run_pod_sandbox(self, config: SandboxConfig) -> str:
        """Make the sandbox: pause, network, address. Its id; raises CriError. It is ready when `sandbox_status` says so."""
        ...

    def sandbox_status(self, sandbox: str) -> dict[str, Any]:
        """id, state (`created`, `ready`, `notready`), ip, created."""
        ...

    def adopt_pod(
        self, config: SandboxConfig, containers: Sequence[ContainerConfig], *, started: int
    ) -> dict[str, Any]:
        """Make a Pod that runs already, its images included, since *started* (Unix microseconds): {"sandbox": id,
        "containers": [ids]}. For boot: nothing is told to subscribers, and nothing takes time."""
        ...

    def stop_pod_sandbox(self, sandbox: str) -> None: ...
    def remove_pod_sandbox(self, sandbox: str) -> None: ...
    def list_pod_sandboxes(self, uid: str = "") -> list[dict[str, Any]]: ...

    # --- images
    def image_status(self, image: str) -> dict[str, Any] | None:
        """id (the imageID that a container's status shows), digest, tags, size, user; None if it is not on the node. CriError: bad name."""
        ...

    def pull_image(self, image: str, *, uid: str, auths: tuple[dict[str, str], ...] = ()) -> str:
        """Begin to pull for the Pod *uid*; the number of the pull. Pulls of a node stand in line, one at a time."""
        ...

    def pull_status(self, pull: str) -> dict[str, Any]:
        """done; error (text, empty if it went well); took, waited (microseconds); size (bytes); image; auth: which of the
        credentials let it in, by number, None if it had none for this registry."""
        ...

    def list_images(self) -> list[dict[str, Any]]: ...
    def remove_image(self, image: str) -> None: ...

    # --- containers
    def create_container(self, sandbox: str, config: ContainerConfig) -> str:
        """Its id; raises CriError."""
        ...

    def start_container(self, container: str) -> None:
        """Start process 1; raises CriError (`failed to create containerd task: ...`); then the container has ended with 128."""
        ...

    def stop_container(self, container: str, grace: int) -> None:
        """Send the stop signal now, and KILL after *grace* microseconds if it still runs."""
        ...

    def update_container_resources(self, container: str, cpu_limit: int | None, memory_limit: int | None) -> None:
        """Other limits for a container: millicores and bytes, None for no limit."""
        ...

    def update_sandbox_memory(self, sandbox: str, limit: int | None) -> None:
        """Another limit for all containers of a Pod together: bytes, None for no limit."""
        ...

    def remove_container(self, container: str) -> None: ...
    def container_status(self, container: str) -> dict[str, Any] | None:
        """id, name, attempt, state (`created`, `running`, `exited`), created, started, finished, exit_code, reason
        (`Completed`, `Error`, `OOMKilled`, `StartError`), message, image, image_id, user, termination_log (bytes)."""
        ...

    def list_containers(self, uid: str = "") -> list[dict[str, Any]]: ...

    # --- inside
    def exec_start(
        self, container: str, argv: tuple[str, ...], *, tty: bool = False, stdin: bool = False
    ) -> dict[str, Any]:
        """Start a program in a running container: {"process": id, "channels": {"stdin": stream id, ...}}; raises CriError."""
        ...

    def exec_status(self, process: str) -> dict[str, Any] | None:
        """{"done", "code"}; output so far of a program that was started without a client is in "output" (bytes)."""
        ...

    def exec_kill(self, process: str) -> None: ...
    def attach(self, container: str) -> dict[str, Any]:
        """{"channels": {...}} of process 1."""
        ...

    def logs(self, container: str) -> list[tuple[int, str, bytes]]:
        """The log as kept: (Unix microseconds, `stdout` or `stderr`, line without its end; a last one without end has no b"\\n")."""
        ...

    def follow(self, container: str, *, initial: bytes = b"", stamped: bool = False) -> str:
        """The id of a stream that carries *initial* and then each further entry of the log, until the container ends.

        *stamped* puts the time before each entry, as `kubectl logs --timestamps` shows it."""
        ...

    def connect(self, sandbox: str, port: int) -> str:
        """A TCP connection to *port* inside the sandbox, begun by the node (probes, port-forward): the id of a stream."""
        ...

    # --- streams, for a kubelet that holds one itself; the Pod's subscriber is called when something happens on it
    def stream_connected(self, stream: str) -> bool:
        """False while a connection is being made; CriError whose text is the symbol (`ECONNREFUSED`, `ETIMEDOUT`) if it failed."""
        ...

    def stream_read(self, stream: str) -> bytes | None:
        """What has come; b"" at the end, None when nothing is there yet."""
        ...

    def stream_write(self, stream: str, data: bytes) -> int:
        """How much of *data* was taken."""
        ...

    def stream_close(self, stream: str) -> None:
        """Let go of the stream; nothing happens if it is gone."""
        ...

    # --- volumes
    def volume_create(
        self,
        uid: str,
        name: str,
        *,
        medium: str = "",
        size_limit: int | None = None,
        mode: int = 0o777,
        gid: int | None = None,
        folder: str = "",
    ) -> str:
        """An empty volume of the Pod: its id. Made again with the same name it is the same.

        With *gid* (fsGroup) it belongs to that group and hands it on (setgid). *folder*: below which one of the Pod's the node shows it."""
        ...

    def volume_write(
        self,
        volume: str,
        files: dict[str, tuple[bytes, int]],
        *,
        gid: int | None = None,
        owners: dict[str, int] | None = None,
    ) -> None:
        """Put files (name: content, mode) into a volume and take others out, all at once, by the swap of `..data`; nothing
        happens if their contents are there. They belong to root, but for those with *owners*."""
        ...

    def volume_remove(self, volume: str) -> None: ...

    def volume_file(self, source: str, path: str) -> bytes | None:
        """A file in what a volume is mounted from (Mount.source); None if there is none."""
        ...

    # --- the node
    def is_off(self) -> bool:
        """Whether the node is switched off."""
        ...

    def node_facts(self) -> dict[str, Any]:
        """name, ip, pod_cidr, cpus, memory (bytes), disk (bytes), kernel, os, arch, runtime, boot (Unix microseconds)."""
        ...

    def node_file(self, path: str) -> bytes:
        """The content of a file of the node (`/etc/hosts`); empty if there is none."""
        ...

    def node_folder(self, path: str) -> dict[str, bytes]:
        """The contents of the files in a folder of the node, by name and without hidden ones; none if there is no folder."""
        ...

    def host_path(self, path: str, kind: str = "") -> None:
        """See that what a hostPath volume of type *kind* names is there, and make it for `DirectoryOrCreate`, `FileOrCreate`
        and ``; CriError whose text is the kubelet's (`hostPath type check failed: /x is not a directory`)."""
        ...

    def node_dns(self) -> dict[str, list[str]]:
        """The node's own resolv.conf: servers, searches, options."""
        ...

    def usage(self, uid: str = "") -> dict[str, Any]:
        """cpu (millicores in the last fifteen seconds), memory and disk (bytes), inodes and processes, by container id."""
        ...

    def node_usage(self) -> dict[str, int]:
        """cpu (millicores) and memory (bytes) of the whole node."""
        ...

    def volumes_usage(self, uid: str) -> dict[str, dict[str, int]]:
        """disk or memory (bytes) of a Pod's empty volumes, by name."""
        ...

    def note(self, text: str) -> None:
        """Write a line into the node's journal, as the kubelet: level, place in the source and what happened, without a time."""
        ...

    def take_ooms(self) -> list[dict[str, Any]]:
        """ "process" and "pid" of those whom the kernel killed, since the last call, because the node had no memory left."""
        ...

    def node_left(self) -> dict[str, dict[str, int]]:
        """ "capacity" and "available" of the node's `memory`, `disk` (bytes) and `pids`."""
        ...
