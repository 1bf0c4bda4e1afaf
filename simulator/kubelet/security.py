"""As whom a container runs (pkg/kubelet/kuberuntime/security_context_others.go, pkg/securitycontext/util.go)."""

from typing import Any

from simulator.api.requests import Obj
from simulator.kubelet.config_error import ConfigError
from simulator.kubelet.naming import described

Settings = dict[str, Any]
SECCOMP_FILES = "/var/lib/kubelet/seccomp"


def effective(pod: Obj, container: Obj, key: str) -> Any:
    """A setting of the container, else of the Pod, else None."""
    own = (container.get("securityContext") or {}).get(key)
    return own if own is not None else (pod["spec"].get("securityContext") or {}).get(key)


def verify_non_root(pod: Obj, container: Obj, image_user: str) -> None:
    """Raise ConfigError if the container may not run as root and would, or nobody can tell."""
    if not effective(pod, container, "runAsNonRoot"):
        return
    user = effective(pod, container, "runAsUser")
    if user is not None:
        problem = "container's runAsUser breaks non-root policy" if user == 0 else ""
    else:
        problem = image_problem(image_user.partition(":")[0])
    if problem:
        raise ConfigError(f'{problem} (pod: "{described(pod)}", container: {container["name"]})')


def image_problem(user: str) -> str:
    """What is wrong with the user of the image for one that may not be root."""
    if user in ("", "0"):
        return "container has runAsNonRoot and image will run as root"
    if not user.isdigit():
        return f"container has runAsNonRoot and image has non-numeric user ({user}), cannot verify user is non-root"
    return ""


def identity(pod: Obj, container: Obj) -> Settings:
    """user, group, groups and privileges for the runtime."""
    context = container.get("securityContext") or {}
    capabilities = context.get("capabilities") or {}
    return {
        "user": effective(pod, container, "runAsUser"),
        "group": effective(pod, container, "runAsGroup"),
        "groups": supplemental_groups(pod),
        "capabilities_add": tuple(capabilities.get("add") or ()),
        "capabilities_drop": tuple(capabilities.get("drop") or ()),
        "privileged": bool(context.get("privileged")),
        "read_only_rootfs": bool(context.get("readOnlyRootFilesystem")),
        "no_new_privileges": context.get("allowPrivilegeEscalation") is False,
        **({} if context.get("privileged") else profiles(pod, container)),
    }


def profiles(pod: Obj, container: Obj) -> Settings:
    """The profiles of one's own that confine the container; one that is privileged is not confined."""
    seccomp, apparmor = (
        (effective(pod, container, key) or {}).get("localhostProfile") or ""
        for key in ("seccompProfile", "appArmorProfile")
    )
    return {"seccomp": f"{SECCOMP_FILES}/{seccomp}" if seccomp else "", "apparmor": apparmor}


def supplemental_groups(pod: Obj) -> tuple[int, ...]:
    """The groups that every process of the Pod has besides its own."""
    context = pod["spec"].get("securityContext") or {}
    groups = list(context.get("supplementalGroups") or ())
    if context.get("fsGroup") is not None:
        groups.append(context["fsGroup"])
    return tuple(dict.fromkeys(groups))
