"""Kernel parameters below /proc/sys: what they are, whose they are, and how they are set (Linux kernel/sysctl.c, namespaces(7)).

A parameter of the network or of System V IPC belongs to the Pod's sandbox (or to the node, where the Pod shares its network); all
others belong to the node. A container sees /proc/sys read-only unless it is privileged.
"""

import re
from typing import Any

from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data, Tables

# What the Pod has for itself; the rest is one for all on the node.
OF_THE_POD = re.compile(r"net\.|kernel\.(?:shm|msg|sem\b|hostname)|fs\.mqueue\.")
NUMBERS = re.compile(r"\s*-?[0-9]{1,20}(?:\s+-?[0-9]{1,20}){0,3}\s*")
READ_ONLY = frozenset(["kernel.osrelease"])
DEFAULTS = {
    "fs.file-max": "9223372036854775807",
    "fs.inotify.max_user_instances": "8192",
    "fs.inotify.max_user_watches": "524288",
    "kernel.hostname": "localhost",
    "kernel.msgmax": "8192",
    "kernel.msgmnb": "16384",
    "kernel.msgmni": "32000",
    "kernel.osrelease": "6.12.0-podlab",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "kernel.pid_max": "4194304",
    "kernel.sem": "32000\t1024000000\t500\t32000",
    "kernel.shm_rmid_forced": "0",
    "kernel.shmmax": "18446744073692774399",
    "net.bridge.bridge-nf-call-ip6tables": "1",
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.core.somaxconn": "4096",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.ip_forward": "1",
    "net.ipv4.ip_local_port_range": "32768\t60999",
    "net.ipv4.ip_unprivileged_port_start": "0",
    "net.ipv4.ping_group_range": "0\t2147483647",
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv4.tcp_keepalive_time": "7200",
    "net.ipv4.tcp_max_syn_backlog": "512",
    "net.ipv4.tcp_syncookies": "1",
    "vm.max_map_count": "65530",
    "vm.overcommit_memory": "1",
    "vm.swappiness": "60",
}
PATHS = {"sys/" + name.replace(".", "/"): name for name in DEFAULTS}


def owner(tables: Tables, who: Data, name: str) -> Data:
    """The record, of a sandbox or of a host, that holds a parameter for the process *who*."""
    sandbox = sandbox_of(tables, who)
    shares = name.startswith("net.") and sandbox.get("host_network")
    if sandbox and OF_THE_POD.match(name) and not shares:
        return sandbox
    host: Data = tables.hosts[sandbox["node"] if sandbox else who.get("host") or who["space"].partition(":")[0]]
    return host


def sandbox_of(tables: Tables, who: Data) -> Data:
    container = tables.containers.get(who.get("container", ""), {})
    sandbox: Data = tables.sandboxes.get(container.get("sandbox", ""), {})
    return sandbox


def value(tables: Tables, who: Data, name: str) -> str:
    """A parameter as *who* sees it."""
    record = owner(tables, who, name)
    if name == "kernel.hostname":
        return str(record.get("hostname") or record["name"])
    return str(record.get("sysctls", {}).get(name, DEFAULTS[name]))


def check_writable(tables: Tables, who: Data, name: str) -> None:
    """Raises UnixError where *who* cannot set a parameter."""
    container = tables.containers.get(who.get("container", ""))
    if container is not None and container["caps"] is not None:
        raise UnixError("EROFS")
    if name in READ_ONLY or name == "kernel.hostname":
        raise UnixError("EACCES")
    sandbox = sandbox_of(tables, who)
    if "users" in sandbox and owner(tables, who, name) is not sandbox:
        raise UnixError("EACCES")  # its root is nobody on the machine


def store(tables: Tables, who: Data, name: str, data: bytes) -> None:
    """Set a parameter; EINVAL if it is no number, or not as many as there are."""
    check_writable(tables, who, name)
    text = data.decode("ascii", "replace")
    words = text.split()
    if not NUMBERS.fullmatch(text) or len(words) > len(DEFAULTS[name].split()):
        raise UnixError("EINVAL")
    old = value(tables, who, name).split()
    settings: dict[str, Any] = owner(tables, who, name).setdefault("sysctls", {})
    settings[name] = "\t".join([*words, *old[len(words) :]])
