"""Coming in: as a guest with one click, with a name and a password, or by signing up."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from labsite import limits
from labsite.accounts.forms import SignUpForm
from labsite.accounts.models import User
from labsite.classes import membership
from labsite.hosting import forgetting
from labsite.oidc import leaving
from labsite.sandboxes import keeping

BACKEND = "django.contrib.auth.backends.ModelBackend"


def onward(request: HttpRequest) -> HttpResponse:
    """To the page that was asked for, if it is one of ours; else to the lessons."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "catalogue")


def too_often(request: HttpRequest) -> HttpResponse:
    """The page that says to wait."""
    return render(request, "accounts/too_often.html", status=429)


def address(request: HttpRequest) -> str:
    """Whom to count: the address that the connection comes from, or the one that the proxy saw."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return seen.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


@require_POST
def start_as_guest(request: HttpRequest) -> HttpResponse:
    """One click, and in."""
    if not request.user.is_authenticated:
        if not limits.allowed("guest", address(request), limits.GUEST):
            return too_often(request)
        login(request, User.new_guest(), backend=BACKEND)
        forgetting.in_time()
    return onward(request)


@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Name and password. What a guest did before goes with them into their account."""
    form = AuthenticationForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not log_in_allowed(request):
            return too_often(request)
        if form.is_valid():
            come_in(request, form.get_user())
            return onward(request)
    context = {"form": form, "next": request.GET.get("next", ""), "oidc": settings.OIDC_NAME}
    return render(request, "accounts/log_in.html", context)


def come_in(request: HttpRequest, user: User) -> None:
    """Log somebody in; what was done before in this browser as a guest goes with them."""
    before = User.objects.filter(
        pk=request.user.pk or 0, is_guest=True
    ).first()  # read now: the log-in ends this session
    login(request, user, backend=BACKEND)
    if before and before != user:
        keeping.adopt(before, user)
        membership.adopt(before, user)


def log_in_allowed(request: HttpRequest) -> bool:
    """Neither this address nor this name has tried too often."""
    name = request.POST.get("username", "").casefold()[:150]
    by_address = limits.allowed("log-in-address", address(request), limits.LOG_IN_ADDRESS)
    return limits.allowed("log-in-name", name.encode().hex(), limits.LOG_IN) and by_address


@never_cache
@sensitive_post_parameters("password1", "password2")
def sign_up(request: HttpRequest) -> HttpResponse:
    """A new account; a guest becomes it and keeps everything."""
    user = request.user
    if isinstance(user, User) and not user.is_guest:
        return onward(request)
    form = SignUpForm(request.POST or None, guest=user if isinstance(user, User) else None)
    if request.method == "POST":
        if not limits.allowed("guest", address(request), limits.GUEST):
            return too_often(request)
        if form.is_valid():
            login(request, form.save(), backend=BACKEND)
            messages.success(request, _("Welcome. Your work is kept under your name now."))
            return onward(request)
    return render(request, "accounts/sign_up.html", {"form": form})


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Out, and home; whoever came in from a provider may want to log out there, too."""
    ending = leaving.address(request)
    logout(request)
    if ending:
        return render(request, "oidc/left.html", {"ending": ending, "name": settings.OIDC_NAME})
    return redirect(settings.LOGOUT_REDIRECT_URL)
