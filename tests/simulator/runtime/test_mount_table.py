"""What mount, /proc/mounts and df say is mounted."""

from simulator.runtime.mount_table import mount_table

DISKS = {
    "c": {"nominal": 40 << 30},
    "shared": {"nominal": 0},
    "v": {"nominal": 50 << 20},
    "node": {"nominal": 40 << 30},
}
SHARED = {"disk": "shared", "type": "ext4", "device": "/dev/vda1"}
VOLUME = {"disk": "v", "type": "tmpfs", "device": "tmpfs"}
SPACE = {
    "/": {"disk": "c", "type": "overlay", "device": "overlay"},
    "/etc/hostname": SHARED,
    "/etc/resolv.conf": SHARED,
    "/etc/hosts": SHARED,
    "/proc": {"disk": "proc", "type": "proc", "device": "proc"},
    "/sys": {"disk": "sysfs", "type": "sysfs", "device": "sysfs"},
    "/cache": VOLUME,
    "/data/x": VOLUME | {"ro": True},
}
CONTAINER = {"caps": [], "termination_path": "/dev/termination-log"}
FIRST = ["/", "/proc", "/dev", "/dev/pts", "/dev/mqueue", "/sys", "/sys/fs/cgroup", "/cache", "/data/x"]
OWN = ["/etc/hosts", "/dev/termination-log", "/etc/hostname", "/etc/resolv.conf", "/dev/shm"]
MEMORY = 4 << 30


def table(space=SPACE, container=CONTAINER):
    """The rows by path."""
    return {row.path: row for row in mount_table(space, DISKS, container, MEMORY)}


def test_a_container_has_the_mounts_that_containerd_gives_to_all():
    rows = table()
    assert list(rows)[: len(FIRST) + len(OWN)] == FIRST + OWN
    assert list(rows)[-1] == "/sys/firmware"
    assert rows["/dev/shm"][:4] == ("shm", "/dev/shm", "tmpfs", "rw,nosuid,nodev,noexec,relatime,size=65536k")
    assert rows["/sys"].options.startswith("ro,")
    assert rows["/data/x"].options == "ro,relatime,size=51200k,noswap"
    assert rows["/proc/scsi"].size == MEMORY // 2


def test_a_volume_takes_the_place_of_what_all_have():
    rows = table({**SPACE, "/dev/shm": VOLUME})
    assert rows["/dev/shm"].device == "tmpfs"
    assert rows["/dev/shm"].mount is VOLUME


def test_last_words_are_mounted_where_the_container_wants_them():
    rows = table(container=CONTAINER | {"termination_path": "/tmp/last"})
    assert "/dev/termination-log" not in rows
    assert list(rows).index("/tmp/last") == list(rows).index("/etc/hosts") + 1


def test_nothing_is_masked_in_a_privileged_container():
    rows = table(container=CONTAINER | {"caps": None})
    assert "/proc/kcore" not in rows
    assert rows["/sys"].options.startswith("rw,")
    assert rows["/sys/fs/cgroup"].options.startswith("rw,")


def test_a_host_has_its_disk_among_what_systemd_mounts():
    root = {"disk": "node", "type": "ext4", "device": "/dev/vda1"}
    rows = table({"/": root, "/proc": SPACE["/proc"], "/sys": SPACE["/sys"]}, None)
    assert [row.path for row in rows.values() if row.mount] == ["/"]
    assert rows["/sys/fs/cgroup"].type == "cgroup2"
