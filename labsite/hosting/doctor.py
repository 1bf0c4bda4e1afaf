"""The doctor: everything that is looked at, in order."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labsite.hosting import addresses, neighbours, premises
from labsite.hosting.findings import ERROR, Finding
from labsite.oidc import checkup

Check = Callable[[], list[Finding]]

CHECKS: tuple[tuple[object, Check], ...] = (
    (gettext_lazy("secret key"), premises.secret_key),
    (gettext_lazy("VAR_DIR"), premises.permissions),
    (gettext_lazy("disk space"), premises.space),
    (gettext_lazy("schema"), premises.schema),
    (gettext_lazy("static files"), premises.static_files),
    (gettext_lazy("translations"), premises.translations),
    (gettext_lazy("database"), neighbours.database),
    (gettext_lazy("journal"), neighbours.journal),
    (gettext_lazy("administrator"), neighbours.administrator),
    (gettext_lazy("Redis"), neighbours.queue),
    (gettext_lazy("worker"), neighbours.worker),
    (gettext_lazy("clocks"), neighbours.clocks),
    (gettext_lazy("clusters"), neighbours.clusters),
    (gettext_lazy("debugging"), addresses.debug),
    (gettext_lazy("host names"), addresses.hosts),
    (gettext_lazy("origins"), addresses.origins),
    (gettext_lazy("HTTPS and proxy"), addresses.proxy),
    (gettext_lazy("certificate"), premises.certificate),
    (gettext_lazy("port for tools"), addresses.tls_port),
    (gettext_lazy("OpenID Connect"), checkup.issuer),
)


def examined() -> Iterator[tuple[str, Finding]]:
    """What each check finds; one that fails itself is a finding, and the others go on."""
    for name, check in CHECKS:
        try:
            found = check()
        except Exception as why:
            found = [Finding(ERROR, _("This could not be looked at: %s") % why, _("Cure what is said above first."))]
        yield from ((str(name), finding) for finding in found)
