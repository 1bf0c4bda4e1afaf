"""Proposals from what was done and seen: files written, servers that answered, what commands printed, events."""

import itertools
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import re2

from lessons.proposing import wording
from lessons.proposing.objects import is_work
from lessons.proposing.proposal import Names, Proposal
from lessons.proposing.writing import masked
from lessons.transcripts import Command, FileBlock, Piece
from simulator.lab import Change, Lab

LOOKS = (
    "get",
    "describe",
    "logs",
    "events",
    "top",
    "explain",
    "exec",
    "auth",
    "api-resources",
    "version",
    "rollout",
    "diff",
)
KUBECTL = ("kubectl", "k")
FETCHERS = ("curl", "wget")
STATUS = re2.compile(
    r"\b(?:CrashLoopBackOff|ImagePullBackOff|ErrImage\w+|InvalidImageName|OOMKilled|Evicted|Init:\S+|CreateContainer\w+|RunContainerError"
    r"|Terminating|Completed|Pending|FailedScheduling|Unhealthy|Error|Running)\b"
)
LONGEST = 60
LEAST = 3
KEY = re2.compile(r"^\s*[A-Z][A-Za-z /-]*:\s+")
REASON = re2.compile(r"^\s*(?:Reason|Exit Code|Message):|^\s*Warning\s")
MASK = re2.compile(r"<(?:any|ip|age)>")


def words(line: str) -> list[str]:
    """The words of a command line; none where its quotes are not closed."""
    try:
        return shlex.split(line)
    except ValueError:
        return []


# --- files --------------------------------------------------------------------------------------------------------------


def files(after: Lab, pieces: Sequence[Piece], changes: Sequence[Change], names: Names) -> Iterator[Proposal]:
    """Files that say something now. One that was only written to be applied is nobody's aim."""
    applied = {word.rsplit("/", 1)[-1] for piece in pieces if isinstance(piece, Command) for word in words(piece.text)}
    edited = {piece.path for piece in pieces if isinstance(piece, FileBlock)}
    places = dict.fromkeys((change.data["host"], change.data["path"]) for change in changes if change.kind == "file")
    for host, path in places:
        name = path.rsplit("/", 1)[-1]
        text = after.read_file(host, path)
        first = next((line.strip() for line in (text or "").split("\n") if line.strip()), "")
        if not first or "/." in path or path.startswith(("/tmp/", "/var/", "/proc/")):
            continue
        check: dict[str, Any] = {"file": path, "contains": telling((text or "").split("\n")) or first[:LONGEST]}
        if host != after.home:
            check["host"] = host
        is_aim = path not in edited and name not in applied
        yield Proposal(names.new(name), check, wording.missing("file", name=path), "file", is_aim)


# --- servers --------------------------------------------------------------------------------------------------------------


def answers(pieces: Sequence[Piece], names: Names) -> Iterator[Proposal]:
    """Servers that answered somebody."""
    seen: list[dict[str, Any]] = []
    for piece in pieces:
        if not isinstance(piece, Command) or piece.code:
            continue
        found = asked(words(piece.text), piece.host)
        if found and found not in seen:
            seen.append(found)
            yield Proposal(
                names.new("answers"), found, wording.missing("http", name=found["http"]), "answer", True, weight=2
            )


def asked(line: list[str], host: str) -> dict[str, Any] | None:
    """The check for what a command line asks; None if it asks nobody."""
    asker: dict[str, Any] = {"from": host} if host else {}
    if line[:1] and line[0] in KUBECTL and "exec" in line[:4] and "--" in line:
        place = container(line[: line.index("--")])
        if place is None:
            return None
        asker, line = {"from": place}, line[line.index("--") + 1 :]
    if not line or line[0] not in FETCHERS:
        return None
    url = next(
        (
            word
            for word in reversed(line[1:])
            if not word.startswith("-") and ("." in word or "/" in word or word.isalnum())
        ),
        "",
    )
    if not url or url.startswith("https") or any(char in url for char in "$`|;<>"):
        return None
    return {"http": url if url.startswith("http://") else f"http://{url}", **asker}


