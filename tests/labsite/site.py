"""The whole site as processes of its own, in either profile, with a tiny cluster in place of the simulator."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from tests.labsite.browser import Browser

ROOT = Path(__file__).resolve().parents[2]
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
PATIENCE_S = 90


def missing() -> str:
    """Why the distributed profile cannot be tested here; empty if it can."""
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        return f"Redis does not answer at {urlsplit(REDIS).netloc}: {error}"
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        return f"PostgreSQL does not answer at {urlsplit(POSTGRES).hostname}: {error}"
    return ""


class Site:
    """A server, and in the distributed profile a worker; both can be killed and started again."""

    def __init__(self, var: Path, profile: Mapping[str, str]) -> None:
        self.var = var
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.distributed = "REDIS_URL" in profile
        self.death = var / "death"
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.labsite.settings",
            "VAR_DIR": str(var),
            "PODLAB_TEST_DEATH": str(self.death),
            "REDIS_URL": "",
            "DATABASE_URL": "",
            "TLS_PORT": "0",
            **profile,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, *words: str) -> list[str]:
        """A command line of this Python."""
        return [sys.executable, *words]

    def make_administrator(self, name: str, password: str) -> None:
        """An account that may do everything; there may be others already."""
        make = (
            "import os; from labsite.accounts.models import User;"
            "User.objects.create_user(os.environ['NAME'], password=os.environ['PASSWORD'], role='administrator')"
        )
        env = self.env | {"NAME": name, "PASSWORD": password}
        subprocess.run(self.command("manage.py", "shell", "-v0", "-c", make), cwd=ROOT, env=env, check=True)

    def start(self) -> "Site":
        """Migrate, serve, and wait until it answers."""
        subprocess.run(self.command("manage.py", "migrate", "-v0"), cwd=ROOT, env=self.env, check=True)
        self.start_server()
        self.start_worker()
        return self

    def start_server(self) -> None:
        """Start the server and wait until it answers."""
        self.spawn("server", "manage.py", "serve", "--port", str(self.port))
        end = time.monotonic() + PATIENCE_S
        while not self.answers():
            assert time.monotonic() < end, (self.var / "server.log").read_text()
            time.sleep(0.05)

    def start_worker(self) -> None:
        """Start the worker, where it is a process of its own."""
        if self.distributed:
            self.spawn("worker", "-m", "celery", "-A", "labsite", "worker", "--concurrency", "2", "-l", "INFO")

    def spawn(self, name: str, *words: str) -> None:
        """Start a process, whose output goes into a file beside the data."""
        with (self.var / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.command(*words), cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def answers(self) -> bool:
        """Whether the server is there."""
        try:
            return Browser(self.base).get("/healthz") == "ok\n"
        except OSError:
            return False

    def kill(self, name: str) -> None:
        """SIGKILL to a process and its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_for_death(self, name: str) -> None:
        """Wait until the process *name* has died, and forget it."""
        self.processes.pop(name).wait(PATIENCE_S)

    def stop(self) -> None:
        """End all processes."""
        for name in list(self.processes):
            self.kill(name)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Distributed:
    """A database of a test's own and keys with a prefix of its own, on the servers that answer; nothing else there is touched."""

    def __init__(self) -> None:
        self.name = f"podlab_test_{secrets.token_hex(6)}"

    def __enter__(self) -> dict[str, str]:
        self.admin(f'CREATE DATABASE "{self.name}"')
        return {
            "REDIS_URL": REDIS,
            "REDIS_PREFIX": self.name,
            "DATABASE_URL": urlsplit(POSTGRES)._replace(path=f"/{self.name}").geturl(),
        }

    def __exit__(self, *error: object) -> None:
        self.admin(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        with redis.Redis.from_url(REDIS) as connection:
            for key in connection.scan_iter(f"{self.name}:*"):
                connection.delete(key)

    def admin(self, statement: str) -> None:
        """Run a statement on the server's own database."""
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(statement)
