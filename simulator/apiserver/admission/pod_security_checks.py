"""The checks of the Pod Security Standards, `baseline` and `restricted` (k8s.io/pod-security-admission/policy)."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from simulator.api.containers import all_containers
from simulator.api.sysctls import SAFE_SYSCTLS

LATEST = 36  # the minor version of Kubernetes whose rules `latest` means

Obj = dict[str, Any]
DEFAULT_CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
SAFE_VOLUMES = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ]
)
SAFE_TYPES = {
    "": 0,
    "container_t": 0,
    "container_init_t": 0,
    "container_kvm_t": 0,
    "container_engine_t": 31,
}  # since when
# The sysctls that were not safe from the beginning.
NEW_SYSCTLS = {
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_wmem": 32,
}
SAFE_PROFILES = ("RuntimeDefault", "Localhost")


class Violation(NamedTuple):
    """A rule that is broken, and by what."""

    title: str
    detail: str


def sentence(broken: list[Violation]) -> str:
    """All violations in one line."""
    return ", ".join(f"{each.title} ({each.detail})" for each in broken)


def _containers(spec: Obj) -> list[Obj]:
    return [each for _, each in all_containers(spec)]


def _context(holder: Obj) -> Obj:
    return holder.get("securityContext") or {}


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _named(found: list[Obj]) -> str:
    return f"container{'s' if len(found) > 1 else ''} {_quoted(each.get('name', '') for each in found)}"


def _setters(spec: Obj, wrong: Callable[[Obj], bool]) -> str:
    """Who sets something wrong: the Pod, or which containers of it."""
    bad = [each for each in _containers(spec) if wrong(_context(each))]
    return " and ".join([*(["pod"] if wrong(_context(spec)) else []), *([_named(bad)] if bad else [])])


def _app_armor(spec: Obj) -> str:
    who = _setters(spec, lambda context: (context.get("appArmorProfile") or {}).get("type") == "Unconfined")
    return f'{who} must not set AppArmor profile type to "Unconfined"' if who else ""


def _se_linux(spec: Obj, minor: int) -> str:
    safe = {name for name, since in SAFE_TYPES.items() if since <= minor}

    def wrong(context: Obj) -> bool:
        options = context.get("seLinuxOptions") or {}
        return bool(options.get("type", "") not in safe or options.get("user") or options.get("role"))

    who = _setters(spec, wrong)
    every = [_context(each).get("seLinuxOptions") or {} for each in (spec, *_containers(spec))]
    types = sorted({options.get("type", "") for options in every} - safe)
    # Of a user or role alone nothing more is said: so the real check has it.
    said = [f"type{'s' if len(types) > 1 else ''} {_quoted(types)}"] if types else []
    said += [f"{part} may not be set" for part in ("user", "role") if types and any(each.get(part) for each in every)]
    return f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(said)}" if who else ""


def _asked_hosts(container: Obj) -> set[str]:
    probes = [container.get(f"{kind}Probe") or {} for kind in ("liveness", "readiness", "startup")]
    hooks = [(container.get("lifecycle") or {}).get(hook) or {} for hook in ("postStart", "preStop")]
    asked = ((each.get(how) or {}).get("host", "") for each in (*probes, *hooks) for how in ("httpGet", "tcpSocket"))
    return {host for host in asked if host}


def _hosts(spec: Obj) -> str:
    bad = sorted((each for each in _containers(spec) if _asked_hosts(each)), key=lambda each: each.get("name", ""))
    hosts = sorted({host for each in bad for host in _asked_hosts(each)})
    words = "use" if len(bad) > 1 else "uses"
    return (
        f"{_named(bad)} {words} probe or lifecycle host{'s' if len(hosts) > 1 else ''} {_quoted(hosts)}" if bad else ""
    )


def _privileged(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if _context(each).get("privileged")]
    return f"{_named(bad)} must not set securityContext.privileged=true" if bad else ""


def _host_namespaces(spec: Obj) -> str:
    return ", ".join(f"{name}=true" for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name))


def _host_path(spec: Obj) -> str:
    bad = [each.get("name", "") for each in spec.get("volumes") or () if each.get("hostPath") is not None]
    return f"volume{'s' if len(bad) > 1 else ''} {_quoted(bad)}" if bad else ""


def _host_ports(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if any(port.get("hostPort") for port in each.get("ports") or ())]
    ports = sorted({str(port["hostPort"]) for each in bad for port in each["ports"] if port.get("hostPort")})
    word = "use" if len(bad) > 1 else "uses"
    return f"{_named(bad)} {word} hostPort{'s' if len(ports) > 1 else ''} {', '.join(ports)}" if bad else ""


def _added(container: Obj) -> list[str]:
    return list((_context(container).get("capabilities") or {}).get("add") or ())


def _extra_capabilities(spec: Obj, allowed: frozenset[str]) -> str:
    bad = [each for each in _containers(spec) if set(_added(each)) - allowed]
    extra = sorted({name for each in bad for name in _added(each)} - allowed)
    return f"{_named(bad)} must not include {_quoted(extra)} in securityContext.capabilities.add" if bad else ""


def _default_capabilities(spec: Obj) -> str:
    return _extra_capabilities(spec, DEFAULT_CAPABILITIES)


def _proc_mount(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if _context(each).get("procMount", "Default") != "Default"]
    return f'{_named(bad)} must not set securityContext.procMount to "Unmasked"' if bad else ""


def _sysctls(spec: Obj, minor: int) -> str:
    safe = {name for name in SAFE_SYSCTLS if NEW_SYSCTLS.get(name, 0) <= minor}
    names = (each.get("name", "") for each in _context(spec).get("sysctls") or ())
    return ", ".join(name for name in names if name.replace("/", ".") not in safe)


def _profile(holder: Obj) -> str:
    return str((_context(holder).get("seccompProfile") or {}).get("type", ""))


def _unconfined(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if _profile(each) == "Unconfined"]
    who = [*(["pod"] if _profile(spec) == "Unconfined" else []), *([_named(bad)] if bad else [])]
    return f'{" and ".join(who)} must not set securityContext.seccompProfile.type to "Unconfined"' if who else ""


def _escalation(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if _context(each).get("allowPrivilegeEscalation") is not False]
    return f"{_named(bad)} must set securityContext.allowPrivilegeEscalation=false" if bad else ""


def _drops_all(container: Obj) -> bool:
    return "ALL" in ((_context(container).get("capabilities") or {}).get("drop") or ())


def _unrestricted(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if not _drops_all(each)]
    parts = [f'{_named(bad)} must set securityContext.capabilities.drop=["ALL"]'] if bad else []
    extra = _extra_capabilities(spec, frozenset(("NET_BIND_SERVICE",)))
    return "; ".join([*parts, *([extra] if extra else [])])


def _volume_types(spec: Obj) -> str:
    bad = {
        volume.get("name", ""): kind
        for volume in spec.get("volumes") or ()
        for kind in volume
        if kind != "name" and kind not in SAFE_VOLUMES
    }
    if not bad:
        return ""
    kinds = sorted(set(bad.values()))
    words = ("volumes", "use") if len(bad) > 1 else ("volume", "uses")
    return (
        f"{words[0]} {_quoted(bad)} {words[1]} restricted volume type{'s' if len(kinds) > 1 else ''} {_quoted(kinds)}"
    )


def _run_as_non_root(spec: Obj) -> str:
    own = _context(spec).get("runAsNonRoot")
    explicit = [each for each in _containers(spec) if _context(each).get("runAsNonRoot") is False]
    silent = [each for each in _containers(spec) if _context(each).get("runAsNonRoot") is None]
    parts = ["pod must not set securityContext.runAsNonRoot=false"] if own is False else []
    if explicit:
        parts.append(f"{_named(explicit)} must not set securityContext.runAsNonRoot=false")
    if not parts and silent and own is not True:
        return f"pod or {_named(silent)} must set securityContext.runAsNonRoot=true"
    return "; ".join(parts)


def _root_user(spec: Obj) -> str:
    bad = [each for each in _containers(spec) if _context(each).get("runAsUser") == 0]
    who = [*(["pod"] if _context(spec).get("runAsUser") == 0 else []), *([_named(bad)] if bad else [])]
    return f"{' and '.join(who)} must not set runAsUser=0" if who else ""


def _seccomp(spec: Obj) -> str:
    wanted = 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    bad = [each for each in _containers(spec) if _profile(each) not in ("", *SAFE_PROFILES)]
    who = [*(["pod"] if _profile(spec) not in ("", *SAFE_PROFILES) else []), *([_named(bad)] if bad else [])]
    if who:
        return f"{' and '.join(who)} must set {wanted}"
    silent = [each for each in _containers(spec) if not _profile(each)]
    return f"pod or {_named(silent)} must set {wanted}" if silent and not _profile(spec) else ""


class Check(NamedTuple):
    """A rule of a level: what it is called, who looks (for some by which minor version), since which it is there, and since
    which (0: never) it is waived where a Pod has users of its own."""

    title: str
    look: Callable[..., str]
    since: int = 0
    by_version: bool = False
    waived: int = 0

    def applied(self, spec: Obj, minor: int) -> str:
        """What breaks the rule as it was in a version; empty if nothing does."""
        if minor < self.since or (self.waived and minor >= self.waived and spec.get("hostUsers") is False):
            return ""
        return self.look(spec, minor) if self.by_version else self.look(spec)


BASELINE = (
    Check("forbidden AppArmor profile", _app_armor),
    Check("non-default capabilities", _default_capabilities),
    Check("host namespaces", _host_namespaces),
    Check("hostPath volumes", _host_path),
    Check("hostPort", _host_ports),
    Check("probe or lifecycle host", _hosts, 34),
    Check("privileged", _privileged),
    Check("procMount", _proc_mount, waived=35),
    Check("seLinuxOptions", _se_linux, by_version=True),
    Check("seccompProfile", _unconfined, 19),
    Check("forbidden sysctls", _sysctls, by_version=True),
)
RESTRICTED = (
    Check("allowPrivilegeEscalation != false", _escalation, 8),
    Check("unrestricted capabilities", _unrestricted, 22),
    Check("procMount", _proc_mount, 35),
    Check("restricted volume types", _volume_types),
    Check("runAsNonRoot != true", _run_as_non_root, waived=35),
    Check("runAsUser=0", _root_user, 23, waived=35),
    Check("seccompProfile", _seccomp, 19),
)
# What `restricted` says stands in the place of what `baseline` says of the same, as soon as it says something.
OVERRIDES = {
    "unrestricted capabilities": "non-default capabilities",
    "procMount": "procMount",
    "seccompProfile": "seccompProfile",
}


def checks_of(level: str, minor: int) -> list[Check]:
    """The rules of a level as they were in a version."""
    if level != "restricted":
        return list(BASELINE) if level == "baseline" else []
    overridden = {OVERRIDES[each.title] for each in RESTRICTED if each.title in OVERRIDES and each.since <= minor}
    return [*(each for each in BASELINE if each.title not in overridden), *RESTRICTED]


def violations(spec: Obj, level: str, minor: int = LATEST) -> list[Violation]:
    """What in a Pod's spec the level, as it was in version 1.*minor*, does not allow."""
    found = ((each.title, each.applied(spec, minor)) for each in checks_of(level, minor))
    return [Violation(title, detail) for title, detail in found if detail]
