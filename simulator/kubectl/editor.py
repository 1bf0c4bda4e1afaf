"""Objects in the editor, opened again with the reasons until all of it can be saved (models kubectl/pkg/cmd/util/editor/editoptions.go).

What is remembered from step to step: `targets` (the objects as they were read), `path` (the file), `original` (the value that was shown),
`refused` (what was saved last, where it could not be taken), `child` (the editor's process; 0 for the learner's pane).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.api import yamls
from simulator.kubectl.discovery import named
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.files import infos_of, schema_problem, validating
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import as_list, to_json, to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, UnixError, Wait

PANES = ("vi", "vim", "nano")
HEAD = (
    "# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
    "# and an empty file will abort the edit. If an error occurs while saving this file will be\n"
    "# reopened with the relevant failures."
)
NOTHING = "Edit cancelled, no changes made.\n"
EMPTY = "Edit cancelled, saved file was empty.\n"
REFUSED = "Edit cancelled, no valid changes were saved."
LARGEST_NUMBER = 1 << 32
# What the file is called when something in it cannot be understood.
SOURCE = "edited-file"


@dataclass(frozen=True)
class Editing:
    """What is edited of objects: *head* stands above it; *content* is an object as it is shown; *save* takes (session, the object as
    it was read, as it was edited) and tells what was done, or raises."""

    head: str
    content: Callable[[Session, Info], Obj]
    save: Callable[[Session, Info, Obj], None]


def run(session: Session, editing: Editing, choose: Callable[[], Sequence[Info]]) -> Step:
    """Take a step: open the editor on the objects that *choose* finds, or look at what was saved in it."""
    if "path" not in session.state:
        _begin(session, editing, choose())
        return _open(session)
    if _still_open(session):
        return Wait(child=bool(session.state["child"]))
    return _closed(session, editing)


# --- the file
def _begin(session: Session, editing: Editing, infos: Sequence[Info]) -> None:
    targets = [
        {"resource": each.resource.name, "namespace": each.namespace, "name": each.name, "object": each.object}
        for each in infos
    ]
    shown = [editing.content(session, each) for each in infos]
    value = shown[0] if len(shown) == 1 else {**as_list(shown), "metadata": {}}
    json = session.flag("output") == "json"
    path = f"/tmp/kubectl-edit-{session.sys.random(LARGEST_NUMBER)}.{'json' if json else 'yaml'}"
    session.state.update(targets=targets, path=path, original=value, refused=None)
    _write(session, editing.head + "\n#\n" + (to_json if json else to_yaml)(value))


def _write(session: Session, text: str) -> None:
    session.sys.write_file(session.state["path"], text.encode(), mode=0o600)


def _targets(session: Session) -> list[Info]:
    return [
        Info(named(session, each["resource"]), each["namespace"], each["name"], each["object"])
        for each in session.state["targets"]
    ]


# --- the editor
def _editor(session: Session) -> str:
    return str(session.sys.env.get("KUBE_EDITOR") or session.sys.env.get("EDITOR") or "vi")


def _open(session: Session) -> Step:
    """Open the editor that the environment names, or the learner's pane."""
    editor, path = _editor(session), session.state["path"]
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
        raise Failure(f'there was a problem with the editor "{_editor(session)}"')
    return False


# --- what was saved
def _closed(session: Session, editing: Editing) -> Step:
    state = session.state
    text = _saved(session)
    value, problem = _understood(session, text)
    if state["refused"] is not None and _same(text, state["refused"]):
        raise _kept(session, Failure(REFUSED))
    if problem:
        info = _targets(session)[0]
        session.err(f'error: {info.resource.name} "{info.name}" is invalid\n')
        reason = f'<nil>: Invalid value: "The edited file failed validation": {problem}'
        return _again(session, editing, text, [_not_valid(info, [reason])])
    if value == state["original"]:
        return _cancel(session, NOTHING)
    if not _uncommented(text).strip():
        return _cancel(session, EMPTY)
    try:
        found = infos_of(session, SOURCE, value)
    except Failure as failure:
        return _again(session, editing, text, [_reason(f"The edited file had a syntax error: {failure.message}")])
    return _save(session, editing, text, found)


def _saved(session: Session) -> str:
    try:
        return session.sys.read_file(session.state["path"]).decode(errors="replace")
    except UnixError:
        return ""


