"""`make bench`: how fast Podlab is on this machine, beside what it wants to be."""

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from labsite import collecting
from lessons import transcripts
from lessons.players import EPOCH, Player
from simulator.lab import Lab
from tests.labsite.browser import Browser
from tests.labsite.site import ROOT, Site
from tools import door_bench, grades_bench, history_bench

SECOND = 1_000_000
TUTORIAL = ROOT / "tests" / "transcripts" / "04-init-containers.md"
PODS = 20
PAUSE = "kubectl run p{} --image=busybox --restart=Never -- sleep 3600"
HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
PODS_PER_NODE = 100
CONTAINERS = 'containers: [{name: c, image: "busybox:1.37", command: [sleep, "9999999"]}]'
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{}}}\nspec: {{"
    + CONTAINERS.replace("{", "{{").replace("}", "}}")
    + "}}\n"
)
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec:\n  replicas: {}\n  selector: {{matchLabels: {{app: d}}}}\n"
    "  template: {{metadata: {{labels: {{app: d}}}}, spec: {{"
    + CONTAINERS.replace("{", "{{").replace("}", "}}")
    + "}}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: d}}\nspec: {{selector: {{app: d}}, ports: [{{port: 80}}]}}\n"
)
COUNTER = "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done"
RESOLVING = "until nslookup myservice; do echo waiting for myservice; sleep2; done"
CRASHING = "sleep 1; exit 1"


