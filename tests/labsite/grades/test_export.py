"""The gradebook and the list of names as files for spreadsheets: whole, quick, and without formulas."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from labsite import spreadsheets
from labsite.accounts.models import User
from labsite.classes import membership, roster
from labsite.classes.models import Seat
from labsite.classes.roster import Entry
from labsite.grades.models import Grade
from tests.labsite.classes import cast
from tests.labsite.grades import school

pytestmark = pytest.mark.django_db


def get(name: str, room: int) -> bytes:
    """A file, as whoever teaches is given it."""
    return bytes(cast.browser(User.objects.get(username="teacher")).get(reverse(name, args=[room])).content)


def read(data: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_three_hundred_are_taken_along_as_csv_and_as_xlsx() -> None:
    room = cast.classroom(cast.teacher(), "张老师 / Pods")
    school.marked(room)
    Grade.objects.filter(seat__number="0003").update(adjusted=Decimal("8"))
    data = get("marks-csv", room.pk)
    rows = read(data)
    assert data.startswith(spreadsheets.BOM.encode())
    assert (len(rows), rows[0][:3]) == (301, ["Number", "Name", "Result (%)"])
    assert "What a Pod is (of 11)" in rows[0]
    assert rows[1][:4] == ["0000", "张伟 0", "15.63", "1.25"]
    assert (rows[4][2], rows[5][1]) == ("100.00", "'=1+1 4")
    sheet = openpyxl.load_workbook(io.BytesIO(get("marks-xlsx", room.pk))).active
    assert sheet
    table = list(sheet.iter_rows(values_only=True))
    assert len(table) == 301
    assert table[1][:4] == ("0000", "张伟 0", 15.63, 1.25)
    assert (sheet["B6"].value, sheet["B6"].data_type, sheet.freeze_panes) == ("=1+1 4", "s", "C2")


def test_the_file_is_named_after_the_class() -> None:
    room = cast.classroom(cast.teacher(), "Pods 班")
    answer = cast.browser(User.objects.get()).get(reverse("marks-xlsx", args=[room.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Pods%20%E7%8F%AD%20")
    assert answer.headers["Content-Type"] == spreadsheets.XLSX


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝SUM(A1)", "'=x", "plain", "'tis", ""])
def test_no_text_becomes_a_formula_and_none_is_lost(text: str) -> None:
    assert not spreadsheets.defused(text).startswith(spreadsheets.BEGINS_FORMULA)
    if not text.startswith("'="):
        assert spreadsheets.plain(spreadsheets.defused(text)) == text
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheets.as_xlsx("x", [[text, 1]], [5]))).active
    assert sheet
    assert (sheet["A1"].value or "", sheet["A1"].data_type != "f") == (text, True)


def test_a_list_of_three_hundred_that_was_taken_along_comes_back_as_it_was() -> None:
    first, second = (cast.classroom(cast.teacher(name)) for name in ("teacher", "other"))
    school.seated(first)
    Seat.objects.create(classroom=first, name="-Zed", number="")
    entries, problems = roster.read(get("roster-csv", first.pk))
    assert problems == []
    assert membership.enrol(second, entries) == (301, 0)
    learners = [set(room.seats.filter(role="learner").values_list("number", "name")) for room in (first, second)]
    assert learners[0] == learners[1]
    assert Entry("=1+1 4", "0004") in entries
