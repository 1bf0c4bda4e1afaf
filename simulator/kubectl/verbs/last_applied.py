"""`kubectl apply view-last-applied|set-last-applied|edit-last-applied`: the annotation that `apply` compares with."""

import json

from simulator.api import json_text
from simulator.kubectl import editor
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, Command
from simulator.kubectl.describers.page import LAST_APPLIED
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, UsageFailure, raise_all
from simulator.kubectl.files import load
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import compact_json, report, to_yaml
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

FORMS = ("", "json", "yaml")
NONE_ANNOTATED = (
    "no last-applied-configuration annotation found on resources, to create the annotation, use command "
    "`kubectl apply set-last-applied --create-annotation`"
)
MISSING = "no last-applied-configuration annotation found on resource: {name}"


def view(session: Session) -> Step:
    """Print what was applied last."""
    form = str(session.flag("output") or "")
    if form not in FORMS:
        text = f"Unexpected -o output mode: {form}, the flag 'output' must be one of yaml|json"
        raise UsageFailure(text, f"See '{session.path} -h' for help and examples")
    infos, failures = fetch(session, choose(session, session.args, lists=True))
    raise_all(failures)
    for info in infos:
        text = _annotation(info)
        if not text:
            raise Failure(f"no last-applied-configuration annotation found on resource: {info.name}", prefix="error: ")
        value = json_text.loads(text)
        session.out(json.dumps(value, indent=2, sort_keys=True) + "\n" if form == "json" else to_yaml(value))
    return 0


def _annotation(info: Info) -> str:
    return str((info.object["metadata"].get("annotations") or {}).get(LAST_APPLIED) or "")


def set_(session: Session) -> Step:
    """Write the annotation as the files have it, without touching anything else."""
    infos, failures = load(session, session.flag("filename"))
    raise_all(for_each(session, infos, lambda info: _set(session, info), failures))
    return 0


def _set(session: Session, info: Info) -> None:
    metadata = {"annotations": {}, **info.object["metadata"]}
    wanted = compact_json({**info.object, "metadata": metadata}) + "\n"
    live = Info(info.resource, info.namespace, info.name)
    live.object = session.get(info.resource, info.namespace, info.name)
    if not _annotation(live) and not session.flag("create-annotation"):
        raise Failure(
            f"{MISSING.format(name=info.name)}, to create the annotation, run the command with --create-annotation"
        )
    if _annotation(live) == wanted:
        session.out(f"set-last-applied {info.name}: no changes required.\n")
        return
    if mode(session) != "client":
        body = {"metadata": {"annotations": {LAST_APPLIED: wanted}}}
        live.object = session.patch(info.resource, info.namespace, info.name, body, "merge", query(session))
    report(session, live, "configured", suffix(session))


def edit(session: Session) -> Step:
    """Edit the annotation itself."""
    return editor.run(session, EDITING, lambda: _annotated(session))


def _annotated(session: Session) -> list[Info]:
    """What was chosen and has the annotation."""
    infos, failures = fetch(session, choose(session, session.args, lists=True))
    raise_all(failures)
    found = [info for info in infos if _annotation(info)]
    if not found:
        raise Failure(NONE_ANNOTATED)
    return found


def _save_edited(session: Session, before: Info, wanted: Obj) -> None:
    if json_text.loads(_annotation(before)) == wanted:
        report(session, before, "skipped")
        return
    body = {"metadata": {"annotations": {LAST_APPLIED: compact_json(wanted) + "\n"}}}
    before.object = session.patch(before.resource, before.namespace, before.name, body, "merge", query(session))
    report(session, before, "edited")


EDITING = editor.Editing(
    "# Please edit the 'last-applied-configuration' annotations below.\n"
    "# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.",
    lambda session, info: dict(json_text.loads(_annotation(info))),
    _save_edited,
)


MEMBERS = (
    Command("edit-last-applied", "Edit latest last-applied-configuration annotations of a resource/object", edit,
            "(RESOURCE/NAME | -f FILENAME) [options]", declare("--field-manager=kubectl-client-side-apply", FILES, PRINT)),
    Command("set-last-applied", "Set the last-applied-configuration annotation on a live object to match the contents of a file", set_,
            "-f FILENAME [options]", declare("--create-annotation=false", DRY_RUN, FILES, PRINT)),
    Command("view-last-applied", "View the latest last-applied-configuration annotations of a resource/object", view,
            "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]", declare("--all=false -o --output=", FILES, ONE_SELECTOR)),
)  # fmt: skip
