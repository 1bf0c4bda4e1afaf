"""The containers of a Pod's spec, of all three kinds."""

from collections.abc import Iterator
from typing import Any

Obj = dict[str, Any]
FIELDS = ("initContainers", "containers", "ephemeralContainers")


def all_containers(spec: Obj) -> Iterator[tuple[str, Obj]]:
    """Each container with the field of the spec it stands in."""
    for field in FIELDS:
        for container in spec.get(field) or ():
            yield field, container
