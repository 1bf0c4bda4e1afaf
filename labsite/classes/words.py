"""The words of static/js/room.js in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = (
    _("Connected"),
    _("Trying again…"),
    _("You are not logged in any more."),
    _("There is no such class, or you do not teach it."),
    _("Free lab"),
    _("not here yet"),
    _("has begun nothing yet"),
    _("{done} / {total} steps"),
    _("finished"),
    _("no progress for {minutes} min"),
    _("hand raised {minutes} min ago"),
    _("Take the hand down"),
    _("{number} learners, {hands} hands"),
    _("Hand raised: {name}"),
)


def room_words() -> dict[str, str]:
    """Each word with what it is in the language of this request."""
    return {word: gettext(word) for word in WORDS}
