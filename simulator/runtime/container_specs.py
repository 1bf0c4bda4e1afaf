"""What a container is made of: image and config put together (containerd internal/cri/server/container_create.go)."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.runtime.cri_api import ContainerConfig
from simulator.runtime.tables import Data
from simulator.runtime.walk import ALL_CAPABILITIES, DEFAULT_CAPABILITIES


def arguments(config: ContainerConfig, brought: Mapping[str, Any]) -> list[str]:
    """What is run: a command of the Pod replaces entrypoint and arguments of the image."""
    entrypoint = list(config.command) or [str(word) for word in brought.get("entrypoint") or ()]
    rest = list(config.args) or ([] if config.command else [str(word) for word in brought.get("cmd") or ()])
    return entrypoint + rest


def environment(config: ContainerConfig, brought: Mapping[str, Any], sandbox: Data) -> dict[str, str]:
    """PATH and what the image brings, HOSTNAME, TERM at a terminal, and what the Pod says over all."""
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME": str(sandbox["hostname"])}
    if config.tty:
        env["TERM"] = "xterm"
    brought_env: Mapping[str, Any] = brought.get("env") or {}
    return env | {name: str(value) for name, value in brought_env.items()} | dict(config.env)


def capabilities(config: ContainerConfig) -> list[str]:
    """The default set with what the Pod adds and drops. As containerd puts `CAP_` before each name, a name that begins so itself
    is one that nobody knows; and runc passes those over."""
    added, dropped = ([name.upper() for name in names] for names in (config.capabilities_add, config.capabilities_drop))
    base: Sequence[str] = () if "ALL" in dropped else ALL_CAPABILITIES if "ALL" in added else DEFAULT_CAPABILITIES
    kept = [name for name in base if name not in dropped]
    return sorted({*kept, *(name for name in added if name in ALL_CAPABILITIES and name not in dropped)})
