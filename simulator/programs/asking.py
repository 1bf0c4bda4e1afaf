"""Asking before something is done (`rm -i`), with programs that are called again until the answer has come.

What was done before a question must not be done again when the program is called anew: it keeps answers by question, and whoever
asks keeps what is finished."""

from simulator.programs.options import own_name
from simulator.runtime.syscalls import Sys

LONGEST_ANSWER = 4096


class Unanswered(Exception):
    """The answer has not come yet: wait for standard input."""


def ask(sys: Sys, question: str) -> bool:
    """Whether the learner agrees; the question goes to standard error once. Raises Unanswered."""
    answers = sys.state.setdefault("answers", {})
    if question in answers:
        return bool(answers[question])
    if sys.state.get("asked") != question:
        sys.err(f"{own_name(sys)}: {question}? ")
        sys.state |= {"asked": question, "answer": b""}
    answers[question] = read_answer(sys)[:1] in (b"y", b"Y")
    return bool(answers[question])


def read_answer(sys: Sys) -> bytes:
    """One line of standard input; raises Unanswered while it is not whole."""
    state = sys.state
    while len(state["answer"]) < LONGEST_ANSWER:
        letter = sys.read(0, 1)
        if letter is None:
            raise Unanswered
        state["answer"] += letter
        if letter in (b"", b"\n"):
            break
    return bytes(state["answer"])


def finished(sys: Sys, what: str) -> bool:
    """Whether *what* was dealt with in an earlier call."""
    return what in sys.state.get("finished", {})


def finish(sys: Sys, what: str) -> None:
    """*what* has been dealt with."""
    sys.state.setdefault("finished", {})[what] = True
