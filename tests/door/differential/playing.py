"""The same command lines through the simulated kubectl and a real one, each section of them on a cluster of its own."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from lessons.players import EPOCH, HOME, Player
from simulator.lab import Lab
from tests.door.differential.comparing import Printed

HERE = Path(__file__).parent
SEED = 20
PATIENCE_S = 20
LOOSE = "~ "
SECOND = 1_000_000
ADDRESS = "https://192.168.10.10:6443"
# What is typed while the cluster of the fixture grows up, after so many seconds each.
STORY = (
    (0, "kubectl apply -f cluster.yaml"),
    (30, "kubectl apply -f widgets.yaml"),
    (60, "kubectl set image deploy/web nginx=nginx:1.27"),
    (2, "kubectl annotate deploy web kubernetes.io/change-cause=second"),
    (2, "kubectl set image deploy/stuck nginx=nginx:nope"),
    (5, "kubectl cordon node02"),
    (1, "kubectl taint node node01 gpu=yes:PreferNoSchedule"),
    (500, "kubectl rollout pause deploy/again"),
    (1, "kubectl delete pod lingering --wait=false"),
    (1, "kubectl scale deploy web --replicas=4"),
    (1, "kubectl set env deploy/web STAGE=last"),
)
LAST_S = 1.5  # and then the clock stands still


@dataclass(frozen=True)
class Section:
    """Command lines that belong together."""

    title: str
    lines: tuple[str, ...]
    unordered: frozenset[str] = frozenset()  # those lines whose output has no order that could be relied on

    def some(self, every: int) -> "Section":
        """Every so manieth line."""
        return replace(self, lines=self.lines[::every])


def sections(text: str) -> list[Section]:
    """What a file of command lines holds: `# title`, then one command a line, after `~ ` where its output has no order."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("# "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line)
    return [
        Section(title, tuple(line.removeprefix(LOOSE) for line in lines), loose_ones(lines)) for title, lines in found
    ]


def loose_ones(lines: Sequence[str]) -> frozenset[str]:
    """The lines that are marked."""
    return frozenset(line.removeprefix(LOOSE) for line in lines if line.startswith(LOOSE))


def files() -> dict[str, str]:
    """The files in the folder in which the commands are typed, by their paths."""
    folder = HERE / "files"
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def grown() -> Lab:
    """The cluster of the fixture."""
    lab = Lab.boot(None, seed=SEED, epoch=EPOCH)
    player = Player(lab)
    for name in ("cluster.yaml", "widgets.yaml"):
        player.save(f"/tmp/{name}", (HERE / name).read_text())
    for seconds, line in STORY:
        lab.advance(lab.now + seconds * SECOND)
        outcome = player.type(f"cd /tmp; {line}; cd")
        assert outcome.code == 0, f"{line}: {outcome.lines}"
    for path, content in files().items():
        player.save(path, content)
    lab.advance(lab.now + int(LAST_S * SECOND))
    return lab


def simulated(snapshot: bytes, section: Section) -> Iterator[Printed]:
    """What the simulated kubectl prints; time stands still until something is changed."""
    for line in section.lines:
        lab = Lab.restore(snapshot)
        revision = lab.cluster.api.store.revision
        player = Player(lab)
        outcome = player.type(f"{{ {line}; }} >/tmp/out 2>/tmp/err </dev/null")
        out, err = (lab.read_file(lab.home, f"/tmp/{name}") or "" for name in ("out", "err"))
        assert outcome.code is not None, f"{line} does not end"
        yield Printed(out, err, outcome.code)
        if lab.cluster.api.store.revision != revision:
            snapshot = lab.snapshot()


class Real:
    """A real kubectl before a site whose clusters stand still."""

    def __init__(self, binary: Path, folder: Path, unix: float) -> None:
        self.folder = folder
        self.unix = unix
        self.path = folder / "bin"
        self.path.mkdir()
        (self.path / "kubectl").symlink_to(binary)

    def play(self, wanted: Sequence[Section], kubeconfigs: Sequence[Path]) -> list[list[Printed]]:
        """What is printed in each section, a few at a time."""
        with ThreadPoolExecutor(max_workers=3) as pool:
            return list(pool.map(self.section, wanted, kubeconfigs))

    def section(self, section: Section, kubeconfig: Path) -> list[Printed]:
        """What is printed in a section."""
        home = self.folder / f"home-{kubeconfig.name}"
        shutil.copytree(HERE / "files", home)
        return [self.type(line, home, kubeconfig) for line in section.lines]

    def type(self, line: str, home: Path, kubeconfig: Path) -> Printed:
        """What one command prints."""
        environment = {
            "HOME": str(home),
            "KUBECONFIG": str(kubeconfig),
            "PATH": f"{self.path}:{os.environ['PATH']}",
            "NO_PROXY": "*",
        }
        done = subprocess.run(
            ["timeout", str(PATIENCE_S), "sh", "-c", line],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        server = next(each.split()[-1] for each in kubeconfig.read_text().splitlines() if "server: " in each)
        out, err = (text.replace(server, ADDRESS).replace(str(home), HOME) for text in (done.stdout, done.stderr))
        return Printed(out, err, done.returncode, time.time() - self.unix)
