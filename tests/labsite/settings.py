"""The site's settings, with a tiny cluster in place of the simulator."""

from labsite.settings import *  # noqa: F403

LAB_CLASS = "tests.labsite.echo_lab.EchoLab"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # files as they are, not as they were collected
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the others are slow on purpose
