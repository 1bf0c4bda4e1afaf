"""What a class has to do with a platform, for who teaches it: the list of names, and the marks that did not arrive."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from labsite import limits
from labsite.accounts.views import too_often
from labsite.classes.models import Classroom, Seat
from labsite.lti import roster
from labsite.lti.models import Context, Score
from labsite.outside.requests import Unreachable
from labsite.sandboxes import clock

MOST = 300
SYNC = limits.Rate(burst=6, every=20 * clock.SECOND)


@never_cache
def page(request: HttpRequest, classroom: int) -> HttpResponse:
    """The page; or names are fetched, or marks sent again."""
    found = get_object_or_404(Classroom, pk=classroom)
    if request.method != "POST":
        return render(request, "lti/course.html", about(found))
    if "sync" in request.POST:
        if not limits.allowed("lti-names", str(classroom), SYNC):
            return too_often(request)
        for context in found.contexts.exclude(memberships="").select_related("platform", "classroom"):
            names(request, context)
    else:
        again(request, found)
    return redirect("class-lti", classroom)


def about(found: Classroom) -> dict[str, object]:
    """What the page shows: courses, links, and the marks that are on their way, given up ones first."""
    scores = Score.objects.filter(link__context__classroom=found).exclude(state="sent")
    rows = list(scores.select_related("link", "user").order_by("state", "-tried")[:MOST])
    seats = dict(Seat.objects.filter(classroom=found).exclude(user=None).values_list("user", "name"))
    return {
        "classroom": found,
        "contexts": found.contexts.select_related("platform").prefetch_related("links"),
        "scores": [(row, seats.get(row.user_id, row.user.username)) for row in rows],
        "sent": Score.objects.filter(link__context__classroom=found, state="sent").count(),
    }


def names(request: HttpRequest, context: Context) -> None:
    """Fetch the names of one course, and say what came of it."""
    try:
        done = roster.sync(context)
    except Unreachable as error:
        messages.error(request, _("The names could not be fetched: %s") % error)
    else:
        said = _("From the platform: %(fresh)s new, %(there)s that were there, %(gone)s empty seats removed.")
        messages.success(request, said % vars(done))


def again(request: HttpRequest, found: Classroom) -> None:
    """Send one mark again, or all that were given up."""
    dead = Score.objects.filter(link__context__classroom=found, state="dead")
    one = request.POST.get("score", "")
    for score in dead.filter(pk=one) if one.isdigit() and len(one) < 19 else dead[:MOST]:
        score.post()
    messages.success(request, _("Sending again."))
