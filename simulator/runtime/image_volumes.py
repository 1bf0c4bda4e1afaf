"""Images that a container mounts beside its own (containerd internal/cri/server/container_image_mount.go).

The disk of such a mount is `image:<container>:<place among its mounts>`: the files of the image, which nobody can change.
"""

from simulator.runtime.catalogue import BARE
from simulator.runtime.cri_api import ContainerConfig, CriError, Mount
from simulator.runtime.images import Images
from simulator.runtime.limits import NOMINAL_DISK
from simulator.runtime.machinery import Machinery
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data
from simulator.runtime.trees import new_disk
from simulator.runtime.walk import Place, visitor

PREFIX = "image:"
FAILED = "failed to mount image volume: ImageVolumeMountFailed: "
NO_IMAGE = 'failed to resolve image "{}": not found'
NO_SUB_PATH = 'failed to ensure image subpath "{path}" in "{target}": openat {path}: {error}'
NO_FOLDER = (
    'failed to ensure image subpath "{path}" in "{target}": only directory subpath is supported, '
    'subpath: "{path}", mountpoint: "{target}" '
)
TARGET = "/run/containerd/io.containerd.grpc.v1.cri/image-volumes/{sandbox}/{digest}"


class ImageVolumes:
    """Lays the disks out, and takes them away again."""

    def __init__(self, machinery: Machinery, images: Images) -> None:
        self.machinery = machinery
        self.tables = machinery.tables
        self.images = images

    def lay_out(self, number: str, sandbox: Data, config: ContainerConfig) -> None:
        """The disks of the images that a container mounts; CriError, and then none is left."""
        try:
            for at, mount in enumerate(config.mounts):
                if mount.source.startswith(PREFIX):
                    self.lay_out_one(number, at, sandbox, mount)
        except CriError as error:
            self.let_go(number)
            raise CriError(FAILED + str(error)) from None

    def lay_out_one(self, number: str, at: int, sandbox: Data, mount: Mount) -> None:
        """The disk of one image, if what is asked for of it is there."""
        name = mount.source.removeprefix(PREFIX)
        found = self.images.look_up(sandbox["node"], name)
        if found is None:
            raise CriError(NO_IMAGE.format(name))
        image, disk = found[1], disk_of(number, at)
        self.tables.disks[disk] = new_disk(BARE + image["key"], budget=0, device="overlay", nominal=NOMINAL_DISK)
        self.tables.spaces[disk] = {"/": {"disk": disk, "type": "overlay", "device": "overlay", "ro": True}}
        target = TARGET.format(sandbox=sandbox["id"], digest=image["digest"].removeprefix("sha256:"))
        try:
            place = self.place(number, at, mount)
        except UnixError as error:
            text = NO_SUB_PATH.format(path=mount.sub_path, target=target, error=error.message.lower())
            raise CriError(text) from None
        if place.node["k"] != "d":
            raise CriError(NO_FOLDER.format(path=mount.sub_path, target=target))

    def place(self, number: str, at: int, mount: Mount) -> Place:
        """What is mounted of an image that is laid out; UnixError."""
        return self.machinery.walker.find(visitor(disk_of(number, at)), f"/{mount.sub_path}")

    def let_go(self, number: str) -> None:
        """The container is gone."""
        for disk in [each for each in self.tables.disks if each.startswith(f"{PREFIX}{number}:")]:
            del self.tables.spaces[disk]
            self.machinery.walker.forget(disk)


def disk_of(number: str, at: int) -> str:
    """The disk of one of a container's mounts."""
    return f"{PREFIX}{number}:{at}"
