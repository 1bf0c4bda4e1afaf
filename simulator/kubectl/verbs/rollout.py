"""`kubectl rollout status|history|undo|restart|pause|resume`."""

from collections.abc import Callable

from simulator.api import timestamps
from simulator.api.resources import RESOURCES
from simulator.kubectl import rollouts
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, Command
from simulator.kubectl.describers.page import LAST_APPLIED, Page
from simulator.kubectl.describers.pods import describe_template
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, packed, raise_all, unpacked
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import Change, modify, template_of
from simulator.kubectl.printers import printer, report, shown
from simulator.kubectl.selection import choose, fetch, for_each, none_found
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, Wait

MISSING = "required resource not specified"
MAX_EVENTS = 50
RESTARTABLE = ("deployments.apps", "daemonsets.apps", "statefulsets.apps")


def _infos(session: Session) -> tuple[list[Info], list[Failure]]:
    return fetch(session, choose(session, session.args, lists=True, empty=MISSING))


# --- status ---------------------------------------------------------------------------------------------------------
def status(session: Session) -> Step:
    """Tell how the rollouts go, until they are done."""
    if "queue" not in session.state:
        infos, failures = _infos(session)
        raise_all(failures)
        if not infos:
            session.err(none_found(session))
        timeout = session.flag("timeout")
        until = session.sys.now + timeout if timeout else 0
        queue = [{"resource": info.resource.name, "namespace": info.namespace, "name": info.name} for info in infos]
        session.state.update(queue=queue, until=until)
    while session.state["queue"]:
        try:
            step = _follow(session, session.state["queue"][0])
        except Failure as failure:  # the others are followed all the same
            session.state.setdefault("failed", []).append(packed(failure))
            step = None
        if step is not None:
            return step
        session.state["queue"].pop(0)
    raise_all([unpacked(each) for each in session.state.get("failed", [])])
    return 0


def _follow(session: Session, target: Obj) -> Step | None:
    """Tell of one rollout; None when it is done."""
    until = session.state["until"]
    if "fd" not in target:
        resource = RESOURCES[target["resource"]]
        obj = session.get(resource, target["namespace"], target["name"])
        if _told(session, {"apiVersion": resource.api_version, "kind": resource.kind, **obj}):
            return None
        if not session.flag("watch"):
            return None
        target["fd"] = session.watch_one(resource, target["namespace"], target["name"])
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(target["fd"])
        if event is None:
            break
        if not event or event.get("type") == "DELETED":
            raise Failure("object has been deleted")
        if event.get("type") == "MODIFIED" and _told(session, event["object"]):
            session.sys.close(target["fd"])
            return None
    if until and session.sys.now >= until:
        raise Failure("timed out waiting for the condition")
    return Wait(readable=(target["fd"],), until=until or None)


def _told(session: Session, obj: Obj) -> bool:
    text, done = rollouts.status(obj, int(session.flag("revision")))
    session.out(text)
    return done


# --- history --------------------------------------------------------------------------------------------------------
def history(session: Session) -> Step:
    """List the revisions, or show one."""
    if session.flag("revision") < 0:
        raise Failure(f"revision must be a positive integer: {session.flag('revision')}")
    infos, failures = _infos(session)
    raise_all(for_each(session, infos, lambda info: _history(session, info), failures))
    return 0


def _history(session: Session, info: Info) -> None:
    found, wanted = rollouts.history(session, info), int(session.flag("revision"))
    if not found:
        raise (
            Failure(f"no rollout history found for {info.full_name}")
            if wanted
            else Failure("No rollout history found.")
        )
    if wanted:
        _show_revision(session, info, found, wanted)
        return
    show = printer(session)
    if show is not None:
        session.out("".join(show(shown(session, found[number]["object"])) for number in sorted(found)))
        return
    session.out(f"{info.title} \nREVISION  CHANGE-CAUSE\n")
    session.out("".join(f"{number:<10}{found[number]['cause'] or '<none>'}\n" for number in sorted(found)))
    session.out("\n")


def _show_revision(session: Session, info: Info, found: dict[int, Obj], wanted: int) -> None:
    if wanted not in found:
        raise Failure("unable to find the specified revision")
    show = printer(session)
    if show is not None:
        session.out(show(shown(session, found[wanted]["object"])))
        return
    session.out(f"{info.title} with revision #{wanted}\n{_template_text(found[wanted])}\n")


def _template_text(revision: Obj) -> str:
    """The template of a revision. The real client does not line this up: the tabs are printed."""
    template, cause = revision["template"], revision["cause"]
    if cause:
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), rollouts.CAUSE: cause}
        template = {**template, "metadata": {**metadata, "annotations": annotations}}
    page = Page()
    describe_template(page, template)
    return "\n".join(page.lines) + "\n"


# --- undo -----------------------------------------------------------------------------------------------------------
def undo(session: Session) -> Step:
    """Go back to an older revision."""
    infos, failures = _infos(session)
    raise_all(for_each(session, infos, lambda info: _undo(session, info), failures))
    return 0


