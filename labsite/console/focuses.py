"""What each page looks at. A browser page that watches a sandbox has a focus of its own (focus.py), and is told of that one alone.

A learner's page begins with what was looked at last, and goes its own way from there. Whoever has no focus of their own goes along
with the learner: they see what the learner's page shows that has looked at something last. So do those who look over the learner's
shoulder, until they choose something themselves, and all who follow a demonstration.

What is kept is a list of {page, gone, focus}, that which was moved last at the end: a few pages' at most. `gone` is when the page was
missed first, on the wall, 0 while it is there.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from labsite.console import focus as focusing
from labsite.console.focus import Focus, Message
from labsite.sandboxes import clock
from simulator.lab import Lab

Kept = dict[str, Any]
MOST = 6  # pages of the learner, and as many of those beside them; the one that was moved least recently is forgotten
GRACE = 600 * clock.SECOND  # so long a page that is gone may come back to what it looked at
BESIDE = "beside:"  # so begin the names of pages that look over a shoulder
NOTHING: Message = {"type": "focus.changed", "pod": ""}


def is_beside(kept: Kept) -> bool:
    """Whether it is of somebody who looks over the learner's shoulder."""
    return not of_learner(str(kept["page"]))


def of_learner(page: str) -> bool:
    """Whether a page, by its name, is the learner's own."""
    return not page.startswith(BESIDE)


def leader(pages: Sequence[Kept]) -> Kept:
    """The learner's page that has looked at something last; {page: ""} if there is none."""
    own = [kept for kept in pages if not is_beside(kept)]
    return own[-1] if own else {"page": "", "gone": 0, "focus": {}}


def names(pages: Iterable[Kept]) -> list[str]:
    """The pages that have a focus of their own."""
    return [kept["page"] for kept in pages]


def seen(pages: Sequence[Kept], page: str) -> Focus:
    """What *page* looks at: its own, or along with the learner."""
    return dict(next((kept for kept in pages if kept["page"] == page), leader(pages))["focus"])


def moved(pages: Sequence[Kept], page: str, focus: Focus) -> list[Kept]:
    """The same after *page* has moved its focus. Whoever is beside the learner, and looks at nothing, goes along again."""
    others = [kept for kept in pages if kept["page"] != page]
    fresh: Kept = {"page": page, "gone": 0, "focus": focus}
    return bounded(others if is_beside(fresh) and not focus else [*others, fresh])


def joined(pages: Sequence[Kept], page: str) -> list[Kept]:
    """The same after a page of the learner has come: it begins with what was looked at last, if it is not one that comes back."""
    if not page or not of_learner(page) or page in names(pages):
        return list(pages)
    return moved(pages, page, leader(pages)["focus"])


def bounded(pages: Sequence[Kept]) -> list[Kept]:
    """No more than may be kept."""
    newest = [[kept["page"] for kept in pages if is_beside(kept) == beside][-MOST:] for beside in (False, True)]
    return [kept for kept in pages if kept["page"] in newest[0] + newest[1]]


def living(pages: Sequence[Kept], there: set[str], wall: int) -> list[Kept]:
    """The same without pages that are gone for long when only those *there* are left. Of the learner's, one stays for their return."""
    noted = [{**kept, "gone": 0 if kept["page"] in there else kept["gone"] or wall} for kept in pages]
    kept = [each for each in noted if not each["gone"] or wall - each["gone"] < GRACE]
    last = leader(noted)
    return kept if leader(kept)["page"] or not last["page"] else [last, *kept]


# --- what is told ---------------------------------------------------------------------------------------------------------


def whole(lab: Lab, focus: Focus) -> list[Message]:
    """All that is to be told of a focus to who did not see it before."""
    if not focus:
        return [NOTHING]
    look = focusing.look(lab, focus)
    return [focusing.described(lab, focus), focusing.log(lab, focus), *([look] if look else [])]


def addressed(pages: Sequence[Kept], to: Iterable[str], messages: Iterable[Message], *, along: bool) -> list[Message]:
    """*messages* for the pages *to*, and, if *along*, for all who go along with the learner. `heard` takes the address away."""
    address = {"pages": list(to), "along": along, "own": names(pages)}
    return [{**message, "for": address} for message in messages]


def each(
    pages: Sequence[Kept], act: Callable[[Focus], tuple[Focus, list[Message]]]
) -> tuple[list[Kept], list[Message]]:
    """Have *act* done to each focus, once for all pages that have the same: what comes of it, and what is to be told, to whom."""
    first, groups = leader(pages)["page"], grouped(pages)
    after: dict[str, Focus] = {}
    said: list[Message] = []
    for focus, together in groups:
        found, told = act(focus)
        after |= dict.fromkeys(together, found)
        said += addressed(pages, together, told, along=first in together)
    return [{**kept, "focus": after.get(kept["page"], kept["focus"])} for kept in pages], said


def grouped(pages: Sequence[Kept]) -> list[tuple[Focus, list[str]]]:
    """Each focus that is not empty, with the pages that have it."""
    groups: list[tuple[Focus, list[str]]] = []
    for kept in pages:
        known = next((together for focus, together in groups if focus == kept["focus"]), None)
        if known is not None:
            known.append(kept["page"])
        elif kept["focus"]:
            groups.append((kept["focus"], [kept["page"]]))
    return groups


def heard(changes: Iterable[Message], page: str) -> list[Message]:
    """Those of *changes* that are for *page*, which says so to nobody; `along` is true where it goes along with the learner."""
    return [mine for change in changes if (mine := one(change, page)) is not None]


def one(change: Message, page: str) -> Message | None:
    """One change as *page* hears it; None: it is for others."""
    if "for" not in change:
        return change
    address, message = change["for"], {key: value for key, value in change.items() if key != "for"}
    along = page not in address["own"]
    if page in address["pages"] or (along and address["along"]):
        return {**message, "along": True} if along else message
    return None


def picture(lab: Lab, pages: Sequence[Kept], page: str) -> Message:
    """What `picture` says to *page* of what it looks at."""
    drawn = focusing.picture(lab, seen(pages, page))
    return {**drawn, "along": True} if drawn and page not in names(pages) else drawn