ITEMS = range(50_000)
LABELS = "".join(f"    l{number}: v\n" for number in ITEMS)
NUMBERS = "".join(f"{number}\n" for number in ITEMS)
RANGES = "{{range $.items}}" * 6 + "x" + "{{end}}" * 6
# What is typed, and a file beside it: manifests, templates and scripts that want much at once.
UNKIND = (
    ("kubectl create -f f", f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: f\n  labels:\n{LABELS}"),
    ("kubectl create -f f", "a: b\n---\n" * 200_000),
    (f"kubectl get pods -A -o go-template='{RANGES}'", ""),
    ("kubectl get pods -A -o jsonpath='{..*..*..*}' | wc -c", ""),
    ("awk '{for (i = 0; i < 100; i++) s = s $0} END {print length(s)}' f", NUMBERS),
    ("sed 's/\\(.*\\)\\(.*\\)\\(.*\\)/\\3\\2\\1/' f | sort -r | tail -1", NUMBERS),
)


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


def first_boot_ms() -> float:
    """The first cluster of its kind, which has to be installed: no two here have nodes of the same names."""
    numbers = count()
    return statistics.median(cpu_ms(lambda: Lab.boot(named(next(numbers)), seed=1, epoch=EPOCH)) for _ in range(5))


def named(number: int) -> dict[str, object]:
    """A scenario like the default one."""
    workers = [{"name": f"worker{number}-{each}"} for each in (1, 2)]
    return {"nodes": [{"name": "master", "roles": ["control-plane"]}, *workers]}


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
    """The init-container tutorial from its first command to its last, on a new cluster: the median after one that warms up."""
    transcript = transcripts.parse(TUTORIAL.read_text())
    Player(boot()).play(transcript)
    return statistics.median(cpu_ms(lambda: Player(boot()).play(transcript)) for _ in range(3))


def snapshot_kb() -> float:
    """What is stored of a cluster after the tutorial."""
    lab = boot()
    Player(lab).play(transcripts.parse(TUTORIAL.read_text()))
    return len(lab.snapshot()) / 1000


def restore_ms() -> float:
    """From stored bytes to a cluster."""
    data = boot().snapshot()
    Lab.restore(data)
    return statistics.median(cpu_ms(lambda: Lab.restore(data)) for _ in range(9))


def many(manifest: str, count: int) -> tuple[Lab, float]:
    """A cluster with nodes enough for *count* Pods of *manifest*, all Running, and the processor time in milliseconds."""
    workers = [{"name": f"node{number:02}"} for number in range(1, 2 + max(1, count // PODS_PER_NODE))]
    lab = Lab.boot({"nodes": [{"name": "master", "roles": ["control-plane"]}, *workers]}, seed=1, epoch=EPOCH)
    player = Player(lab)
    player.save("pods.yaml", manifest)
    player.type("true")

    def run() -> None:
        player.type("kubectl apply -f pods.yaml")
        lab.advance(lab.now + HOUR // 10)

    spent = cpu_ms(run)
    phases = [pod["status"]["phase"] for pod in lab.objects("pods", "default")]
    assert phases == ["Running"] * count, f"{phases.count('Running')} of {count} Pods are Running"
    return lab, spent


def pods_ms(count: int) -> float:
    """So many Pods, applied from one file."""
    return many("---\n".join(POD.format(number) for number in range(count)), count)[1]


def deployment_ms(count: int) -> float:
    """So many Pods of a Deployment with a Service."""
    return many(DEPLOYMENT.format(count), count)[1]


def running(script: str) -> Lab:
    """A cluster with a Pod that has been running *script* for a while."""
    lab = boot()
    Player(lab).type(f"kubectl run p --image=busybox:1.28 --command -- sh -c '{script}'")
    lab.advance(lab.now + 15 * SECOND)
    return lab


def script_ms(script: str, seconds: int) -> float:
    """So many virtual seconds of a Pod that runs *script*."""
    lab = running(script)
    return cpu_ms(lambda: lab.advance(lab.now + seconds * SECOND))


def probes_ms() -> float:
    """A virtual second of 500 containers, each of which is probed by a command every second."""
    container = '{{name: c{}, image: "busybox:1.37", command: [sleep, "9999999"], livenessProbe: {{exec: {{command: ["true"]}}, periodSeconds: 1}}}}'
    containers = f"containers: [{', '.join(container.format(number) for number in range(25))}]"
    manifests = [POD.format(number).replace(CONTAINERS, containers) for number in range(20)]
    lab, _ = many("---\n".join(manifests), 20)
    return cpu_ms(lambda: lab.advance(lab.now + 10 * SECOND)) / 10


def dearest_ms() -> float:
    """The dearest single wake-up that some unkind inputs bring about."""
    return max(dearest_of(line, text) for line, text in UNKIND)


def dearest_of(line: str, text: str) -> float:
    """The dearest wake-up in the minute after *line* was typed beside a file `f` that holds *text*."""
    lab = boot()
    player = Player(lab)
    player.save("f", text)
    player.type("true")
    player.enter(line, "")
    until, dearest = lab.now + 60 * SECOND, 0.0
    while (due := lab.next_at()) is not None and due <= until:
        dearest = max(dearest, cpu_ms(lambda at=due: lab.advance(at, steps=1)))  # type: ignore[misc]
    return dearest


def console_ms() -> float:
    """Seven minutes of an endless loop that prints at the console."""
    lab = boot()
    player = Player(lab)
    player.type("true")
    player.enter("while true; do echo x; done", "")

    def run() -> None:
        for _ in range(420):
            lab.advance(lab.now + SECOND)
            lab.drain()

    return cpu_ms(run)


def idle_kb() -> float:
    """What is stored of a cluster with 50 Pods that has been idle for two hours."""
    lab, _ = many("---\n".join(POD.format(number) for number in range(50)), 50)
    lab.advance(lab.now + 2 * HOUR)
    return len(lab.snapshot()) / 1000


def idle_day_ms() -> float:
    """A day of it."""
    lab, _ = many("---\n".join(POD.format(number) for number in range(50)), 50)
    return cpu_ms(lambda: lab.advance(lab.now + DAY))


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
    ("the first cluster of a scenario, CPU", first_boot_ms, "ms", 50),
    ("restore of a cluster, CPU", restore_ms, "ms", 2),
    ("kubectl run to Running, CPU per Pod", pod_ms, "ms", 5),
    ("the init-container tutorial replayed, CPU", tutorial_ms, "ms", 150),
    ("snapshot after it", snapshot_kb, "KB", 30),
    ("a counter loop, CPU per virtual second", lambda: script_ms(COUNTER, 300) / 300, "ms", 0.2),
    ("23 minutes of nslookup without a pause, CPU", lambda: script_ms(RESOLVING, 23 * 60), "ms", 150),
    ("7 minutes of echo without a pause at the console, CPU", console_ms, "ms", 100),
    ("600 s of a crash-looping Pod, CPU", lambda: script_ms(CRASHING, 600), "ms", 50),
    ("100 Pods Running, CPU", lambda: pods_ms(100), "ms", 300),
    ("1,000 Pods Running, CPU", lambda: pods_ms(1000), "ms", 3000),
    ("a Deployment of 1,000 with a Service Running, CPU", lambda: deployment_ms(1000), "ms", 3000),
    ("an idle cluster with 50 Pods", idle_kb, "KB", 40),
    ("an idle day of it, CPU", idle_day_ms, "ms", 100),
    ("500 commands as probes, CPU per virtual second", probes_ms, "ms", 250),
    ("the dearest wake-up of unkind inputs, CPU", dearest_ms, "ms", 500),
    ("command round trip browser to browser, embedded, p50", round_trip_ms, "ms", 25),
)


def main() -> None:
    """Measure and print, with memory looked after as where it is served."""
    collecting.settle()
    for name, measure, unit, goal in (*MEASURES, *history_bench.MEASURES, *grades_bench.MEASURES, *door_bench.MEASURES):
        try:
            found = measure()
        except AssertionError as error:
            print(f"{name:<55} failed: {error}", flush=True)
            continue
        verdict = "" if found <= goal else ", not reached"
        print(f"{name:<55} {found:8.{1 if found >= 1 else 2}f} {unit} (goal {goal:g} {unit}{verdict})", flush=True)


if __name__ == "__main__":
    main()
