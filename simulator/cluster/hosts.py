"""The machines of a cluster: their addresses, the files that kubeadm leaves on them, and a look at a learner's files."""

from collections.abc import Sequence
from typing import Any, Protocol

from simulator.runtime.syscalls import Stat, UnixError

KUBECONFIG = """apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: DATA+OMITTED
    server: https://{server}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: {user}
  name: {user}@kubernetes
current-context: {user}@kubernetes
kind: Config
preferences: {{}}
users:
- name: {user}
  user:
    client-certificate-data: DATA+OMITTED
    client-key-data: DATA+OMITTED
"""
NETWORK = "192.168.10"
FIRST = 10
MOST_FILES = 500
DEEPEST = 8


class FileSystem(Protocol):
    """The files of hosts."""

    def listdir(self, host: str, path: str) -> Sequence[str]: ...
    def stat(self, host: str, path: str, *, follow: bool = True) -> Stat | None: ...


def address(number: int) -> str:
    """The address of the machine *number* (from 0)."""
    return f"{NETWORK}.{FIRST + number}"


def host_files(role: str, server: str) -> dict[str, str]:
    """What kubeadm leaves on a machine, by path."""
    if role != "control-plane":
        return {}
    config = kubeconfig(server, "kubernetes-admin")
    return {"/root/.kube/config": config, "/etc/kubernetes/admin.conf": config}


def kubeconfig(server: str, user: str) -> str:
    """How a *user* reaches the API server at the address *server*."""
    return KUBECONFIG.format(server=f"{server}:6443", user=user)


def tree(files: FileSystem, host: str, top: str) -> list[dict[str, Any]]:
    """The files and folders below *top*, hidden ones left out: path, kind, size; a bounded number of them."""
    found: list[dict[str, Any]] = []
    folders = [(top, 0)]
    while folders and len(found) < MOST_FILES:
        folder, depth = folders.pop(0)
        for path in visible(files, host, folder):
            stat = files.stat(host, path, follow=False)
            if stat is None:
                continue
            found.append({"path": path, "kind": stat.kind, "size": stat.size})
            if stat.kind == "dir" and depth < DEEPEST:
                folders.append((path, depth + 1))
    return sorted(found[:MOST_FILES], key=lambda entry: str(entry["path"]))


def visible(files: FileSystem, host: str, folder: str) -> list[str]:
    """The paths of what is in *folder*, without what is hidden; nothing if it cannot be read."""
    try:
        return [f"{folder.rstrip('/')}/{name}" for name in files.listdir(host, folder) if not name.startswith(".")]
    except UnixError:
        return []
