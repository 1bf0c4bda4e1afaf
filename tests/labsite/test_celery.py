"""The connections of those who work."""

import pytest
from django.db import connection, transaction

from labsite.celery import app, freshen
from labsite.sandboxes.models import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows when the connection is closed; the tests' own database would end with it."""
    Sandbox.objects.exists()
    found: list[str] = []
    monkeypatch.setattr(connection, "close", lambda: found.append("closed"))
    return found


def test_a_connection_is_kept_from_task_to_task(closed: list[str]) -> None:
    freshen()
    assert closed == []
    assert app.conf.db_reuse_max > 10**9, "Celery itself closes none"


def test_a_connection_that_was_lost_is_opened_anew(closed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with transaction.atomic():
        freshen()
        assert closed == [], "not in the middle of something"
    freshen()
    assert closed == ["closed"]


def test_a_connection_on_which_something_failed_is_not_trusted(
    closed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "errors_occurred", True)
    freshen()
    assert closed == ["closed"]
