"""The kubeconfig: which API server, as whom, in which namespace (models client-go/tools/clientcmd)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from simulator.api.requests import ADMIN, User
from simulator.kubectl.failures import Failure
from simulator.runtime.syscalls import Sys, UnixError

MAX_BYTES = 1_000_000
ENTRIES = ("clusters", "contexts", "users")
NOWHERE = "http://localhost:8080"
MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount"  # where a Pod finds its service account
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Kubeconfig:
    """A kubeconfig as it stands in its file; *path* is where it is written back to."""

    path: str
    data: dict[str, Any] = field(default_factory=dict)
    context_name: str = ""

    cluster_name: str = ""  # what --cluster and --user say
    user_name: str = ""

    def named(self, kind: str, name: str) -> dict[str, Any] | None:
        """The entry *name* of `clusters`, `contexts` or `users`: what stands under its singular."""
        for entry in self.data.get(kind) or []:
            if isinstance(entry, dict) and entry.get("name") == name:
                return entry.get(kind.removesuffix("s")) or {}
        return None

    @property
    def current(self) -> str:
        """The name of the context in use."""
        return self.context_name or str(self.data.get("current-context") or "")

    @property
    def context(self) -> dict[str, Any]:
        """The context in use; empty if there is none."""
        return self.named("contexts", self.current) or {}

    @property
    def server(self) -> str:
        """The address of the API server."""
        cluster = self.named("clusters", self.cluster_name or str(self.context.get("cluster", "")))
        return str((cluster or {}).get("server") or NOWHERE)

    @property
    def token(self) -> str:
        """The token of the user in use; empty for one who is known by a certificate."""
        return str((self.named("users", self.user_name or str(self.context.get("user", ""))) or {}).get("token") or "")

    @property
    def namespace(self) -> str:
        """The namespace that is meant when none is named."""
        return str(self.context.get("namespace") or "default")


def load(sys: Sys, path: str = "", context: str = "", cluster: str = "", user: str = "") -> Kubeconfig:
    """The kubeconfig of this process: *path*, else the files of $KUBECONFIG, else ~/.kube/config; with the *context*,
    *cluster* and *user* of the command line."""
    if path and not sys.exists(path):
        raise Failure(f"stat {path}: no such file or directory")
    chain = [path] if path else paths(sys)
    found = next((each for each in chain if sys.exists(each)), chain[0])
    config = Kubeconfig(found, merged([read(sys, each) for each in chain]) or in_cluster(sys), context, cluster, user)
    if context and config.named("contexts", context) is None:
        raise Failure(f"context was not found for specified context: {context}", prefix="Error in configuration: ")
    if user and config.named("users", user) is None:
        raise Failure(f'auth info "{user}" does not exist')
    if cluster and config.named("clusters", cluster) is None:
        raise Failure(f'no server found for cluster "{cluster}"')
    return config


def in_cluster(sys: Sys) -> dict[str, Any]:
    """What stands for a kubeconfig in a Pod: its service account (client-go/rest, InClusterConfig); empty elsewhere."""
    host, port = (sys.env.get(f"KUBERNETES_SERVICE_{part}", "") for part in ("HOST", "PORT"))
    if not host or not sys.exists(f"{MOUNTED}/token"):
        return {}
    token, namespace = (sys.read_file(f"{MOUNTED}/{name}").decode() for name in ("token", "namespace"))
    return {
        "clusters": [{"name": "default", "cluster": {"server": f"https://{host}:{port}"}}],
        "users": [{"name": "default", "user": {"token": token}}],
        "contexts": [
            {"name": "in-cluster", "context": {"cluster": "default", "user": "default", "namespace": namespace}}
        ],
        "current-context": "in-cluster",
    }


def paths(sys: Sys) -> list[str]:
    """The files that make up the kubeconfig of this process, the most important one first."""
    named = [each for each in sys.env.get("KUBECONFIG", "").split(":") if each]
    return named or [f"{sys.env.get('HOME', '/root')}/.kube/config"]


def merged(files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What several kubeconfigs say together: of what has one name, and of the current context, the first counts."""
    data: dict[str, Any] = {}
    for each in files:
        for key, value in each.items():
            if key not in ENTRIES:
                data[key] = data.get(key) or value
                continue
            known = {entry.get("name") for entry in _entries(data.get(key))}
            more = [entry for entry in _entries(value) if entry.get("name") not in known]
            data[key] = [*(data.get(key) or []), *more]
    return data


def _entries(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def read(sys: Sys, path: str) -> dict[str, Any]:
    """What stands in one file; nothing if there is none."""
    try:
        data = sys.read_file(path)
    except UnixError as error:
        if error.name == "ENOENT":
            return {}
        raise Failure(f'error loading config file "{path}": open {path}: {error.message.lower()}') from None
    return _parsed(path, data)


@lru_cache(maxsize=64)
def _parsed(path: str, data: bytes) -> dict[str, Any]:
    try:
        value = yaml.load(data[:MAX_BYTES], Loader=LOADER)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Failure(f'error loading config file "{path}": yaml: cannot be parsed') from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Failure(f'error loading config file "{path}": json: cannot unmarshal into Go value of type v1.Config')
    return value


def impersonated(name: str, groups: list[str]) -> User:
    """Who `--as` asks to be."""
    if not name:
        return ADMIN
    return User(name, (*(groups or _service_account_groups(name)), "system:authenticated"))


def _service_account_groups(name: str) -> list[str]:
    if not name.startswith("system:serviceaccount:"):
        return []
    return ["system:serviceaccounts", f"system:serviceaccounts:{name.split(':')[2]}"]
