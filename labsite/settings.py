"""The site's settings. What a host may choose is read from the environment here, and nowhere else."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from labsite.environment import Environment, database, log_in_elsewhere, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

# --- profile: embedded (one process) or distributed (Redis, workers) ------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
REDIS_PREFIX = env.text("REDIS_PREFIX", "podlab")  # of every key and channel: two sites may share one Redis
EMBEDDED = not REDIS_URL
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.names("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = env.names("TRUSTED_ORIGINS")
PORT = env.number("PORT", 8000, low=1, high=65535)
HOST = env.text("HOST", "127.0.0.1")
# The port on which tools outside reach the clusters with a certificate of our own; 0: none, a proxy has a better one.
TLS_PORT = env.number("TLS_PORT", 0 if env.flag("HTTPS") else 8443, low=0, high=65535)
HTTPS = env.flag("HTTPS")
# Then the proxy says who asks (X-Forwarded-For) and how (X-Forwarded-Proto); anybody could say so where there is none.
BEHIND_PROXY = env.flag("BEHIND_PROXY")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "lessons",
    "labsite.accounts",
    "labsite.sandboxes",
    "labsite.console",
    "labsite.door",
    "labsite.classes",
    "labsite.grades",
    "labsite.authoring",
    "labsite.lti",
    "labsite.analytics",
    "labsite.webhooks",
    "labsite.oidc",
    "labsite.pages",
    "labsite.hosting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "labsite.logs.Requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "labsite.access.gate.Gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "labsite.urls"
ASGI_APPLICATION = "labsite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "labsite.webhooks.notices.fallen",
            ],
        },
    },
]

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": database(env.text("DATABASE_URL"), VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "home"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 180 * 24 * 3600  # a guest has nothing but the session: a whole term
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if EMBEDDED
    else {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
    }
}
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    if EMBEDDED
    else {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_PREFIX}:layer"},
    }
}

# --- tasks ----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = "memory://podlab" if EMBEDDED else REDIS_URL
CELERY_BROKER_TRANSPORT = "labsite.broker:Transport" if EMBEDDED else None
# What a killed worker held is handed out again after a minute; alarms are never further ahead than that (see
# sandboxes/clock.py).
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {} if EMBEDDED else {"visibility_timeout": 60, "global_keyprefix": f"{REDIS_PREFIX}:"}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_DB_REUSE_MAX = sys.maxsize  # it would open a connection for each task; see labsite/celery.py
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 20
CELERY_TASK_TIME_LIMIT = 30
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 10_000
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]

# --- the cluster behind the console -----------------------------------------------------------------------------------
LAB_CLASS = "simulator.lab.Lab"
LESSON_CONSOLE = "labsite.console.playing.site"  # plays the solutions of lessons as browsers would
LESSON_DRAFTS = "labsite.authoring.arriving.draft"  # makes a draft of a lesson that was brought
LESSON_SOURCES = env.names("LESSON_SOURCES", ("https", "file"))  # how `lessons import` may reach repositories
REPLAY_OUTSIDE = "labsite.door.replaying.outside.replay"  # replays transcripts with a real kubectl

# --- language -------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- static files -----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "labsite.pages.storage.HashedModules"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- security -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "style-src-elem": [SELF, NONCE],
        # xterm.js writes letter-spacing and 24-bit colours as style attributes.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 0, low=0, high=10**9)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
# The form that says how a class marks has six fields for each of at most 500 lessons.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- logging ----------------------------------------------------------------------------------------------------------
# Whether a lesson is locked until those that it requires are finished.
LESSON_GATES = env.flag("LESSON_GATES")

# Guests who did nothing for so many days are forgotten with all that they made.
GUEST_DAYS = env.number("GUEST_DAYS", 180, low=1, high=3650)
METRICS_TOKEN = env.text("METRICS_TOKEN")  # who has it may read /metrics; empty: programs on this machine

# Log-in by OpenID Connect, where an issuer is set (docs/hosting.md).
OIDC_ISSUER = env.text("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_NAME = (env.text("OIDC_NAME") or urlsplit(OIDC_ISSUER).hostname or OIDC_ISSUER) if OIDC_ISSUER else ""
OIDC_SCOPES = env.text("OIDC_SCOPES", "openid profile email")
# By which of a person's claims they have which role on the site; without a claim, roles are given here.
OIDC_ROLE_CLAIM = env.text("OIDC_ROLE_CLAIM")
OIDC_ADMINISTRATORS = env.names("OIDC_ADMINISTRATORS")
OIDC_INSTRUCTORS = env.names("OIDC_INSTRUCTORS")

# Whether other sites may be reached by plain HTTP, and webhooks lead to addresses that the world cannot reach.
PRIVATE_TARGETS = env.flag("PRIVATE_TARGETS")
log_in_elsewhere(
    OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_SCOPES, OIDC_ROLE_CLAIM, OIDC_ADMINISTRATORS + OIDC_INSTRUCTORS, PRIVATE_TARGETS
)

LOG_FORMAT = env.choice("LOG_FORMAT", "text", ("text", "json"))
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {"()": "labsite.logs.Text"}, "json": {"()": "labsite.logs.Json"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "amqp": {"level": "WARNING"},
    },
}
