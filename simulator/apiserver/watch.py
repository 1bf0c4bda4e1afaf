"""What a watcher is told (apimachinery/pkg/watch)."""

from typing import Any, NamedTuple

Obj = dict[str, Any]


class WatchEvent(NamedTuple):
    """An object was ADDED, MODIFIED or DELETED; *old* is what it was before, None for a new one."""

    type: str
    resource: str
    object: Obj
    old: Obj | None
