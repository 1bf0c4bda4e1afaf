"""The simulated kubectl and a real one print the same: the same command lines on the same cluster, whose clock stands still."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.door.conftest import CLIENTS, NONE
from tests.door.differential.comparing import Printed, at_same_time, in_any_order, same_version, squeezed
from tests.door.differential.playing import Real, grown, sections, simulated
from tests.labsite.site import ROOT, free_port

# All lines are played at once, before the first of them is judged.
pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("differential"), pytest.mark.timeout(1_200)]
HERE = Path(__file__).parent / "differential"
# Each real client costs a tenth of a second: every third line is enough for each day. DIFFERENTIAL=all takes them all.
EVERY = 1 if os.environ.get("DIFFERENTIAL") == "all" else 3
SECTIONS = [section.some(EVERY) for section in sections((HERE / "commands.txt").read_text())]
EXCEPTIONS: dict[str, str] = yaml.safe_load((HERE / "exceptions.yaml").read_text())
LINES = [(line, (at, number)) for at, section in enumerate(SECTIONS) for number, line in enumerate(section.lines)]
PATIENCE_S = 60


@dataclass
class Played:
    """What each client printed, by section and line."""

    real: list[list[Printed]]
    simulated: list[list[Printed]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """All lines, through both clients at the same time."""
    if not CLIENTS:
        pytest.skip(NONE)
    folder = tmp_path_factory.mktemp("differential")
    lab = grown()
    (folder / "cluster").write_bytes(lab.snapshot())
    with FrozenSite(folder) as kubeconfigs, ThreadPoolExecutor(1) as pool:
        real = Real(CLIENTS[-1], folder, lab.unix / 1_000_000)
        printed = pool.submit(real.play, SECTIONS, kubeconfigs)
        ours = [list(simulated(lab.snapshot(), section)) for section in SECTIONS]
        yield Played(printed.result(), ours)


class FrozenSite:
    """A site of its own, with the cluster in *folder*, once for each section; the kubeconfigs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> list[Path]:
        folder, wanted = self.folder / "kubeconfigs", len(SECTIONS)
        folder.mkdir()
        own = {"VAR_DIR": str(self.folder), "REDIS_URL": "", "DATABASE_URL": "", "TLS_PORT": "0"}
        environment = os.environ | own | {"PORT": str(free_port()), "HTTPS": "", "BEHIND_PROXY": ""}
        words = ["tests.door.differential.frozen", str(self.folder / "cluster"), str(folder), str(wanted)]
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE_S
        while not (folder / "ready").exists():
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        return [folder / str(number) for number in range(wanted)]

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()


@pytest.mark.parametrize(("line", "place"), LINES, ids=[line for line, _ in LINES])
def test_both_print_the_same(line: str, place: tuple[int, int], played: Played) -> None:
    at, number = place
    ours = same_version(played.simulated[at][number])
    theirs = at_same_time(same_version(played.real[at][number]), ours)
    if line in EXCEPTIONS:
        pytest.xfail(EXCEPTIONS[line])
    if line in SECTIONS[at].unordered:
        ours, theirs = in_any_order(ours), in_any_order(theirs)
    assert squeezed(ours.stdout) == squeezed(theirs.stdout)
    assert squeezed(ours.stderr) == squeezed(theirs.stderr)
    assert ours.code == theirs.code


def test_every_exception_is_a_line_that_is_tried() -> None:
    every = {line for section in sections((HERE / "commands.txt").read_text()) for line in section.lines}
    assert set(EXCEPTIONS) <= every
