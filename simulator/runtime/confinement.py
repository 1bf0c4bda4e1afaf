"""Profiles that confine a container: AppArmor's have to be loaded, seccomp's to lie on the node (containerd's internal/cri/server and
contrib/seccomp)."""

import json

from simulator.runtime.cri_api import ContainerConfig, CriError
from simulator.runtime.machinery import Machinery
from simulator.runtime.syscalls import UnixError
from simulator.runtime.walk import visitor

NOT_LOADED = "failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found {}"
NO_FILE = (
    'failed to create containerd container: cannot load seccomp profile "{0}": open {0}: no such file or directory'
)
NO_PROFILE = 'failed to create containerd container: decoding seccomp profile failed "{}": {}'
HARMLESS = ("SCMP_ACT_ALLOW", "SCMP_ACT_LOG")


def check(machinery: Machinery, node: str, config: ContainerConfig) -> None:
    """Raise CriError if a profile of the container is not there, or forbids calls, which nobody here would do."""
    if config.apparmor:  # nothing here loads profiles into the kernel
        raise CriError(NOT_LOADED.format(config.apparmor))
    if not config.seccomp:
        return
    try:
        data = machinery.files.read(visitor(node), config.seccomp)
    except UnixError:
        raise CriError(NO_FILE.format(config.seccomp)) from None
    try:
        profile = json.loads(data)
    except (ValueError, RecursionError):
        raise CriError(NO_PROFILE.format(config.seccomp, "invalid character")) from None
    if not isinstance(profile, dict) or profile.get("syscalls") or profile.get("defaultAction") not in HARMLESS:
        raise CriError(f"not simulated here: seccomp profiles that forbid system calls ({config.seccomp})")
