"""The file system of a container: its image, its own layer over it, and what is mounted in it (runc rootfs_linux.go)."""

from simulator.runtime.basetree import MOUNT_POINTS
from simulator.runtime.cri_api import ContainerConfig, Mount
from simulator.runtime.image_volumes import PREFIX, ImageVolumes
from simulator.runtime.limits import LAYER_BUDGET, NOMINAL_DISK
from simulator.runtime.log_tree import ON_HOSTS
from simulator.runtime.machinery import Machinery
from simulator.runtime.start_errors import MOUNT
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data
from simulator.runtime.trees import ROOT, Node, Tree, directory, new_disk, regular
from simulator.runtime.volume_folders import volumes_of
from simulator.runtime.volumes import Volumes
from simulator.runtime.walk import AnyTree, Place, visitor

VIRTUAL = {
    "/proc": {"disk": "proc", "type": "proc", "device": "proc"},
    "/sys": {"disk": "sysfs", "type": "sysfs", "device": "sysfs"},
}
SHARED = ("hostname", "resolv.conf", "hosts")  # in /etc, of all containers of a Pod (see sandboxes.py)
WEB_ROOT = "/usr/share/nginx/html"


class Rootfs:
    """Makes the disks and spaces of containers; both have the container's id."""

    def __init__(self, machinery: Machinery, volumes: Volumes, images: ImageVolumes) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.volumes = volumes
        self.images = images

    def make(self, number: str, sandbox: Data, config: ContainerConfig, image: Data) -> None:
        """The container's own layer over the image, and what is mounted in it."""
        self.tables.disks[number] = new_disk(image["key"], budget=LAYER_BUDGET, device="overlay", nominal=NOMINAL_DISK)
        if config.storage_limit is not None:
            self.tables.disks[number]["limit"] = config.storage_limit
        space: Data = {"/": {"disk": number, "type": "overlay", "device": "overlay"}}
        self.tables.spaces[number] = space
        who = visitor(number)
        self.note_files(number, who, image)
        shared = self.machinery.walker.disk(sandbox["disk"])
        if config.hosts is not None:
            self.write_hosts(number, shared, config.hosts)
        for name in SHARED if config.hosts is not None else SHARED[:-1]:
            space[f"/etc/{name}"] = self.held(shared, shared.child(ROOT, name) or ROOT, "ext4")
        space |= {path: dict(mount) for path, mount in VIRTUAL.items()}
        for at, mount in sorted(enumerate(config.mounts), key=lambda each: each[1].path.count("/")):
            self.mount(number, who, space, sandbox, mount, at)
        if config.read_only_rootfs:
            space["/"]["ro"] = True

    def write_hosts(self, number: str, shared: Tree, content: bytes) -> None:
        """The Pod's /etc/hosts, in the place of what it was."""
        now = self.machinery.world.unix
        ino = shared.child(ROOT, "hosts") or shared.add(ROOT, "hosts", regular(b"", time=now))
        try:
            shared.store(ino, content, now)
        except UnixError as error:
            mount = Mount("/etc/hosts", "hosts")
            self.tables.containers[number]["problem"] = mount_error(mount, error.message.lower())

    def note_files(self, number: str, who: Data, image: Data) -> None:
        """The file for last words, and the page that a scenario gives to an image."""
        path = self.tables.containers[number]["termination_path"]
        if path not in MOUNT_POINTS:
            self.target(who, path, folder=False)
        if "http" in image["changes"]:
            page = image["changes"]["http"]
            self.target(who, WEB_ROOT, folder=True)
            path = f"{WEB_ROOT}{page.get('path', '/')}"
            self.machinery.files.write(who, f"{path}index.html" if path.endswith("/") else path, page["body"].encode())

    def target(self, who: Data, path: str, *, folder: bool) -> Place:
        """Make sure that there is something to mount on: what is missing on the way there is made, too."""
        place, missing = self.reach(who, path.rstrip("/") or "/")
        if place.ino:
            return place
        while missing:
            place = self.made(who, place, directory())
            path = f"{place.path}/{missing[-1]}"
            place = Place(place.tree, "", path, place.ino, missing.pop(), place.mount)
        return self.made(who, place, directory() if folder else regular(b""))

    def reach(self, who: Data, path: str) -> tuple[Place, list[str]]:
        """The place to which *path* leads as far as there are directories, and the names after it, the first one last."""
        missing: list[str] = []
        while True:
            try:
                return self.machinery.walker.look(who, path), missing
            except UnixError as error:
                if error.name != "ENOENT" or path == "/":
                    raise
            path, _, name = path.rpartition("/")
            missing.append(name)

    def made(self, who: Data, place: Place, node: Node) -> Place:
        """The place with something there."""
        return place._replace(ino=self.machinery.files.create(who, place, node))

    def mount(self, number: str, who: Data, space: Data, sandbox: Data, mount: Mount, at: int) -> None:
        """The mount with the number *at*; what is wrong with it comes to light when the container is started."""
        try:
            source = self.source(sandbox["node"], mount, number, at)
            is_folder = source.node["k"] == "d"
            target = self.target(who, mount.path, folder=is_folder)
        except UnixError as error:
            self.tables.containers[number]["problem"] = mount_error(mount, error.message.lower())
            return
        if (target.node["k"] == "d") != is_folder:
            self.tables.containers[number]["problem"] = mount_error(mount, "not a directory")
            return
        entry = self.held(source.tree, source.ino, source.mount["type"])
        how = {"ro": True} if mount.read_only or source.mount.get("ro") else {}
        space[target.path] = entry | how
        if not mount.source.startswith(("volume:", PREFIX)):
            inner = ON_HOSTS | volumes_of(self.tables.spaces[sandbox["node"]])
            space |= {path: each | how for path, each in below(inner, source.path, target.path).items()}

    def held(self, tree: AnyTree, ino: str, kind: str) -> Data:
        """A mount of an inode, which stays for as long as it is mounted."""
        if isinstance(tree, Tree):
            tree.opened(ino, 1)
        return {"disk": tree.name, "ino": ino, "type": kind, "device": tree.device}

    def let_go(self, number: str) -> None:
        """The container is removed: its mounts and its layer go."""
        for mount in self.tables.spaces.pop(number).values():
            if "ino" in mount and mount["disk"] in self.tables.disks:
                self.machinery.walker.disk(mount["disk"]).opened(mount["ino"], -1)
        self.machinery.walker.forget(number)
        self.images.let_go(number)

    def source(self, node: str, mount: Mount, number: str, at: int) -> Place:
        """What is mounted; a missing sub path, or directory of the node, is made."""
        if mount.source.startswith(PREFIX):
            return self.images.place(number, at, mount)
        if mount.source.startswith("volume:"):
            who = visitor(self.volumes.tree(mount.source.removeprefix("volume:")).name)
            path = "/"
        else:
            who, path = visitor(node), mount.source
        if mount.sub_path:
            path = f"{path.rstrip('/')}/{mount.sub_path}"
        return self.target(who, path, folder=True)


def below(mounts: Data, source: str, target: str) -> Data:
    """What else a container has mounted that has the node's folder *source* at *target*: those *mounts* of the node that are in it."""
    start = source.rstrip("/") + "/"
    found = {path[len(start) :]: mount for path, mount in mounts.items() if path.startswith(start)}
    return {f"{target.rstrip('/')}/{path}": mount for path, mount in found.items()}


def mount_error(mount: Mount, reason: str) -> str:
    """runc's words for a mount that failed."""
    source = mount.shown or mount.source
    return MOUNT.format(source=source, path=mount.path, fd=16, reason=reason)
