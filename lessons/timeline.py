"""The picture of a life as a timeline: lanes with spans, and marks across them."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from lessons.drawing import WIDTH, PictureError, box, letters, line, number, picture, read, width_of

EDGE, BAR, LABEL, NOTE = 12, 22, 18, 15
STEPS = (1, 2, 5, 10, 20, 30, 50, 60, 100, 120, 200, 300, 600, 1000, 3600)
MOST_TICKS = 6

Time = int | float


class Span(msgspec.Struct, forbid_unknown_fields=True):
    """From when to when, and what."""

    begin: Time = msgspec.field(name="from")
    end: Time = msgspec.field(name="to")
    text: str
    kind: Literal["wait", "run", "good", "bad", "idle"] = "run"


class Lane(msgspec.Struct, forbid_unknown_fields=True):
    """What happens to one thing."""

    name: str
    spans: Annotated[list[Span], msgspec.Meta(min_length=1, max_length=12)]


class Mark(msgspec.Struct, forbid_unknown_fields=True):
    """A moment."""

    at: Time
    text: str


class Timeline(msgspec.Struct, forbid_unknown_fields=True):
    """What a `timeline` block says."""

    title: str
    lanes: Annotated[list[Lane], msgspec.Meta(min_length=1, max_length=8)]
    marks: Annotated[list[Mark], msgspec.Meta(max_length=8)] = []
    unit: str = "s"


def draw(text: str, name: str) -> str:
    """The picture that the YAML in *text* describes; raises PictureError. *name* is its own on the page."""
    life: Timeline = read(text, Timeline)
    last = max([span.end for lane in life.lanes for span in lane.spans] + [mark.at for mark in life.marks])
    if last <= 0 or any(span.begin < 0 or span.end <= span.begin for lane in life.lanes for span in lane.spans):
        raise PictureError("a span goes from 0 or later to a moment after that")
    shapes: list[str] = []
    y = 4.0
    for lane in life.lanes:
        drawn, y = lane_shapes(life, lane, y, last)
        shapes += drawn
    axis = y + 4
    shapes += [*axis_shapes(life, axis, last), *mark_shapes(life, axis, last)]
    return picture(name, life.title, told(life), axis + 22 + NOTE * len(life.marks), shapes)


def place(moment: Time, last: Time) -> float:
    """Where a moment stands."""
    return EDGE + (WIDTH - 2 * EDGE) * moment / last


def lane_shapes(life: Timeline, lane: Lane, y: float, last: Time) -> tuple[list[str], float]:
    """A lane, and where the next one begins. What has no room in its span is numbered and said below."""
    shapes = [letters(EDGE, y + 13, lane.name, "name", WIDTH - 2 * EDGE)]
    top = y + LABEL
    notes: list[str] = []
    for span in lane.spans:
        x, width = place(span.begin, last), place(span.end, last) - place(span.begin, last)
        shown = span.text
        if width_of(shown) > width - 6:
            notes.append(f"{len(notes) + 1}  {span.text} ({when(life, span)})")
            shown = str(len(notes))
        shapes += [box(x, top, max(width - 1, 2), BAR, f"span {span.kind}", 3)]
        shapes += [letters(x + width / 2, top + 15, shown, "small", max(width, 12), "middle")]
    for at, note in enumerate(notes):
        shapes.append(letters(EDGE, top + BAR + NOTE * (at + 1) - 2, note, "small quiet", WIDTH - 2 * EDGE))
    return shapes, top + BAR + NOTE * len(notes) + 8


def axis_shapes(life: Timeline, y: float, last: Time) -> Iterator[str]:
    """The axis with a few moments on it."""
    yield line(EDGE, y, WIDTH - EDGE, y, "axis")
    step = next((step for step in STEPS if last / step < MOST_TICKS), last)
    moment: Time = 0
    while moment <= last:
        x = place(moment, last)
        yield line(x, y, x, y + 4, "axis")
        yield letters(
            x, y + 15, f"{number(moment)} {life.unit}" if moment else "0", "small quiet", anchor=anchor(moment, last)
        )
        moment += step


def anchor(moment: Time, last: Time) -> str:
    """On which side of its place the text of a moment has room."""
    return "start" if moment < last / 10 else "end" if moment > last * 9 / 10 else "middle"


def mark_shapes(life: Timeline, axis: float, last: Time) -> Iterator[str]:
    """A line across all lanes for each mark, with its text below."""
    for at, mark in enumerate(life.marks):
        x, y = place(mark.at, last), axis + 18 + NOTE * (at + 1)
        yield line(x, 4, x, axis, "mark")
        side = "start" if mark.at < last / 2 else "end"
        yield letters(x, y, f"{number(mark.at)} {life.unit}: {mark.text}", "small", WIDTH - 2 * EDGE, side)


def when(life: Timeline, span: Span) -> str:
    """From when to when."""
    return f"{number(span.begin)}–{number(span.end)} {life.unit}"


def told(life: Timeline) -> str:
    """The same in words."""
    parts = [
        f"{lane.name}: " + ", ".join(f"{when(life, span)} {span.text}" for span in lane.spans) for lane in life.lanes
    ]
    parts += [f"{number(mark.at)} {life.unit}: {mark.text}" for mark in life.marks]
    return "; ".join(parts)
