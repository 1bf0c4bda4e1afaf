"""`kubectl edit`: objects in the editor; what cannot be saved is opened again (models kubectl/pkg/cmd/edit)."""

from simulator.kubectl import editor
from simulator.kubectl.cli import FILES, PRINT, RECORD, VALIDATE, Command
from simulator.kubectl.dry_run import query
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import schema_of
from simulator.kubectl.printers import compact_json, report, shown
from simulator.kubectl.selection import choose, fetch
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.threeway import two_way
from simulator.kubectl.verbs.apply import with_last_applied
from simulator.runtime.syscalls import Step

FORMS = ("", "json", "yaml")
FIXED = "At least one of apiVersion, kind and name was changed"


def run(session: Session) -> Step:
    """Edit what the words and flags choose."""
    check_output(session)
    return editor.run(session, EDITING, lambda: _chosen(session))


def check_output(session: Session) -> None:
    """Only two forms are there for what was edited."""
    form = str(session.flag("output") or "")
    if form not in FORMS:
        raise Failure(
            f'unable to match a printer suitable for the output format "{form}", allowed formats are: json,yaml'
        )


def _chosen(session: Session) -> list[Info]:
    infos, failures = fetch(session, choose(session, session.args, lists=True))
    raise_all(failures)
    if not infos:
        raise Failure("edit cancelled, no objects found")
    return infos


def _save(session: Session, before: Info, wanted: Obj) -> None:
    """Send what differs."""
    old = shown(session, before.object)
    if session.flag("save-config"):
        wanted = with_last_applied(wanted)
    schema = schema_of(str(old["apiVersion"]), str(old["kind"]))
    patch = two_way(old, wanted, schema)
    if not patch:
        report(session, before, "skipped")
        return
    if "apiVersion" in patch or "kind" in patch or "name" in (patch.get("metadata") or {}):
        raise Failure(FIXED)
    if session.flag("output-patch"):
        session.out(f"Patch: {compact_json(patch)}\n")
    part = str(session.flag("subresource") or "")
    kind = "strategic" if schema else "merge"
    info = Info(before.resource, before.namespace, before.name)
    info.object = session.patch(info.resource, info.namespace, info.name, patch, kind, query(session), subresource=part)
    session.state.pop("printed", None)  # each is printed by itself
    report(session, info, "edited")


EDITING = editor.Editing(editor.HEAD, lambda session, info: shown(session, info.object), _save)
COMMAND = Command(
    "edit",
    "Edit a resource on the server",
    run,
    "(RESOURCE/NAME | -f FILENAME) [options]",
    declare(
        "--field-manager=kubectl-edit --output-patch=false --save-config=false --subresource= --windows-line-endings=false",
        FILES,
        PRINT,
        RECORD,
        VALIDATE,
    ),
    group="Basic Commands (Intermediate)",
)
