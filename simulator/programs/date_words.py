"""Dates as people write them: what GNU's `date -d` understands (gnulib/lib/parse-datetime.y), in UTC."""

import re2

from simulator.programs.calendar import DAYS, MONTHS, civil, from_days, to_days

SECOND = 10**6
DAY = 86_400
UNITS = {
    "sec": 1,
    "second": 1,
    "min": 60,
    "minute": 60,
    "hour": 3600,
    "day": DAY,
    "week": 7 * DAY,
    "fortnight": 14 * DAY,
}
MONTH_UNITS = {"month": 1, "year": 12}
SHIFTS = {"now": 0, "today": 0, "yesterday": -1, "tomorrow": 1}
ORDINALS = {"last": -1, "this": 0, "next": 1}
ZONES = frozenset(["utc", "gmt", "z", "ut"])
TOKEN = re2.compile(
    r"^(?:(\d{4})-(\d\d?)-(\d\d?)[Tt]?|(\d\d?)/(\d\d?)/(\d{4})|(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? ?([aApP]\.?[mM]\.?)?"
    r"|([+-]?\d{1,9})|([A-Za-z]+)\.?|([,+-]))"
)
ZONE = re2.compile(r"^([+-])(\d\d?)(?::?(\d\d))?\b")  # directly behind the time of day, even if a unit follows
LONGEST = 200


def understood(text: str, now: int) -> int | None:
    """The moment that *text* means, in Unix microseconds; None if it means none. *now* is the moment it is said at."""
    reader = Reader(text.strip().lower(), now)
    return reader.moment() if len(text) <= LONGEST and reader.read() else None