def _uncommented(text: str) -> str:
    """A text without the lines that are comments; what looks like the first line of a script may be one."""
    lines = ((line, line.lstrip()) for line in text.splitlines(keepends=True))
    return "".join(line for line, bare in lines if not bare.startswith("#") or bare.startswith("#!"))


def _understood(session: Session, text: str) -> tuple[Any, str]:
    """The value that a text stands for, and why it stands for no objects, if flags let that be said. Lines are counted as if the
    comments were not there."""
    try:
        yamls.load(_uncommented(text))
        value = yamls.load(text)
    except yamls.BadYaml as error:
        return None, f"yaml: {error}"
    return value, schema_problem(value) if validating(session) else ""


def _same(text: str, before: str) -> bool:
    try:
        return bool(yamls.load(text) == yamls.load(before))
    except yamls.BadYaml:
        return _uncommented(text) == _uncommented(before)


def _cancel(session: Session, text: str) -> Step:
    session.sys.unlink(session.state["path"])
    session.err(text)
    return 0


def _kept(session: Session, failure: Failure) -> Failure:
    """The failure that ends the edit, once it is said where the work of the learner is."""
    session.err(f'A copy of your changes has been stored to "{session.state["path"]}"\n')
    return failure


def _save(session: Session, editing: Editing, text: str, found: list[Info]) -> Step:
    """Save each object; what is invalid is opened again, what the server cannot do now ends the edit."""
    refused: list[str] = []
    codes: list[str] = []
    for edited in found:
        try:
            _check_namespace(session, edited)
            editing.save(session, _before(session, edited), edited.object)
        except ServerFailure as failure:
            codes.append(failure.reason)
            session.err(_complaint(edited, failure))
            if failure.reason == "Invalid":
                refused.append(_not_valid(edited, _causes(failure)))
        except Failure as failure:
            raise _kept(session, failure) from None
    if any(code not in ("Invalid", "NotFound") for code in codes):
        session.err(f"You can run `kubectl replace -f {session.state['path']}` to try this update again.\n")
        return 1
    if refused:
        return _again(session, editing, text, refused)
    if codes:
        session.out(f'The edits you made on deleted resources have been saved to "{session.state["path"]}"\n')
    else:
        session.sys.unlink(session.state["path"])
    return 0


def _check_namespace(session: Session, edited: Info) -> None:
    if edited.namespace not in (None, session.namespace):
        raise Failure(
            f'the namespace from the provided object "{edited.namespace}" does not match the namespace "{session.namespace}". '
            f"You must pass '--namespace={edited.namespace}' to perform this operation."
        )


def _before(session: Session, edited: Info) -> Info:
    """The object that an edited one was."""
    targets = _targets(session)
    uid = edited.object["metadata"].get("uid")
    found = [each for each in targets if uid and each.object["metadata"].get("uid") == uid]
    found = found or [
        each for each in targets if (each.name, each.resource.kind) == (edited.name, edited.resource.kind)
    ]
    if not found and len(targets) == 1:
        found = targets
    if not found:
        raise Failure(f"no original object found for {edited.resource.kind} {edited.name}")
    return found[0]


def _complaint(info: Info, failure: ServerFailure) -> str:
    title = f'error: {info.resource.name} "{info.name}"'
    if failure.reason == "Invalid":
        return f"{title} is invalid\n"
    if failure.reason == "NotFound":
        return f"{title} could not be found on the server\n"
    return f"{title} could not be patched: {failure.message}\n"


def _causes(failure: ServerFailure) -> list[str]:
    causes = (failure.status.get("details") or {}).get("causes") or []
    return [f"{each.get('field', '')}: {each.get('message', '')}" for each in causes]


# --- once more
def _not_valid(info: Info, reasons: Sequence[str]) -> str:
    return _reason(f'{info.resource.name} "{info.name}" was not valid:', reasons)


def _reason(head: str, more: Sequence[str] = ()) -> str:
    """A paragraph of comments."""
    return (
        "".join(f"# {line}\n" for text in (head, *(f"* {each}" for each in more)) for line in text.split("\n")) + "#\n"
    )


def _again(session: Session, editing: Editing, text: str, reasons: Sequence[str]) -> Step:
    """Open the editor once more, with what is wrong at the top."""
    session.state["refused"] = text
    _write(session, f"{editing.head}\n#\n{''.join(reasons)}{_uncommented(text)}")
    return _open(session)
