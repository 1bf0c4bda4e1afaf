"""ResourceQuota: no more in a namespace than its quotas allow (apiserver/pkg/admission/plugin/resourcequota)."""

from typing import Any

from simulator.api import meta, quantities
from simulator.apiserver.admission import usage
from simulator.apiserver.admission.attempt import Attempt, forbid
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]


def check(backend: Backend, attempt: Attempt) -> None:
    """Count a new object against each quota of its namespace, or refuse it."""
    if attempt.operation != "CREATE" or not attempt.resource.namespaced or not backend.store.count("resourcequotas"):
        return
    delta = usage.of(attempt.resource, attempt.object)
    counted: list[tuple[Obj, Obj]] = []
    for quota in backend.store.scan("resourcequotas", attempt.namespace):
        if not usage.in_scope(quota, attempt.object):
            continue
        used = _new_usage(backend, attempt, quota, delta)
        if used is not None:
            counted.append((quota, used))
    if attempt.dry_run:
        return
    for quota, used in counted:
        new = meta.with_status(quota, hard=quota["spec"]["hard"], used=used)
        backend.commit(backend.store.replace("resourcequotas", new, quota))


def _new_usage(backend: Backend, attempt: Attempt, quota: Obj, delta: Obj) -> Obj | None:
    """What the quota counts with the object; None if it does not concern it."""
    hard = (quota.get("spec") or {}).get("hard") or {}
    asked = {name: amount for name, amount in delta.items() if name in hard}
    name = meta.name(quota)
    if attempt.resource.name == "pods" and (missing := _unspecified(attempt.object, hard)):
        forbid(attempt, f"failed quota: {name}: must specify {missing}")
    if not asked:
        return None
    used: Obj = (quota.get("status") or {}).get("used") or usage.total(backend, quota)
    sums = {key: quantities.add(used.get(key, "0"), asked[key]) for key in asked}
    over = sorted(key for key in asked if quantities.compare(sums[key], hard[key]) > 0 and quantities.nano(asked[key]))
    if over:
        sources = (("requested", asked), ("used", used), ("limited", hard))
        parts = [_listed(word, source, over) for word, source in sources]
        forbid(attempt, f"exceeded quota: {name}, {', '.join(parts)}")
    return used | sums


def _listed(word: str, source: Obj, names: list[str]) -> str:
    return f"{word}: " + ",".join(f"{key}={quantities.canonical(source.get(key, '0'))}" for key in names)


def _unspecified(pod: Obj, hard: Obj) -> str:
    """Which containers do not say what the quota counts: `limits.cpu for: a,b; ...`."""
    parts = []
    for key in sorted(hard):
        kind, name = usage.COMPUTE.get(key, ("", ""))
        if not kind:
            continue
        containers = [*(pod["spec"].get("containers") or ()), *(pod["spec"].get("initContainers") or ())]
        silent = [c["name"] for c in containers if name not in ((c.get("resources") or {}).get(kind) or {})]
        if silent:
            parts.append(f"{key} for: {','.join(sorted(silent))}")
    return "; ".join(parts)
