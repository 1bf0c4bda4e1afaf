"""How much fits into the store (etcd's quota): one learner's cluster must not fill the disk of the lab."""

from typing import Any

import msgspec

from simulator.api import meta
from simulator.api.errors import ApiError, InternalError
from simulator.apiserver.store import Store

Obj = dict[str, Any]
MAX_OBJECTS = 5_000
MAX_OF_A_KIND = 2_000
# A node takes 110 Pods, and each Pod costs more to keep alive than anything else.
MAX_OF = {"pods": 1_500}
MAX_OBJECT_BYTES = 1_572_864
# Objects below this size are bounded by their number; the larger ones share MAX_LARGE_BYTES.
SMALL_BYTES = 2_048
MAX_LARGE_BYTES = 8 * 1024 * 1024
QUOTA_TEXT = "etcdserver: mvcc: database space exceeded"


def check(store: Store, resource: str, obj: Obj) -> None:
    """Raise InternalError if the object is too large, or the store is full."""
    key = meta.key(obj)
    if store.get(resource, key) is None:
        check_number(store, resource)
    size = len(msgspec.msgpack.encode(obj))
    if size > MAX_OBJECT_BYTES:
        raise ApiError("etcdserver: request is too large")
    name = f"{resource} {key}"
    had = weight_of(store, name)
    counted = size if size > SMALL_BYTES else 0
    if counted > had and store.state.get("weight", 0) - had + counted > MAX_LARGE_BYTES:
        raise InternalError(QUOTA_TEXT)
    weigh(store, name, counted)


def weight_of(store: Store, name: str) -> int:
    """What one of the larger objects counts."""
    return int(store.state.setdefault("large", {}).get(name, 0))


def weigh(store: Store, name: str, size: int) -> None:
    """Let the object count so many bytes; `weight` is what all count together."""
    large: dict[str, int] = store.state.setdefault("large", {})
    store.state["weight"] = store.state.get("weight", 0) + size - large.pop(name, 0)
    if size:
        large[name] = size


def check_number(store: Store, resource: str) -> None:
    """Raise InternalError if there is no room for another object."""
    most = MAX_OF.get(resource, MAX_OF_A_KIND)
    if store.count(resource) >= most or sum(map(len, store.objects.values())) >= MAX_OBJECTS:
        raise InternalError(QUOTA_TEXT)


def release(store: Store, resource: str, obj: Obj) -> None:
    """The object has gone."""
    weigh(store, f"{resource} {meta.key(obj)}", 0)
