"""`kubectl set image|env|resources|selector|serviceaccount` (models kubectl/pkg/cmd/set)."""

from simulator.kubectl.cli import RECORD, Command
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.generators.access import subjects
from simulator.kubectl.generators.configuration import amounts
from simulator.kubectl.generators.networking import label_selector
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import pod_spec, words_and_pairs
from simulator.kubectl.selection import NOTHING_GIVEN, choose, fetch
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.setting import COMMON, NOTHING, REFUSED, changed, each, picked, told
from simulator.kubectl.verbs import set_env
from simulator.runtime.syscalls import Step

ALL_GIVEN = "all containers are already specified by *, but saw more than one container_name=container_image pairs"


def image(session: Session) -> Step:
    """Set the images of containers."""
    words, pairs = words_and_pairs(session, "image", removals=False)
    if not words and not session.flag("filename"):
        raise Failure(NOTHING_GIVEN)
    if not pairs:
        raise_all(fetch(session, choose(session, words))[1])
        raise Failure("at least one image update is required")

    wanted = dict(pair.split("=", 1) for pair in pairs)
    if "*" in wanted and len(wanted) > 1:
        raise Failure(ALL_GIVEN)

    def act(info: Info) -> None:
        missing: list[Failure] = []

        def change(obj: Obj) -> None:
            missing.extend(_set_images(pod_spec(obj), wanted))

        changed(session, info, change, "image updated", REFUSED.format(what="image") + ": ")
        raise_all(missing)

    return each(session, words, act)


def _set_images(spec: Obj, wanted: dict[str, str]) -> list[Failure]:
    """Give each container that is named its image, or all of them; what is not there."""
    held = [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]
    for name, value in wanted.items():
        for container in held:
            if name in ("*", container.get("name")):
                container["image"] = value
    names = {"*", *(container.get("name") for container in held)}
    return [told(f'unable to find container named "{name}"') for name in wanted if name not in names]


def resources(session: Session) -> Step:
    """Set limits and requests."""
    if not session.args and not session.flag("filename"):
        raise Failure(NOTHING_GIVEN)
    given = {kind: amounts(str(session.flag(kind) or "")) for kind in ("limits", "requests")}
    if not any(given.values()):
        raise Failure("you must specify an update to requests or limits (in the form of --requests/--limits)")

    def act(info: Info) -> None:
        missing: list[Failure] = []

        def change(obj: Obj) -> None:
            containers = picked(pod_spec(obj), str(session.flag("containers")))
            if not containers:
                missing.append(told(f"unable to find container named {session.flag('containers')}"))
            for container in containers:
                _set_amounts(container, given)

        changed(session, info, change, "resource requirements updated", REFUSED.format(what="resources") + " ")
        raise_all(missing)

    return each(session, session.args, act)


def _set_amounts(container: Obj, given: dict[str, dict[str, str]]) -> None:
    held = container.setdefault("resources", {})
    for kind, values in given.items():
        if values:
            held[kind] = {**(held.get(kind) or {}), **values}


def selector(session: Session) -> Step:
    """Set the selector of a Service."""
    if len(session.args) < 2:
        raise Failure(NOTHING if session.args else "one selector is required")
    words, text = session.args[:-1], session.args[-1]
    wanted = label_selector(text)
    if odd := wanted.get("matchExpressions"):
        shown = " ".join(f"{{{each['key']} {each['operator']} [{' '.join(each.get('values', ()))}]}}" for each in odd)
        raise Failure(f"match expression [{shown}] not supported on this object")

    def change(obj: Obj) -> None:
        obj["spec"]["selector"] = wanted.get("matchLabels", {})
        if session.flag("resource-version"):
            obj["metadata"]["resourceVersion"] = session.flag("resource-version")

    def act(info: Info) -> None:
        if info.resource.kind != "Service":
            raise Failure("setting a selector is only supported for Services")
        changed(session, info, change, "selector updated")

    return each(session, words, act)


def subject(session: Session) -> Step:
    """Add users, groups and service accounts to the subjects of a binding."""
    added = subjects(session)
    if not session.args and not session.flag("filename"):
        raise Failure(NOTHING_GIVEN)
    if not added:
        raise Failure("you must specify at least one value of user, group or serviceaccount")

    def change(obj: Obj) -> None:
        if obj.get("kind") not in ("RoleBinding", "ClusterRoleBinding"):
            raise Failure("setting subjects is only supported for RoleBinding/ClusterRoleBinding")
        held = list(obj.get("subjects") or [])
        obj["subjects"] = held + [each for each in added if each not in held]

    return each(session, session.args, lambda info: changed(session, info, change, "subjects updated"))


def service_account(session: Session) -> Step:
    """Set the service account of a Pod template."""
    if not session.args:
        raise Failure("serviceaccount is required")
    words, name = session.args[:-1], session.args[-1]

    def change(obj: Obj) -> None:
        pod_spec(obj)["serviceAccountName"] = name

    done, refused = "serviceaccount updated", "failed to patch ServiceAccountName "
    words = [] if session.flag("local") else words
    return each(session, words, lambda info: changed(session, info, change, done, refused, always=True))


SETTERS = (
    set_env.COMMAND,
    Command("image", "Update the image of a pod template", image, "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... [options]", declare(COMMON, RECORD)),
    Command("resources", "Update resource requests/limits on objects with pod templates", resources,
            "(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS] [options]", declare(COMMON, "-c --containers=* --limits= --requests=", RECORD)),
    Command("selector", "Set the selector on a resource", selector, "(-f FILENAME | TYPE NAME) EXPRESSIONS [options]", declare(COMMON, "--resource-version=", RECORD)),
    Command("serviceaccount", "Update the service account of a resource", service_account, "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]",
            declare(COMMON, RECORD), aliases=("sa",)),
    Command("subject", "Update the user, group, or service account in a role binding or cluster role binding", subject,
            "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [options]",
            declare(COMMON, "--group=[] --serviceaccount=[] --user=[]")),
)  # fmt: skip
COMMAND = Command(
    "set",
    "Set specific features on objects",
    usage="SUBCOMMAND [options]",
    commands=SETTERS,
    group="Basic Commands (Beginner)",
)
