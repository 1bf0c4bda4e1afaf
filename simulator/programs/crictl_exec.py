"""crictl exec: a program in a container that runs (cri-tools cmd/crictl/exec.go)."""

from typing import Any

from simulator.api.field import quoted
from simulator.programs.crictl_view import named, newest, one
from simulator.programs.options import Dialect, Options, Refused, grammar, parse, refuse
from simulator.runtime import relay
from simulator.runtime.cri_api import Cri, CriError
from simulator.runtime.syscalls import Step, Sys, Wait

RULES = grammar(
    "siteqxlr:p:n:",
    {
        "sync": "s", "interactive": "i", "tty": "t", "quiet": "q", "ignore-errors": "e", "parallel": "x", "latest": "l", "timeout=": "timeout",
        "transport=": "r", "pod=": "p", "last=": "n", "name=": "name", "image=": "image", "state=": "state", "label=": "label",
    },
    permute=False,
)  # fmt: skip
FILTERS = ("name", "p", "l")
OTHER_FILTERS = ("n", "image", "state", "label")
USAGE = "NAME:\n   crictl exec - Run a command in a running container\n\nUSAGE:\n   crictl exec [command options] [CONTAINER-ID] COMMAND [ARG...]\n"
POLL = 50_000
NO_SUCH_TTY = "tty=true must be specified with interactive=true"
NO_TERMINAL = "input is not a terminal"
# What the streaming server of the runtime says before an error (k8s.io/kubelet/pkg/cri/streaming).
FAILED = "Internal error occurred: error executing command in container: "


def run(sys: Sys, cri: Cri, dialect: Dialect, words: list[str]) -> Step:
    """In one container after the other; what is done stands in the state."""
    options = parse(sys, dialect, RULES, words)
    state = sys.state
    if "targets" not in state:
        if refused := [f"-{'-' * (len(name) > 1)}{name}" for name in OTHER_FILTERS if name in options]:
            raise refuse(sys, f"not simulated here: crictl exec {refused[0]}")
        targets, argv = chosen(sys, cri, options)
        if not targets or not argv:
            sys.out(USAGE)
            return 0
        state |= {"targets": targets, "argv": argv, "code": 0}
    while state["targets"]:
        waiting = step(sys, cri, options)
        if waiting is not None:
            return waiting
        state["targets"].pop(0)
    return 0 if "e" in options else int(state["code"])


def chosen(sys: Sys, cri: Cri, options: Options) -> tuple[list[list[Any]], list[str]]:
    """The containers, each as it was called and with its id, and the command."""
    rows = cri.list_containers()
    if not any(name in options for name in FILTERS):
        wanted, *argv = options.words or [""]
        if not argv:
            return [], []
        call, doing = f"Exec{'Sync' if 's' in options else ''} cmd", f"execing command in container {wanted}: "
        row = one(sys, rows, wanted, call, doing, cmd=f"[{','.join(map(quoted, argv))}]")
        return [[wanted, row["id"], False]], argv
    rows = sorted((row for row in rows if row["state"] == "running"), key=newest)
    rows = named(rows, options.value("name")) if "name" in options else rows
    rows = [row for row in rows if str(row["sandbox"]).startswith(options.value("p"))]
    rows = rows[:1] if "l" in options else rows
    if not rows:
        sys.err("ERRO[0000] No containers found per filter flags\n")
    titled = "q" not in options and "x" not in options
    return [[row["id"], row["id"], titled] for row in rows], options.words


def step(sys: Sys, cri: Cri, options: Options) -> Wait | None:
    """A step of the program in the first of the targets; None when it has ended."""
    state = sys.state
    name, container, titled = state["targets"][0]
    sync = "s" in options
    doing = f"FATA[0000] execing command in container {name}{' synchronously' if sync else ''}: "
    if "exec" not in state:
        if titled:
            sys.out(f"{name}:\n")
        begin(sys, cri, options, container, doing)
    if sync:
        return finished(sys, cri, doing)
    wait = relay.step(sys, state["relay"])
    if wait is None:
        code = relay.exit_code(state["relay"])
        if code:
            sys.err(f"{doing}command terminated with exit code {code}\n")
        state["code"] = max(state["code"], int(code > 0))
        del state["exec"]
    return wait


def begin(sys: Sys, cri: Cri, options: Options, container: str, doing: str) -> None:
    """Start the program; raises Refused."""
    state = sys.state
    tty, stdin, sync = "t" in options, "i" in options, "s" in options
    if tty and not sync and not (stdin and sys.isatty(0)):
        raise Refused(f"{doing}{NO_TERMINAL if stdin else NO_SUCH_TTY}\n")
    try:
        started = cri.exec_start(container, tuple(state["argv"]), tty=tty and not sync, stdin=stdin and not sync)
    except CriError as error:
        text = str(error) if sync else FAILED + str(error).removeprefix("rpc error: code = Unknown desc = ")
        raise Refused(f"{doing}{text}\n") from None
    state["exec"] = started["process"]
    if not sync:
        state["relay"] = relay.begin(sys, sys.take(started["channels"]), stdin=stdin, tty=tty)


def finished(sys: Sys, cri: Cri, doing: str) -> Wait | None:
    """All that the program wrote, when it has ended."""
    state = sys.state
    found = cri.exec_status(state["exec"])
    if found is not None and not found["done"]:
        return Wait(until=sys.now + POLL)
    output = found["output"].decode("utf-8", "replace") if found else ""
    if found and found["code"]:
        sys.err(f"{doing}command '{' '.join(state['argv'])}' exited with {found['code']}: {output}\n")
        state["code"] = 1
    else:
        sys.out(f"{output}\n\n")
    del state["exec"]
    return None
