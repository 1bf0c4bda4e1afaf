"""What /proc/mounts, mount and df say is mounted: what a container really has mounted, and around it what runc mounts everywhere.

Models the default spec of containerd (pkg/oci/mounts.go) and its masked and read-only paths; on a host, what systemd mounts.
The mounts that are only told of hold nothing that their directories do not hold anyway, so that no look-up passes through them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.runtime.tables import Data
from simulator.runtime.trees import mount_options

SAFE = "nosuid,nodev,noexec,relatime"
MEMORY = 64 << 20  # of the small file systems in memory that runc makes
HALF = -1  # of the machine's memory: what a tmpfs has that says nothing of its size


class Shown(NamedTuple):
    """A mount that is only told of. *size* in bytes, 0 for what is no disk."""

    device: str
    path: str
    type: str
    options: str
    size: int = 0


PSEUDO = (
    Shown("proc", "/proc", "proc", f"rw,{SAFE}"),
    Shown("tmpfs", "/dev", "tmpfs", "rw,nosuid,size=65536k,mode=755", MEMORY),
    Shown("devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666"),
    Shown("mqueue", "/dev/mqueue", "mqueue", f"rw,{SAFE}"),
    Shown("sysfs", "/sys", "sysfs", f"ro,{SAFE}"),
    Shown("cgroup", "/sys/fs/cgroup", "cgroup2", f"ro,{SAFE}"),
)
SHARED_MEMORY = Shown("shm", "/dev/shm", "tmpfs", f"rw,{SAFE},size=65536k", MEMORY)
MASKED = (
    *(Shown("proc", f"/proc/{name}", "proc", f"ro,{SAFE}") for name in ("bus", "fs", "irq", "sys", "sysrq-trigger")),
    Shown("tmpfs", "/proc/acpi", "tmpfs", "ro,relatime", HALF),
    Shown("tmpfs", "/proc/kcore", "tmpfs", "rw,nosuid,size=65536k,mode=755", MEMORY),
    Shown("tmpfs", "/proc/keys", "tmpfs", "rw,nosuid,size=65536k,mode=755", MEMORY),
    Shown("tmpfs", "/proc/timer_list", "tmpfs", "rw,nosuid,size=65536k,mode=755", MEMORY),
    Shown("tmpfs", "/proc/scsi", "tmpfs", "ro,relatime", HALF),
    Shown("tmpfs", "/sys/firmware", "tmpfs", "ro,relatime", HALF),
)
HOST = (
    Shown("sysfs", "/sys", "sysfs", f"rw,{SAFE}"),
    Shown("proc", "/proc", "proc", f"rw,{SAFE}"),
    Shown("udev", "/dev", "devtmpfs", "rw,nosuid,relatime,mode=755,inode64"),
    Shown("devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000"),
)
HOST_MORE = (
    Shown("tmpfs", "/dev/shm", "tmpfs", "rw,nosuid,nodev,inode64", HALF),
    Shown("cgroup2", "/sys/fs/cgroup", "cgroup2", f"rw,{SAFE},nsdelegate,memory_recursiveprot"),
    Shown("mqueue", "/dev/mqueue", "mqueue", f"rw,{SAFE}"),
)
TOLD = frozenset(each.path for each in (*PSEUDO, *HOST))
# The order of the mounts that every container has, among those as deep as they are.
OURS = ("/etc/hosts", "/dev/termination-log", "/etc/hostname", "/etc/resolv.conf", "/dev/shm")


class Row(NamedTuple):
    """A line of the table; *mount* is what is really mounted there, empty for what is only told of."""

    device: str
    path: str
    type: str
    options: str
    size: int
    mount: Data


def mount_table(space: Data, disks: Data, container: Data | None, memory: int) -> list[Row]:
    """The mounts of a *space*, of a *container* or of a host, on a machine with so many bytes of *memory*."""
    real = {
        path: _real(path, mount, disks) for path, mount in space.items() if path not in TOLD and "hidden" not in mount
    }
    told = _of_host(real) if container is None else _of_container(real, container)
    return [each if isinstance(each, Row) else _told(each, memory) for each in told]


def _of_host(real: dict[str, Row]) -> Iterator[Row | Shown]:
    yield from HOST
    yield from real.values()
    yield from (each for each in HOST_MORE if each.path not in real)


def _of_container(real: dict[str, Row], container: Data) -> Iterator[Row | Shown]:
    privileged = container["caps"] is None
    yield real["/"]
    for each in PSEUDO:
        yield each._replace(options=each.options.replace("ro,", "rw,")) if privileged else each
    found: dict[str, Row | Shown] = {path: row for path, row in real.items() if path != "/"}
    log, file = container["termination_path"], real.get("/etc/hostname")
    found |= {log: file._replace(path=log, mount={"device": file.device})} if file and log else {}
    found.setdefault(SHARED_MEMORY.path, SHARED_MEMORY)
    yield from sorted(found.values(), key=lambda row: (row.path.count("/"), _place(row.path, log)))
    if not privileged:
        yield from MASKED


def _place(path: str, log: str) -> int:
    path = "/dev/termination-log" if path == log else path
    return OURS.index(path) + 1 if path in OURS else 0


def _real(path: str, mount: Data, disks: Data) -> Row:
    disk = disks.get(mount["disk"], {})
    return Row(mount["device"], path, mount["type"], mount_options(mount, disk), int(disk.get("nominal", 0)), mount)


def _told(shown: Shown, memory: int) -> Row:
    return Row(*shown[:4], memory // 2 if shown.size == HALF else shown.size, {})
