"""The clocks of time zones, held against the tables of this machine where it has them."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from simulator.api import timestamps, zones
from simulator.kernel.units import HOUR, MINUTE, SECOND

# The hours around the changes of 2026 and 2027, which differ from continent to continent.
CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z", 60),
    ("Europe/Berlin", "2026-10-25T01:00:00Z", 120),
    ("Europe/London", "2027-03-28T01:00:00Z", 0),
    ("America/New_York", "2026-03-08T07:00:00Z", -300),
    ("America/New_York", "2026-11-01T06:00:00Z", -240),
    ("America/Los_Angeles", "2027-03-14T10:00:00Z", -480),
    ("Australia/Sydney", "2026-04-04T16:00:00Z", 660),
    ("Australia/Sydney", "2026-10-03T16:00:00Z", 600),
    ("Pacific/Auckland", "2026-09-26T14:00:00Z", 720),
]


@pytest.mark.parametrize(("zone", "moment", "minutes"), CHANGES)
def test_clocks_are_changed_at_the_moment(zone: str, moment: str, minutes: int) -> None:
    at = timestamps.parse(moment)
    other = minutes + (60 if minutes == zones.SUMMERS[zone][0] else -60)
    assert (zones.offset(zone, at - 1), zones.offset(zone, at)) == (minutes * MINUTE, other * MINUTE)
    assert zones.next_change(zone, at - 1) == at
    assert zones.next_change(zone, at) != at


@pytest.mark.skipif("Europe/Berlin" not in zoneinfo.available_timezones(), reason="this machine has no table of zones")
@pytest.mark.parametrize("zone", sorted({*zones.ZONES, *zones.SUMMERS} & zoneinfo.available_timezones()))
def test_every_zone_is_as_in_the_tables(zone: str) -> None:
    table = zoneinfo.ZoneInfo(zone)
    begin = timestamps.parse("2026-01-01T00:30:00Z")
    for at in range(begin, begin + 800 * 24 * HOUR, 7 * HOUR):
        real = datetime.fromtimestamp(at // SECOND, UTC).astimezone(table).utcoffset()
        assert real is not None
        assert zones.offset(zone, at) == int(real.total_seconds()) * SECOND, timestamps.rfc3339(at)


def test_a_zone_without_summer_time_never_changes() -> None:
    assert zones.next_change("Asia/Shanghai", 0) is None


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Berlin", ""),
        ("America/Santiago", "not simulated here: America/Santiago"),
        ("Mars/Olympus", "unknown time zone Mars/Olympus"),
    ],
)
def test_what_zones_can_be_had(zone: str, text: str) -> None:
    assert zones.problem(zone) == text
