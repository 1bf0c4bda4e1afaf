"""Marks go to the platform's gradebook. Follows LTI Assignment and Grade Services 2.0.

The newest mark of somebody on a line is one parcel: a new one takes the place of what has not arrived yet, so that a line never
shows an older mark than it could.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from labsite.accounts.models import User
from labsite.classes.models import Assignment, Classroom
from labsite.grades.signals import Mark
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


def owe(
    room: Classroom,
    lesson: str,
    user: User,
    points: float,
    of: float,
    *,
    finished: bool,
    when: datetime,
    comment: str = "",
) -> None:
    """A mark was given or has changed: owe it to each line of the lesson in a course that is this class."""
    links = Link.objects.filter(context__classroom=room, lesson=lesson).exclude(line="", lines="")
    for link in links.select_related("context"):
        if Identity.objects.filter(platform=link.context.platform_id, user=user).exists():
            score = Score.objects.filter(link=link, user=user).first() or Score(link=link, user=user)
            if is_news(score, points, of, finished):
                score.points, score.of, score.finished, score.when = points, of, finished, when
                score.comment = comment[:300]
                score.post()


def is_news(score: Score, points: float, of: float, finished: bool) -> bool:
    """Whether the platform is to hear of a mark; not of nothing for who has done nothing, which a gradebook would show as a bad mark."""
    if score.pk is None:
        return points > 0 or finished
    return (score.points, score.of, score.finished) != (points, of, finished) or score.state == "dead"


def hear(
    user: User, classroom: Classroom, assignment: Assignment, mark: Mark, when: datetime, finished: bool, **more: Any
) -> None:
    """A learner has another mark than before (labsite/grades/signals.py)."""
    owe(classroom, assignment.lesson, user, float(mark.points), mark.of, finished=finished, when=when)


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
