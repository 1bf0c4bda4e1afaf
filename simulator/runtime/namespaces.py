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


def number(tables: Tables, process: Data, kind: str) -> int:
    """The number of the namespace of this *kind* (see FIRST) that a process is in."""
    owner = _owner(tables, process, kind)
    if owner in ("", process["host"]):
        return FIRST[kind]
    digest = hashlib.sha256(f"{process['host']}/{kind}/{owner}".encode()).digest()
    return LATER + int.from_bytes(digest[:4], "big") % SPREAD


def _owner(tables: Tables, process: Data, kind: str) -> str:
    """Whose namespace it is: a container's, a sandbox's, or (empty) the machine's."""
    if kind in OWN_FIELDS:
        return str(process[OWN_FIELDS[kind]])
    container = tables.containers.get(process["container"])
    if kind == "cgroup":  # a privileged container stays in that of its machine, as pause does
        return "" if container is None or container["caps"] is None else str(container["id"])
    sandbox = _sandbox(tables, process, container)
    if sandbox is None or sandbox.get(HOST_FLAGS.get(kind, ""), kind not in HOST_FLAGS):
        return ""
    return str(sandbox["id"])


OWN_FIELDS = {"net": "net", "pid": "ns", "mnt": "space"}
HOST_FLAGS = {"uts": "host_network", "ipc": "host_ipc"}


def _sandbox(tables: Tables, process: Data, container: Data | None) -> Data | None:
    if container is not None:
        return tables.sandboxes.get(container["sandbox"])
    if process["program"] != "pause":
        return None
    return next((each for each in tables.sandboxes.values() if each["pause"] == process["key"]), None)
