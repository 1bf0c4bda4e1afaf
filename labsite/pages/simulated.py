"""The page “What is simulated”, and the same as Markdown for the documentation."""

from collections.abc import Iterator
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from simulator.lab import Section, inventory

# What the simulator's tables have as titles, for the translators. Their sentences stand in the translations, too.
WORDS = (
    _("What deviates from a real cluster"),
    _("Resources"),
    _("Controllers"),
    _("Admission plugins"),
    _("Volumes"),
    _("Images"),
    _("Faults that can be switched on"),
    _("kubectl"),
    _("kubectl: what is refused"),
    _("Shell builtins"),
    _("Programs"),
    _("Programs: what is refused"),
    _("Component"),
    _("What is different"),
    _("Resource"),
    _("Kind"),
    _("API version"),
    _("Verbs"),
    _("Subresources"),
    _("Controller"),
    _("Plugin"),
    _("When"),
    _("Type"),
    _("Fault"),
    _("What goes wrong"),
    _("Keys"),
    _("Repository"),
    _("Tags"),
    _("Command"),
    _("Flags"),
    _("What it would do"),
    _("Simulated"),
    _("Refused"),
    _("Program"),
    _("What is not simulated"),
)
INTRODUCTION = """# What is simulated

This page is written by `manage.py simulated` from the simulator's own tables; the lab shows the same at `/what-is-simulated/`.
The emulated version of Kubernetes is v1.36. What is not simulated is refused with `not simulated here: ...`, never ignored in
silence.
"""


class Cell(NamedTuple):
    """A cell of a table; names and flags of *code* are the same in every language."""

    html: SafeString
    is_code: bool


class Table(NamedTuple):
    """A section in the reader's language."""

    name: str
    title: str
    columns: list[str]
    rows: list[list[Cell]]


def page(request: HttpRequest) -> HttpResponse:
    """What is simulated, refused, and different from a real cluster, in the reader's language."""
    return render(request, "pages/simulated.html", {"sections": [translated(section) for section in inventory()]})


def translated(section: Section) -> Table:
    """The section with its headings and sentences in the reader's language."""
    rows = [[cell(text, number in section.prose) for number, text in enumerate(row)] for row in section.rows]
    return Table(section.name, gettext(section.title), [gettext(column) for column in section.columns], rows)


def cell(text: str, is_prose: bool) -> Cell:
    """A sentence translated, with what stands in backticks as code; or a name as it is."""
    return Cell(spans(gettext(text)), False) if is_prose else Cell(format_html("{}", text), True)


def spans(text: str) -> SafeString:
    """*text* as HTML; what stands between backticks is code."""
    marks = ("{}", "<code>{}</code>")
    return format_html_join("", "{}", ((format_html(marks[n % 2], part),) for n, part in enumerate(text.split("`"))))


def markdown() -> str:
    """All of it, as a page of documentation."""
    return "\n".join((INTRODUCTION, *(line for section in inventory() for line in section_lines(section))))


def section_lines(section: Section) -> Iterator[str]:
    """A heading and a table; a table of one column is a list in one paragraph."""
    yield f"## {section.title}\n"
    if len(section.columns) == 1:
        yield ", ".join(f"`{cell}`" for (cell,) in section.rows) + "\n"
        return
    yield table_line(section.columns)
    yield table_line(tuple("---" for _ in section.columns))
    yield from (table_line(row) for row in section.rows)
    yield ""


def table_line(cells: tuple[str, ...]) -> str:
    """One line of a table; a bar in a cell does not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
