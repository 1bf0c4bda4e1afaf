"""Why a command that was brought is not in the solution, in words (solving.py, which runs where there is no site to translate them)."""

from django.utils.translation import gettext_noop as _

from lessons.carrying import solving

WORDS = {
    solving.FAILS: _("it fails here, and is not in the solution"),
    solving.ENDLESS: _("it does not end here, and is not in the solution"),
    solving.SHORT: _("the commands that were found do not reach this step"),
    solving.MORE: _("there are too many commands, or they take too long; from this one on nothing is in the solution"),
    solving.NO_LESSON: _("nothing could be tried"),
}
