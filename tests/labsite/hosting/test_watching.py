"""What whoever hosts the site sees: metrics and logs, and no secret in either."""

import json
import logging
import re

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from pytest_django import Settings

from labsite import embedded, limits, logs, metrics
from labsite.accounts.models import User
from labsite.door import tokens
from labsite.hosting import metrics_page
from labsite.sandboxes import clock, keeping, presence
from labsite.sandboxes.turn import take

pytestmark = pytest.mark.django_db
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+')


@pytest.fixture(autouse=True)
def sums(monkeypatch: pytest.MonkeyPatch) -> metrics.Sums:
    """Nothing was counted before."""
    cache.clear()
    fresh = metrics.Sums()
    monkeypatch.setattr(metrics, "sums", fresh)
    return fresh


def values(text: str) -> dict[str, float]:
    """Each series and its value."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_metrics_tell_what_happened(client: Client) -> None:
    client.post("/accounts/guest/")
    row = keeping.of(User.objects.get(), "")
    presence.arrive(row.pk, "specific.browser", clock.wall())
    presence.attend(row.pk, "specific.tool", clock.wall())
    take(row.pk, lambda turn: None)
    with pytest.raises(ZeroDivisionError):
        take(row.pk, lambda turn: 1 // 0)
    rare = limits.Rate(burst=1, every=3600 * clock.SECOND)
    assert [limits.allowed("guest", "here", rare) for _ in range(2)] == [True, False]
    found = values(client.get("/metrics").content.decode())
    assert found["podlab_sockets"] == found["podlab_tools"] == found["podlab_sandboxes_watched"] == 1
    assert found['podlab_turns_total{result="stored"}'] == found['podlab_turns_total{result="failed"}'] == 1
    assert found["podlab_turn_cpu_seconds_total"] > 0
    assert found['podlab_throttled_total{what="guest"}'] == 1
    assert found['podlab_http_requests_total{code="302"}'] == 1
    assert found["podlab_simulator_failures_total"] == 0
    assert found["podlab_queue_tasks"] >= 0
    assert {name.partition("{")[0] for name in found} >= set(metrics.COUNTERS) | set(metrics_page.GAUGES)


def test_metrics_are_for_this_machine_or_for_who_has_the_token(settings: Settings) -> None:
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 404
    assert Client(headers={"X-Forwarded-For": "127.0.0.1"}).get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "t0ken"
    assert Client().get("/metrics").status_code == 404
    assert Client(REMOTE_ADDR="10.0.0.9", headers={"Authorization": "Bearer t0ken"}).get("/metrics").status_code == 200
    settings.METRICS_TOKEN, settings.BEHIND_PROXY = "", True
    assert Client().get("/metrics").status_code == 404


# Each with the secret in it that must not be seen.
TELLTALES = (
    ("GET /clusters/1/t/{}/api/v1/pods", "a1b2c3d4e5f6." + "x" * 43),
    ("Authorization: Bearer {}", "abc.def-123=="),
    ("cannot reach postgres://podlab:{}@db:5432/podlab", "hunter2"),
    ("redis://:{}@valkey:6379/0 is gone", "hunter2"),
    ("{{'username': 'alice', 'password': '{}'}}", "hunter2"),
    ("password1={}&password2=x", "hunter2"),
    ("/moments/{}/", "0f8fad5b-d9cb-469f-a165-70867728950e:sig"),
    ("sessionid={}; csrftoken=y", "s3ss10n"),
    ("SECRET_KEY='{}'", "k" * 50),
)


@pytest.mark.parametrize(("text", "secret"), TELLTALES)
@pytest.mark.parametrize("formatter", [logs.Text(), logs.Json()])
def test_no_secret_is_logged(formatter: logging.Formatter, text: str, secret: str) -> None:
    try:
        raise ValueError(text.format(secret))
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, text.format(secret), (), info)
    said = formatter.format(record)
    assert secret not in said
    assert "ValueError" in said


def test_a_token_that_was_used_is_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    alice = User.objects.create_user("alice", password="correct-horse-battery")
    token = tokens.issue(keeping.of(alice, ""), alice)
    client.post("/accounts/log-in/", {"username": "alice", "password": "correct-horse-battery"})
    client.get(f"/nowhere/t/{token}/")
    written = "\n".join(logs.Text().format(record) for record in caplog.records)
    assert "/accounts/log-in/ 302" in written
    assert "correct-horse-battery" not in written
    assert token.partition(".")[2] not in written


def test_a_line_of_json_says_which_request_it_belongs_to() -> None:
    def view(request: object) -> object:
        record = logging.LogRecord("a.b", logging.WARNING, "x.py", 1, "two\nlines %s", ("爱",), None)
        said.append(json.loads(logs.Json().format(record)))
        return metrics_page.HttpResponse("ok")

    said: list[dict[str, str]] = []
    response = logs.Requests(view)(RequestFactory().get("/"))
    assert said[0] | {"time": ""} == {
        "time": "",
        "level": "WARNING",
        "logger": "a.b",
        "message": "two\nlines 爱",
        "request": response["X-Request-Id"],
    }


def test_only_a_proxy_may_name_a_request(settings: Settings, client: Client) -> None:
    client.defaults["HTTP_X_REQUEST_ID"] = "from-the-proxy"
    assert client.get("/healthz")["X-Request-Id"] != "from-the-proxy"
    settings.BEHIND_PROXY = True
    assert client.get("/healthz")["X-Request-Id"] == "from-the-proxy"
    client.defaults["HTTP_X_REQUEST_ID"] = "two words"
    assert client.get("/healthz")["X-Request-Id"] != "two words"


def test_the_site_is_not_ready_without_its_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead:
        def is_alive(self) -> bool:
            return False

    monkeypatch.setattr(embedded, "thread", Dead())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, False)
    assert client.get("/healthz").status_code == 200
