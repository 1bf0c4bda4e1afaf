"""Pictures that are drawn from data: told in words as well, safe, and refused where they cannot be drawn."""

import re

import pytest

from lessons import anatomy, timeline
from lessons.drawing import PictureError, cut, width_of
from lessons.markdown import render

POD = """title: The Pod <shop>
pod: shop
shares: [network]
containers:
- {name: fetch, image: busybox, init: true, mounts: [data]}
- {name: log, sidecar: true}
- {name: web, image: nginx, ports: [80, 443], mounts: [data], note: "serves & waits"}
volumes:
- {name: data, kind: emptyDir}
"""
LIFE = """title: 它的一生
lanes:
- name: web
  spans:
  - {from: 0, to: 1, text: pulls the image, kind: wait}
  - {from: 1, to: 30, text: runs}
marks:
- {at: 30, text: Killed}
"""


def block(kind: str, text: str) -> str:
    return render(f"```{kind}\n{text}```")


def test_an_anatomy_is_told_in_words() -> None:
    told = re.search(r"<desc[^>]*>(.*?)</desc>", block("pod-anatomy", POD))
    assert told
    assert told.group(1) == (
        "Pod shop: network; init 1 fetch (busybox, mounts data); sidecar log; "
        "container web (nginx, serves &amp; waits, ports 80, 443, mounts data); volume data (emptyDir)"
    )


def test_a_timeline_is_told_in_words() -> None:
    assert "web: 0–1 s pulls the image, 1–30 s runs; 30 s: Killed</desc>" in block("timeline", LIFE)


def test_what_has_no_room_in_its_span_is_numbered_and_said_below() -> None:
    drawn = block("timeline", LIFE)
    assert ">1</text>" in drawn
    assert ">1  pulls the image (0–1 s)</text>" in drawn
    assert ">runs</text>" in drawn


def test_init_containers_are_told_apart_by_word_and_shape() -> None:
    drawn = block("pod-anatomy", POD)
    assert 'class="box init"' in drawn
    assert ">init 1</text>" in drawn


@pytest.mark.parametrize(("kind", "text"), [("pod-anatomy", POD), ("timeline", LIFE)])
def test_a_picture_has_a_name_and_no_styles(kind: str, text: str) -> None:
    drawn = block(kind, text)
    name = re.search(r'aria-labelledby="([^"]+)"', drawn)
    assert name
    assert f'<title id="{name.group(1)}">' in drawn
    assert 'role="img"' in drawn
    assert "style=" not in drawn
    assert "<shop>" not in drawn
    assert drawn.count("<figcaption>") == 1


@pytest.mark.parametrize(
    ("draw", "text", "why"),
    [
        (anatomy.draw, "pod: x", "missing required field `title`"),
        (anatomy.draw, "[", "while parsing"),
        (anatomy.draw, "title: t\npod: p\ncontainers: []", "length >= 1"),
        (anatomy.draw, "title: t\npod: p\ncontainer: []", "unknown field `container`"),
        (timeline.draw, LIFE.replace("to: 1,", "to: 0,"), "a span goes from 0 or later to a moment after that"),
        (timeline.draw, LIFE.replace("kind: wait", "kind: slow"), "Invalid enum value 'slow'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, text, why) -> None:
    with pytest.raises(PictureError, match=re.escape(why)):
        draw(text, "x")


def test_what_cannot_be_drawn_is_shown_as_it_is_written() -> None:
    assert "<svg" not in block("timeline", "lanes: 1\n")
    assert "lanes: 1" in block("timeline", "lanes: 1\n")


def test_wide_letters_need_more_room() -> None:
    assert width_of("容器") > width_of("ab")
    assert cut("一个很长的容器名字", 60).endswith("…")
    assert width_of(cut("一个很长的容器名字", 60)) <= 60
