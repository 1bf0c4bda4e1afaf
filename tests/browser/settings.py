"""The site's settings as they are served; the collected files go into the test's own folder, and are not compressed."""

from labsite.settings import *  # noqa: F403
from labsite.settings import STORAGES, VAR_DIR

STATIC_ROOT = VAR_DIR / "static"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "tests.browser.storage.Uncompressed"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the others are slow on purpose
