"""The doctor on how the site is reached: names, ports, HTTPS, a proxy."""

import ipaddress
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _

from labsite.door import certificates
from labsite.hosting import ports
from labsite.hosting.findings import Finding, error, good, note, warning


def loopback(host: str) -> bool:
    """Whether only this machine reaches *host*."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def debug() -> list[Finding]:
    """DEBUG shows strangers the inside."""
    if not settings.DEBUG:
        return good(_("DEBUG is off."))
    says, cure = _("DEBUG is on: errors show the settings to whoever causes them."), _("Leave DEBUG out.")
    return warning(says, cure) if loopback(settings.HOST) else error(says, cure)


def hosts() -> list[Finding]:
    """The names that the site answers to."""
    names = [name for name in settings.ALLOWED_HOSTS if not loopback(name.strip("[]"))]
    if "*" in names:
        cure = _("List the site's own names in ALLOWED_HOSTS.")
        return warning(_("ALLOWED_HOSTS is *: links can be made that lead elsewhere."), cure)
    if not names and not loopback(settings.HOST):
        cure = _("Put the name or address that learners type into ALLOWED_HOSTS.")
        return error(_("The site listens on %s, but answers to no name but localhost.") % settings.HOST, cure)
    return good(_("The site answers to: %s") % ", ".join(settings.ALLOWED_HOSTS))


def origins() -> list[Finding]:
    """TRUSTED_ORIGINS can be meant."""
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            cure = _("Write it as https://lab.school.example.")
            return error(_("TRUSTED_ORIGINS: %s has no http:// or https:// before it.") % origin, cure)
        if not validate_host(parts.hostname.replace("*", "x"), settings.ALLOWED_HOSTS):
            cure = _("Put %s into ALLOWED_HOSTS as well.") % parts.hostname
            return error(_("TRUSTED_ORIGINS names %s, which ALLOWED_HOSTS does not.") % origin, cure)
    return good(_("TRUSTED_ORIGINS agrees with ALLOWED_HOSTS."))


def proxy() -> list[Finding]:
    """HTTPS and the proxy fit together."""
    if settings.HTTPS and not settings.BEHIND_PROXY:
        cure = _("Set BEHIND_PROXY=yes if a proxy sets X-Forwarded-Proto; else HTTPS=no.")
        return error(_("HTTPS is on, but the site itself speaks HTTP: every page would lead to itself."), cure)
    if settings.BEHIND_PROXY and not settings.HTTPS:
        cure = _("Set HTTPS=yes if learners reach the proxy by HTTPS.")
        return warning(_("There is a proxy, but cookies and passwords go unencrypted."), cure)
    if not settings.HTTPS and not loopback(settings.HOST):
        cure = _("Put a proxy with TLS before the site: docs/hosting.md.")
        return warning(_("Others reach the site by plain HTTP: passwords can be read on the way."), cure)
    return good(_("HTTPS and the proxy fit together."))


def tls_port() -> list[Finding]:
    """Tools outside find a port of their own."""
    if not settings.TLS_PORT:
        return note(_("TLS_PORT is 0: no port of its own for tools."))
    if settings.TLS_PORT == settings.PORT:
        return error(_("PORT and TLS_PORT are the same."), _("Choose another TLS_PORT."))
    if not ports.taken(settings.HOST, settings.TLS_PORT):
        return good(_("TLS_PORT %s is free.") % settings.TLS_PORT)
    if ours(settings.TLS_PORT):
        return good(_("This site listens on TLS_PORT %s.") % settings.TLS_PORT)
    says = _("TLS_PORT %s is taken by something else, so kubectl cannot reach the clusters.") % settings.TLS_PORT
    return error(says, _("Choose another TLS_PORT, or stop what listens there."))


def ours(port: int) -> bool:
    """Whether what listens on *port* has a certificate of this installation's own."""
    authority = Path(settings.VAR_DIR) / certificates.FOLDER / "ca.crt"
    try:
        context = ssl.create_default_context(cafile=authority)
        context.check_hostname = False
        with ports.connected("127.0.0.1", port) as plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False