def container(line: list[str]) -> str | None:
    """The container in which `kubectl exec` runs something; None if that is not said plainly."""
    flags = dict(itertools.pairwise(line))
    namespace = flags.get("-n", flags.get("--namespace", "default"))
    named = flags.get("-c", flags.get("--container"))
    rest = [
        word for word in line[line.index("exec") + 1 :] if not word.startswith("-") and word not in (namespace, named)
    ]
    return f"pods/{namespace}/{rest[0].removeprefix('pod/')}/{named}" if rest and named else None


# --- what was seen ----------------------------------------------------------------------------------------------------------


def outputs(printed: Sequence[tuple[Piece, Sequence[str]]], names: Names) -> Iterator[Proposal]:
    """What commands printed that only look, or that failed; of one that printed nothing, that it was run."""
    for piece, lines in printed:
        if isinstance(piece, Command) and (pattern := looked(piece)):
            token = telling(reasons(lines) if " describe" in piece.text else lines) or telling(lines)
            if not token and words(piece.text)[0] not in KUBECTL:
                continue
            check: dict[str, Any] = {"command": pattern} | ({"output": {"contains": token}} if token else {})
            said = wording.missing("command", name=" ".join(words(piece.text)[:2]))
            yield Proposal(names.new("seen", token or words(piece.text)[0]), check, said, "output", False)


def reasons(lines: Sequence[str]) -> list[str]:
    """The lines of a description that say why something is as it is."""
    return [line for line in lines if REASON.search(line)]


def looked(piece: Command) -> str:
    """The pattern of command lines that look at the same; empty for one that does something else."""
    line = words(piece.text.split("\n")[0])
    if not line:
        return ""
    if line[0] in KUBECTL:
        plain = [word for word in line[1:] if not word.startswith("-")]
        verb = next((word for word in plain if word in LOOKS), plain[0] if plain else "")
        return f"(k|kubectl) (.* )?{verb}( .*)?" if verb in LOOKS or piece.code else ""
    return f"{re2.escape(line[0])}( .*)?" if line[0] not in ("sleep", "cd", "export") else ""


def telling(lines: Sequence[str]) -> str:
    """The piece of an answer by which it is known again; empty if there is none."""
    found = [line for line in lines if line.strip()]
    is_table = len(found) > 1 and found[0].split()[0].isupper()
    body = found[1:] if is_table else found
    for line in body:
        if match := STATUS.search(line):
            return str(match.group(0))
    tokens = (cell(line) if is_table else phrase(line) for line in body)
    return next((token for token in tokens if len(token) >= LEAST), "")


def cell(line: str) -> str:
    """What a row of a table is about, or the word of it that says most."""
    found = [word for word in MASK.sub(" ", masked(line)).split() if not word.startswith("<")]
    return next((word for word in [*found[:1], *sorted(found, key=len, reverse=True)] if len(word) >= LEAST), "")


def phrase(line: str) -> str:
    """The longest piece of a line that will be the same another time, without the name of what it says."""
    pieces = [part.strip() for part in MASK.split(masked(KEY.sub("", line))) if part.strip()]
    return max(pieces, key=len)[:LONGEST].split("  ")[0] if pieces else ""


def events(changes: Sequence[Change], names: Names) -> Iterator[Proposal]:
    """Warnings."""
    seen: dict[tuple[str, str], Mapping[str, Any]] = {}
    for change in changes:
        obj = change.data.get("object", {}) if change.kind == "object" else {}
        if obj.get("kind") == "Event" and obj.get("type") == "Warning":
            involved = obj.get("involvedObject") or obj.get("regarding") or {}
            seen[str(obj.get("reason")), f"{involved.get('kind')}/{involved.get('name')}"] = obj
    known = {change.data["object"]["metadata"]["name"] for change in changes if owned(change)}
    for reason, about in seen:
        if about.split("/", 1)[1] not in known:
            check = {"event": {"reason": reason, "object": about}, "ever": True}
            said = wording.missing("event", value=reason, name=about)
            yield Proposal(names.new(reason), check, said, "event", False)


def owned(change: Change) -> bool:
    """Whether an object that changed has a name that nobody gave it."""
    return change.kind == "object" and not is_work(change.data["resource"], change.data["object"])
