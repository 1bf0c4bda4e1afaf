"""Scenarios of Killercoda: a folder with an index.json, texts, and scripts that set up and verify."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import re2
from django.utils.translation import gettext as _

from lessons.carrying import answers, foreign, prose, zips
from lessons.carrying.foreign import Bringer
from lessons.carrying.parcels import LINK, Parcel, Raw, Try
from lessons.drafting.document import CheckPart, Document, HintPart, StepPart, Words
from lessons.format import MOST_STEPS
from lessons.refusals import Refused
from lessons.sources import Source
from lessons.transcripts import Command

SIGN = "index.json"
Nodes = list[dict[str, Any]]
CONTROL: dict[str, Any] = {"name": "controlplane", "roles": ["control-plane"]}
ONE: Nodes = [CONTROL]
TWO: Nodes = [CONTROL, {"name": "node01"}]
# The machines of their images; of others we have none, and there is a cluster of two.
CLUSTERS: Mapping[str, Nodes] = {
    "kubernetes-kubeadm-1node": ONE,
    "kubernetes-kubeadm-1node-4GB": ONE,
    "kubernetes-kubeadm-2nodes": TWO,
}
UNTAINT = "kubectl taint nodes controlplane node-role.kubernetes.io/control-plane-"
EVERYTHING = "(?s).+"
CHAPTER = 16
KNOWN = {
    "whole": ("title", "description", "details", "backend"),
    "details": ("intro", "steps", "finish", "assets"),
    "part": ("title", "text", "foreground", "background"),
    "step": ("title", "text", "verify", "foreground", "background"),
    "asset": ("file", "target", "chmod"),
}
SCRIPTS = ("background", "foreground")


def lessons(raw: Raw, name: str, strange: Sequence[str] = ()) -> list[Parcel]:
    """The scenarios in what was brought; raises Refused where there is none."""
    raw = {**raw, **dict.fromkeys(strange, LINK)}
    found = list(foreign.roots(raw, SIGN, '"details"'))
    if not found:
        raise Refused(_("There is no Killercoda scenario in it: no folder with an index.json."))
    return [scenario(Bringer(raw, root), posixpath.basename(root) if root != "." else name) for root in found]


def scenario(bringer: Bringer, name: str) -> Parcel:
    """One scenario; raises Refused."""
    source = bringer.json(SIGN)
    data = source.data if isinstance(source.data, dict) else {}
    details = data.get("details")
    entries = details.get("steps") if isinstance(details, dict) else None
    if (
        not isinstance(details, dict)
        or not isinstance(entries, list)
        or not all(isinstance(each, dict) for each in entries)
    ):
        raise Refused(f"{SIGN}:1: {_('details.steps must be a list of steps')}")
    bringer.leave(source, (), KNOWN["whole"], data)
    bringer.leave(source, ("details",), KNOWN["details"], details)
    nodes = cluster(bringer, source, data)
    files = assets(bringer, source, details.get("assets"))
    intro = part(bringer, source, details, "intro", runs=True)
    steps = list(all_steps(bringer, source, entries[:MOST_STEPS]))
    for number in range(MOST_STEPS, len(entries)):
        line = source.line(("details", "steps", number))
        bringer.note(SIGN, line, _("a lesson has at most %(most)s steps") % {"most": MOST_STEPS})
    title, description = (str(data.get(key) or "") for key in ("title", "description"))
    document = Document(
        chapter=CHAPTER,
        minutes=min(10 * max(len(steps), 1), 240),
        scenario={"nodes": nodes, **({"files": files} if files else {})},
        title=foreign.words(title),
        intro=foreign.words("\n\n".join(text for text in (description, intro) if text)),
        debrief=foreign.words(part(bringer, source, details, "finish", runs=False)),
        steps=steps,
    )
    bringer.rest()
    return bringer.parcel(foreign.slug_of(name, "scenario"), document)


def cluster(bringer: Bringer, source: Source, data: Mapping[str, Any]) -> Nodes:
    """The machines."""
    backend = data.get("backend")
    image = backend.get("imageid") if isinstance(backend, dict) else None
    if isinstance(backend, dict):
        bringer.leave(source, ("backend",), ("imageid",), backend)
    nodes = CLUSTERS.get(str(image), TWO)
    if image not in CLUSTERS:
        line = source.line(("backend", "imageid"))
        bringer.note(SIGN, line, _("the image %(name)s: here it is a cluster of two nodes") % {"name": repr(image)})
    if nodes is ONE:  # whose Pods are to run somewhere
        bringer.start.append(Command("", UNTAINT, foreign.ANYTHING, 0, 0, (0, 0)))
    return nodes


# --- assets -----------------------------------------------------------------------------------------------------------


def assets(bringer: Bringer, source: Source, entries: Any) -> dict[str, str]:
    """The files that lie somewhere from the beginning; those of the learner's home are the lesson's own."""
    found: dict[str, str] = {}
    if not isinstance(entries, dict):
        return found
    for host, listed in entries.items():
        for number, entry in enumerate(listed if isinstance(listed, list) else ()):
            place = ("details", "assets", host, number)
            if not isinstance(entry, dict) or host not in ("host01", CONTROL["name"]):
                bringer.note(SIGN, source.line(place), _("files of other machines have no place here"))
                continue
            bringer.leave(source, place, KNOWN["asset"], entry)
            for path, text in asset(bringer, source, place, entry):
                if not bringer.put(path, text):
                    found[path] = text
    return found


def asset(bringer: Bringer, source: Source, place: Any, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Path and text of each file that one entry means."""
    line, target = source.line(place), str(entry.get("target") or "/root").replace("~", "/root")
    if "x" in str(entry.get("chmod", "")):
        bringer.note(SIGN, line, _("files come without the right to be run: they are run with `bash FILE`"))
    pattern = bringer.path(f"assets/{entry.get('file', '')}")
    glob = re2.compile("(?s)" + re2.escape(pattern).replace(r"\*", "[^/]*"))
    matching = [path for path in sorted(bringer.raw) if glob.fullmatch(path) and bringer.raw[path] is not LINK]
    if not matching:
        bringer.note(SIGN, line, _("there is no file %(name)s") % {"name": repr(str(entry.get("file"))[:100])})
    for path in matching:
        bringer.used.add(path)
        try:
            yield f"{posixpath.normpath(target)}/{posixpath.basename(path)}", zips.text_of(path, bringer.raw[path])
        except Refused as error:
            bringer.note(SIGN, line, str(error))


