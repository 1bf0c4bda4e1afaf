"""A running site with a learner's cluster, and real kubectl binaries as processes of their own."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.labsite.browser import Browser
from tests.labsite.site import Site, free_port

PATIENCE_S = 40
# Vendors' packages bring older clients beside the one on the PATH, for clusters of their versions.
OLDEST, NEWEST = 27, 36


def clients(others: Sequence[int] = ()) -> list[Path]:
    """Some of the kubectl binaries that there are: KUBECTL, which may name several as PATH does, the one on the PATH, its oldest and
    newest neighbour `kubectl.1.N`, and those of the minor versions *others*."""
    named, found = os.environ.get("KUBECTL", "").split(os.pathsep), shutil.which("kubectl")
    first = [Path(path) for path in (*named, found) if path]
    folder = Path(found).resolve().parent if found else Path()
    beside = {minor: path for minor in range(OLDEST, NEWEST + 1) if (path := folder / f"kubectl.1.{minor}").exists()}
    wanted = [minor for minor in beside if minor in (min(beside), max(beside), *others)]
    return [path for path in [*first, *(beside[minor] for minor in wanted)] if minor_of(path) >= OLDEST]


# Until 1.28 kubectl knows only SPDY for streams, from 1.31 on it prefers WebSockets; between them it learns to.
WAYS = (OLDEST, 29, 30)
SPDY = dict.fromkeys(("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "KUBECTL_PORT_FORWARD_WEBSOCKETS"), "false")
Speaker = tuple[Path, dict[str, str]]


def speakers() -> list[Speaker]:
    """For each way of streams a kubectl, if there is one, and what its environment says of them; the newest both ways."""
    found = {minor_of(path): path for path in reversed(clients(WAYS))}
    ways: list[Speaker] = [(found[minor], {}) for minor in sorted(found) if minor in WAYS or minor == max(found)]
    return [*ways, *((path, SPDY) for path, _ in ways[-1:])]


def minor_of(path: Path) -> int:
    """The minor version of a kubectl; 0 if it does not say."""
    said = subprocess.run([path, "version", "--client"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v?1\.(\d+)", said)
    return int(found[1]) if found else 0


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit status."""

    stdout: str
    stderr: str
    code: int


class Kubectl:
    """A kubectl with a kubeconfig and a home of its own."""

    def __init__(self, binary: Path, home: Path, kubeconfig: str, own: dict[str, str] | None = None) -> None:
        self.binary = binary
        self.own = own or {}
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        (home / "kubeconfig").write_text(kubeconfig)

    def environment(self) -> dict[str, str]:
        """What the process sees: nothing of this machine's own configuration."""
        return {
            "HOME": str(self.home),
            "KUBECONFIG": str(self.home / "kubeconfig"),
            "PATH": os.environ["PATH"],
            "NO_PROXY": "*",
            **self.own,
        }

    def __call__(self, *words: str, stdin: str = "") -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            [self.binary, *words],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment(),
            cwd=self.home,
            timeout=PATIENCE_S,
            check=False,
        )
        return Result(done.stdout, done.stderr, done.returncode)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start a command that goes on."""
        return subprocess.Popen(
            [self.binary, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment(),
            cwd=self.home,
        )

    def good(self, *words: str, stdin: str = "") -> str:
        """What a command prints that must go well."""
        result = self(*words, stdin=stdin)
        assert result.code == 0, f"{words}: {result}"
        return result.stdout


class Cluster:
    """The site, a guest who has opened the free lab, and kubeconfigs for it."""

    def __init__(self, var: Path, settings: str = "tests.door.settings") -> None:
        self.tls_port = free_port()
        profile = {"TLS_PORT": str(self.tls_port), "DJANGO_SETTINGS_MODULE": settings}
        self.site = Site(var, profile)

    def start(self) -> "Cluster":
        """Serve, and let the guest come."""
        self.site.start()
        self.browser = Browser(self.site.base).start_as_guest()
        self.sandbox = self.browser.open_lab()
        return self

    def kubeconfig(self) -> str:
        """A new one, as the page's button gives it."""
        return self.browser.get(f"/labs/{self.sandbox}/kubeconfig", wish="new")


def until(found: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_S
    while not found():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.1)
