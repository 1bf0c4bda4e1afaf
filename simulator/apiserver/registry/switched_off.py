"""Fields whose feature gates v1.36 leaves off: the API server takes them away in silence (dropDisabledFields of each strategy)."""

from typing import Any

from simulator.api.containers import all_containers

Obj = dict[str, Any]
# GenericWorkload (KEP 4671) is alpha.
POD_FIELDS = ("schedulingGroup",)


def drop_from_pod(spec: Obj) -> None:
    """Of a Pod or a template: what alpha features would read (DropDisabledPodFields in pkg/api/pod/util.go)."""
    for name in POD_FIELDS:
        spec.pop(name, None)
    for _, container in all_containers(spec):
        _stop_signal(container)


def _stop_signal(container: Obj) -> None:
    """ContainerStopSignals (KEP 4960) is alpha. A lifecycle that holds nothing else goes, too."""
    lifecycle = container.get("lifecycle") or {}
    if lifecycle.pop("stopSignal", None) is not None and not lifecycle:
        del container["lifecycle"]


def drop_from_stateful_set(spec: Obj) -> None:
    """MaxUnavailableStatefulSet (KEP 961) was on in v1.35.0 and is off again since v1.35.4, and in all of v1.36."""
    rolling = (spec.get("updateStrategy") or {}).get("rollingUpdate")
    if rolling:
        rolling.pop("maxUnavailable", None)
