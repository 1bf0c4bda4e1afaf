"""stress: takes memory and processor time (the tool of the tutorials on limits)."""

from simulator.kernel.units import MILLISECOND, SECOND
from simulator.programs.options import Dialect, grammar, parse, refuse
from simulator.programs.sizes import parse_size
from simulator.programs.sleep import duration
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

RULES = grammar(
    "c:m:i:d:t:vqn",
    {
        "cpu=": "c", "vm=": "m", "vm-bytes=": "bytes", "vm-hang=": "hang", "vm-keep": "keep", "timeout=": "t", "io=": "i", "hdd=": "d", "verbose": "v", "quiet": "q",
        "dry-run": "n", "vm-stride=": "stride", "hdd-bytes=": "hdd-bytes", "backoff=": "backoff", "oomable": "oomable",
    },
)  # fmt: skip
DEFAULT_BYTES = 256 << 20
MOST_WORKERS = 32
# A worker that computes shows its use of the processor in slices of this length.
SLICE = 250 * MILLISECOND


def main(sys: Sys, dialect: Dialect) -> Step:
    """Start the workers and wait for the first that ends."""
    if "kind" in sys.state:
        return _worker(sys)
    if "children" not in sys.state:
        _begin(sys, dialect)
    state = sys.state
    if any(signal for signal in iter(sys.take_signal, None)):
        return _end(sys, 1)
    try:
        ended = sys.wait()
    except UnixError:
        return 0
    if ended is not None:
        sys.err(
            f"stress: FAIL: [{sys.pid}] (415) <-- worker {ended.pid} got signal {ended.code - 128}\n"
            if ended.signal
            else f"stress: FAIL: [{sys.pid}] (422) kill error: No such process\n"
        )
        sys.err(
            f"stress: WARN: [{sys.pid}] (417) now reaping child worker processes\nstress: FAIL: [{sys.pid}] (451) failed run completed in {(sys.now - state['begun']) // SECOND}s\n"
        )
        return _end(sys, 1)
    if state["until"] is not None and sys.now >= state["until"]:
        sys.out(f"stress: info: [{sys.pid}] successful run completed in {(sys.now - state['begun']) // SECOND}s\n")
        return _end(sys, 0)
    return Wait(child=True, until=state["until"])


def _count(sys: Sys, text: str) -> int:
    if not text.isdecimal() or int(text[:9]) > MOST_WORKERS:
        raise refuse(sys, f"FAIL: [{sys.pid}] (244) invalid number of workers: {text}")
    return int(text)


def _begin(sys: Sys, dialect: Dialect) -> None:
    options = parse(sys, dialect, RULES)
    numbers = {kind: _count(sys, options.value(kind, "0")) for kind in "cimd"}
    if not any(numbers.values()):
        raise refuse(sys, "nothing to do: give --cpu N or --vm N")
    size = parse_size(options.value("bytes").rstrip("Bb")) if "bytes" in options else DEFAULT_BYTES
    if size is None:
        raise refuse(sys, f"FAIL: [{sys.pid}] (254) invalid size: {options.value('bytes')}")
    limit = duration(options.value("t")) if "t" in options else None
    sys.out(
        f"stress: info: [{sys.pid}] dispatching hogs: {numbers['c']} cpu, {numbers['i']} io, {numbers['m']} vm, {numbers['d']} hdd\n"
    )
    sys.catch("TERM", "INT")
    sys.state |= {"begun": sys.now, "until": sys.now + limit if limit else None}
    sys.state["children"] = [
        sys.fork({"kind": kind, "size": size}) for kind, number in numbers.items() for _ in range(number)
    ]


def _end(sys: Sys, code: int) -> int:
    for child in sys.state["children"]:
        try:
            sys.kill(child, "KILL")
        except UnixError:
            continue
    return code


def _worker(sys: Sys) -> Step:
    """Hold memory, or use the processor until killed."""
    if sys.state["kind"] == "m":
        if not sys.state.get("held"):
            sys.state["held"] = True
            # Filling the memory takes about as long as writing it.
            sys.charge(min(sys.state["size"] // 2000, SECOND))
            sys.use_memory(sys.state["size"])
        return Wait()
    if sys.state["kind"] == "c":
        sys.charge(SLICE)
        return Wait(until=sys.now)
    return Wait()