def _undo(session: Session, info: Info) -> None:
    if info.resource.name not in RESTARTABLE:
        raise Failure(f'no rollbacker has been implemented for "{info.resource.qualified_kind}"')
    found, wanted = rollouts.history(session, info), int(session.flag("to-revision"))
    number = _target(info, found, wanted)
    if LAST_APPLIED in (info.object["metadata"].get("annotations") or {}):
        session.err(DRIFT.format(name=f"{info.resource.plural}/{info.name}"))
    if mode(session) == "client":
        report(session, info, _template_text({**found[number], "cause": ""}), suffix(session))
        return
    if (info.object.get("spec") or {}).get("paused"):
        raise Failure(PAUSED)
    template = rollouts.without_hash(found[number]["template"])
    if rollouts.without_hash(template_of(info.object)) == template:
        report(session, info, f"skipped rollback (current template already matches revision {number})")
        return

    def change(obj: Obj) -> None:
        obj["spec"]["template"] = template
        cause = found[number]["cause"]
        annotations = obj["metadata"].setdefault("annotations", {})
        annotations.pop(rollouts.CAUSE, None)
        if cause:
            annotations[rollouts.CAUSE] = cause

    _replaced(session, info, change)
    report(session, info, "rolled back", suffix(session))


PAUSED = "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
DRIFT = (
    "Warning: resource {name} was previously managed with 'kubectl apply'. Rolling back will not update the "
    "kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' "
    "operations. Consider using 'kubectl apply' with your previous configuration file instead.\n"
)


def _replaced(session: Session, info: Info, change: Change) -> None:
    """Put a template in the place of another: not merged, so that nothing of the other is left."""
    wanted = {**info.object, "metadata": dict(info.object["metadata"]), "spec": dict(info.object["spec"])}
    wanted["metadata"]["annotations"] = dict(wanted["metadata"].get("annotations") or {})
    change(wanted)
    if mode(session) != "client":
        operations = [
            {"op": "replace", "path": "/spec/template", "value": wanted["spec"]["template"]},
            {"op": "add", "path": "/metadata/annotations", "value": wanted["metadata"]["annotations"]},
        ]
        info.object = session.patch(info.resource, info.namespace, info.name, operations, "json", query(session))


def _target(info: Info, found: dict[int, Obj], wanted: int) -> int:
    numbers = sorted(found)
    if not numbers or (not wanted and len(numbers) < 2):
        if info.resource.name != "deployments.apps":
            raise Failure("no last revision to roll back to")
        raise Failure(f'no rollout history found for deployment "{info.name}"')
    if not wanted:
        return numbers[-2]
    if wanted not in found:
        raise Failure(f"unable to find specified revision {wanted} in history")
    return wanted


def _done_to_each(session: Session, act: Callable[[Info], None]) -> Step:
    infos, failures = _infos(session)
    if not infos and not failures:
        session.err(none_found(session))
    raise_all(for_each(session, infos, act, failures))
    return 0


# --- restart, pause, resume -----------------------------------------------------------------------------------------
def restart(session: Session) -> Step:
    """Replace all Pods, by an annotation that changes the template."""

    def change(obj: Obj) -> None:
        metadata = template_of(obj).setdefault("metadata", {})
        metadata["annotations"] = {
            **(metadata.get("annotations") or {}),
            rollouts.RESTARTED: timestamps.rfc3339(session.sys.unix),
        }

    def act(info: Info) -> None:
        if info.resource.name not in RESTARTABLE:
            raise Failure(f"{info.full_name} restarting is not supported")
        if (info.object.get("spec") or {}).get("paused"):
            raise Failure(f"{info.full_name} can't restart paused deployment (run rollout resume first)")
        if not modify(session, info, change):
            text = "if restart has already been triggered within the past second, please wait before attempting to trigger another"
            raise Failure(f"failed to create patch for {info.name}: {text}")
        report(session, info, "restarted", suffix(session))

    return _done_to_each(session, act)


def _pausing(session: Session, paused: bool, done: str) -> Step:
    def change(obj: Obj) -> None:
        if paused:
            obj["spec"]["paused"] = True
        else:
            obj["spec"].pop("paused", None)

    def act(info: Info) -> None:
        if info.resource.name != "deployments.apps":
            raise Failure(f"{info.full_name} {'pausing' if paused else 'resuming'} is not supported")
        if bool((info.object.get("spec") or {}).get("paused")) == paused:
            raise Failure(f"{info.full_name} is {'already' if paused else 'not'} paused")
        modify(session, info, change)
        report(session, info, done, suffix(session))

    return _done_to_each(session, act)


def pause(session: Session) -> Step:
    """Hold the rollout of a Deployment."""
    return _pausing(session, True, "paused")


def resume(session: Session) -> Step:
    """Let the rollout of a Deployment go on."""
    return _pausing(session, False, "resumed")


ACTING = declare("--field-manager=kubectl-rollout", FILES, PRINT, ONE_SELECTOR)
MEMBERS = (
    Command("history", "View rollout history", history, "(TYPE NAME | TYPE/NAME) [flags] [options]", declare("--revision=0", FILES, PRINT, ONE_SELECTOR)),
    Command("pause", "Mark the provided resource as paused", pause, "RESOURCE [options]", ACTING),
    Command("restart", "Restart a resource", restart, "RESOURCE [options]", ACTING),
    Command("resume", "Resume a paused resource", resume, "RESOURCE [options]", ACTING),
    Command("status", "Show the status of the rollout", status, "(TYPE NAME | TYPE/NAME) [flags] [options]",
            declare("--revision=0 --timeout=0s -w --watch=true", FILES, ONE_SELECTOR)),
    Command("undo", "Undo a previous rollout", undo, "(TYPE NAME | TYPE/NAME) [flags] [options]", declare("--to-revision=0", DRY_RUN, FILES, PRINT, ONE_SELECTOR)),
)  # fmt: skip
COMMAND = Command(
    "rollout",
    "Manage the rollout of one or many resources",
    usage="SUBCOMMAND [options]",
    commands=MEMBERS,
    group="Deploy Commands",
)
