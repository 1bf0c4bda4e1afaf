"""`kubectl set image|env|resources|selector|serviceaccount` (models kubectl/pkg/cmd/set)."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from simulator.api.names import plain_env_var
from simulator.api.resources import RESOURCES
from simulator.kubectl import env_values
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, Command
from simulator.kubectl.dry_run import suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.generators.access import subjects
from simulator.kubectl.generators.configuration import amounts
from simulator.kubectl.generators.networking import label_selector
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import modify, pod_spec, words_and_pairs
from simulator.kubectl.printers import report
from simulator.kubectl.selection import NOTHING_GIVEN, choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

NOTHING = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
REFUSED = "failed to patch {what} update to pod template"
COMMON = f"--all=false --field-manager=kubectl-set --local=false {DRY_RUN} {FILES} {PRINT} {ONE_SELECTOR}"


def _each(session: Session, words: list[str], act: Callable[[Info], None]) -> Step:
    infos, failures = fetch(session, choose(session, words))
    raise_all(for_each(session, infos, act, failures))
    return 0


def _changed(session: Session, info: Info, change: Callable[[Obj], None], done: str, refused: str = "") -> None:
    """Change an object and say that it is *done*; a refusal by the server is told after the words *refused*, if there are any."""
    try:
        changed = modify(session, info, change)
    except ServerFailure as failure:
        raise Failure(refused + failure.message) if refused else failure from None
    if changed:
        report(session, info, done, suffix(session))


def _picked(spec: Obj, pattern: str, *, init: bool = False) -> list[Obj]:
    """The containers whose names fit *pattern*, in which `*` stands for anything."""
    found = (
        [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]
        if init
        else list(spec.get("containers") or [])
    )
    return [each for each in found if fnmatchcase(str(each.get("name")), pattern)]


def image(session: Session) -> Step:
    """Set the images of containers."""
    words, pairs = words_and_pairs(session, "image", removals=False)
    if not words and not session.flag("filename"):
        raise Failure(NOTHING_GIVEN)
    if not pairs:
        raise_all(fetch(session, choose(session, words))[1])
        raise Failure("at least one image update is required")

    def act(info: Info) -> None:
        for pair in pairs:
            if not _picked(pod_spec(info.object), pair.partition("=")[0], init=True):
                raise Failure(f'unable to find container named "{pair.partition("=")[0]}"')
        _changed(session, info, change, "image updated", REFUSED.format(what="image") + ": ")

    def change(obj: Obj) -> None:
        for pair in pairs:
            name, _, value = pair.partition("=")
            for container in _picked(pod_spec(obj), name, init=True):
                container["image"] = value

    return _each(session, words, act)


def env(session: Session) -> Step:
    """Set, remove or list environment variables."""
    words, pairs = words_and_pairs(session, "environment variable", removals=True)
    pairs += session.flag("env")
    _check_pairs(pairs)
    if not words and not session.flag("filename"):
        raise Failure(NOTHING)
    if session.flag("list"):
        return _each(session, words, lambda info: _list_env(session, info))
    prefix = str(session.flag("prefix"))
    added = [_env_source(pair) for pair in pairs if "=" in pair] + _from(session)
    added = [{**each, "name": prefix + each["name"]} for each in added]
    removed = [pair.removesuffix("-") for pair in pairs if "=" not in pair]

    def change(obj: Obj) -> None:
        containers = _picked(pod_spec(obj), str(session.flag("containers")), init=True)
        if not containers:
            place, pattern = f"{obj['kind']}/{obj['metadata']['name']}", session.flag("containers")
            session.err(f'Warning: {place} does not have any containers matching "{pattern}"\n')
        _check_overwrite(session, obj, containers, added)
        for container in containers:
            _update_env(container, added, removed)

    choose(session, words)  # what is no pair must name objects
    if not added and not removed:
        raise Failure("at least one environment variable must be provided")
    refused = REFUSED.format(what="env") + ": "
    return _each(session, words, lambda info: _changed(session, info, change, "env updated", refused))


def _check_pairs(pairs: list[str]) -> None:
    """Names must be ones that variables may have, and none be both set and removed (env_parse.go)."""
    given = [pair.partition("=")[0] for pair in pairs if "=" in pair]
    for name in given:
        if problems := plain_env_var(name):
            raise Failure(f'"{name}" is not a valid key name: {";".join(problems)}')
    if {pair.removesuffix("-") for pair in pairs if "=" not in pair} & set(given):
        raise Failure("can not both modify and remove the same environment variable in the same command")


def _check_overwrite(session: Session, obj: Obj, containers: list[Obj], added: list[Obj]) -> None:
    if session.flag("overwrite"):
        return
    wanted = [each["name"] for each in added]
    for held in (each for container in containers for each in container.get("env") or ()):
        if held["name"] in wanted:
            text = f"'{held['name']}' already has a value ({held.get('value', '')}), and --overwrite is false"
            raise Failure(f"{obj['kind'].lower()}s/{obj['metadata']['name']} {text}")


def _env_source(pair: str) -> Obj:
    name, _, value = pair.partition("=")
    return {"name": name, "value": value}


def _from(session: Session) -> list[Obj]:
    """Variables that refer to the keys of a ConfigMap or Secret."""
    source = str(session.flag("from") or "")
    if not source:
        return []
    kind, _, name = source.partition("/")
    kinds = {
        "configmap": ("configmaps", "configMapKeyRef"),
        "cm": ("configmaps", "configMapKeyRef"),
        "secret": ("secrets", "secretKeyRef"),
    }
    if kind not in kinds:
        raise Failure(f"unsupported resource specified in --from: {kind}")
    resource, reference = kinds[kind]
    keys = session.flag("keys") or sorted(session.get(RESOURCES[resource], session.namespace, name).get("data") or {})
    for key in keys:
        if _variable(key) != key:
            session.err(f"Warning: key {key} transferred to {_variable(key)}\n")
    return [{"name": _variable(key), "valueFrom": {reference: {"name": name, "key": key}}} for key in keys]


def _variable(key: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in key.upper())


def _update_env(container: Obj, added: list[Obj], removed: list[str]) -> None:
    variables = [each for each in container.get("env") or [] if each.get("name") not in removed]
    for new in added:
        names = [each.get("name") for each in variables]
        if new["name"] in names:
            variables[names.index(new["name"])] = new
        else:
            variables.append(new)
    if variables:
        container["env"] = variables
    else:
        container.pop("env", None)


def _list_env(session: Session, info: Info) -> None:
    for container in _picked(pod_spec(info.object), str(session.flag("containers")), init=True):
        session.out(f"# {info.object['kind']} {info.name}, container {container.get('name', '')}\n")
        failed: dict[str, list[str]] = {}
        for each in container.get("env") or []:
            session.out(_resolved(session, info, container, each, failed) or _env_line(each))
        lines = [
            f"error retrieving reference for {', '.join(sorted(names))}: {text}\n" for text, names in failed.items()
        ]
        session.err("".join(sorted(lines)))


def _resolved(session: Session, info: Info, container: Obj, variable: Obj, failed: dict[str, list[str]]) -> str:
    """The line of a variable whose value is elsewhere, if it is asked for and found; *failed* gets by its reason what is not."""
    if not session.flag("resolve") or not variable.get("valueFrom"):
        return ""
    try:
        return f"{variable['name']}={env_values.value(session, info, container, variable['valueFrom'])}\n"
    except Failure as failure:
        failed.setdefault(failure.message, []).append(str(variable["name"]))
        return ""


def _env_line(variable: Obj) -> str:
    source = variable.get("valueFrom") or {}
    if source.get("secretKeyRef"):
        return f"# {variable['name']} from secret {source['secretKeyRef'].get('name')}, key {source['secretKeyRef'].get('key')}\n"
    if source.get("configMapKeyRef"):
        return f"# {variable['name']} from configmap {source['configMapKeyRef'].get('name')}, key {source['configMapKeyRef'].get('key')}\n"
    if source.get("fieldRef"):
        return f"# {variable['name']} from field path {source['fieldRef'].get('fieldPath')}\n"
    if source.get("resourceFieldRef"):
        return f"# {variable['name']} from resource field {_resource_field(source['resourceFieldRef'])}\n"
    return f"{variable['name']}={variable.get('value', '')}\n"


def _resource_field(reference: Obj) -> str:
    container = f"{reference['containerName']}/" if reference.get("containerName") else ""
    return f"{container}{reference.get('resource', '')}"


def resources(session: Session) -> Step:
    """Set limits and requests."""
    if not session.args and not session.flag("filename"):
        raise Failure(NOTHING_GIVEN)
    given = {kind: amounts(str(session.flag(kind) or "")) for kind in ("limits", "requests")}
    if not any(given.values()):
        raise Failure("you must specify an update to requests or limits (in the form of --requests/--limits)")

    def change(obj: Obj) -> None:
        containers = _picked(pod_spec(obj), str(session.flag("containers")))
        if not containers:
            raise Failure(f"unable to find container named {session.flag('containers')}")
        for container in containers:
            held = container.setdefault("resources", {})
            for kind, values in given.items():
                if values:
                    held[kind] = {**(held.get(kind) or {}), **values}

    done, refused = "resource requirements updated", REFUSED.format(what="resources") + " "
    return _each(session, session.args, lambda info: _changed(session, info, change, done, refused))


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
        if obj.get("kind") != "Service":
            raise Failure("setting a selector is only supported for Services")
        obj["spec"]["selector"] = wanted.get("matchLabels", {})
        if session.flag("resource-version"):
            obj["metadata"]["resourceVersion"] = session.flag("resource-version")

    return _each(session, words, lambda info: _changed(session, info, change, "selector updated"))


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

    return _each(session, session.args, lambda info: _changed(session, info, change, "subjects updated"))


def service_account(session: Session) -> Step:
    """Set the service account of a Pod template."""
    if not session.args:
        raise Failure("serviceaccount is required")
    words, name = session.args[:-1], session.args[-1]

    def change(obj: Obj) -> None:
        pod_spec(obj)["serviceAccountName"] = name

    done, refused = "serviceaccount updated", "failed to patch ServiceAccountName "
    return _each(session, words, lambda info: _changed(session, info, change, done, refused))


SETTERS = (
    Command("env", "Update environment variables on a pod template", env, "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
            declare(COMMON, "-c --containers=* -e --env=[+] --from= --keys=[] --list=false --overwrite=true --prefix= --resolve=false")),
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