# --- texts and steps --------------------------------------------------------------------------------------------------


def part(bringer: Bringer, source: Source, details: Mapping[str, Any], key: str, *, runs: bool) -> str:
    """The introduction or the end."""
    entry = details.get(key)
    if not isinstance(entry, dict):
        return ""
    place = ("details", key)
    bringer.leave(source, place, KNOWN["part"], entry)
    scripts(bringer, source, place, entry, runs=runs)
    converted = prose_of(bringer, *said(bringer, source, place, entry))
    return "\n\n".join([converted.body, *converted.hint_texts]).strip()


def said(bringer: Bringer, source: Source, place: Any, entry: Mapping[str, Any]) -> tuple[str, str]:
    """The file of an entry's text, and the text."""
    name = str(entry.get("text") or "")
    return name, bringer.text(name, SIGN, source.line((*place, "text"))) if name else ""


def prose_of(bringer: Bringer, name: str, text: str) -> prose.Converted:
    """The text as lessons have it."""
    return prose.convert(text, lambda line, why: bringer.note(name, line, why))


def scripts(bringer: Bringer, source: Source, place: Any, entry: Mapping[str, Any], *, runs: bool) -> None:
    """The scripts of an entry: those of the introduction are run before the learner comes."""
    for kind in SCRIPTS:
        if not (name := entry.get(kind)):
            continue
        line = source.line((*place, kind))
        text = bringer.text(name, SIGN, line)
        if not runs:
            bringer.note(
                str(name), 1, _("scripts are run before the lesson only, not when a step begins or at its end")
            )
        elif text:
            bringer.run(text, posixpath.basename(str(name)))
            if kind == "foreground":
                bringer.note(str(name), 1, _("it is run before the learner comes, not before their eyes"))


def all_steps(bringer: Bringer, source: Source, entries: list[Any]) -> Iterator[StepPart]:
    """The steps."""
    taken: set[str] = set()
    for number, entry in enumerate(entries):
        place = ("details", "steps", number)
        bringer.leave(source, place, KNOWN["step"], entry)
        scripts(bringer, source, place, entry, runs=False)
        file, whole = said(bringer, source, place, entry)
        text = prose_of(bringer, file, whole)
        title = str(entry.get("title") or _("Step %(number)s") % {"number": number + 1})
        name = foreign.unique(foreign.slug_of(title, f"step-{number + 1}"), taken)
        bringer.tries += [Try(name, file, line, command) for line, command in answers.offered(whole)]
        yield StepPart(
            id=name,
            title=foreign.words(title),
            body=foreign.words(text.body or title),
            hints=[HintPart(text=foreign.words(each)) for each in text.hint_texts[:20]],
            checks=[verified(bringer, source, place, entry, text)],
        )


def verified(
    bringer: Bringer, source: Source, place: Any, entry: Mapping[str, Any], text: prose.Converted
) -> CheckPart:
    """The check of a step: its script; where it has none, the last command that it offers to run, or any."""
    line = source.line((*place, "verify"))
    if entry.get("verify") and (script := bringer.text(entry["verify"], SIGN, line)).strip():
        return foreign.script_check("verified", script)
    command = re2.escape(text.commands[-1].strip()) if text.commands else EVERYTHING
    bringer.note(
        SIGN,
        source.line(place),
        _("a step without verify: it is done when its last command was typed, or any where it has none"),
    )
    missing: Words = {"en": "Nothing was typed yet.", "zh-hans": "还没有输入命令。"}
    return CheckPart(id="typed", check={"command": command}, missing=missing)
