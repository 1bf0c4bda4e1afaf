"""`kubectl edit`: an object in the editor; what cannot be saved is opened again (models kubectl/pkg/cmd/util/editor)."""

from typing import Any

from simulator.api import yamls
from simulator.kubectl.cli import FILES, PRINT, VALIDATE, Command
from simulator.kubectl.discovery import named
from simulator.kubectl.dry_run import query
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.merge_schema import schema_of
from simulator.kubectl.printers import report, shown, to_yaml
from simulator.kubectl.selection import choose, fetch
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.threeway import two_way
from simulator.runtime.syscalls import Step, UnixError, Wait

INTRODUCTION = (
    "# Edit the object below; lines that begin with '#' are ignored. An empty file ends the edit.\n"
    "# What cannot be saved is opened again, with the reason at the top.\n#\n"
)
CANCELLED = "Edit cancelled, no changes made.\n"
PANES = ("vi", "vim", "nano")


def run(session: Session) -> Step:
    """Take a step: open the editor, or look at what was saved in it."""
    if session.flag("kustomize"):
        raise NotSimulated("kubectl edit -k")
    if "path" not in session.state:
        _begin(session)
        return _open(session)
    if _still_open(session):
        return Wait(child=bool(session.state["child"]))
    return _closed(session)


def _begin(session: Session) -> None:
    infos, failures = fetch(session, choose(session, session.args))
    raise_all(failures)
    if len(infos) != 1:
        raise (
            NotSimulated("kubectl edit of several objects at once")
            if infos
            else Failure("edit cancelled, no objects found")
        )
    info = infos[0]
    if part := str(session.flag("subresource") or ""):
        info.object = session.get(info.resource, info.namespace, info.name, subresource=part)
    text = to_yaml(shown(session, info.object))
    path = f"/tmp/kubectl-edit-{session.sys.random(10**10):010}.yaml"
    target = {"resource": info.resource.name, "namespace": info.namespace, "name": info.name, "object": info.object}
    session.state.update(path=path, target=target, original=text, last=text, failure="")
    session.sys.write_file(path, (INTRODUCTION + text).encode(), mode=0o600)


def _open(session: Session) -> Step:
    """Open the editor that the environment names, or the learner's pane."""
    editor, path = session.sys.env.get("KUBE_EDITOR") or session.sys.env.get("EDITOR") or "vi", session.state["path"]
    if editor.rpartition("/")[2] in PANES:
        session.sys.edit(path)
        session.state["child"] = 0
        return Wait()
    try:
        if " " not in editor:
            session.sys.which(editor)
    except UnixError:
        session.sys.unlink(path)
        raise Failure(f'unable to launch the editor "{editor}"') from None
    session.state["child"] = session.sys.spawn(["sh", "-c", f"{editor} {path}"])
    return Wait(child=True)


def _still_open(session: Session) -> bool:
    if not session.state["child"]:
        return session.sys.editing(session.state["path"])
    ended = session.sys.wait(session.state["child"])
    if ended is None:
        return True
    if ended.code:
        raise Failure(
            f'there was a problem with the editor "{session.sys.env.get("KUBE_EDITOR") or session.sys.env.get("EDITOR")}"'
        )
    return False


def _closed(session: Session) -> Step:
    state = session.state
    try:
        text = session.sys.read_file(state["path"]).decode(errors="replace")
    except UnixError:
        text = ""
    bare = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    if not bare.strip():
        return _cancel(session, "Edit cancelled, saved file was empty.\n")
    if bare.strip() == state["last"].strip():
        return _cancel(session, CANCELLED)
    state["last"] = bare
    try:
        return _save(session, bare)
    except Failure as failure:
        return _again(session, bare, failure)


def _cancel(session: Session, text: str) -> Step:
    """Nothing was changed since the last look: give up, and keep what could not be saved."""
    state, target = session.state, session.state["target"]
    if state["failure"]:
        session.err(f'error: {state["target"]["resource"]} "{target["name"]}" is invalid\n')
        session.err(
            f'A copy of your changes has been stored to "{state["path"]}"\nerror: Edit cancelled, no valid changes were saved.\n'
        )
        return 1
    session.sys.unlink(state["path"])
    session.err(text)
    return 0


def _save(session: Session, text: str) -> Step:
    target = session.state["target"]
    resource = named(session, target["resource"])
    try:
        wanted: Any = yamls.load(text)
    except yamls.BadYaml as error:
        raise Failure(f"yaml: {error}") from None
    if not isinstance(wanted, dict) or not isinstance(wanted.get("metadata"), dict):
        raise Failure("the edited file is no object")
    before: Obj = shown(session, target["object"])
    if wanted["metadata"].get("name") != target["name"]:
        raise Failure("At least one of apiVersion, kind and name was changed")
    schema = schema_of(str(before["apiVersion"]), str(before["kind"]))
    patch = two_way(before, wanted, schema)
    if not patch:
        return _cancel(session, CANCELLED)
    kind = "strategic" if schema else "merge"
    part = str(session.flag("subresource") or "")
    obj = session.patch(resource, target["namespace"], target["name"], patch, kind, query(session), subresource=part)
    session.sys.unlink(session.state["path"])
    report(session, Info(resource, target["namespace"], target["name"], obj), "edited")
    return 0


def _again(session: Session, text: str, failure: Failure) -> Step:
    """Open the editor again, with what is wrong at the top."""
    target = session.state["target"]
    session.state["failure"] = failure.message
    reasons = [failure.message]
    if isinstance(failure, ServerFailure):
        causes = (failure.status.get("details") or {}).get("causes") or []
        reasons = [f"{each.get('field', '')}: {each.get('message', '')}" for each in causes] or reasons
    listed = "".join(f"# * {line}\n" for reason in reasons for line in reason.split("\n"))
    head = f'{INTRODUCTION}# {target["resource"]} "{target["name"]}" was not valid:\n{listed}#\n'
    session.sys.write_file(session.state["path"], (head + text).encode(), mode=0o600)
    return _open(session)


COMMAND = Command(
    "edit",
    "Edit a resource on the server",
    run,
    "(RESOURCE/NAME | -f FILENAME) [options]",
    declare(
        "--field-manager=kubectl-edit --output-patch=false --save-config=false --subresource= --windows-line-endings=false",
        FILES,
        PRINT,
        VALIDATE,
    ),
    group="Basic Commands (Intermediate)",
)
