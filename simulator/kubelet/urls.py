"""As much of addresses as redirects need (Go's net/url)."""

from typing import NamedTuple

PORTS = {"http": 80, "https": 443}
LONGEST = 2048


class Url(NamedTuple):
    """*place* is the host, and its port where one is named; *target* is what is asked for there."""

    scheme: str
    place: str
    target: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}{self.target}"

    @property
    def host(self) -> str:
        """The host's name or address."""
        return self.place.partition(":")[0].lower()

    @property
    def port(self) -> int:
        """The port that is named, or the usual one; raises ValueError."""
        named = self.place.partition(":")[2]
        return int(named) if named else PORTS[self.scheme]


def parse(text: str) -> Url:
    """An address with a scheme; raises ValueError for one that is not understood."""
    scheme, mark, rest = text[:LONGEST].partition("://")
    ends = [rest.find(letter) for letter in "/?#" if letter in rest]
    end = min(ends, default=len(rest))
    place, target = rest[:end], rest[end:].partition("#")[0]
    scheme = scheme.lower()
    port = place.partition(":")[2]
    if not mark or scheme not in PORTS or not place or not (port.isdecimal() or port == "") or int(port or 1) > 65535:
        raise ValueError(text)
    return Url(scheme, place.rpartition("@")[2], target if target.startswith("/") else f"/{target}")


def resolved(base: Url, location: str) -> Url:
    """Where *location* leads from *base*; raises ValueError."""
    if "://" in location:
        return parse(location)
    if location.startswith("//"):
        return parse(f"{base.scheme}:{location}")
    path = base.target.partition("?")[0]
    if location.startswith("?"):
        location = path + location
    elif not location.startswith("/"):
        location = f"{path.rpartition('/')[0]}/{location}"
    return Url(base.scheme, base.place, location[:LONGEST].partition("#")[0])
