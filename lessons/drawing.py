"""Shapes and letters of a picture, as SVG elements with classes (static/css/picture.css gives the colours of both themes)."""

import html
import unicodedata
from collections.abc import Iterable
from typing import Any

import msgspec
import yaml

WIDTH = 360
LETTER = 6.6  # the width of a letter at 11 pixels, about


class PictureError(ValueError):
    """The picture cannot be drawn from what is said; the text says why."""


def read(text: str, what: type[Any]) -> Any:
    """The description of a picture in YAML; raises PictureError."""
    try:
        return msgspec.convert(yaml.safe_load(text), what)
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError) as error:
        raise PictureError(" ".join(str(error).split())) from error


def element(name: str, content: str = "", **attributes: Any) -> str:
    """An element; `cls` is its class, `_` in a name stands for `-`."""
    words = {("class" if key == "cls" else key.replace("_", "-")): value for key, value in attributes.items()}
    said = "".join(f' {key}="{html.escape(number(value))}"' for key, value in words.items())
    return f"<{name}{said}>{content}</{name}>"


def number(value: Any) -> str:
    """A coordinate with no more digits than are seen."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def box(x: float, y: float, width: float, height: float, cls: str, radius: int = 4) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, rx=radius, cls=cls)


def line(x1: float, y1: float, x2: float, y2: float, cls: str) -> str:
    """A straight line."""
    return element("path", d=f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", cls=cls)


def letters(x: float, y: float, text: str, cls: str = "", room: float = WIDTH, anchor: str = "start") -> str:
    """A line of text, cut where it has no room."""
    return element("text", html.escape(cut(text, room)), x=x, y=y, cls=cls, text_anchor=anchor)


def width_of(text: str) -> float:
    """How wide *text* is, about."""
    return sum(LETTER * (1.7 if unicodedata.east_asian_width(char) in "WF" else 1) for char in text)


def cut(text: str, room: float) -> str:
    """As much of *text* as has room."""
    while len(text) > 1 and width_of(text) > room:
        text = text.rstrip("…")[:-1] + "…"
    return text


def picture(name: str, title: str, told: str, height: float, shapes: Iterable[str]) -> str:
    """The whole: a figure with a drawing that has a title and tells in words what is seen, and a caption."""
    said = element("title", html.escape(title), id=f"{name}-title") + element(
        "desc", html.escape(told), id=f"{name}-told"
    )
    drawing = element(
        "svg",
        said + "".join(shapes),
        viewBox=f"0 0 {WIDTH} {number(height)}",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-told",
    )
    return element("figure", drawing + element("figcaption", html.escape(title)), cls="picture") + "\n"
