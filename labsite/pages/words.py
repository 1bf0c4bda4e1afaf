"""What the page's modules say: the words of static/js in the learner's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# The keys with which static/js/words.js is asked. {name} is filled in there.
WORDS = (
    _("Connected"),
    _("Clock stands still"),
    _("Connection lost. What you type is kept."),
    _("Trying again…"),
    _("You are not logged in any more."),
    _("There is no such lab, or it is not yours."),
    _("This lab was stored by another release. Start it anew."),
    _("That was refused: {reason}"),
    _("Run"),
    _("Run all"),
    _("Open in the editor"),
    _("Done"),
    _("Current step"),
    _("Later"),
    _("Step done: {title}"),
    _("The lesson is finished."),
    _("Dismiss"),
    _("Close the terminal {name}"),
    _("Console on {host}. Tab completes; F6 leaves the console."),
    _("Saved"),
    _("Saving…"),
    _("Unsaved"),
    _("Changed on the host"),
    _("{program} waits in the terminal until this file is closed."),
    _("An editor"),
    _("Text of {path}"),
    _("There are no files yet."),
    _("Describe {name}"),
    _("no log yet"),
    _("search: "),
    _("{number} more"),
    _("search (nothing found): "),
    _("Skipped"),
    _("There is no answer yet."),
    _("Your answer is kept."),
    _("Right."),
    _("Not quite."),
    _("The solution is being played in the console."),
    _("{number} minutes left"),
    _("Passed."),
    _("Not passed."),
    _("{points} of {total} points ({percent} %)"),
)

# Why the server refuses what is done with a lesson (lessons/progress.py); the modules show it in the learner's language.
REFUSALS = (
    _("The answer is a number."),
    _("This question is answered already."),
    _("This question's turn has not come."),
    _("The exam is over already."),
    _("The history does not reach back that far."),
    _("Only the current step can be skipped."),
    _("There is no further hint for this step."),
)


def catalogue() -> dict[str, str]:
    """Each word with what it is in the language of this request."""
    return {word: gettext(word) for word in (*WORDS, *REFUSALS)}
