"""The commands that texts of other platforms offer or give as an answer: what a click runs there, what stands in a folded solution, and
the blocks below a question's number."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import re2

from lessons.carrying.prose import AFTER_CODE, CLOSE, FENCE, MARK, OPEN, WHOLE_LINE, closing

SHELLS = ("", "bash", "sh", "shell", "console", "zsh")
MANIFESTS = ("yaml", "yml")
WHOLE_MANIFEST = re2.compile(r"(?m)^(?:apiVersion|kind):")
NUMBERED = re2.compile(r"(?i)^#{1,6}\s+(?:question|answer|task|q)?\s*#?([0-9]{1,3})\b")
HERE = re2.compile(r"<<-?\s*['\"]?([A-Za-z_][A-Za-z0-9_]*)")
OPENS = re2.compile(r"^(?:for|while|until|if|case)\b|\{\s*$")
CLOSES = re2.compile(r"(?:^|;\s*)(?:done|fi|esac)\b|^\}")
PROMPT = re2.compile(r"^[$#]\s+")
END = "MANIFEST"
APPLY = f"kubectl apply -f - <<'{END}'\n"
FILED = re2.compile(r"^kubectl (?:apply|create)\b.*? (?:-f|--filename)[ =]?([A-Za-z0-9_./-]+\.ya?ml)\b")

Offer = tuple[int, str]  # the line at which a command begins, and the command


def offered(text: str) -> list[Offer]:
    """The commands of a step's text: those that a click runs, and those that are folded away."""
    return filed(list(clicked(text)))


def filed(offers: Sequence[Offer]) -> list[Offer]:
    """The same, where a manifest that the next command takes from a file is written into that file."""
    found = list(offers)
    for at, ((line, text), (_line, following)) in enumerate(pairwise(offers)):
        name = FILED.search(following) if text.startswith(APPLY) else None
        if name:
            found[at] = (line, text.replace(APPLY, f"cat > {name.group(1)} <<'{END}'\n", 1))
    return found


def clicked(text: str) -> Iterator[Offer]:
    """The same, as they stand."""
    lines, at, folded = text.split("\n"), 0, False
    while at < len(lines):
        if lines[at].strip().startswith(FENCE):
            end = closing(lines, at)
            mark = MARK.search(lines[end]) if end > at else None
            if (mark and mark.group(1).startswith("exec")) or folded:
                yield from block(lines, at, end, any_kind=bool(mark))
            at = end + 1
            continue
        folded = (folded or bool(OPEN.search(lines[at]))) and not CLOSE.search(lines[at])
        yield from ((at + 1, command) for command in inline(lines[at]))
        at += 1


def inline(line: str) -> Iterator[str]:
    """The commands of a line of text that a click runs."""
    if match := WHOLE_LINE.match(line):
        yield match.group(1)
        return
    yield from (code.strip("`") for code, mark in AFTER_CODE.findall(line) if mark.startswith("exec"))


def by_question(text: str) -> dict[str, list[Offer]]:
    """The commands of a file of answers, by the number of the question."""
    found: dict[str, list[Offer]] = {}
    for number, offer in numbered(text):
        found.setdefault(number, []).append(offer)
    return {number: filed(offers) for number, offers in found.items()}


def numbered(text: str) -> Iterator[tuple[str, Offer]]:
    """The same, each with the number."""
    lines, at, number = text.split("\n"), 0, ""
    while at < len(lines):
        if lines[at].strip().startswith(FENCE):
            end = closing(lines, at)
            yield from ((number, offer) for offer in block(lines, at, end) if number)
            at = end + 1
            continue
        if match := NUMBERED.match(lines[at]):
            number = match.group(1).lstrip("0") or "0"
        at += 1


def block(lines: list[str], start: int, end: int, *, any_kind: bool = False) -> Iterator[Offer]:
    """The commands of the block between two lines of backticks; a whole manifest is applied."""
    kind = lines[start].strip().removeprefix(FENCE).split(" ")[0].lower()
    code = lines[start + 1 : end]
    if kind in MANIFESTS and not any_kind:
        text = "\n".join(code)
        if len(set(WHOLE_MANIFEST.findall(text))) == 2:
            yield start + 2, f"{APPLY}{text}\n{END}"
    elif kind in SHELLS or any_kind:
        yield from commands(code, start + 2)


def commands(code: list[str], first: int) -> Iterator[Offer]:
    """The commands in lines of a shell, of which the first has the number *first*: lines that go together are one."""
    held: list[str] = []
    depth, until = 0, ""
    for number, line in enumerate(code, first):
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        held.append(line if held else PROMPT.sub("", line.strip()))
        if until:
            until = "" if line.strip() == until else until
        else:
            depth = max(depth + len(OPENS.findall(line.strip())) - len(CLOSES.findall(line.strip())), 0)
            found = HERE.search(line)
            until = found.group(1) if found else ""
        if not until and not depth and not line.endswith("\\"):
            yield number - len(held) + 1, "\n".join(held)
            held = []
    if held:
        yield first + len(code) - len(held), "\n".join(held)
