"""The three laws of the simulator, over random scenarios, inputs and cut points (simulator/README.md)."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.kernel.units import MILLISECOND, MINUTE, SECOND
from simulator.lab import Change, Lab
from tests.fuzzing import rounds

EXAMPLES = rounds(60)
EPOCH = 1_795_165_200_000_000
SCENARIOS = [
    None,
    {"nodes": [{"name": "master", "roles": ["control-plane"]}, {"name": "node01", "images": ["busybox:1.28"]}]},
]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n"
MANIFESTS = {
    "waits.yaml": POD.format(
        name="waits",
        spec="initContainers: [{name: i, image: 'busybox:1.28', command: [sh, -c, 'until nslookup web; do sleep 2; done']}]\n"
        "  containers: [{name: c, image: 'busybox:1.28', command: [sleep, '3600']}]",
    ),
    "crashes.yaml": POD.format(
        name="crashes",
        spec="containers: [{name: c, image: 'busybox:1.28', command: [sh, -c, 'echo up; sleep 3; exit 2']}]",
    ),
    "spins.yaml": POD.format(
        name="spins",
        spec="containers: [{name: c, image: 'busybox:1.28', command: [sh, -c, 'while true; do echo x; done']}]",
    ),
    "counts.yaml": POD.format(
        name="counts",
        spec="containers: [{name: c, image: busybox, args: [sh, -c, 'i=0; while true; do echo $i; i=$((i+1)); sleep 1; done']}]",
    ),
    "broken.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: Broken}\nspec: {containers: []}\n",
}
LINES = [
    *(f"kubectl apply -f {name}" for name in MANIFESTS),
    *(f"kubectl delete --wait=false -f {name}" for name in MANIFESTS),
    "kubectl create service clusterip web --tcp=80",
    "kubectl delete service web",
    "kubectl run web --image=nginx:1.27",
    "kubectl create deployment shop --image=nginx:1.27 --replicas=2",
    "kubectl autoscale deployment shop --cpu=100m --max=4",
    "kubectl exec deploy/shop -- timeout 60 sh -c 'while :; do :; done' &",
    "kubectl delete pod web --wait=false",
    "kubectl get pods,svc,events -A -o wide",
    "kubectl describe pods",
    "kubectl get pod -w",
    "kubectl logs -f counts",
    "kubectl exec counts -- sh -c 'ps; exit 3'",
    "kubectl exec -it counts -- sh",
    "for i in 1 2 3; do echo $i; sleep 1; done",
    "sleep 30 &",
    "while true; do echo y; done",
    "cat > f <<EOF",
    "EOF",
    "exit",
    "ls | sort -r | head -2; echo $?",
]

FAULTS = [
    *(
        {"type": kind, "node": "node01"}
        for kind in ("node-down", "kubelet-down", "container-runtime-down", "network-plugin-not-ready", "latency")
    ),
    *({"type": kind, "node": "node01", "until": 200} for kind in ("disk-full", "memory-short", "node-down")),
    {"type": "registry-unavailable", "registry": "docker.io", "from": 1, "until": 30},
    {"type": "container-killed", "pod": "crashes", "from": 5},
    {"type": "pod-killed", "pod": "web", "from": 5},
]

moves = st.one_of(
    st.tuples(st.just("line"), st.sampled_from(LINES)),
    st.tuples(st.just("fault"), st.sampled_from([None, *FAULTS])),
    st.tuples(st.just("keys"), st.sampled_from(["\x03", "\x04", "\x1a", "ab\x7f\r"])),
    st.tuples(
        st.just("pass"), st.sampled_from([0, 7 * MILLISECOND, 300 * MILLISECOND, 2 * SECOND, 45 * SECOND, 3 * MINUTE])
    ),
)
stories = st.lists(moves, min_size=1, max_size=8)
worlds = st.tuples(st.sampled_from(SCENARIOS), st.integers(0, 2**32))
laws = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def begin(world: tuple[Any, int]) -> Lab:
    """A cluster with the manifests in the learner's home and one terminal."""
    scenario, seed = world
    lab = Lab.boot(scenario, seed=seed, epoch=EPOCH)
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 100, "rows": 30})
    for name, text in MANIFESTS.items():
        lab.submit({"type": "file.save", "host": "master", "path": f"/root/{name}", "content": text})
    return lab


def do(lab: Lab, move: tuple[str, Any]) -> None:
    """One move of a story; the cluster's clock moves only by `pass`."""
    kind, value = move
    if kind == "pass":
        lab.advance(lab.now + value)
    elif kind == "fault":
        lab.submit({"type": "fault.set", "fault": value} if value else {"type": "fault.clear"})
    else:
        key = "text" if kind == "line" else "data"
        lab.submit({"type": kind, "terminal": "t", key: value})


def joined(changes: list[Change]) -> list[Change]:
    """The changes, with neighbouring pieces of one terminal's output as one: how it is cut depends on who listens when."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        if (
            last
            and change.kind == last.kind == "output"
            and (last.at, last.data["terminal"]) == (change.at, change.data["terminal"])
        ):
            found[-1] = last._replace(data={**last.data, "data": last.data["data"] + change.data["data"]})
        else:
            found.append(change)
    return found


@laws
@given(worlds, stories)
def test_the_same_story_gives_the_same_bytes(world, story):
    first, second = begin(world), begin(world)
    for move in story:
        do(first, move)
        do(second, move)
    assert first.drain() == second.drain()
    assert first.snapshot() == second.snapshot()


@laws
@given(worlds, stories, st.lists(st.integers(1, 10**6), min_size=1, max_size=4), st.integers(1, 400))
def test_time_may_pass_in_slices(world, story, cuts, steps):
    whole, sliced = begin(world), begin(world)
    for kind, value in story:
        do(whole, (kind, value))
        if kind == "pass":
            end = sliced.now + value
            for cut in sorted(cuts):
                sliced.advance(sliced.now + (end - sliced.now) * cut // 10**6)
            while not sliced.advance(end, steps=steps):
                pass
        else:
            do(sliced, (kind, value))
    assert joined(whole.drain()) == joined(sliced.drain())
    assert whole.snapshot() == sliced.snapshot()


@laws
@given(worlds, stories, st.sets(st.integers(0, 7)), st.integers(1, 60))
def test_a_cluster_may_be_saved_and_restored_at_any_instant(world, story, saves, steps):
    never, often = begin(world), begin(world)
    heard = often.drain()
    for number, (kind, value) in enumerate(story):
        do(never, (kind, value))
        if kind == "pass":
            end = often.now + value
            while not often.advance(end, steps=steps if number in saves else None):
                heard += often.drain()
                often, steps = Lab.restore(often.snapshot()), steps * 2
        else:
            do(often, (kind, value))
        heard += often.drain()
        if number in saves:
            often = Lab.restore(often.snapshot())
    assert joined(never.drain()) == joined(heard)
    assert never.snapshot() == often.snapshot()
