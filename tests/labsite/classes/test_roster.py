"""Lists of names and numbers, as spreadsheets store them."""

import pytest

from labsite.classes import membership, roster
from labsite.classes.models import Seat
from labsite.classes.roster import Entry
from tests.labsite.classes import cast

NAMES = [Entry("张伟", "2026001"), Entry("Zoë O'Neill", "2026002")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_list_is_read_however_it_was_stored(encoding: str, separator: str, ending: str) -> None:
    text = ending.join(separator.join(line) for line in [("学号", "姓名"), *((one.number, one.name) for one in NAMES)])
    assert roster.read((text + ending).encode(encoding)) == (NAMES, [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张伟\n李娜", [Entry("张伟"), Entry("李娜")]),
        ("张伟,1\n李娜,2", [Entry("张伟", "1"), Entry("李娜", "2")]),
        ("1,张伟\n\n , \n2,李娜", [Entry("张伟", "1"), Entry("李娜", "2")]),
        ("Class,Name\nA,Ann\nB,Bob", [Entry("Ann"), Entry("Bob")]),
        ('"Ann, the second";7', [Entry("Ann, the second", "7")]),
        ("  Ann \u3000 Lee ,7", [Entry("Ann Lee", "7")]),
        ("=SUM(A1),7", [Entry("=SUM(A1)", "7")]),
    ],
)
def test_columns_are_understood_with_or_without_headings(text: str, found: list[Entry]) -> None:
    assert roster.read(text.encode()) == (found, [])


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("Ann,1\n,2", 2, "The name is missing."),
        ("name,number\nAnn,1\nBob,1", 3, "The same stands in line 2 already."),
        ("Ann\nann", 2, "The same stands in line 1 already."),
        ("Ann\nB\u0007b", 2, "There is a sign in it that cannot be printed."),
        ("Ann\nB\u202eb", 2, "There is a sign in it that cannot be printed."),
        (f"Ann\n{'x' * 81}", 2, "The name or the number is too long."),
        ('Ann\n"Bob', 2, "A quotation mark is not closed, or stands where none can."),
        ("", 1, "There is nothing in the list."),
        ("\n".join(f"n{number}" for number in range(1001)), 1001, "There are too many lines: at most 1000."),
        ("x" * (256 * 1024 + 1), 1, "The list is too long: at most 256 KB."),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_taken(text: str, line: int, why: str) -> None:
    entries, problems = roster.read(text.encode())
    assert entries == []
    assert [(problem.line, problem.text) for problem in problems] == [(line, why)]


def test_bytes_that_are_no_text_are_refused() -> None:
    assert roster.read(b"\xff\xff\xff\x00")[1][0].text == "The text is neither UTF-8 nor GB18030."


@pytest.mark.django_db
def test_a_list_of_three_hundred_takes_a_handful_of_queries(django_assert_max_num_queries: object) -> None:
    room = cast.classroom(cast.teacher())
    text = "学号,姓名\n" + "".join(f"{number:04},学员{number}\n" for number in range(300))
    entries, problems = roster.read(text.encode("gb18030"))
    assert problems == []
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert membership.enrol(room, entries) == (300, 0)
    assert Seat.objects.filter(classroom=room, role="learner").count() == 300
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert membership.enrol(room, [*entries, Entry("Late", "9999")]) == (1, 300)


@pytest.mark.django_db
def test_a_list_that_comes_again_changes_names_and_takes_nobody_out() -> None:
    room = cast.classroom(cast.teacher())
    membership.enrol(room, [Entry("Ann", "1"), Entry("Bob", "2")])
    membership.enrol(room, [Entry("Anne", "1")])
    assert sorted(room.seats.filter(role="learner").values_list("name", flat=True)) == ["Anne", "Bob"]
