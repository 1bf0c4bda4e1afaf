"""The clusters from which an author begins: blank ones, and those with which the lessons of the course begin."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_noop as _

from lessons import catalogue

CONTROL_PLANE = {"name": "master", "roles": ["control-plane"]}
BLANK: dict[str, tuple[str, dict[str, Any]]] = {
    "two-nodes": (_("A blank cluster: a control plane and two nodes"), {}),
    "one-node": (
        _("A blank cluster: a control plane and one node that has nginx and busybox already"),
        {"nodes": [CONTROL_PLANE, {"name": "node01", "images": ["nginx:1.27", "busybox:1.36"]}]},
    ),
    "four-nodes": (
        _("A blank cluster: a control plane and four nodes"),
        {"nodes": [CONTROL_PLANE, *({"name": f"node0{number}"} for number in range(1, 5))]},
    ),
}
LESSON = "lesson:"


class Base(NamedTuple):
    """A cluster: its scenario with the learner's files, and the transcript that is played in it."""

    scenario: dict[str, Any]
    start: str = ""


def find(name: str) -> Base | None:
    """The cluster called *name*; None if there is none."""
    if name in BLANK:
        return Base(BLANK[name][1])
    lesson = catalogue.get(name.removeprefix(LESSON)) if name.startswith(LESSON) else None
    return Base(dict(lesson.scenario), lesson.start) if lesson else None
