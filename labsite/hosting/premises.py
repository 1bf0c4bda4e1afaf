"""The doctor on what lies on the disk: keys, folders, what set-up makes, the certificate."""

import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.utils.translation import gettext as _

from labsite.door import certificates
from labsite.hosting.findings import Finding, error, good, note, warning

SHORTEST_KEY = 32
EXAMPLES = ("change", "example", "insecure", "secret")  # how keys begin that were copied from somewhere
LEAST_FREE, LITTLE_FREE = 100 << 20, 1 << 30
SETUP = "make setup"


def secret_key() -> list[Finding]:
    """The key that signs sessions and links."""
    key = settings.SECRET_KEY
    cure = _("Put a long random SECRET_KEY into the environment, or leave it out: then one is made in VAR_DIR.")
    if len(key) < SHORTEST_KEY:
        return error(_("SECRET_KEY has only %s characters; sessions could be forged.") % len(key), cure)
    if key.casefold().startswith(EXAMPLES):
        return error(_("SECRET_KEY looks like an example that others know too."), cure)
    return good(_("The secret key is long enough."))


def permissions() -> list[Finding]:
    """VAR_DIR can be written, and what is secret in it is read by its owner alone."""
    var = Path(settings.VAR_DIR)
    try:
        probe = var / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as why:
        cure = _("Give the folder to the user that runs Podlab: chown -R USER %s") % var
        return error(_("VAR_DIR cannot be written: %s") % why, cure)
    secret = [var / "secret_key", *var.glob("tls/*.key")]
    loose = [path for path in secret if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        names = " ".join(map(str, loose))
        return warning(_("Others on this machine can read %s.") % names, f"chmod 600 {names}")
    return good(_("VAR_DIR (%s) can be written, and its secrets are its owner's alone.") % var)


def space() -> list[Finding]:
    """Room for the database and backups."""
    free = shutil.disk_usage(settings.VAR_DIR).free
    says = _("%s MB are free where VAR_DIR is.") % (free >> 20)
    cure = _("Make room, or move VAR_DIR to a larger disk.")
    if free < LEAST_FREE:
        return error(says, cure)
    return warning(says, cure) if free < LITTLE_FREE else good(says)


def static_files() -> list[Finding]:
    """Every static file is where the server looks for it."""
    if settings.DEBUG:
        return note(_("With DEBUG, static files are served as they are."))
    bundles = Path(settings.BASE_DIR) / "static" / "build"
    if not bundles.is_dir() or not any(bundles.iterdir()):
        return error(_("The browser's bundles are not built (static/build)."), SETUP)
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return note(_("Static files are served as they are."))
    known = set(staticfiles_storage.load_manifest()[0])
    missing = [name for finder in finders.get_finders() for name, _storage in finder.list([]) if name not in known]
    if missing:
        says = _("%(count)s static files are not collected, %(name)s among them.")
        return error(says % {"count": len(missing), "name": missing[0]}, SETUP)
    return good(_("Static files and bundles are built."))


def schema() -> list[Finding]:
    """The shape of every Kubernetes kind."""
    folder = Path(settings.BASE_DIR) / "simulator" / "api"
    missing = [name for name in ("schema.json", "descriptions.json") if not (folder / name).is_file()]
    if missing:
        return error(_("The Kubernetes schema is not made: %s is missing.") % missing[0], SETUP)
    return good(_("The Kubernetes schema is there."))


def translations() -> list[Finding]:
    """The site's texts in other languages."""
    sources = [path for top in settings.LOCALE_PATHS for path in Path(top).glob("*/LC_MESSAGES/*.po")]
    stale = [path for path in sources if older(path.with_suffix(".mo"), path)]
    if stale:
        name = stale[0].parent.parent.name
        return warning(_("The translation %s is not compiled, or an older one is.") % name, "manage.py compile_texts")
    return good(_("The translations are compiled."))


def older(made: Path, source: Path) -> bool:
    """Whether *made* is missing, or older than what it is made from."""
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def certificate() -> list[Finding]:
    """The certificate that kubeconfigs trust."""
    if not settings.TLS_PORT:
        return note(_("TLS_PORT is 0: tools reach the clusters by the site's own address."))
    folder = Path(settings.VAR_DIR) / certificates.FOLDER
    if not (folder / "server.crt").exists():
        return note(_("There is no certificate yet; `manage.py serve` makes one."))
    hosts = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    remove = _("Remove %s and start the site again: all is made anew, and kubeconfigs have to be downloaded anew.")
    try:
        ends = {name: expiry(folder / name) for name in ("ca.crt", "server.crt")}
        current = certificates.good(folder / "server.crt", hosts)
    except (OSError, ValueError, x509.ExtensionNotFound) as why:
        return error(_("The certificate cannot be read: %s") % why, remove % folder)
    if ends["ca.crt"] - certificates.RENEW_BEFORE < datetime.now(UTC):
        return error(_("The certificate authority ends on %s.") % ends["ca.crt"].date(), remove % folder)
    if not current:
        says = _("The certificate ends on %s, or is not for these ALLOWED_HOSTS.") % ends["server.crt"].date()
        return warning(says, _("Start the site again: it makes a new one, which downloaded kubeconfigs trust as well."))
    return good(_("The certificate holds until %s.") % ends["server.crt"].date())


def expiry(file: Path) -> datetime:
    """Until when a certificate holds."""
    return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
