"""Markdown of other platforms as that of lessons: their marks for what can be clicked, folded parts that are hints, headings, pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field

import re2
from django.utils.translation import gettext as _

from lessons.completeness import SAFE_LINK

Noter = Callable[[int, str], None]

FENCE = "```"
MARK = re2.compile(r"\{\{\s*([a-zA-Z ]*)\s*\}\}")
AFTER_CODE = re2.compile(r"(`[^`]+`)\{\{\s*([a-zA-Z ]*)\s*\}\}")
WHOLE_LINE = re2.compile(r"^\s*`([^`]+)`\{\{\s*(?:exec|execute)[a-zA-Z ]*\}\}\s*$")
HEADING = re2.compile(r"^#{1,6}\s+(.*?)\s*#*$")
TAG = re2.compile(r"</?[a-zA-Z][^<>]*>")
BREAK = re2.compile(r"(?i)<br\s*/?>")
SUMMARY = re2.compile(r"(?i)^\s*<summary>(.*?)</summary>\s*")
OPEN, CLOSE = re2.compile(r"(?i)<details[^>]*>"), re2.compile(r"(?i)</details>")
PICTURE = re2.compile(r"!\[([^\]]*)\]\(([^)]*)\)")
LINK = re2.compile(r"\[([^\]]+)\]\(([^)\s]*)[^)]*\)")
TRAFFIC = re2.compile(r"\{\{\s*[A-Z][A-Z0-9_]*\s*\}\}")


@dataclass
class Converted:
    """A text as lessons have it: what is said, what was folded away, and the commands that can be clicked."""

    lines: list[str] = field(default_factory=list)
    hints: list[list[str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    folded: bool = False

    @property
    def body(self) -> str:
        """What is said at once."""
        return "\n".join(self.lines).strip("\n")

    @property
    def hint_texts(self) -> list[str]:
        """What was folded away."""
        return [text for lines in self.hints if (text := "\n".join(lines).strip("\n"))]

    def add(self, *lines: str) -> None:
        """Lines more, where the text is now."""
        (self.hints[-1] if self.folded else self.lines).extend(lines)


def convert(text: str, note: Noter) -> Converted:
    """*text* as lessons have it; *note* is told line and reason of what cannot be taken over."""
    found, lines, at = Converted(), text.split("\n"), 0
    while at < len(lines):
        stripped = lines[at].strip()
        if stripped.startswith(FENCE):
            end = closing(lines, at)
            fenced(found, lines[at : end + 1], lambda why, line=at + 1: note(line, why))  # type: ignore[misc]
            at = end + 1
            continue
        plain(found, lines[at], lambda why, line=at + 1: note(line, why))  # type: ignore[misc]
        at += 1
    return found


def closing(lines: list[str], start: int) -> int:
    """The line that ends a block of code, or the last one."""
    return next((at for at in range(start + 1, len(lines)) if lines[at].strip().startswith(FENCE)), len(lines) - 1)


def fenced(found: Converted, lines: list[str], note: Callable[[str], None]) -> None:
    """A block of code: one that is run by a click becomes a console's."""
    kind = lines[0].strip().removeprefix(FENCE).split(" ")[0]
    mark = MARK.search(lines[-1]) if len(lines) > 1 else None
    code = lines[1:-1] if len(lines) > 1 else []
    if mark and mark.group(1).startswith("exec"):
        typed = [line for line in code if line.strip() and not line.lstrip().startswith("#")]
        if typed and not any("<<" in line or line.endswith("\\") for line in typed):
            found.commands += typed
            found.add(f"{FENCE}console", *(f"$ {line.strip()}" for line in typed), FENCE)
            return
        note(_("a click ran these lines, which go together; now they are to be typed"))
    found.add(f"{FENCE}{kind or 'text'}", *code, FENCE)


def plain(found: Converted, line: str, note: Callable[[str], None]) -> None:
    """A line of text."""
    if match := WHOLE_LINE.match(line):
        found.commands.append(match.group(1))
        found.add(f"{FENCE}console", f"$ {match.group(1)}", FENCE)
        return
    line = folded(found, line)
    if AFTER_CODE.search(line):
        found.commands += [code.strip("`") for code, mark in AFTER_CODE.findall(line) if mark.startswith("exec")]
        line = AFTER_CODE.sub(r"\1", line)
    if TRAFFIC.search(line):
        note(_("the address of a page outside the cluster: %(what)s") % {"what": TRAFFIC.search(line).group(0)})
    found.add(tidied(line, note))


def folded(found: Converted, line: str) -> str:
    """A line without the tags of folded parts: what stands between them is a hint."""
    if OPEN.search(line):
        found.folded = True
        found.hints.append([])
        line = OPEN.sub("", line)
    if match := SUMMARY.match(line):
        title = TAG.sub("", match.group(1)).strip()
        line = SUMMARY.sub(f"**{title}** ", line, count=1) if title else SUMMARY.sub("", line, count=1)
    if CLOSE.search(line):
        before, _gap, after = CLOSE.sub("\0", line, count=1).partition("\0")
        found.add(before)
        found.folded, line = False, after
    return line


def tidied(line: str, note: Callable[[str], None]) -> str:
    """A line without headings, pictures, tags, and links that lead nowhere."""
    if match := HEADING.match(line):
        line = f"**{match.group(1)}**" if match.group(1) else ""
    for text, target in PICTURE.findall(line):
        note(_("a picture: %(what)s") % {"what": target[:100] or text[:100]})
    line = PICTURE.sub(r"\1", BREAK.sub(" ", line))
    for _text, target in LINK.findall(line):
        if not SAFE_LINK.fullmatch(target):
            note(_("a link that leads nowhere here: %(what)s") % {"what": target[:100]})
    line = LINK.sub(lambda match: match.group(0) if SAFE_LINK.fullmatch(match.group(2)) else match.group(1), line)
    if TAG.search(line):
        note(_("HTML is not taken over: %(what)s") % {"what": TAG.search(line).group(0)[:100]})
        line = TAG.sub("", line)
    return str(line).rstrip()
