"""Which taints a Pod tolerates (component-helpers scheduling/corev1)."""

from collections.abc import Iterable

from simulator.client.api import Obj


def tolerates(toleration: Obj, taint: Obj) -> bool:
    """Whether one toleration covers a taint; what it leaves out matches everything."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")


def tolerated(tolerations: Iterable[Obj], taint: Obj) -> bool:
    """Whether any of them covers a taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)
