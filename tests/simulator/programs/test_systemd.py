"""How long a service runs, in systemd's words."""

import pytest

from simulator.programs.systemd import relative

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "3s"),
        (62, "1min 2s"),
        (5 * MINUTE, "5min"),
        (HOUR + MINUTE, "1h 1min"),
        (6 * HOUR + MINUTE, "6h"),
        (26 * HOUR, "1 day 2h"),
        (3 * DAY + HOUR, "3 days"),
        (8 * DAY, "1 week 1 day"),
        (16 * DAY, "2 weeks 2 days"),
    ],
)
def test_a_length_has_two_parts_at_most(seconds, text):
    assert relative(seconds) == text
