"""What an author's windows are told of a draft."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from labsite.authoring import complaints, drafts
from labsite.authoring.models import Draft
from lessons.apart.works import plain
from lessons.carrying import leftovers
from lessons.transcripts import Command, Piece

Message = dict[str, Any]

NOT_NOW = _("That cannot be done now.")
BUSY = _("Something is being done already. Wait for it.")
MOST_SHOWN = 400  # characters of what a command printed

# Why something that was done cannot be played again (lessons/proposing/recording.py), or was not taken over.
LOSSES = {
    **leftovers.WORDS,
    "interrupted": _("was interrupted"),
    "keyed": _("was answered with single keys"),
    "edited": _("was edited by hand: write a file and apply it, or use kubectl patch or set"),
    "otherwise": _("ends otherwise in another cluster: a name in it may be of this one alone"),
    "unended": _("had not ended"),
    "beside": _("ran beside another command"),
    "outside": _("came from a kubectl outside: do it in the console"),
    "input": _("was no command"),
    "elsewhere": _("was written on another machine"),
    "unwritable": _("has a name or text that a transcript cannot hold"),
}
FAILURES = (
    _("It took too long. Do less, or wait less."),
    _("The cluster's history does not reach back that far."),
    _("It failed."),
)


def state(row: Draft) -> Message:
    """How a draft stands: small, and told whenever it changes."""
    job = row.job or {}
    return {
        "version": row.version,
        "stage": row.stage,
        "work": job.get("work", "") if drafts.works(row) else "",
        "failed": gettext(job["failed"]) if job.get("failed") else "",
        "lost": [{"what": what, "why": gettext(LOSSES.get(why, why))} for why, what in row.lost],
        "differences": row.differences,
        "report": told_report(row),
        "published": reverse("lesson", args=[row.slug]) if row.published and row.slug else "",
    }


def told_report(row: Draft) -> Message:
    """The report of the last check: each problem with the field to which it belongs; {} if there was none."""
    if not row.report:
        return {}
    problems = [complaints.told(row, problem) for problem in row.report["problems"]]
    return {"problems": problems, "fresh": row.report["version"] == row.version}


def whole(row: Draft) -> Message:
    """All that the desk shows."""
    return {
        "version": row.version,
        "document": row.document if drafts.is_form(row) else None,
        "files": row.files,
        "proposals": row.proposals,
        "borders": row.borders,
        "pieces": [piece(each) for each in drafts.solution(row)],
    }


def piece(each: Piece) -> Message:
    """A piece of the solution, with the beginning of what was printed."""
    shown = "\n".join(each.expected)[:MOST_SHOWN] if isinstance(each, Command) else ""
    return {**plain(each), "printed": shown}
