"""Marks go to the platform's gradebook. Follows LTI Assignment and Grade Services 2.0.

The newest mark of somebody on a line is one parcel: a new one takes the place of what has not arrived yet, so that a line never
shows an older mark than it could.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from labsite.classes.models import Classroom
from labsite.grades.signals import Marked
from labsite.lti import deep, services
from labsite.lti.claims import LINE_SCOPE, SCORE_SCOPE
from labsite.lti.models import Identity, Link, Score
from labsite.outside.parcels import sends
from labsite.outside.requests import Answer, Unreachable
from lessons import catalogue

LINE, LINES = "application/vnd.ims.lis.v2.lineitem+json", "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
# What another attempt would not mend; 404 and 422 are what platforms say to a line or a person that is gone.
FINAL = {400, 403, 404, 405, 410, 413, 415, 422}


# What of a score is written over by a newer one.
NEWER = ["points", "of", "finished", "when", "comment", "state", "tries", "due"]


def hear(classroom: Classroom, marks: Sequence[Marked], **more: Any) -> None:
    """Learners have other marks than before (labsite/grades/signals.py)."""
    owe(classroom, marks)


def owe(room: Classroom, marks: Sequence[Marked], comment: str = "") -> None:
    """Marks were given or have changed: owe each to every line of its lesson in a course that is this class, of whose platform the
    learner is. It takes four queries, however many marks there are."""
    lessons = {each.assignment.lesson for each in marks}
    links = Link.objects.filter(context__classroom=room, lesson__in=lessons).exclude(line="", lines="")
    lines = list(links.select_related("context"))
    if not lines:
        return
    users = {each.seat.user_id for each in marks}
    platforms = {line.context.platform_id for line in lines}
    found = Identity.objects.filter(platform__in=platforms, user__in=users)
    known = set(found.values_list("platform", "user"))
    told = {(each.link_id, each.user_id): each for each in Score.objects.filter(link__in=lines, user__in=users)}
    owed = [
        score_of(line, each, comment)
        for line in lines
        for each in marks
        if each.assignment.lesson == line.lesson and (line.context.platform_id, each.seat.user_id) in known
    ]
    news = [score for score in owed if is_news(score, told.get((score.link_id, score.user_id)))]
    Score.post_all(news, update_conflicts=True, unique_fields=["link", "user"], update_fields=NEWER)


def score_of(line: Link, given: Marked, comment: str) -> Score:
    """A mark as it is told to a line."""
    points, of = float(given.mark.points), float(given.mark.of)
    user = given.seat.user_id or 0
    return Score(
        link=line, user_id=user, points=points, of=of, finished=given.finished, when=given.when, comment=comment[:300]
    )


def is_news(score: Score, told: Score | None) -> bool:
    """Whether the platform is to hear of a mark; not of nothing for who has done nothing, which a gradebook would show as a bad mark."""
    if told is None:
        return score.points > 0 or score.finished
    same = (told.points, told.of, told.finished) == (score.points, score.of, score.finished)
    return not same or told.state == "dead"


@sends(Score)
def send(score: Score) -> None:
    """One attempt to hand a score over."""
    link = score.link
    who = Identity.objects.filter(platform=link.context.platform_id, user=score.user_id).first()
    if who is None:
        score.failed("the platform does not know this account any more", final=True)
        return
    try:
        answer = handed(link, written(score, who.subject))
    except services.NotOurs as error:
        score.failed(str(error), final=True)
    except Unreachable as error:
        score.failed(str(error))
    else:
        settle(score, answer)


def settle(score: Score, answer: Answer) -> None:
    """Write down what the platform says."""
    if answer.good or answer.status == 409:  # it has one that is as new
        score.arrived(answer.status)
    else:
        score.failed(f"the platform answers HTTP {answer.status}", answer.status, final=answer.status in FINAL)


def handed(link: Link, content: dict[str, Any]) -> Answer:
    """The platform's answer to a score; raises Unreachable."""
    platform = link.context.platform
    where = urlsplit(line_of(link))
    url = where._replace(path=where.path.rstrip("/") + "/scores").geturl()
    return services.request(platform, SCORE_SCOPE, "POST", url, accept="application/json", content=content, kind=SCORE)


def written(score: Score, subject: str) -> dict[str, Any]:
    """A score as the platform takes it."""
    return {
        "userId": subject,
        "scoreGiven": score.points,
        "scoreMaximum": score.of,
        "timestamp": score.when.isoformat(timespec="milliseconds"),
        "activityProgress": "Completed" if score.finished else "InProgress",
        "gradingProgress": "FullyGraded" if score.finished else "Pending",
        **({"comment": score.comment} if score.comment else {}),
    }


def line_of(link: Link) -> str:
    """The address of a link's line; where it has none, one is looked for, or made; raises Unreachable."""
    if not link.line:
        link.line = found_line(link) or made_line(link)
        link.save(update_fields=["line"])
    return link.line


def found_line(link: Link) -> str:
    """The line that the platform has for the link already."""
    joint = "&" if "?" in link.lines else "?"
    url = f"{link.lines}{joint}{urlencode({'resource_link_id': link.name, 'limit': 10})}"
    answer = services.request(link.context.platform, LINE_SCOPE, "GET", url, accept=LINES)
    lines = answer.json() if answer.good else []
    ids = [each.get("id") for each in lines if isinstance(each, dict)] if isinstance(lines, list) else []
    return next((each for each in ids if isinstance(each, str) and len(each) <= 2000), "")


def made_line(link: Link) -> str:
    """A new line."""
    lesson = catalogue.get(link.lesson)
    content = {
        "scoreMaximum": deep.worth(lesson) if lesson else 100,
        "label": link.title or link.lesson,
        "resourceId": link.lesson,
        "resourceLinkId": link.name,
    }
    answer = services.request(
        link.context.platform, LINE_SCOPE, "POST", link.lines, accept=LINE, content=content, kind=LINE
    )
    found = answer.json() if answer.good else {}
    name = found.get("id") if isinstance(found, dict) else None
    if not isinstance(name, str) or len(name) > 2000:
        raise Unreachable(f"the platform makes no line in its gradebook (HTTP {answer.status})")
    return name
