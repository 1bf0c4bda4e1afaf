"""Why the last command line failed: from what the API server and kubectl refused, and from its exit code."""

import posixpath
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.api import meta
from simulator.api.resources import RESOURCES, Resource
from simulator.kubectl.commands import COMMANDS
from simulator.programs.table import PROGRAMS
from simulator.runtime.processes import SIGNALS
from simulator.why import admission, budgets, manifests, rights
from simulator.why.chain import Chain, Evidence, Link, Ref
from simulator.why.fields import links as field_links
from simulator.why.inquiry import Inquiry, Obj, typed, within
from simulator.why.near import nearest

Mishap = Mapping[str, Any]
SHELL_CODES = {126: "typed.not_executable", 127: "typed.program", 130: "typed.interrupted"}
MOST_REFUSALS = 4
FILE_FLAGS = ("-f", "--filename")


def command(inquiry: Inquiry, terminal: str) -> Chain | None:
    """The chain for the last command of a terminal that failed; None if none has."""
    mishap = (inquiry.mishaps.get(terminal) or {}).get("failed")
    if not mishap:
        return None
    output = mishap["output"].strip()
    evidence = (Evidence("answer", "", output[-400:]),) if output else ()
    first = Link("command.failed", {"line": mishap["line"], "code": mishap["code"]}, evidence=evidence)
    links: list[Link] = []
    for refusal in mishap["refusals"][:MOST_REFUSALS]:  # the same may have been refused for one object after the other
        links += [link for link in refused(inquiry, mishap, refusal) if link not in links]
    telling = [link for link in links if link.kind != "typed.refused"]
    return Chain([first, *(telling or links or by_code(inquiry, mishap))])


# --- by the exit code -----------------------------------------------------------------------------------------------------


def by_code(inquiry: Inquiry, mishap: Mishap) -> list[Link]:
    """What the exit code of a program or of the shell itself says."""
    code, line = int(mishap["code"]), str(mishap["line"])
    kind = SHELL_CODES.get(code)
    if kind == "typed.program":
        return [unknown(kind, lost_word(mishap), (*PROGRAMS, "kubectl", "k"))]
    if kind:
        return [Link(kind, {"line": line})]
    signal = next((name for name, number in SIGNALS.items() if number == code - 128), "")
    if signal:
        return [Link("typed.signal", {"signal": f"SIG{signal}", "code": code})]
    return [Link("typed.code", {"code": code, "program": first_word(line)})]


def words_of(line: str) -> list[str]:
    """The words of a line, as far as they can be told."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def first_word(line: str) -> str:
    """What the line runs."""
    return next((word for word in words_of(line) if "=" not in word), "")


def lost_word(mishap: Mishap) -> str:
    """The word that the shell found no program for: it is the one that its complaint repeats."""
    said = str(mishap["output"])
    return next((word for word in words_of(str(mishap["line"])) if f"{word}:" in said), first_word(str(mishap["line"])))


def unknown(kind: str, word: str, names: Iterable[str]) -> Link:
    """A word that is none of *names*, with the one that it is most like."""
    close = nearest(word, names)
    return Link(f"{kind}_near", {"word": word, "near": close}) if close else Link(kind, {"word": word})


# --- by what was refused --------------------------------------------------------------------------------------------------


def refused(inquiry: Inquiry, mishap: Mishap, refusal: Obj) -> list[Link]:
    """The links for one refusal: an answer of the API server, or a complaint of kubectl's own."""
    status = refusal.get("status")
    if status is None:
        return misread(inquiry, mishap, refusal)
    reason = str(status.get("reason") or "")
    said = (Evidence("answer", reason or str(status.get("code", "")), str(status.get("message", ""))),)
    explain = REASONS.get(reason, other)
    return explain(inquiry, mishap, status, said)


def misread(inquiry: Inquiry, mishap: Mishap, refusal: Obj) -> list[Link]:
    """What kubectl itself did not understand."""
    if not refusal.get("about"):
        return [Link("typed.refused", {}, evidence=(Evidence("answer", "kubectl", refusal["message"]),))]
    what, word = refusal["about"]
    if what == "resource":
        names = [name for each in RESOURCES.values() for name in (each.plural, each.singular)]
        link = unknown("typed.resource", word, names)
        return [Link(link.kind, link.values, next=("kubectl api-resources",))]
    if what == "command":
        return [unknown("typed.command", word, (command.name for command in COMMANDS))]
    if what == "flag":
        return [
            Link(
                "typed.flag", {"flag": word, "program": " ".join(words_of(mishap["line"])[:2])}, next=(help_of(mishap),)
            )
        ]
    paths = [str(path) for path, _ in manifests.files(inquiry, mishap["host"], manifests.FOLDERS)]
    full = posixpath.normpath(posixpath.join(mishap["cwd"] or "/", word))
    link = unknown("typed.file", full, paths)
    return [Link(link.kind, link.values, next=("ls",))]


def help_of(mishap: Mishap) -> str:
    """The command that shows the flags."""
    words = [word for word in words_of(mishap["line"])[:2] if not word.startswith("-")]
    return " ".join([*words, "--help"])


Said = tuple[Evidence, ...]
Explain = Callable[[Inquiry, Mishap, Obj, Said], list[Link]]


