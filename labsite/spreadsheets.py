"""Tables for spreadsheets, as CSV and as XLSX. Nothing that people wrote becomes a formula in them."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Value = str | int | Decimal | None
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
# With what a spreadsheet lets a formula begin; the wide signs too, where the machine speaks Chinese.
BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def defused(text: str) -> str:
    """*text* as a cell of a CSV file that stays a text."""
    return f"'{text}" if text.startswith(BEGINS_FORMULA) else text


def plain(text: str) -> str:
    """The same the other way round."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(BEGINS_FORMULA) else text


def as_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV file that Excel opens as it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([defused(value) if isinstance(value, str) else value for value in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def as_xlsx(title: str, rows: Iterable[Sequence[Value]], widths: Sequence[int], frozen: str = "A2") -> bytes:
    """A workbook of one sheet: *widths* of the first columns in signs, all before the cell *frozen* stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = frozen
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows):
        sheet.append([cell(sheet, value, bold=not number) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(sheet: Any, value: Value, *, bold: bool) -> Any:
    """A cell; a text is one, whatever it begins with."""
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    made.data_type = "s"
    if bold:
        made.font = Font(bold=True)
    return made


def download(name: str, media: str, data: bytes) -> HttpResponse:
    """The file, to be kept under *name*."""
    header = content_disposition_header(True, name) or "attachment"
    return HttpResponse(data, headers={"Content-Type": media, "Content-Disposition": header})
