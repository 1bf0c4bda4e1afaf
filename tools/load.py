"""`python -m tools.load --learners N`: so many simulated learners with real WebSockets on a server of their own, and how it bears them.

Each is a guest in a free lab of its own, opens a terminal, and types a command, waits for its prompt and thinks, for a bounded time.
The server (and workers, where REDIS_URL and DATABASE_URL say so) runs with data in a folder that is removed afterwards.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

ROOT = Path(__file__).resolve().parent.parent
MOST_LEARNERS, MOST_SECONDS, PATIENCE_S = 60, 300, 30.0  # more guests are not let in at once (labsite/limits.py)
LINES = (
    "kubectl run web-{n} --image=nginx:1.27",
    "kubectl get pods",
    "kubectl describe pod web-{n}",
    "kubectl get pods -o wide",
    "kubectl delete pod web-{n} --wait=false",
)


@dataclass
class Seen:
    """What the learners have seen: seconds until each command was taken and its output shown, and how many were not."""

    times: list[float] = field(default_factory=list)
    lost: int = 0


# --- the site ---------------------------------------------------------------------------------------------------------


class Site:
    """A server on a port of its own, with *workers* worker processes in the distributed profile."""

    def __init__(self, folder: str, port: int, workers: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.env = os.environ | {"VAR_DIR": folder, "PORT": str(port), "TLS_PORT": "0", "LOG_LEVEL": "ERROR"}
        self.log = (Path(folder) / "site.log").open("wb")
        python = sys.executable
        subprocess.run([python, "manage.py", "migrate", "-v0"], cwd=ROOT, env=self.env, check=True)
        self.processes = [self.begun(python, "manage.py", "serve")]
        if os.environ.get("REDIS_URL"):
            words = ("-m", "celery", "-A", "labsite", "worker", "--concurrency", str(workers), "-l", "ERROR")
            self.processes.append(self.begun(python, *words))

    def begun(self, *command: str) -> "subprocess.Popen[bytes]":
        """A process with a group of its own."""
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + 2 * PATIENCE_S
        while time.monotonic() < end:
            try:
                build_opener().open(f"{self.base}/readyz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        sys.exit("the site does not answer")

    def stop(self) -> float:
        """End it; how much processor time it has used, in seconds."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.log.close()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


class Stay(HTTPRedirectHandler):
    """Follows nothing: a redirection's cookies are what is wanted."""

    def redirect_request(self, *args: Any) -> None:
        """No other request."""


def come(base: str) -> tuple[str, str]:
    """A new guest: the cookies, and the sandbox of their free lab."""
    opener, cookies = build_opener(Stay()), SimpleCookie()

    def ask(path: str, data: bytes | None = None) -> str:
        sent = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        try:
            answer = opener.open(Request(base + path, data=data, headers={"Cookie": sent}), timeout=PATIENCE_S)
        except HTTPError as error:
            answer = error
        with answer:
            for line in answer.headers.get_all("Set-Cookie", []):
                cookies.load(line)
            return str(answer.read().decode())

    ask("/")
    ask("/accounts/guest/", urlencode({"csrfmiddlewaretoken": cookies["csrftoken"].value}).encode())
    found = re.search(r'data-sandbox="([0-9a-f-]+)"', ask("/lab/"))
    if found is None:
        sys.exit("no lab: more guests came than the site lets in at once (labsite/limits.py)")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()), found[1]


# --- a learner --------------------------------------------------------------------------------------------------------


class Browser(WebSocketClientProtocol):
    """A WebSocket that says what was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.taken: dict[str, asyncio.Event] = {}

    def onOpen(self) -> None:
        """The site has taken the connection."""
        self.open.set()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """What the site says; what was shown for a command comes before the word that it was taken."""
        message = json.loads(payload)
        if message["type"] == "taken":
            for name in message["ids"]:
                self.taken.setdefault(name, asyncio.Event()).set()

    async def say(self, kind: str, name: str, **data: Any) -> None:
        """Send a message and wait until it was taken."""
        self.sendMessage(json.dumps({"type": kind, "id": name, **data}).encode())
        await asyncio.wait_for(self.taken.setdefault(name, asyncio.Event()).wait(), PATIENCE_S)


async def learn(site: Site, number: int, until: float, think: float, seen: Seen) -> None:
    """One learner, until *until*."""
    cookies, sandbox = await asyncio.to_thread(come, site.base)
    port = int(site.base.rpartition(":")[2])
    factory = WebSocketClientFactory(f"ws://127.0.0.1:{port}/ws/sandboxes/{sandbox}/?language=en", origin=site.base)
    factory.headers = {"Cookie": cookies}
    factory.protocol = Browser
    transport, browser = await asyncio.get_running_loop().create_connection(factory, "127.0.0.1", port)
    await asyncio.wait_for(browser.open.wait(), PATIENCE_S)
    await browser.say("terminal.opened", "open", terminal="t1", host="master", columns=100, rows=30)
    await asyncio.sleep(think * (number % 17) / 17)  # not all at once
    turn = 0
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            text = LINES[turn % len(LINES)].format(n=turn // len(LINES))
            await browser.say("line.typed", f"l{turn}", terminal="t1", text=text)
            seen.times.append(time.monotonic() - begun)
        except TimeoutError:
            seen.lost += 1
        turn += 1
        await asyncio.sleep(max(think - (time.monotonic() - begun), 0))
    transport.close()


async def all_learn(site: Site, learners: int, seconds: float, think: float) -> Seen:
    """All of them at once."""
    seen, until = Seen(), time.monotonic() + seconds
    await asyncio.gather(*(learn(site, number, until, think, seen) for number in range(learners)))
    return seen


# --- what it says -----------------------------------------------------------------------------------------------------


def part(times: list[float], share: float) -> float:
    """The time in milliseconds within which *share* of the commands were done."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000 if times else 0.0


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="How many learners the site bears on this machine.")
    parser.add_argument("--learners", type=int, default=20, help=f"how many (at most {MOST_LEARNERS})")
    parser.add_argument("--seconds", type=int, default=20, help=f"for how long (at most {MOST_SECONDS})")
    parser.add_argument("--think", type=float, default=5.0, help="seconds from one command to the next")
    parser.add_argument("--workers", type=int, default=2, help="worker processes in the distributed profile")
    parser.add_argument("--port", type=int, default=0, help="the server's port (default: a free one)")
    options = parser.parse_args()
    learners, seconds = min(options.learners, MOST_LEARNERS), min(options.seconds, MOST_SECONDS)
    folder = tempfile.mkdtemp(prefix="podlab-load-")
    site = Site(folder, options.port or free_port(), options.workers)
    begun = time.monotonic()
    try:
        site.wait()
        seen = asyncio.run(all_learn(site, learners, seconds, options.think))
    finally:
        took = time.monotonic() - begun
        used = site.stop()
        shutil.rmtree(folder)
    report(learners, options.think, seen, used, took)


def report(learners: int, think: float, seen: Seen, used: float, took: float) -> None:
    """Print it."""
    profile = "distributed" if os.environ.get("REDIS_URL") else "embedded"
    print(f"{profile}, {learners} learners, a command each {think:g} s; {os.cpu_count()} cores, {platform.machine()}")
    print(f"  commands {len(seen.times)}, lost {seen.lost}")
    print(f"  round trip p50 {part(seen.times, 0.5):.0f} ms, p95 {part(seen.times, 0.95):.0f} ms")
    print(f"  processor {used:.1f} s in {took:.0f} s, set-up included; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
