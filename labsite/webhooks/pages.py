"""The webhooks of a class, for who teaches it, and of the site, for administrators: which there are, and what became of the last deliveries."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from labsite import limits
from labsite.accounts.models import User
from labsite.accounts.views import too_often
from labsite.classes.models import Classroom
from labsite.sandboxes import clock
from labsite.webhooks import events, hearing, sending, signing
from labsite.webhooks.forms import HookForm
from labsite.webhooks.models import Delivery, Hook

MOST = 10  # of one class, and of the site
SHOWN = 50  # deliveries
SENDING = limits.Rate(burst=30, every=10 * clock.SECOND)


@never_cache
def index(request: HttpRequest, classroom: int | None = None) -> HttpResponse:
    """All of them, and the form for another one."""
    room = get_object_or_404(Classroom, pk=classroom) if classroom else None
    hooks = Hook.objects.filter(classroom=room)
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if hooks.count() >= MOST:
            form.add_error(None, _("There are %s webhooks already; remove one first.") % MOST)
        else:
            return made(request, form, room)
    waiting = Count("deliveries", filter=Q(deliveries__state="waiting"))
    rows = [(hook, address(hook)) for hook in hooks.select_related("owner").annotate(waiting=waiting)]
    return render(request, "webhooks/index.html", {"classroom": room, "rows": rows, "form": form})


def made(request: HttpRequest, form: HookForm, room: Classroom | None) -> HttpResponse:
    """A new one: its page, with its secret, which is shown this once."""
    form.instance.classroom, form.instance.owner = room, cast(User, request.user)
    secret = signing.give(form.instance)
    return page(request, form.save(), secret=secret)


def address(hook: Hook) -> str:
    """The address of its page."""
    if hook.classroom_id:
        return reverse("class-webhook", args=[hook.classroom_id, hook.pk])
    return reverse("webhook", args=[hook.pk])


@never_cache
def show(request: HttpRequest, hook: int, classroom: int | None = None) -> HttpResponse:
    """One of them; or something is done with it."""
    found = get_object_or_404(Hook, pk=hook, classroom=classroom)
    if request.method != "POST":
        if found.owner == request.user:
            Hook.objects.filter(pk=found.pk).update(told=True)
        return page(request, found)
    if not limits.allowed("webhook", str(found.pk), SENDING):
        return too_often(request)
    if "rotate" in request.POST:
        secret = signing.give(found)
        found.save(update_fields=["sealed", "before", "before_until"])
        return page(request, found, secret=secret)
    if "save" in request.POST:
        form = HookForm(request.POST, instance=found)
        if not form.is_valid():
            return page(request, get_object_or_404(Hook, pk=hook), form=form)
        form.save()
        messages.success(request, _("Saved."))
    else:
        wish = next((name for name in WISHES if name in request.POST), None)
        if wish:
            WISHES[wish](request, found)
    if "remove" in request.POST:
        return redirect("class-webhooks", classroom) if classroom else redirect("webhooks")
    return redirect(address(found))


def page(request: HttpRequest, hook: Hook, **more: Any) -> HttpResponse:
    """Its page; *more* is what came of a form, or a secret."""
    context = {
        "hook": hook,
        "address": address(hook),
        "form": HookForm(instance=hook),
        "deliveries": hook.deliveries.all()[:SHOWN],
        "dead": hook.deliveries.filter(state="dead").count(),
        "two_secrets": clock.date(hook.before_until) if hook.before_until > clock.wall() else None,
    }
    return render(request, "webhooks/hook.html", context | more)


# --- wishes ---------------------------------------------------------------------------------------------------------------


def test(request: HttpRequest, hook: Hook) -> None:
    """Send a test event, at once."""
    data = events.place(hook.classroom)
    Delivery(hook=hook, kind=events.TEST, body=events.body(events.TEST, data)).post()
    messages.success(request, _("A test event is on its way."))


def again(request: HttpRequest, hook: Hook) -> None:
    """Send one delivery again, or all that were given up; with the same id, by which the other side knows it."""
    which = request.POST["again"]
    one: QuerySet[Delivery] = hook.deliveries.filter(pk=int(which) if which.isdigit() and len(which) < 19 else 0)
    for delivery in (
        one if which != "all" else hook.deliveries.filter(state="dead").order_by("pk")[: hearing.MOST_WAITING]
    ):
        delivery.post()
    messages.success(request, _("Sending again."))


def off(request: HttpRequest, hook: Hook) -> None:
    """Switch it off."""
    sending.switch_off(hook, "hand")


def on(request: HttpRequest, hook: Hook) -> None:
    """Switch it on."""
    sending.switch_on(hook)


def remove(request: HttpRequest, hook: Hook) -> None:
    """Remove it, and what is on its way to it."""
    hook.delete()
    messages.success(request, _("The webhook is removed."))


WISHES: dict[str, Callable[[HttpRequest, Hook], None]] = {
    "test": test,
    "again": again,
    "off": off,
    "on": on,
    "remove": remove,
}
