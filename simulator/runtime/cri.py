"""The container runtime of one node behind its interface (containerd's CRI plug-in)."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from simulator.kernel.units import SECOND
from simulator.runtime import cni
from simulator.runtime.cri_api import ContainerConfig, CriError, SandboxConfig
from simulator.runtime.limits import NOMINAL_DISK
from simulator.runtime.machinery import Machinery
from simulator.runtime.network_calls import client_end
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data
from simulator.runtime.walk import visitor

if TYPE_CHECKING:
    from simulator.runtime.parts import Parts

DOWN = (
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
    'dial unix /run/containerd/containerd.sock: connect: connection refused"'
)
NO_NETWORK = "Network plugin returns error: cni plugin not initialized"
# What kubelets call the kinds of files (pkg/volume/hostpath/host_path.go).
KINDS = {
    "dir": "directory",
    "file": "file",
    "socket": "socket file",
    "char": "character device",
    "block": "block device",
}
PATH_KINDS = {
    "Directory": "directory",
    "DirectoryOrCreate": "directory",
    "File": "file",
    "FileOrCreate": "file",
    "Socket": "socket file",
    "CharDevice": "character device",
    "BlockDevice": "block device",
}
ADOPTED_BEFORE = 2_000_000


class NodeCri:
    """`Cri` for *node*, over the parts that all nodes share."""

    def __init__(self, node: str, machinery: Machinery, parts: "Parts") -> None:
        self.node = node
        self.machinery = machinery
        self.tables = machinery.tables
        self.parts = parts
        self.listeners: list[Callable[[str], None]] = []

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """*listener*(pod uid) is called when something of that Pod changed; with "" when the runtime itself did."""
        self.listeners.append(listener)

    def check(self) -> None:
        """CriError while the runtime is down."""
        if "container-runtime-down" in self.faults():
            raise CriError(DOWN)

    def faults(self) -> dict[str, Any]:
        """What is wrong with the node."""
        found: dict[str, Any] = self.tables.hosts[self.node]["faults"]
        return found

    def is_off(self) -> bool:
        """Whether the node is switched off."""
        return "node-down" in self.faults()

    def status(self) -> dict[str, Any]:
        """RuntimeReady and NetworkReady."""
        faults = self.faults()
        ready = "network-plugin-not-ready" not in faults and self.has_network_file()
        network = [True, "", ""] if ready else [False, "NetworkPluginNotReady", NO_NETWORK]
        runtime = (
            [False, "RuntimeDown", "container runtime is down"]
            if "container-runtime-down" in faults
            else [True, "", ""]
        )
        return {"runtime": runtime, "network": network, "name": "containerd", "version": "2.3.4", "api": "v1"}

    def has_network_file(self) -> bool:
        """Whether the network plug-in has said how Pods are to be connected."""
        return any(name.endswith(cni.KINDS) for name in self.node_folder(cni.FOLDER))

    # --- sandboxes
    def run_pod_sandbox(self, config: SandboxConfig) -> str:
        """Make the sandbox; ready a little later."""
        self.check()
        made = self.parts.sandboxes.run(self.node, config)
        about = f"Name:{config.name},Uid:{config.uid},Namespace:{config.namespace},Attempt:{config.attempt},"
        self.say(f'RunPodSandbox for &PodSandboxMetadata{{{about}}} returns sandbox id \\"{made}\\"')
        return made

    def adopt_pod(
        self, config: SandboxConfig, containers: Sequence[ContainerConfig], *, started: int
    ) -> dict[str, Any]:
        """Make a Pod that runs already."""
        sandbox = self.parts.sandboxes.run(self.node, config, created=started - ADOPTED_BEFORE)
        numbers = []
        self.machinery.silent = True
        for each in containers:
            self.parts.images.bring(self.node, each.image)
            number = self.create_container(sandbox, each)
            self.parts.containers.start(number)
            self.tables.containers[number] |= {"created": started - ADOPTED_BEFORE // 2, "started": started}
            numbers.append(number)
        self.machinery.silent = False
        return {"sandbox": sandbox, "containers": numbers}

    def sandbox_status(self, sandbox: str) -> dict[str, Any]:
        """id, state, ip, created."""
        self.check()
        return self.parts.sandboxes.status(sandbox)

    def stop_pod_sandbox(self, sandbox: str) -> None:
        """End its containers and the sandbox."""
        self.check()
        for record in [each for each in self.tables.containers.values() if each["sandbox"] == sandbox]:
            self.parts.containers.kill(record["id"])
        self.parts.sandboxes.stop(sandbox)

    def remove_pod_sandbox(self, sandbox: str) -> None:
        """Forget the sandbox and its containers."""
        self.check()
        for number in [each["id"] for each in self.tables.containers.values() if each["sandbox"] == sandbox]:
            self.parts.containers.remove(number)
        self.parts.sandboxes.remove(sandbox)

    def list_pod_sandboxes(self, uid: str = "") -> list[dict[str, Any]]:
        """Sandboxes, newest first."""
        self.check()
        return self.parts.sandboxes.list(self.node, uid)

    # --- images
    def image_status(self, image: str) -> dict[str, Any] | None:
        """The image on the node."""
        self.check()
        return self.parts.images.status(self.node, image)

    def pull_image(self, image: str, *, uid: str, auths: tuple[dict[str, str], ...] = ()) -> str:
        """Begin to pull."""
        self.check()
        self.say(f'PullImage \\"{image}\\"')
        return self.parts.images.pull(self.node, image, uid, auths)

    def pull_status(self, pull: str) -> dict[str, Any]:
        """How the pull is going."""
        return self.parts.images.pull_status(pull)

    def list_images(self) -> list[dict[str, Any]]:
        """All images."""
        self.check()
        return self.parts.images.list(self.node)

    def remove_image(self, image: str) -> None:
        """Take an image away."""
        self.check()
        self.parts.images.remove(self.node, image)

    # --- containers
    def create_container(self, sandbox: str, config: ContainerConfig) -> str:
        """Make a container."""
        self.check()
        return self.parts.containers.create(self.parts.sandboxes.find(sandbox), config)

    def start_container(self, container: str) -> None:
        """Start process 1."""
        self.check()
        self.parts.containers.start(container)
        self.say(f'StartContainer for \\"{container}\\" returns successfully')

    def stop_container(self, container: str, grace: int) -> None:
        """Send the stop signal, KILL later."""
        self.check()
        self.say(f'StopContainer for \\"{container}\\" with timeout {grace // SECOND} (s)')
        self.parts.containers.stop(container, grace)

    def update_container_resources(self, container: str, cpu_limit: int | None, memory_limit: int | None) -> None:
        """Set other limits."""
        self.check()
        record = self.tables.containers.get(container)
        if record is not None:
            record |= {"cpu_limit": cpu_limit, "memory_limit": memory_limit}

    def update_sandbox_memory(self, sandbox: str, limit: int | None) -> None:
        """Set another limit for a whole Pod."""
        self.check()
        self.parts.sandboxes.limit_memory(sandbox, limit)

    def remove_container(self, container: str) -> None:
        """Forget a container."""
        self.check()
        self.parts.containers.remove(container)

    def container_status(self, container: str) -> dict[str, Any] | None:
        """One container."""
        self.check()
        record = self.tables.containers.get(container)
        return self.parts.containers.describe(record) if record is not None else None

    def list_containers(self, uid: str = "") -> list[dict[str, Any]]:
        """All containers."""
        self.check()
        return self.parts.containers.list(self.node, uid)

    # --- inside
    def exec_start(
        self, container: str, argv: tuple[str, ...], *, tty: bool = False, stdin: bool = False
    ) -> dict[str, Any]:
        """Start a program in a running container."""
        self.check()
        return self.parts.execs.start(container, argv, tty=tty, stdin=stdin)

    def exec_status(self, process: str) -> dict[str, Any] | None:
        """How the program is doing."""
        return self.parts.execs.status(process)

    def exec_kill(self, process: str) -> None:
        """KILL the program."""
        self.parts.execs.kill(process)

    def attach(self, container: str) -> dict[str, Any]:
        """Join process 1."""
        self.check()
        return self.parts.execs.attach(container)

    def logs(self, container: str) -> list[tuple[int, str, bytes]]:
        """The log as kept, and lines that have no end yet."""
        record = self.parts.containers.find(container)
        return [(entry[0], entry[1], entry[2]) for entry in record["log"]["entries"]]

    def follow(self, container: str, *, initial: bytes = b"", stamped: bool = False) -> str:
        """A stream of the entries to come."""
        self.parts.containers.find(container)
        number = self.machinery.logs.follow(container)
        self.tables.io[number] |= {"buf": initial, "stamped": stamped}
        return number

    # --- streams
    def connect(self, sandbox: str, port: int) -> str:
        """A connection from the node to the Pod."""
        record = self.parts.sandboxes.find(sandbox)
        number = self.machinery.sockets.connect(self.node, record["ip"], port)
        self.tables.io[number]["owner"] = f"{self.node}/{record['uid']}"
        return number

    def stream(self, stream: str) -> Data:
        """The record of a stream; CriError."""
        record = self.tables.io.get(stream)
        if record is None:
            raise CriError("EBADF")
        return record

    def stream_connected(self, stream: str) -> bool:
        """Whether the connection stands."""
        try:
            return self.machinery.sockets.check(self.stream(stream))
        except UnixError as error:
            raise CriError(error.name) from None

    def stream_read(self, stream: str) -> bytes | None:
        """What has come."""
        opened = client_end("stdout", stream, self.stream(stream)["k"])
        try:
            return self.machinery.descriptors.readers[opened["k"]](opened, 65536)
        except UnixError as error:
            raise CriError(error.name) from None

    def stream_write(self, stream: str, data: bytes) -> int:
        """How much was taken."""
        opened = client_end("stdin", stream, self.stream(stream)["k"])
        try:
            return self.machinery.descriptors.writers[opened["k"]](opened, data)
        except UnixError as error:
            raise CriError(error.name) from None

    def stream_close(self, stream: str) -> None:
        """Let go."""
        record = self.tables.io.get(stream)
        if record is not None:
            record.pop("owner", None)
            self.machinery.descriptors.let_go(client_end("stdout", stream, record["k"]), record)

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
        """An empty volume."""
        made = self.parts.volumes.create(self.node, uid, name, medium, size_limit, mode, gid)
        if folder:
            self.parts.volume_folders.show(made, folder)
        return made

    def volume_write(
        self,
        volume: str,
        files: dict[str, tuple[bytes, int]],
        *,
        gid: int | None = None,
        owners: dict[str, int] | None = None,
    ) -> None:
        """Swap the files of a volume."""
        self.parts.volumes.write(volume, files, gid, owners or {})

    def volume_file(self, source: str, path: str) -> bytes | None:
        """A file in a volume."""
        space, folder = (source, "") if source.startswith("volume:") else (self.node, source)
        try:
            return self.machinery.files.read(visitor(space), f"{folder}/{path}")
        except UnixError:
            return None

    def volume_remove(self, volume: str) -> None:
        """Take a volume away."""
        self.parts.volume_folders.hide(volume)
        self.parts.volumes.remove(volume)

    # --- the node
    def node_facts(self) -> dict[str, Any]:
        """Facts of the node."""
        host = self.tables.hosts[self.node]
        facts = {
            name: host[name] for name in ("name", "ip", "cpus", "memory", "kernel", "os", "arch", "runtime", "boot")
        }
        facts |= {name: host[name] for name in ("boot_id",) if name in host}
        return facts | {"pod_cidr": f"{host['pod_range']}.0/24", "disk": NOMINAL_DISK}

    def node_file(self, path: str) -> bytes:
        """A file of the node; empty if there is none."""
        try:
            return self.machinery.files.read(visitor(self.node), path)
        except UnixError:
            return b""

    def node_folder(self, path: str) -> dict[str, bytes]:
        """The files in a folder of the node."""
        who, found = visitor(self.node), {}
        try:
            for name in self.machinery.files.listdir(who, path):
                if not name.startswith(".") and self.machinery.files.stat(who, f"{path}/{name}").kind == "file":
                    found[name] = self.machinery.files.read(who, f"{path}/{name}")
        except UnixError:
            return found
        return found

    def host_path(self, path: str, kind: str = "") -> None:
        """See to it that what a hostPath volume names is there."""
        who = visitor(self.node)
        try:
            if kind in ("", "DirectoryOrCreate", "FileOrCreate"):
                self.parts.rootfs.target(who, path, folder=kind != "FileOrCreate")
            found = KINDS.get(self.machinery.files.stat(who, path).kind, "")
        except UnixError as error:
            found = "" if error.name in ("ENOENT", "ENOTDIR") else error.message
        wanted = PATH_KINDS.get(kind, "")
        if wanted and found != wanted:
            raise CriError(f"hostPath type check failed: {path} is not a {wanted}")

    def node_dns(self) -> dict[str, list[str]]:
        """The node's resolv.conf."""
        return self.parts.sandboxes.node_dns(self.node)

    def usage(self, uid: str = "") -> dict[str, Any]:
        """cpu (millicores), memory and disk (bytes), inodes and processes by container id."""
        return self.machinery.usage.of_pod(self.node, uid)

    def node_usage(self) -> dict[str, int]:
        """cpu (millicores) and memory (bytes) of the whole node."""
        return self.machinery.usage.of_host(self.node)

    def volumes_usage(self, uid: str) -> dict[str, dict[str, int]]:
        """disk or memory (bytes) of a Pod's empty volumes, by name."""
        return self.machinery.usage.of_volumes(uid)

    def note(self, text: str) -> None:
        """The kubelet writes into the node's journal."""
        self.machinery.note(self.node, "kubelet", text)

    def say(self, text: str) -> None:
        """So does the runtime."""
        if not self.machinery.silent:
            self.machinery.note(self.node, "containerd", f'level=info msg="{text}"')

    def take_ooms(self) -> list[dict[str, Any]]:
        """Whom the kernel killed since the last call."""
        found: list[dict[str, Any]] = self.tables.hosts[self.node].pop("ooms", [])
        return found

    def node_left(self) -> dict[str, dict[str, int]]:
        """capacity and available of memory, disk and pids."""
        return self.machinery.usage.left(self.node)
