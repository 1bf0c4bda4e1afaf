"""What `kubectl apply` and `kubectl diff` would say of a file that is being written: tried on a copy of the cluster, of which nothing
is kept."""

import re
from typing import Any

from labsite.console.places import Document, documents, place
from labsite.sandboxes import clock
from labsite.sandboxes.whatif import heard, type_line
from simulator.lab import Lab

Message = dict[str, Any]

MOST_TEXT = 200_000
MOST_DOCUMENTS = 30
MOST_SAID = 60_000
MOST_TOLD = 2000
BUDGET = 1500 * clock.MILLISECOND  # processor time
HORIZON = 20 * clock.SECOND  # virtual
SLICE = 200

DONE = re.compile(r"^\S+ (created|configured|unchanged|serverside-applied)$")
FIELD = re.compile(r'(?:unknown|duplicate) field "[^"]*"')
SHELL_SAFE = re.compile(r"^[\w./-]+$")
TOO_MUCH = "This file is too long to be tried while it is written."


def answer(question: Message, lab: Lab) -> Message:
    """`manifest`: what applying the text would say, with the places, and, if it is wanted, how the live objects would change."""
    path, text = question["path"], question["content"]
    head = {"type": "manifest", "id": question["id"], "path": path}
    found = documents(text)
    if len(text) > MOST_TEXT or len(found) > MOST_DOCUMENTS or not path.startswith("/"):
        return {**head, "complaints": [], "said": [], "diff": "", "skipped": TOO_MUCH}
    copy = Trial(lab, path)
    diff = copy.run("diff", text) if question.get("diff") else ""
    said, complaints = [], []
    for document in found:
        output = copy.run("apply", document.text)
        said += [line for line in output.splitlines() if DONE.match(line)]
        complaints += complained(document, output)
    return {**head, "complaints": complaints, "said": said, "diff": diff, "skipped": copy.stopped}


class Trial:
    """A copy of a cluster at which files are tried."""

    def __init__(self, lab: Lab, path: str) -> None:
        self.lab = Lab.restore(lab.snapshot())
        self.path = path
        self.began = clock.cpu()
        self.stopped = ""

    def run(self, verb: str, text: str) -> str:
        """What `kubectl VERB -f FILE` prints, with *text* in the file; nothing once it has become too much work."""
        if self.stopped:
            return ""
        entry = {"type": "file.save", "host": self.lab.home, "path": self.path, "content": text}
        if error := self.lab.submit(entry).get("error"):
            self.stopped = str(error)
            return ""
        terminal = type_line(self.lab, f"kubectl {verb} -f {quoted(self.path)}", "")
        self.wait(terminal)
        return heard(self.lab.drain(), terminal)[0][:MOST_SAID]

    def wait(self, terminal: str) -> None:
        """Let time pass until the command has ended."""
        end = self.lab.now + HORIZON
        while self.lab.terminals()[terminal]["mode"] != "edit":
            due = self.lab.next_at()
            if due is None or due > end or clock.cpu() - self.began > BUDGET:
                self.stopped = TOO_MUCH
                return
            self.lab.advance(due, steps=SLICE)


def quoted(path: str) -> str:
    """A path as one types it in a shell."""
    return path if SHELL_SAFE.match(path) else "'" + path.replace("'", "'\\''") + "'"


def complained(document: Document, output: str) -> list[Message]:
    """Each complaint that *output* has, and where in the file that stands of which it speaks."""
    lines = [line for line in output.splitlines() if line.strip() and not DONE.match(line)]
    warnings = [line for line in lines if line.startswith("Warning: ")]
    errors = "\n".join(line for line in lines if not line.startswith("Warning: "))
    return [told(document, "warning", line, line) for line in warnings] + [
        told(document, "error", about, text) for about, text in parted(errors)
    ]


def parted(errors: str) -> list[tuple[str, str]]:
    """Complaints that came together, each by itself: what is to be looked for, and the text."""
    if not errors:
        return []
    head, *causes = errors.split("\n* ")
    if causes:
        return [(cause, f"{head.strip()} {cause}") for cause in causes]
    fields = FIELD.findall(errors) if "strict decoding error: " in errors else []
    if fields:
        before = errors.partition("strict decoding error: ")[0]
        return [(field, f"{before}strict decoding error: {field}") for field in fields]
    return [(errors, errors)]


def told(document: Document, kind: str, about: str, text: str) -> Message:
    """A complaint, as a browser is told of it."""
    return {"kind": kind, "text": text[:MOST_TOLD], **place(document, about)._asdict()}
