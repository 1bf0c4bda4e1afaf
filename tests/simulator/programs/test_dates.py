"""Dates in words: what GNU's date makes of them."""

import random
import shutil
import subprocess
import time

import pytest

from simulator.programs.dates import parse_date
from tests.fuzzing import rounds

TEXTS = [
    "2024-01-01 +1 day", "next monday", "last friday", "monday", "tomorrow 10:00", "yesterday", "1 hour ago", "2 days ago",
    "now", "today", "@5", "3 weeks", "-1 month", "+1 year", "next month", "last year", "Jan 2 2024", "2 January 2024 15:30",
    "January 2, 2024", "2024-02-29 12:00:05", "2024-01-31 +1 month", "12/25/2024", "10pm", "10:30 pm", "noon", "tomorrow noon",
    "midnight", "2024-01-01T10:00:00Z", "2024-01-01 10:00 UTC", "2024-01-01 10:00:00 +0000", "1 week ago 08:00", "next week",
    "day", "2 fortnights", "sat", "this friday", "Thu, 02 Jan 2020 10:00:00 GMT", "bogus", "2024-13-01", "25:00", "next", "2024-02-30",
    "1 day ago 2 hours", "last day", "hour ago", "tomorrow tomorrow", "2024-01-01 yesterday",
]  # fmt: skip
DATES = ["", "2024-01-31", "Feb 3 2025", "3 March 2021", "12/25/2024", "monday", "next friday", "last sun"]
CLOCKS = ["", "10:00", "23:59:59", "7 pm"]
SHIFTS = ["", "+1 day", "2 weeks ago", "next month", "-3 hours", "tomorrow", "1 year", "90 min"]
needs_date = pytest.mark.skipif(shutil.which("date") is None, reason="there is no date here to compare with")


def real(text: str) -> int | None:
    done = subprocess.run(
        ["date", "-d", text, "+%s"],
        capture_output=True,
        text=True,
        env={"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    return int(done.stdout) if done.returncode == 0 else None


def check(text: str) -> None:
    found = parse_date(text, int(time.time()) * 1_000_000)
    expected = real(text)
    assert (found is None) == (expected is None), (text, found, expected)
    # The second may change between the two.
    assert found is None or expected is None or abs(found // 1_000_000 - expected) <= 2, (text, found, expected)


@needs_date
@pytest.mark.parametrize("text", TEXTS)
def test_words_mean_what_they_mean_to_date(text: str) -> None:
    check(text)


@needs_date
def test_any_words_together_mean_what_they_mean_to_date() -> None:
    dice = random.Random(3)
    for _ in range(rounds(40)):
        check(" ".join(filter(None, (dice.choice(DATES), dice.choice(CLOCKS), dice.choice(SHIFTS)))))


def test_busybox_knows_no_words(rig) -> None:
    assert rig.run("busybox:date", "-d", "yesterday").err == "date: invalid date 'yesterday'\n"
    assert rig.run("busybox:date", "-d", "2024-01-01 10:00").out == "Mon Jan  1 10:00:00 UTC 2024\n"


@pytest.mark.parametrize(
    ("style", "shown"),
    [("+%F", "2024-01-01"), ("long-iso", "2024-01-01 00:00"), ("iso", "2024-01-01 "), ("locale", "Jan  1  2024")],
)
def test_ls_shows_times_in_the_style_that_is_asked_for(rig, style, shown):
    rig.write("/tmp/dated", "x\n")
    rig.run("touch", "-d", "2024-01-01", "/tmp/dated")
    assert rig.run("ls", "-l", f"--time-style={style}", "dated").out == f"-rw-r--r-- 1 root root 2 {shown} dated\n"
