"""`make bench`: how fast Podlab is on this machine, beside what it wants to be."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lessons import transcripts
from lessons.players import Player
from simulator.lab import Lab
from tests.labsite.browser import Browser
from tests.labsite.site import ROOT, Site

EPOCH = 1_795_165_200_000_000
SECOND = 1_000_000
TUTORIAL = ROOT / "tests" / "transcripts" / "04-init-containers.md"
PODS = 20
PAUSE = "kubectl run p{} --image=busybox --restart=Never -- sleep 3600"


def boot() -> Lab:
    """A default cluster."""
    return Lab.boot({}, seed=1, epoch=EPOCH)


def cpu_ms(work: Callable[[], object]) -> float:
    """Processor time of *work* in milliseconds."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def boot_ms() -> float:
    """Median of several boots, after one that warms the caches up."""
    boot()
    return statistics.median(cpu_ms(boot) for _ in range(9))


def pod_ms() -> float:
    """From `kubectl run` to Running, for each of many Pods."""
    lab = boot()
    player = Player(lab)
    player.type("true")

    def run() -> None:
        for number in range(PODS):
            player.type(PAUSE.format(number))
        lab.advance(lab.now + 60 * SECOND)

    spent = cpu_ms(run)
    phases = [pod["status"]["phase"] for pod in lab.objects("pods", "default")]
    assert phases == ["Running"] * PODS, phases
    return spent / PODS


def tutorial_ms() -> float:
    """The init-container tutorial from its first command to its last, on a new cluster."""
    transcript = transcripts.parse(TUTORIAL.read_text())
    return cpu_ms(lambda: Player(boot()).play(transcript))


def snapshot_kb() -> float:
    """What is stored of a cluster after the tutorial."""
    lab = boot()
    Player(lab).play(transcripts.parse(TUTORIAL.read_text()))
    return len(lab.snapshot()) / 1000


def round_trip_ms() -> float:
    """Browser, queue, task, cluster, browser: the median of many `true`s in the embedded profile."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), {"DJANGO_SETTINGS_MODULE": "labsite.settings"})
        try:
            return statistics.median(round_trips(site.start()))
        finally:
            site.stop()


def round_trips(site: Site, count: int = 100) -> list[float]:
    """Milliseconds from a line that was typed to the prompt after it."""
    browser = Browser(site.base).start_as_guest()
    socket = browser.watch(browser.open_lab())
    socket.until_type("picture")
    socket.say("terminal.opened", id="open", terminal="t1", host="master", columns=80, rows=24)
    socket.until_type("taken")
    times = []
    for number in range(count):
        began = time.perf_counter()
        socket.say("line.typed", id=str(number), terminal="t1", text="true")
        socket.until(lambda message: any(change.get("mode") == "edit" for change in message.get("changes", ())))
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    return times


# What is measured, the unit, and the goal.
MEASURES: tuple[tuple[str, Callable[[], float], str, float], ...] = (
    ("boot of a cluster, CPU", boot_ms, "ms", 10),
    ("kubectl run to Running, CPU per Pod", pod_ms, "ms", 5),
    ("the init-container tutorial replayed, CPU", tutorial_ms, "ms", 150),
    ("snapshot after it", snapshot_kb, "KB", 30),
    ("command round trip browser to browser, embedded, p50", round_trip_ms, "ms", 25),
)


def main() -> None:
    """Measure and print."""
    for name, measure, unit, goal in MEASURES:
        print(f"{name:<55} {measure():8.1f} {unit} (goal < {goal:g} {unit})", flush=True)


if __name__ == "__main__":
    main()
