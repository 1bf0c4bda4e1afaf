"""Drafts: begun, saved, and given up. Each write says on which version it builds; one that builds on an old one is refused."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from labsite.accounts.models import User
from labsite.authoring.bases import Base
from labsite.authoring.models import Draft
from labsite.bridge import publish
from labsite.sandboxes import clock, engine
from labsite.sandboxes.models import Sandbox, new_seed
from lessons import starting, transcripts
from lessons.carrying.parcels import Parcel
from lessons.catalogue import SOLUTION, START, LessonError
from lessons.drafting import desk, document, reading, writing
from lessons.refusals import Refused
from lessons.transcripts import Command, FileBlock
from simulator.lab import Lab

MOST = 100  # drafts of one author
JOB_LIFE = 60 * clock.SECOND  # a job that takes longer was lost with its worker


class Stale(Exception):
    """Somebody has written meanwhile, in another window."""


def group(draft: Draft) -> str:
    """The group of all windows in which the draft is open."""
    return f"draft.{draft.pk}"


def tell(draft: Draft) -> None:
    """Have all its windows told how the draft stands."""
    publish(group(draft), {"type": "draft.stirred"})


# --- begun and given up -----------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(author: User, base: Base) -> Draft:
    """A new draft with a cluster of its own; raises Refused."""
    room_for_one(author)
    made = document.Document(scenario=base.scenario or None)
    files = {**writing.written(made), **({START: base.start} if base.start else {})}
    row = Sandbox(owner=author, set_aside=True, seed=new_seed())
    lab = starting.made(base.scenario, base.start, seed=row.seed, epoch=row.epoch, lab_class=engine.lab_class())
    put_to_sleep(row, lab)
    return Draft.objects.create(
        author=author, sandbox=row, before=base.start, document=document.encode(made), files=files
    )


def room_for_one(author: User) -> None:
    """Raise Refused where an author has as many drafts as anybody may have."""
    if Draft.objects.filter(author=author).count() >= MOST:
        raise Refused(_("You have too many drafts. Delete one first."))


def put_to_sleep(row: Sandbox, lab: Lab) -> None:
    """Store a new cluster."""
    row.state, row.now, row.birth = lab.snapshot(), lab.now, lab.unix - lab.now
    row.save()


def arrive(author: User, slug: str, parcel: Parcel) -> Draft:
    """A draft with the files of *parcel*, to the last byte; raises Refused."""
    room_for_one(author)
    document, _complaint = understood(slug, parcel.files, {})
    left: list[Any] = [[note.why, f"{note.file}:{note.line}"] for note in parcel.left]
    return Draft.objects.create(author=author, stage="edit", document=document, files=dict(parcel.files), lost=left)


@transaction.atomic
def give_up(draft: Draft) -> None:
    """Delete a draft and its cluster. What was published stays."""
    if draft.sandbox:
        draft.sandbox.delete()
    draft.delete()


# --- saved ------------------------------------------------------------------------------------------------------------------


def store(draft: Draft, version: int, **values: Any) -> Draft:
    """Write *values* over *version* of the draft; raises Stale."""
    found = Draft.objects.filter(pk=draft.pk, version=version)
    fresh = {**values, "version": version + 1}
    with transaction.atomic():
        if not found.update(**fresh):
            raise Stale
        draft.refresh_from_db()
        draft.save(update_fields=["updated"])
    return draft


def save_document(draft: Draft, version: int, data: Any) -> Draft:
    """Take what the form says; raises Stale, and Refused where it is no document or too large."""
    try:
        found = document.decode(data)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Refused(str(error)) from error
    files = with_document(draft.files, found)
    return store(draft, version, document=document.encode(found), files=files)


def with_document(files: Mapping[str, str], found: document.Document) -> dict[str, str]:
    """The files of a draft with what the form says; raises Refused."""
    merged = {**files, **writing.written(found)}
    if problem := desk.refusal(merged):
        raise Refused(problem)
    return merged


def save_files(draft: Draft, version: int, files: Mapping[str, str]) -> tuple[Draft, str]:
    """Take the text of the files, and what is wrong with it as far as a form could not show it (empty: nothing); raises Stale and
    Refused."""
    if problem := desk.refusal(files):
        raise Refused(problem)
    kept, complaint = understood(draft.slug, files, draft.scenario)
    return store(draft, version, document=kept, files=dict(files)), complaint


def understood(slug: str, files: Mapping[str, str], scenario: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What a form shows of files, and why it cannot (empty: it can); then only the name is kept, and the cluster as it was."""
    try:
        found = document.encode(reading.read(slug or desk.NAMELESS, files))
    except (LessonError, msgspec.ValidationError) as error:
        return {"slug": slug, "scenario": scenario}, str(error)
    return {**found, "slug": slug}, ""


def solution(draft: Draft) -> list[Command | FileBlock]:
    """What the solution does, without its answers to questions; nothing where it cannot be read."""
    try:
        steps = transcripts.parse(draft.files.get(SOLUTION, "")).steps
    except transcripts.TranscriptError:
        return []
    return [step for step in steps if isinstance(step, Command | FileBlock)]


def is_form(draft: Draft) -> bool:
    """Whether the draft can be edited in the form."""
    return "steps" in draft.document


# --- jobs -------------------------------------------------------------------------------------------------------------------


def take_on(draft: Draft, work: str) -> bool:
    """Note that *work* is being done; False if something is under way."""
    if works(draft):
        return False
    Draft.objects.filter(pk=draft.pk).update(job={"work": work, "since": clock.wall()})
    return True


def works(draft: Draft) -> bool:
    """Whether something is being done for the draft."""
    return bool(draft.job) and clock.wall() - int(draft.job.get("since", 0)) < JOB_LIFE
