"""The words of static/js/grades.js in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from labsite.pages.words import PUNCTUATION

WORDS = (
    _("Connected"),
    _("Trying again…"),
    _("You are not logged in any more."),
    _("There is no such class, or you do not teach it."),
    _("Name"),
    _("Number"),
    _("Result"),
    _("of {points}"),
    _("weight {weight}"),
    _("due {date}"),
    _("{done} of {steps} steps"),
    _("changed by hand"),
    _("late"),
    _("hints: {number}"),
    _("Learners: {number}; marks: {marks}"),
    _("{name}: {mark}"),
)


def book_words() -> dict[str, str]:
    """Each word with what it is in the language of this request."""
    return {word: gettext(word) for word in (*PUNCTUATION, *WORDS)}
