"""The picture of a Pod's anatomy: what it is made of, what its containers share, which volumes they mount."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from lessons.drawing import WIDTH, box, element, letters, line, picture, read

SHARED = ("network", "IPC", "hostname")  # what the containers of a Pod share unless it says otherwise
EDGE, ROW, GAP, RAIL = 14, 40, 8, 16
TOP = 62


class Container(msgspec.Struct, forbid_unknown_fields=True):
    """One container."""

    name: str
    image: str = ""
    init: bool = False
    sidecar: bool = False
    ports: list[int] = []
    mounts: list[str] = []
    note: str = ""

    @property
    def kind(self) -> str:
        """What it is called."""
        return "sidecar" if self.sidecar else "init" if self.init else "container"


class Volume(msgspec.Struct, forbid_unknown_fields=True):
    """One volume."""

    name: str
    kind: str = ""


class Anatomy(msgspec.Struct, forbid_unknown_fields=True):
    """What a `pod-anatomy` block says."""

    title: str
    pod: str
    containers: Annotated[list[Container], msgspec.Meta(min_length=1, max_length=8)]
    volumes: Annotated[list[Volume], msgspec.Meta(max_length=4)] = []
    shares: Annotated[list[str], msgspec.Meta(max_length=4)] = msgspec.field(default_factory=lambda: list(SHARED))


def draw(text: str, name: str) -> str:
    """The picture that the YAML in *text* describes; raises PictureError. *name* is its own on the page."""
    pod: Anatomy = read(text, Anatomy)
    height = TOP + (ROW + GAP) * len(pod.containers) + (30 + GAP) * len(pod.volumes) + 10
    shapes = [
        box(2, 2, WIDTH - 4, height - 4, "pod", 10),
        letters(EDGE, 22, f"Pod {pod.pod}", "name", WIDTH - 2 * EDGE),
        box(EDGE, 31, WIDTH - 2 * EDGE, 21, "shared"),
        letters(EDGE + 8, 45, " · ".join(pod.shares), "small", WIDTH - 110),
        letters(WIDTH - EDGE - 8, 45, "pause", "small", anchor="end"),
        *container_shapes(pod),
        *volume_shapes(pod),
    ]
    return picture(name, pod.title, told(pod), height, shapes)


def right(pod: Anatomy) -> float:
    """Where the boxes end: to the right of them run the lines to the volumes."""
    return WIDTH - EDGE - RAIL * len(pod.volumes)


def container_shapes(pod: Anatomy) -> Iterator[str]:
    """A box for each container."""
    width = right(pod) - EDGE
    for at, one in enumerate(pod.containers):
        y = container_y(at)
        ports = " ".join(f":{port}" for port in one.ports)
        yield box(EDGE, y, width, ROW, f"box {one.kind}")
        yield letters(EDGE + 8, y + 16, one.name, "name", width - 90)
        yield letters(EDGE + 8, y + 31, one.note or one.image, "small", width - 16 - 7 * len(ports))
        yield letters(EDGE + width - 8, y + 16, kind_shown(pod, at), "small quiet", 80, "end")
        yield letters(EDGE + width - 8, y + 31, ports, "small", 90, "end")


def kind_shown(pod: Anatomy, at: int) -> str:
    """What a container is; init containers are numbered, since they run one after the other."""
    one = pod.containers[at]
    number = sum(each.init for each in pod.containers[: at + 1])
    return f"init {number}" if one.kind == "init" else one.kind


def container_y(at: int) -> float:
    """Where the box of a container begins."""
    return TOP + at * (ROW + GAP)


def volume_shapes(pod: Anatomy) -> Iterator[str]:
    """A box for each volume, and a line from it to each container that mounts it."""
    first = container_y(len(pod.containers))
    for at, volume in enumerate(pod.volumes):
        y = first + at * (30 + GAP)
        rail = right(pod) + RAIL * (at + 0.5)
        mounts = [
            container_y(number) + ROW / 2 for number, one in enumerate(pod.containers) if volume.name in one.mounts
        ]
        for mount in mounts:
            yield line(right(pod), mount, rail, mount, "wire")
            yield element("circle", cx=rail, cy=mount, r=3, cls="knot")
        if mounts:
            yield line(rail, mounts[0], rail, y + 15, "wire")
        yield line(right(pod), y + 15, rail, y + 15, "wire")
        yield box(EDGE, y, right(pod) - EDGE, 30, "volume", 12)
        yield letters(EDGE + 12, y + 19, volume.name, "name", 120)
        yield letters(right(pod) - 12, y + 19, volume.kind, "small", 150, "end")


def told(pod: Anatomy) -> str:
    """The same in words."""
    parts = [f"Pod {pod.pod}: {', '.join(pod.shares)}"]
    for at, one in enumerate(pod.containers):
        ports = f"ports {', '.join(map(str, one.ports))}" if one.ports else ""
        mounts = f"mounts {', '.join(one.mounts)}" if one.mounts else ""
        facts = ", ".join(fact for fact in (one.image, one.note, ports, mounts) if fact)
        parts.append(f"{kind_shown(pod, at)} {one.name}" + (f" ({facts})" if facts else ""))
    parts += [f"volume {volume.name}" + (f" ({volume.kind})" if volume.kind else "") for volume in pod.volumes]
    return "; ".join(parts)
