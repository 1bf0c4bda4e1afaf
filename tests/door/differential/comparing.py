"""Whether two clients printed the same, with all made equal that depends on the client's version or on when it was run."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from labsite.door.replaying.versions import alike
from simulator.api.durations import SECOND, human

RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
RFC1123 = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"
PLAIN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC"
AGE = r"(?<![\w.:/-])(?:\d+[dhmsy]){1,2}(?![\w./-])"
MOMENT = re.compile(f"({RFC3339})|({RFC1123})|({PLAIN})|({AGE})")
LOGGED = re.compile(r"I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ [\w.]+:\d+\] ")
ADDRESS = r"https?://[^/]+(?:/clusters/[\w-]+)?(?P<address>/[^\s\"]*)"
TRIP = re.compile(rf'"Response" verb="(?P<verb>\w+)" url="{ADDRESS}" status="(?P<status>[^"]*)"')
OLD_TRIP = re.compile(rf"\] (?P<verb>\w+) {ADDRESS} (?P<status>.*) in \d+ milliseconds")
DISCOVERY = re.compile(r"/openapi|/apis?(?:\?.*)?$")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
# A real client looks at its clock a little later than the server did, and both round.
TOLERANCE_S = 4


@dataclass(frozen=True)
class Printed:
    """What a command printed, its exit status, and by how many seconds its clock is ahead of the cluster's."""

    stdout: str
    stderr: str
    code: int
    ahead: float = 0


def same_version(printed: Printed) -> Printed:
    """The same without what depends on the client's version."""
    return replace(printed, stdout=plain(printed.stdout), stderr=plain(printed.stderr))


def plain(text: str) -> str:
    """A text without what depends on the client's version."""
    return "\n".join(alike(trips(text).split("\n")))


def trips(text: str) -> str:
    """Of what a client logs, only its requests: method, address, status. Their form and all else depends on its version."""
    found = (_trip(line) if LOGGED.match(line) else line for line in text.split("\n"))
    return "\n".join(line for line in found if line is not None)


def _trip(line: str) -> str | None:
    trip = TRIP.search(line) or OLD_TRIP.search(line)
    if trip is None or DISCOVERY.match(trip["address"]):
        return None
    return f"{trip['verb']} {trip['address']} {trip['status']}"


def at_same_time(real: Printed, simulated: Printed) -> Printed:
    """What *real* would have printed had its clock shown the cluster's time: its times and ages become those of *simulated*
    where they are as far apart as the clocks are."""
    out = moved(real.stdout, simulated.stdout, real.ahead)
    return replace(real, stdout=out, stderr=moved(real.stderr, simulated.stderr, real.ahead))


def moved(real: str, simulated: str, ahead: float) -> str:
    """One text of `at_same_time`."""
    wanted = [found[0] for found in MOMENT.finditer(simulated)]
    if len(wanted) != len(MOMENT.findall(real)):
        return real
    others = iter(wanted)
    return MOMENT.sub(lambda found: near(found[0], next(others), ahead), real)


def near(mine: str, other: str, ahead: float) -> str:
    """*other* if it says the same as *mine* on another clock, padded as in a table; else *mine*."""
    seconds = value(mine) - value(other) - (ahead if is_time(mine) and is_time(other) else 0)
    return other if abs(seconds) <= TOLERANCE_S or rounded(mine, other) else mine


def rounded(mine: str, other: str) -> bool:
    """Whether two ages are printed otherwise only because one is over a limit from which on less is said."""
    if is_time(mine) or is_time(other):
        return False
    last = value(other)
    return mine in (human(int(last + more) * SECOND) for more in range(-TOLERANCE_S, TOLERANCE_S + 1))


def is_time(text: str) -> bool:
    """Whether this is a time, not an age."""
    return ":" in text


def value(text: str) -> float:
    """A time in Unix seconds, an age in seconds."""
    if "," in text:
        return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z").timestamp()
    if text.endswith("UTC"):
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z UTC").timestamp()
    if is_time(text):
        return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp()
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([smhdy])", text))


def in_any_order(printed: Printed) -> Printed:
    """With the lines of each stream sorted, for what a real client prints in an order of its own."""
    texts = (MOMENT.sub("<moment>", text) for text in (printed.stdout, printed.stderr))
    out, err = ("\n".join(sorted(squeezed(text).split("\n"))) for text in texts)
    return replace(printed, stdout=out, stderr=err)


def squeezed(text: str) -> str:
    """A text whose columns may be wider or narrower."""
    return re.sub(" +", " ", text)
