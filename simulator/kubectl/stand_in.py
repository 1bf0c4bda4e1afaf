"""A stand-in for kubectl: a client outside the machine does the work, for replaying transcripts with a real one.

It writes what is asked for (argv, cwd, stdin, env; `joined` if output and errors go to one place) as JSON to a desk, opens that as an
editor would, and waits until it is closed; then a file beside it says what was printed so far (out, err; joined, all of it is out, in
order) and, at the end, the exit code. In a container nobody from outside stands in: the kubectl of an image is that of its image.
"""

import json
from typing import Any

from simulator.kubectl import main as kubectl
from simulator.runtime.syscalls import Step, Sys, Wait

DESKS = "/run/podlab"
EDITORS = ("KUBE_EDITOR", "EDITOR")
LARGEST = 1 << 20


def main(sys: Sys) -> Step:
    """Hand the command out, and print what comes back."""
    if sys.container:
        return kubectl.main(sys)
    if "desk" not in sys.state:
        return begin(sys)
    if sys.editing(sys.state["desk"]):
        return Wait()
    answer = json.loads(sys.read_file(f"{sys.state['desk']}.answer"))
    sys.out(answer["out"])
    sys.err(answer["err"])
    if answer["code"] is not None:
        return int(answer["code"])
    sys.edit(sys.state["desk"])
    return Wait()


def begin(sys: Sys) -> Step:
    """Read standard input if the command wants it, then ask."""
    data = sys.state.setdefault("stdin", "")
    if wants_input(sys):
        while (more := sys.read(0)) is not None and len(data) < LARGEST:
            if not more:
                return ask(sys)
            data += more.decode(errors="replace")
            sys.state["stdin"] = data
        return Wait(readable=(0,))
    return ask(sys)


def wants_input(sys: Sys) -> bool:
    """Whether the command reads what is piped into it."""
    words = sys.argv[1:]
    short = [word for word in words if word.startswith("-") and not word.startswith("--") and "i" in word[1:3]]
    return not sys.isatty(0) and ("-" in words or "--filename=-" in words or "--stdin" in words or bool(short))


def ask(sys: Sys) -> Step:
    """Put the question on a desk of its own."""
    if not sys.exists(DESKS):
        sys.mkdir(DESKS)
    sys.state["desk"] = desk = f"{DESKS}/{sys.pid}"
    question: dict[str, Any] = {"argv": list(sys.argv[1:]), "cwd": sys.cwd, "stdin": sys.state["stdin"]}
    ends = sys.fds()
    question["joined"] = ends.get(1, "") == ends.get(2)
    question["env"] = {name: sys.env[name] for name in EDITORS if name in sys.env}
    sys.write_file(desk, json.dumps(question).encode())
    sys.edit(desk)
    return Wait()
