"""The doctor on what the site works with: the database, Redis, a worker, the clocks of all of them."""

import secrets
import time
from datetime import UTC, datetime

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from labsite.accounts.models import User
from labsite.celery import app
from labsite.hosting.findings import Finding, error, good, note, warning
from labsite.sandboxes import clock, engine
from labsite.sandboxes.models import Sandbox

OLDEST_REDIS = (6, 2)  # also what Valkey says of itself
PATIENCE_S = 8.0
MOST_SKEW = 2 * clock.SECOND
MOST_CLUSTERS = 300


def database() -> list[Finding]:
    """The database answers and is of this release."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as why:
        cure = _("Start the database, or correct DATABASE_URL.")
        return error(_("The database does not answer: %s") % str(why).strip(), cure)
    except Exception as why:  # the connection pool has errors of its own
        return error(_("The database does not answer: %s") % why, _("Start the database, or correct DATABASE_URL."))
    if waiting:
        return error(_("%s migrations are not applied.") % len(waiting), "manage.py migrate")
    known = set(executor.loader.disk_migrations) | set(executor.loader.replacements)
    if strange := set(executor.loader.applied_migrations) - known:
        says = _("The database was migrated by a newer release (%s).") % ".".join(min(strange))
        return error(says, _("Install that release, or restore a backup of this one."))
    return good(_("The database (%s) answers and is up to date.") % connection.vendor)


def journal() -> list[Finding]:
    """SQLite lets readers read while somebody writes."""
    if connection.vendor != "sqlite":
        if settings.EMBEDDED:
            return note(_("PostgreSQL without Redis: one process only."))
        return good(_("PostgreSQL needs no setting."))
    if not settings.EMBEDDED:
        cure = _("Set DATABASE_URL to a PostgreSQL database.")
        return warning(_("Several processes share a SQLite file; it holds for a few learners on one machine."), cure)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        cure = _("Move VAR_DIR to a local disk; network folders cannot do it.")
        return warning(_("SQLite's journal is %s and not WAL: readers wait for writers.") % mode, cure)
    return good(_("SQLite uses its write-ahead log."))


def administrator() -> list[Finding]:
    """Somebody can appoint others."""
    number = User.objects.filter(role="administrator", is_active=True).count()
    if not number:
        return note(
            _("There is no administrator yet, who could appoint instructors."), "manage.py first_administrator NAME"
        )
    return good(_("Administrators: %s.") % number)


def queue() -> list[Finding]:
    """Redis or Valkey answers, is new enough and keeps everything."""
    if settings.EMBEDDED:
        return note(_("Embedded profile: no Redis is used (REDIS_URL)."))
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3) as server:
            found = server.info()
    except (redis.RedisError, ValueError) as why:
        return error(_("Redis does not answer: %s") % why, _("Start Redis or Valkey, or correct REDIS_URL."))
    return [*version(str(found.get("redis_version", "0"))), *policy(found)]


def version(text: str) -> list[Finding]:
    """Whether Redis is new enough."""
    numbers = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    if numbers < OLDEST_REDIS:
        return error(_("Redis is of version %s.") % text, _("Install Redis 6.2 or later, or Valkey."))
    return good(_("Redis %s answers.") % text)


def policy(found: dict[str, object]) -> list[Finding]:
    """Whether Redis may throw tasks away when it is full."""
    named = str(found.get("maxmemory_policy", "noeviction"))
    if named == "noeviction":
        return good(_("Redis throws nothing away."))
    says = _("Redis may throw tasks away when its memory is full (maxmemory-policy %s).") % named
    cure = "redis-cli config set maxmemory-policy noeviction"
    return error(says, cure) if found.get("maxmemory") else warning(says, cure)


@app.task
def pong(place: str) -> None:
    """A worker says that it is there, and what its clock shows."""
    cache.set(place, clock.wall(), timeout=60)


def worker() -> list[Finding]:
    """A worker takes a task; its clock agrees with this one."""
    if settings.EMBEDDED:
        return note(_("Embedded profile: the worker is a thread of the site; /readyz tells of it."))
    place = f"doctor:{secrets.token_hex(8)}"
    asked = clock.wall()
    try:
        pong.apply_async((place,), expires=PATIENCE_S)
        answer = heard(place)
    except Exception as why:  # whatever the queue is made of
        return error(_("No task can be handed to the queue: %s") % why, _("Look at what is said of Redis above."))
    if answer is None:
        cure = "celery -A labsite worker"
        return error(_("No worker has answered within %s seconds.") % int(PATIENCE_S), cure)
    ahead = max(asked - answer, answer - clock.wall(), 0)
    return skewed(_("the worker"), ahead) or good(_("A worker answers, and its clock agrees."))


def heard(place: str) -> int | None:
    """What a worker has left at *place*, waited for."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if answer := cache.get(place):
            return int(answer)
        time.sleep(0.05)
    return None


def clocks() -> list[Finding]:
    """The database's clock agrees with this machine's."""
    if connection.vendor != "postgresql":
        return note(_("The database has no clock of its own."))
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        shows = cursor.fetchone()[0]
    ahead = max(before - shows, shows - datetime.now(UTC)).total_seconds()
    return skewed(_("the database"), int(ahead * clock.SECOND)) or good(_("The database's clock agrees."))


def skewed(who: str, by: int) -> list[Finding]:
    """A warning if a clock is off by more microseconds than can be borne."""
    if by <= MOST_SKEW:
        return []
    says = _("The clock of %(who)s differs by %(seconds).1f seconds.") % {"who": who, "seconds": by / clock.SECOND}
    return warning(says, _("Let both machines take the time from the same place (NTP)."))


def clusters() -> list[Finding]:
    """The stored clusters can be opened by this release; the newest few hundred are tried."""
    rows = Sandbox.objects.exclude(state=b"").order_by("-updated")
    total, tried = rows.count(), list(rows[:MOST_CLUSTERS])
    closed = [row for row in tried if not engine.readable(row)]
    if closed:
        says = _("%(closed)s of %(tried)s stored clusters are of another release and cannot be opened.")
        cure = _("Their learners are offered a new start, which keeps their progress. Nothing has to be done.")
        return warning(says % {"closed": len(closed), "tried": len(tried)}, cure)
    return good(
        _("%(tried)s of %(total)s stored clusters were tried: all open.") % {"tried": len(tried), "total": total}
    )