def resource_of(details: Obj) -> Resource | None:
    """The resource that a Status is about: its `kind` is a plural, or a kind."""
    kind, group = str(details.get("kind", "")), str(details.get("group", ""))
    found = RESOURCES.get(f"{kind}.{group}" if group else kind)
    return found or next((each for each in RESOURCES.values() if each.kind == kind and each.group == group), None)


def namespace_of(mishap: Mishap) -> str:
    """The namespace that the line names; empty: the one of the context."""
    words = words_of(mishap["line"])
    for at, word in enumerate(words):
        if word in ("-n", "--namespace") and at + 1 < len(words):
            return words[at + 1]
        if word.startswith("--namespace="):
            return word.partition("=")[2]
    return ""


def not_found(inquiry: Inquiry, mishap: Mishap, status: Obj, said: Said) -> list[Link]:
    """There is no such object: whether it is in another namespace, or one is called nearly so."""
    details = status.get("details") or {}
    resource, name = resource_of(details), str(details.get("name", ""))
    if resource is None or not name:
        return other(inquiry, mishap, status, said)
    namespace = (namespace_of(mishap) or "default") if resource.namespaced else ""
    values = {"resource": resource.plural, "name": name}
    there = inquiry.all(resource.name)
    spaces = [meta.namespace(obj) for obj in there if meta.name(obj) == name and meta.namespace(obj) != namespace]
    look = (f"kubectl get {resource.plural}{within(namespace)}",)
    if spaces:
        found = typed(Ref(resource.name, spaces[0], name))
        return [
            Link(
                "answer.elsewhere",
                {**values, "namespace": spaces[0]},
                evidence=said,
                next=(f"kubectl get {found}", *look),
            )
        ]
    names = inquiry.names(resource.name, namespace or None)
    if close := nearest(name, names):
        return [Link("answer.not_found_near", {**values, "near": close}, evidence=said, next=look)]
    everywhere = (f"kubectl get {resource.plural} -A",) if resource.namespaced else ()
    return [Link("answer.not_found", {**values, "there": len(names)}, evidence=said, next=(*look, *everywhere))]


def exists(inquiry: Inquiry, mishap: Mishap, status: Obj, said: Said) -> list[Link]:
    """There is one of that name already."""
    details = status.get("details") or {}
    resource, name = resource_of(details), str(details.get("name", ""))
    if resource is None:
        return other(inquiry, mishap, status, said)
    namespace = (namespace_of(mishap) or "default") if resource.namespaced else ""
    about = Ref(resource.name, namespace, name)
    return [
        Link(
            "answer.exists",
            {"resource": resource.singular, "name": name},
            about,
            evidence=said,
            next=(f"kubectl get {typed(about)}",),
        )
    ]


def forbidden(inquiry: Inquiry, mishap: Mishap, status: Obj, said: Said) -> list[Link]:
    """Who asks may not, or an admission plug-in refuses."""
    namespace = namespace_of(mishap) or "default"
    return rights.links(inquiry, status, said) or admission.answered(inquiry, namespace, said, str(status["message"]))


def too_many(inquiry: Inquiry, mishap: Mishap, status: Obj, said: Said) -> list[Link]:
    """An eviction that a disruption budget forbids; the server names the budget among the causes."""
    causes = (status.get("details") or {}).get("causes") or ()
    text = " ".join(str(each.get("message", "")) for each in causes if each.get("reason") == "DisruptionBudget")
    links = budgets.refused(inquiry, namespace_of(mishap), text) if text else []
    return [Link("answer.eviction", {}, evidence=said), *links] if text else other(inquiry, mishap, status, said)


def invalid(inquiry: Inquiry, mishap: Mishap, status: Obj, said: Said) -> list[Link]:
    """Fields are wrong: each with its line in the file that was applied."""
    return field_links(files_of(inquiry, mishap), status, said)


def files_of(inquiry: Inquiry, mishap: Mishap) -> list[tuple[str, str, str]]:
    """The files that the line names after -f: host, path, text."""
    words, named = words_of(mishap["line"]), []
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag in FILE_FLAGS:
            named.append(value if equals else words[at + 1] if at + 1 < len(words) else "")
        elif word.startswith("-f") and len(word) > 2:
            named.append(word[2:])
    paths = [posixpath.normpath(posixpath.join(mishap["cwd"] or "/", name)) for name in named if name not in ("", "-")]
    host = str(mishap["host"])
    texts = [(host, path, manifests.read(inquiry, host, path)) for path in paths]
    for folder in [path for _, path, text in texts if not text]:
        texts += [(host, path, text) for path, text in manifests.files(inquiry, host, (folder,))]
    return [entry for entry in texts if entry[2]]


def other(inquiry: Inquiry, mishap: Mishap, status: Obj, said: Said) -> list[Link]:
    """The API server's answer speaks for itself."""
    kind = PLAIN.get(str(status.get("reason") or ""), "answer.refused")
    return [Link(kind, {}, evidence=said)]


PLAIN = {"Conflict": "answer.conflict", "Unauthorized": "answer.unauthorized", "MethodNotAllowed": "answer.method"}
REASONS: dict[str, Explain] = {
    "NotFound": not_found,
    "AlreadyExists": exists,
    "Forbidden": forbidden,
    "Invalid": invalid,
    "BadRequest": invalid,
    "TooManyRequests": too_many,
}
