"""Addresses as text and numbers."""

from simulator.runtime.syscalls import Interface


def netmask(prefix: int) -> str:
    """`255.255.255.0` for 24."""
    return dotted((0xFFFFFFFF << (32 - prefix)) & 0xFFFFFFFF)


def dotted(number: int) -> str:
    """An address from its number."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def number(ip: str) -> int:
    """The number of an address."""
    value = 0
    for part in ip.split("."):
        value = value << 8 | int(part)
    return value


def broadcast(face: Interface) -> str:
    """The address of all hosts in an interface's network."""
    return dotted(number(face.ip) | (~(0xFFFFFFFF << (32 - face.prefix)) & 0xFFFFFFFF))


def link_local(mac: str) -> str:
    """The IPv6 address that an interface makes of its hardware address."""
    parts = [int(part, 16) for part in mac.split(":")]
    parts[0] ^= 2
    groups = [parts[0] << 8 | parts[1], parts[2] << 8 | 0xFF, 0xFE00 | parts[3], parts[4] << 8 | parts[5]]
    return "fe80::" + ":".join(f"{group:x}" for group in groups)
