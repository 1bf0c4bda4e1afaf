"""The doctor on the provider of OpenID Connect: whether it answers, and can be used."""

from email.utils import parsedate_to_datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from labsite.hosting import neighbours
from labsite.hosting.findings import Finding, error, good, note
from labsite.oidc import provider, tokens
from labsite.outside import keysets
from labsite.outside.requests import Answer, Unreachable
from labsite.sandboxes import clock


def issuer() -> list[Finding]:
    """What it says of itself, its keys, its clock."""
    if not settings.OIDC_ISSUER:
        return note(_("No log-in by OpenID Connect is set (OIDC_ISSUER)."))
    cure = _("Compare OIDC_ISSUER with what the provider calls its issuer; this machine must reach it.")
    try:
        answer = provider.fetched()
        facts = provider.examined(answer)
    except provider.Unusable as why:
        return error(str(why), cure)
    if found := without_keys(facts["jwks_uri"]):
        return found
    return [*proofs(facts), *skewed(answer), *good(said())]


def said() -> str:
    """All is well, and what the provider must know."""
    where = next(iter(settings.CSRF_TRUSTED_ORIGINS), "https://…") + reverse("oidc-back")
    return _("The issuer %(issuer)s answers. Redirect URI there: %(where)s") % {
        "issuer": settings.OIDC_ISSUER,
        "where": where,
    }


def without_keys(url: str) -> list[Finding]:
    """An error if no token of it could be believed."""
    cure = _("Have the provider sign with RSA or elliptic curves.")
    try:
        keys = keysets.kept(url, anew=True)
    except Unreachable as why:
        return error(_("The provider's keys cannot be fetched: %s") % why, cure)
    fit = [each for each in keys if any(keysets.usable(each, None, name) for name in tokens.ALGORITHMS)]
    return [] if fit else error(_("The provider shows no key that could be used."), cure)


def proofs(facts: provider.Facts) -> list[Finding]:
    """A note if it does not say that it knows PKCE."""
    if "S256" in facts.get("code_challenge_methods_supported", ()):
        return []
    return note(_("The provider does not say that it knows PKCE (S256)."), _("Nothing has to be done if log-ins work."))


def skewed(answer: Answer) -> list[Finding]:
    """A warning if its clock is another."""
    try:
        shows = clock.unix(parsedate_to_datetime(answer.headers["date"]))
    except (KeyError, ValueError, TypeError):
        return []
    return neighbours.skewed(_("the provider"), max(abs(clock.wall() - shows) - clock.SECOND, 0))
