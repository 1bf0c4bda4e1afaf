"""The civil calendar, in UTC, as whole numbers, and strftime(3) over it."""

from typing import NamedTuple

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SECONDS_A_DAY = 86_400


class Civil(NamedTuple):
    """A moment as people write it."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int  # 0 is Sunday
    yearday: int  # 1 is the first of January
    micro: int
    unix: int  # seconds


def civil(unix: int) -> Civil:
    """The moment *unix* (Unix microseconds)."""
    seconds, micro = divmod(unix, 10**6)
    days, rest = divmod(seconds, SECONDS_A_DAY)
    year, month, day = from_days(days)
    return Civil(
        year, month, day, rest // 3600, rest % 3600 // 60, rest % 60, (days + 4) % 7, days - to_days(year, 1, 1) + 1, micro, seconds
    )  # fmt: skip


def from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970 (Gregorian calendar, years from March as the Romans did)."""
    days += 719_468
    era, in_era = divmod(days, 146_097)
    year = (in_era - in_era // 1460 + in_era // 36_524 - in_era // 146_096) // 365
    in_year = in_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * in_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, in_year - (153 * shifted + 2) // 5 + 1


def to_days(year: int, month: int, day: int) -> int:
    """Days from 1970 to that day."""
    year -= month <= 2
    era, in_era = divmod(year, 400)
    in_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719_468


def month_name(month: int) -> str:
    """`Jan`."""
    return MONTHS[month - 1][:3]


def http_date(unix: int) -> str:
    """A moment as HTTP's headers have it."""
    return strftime("%a, %d %b %Y %H:%M:%S GMT", unix)


def strftime(form: str, unix: int) -> str:
    """*form* with its `%` conversions done, in UTC; unknown ones stay as they are."""
    moment = civil(unix)
    out = []
    place = 0
    while place < len(form):
        letter = form[place]
        place += 1
        if letter != "%" or place >= len(form):
            out.append(letter)
            continue
        flag = form[place] if form[place] in "-_0^" and place + 1 < len(form) else ""
        digits = ""
        place += len(flag)
        while place + 1 < len(form) and form[place].isdecimal() and len(digits) < 2:
            digits += form[place]
            place += 1
        text = _conversion(form[place], moment, digits)
        out.append(f"%{flag}{digits}{form[place]}" if text is None else _flagged(text, flag))
        place += 1
    return "".join(out)


def _flagged(text: str, flag: str) -> str:
    if flag == "-":
        return text.lstrip("0 ") or "0"
    if flag == "_":
        stripped = text.lstrip("0") or "0"
        return stripped.rjust(len(text))
    return text.upper() if flag == "^" else text


COMPOUND = {
    "D": "%m/%d/%y", "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "r": "%I:%M:%S %p", "c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S", "h": "%b",
}  # fmt: skip


def _conversion(letter: str, at: Civil, digits: str) -> str | None:
    if letter in COMPOUND:
        return strftime(COMPOUND[letter], at.unix * 10**6 + at.micro)
    hour = at.hour % 12 or 12
    iso_year, iso_week = _iso_week(at)
    table = {
        "Y": f"{at.year}", "C": f"{at.year // 100:02}", "y": f"{at.year % 100:02}", "m": f"{at.month:02}", "d": f"{at.day:02}", "e": f"{at.day:>2}",
        "H": f"{at.hour:02}", "k": f"{at.hour:>2}", "I": f"{hour:02}", "l": f"{hour:>2}", "M": f"{at.minute:02}", "S": f"{at.second:02}",
        "N": f"{at.micro * 1000:09}"[: int(digits or 9)], "p": "PM" if at.hour > 11 else "AM", "P": "pm" if at.hour > 11 else "am",
        "a": DAYS[at.weekday][:3], "A": DAYS[at.weekday], "b": month_name(at.month), "B": MONTHS[at.month - 1], "j": f"{at.yearday:03}",
        "u": f"{at.weekday or 7}", "w": f"{at.weekday}", "s": f"{at.unix}", "z": "+0000", "Z": "UTC", "n": "\n", "t": "\t", "%": "%",
        "U": f"{(at.yearday + 6 - at.weekday) // 7:02}", "W": f"{(at.yearday + 6 - (at.weekday - 1) % 7) // 7:02}",
        "V": f"{iso_week:02}", "G": f"{iso_year}", "g": f"{iso_year % 100:02}",
    }  # fmt: skip
    return table.get(letter)


def _iso_week(at: Civil) -> tuple[int, int]:
    """Year and number of the week, which belongs to the year of its Thursday."""
    thursday = at.unix // SECONDS_A_DAY - (at.weekday - 1) % 7 + 3
    year = from_days(thursday)[0]
    return year, (thursday - to_days(year, 1, 1)) // 7 + 1
