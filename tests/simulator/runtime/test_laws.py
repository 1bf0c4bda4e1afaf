"""Determinism, slicing, transparency: whatever is done to machines, and whenever they are stored in between."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.kernel.units import MILLISECOND
from tests.fuzzing import rounds
from tests.simulator.runtime.bench import Bench

EXAMPLES = rounds(40)
LINES = (
    "echo hello > a; cat a a",
    "sleep 1; echo slept",
    "sleep 3 & echo started",
    "for i in 1 2 3; do echo $i; sleep 0.2; done | cat",
    "mkdir -p d/e && touch d/e/f && mv d/e g && ls g",
    "rm -rf d g a",
    "yes | head -n 300 | tail -n 1",
    "while true; do echo x; done",
    "cat",
    "nosuchprogram",
    "trap 'echo caught' INT; sleep 2",
    "curl -s http://10.244.1.2/",
)
KEYS = ("\x03", "\x04", "abc\r", "\x1a", "\x7f")
ACTION = st.one_of(
    st.tuples(st.just("line"), st.sampled_from(LINES)),
    st.tuples(st.just("keys"), st.sampled_from(KEYS)),
    st.tuples(st.just("start"), st.sampled_from(LINES)),
    st.tuples(st.just("stop"), st.just("")),
    st.tuples(st.just("exec"), st.sampled_from(LINES)),
)
STEP = st.tuples(ACTION, st.integers(0, 3_000), st.booleans())


def act(bench: Bench, action: tuple[str, str]) -> None:
    """One thing that somebody does."""
    kind, text = action
    running = [found["id"] for found in bench.cri.list_containers() if found["state"] == "running"]
    if kind == "line":
        bench.machines.type_line("t1", text)
    elif kind == "keys":
        bench.machines.type_keys("t1", text)
    elif kind == "start":
        sandbox = bench.cri.list_pod_sandboxes()[0]["id"]
        bench.container(sandbox, ["sh", "-c", text])
    elif kind == "stop" and running:
        bench.cri.stop_container(running[0], 1_000_000)
    elif kind == "exec" and running:
        bench.cri.exec_start(running[-1], ("sh", "-c", text))


def play(steps: list[tuple[tuple[str, str], int, bool]], *, stored: bool, sliced: bool) -> tuple[bytes, list[object]]:
    """What comes of *steps*: the world at the end, and all that was seen on the way."""
    bench = Bench()
    bench.sandbox()
    bench.machines.open_terminal("t1", "master", 80, 24)
    for action, milliseconds, cut in steps:
        act(bench, action)
        until = bench.world.now + milliseconds * MILLISECOND
        if cut and sliced:
            bench.advance((bench.world.now + until) // 2)
        if cut and stored:
            bench.sleep_and_wake()
        bench.advance(until)
    bench.sleep_and_wake()
    return bench.world.to_bytes(), [tuple(change) for change in bench.changes if change.kind != "output"]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=1, max_size=8))
def test_storing_slicing_and_repeating_change_nothing(steps):
    plain = play(steps, stored=False, sliced=False)
    assert play(steps, stored=False, sliced=False) == plain
    assert play(steps, stored=True, sliced=False) == plain
    assert play(steps, stored=False, sliced=True) == plain
