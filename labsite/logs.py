"""What is logged: lines of text or JSON, with the request or task that they belong to, and without secrets."""

import contextvars
import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from celery import current_task
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from labsite import metrics

log = logging.getLogger(__name__)
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
QUIET = frozenset(("healthz", "readyz", "metrics"))  # asked all the time by machines

# What opens something, as it may stand in a message or a traceback; the first group stays.
SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(/t/)[a-z0-9]{12}\.[\w-]{43}",  # the door's addresses with a token in them
        r"()\b[a-z0-9]{12}\.[\w-]{43}\b",  # the token alone
        r"(\bbearer\s+)[\w.~+/-]+=*",
        r"(\b[a-z+]+://[^\s:/@]*:)[^\s@/]+(?=@)",  # the password in a database's address
        r"(/(?:moments|certificate)/)[^\s/\"']{16,}",  # signed links
        r"(\b(?:password\d?|secret(?:_key)?|token|sessionid|csrftoken|csrfmiddlewaretoken)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&;,}]+",
    )
)


def sealed(text: str) -> str:
    """*text* with dots in the place of what opens something."""
    for pattern in SECRETS:
        text = pattern.sub(r"\1…", text)
    return text


def belongs_to(record: logging.LogRecord) -> dict[str, str]:
    """Which request and task a record belongs to, as far as there are any."""
    task = current_task.request if current_task else None
    found = {"request": request_id.get(), "task": task.id or "" if task else ""}
    return {key: value for key, value in found.items() if value}


class Text(logging.Formatter):
    """A line for people."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        where = "".join(f" {key}={value}" for key, value in belongs_to(record).items())
        first, *rest = sealed(super().format(record)).split("\n")
        return "\n".join([first + where, *rest])


class Json(logging.Formatter):
    """A line for machines: one object, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": sealed(record.getMessage()),
            **belongs_to(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = sealed(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class Requests:
    """Middleware: gives each request a name that its log lines and its answer carry, and writes down what came of it.

    The address is logged as its pattern: what stands in it may open something.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = named(request)
        token, begun = request_id.set(name), time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = name
            self.note(request, response.status_code, time.perf_counter() - begun)
            return response
        finally:
            request_id.reset(token)

    def note(self, request: HttpRequest, status: int, seconds: float) -> None:
        """Count it and log it."""
        route = request.resolver_match.route if request.resolver_match else "?"
        if route in QUIET:
            return
        metrics.count("podlab_http_requests_total", code=status)
        metrics.count("podlab_http_seconds_total", seconds)
        fields = {"method": request.method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        words = f"{request.method} /{route} {status} in {fields['ms']} ms"
        log.info(words, extra={"fields": fields})


def named(request: HttpRequest) -> str:
    """The name that the proxy has given the request, if there is a proxy and it has; else a new one."""
    given = request.headers.get("X-Request-Id", "") if settings.BEHIND_PROXY else ""
    return given if NAME.fullmatch(given) else secrets.token_hex(8)
