"""The formats of texts and numbers that schemas of custom objects may ask for (k8s.io/kube-openapi/pkg/validation/strfmt)."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from typing import Any

from simulator.api import timestamps

NAME = re.compile(
    r"(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
)
PATTERNS = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "duration": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w)((\d+(\.\d*)?)(ns|us|µs|ms|s|m|h))*|0"),
    "email": re.compile(r"[^@\s]{1,64}@[A-Za-z0-9.-]{1,255}"),
    "hostname": NAME,
    "mac": re.compile(r"([0-9a-fA-F]{2}([:-])){5}[0-9a-fA-F]{2}"),
    "uri": re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:\S*|/\S*)"),
    "uuid": re.compile(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"),
}
INTEGERS = {"int32": (1 << 31) - 1, "int64": (1 << 63) - 1}
# Texts longer than this are not looked at by patterns.
LONGEST = 4096


def _address(kind: Callable[[str], Any]) -> Callable[[str], bool]:
    def good(text: str) -> bool:
        try:
            kind(text)
        except ValueError:
            return False
        return True

    return good


def _time(text: str) -> bool:
    try:
        timestamps.parse(text)
    except timestamps.BadTime:
        return False
    return True


def _base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


CHECKS: dict[str, Callable[[str], bool]] = {
    "byte": _base64,
    "cidr": _address(
        lambda text: ipaddress.ip_network(text, strict=False) if "/" in text else ipaddress.ip_network("")
    ),
    "date-time": _time,
    "ipv4": _address(ipaddress.IPv4Address),
    "ipv6": _address(ipaddress.IPv6Address),
}


def fits(value: Any, name: str) -> bool:
    """Whether a value has the format *name*; a format that nobody checks always fits."""
    if isinstance(value, int) and name in INTEGERS:
        return -INTEGERS[name] - 1 <= value <= INTEGERS[name]
    if not isinstance(value, str):
        return True
    if name in CHECKS:
        return CHECKS[name](value)
    return name not in PATTERNS or (len(value) <= LONGEST and PATTERNS[name].fullmatch(value) is not None)
