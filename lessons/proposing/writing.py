"""Transcripts written: what is done, with the answers that it is given when it is played."""

from collections.abc import Sequence

import re2

from lessons.transcripts import Answer, Command, FileBlock, Piece

MOST_LINES = 12  # of an answer; a longer one is left to whoever plays it
SKIPPED = ("...",)
# What is another when the same is played on another day.
MASKS = (
    (
        re2.compile(
            r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)|\b[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} .*"
        ),
        "<any>",
    ),
    (re2.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<any>"),
    (re2.compile(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b"), "<ip>"),
    (re2.compile(r"\b(?:[0-9]+[smhdy])+\b"), "<age>"),
)
UNFIT = re2.compile(
    r"^(?:[$>](?: |$)|```|\[[0-9]+\]\s*$|\.\.\.\s*$)"
)  # lines that a transcript would take for something else
TITLE = "---\ntitle: {title}\n---\n"


def answered(command: Command, lines: Sequence[str], code: int) -> Command:
    """*command* with what came of it, as a transcript says it."""
    return Command(command.host, command.text, expected(lines), code, command.line, command.output)


def expected(lines: Sequence[str]) -> tuple[str, ...]:
    """What a transcript expects where *lines* were printed."""
    kept = [masked(line.rstrip()) for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return SKIPPED if len(kept) > MOST_LINES or any(UNFIT.search(line) for line in kept) else tuple(kept)


def masked(line: str) -> str:
    """A line without what is another each time."""
    for pattern, mask in MASKS:
        line = pattern.sub(mask, line)
    return str(line)


def text(title: str, pieces: Sequence[Piece]) -> str:
    """A transcript that does *pieces*."""
    parts = [TITLE.format(title=title)]
    inside: str | None = None  # the host of the console block that is open
    for piece in pieces:
        if isinstance(piece, Command) and inside == piece.host:
            parts[-1] += session(piece)
            continue
        inside = piece.host if isinstance(piece, Command) else None
        parts.append(opening(piece))
    return "".join(f"{part}```\n" if number else part for number, part in enumerate(parts)).replace(
        "```\n```", "```\n\n```"
    )


def opening(piece: Piece) -> str:
    """A block as it begins."""
    match piece:
        case FileBlock(path=path, content=content):
            return f"```{'yaml' if path.endswith(('.yaml', '.yml')) else 'text'} file={path}\n{content}"
        case Answer(question=question, given=given):
            return "".join(f"{line}\n" for line in (f"```answer question={question}", *given))
        case Command(host=host):
            return f"```console host={host}\n{session(piece)}" if host else f"```console\n{session(piece)}"


def session(command: Command) -> str:
    """A command in a console block."""
    first, *others = command.text.split("\n")
    lines = [f"$ {first}", *(f"> {line}".rstrip() for line in others), *command.expected]
    return "".join(f"{line}\n" for line in [*lines, *([f"[{command.code}]"] if command.code else [])])
