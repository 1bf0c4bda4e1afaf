"""Programs that go through lines do so in small steps, and nobody sees where one ends."""

import pytest

from simulator.programs.lines import LINES_PER_STEP
from tests.simulator.programs.rig import Rig

MANY = 2 * LINES_PER_STEP + LINES_PER_STEP // 2
LINES = "".join(f"{number}\n" for number in range(1, MANY + 1)) + "last"


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.parametrize(
    ("program", "words", "printed"),
    [
        ("awk", ("{s += $1} END {print NR, s}", "f"), f"{MANY + 1} {MANY * (MANY + 1) // 2}\n"),
        ("awk", ("{for (i = 0; i < 2; i++) n++} END {print n}", "f", "f"), f"{4 * (MANY + 1)}\n"),
        ("sed", ("-n", "$p", "f"), "last\n"),
        ("sed", ("-n", f"{LINES_PER_STEP},{LINES_PER_STEP + 1}p", "f"), f"{LINES_PER_STEP}\n{LINES_PER_STEP + 1}\n"),
        ("grep", ("-c", "", "f"), f"{MANY + 1}\n"),
        ("grep", ("-n", "last", "f"), f"{MANY + 1}:last\n"),
    ],
)
def test_no_line_is_lost_where_a_step_ends(rig, program, words, printed):
    rig.write("/tmp/f", LINES)
    assert rig.run(f"busybox:{program}", *words).out == printed


def test_what_a_script_does_for_each_line_costs_time(rig):
    rig.write("/tmp/f", "x\n" * 200)
    brief = rig.run("busybox:awk", "{n++}", "/tmp/f").took
    assert rig.run("busybox:awk", "{for (i = 0; i < 300; i++) n++}", "/tmp/f").took > 10 * brief
