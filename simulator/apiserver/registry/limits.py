"""How much fits into the store (etcd's quota): one learner's cluster must not fill the disk of the lab."""

from typing import Any

import msgspec

from simulator.api.errors import ApiError, InternalError
from simulator.apiserver.store import Store

Obj = dict[str, Any]
MAX_OBJECTS = 20_000
MAX_OBJECT_BYTES = 1_572_864
# Objects below this size are bounded by their number; the larger ones share MAX_LARGE_BYTES.
SMALL_BYTES = 16_384
MAX_LARGE_BYTES = 8 * 1024 * 1024
QUOTA_TEXT = "etcdserver: mvcc: database space exceeded"


def check(store: Store, resource: str, obj: Obj) -> None:
    """Raise InternalError if the object is too large, or the store is full."""
    if sum(map(len, store.objects.values())) >= MAX_OBJECTS:
        raise InternalError(QUOTA_TEXT)
    if resource not in LARGE_KINDS:
        return
    size = len(msgspec.msgpack.encode(obj))
    if size > MAX_OBJECT_BYTES:
        raise ApiError("etcdserver: request is too large")
    large = store.state.setdefault("large", {})
    key = f"{resource} {obj['metadata'].get('namespace', '')}/{obj['metadata']['name']}"
    large.pop(key, None)
    if size > SMALL_BYTES:
        if sum(large.values()) + size > MAX_LARGE_BYTES:
            raise InternalError(QUOTA_TEXT)
        large[key] = size


# Components write statuses and events all the time, and those are small: only what learners fill is weighed.
LARGE_KINDS = frozenset(
    (
        "configmaps",
        "secrets",
        "pods",
        "deployments.apps",
        "statefulsets.apps",
        "daemonsets.apps",
    )
)
