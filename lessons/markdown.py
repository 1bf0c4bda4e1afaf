"""Lesson text: Markdown to safe HTML.

Besides CommonMark: tables; and in code spans and blocks, what can be done with a click. A fenced block with the word `console`
is typed into the terminal line by line (`console host=node01`: into one on that machine), one with `file=PATH` is put into the
editor, and `pod-anatomy` and `timeline` are drawn.
"""

import hashlib
import html
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from lessons import anatomy, timeline
from lessons.drawing import PictureError

DRAWN = {"pod-anatomy": anatomy.draw, "timeline": timeline.draw}
TAGS = (
    nh3.ALLOWED_TAGS | {"button", "figure", "figcaption"} | {"svg", "title", "desc", "rect", "path", "circle", "text"}
)
ATTRIBUTES = {
    "*": {"lang", "class"},
    "svg": {"viewBox", "role", "aria-labelledby", "aria-describedby"},
    "title": {"id"},
    "desc": {"id"},
    "rect": {"x", "y", "width", "height", "rx"},
    "path": {"d"},
    "circle": {"cx", "cy", "r"},
    "text": {"x", "y", "text-anchor"},
    "a": {"href", "title"},
    "button": {"type", "class", "data-run", "data-host", "data-open", "data-content"},
    "code": {"class"},
    "td": {"align"},
    "th": {"align", "scope"},
    "img": {"src", "alt", "width", "height"},
}
WIDE = ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))


CLOSING, OPENING = "，。；：！？、）】》", "（【《"  # with room of their own on that side


def is_wide(char: str) -> bool:
    """Whether *char* belongs to a script that is written without blanks (Chinese, Japanese, Korean)."""
    return any(low <= ord(char) <= high for low, high in WIDE)


class InlineState(StateInline):
    """Emphasis as it is meant in Chinese text: `**注意:**后面` is bold although no blank follows the colon.

    CommonMark decides by the neighbours of a run of stars whether it can open or close; a wide character beside it counts as
    white space here, since the script has none.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        scanned = super().scanDelims(start, canSplitWord)
        marker = self.src[start]
        before = self.src[start - 1] if start else " "
        after = self.src[start + scanned.length] if start + scanned.length < self.posMax else " "
        if marker != "*" or not (is_wide(before) or is_wide(after)):
            return scanned
        return Scanned(not isWhiteSpace(ord(after)), not isWhiteSpace(ord(before)), scanned.length)


class Inline(ParserInline):
    """The inline parser, with our state."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """The tokens of a piece of text."""
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class Renderer(RendererHTML):
    """HTML with buttons beside what can be run or opened."""

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A cell in the first row of a table; one that says nothing heads nothing, and readers would announce it."""
        if not tokens[idx + 1].content:
            tokens[idx].tag = tokens[idx + 2].tag = "td"
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A table, in a box within which it can be moved where it is too wide."""
        return f'<figure class="tabular">{self.renderToken(tokens, idx, options, env)}'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Its end."""
        return f"{self.renderToken(tokens, idx, options, env).rstrip()}</figure>\n"

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Where a line of the source ends: a blank, but not within a script that has none."""
        before = next((token.content[-1] for token in reversed(tokens[:idx]) if token.content), " ")
        after = next((token.content[0] for token in tokens[idx + 1 :] if token.content), " ")
        joined = before in CLOSING or after in OPENING or (is_wide(before) and is_wide(after))
        return "" if joined else super().softbreak(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A fenced block, with its button."""
        token = tokens[idx]
        words = token.info.split()
        named = dict(word.split("=", 1) for word in words if "=" in word)
        code = f'<pre><code class="language-{html.escape(words[0] if words else "text")}">{html.escape(token.content)}</code></pre>'
        if words and words[0] in DRAWN:
            return drawn(words[0], token.content) or figure(code, "")
        if "file" in named:
            button = f'data-open="{html.escape(named["file"])}" data-content="{html.escape(token.content)}"'
            return figure(code, f'<button type="button" class="open" {button}></button>')
        if words[:1] == ["console"]:
            lines = [line[2:] for line in token.content.split("\n") if line.startswith(("$ ", "> "))]
            host = f' data-host="{html.escape(named["host"])}"' if "host" in named else ""
            run = html.escape("\n".join(lines))
            return figure(code, f'<button type="button" class="run" data-run="{run}"{host}></button>')
        return figure(code, "")


def drawn(kind: str, text: str) -> str:
    """The picture that *text* describes; empty if it cannot be drawn (the proof of the lesson says why)."""
    name = f"picture-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    try:
        return DRAWN[kind](text, name)
    except PictureError:
        return ""


def figure(code: str, button: str) -> str:
    """A block of code and what can be done with it."""
    return f'<figure class="code">{code}{button}</figure>\n'


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The Markdown parser, made once."""
    made = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer)
    made.inline = Inline()
    made.enable("table").disable("strikethrough", ignoreInvalid=True)
    return made


@lru_cache(maxsize=4096)
def render_line(text: str) -> str:
    """A line of Markdown as HTML without a paragraph around it: the label of an answer."""
    return nh3.clean(parser().renderInline(text), tags={"code", "em", "strong"}, attributes={"*": {"class"}})


@lru_cache(maxsize=4096)
def render(text: str) -> str:
    """*text* as HTML that holds nothing but lesson text: no scripts, styles, frames, or foreign pictures."""
    return nh3.clean(parser().render(text), tags=TAGS, attributes=ATTRIBUTES, link_rel="noopener noreferrer")
