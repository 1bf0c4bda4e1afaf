"""The namespaces that a process is in, as /proc/<pid>/ns names them (Linux fs/proc/namespaces.c).

Two processes that share one see the same number. Those of a machine have the numbers that Linux gives to its first ones.
"""

import hashlib

from simulator.runtime.tables import Data, Tables

FIRST = {
    "cgroup": 4026531835,
    "ipc": 4026531839,
    "mnt": 4026531841,
    "net": 4026531840,
    "pid": 4026531836,
    "time": 4026531834,
    "user": 4026531837,
    "uts": 4026531838,
}
FOR_CHILDREN = {"pid_for_children": "pid", "time_for_children": "time"}  # further names: those that children will be in
LATER = 4026532128
SPREAD = 1 << 20
IDS, EVERY_ID = 65_536, 4_294_967_295  # how many ids a namespace has that a kubelet makes, and the machine's own
NOBODY = 65_534  # whom Linux shows where an id means nothing


def number(tables: Tables, process: Data, kind: str) -> int:
    """The number of the namespace of this *kind* (see FIRST) that a process is in."""
    owner = _owner(tables, process, kind)
    if owner in ("", process["host"]):
        return FIRST[kind]
    digest = hashlib.sha256(f"{process['host']}/{kind}/{owner}".encode()).digest()
    return LATER + int.from_bytes(digest[:4], "big") % SPREAD


def _owner(tables: Tables, process: Data, kind: str) -> str:
    """Whose namespace it is: a container's, a sandbox's, or (empty) the machine's."""
    if kind == "mnt" and process["program"] == "pause":
        return f"pause of {process['key']}"
    if kind in OWN_FIELDS:
        return str(process[OWN_FIELDS[kind]])
    container = tables.containers.get(process["container"])
    if kind == "cgroup":  # a privileged container stays in that of its machine, as pause does
        return "" if container is None or container["caps"] is None else str(container["id"])
    sandbox = _sandbox(tables, process, container)
    if kind == "user":
        return str(sandbox["id"]) if sandbox is not None and "users" in sandbox else ""
    if sandbox is None or sandbox.get(HOST_FLAGS.get(kind, ""), kind not in HOST_FLAGS):
        return ""
    return str(sandbox["id"])


def first_id(tables: Tables, process: Data) -> int:
    """What user and group 0 of the namespace that a process is in are on the machine."""
    sandbox = _sandbox(tables, process, tables.containers.get(process.get("container", "")))
    return int(sandbox.get("users", 0)) if sandbox is not None else 0


def id_map(tables: Tables, process: Data) -> str:
    """/proc/<pid>/uid_map, and gid_map, which says the same."""
    first = first_id(tables, process)
    return f"{0:10} {first:10} {IDS if first else EVERY_ID:10}\n"


def as_seen_by(tables: Tables, who: Data, process: Data) -> Data:
    """A process with the ids that *who* sees: another one's namespace shows those of the machine, and nobody knows what it does not map."""
    mine, first = first_id(tables, who), first_id(tables, process)
    if mine == first:
        return process
    uid, gid, *groups = (
        NOBODY if mine else first + each for each in (process["uid"], process["gid"], *process["groups"])
    )
    return process | {"uid": uid, "gid": gid, "groups": groups, "root": process["uid"] == 0}


OWN_FIELDS = {"net": "net", "pid": "ns", "mnt": "space"}
HOST_FLAGS = {"uts": "host_network", "ipc": "host_ipc"}


def _sandbox(tables: Tables, process: Data, container: Data | None) -> Data | None:
    if container is not None:
        return tables.sandboxes.get(container["sandbox"])
    if process.get("program") != "pause":
        return None
    return next((each for each in tables.sandboxes.values() if each["pause"] == process["key"]), None)