class Reader:
    """Reads word by word; what is given replaces a part of now, what is relative is added at the end."""

    def __init__(self, text: str, now: int) -> None:
        self.text = self.said = text
        self.now = civil(now)
        self.date: tuple[int, int, int] | None = None
        self.clock: int | None = None
        self.weekday: tuple[int, int] | None = None
        self.seconds = 0
        self.months = 0
        self.last: tuple[str, int] | None = None  # what an `ago` turns round

    def read(self) -> bool:
        """Whether every word could be read."""
        while self.text:
            token = TOKEN.match(self.text)
            if not token or not self.take(token.groups(), self.text[token.end() :].lstrip()):
                return False
        return True

    def take(self, parts: tuple[str | None, ...], rest: str) -> bool:
        """One token; *rest* is what stands behind it."""
        self.text = rest
        if parts[0]:
            return self.set_date(int(parts[0]), int(parts[1] or 0), int(parts[2] or 0))
        if parts[3]:
            return self.set_date(int(parts[5] or 0), int(parts[3]), int(parts[4] or 0))
        if parts[6]:
            return self.set_clock(int(parts[6]), int(parts[7] or 0), int(parts[8] or 0), (parts[9] or "")[:1])
        if parts[10]:
            return self.number(parts[10])
        return self.word(parts[11]) if parts[11] else parts[12] == ","

    def set_date(self, year: int, month: int, day: int) -> bool:
        fits = self.date is None and 1 <= month <= 12 and 1 <= day <= 31 and 1 <= year <= 9999
        self.date = (year, month, day)
        return fits and civil(to_days(year, month, day) * DAY * SECOND).day == day

    def set_clock(self, hour: int, minute: int, second: int, half: str) -> bool:
        fits = self.clock is None and minute < 60 and second <= 60 and (1 <= hour <= 12 if half else hour < 24)
        self.clock = (hour % 12 + (12 if half == "p" else 0) if half else hour) * 3600 + minute * 60 + second
        zone = None if half else ZONE.match(self.text)
        if zone:
            self.text = self.text[zone.end() :].lstrip()
            self.clock -= int(zone[1] + "1") * (int(zone[2]) * 3600 + int(zone[3] or 0) * 60)
        return fits

    def number(self, text: str) -> bool:
        """`3 days`, `+1 month`, `10pm`, or the day before the name of a month."""
        match = TOKEN.match(self.text)
        word = (match.group(12) or "") if match else ""
        if match and self.unit(word, int(text)):
            self.text = self.text[match.end() :].lstrip()
            return True
        if match and word in ("am", "pm"):
            self.text = self.text[match.end() :].lstrip()
            return self.set_clock(int(text), 0, 0, word[0])
        month = number_of(word, MONTHS)
        if match and month is not None and text.isdecimal():
            self.text = self.text[match.end() :].lstrip(" ,-")
            return self.set_date(self.year(), month + 1, int(text))
        return False

    def year(self) -> int:
        """The year that stands next, or the present one."""
        match = TOKEN.match(self.text)
        text = (match.group(11) or "") if match else ""
        if match and len(text) == 4 and text.isdecimal():
            self.text = self.text[match.end() :].lstrip()
            return int(text)
        return self.now.year

    def unit(self, word: str, amount: int) -> bool:
        """Add *amount* of a unit, if *word* is one."""
        name = word.removesuffix("s")
        if name in UNITS:
            self.seconds += amount * UNITS[name]
            self.last = ("seconds", amount * UNITS[name])
        elif name in MONTH_UNITS:
            self.months += amount * MONTH_UNITS[name]
            self.last = ("months", amount * MONTH_UNITS[name])
        else:
            return False
        return True

    def word(self, word: str) -> bool:
        if word in SHIFTS:
            self.seconds += SHIFTS[word] * DAY
        elif word == "ago" and self.last:
            setattr(self, self.last[0], getattr(self, self.last[0]) - 2 * self.last[1])
            self.last = None
        elif word in ORDINALS:
            return self.ordinal(ORDINALS[word])
        elif (day := number_of(word, DAYS)) is not None:
            self.weekday = (day, 0)
        elif (month := number_of(word, MONTHS)) is not None:
            return self.month_first(month + 1)
        else:
            return word in ZONES or self.unit(word, 1)
        return True

    def ordinal(self, amount: int) -> bool:
        """`next week`, `last monday`."""
        match = TOKEN.match(self.text)
        word = (match.group(12) or "") if match else ""
        if match is None or not word:
            return False
        self.text = self.text[match.end() :].lstrip()
        day = number_of(word, DAYS)
        if day is not None:
            self.weekday = (day, amount)
        return day is not None or self.unit(word, amount)

    def month_first(self, month: int) -> bool:
        """`Jan 2 2024`, `January 2, 2024`."""
        match = TOKEN.match(self.text)
        text = (match.group(11) or "") if match else ""
        if match is None or not text.isdecimal() or len(text) > 2:
            return False
        self.text = self.text[match.end() :].lstrip(" ,")
        return self.set_date(self.year(), month, int(text))

    def moment(self) -> int | None:
        """All of it together."""
        now = self.now
        year, month, day = self.date or (now.year, now.month, now.day)
        clock = self.clock
        if clock is None:
            given = self.date is not None or self.weekday is not None or not self.said
            clock = 0 if given else now.hour * 3600 + now.minute * 60 + now.second
        if self.weekday and self.date is None:  # comes before months are added, which may lead to a day of another name
            year, month, day = from_days(to_days(year, month, day) + to_weekday(now.weekday, *self.weekday))
        months = year * 12 + month - 1 + self.months
        if not 12 <= months < 120_000:
            return None
        days = to_days(months // 12, months % 12 + 1, 1) + day - 1
        return (days * DAY + clock + self.seconds) * SECOND


def to_weekday(today: int, wanted: int, ordinal: int) -> int:
    """How many days it is to the day *wanted*: the next one that is not over, or *ordinal* weeks further."""
    return (wanted - today) % 7 + 7 * (ordinal - (ordinal > 0 and today != wanted))


def number_of(word: str, names: tuple[str, ...]) -> int | None:
    """Which of *names* a word is, in full or by its first three letters."""
    found = [index for index, name in enumerate(names) if word and word in (name.lower(), name[:3].lower())]
    return found[0] if found else None
