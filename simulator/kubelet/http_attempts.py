"""Asks over HTTP, and goes where it is sent to as long as that is the same host (pkg/probe/http)."""

from simulator.api.requests import Obj
from simulator.kubelet import http_client, urls
from simulator.kubelet.attempts import Attempt, Outcome, Target, connect, converse, dial_error
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import quoted
from simulator.runtime.cri_api import CriError

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REQUESTS = 10


def begin(deps: Deps, worker: Worker, target: Target, action: Obj) -> Attempt:
    """Open the connection for a GET."""
    attempt = connect(deps, worker, target, action)
    scheme = str(action.get("scheme") or "HTTP").lower()
    path = str(action.get("path") or "/")
    path = path if path.startswith("/") else f"/{path}"
    headers = [[entry["name"], entry.get("value", "")] for entry in action.get("httpHeaders") or ()]
    request = http_client.request(path, attempt["address"], target.agent, headers)
    known = {"sandbox": worker["sandbox"], "headers": headers, "agent": target.agent, "asked": 1}
    return attempt | known | {"url": f"{scheme}://{attempt['address']}{path}", "request": request, "answer": b""}


def poll(deps: Deps, attempt: Attempt) -> Outcome | None:
    """Send the request when the connection stands, and read until the answer is complete; then go on where it sends to."""
    while True:
        try:
            closed = converse(deps, attempt)
        except CriError as error:
            return failure(attempt["url"], dial_error(attempt, str(error)))
        if closed is None:
            return None
        code = http_client.status_code(attempt["answer"], closed=closed)
        if code is None:
            return None
        deps.cri.stream_close(attempt["stream"])
        location = http_client.header(attempt["answer"], "Location") if code in REDIRECTS else ""
        if not location or attempt["url"].startswith("https:"):
            return judge(attempt, code)
        if (outcome := follow(deps, attempt, location, code)) is not None:
            return outcome


def failure(url: str, text: str) -> Outcome:
    """A request that got no answer."""
    said = f"Get {quoted(url)}: {text}"
    return Outcome("failure", said, said)


def judge(attempt: Attempt, code: int) -> Outcome:
    """What a status code means; 0 stands for an answer that was none."""
    if attempt["url"].startswith("https:"):
        return failure(attempt["url"], "http: server gave HTTP response to HTTPS client")
    if code == 0:
        return failure(attempt["url"], "EOF")
    body = http_client.body(attempt["answer"])
    if 200 <= code < 300:
        return Outcome("success", "", body)
    if 300 <= code < 400:
        return Outcome("success", "", body, f"Probe terminated redirects, Response body: {body}")
    text = f"HTTP probe failed with statuscode: {code}"
    return Outcome("failure", text, text)


def follow(deps: Deps, attempt: Attempt, location: str, code: int) -> Outcome | None:
    """Ask where the answer sends to; an outcome if that is not to be done."""
    try:
        goal = urls.resolved(urls.parse(attempt["url"]), location)
    except ValueError:
        return failure(location, f"failed to parse Location header {quoted(location)}")
    host = str(attempt["address"]).rpartition(":")[0]
    if goal.host != host:
        return judge(attempt, code)
    if attempt["asked"] >= MOST_REQUESTS:
        return failure(location, "stopped after 10 redirects")
    again = http_client.request(goal.target, goal.place, attempt["agent"], came_from(attempt, location))
    attempt |= {"address": f"{host}:{goal.port}", "url": str(goal), "request": again, "answer": b""}
    attempt["asked"] += 1
    try:
        attempt["stream"] = deps.cri.connect(attempt["sandbox"], goal.port)
    except CriError as error:
        return failure(str(goal), dial_error(attempt, str(error)))
    return None


def came_from(attempt: Attempt, location: str) -> list[list[str]]:
    """The headers of the next request: with the last address, and with a host of the probe's own only as long as none is named."""
    kept = [entry for entry in attempt["headers"] if entry[0].lower() != "host" or "://" not in location]
    return [*kept, ["Referer", attempt["url"]]]


def expire(deps: Deps, attempt: Attempt) -> Outcome:
    """No answer in time."""
    deps.cri.stream_close(attempt["stream"])
    return failure(attempt["url"], "context deadline exceeded (Client.Timeout exceeded while awaiting headers)")
