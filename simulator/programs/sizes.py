"""Sizes for people: `4.0K`, `1.2M`."""

UNITS = "KMGTPE"


def human(size: int, busybox: bool) -> str:
    """*size* in bytes with one digit behind the point below ten; busybox rounds to the nearest, GNU upwards."""
    if size < 1024:
        return str(size)
    value, unit = size * 10, 0
    while value >= 10240 and unit < len(UNITS):
        value = (value + 512) // 1024 if busybox else -(-value // 1024)
        unit += 1
    letter = UNITS[unit - 1]
    if busybox or value < 100:
        return f"{value // 10}.{value % 10}{letter}"
    return f"{-(-value // 10)}{letter}"


def parse_size(text: str) -> int | None:
    """Bytes that `10`, `4k`, `1.5G` mean; None if it is no size."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].upper() in UNITS and text else (text, "")
    whole, _, fraction = number.partition(".")
    if not (whole + fraction).isdecimal() or len(number) > 20:
        return None
    factor = 1024 ** (UNITS.index(unit) + 1) if unit else 1
    return int(whole or 0) * factor + int((fraction or "0")[:6].ljust(6, "0")) * factor // 10**6
