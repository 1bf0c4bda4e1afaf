"""The WebSocket of a gradebook: all of it once, then the rows that change (book.py says what is told)."""

from channels.db import database_sync_to_async

from labsite.classes import desks
from labsite.classes.watching import Message, Watching
from labsite.grades import book, telling


class Gradebook(Watching):
    """One browser of somebody who teaches. It says nothing."""

    SOCKET = "grades-socket"

    async def connect(self) -> None:
        self.changed: set[int] = set()
        self.gone: set[int] = set()
        self.known: dict[int, tuple[str, str]] = {}  # the learners that are shown, with name and number
        self.anew = False
        await super().connect()

    def heard(self) -> list[str]:
        """Marks, and who comes and goes."""
        return [telling.group(self.classroom), desks.group(self.classroom)]

    async def whole(self) -> None:
        """The whole gradebook."""
        self.anew, self.changed, self.gone = False, set(), set()
        told = await database_sync_to_async(book.whole)(self.classroom, self.language)
        self.known = {}
        self.note(told["rows"])
        await self.say(told)

    def note(self, rows: list[book.Row]) -> None:
        """Know whom the browser shows."""
        self.known |= {row["seat"]: (row["name"], row["number"]) for row in rows}

    async def grades_changed(self, event: Message) -> None:
        """Some have other marks; or lessons, dates or rules are others."""
        self.changed |= set(event["seats"])
        self.anew = self.anew or event["anew"]
        self.soon()

    async def class_changed(self, event: Message) -> None:
        """Somebody has come or gone, or is called otherwise; what else happens in the room is not heard."""
        if not await self.still_admitted(event):
            return
        self.gone |= set(event["gone"]) & self.known.keys()
        names = {row["seat"]: (row["name"], row["number"]) for row in event["put"]}
        self.changed |= {seat for seat, name in names.items() if self.known.get(seat) != name}
        if self.gone or self.changed:
            self.soon()

    async def news(self) -> None:
        """The rows that have changed, or all."""
        if self.anew:
            await self.whole()
            return
        changed, gone = self.changed, self.gone
        self.changed, self.gone = set(), set()
        rows = await database_sync_to_async(self.rows)(changed)
        for seat in gone:
            self.known.pop(seat, None)
        self.note(rows)
        await self.say({"type": "rows", "rows": rows, "gone": sorted(gone)})

    def rows(self, seats: set[int]) -> list[book.Row]:
        """The rows of some seats."""
        return book.rows(self.classroom, book.columns(self.classroom), seats)
