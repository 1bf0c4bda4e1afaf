"""`kubectl set env`: sets, removes and lists environment variables (models kubectl/pkg/cmd/set/set_env.go)."""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.api.names import plain_env_var
from simulator.kubectl import env_values
from simulator.kubectl.cli import Command
from simulator.kubectl.dry_run import mode
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.files import files_named
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import pod_spec
from simulator.kubectl.selection import choose, fetch
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.setting import COMMON, NOTHING, REFUSED, changed, each, picked
from simulator.runtime.syscalls import Step

MAX_BYTES = 1_000_000
REFERENCES = {"ConfigMap": "configMapKeyRef", "Secret": "secretKeyRef"}


def run(session: Session) -> Step:
    """Set, remove or list environment variables."""
    words, specs = _split(session.args)
    _check(session, words)
    added, removed = _parse(session, [*session.flag("env"), *specs])
    added += _from(session)
    prefix = str(session.flag("prefix"))
    change = _Change(session, [{**variable, "name": prefix + variable["name"]} for variable in added], removed)
    words = [] if session.flag("local") else words
    return each(session, words, change.list if session.flag("list") else change.visit)


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    """The words that name objects, and those that follow: `a=b`, `a-`, and `-` for standard input."""
    words: list[str] = []
    specs: list[str] = []
    for word in args:
        is_variable = word.find("=") > 0 or word.endswith("-")
        if specs and not is_variable:
            raise Failure(f"all resources must be specified before environment changes: {' '.join(args)}")
        (specs if is_variable else words).append(word)
    return words, specs


def _check(session: Session, words: list[str]) -> None:
    if session.flag("all") and session.flag("selector"):
        raise Failure("cannot set --all and --selector at the same time")
    if session.flag("local") and mode(session) == "server":
        raise Failure("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if not words and not files_named(session):
        raise Failure(NOTHING)
    if session.flag("list") and session.flag("output"):
        raise Failure("--list and --output may not be specified together")
    if session.flag("keys") and not session.flag("from"):
        raise Failure("when specifying --keys, a configmap or secret must be provided with --from")


def _parse(session: Session, specs: list[str]) -> tuple[list[Obj], list[str]]:
    """The variables that are set, and the names of those that are removed; none may be both (env_parse.go)."""
    added: list[Obj] = []
    removed: list[str] = []
    for spec in specs:
        name, equals, value = spec.partition("=")
        if spec == "-":
            added += _read(session)
        elif not equals and not spec.endswith("-"):
            raise Failure(f"unknown environment variable: {spec}")
        elif not equals:
            removed.append(spec.removesuffix("-"))
        elif problems := plain_env_var(name):
            raise Failure(f'"{name}" is not a valid key name: {";".join(problems)}')
        else:
            added.append(_variable(name, value))
    given = {spec.partition("=")[0] for spec in specs if "=" in spec}
    if given & set(removed):
        raise Failure("can not both modify and remove the same environment variable in the same command")
    return added, removed


def _read(session: Session) -> Iterator[Obj]:
    """The variables in the lines of standard input; what follows a `#` does not count, and names are not checked."""
    for line in session.stdin(MAX_BYTES).decode(errors="replace").splitlines():
        name, equals, value = line.partition("#")[0].partition("=")
        if equals:
            yield _variable(name, value)


def _variable(name: str, value: str) -> Obj:
    return {"name": name, "value": value} if value else {"name": name}


def _from(session: Session) -> list[Obj]:
    """Variables that refer to the keys of a ConfigMap or Secret."""
    if not session.flag("from"):
        return []
    infos, failures = fetch(session, choose(session, [str(session.flag("from"))]))
    raise_all(failures)
    return [variable for info in infos for variable in _references(session, info)]


def _references(session: Session, source: Info) -> Iterator[Obj]:
    reference = REFERENCES.get(source.resource.kind)
    if reference is None:
        raise Failure("unsupported resource specified in --from")
    for key in sorted(source.object.get("data") or {}):
        if session.flag("keys") and key not in session.flag("keys"):
            continue
        name = "".join(letter if letter.isalnum() else "_" for letter in key.upper())
        if name != key:
            session.err(f"Warning: key {key} transferred to {name}\n")
        yield {"name": name, "valueFrom": {reference: {"key": key, "name": source.name}}}


@dataclass(frozen=True)
class _Change:
    """What is done to the variables of each object."""

    session: Session
    added: list[Obj]
    removed: list[str]

    def visit(self, info: Info) -> None:
        """Change one object."""

        def change(obj: Obj) -> None:
            self.apply(obj, info)

        changed(self.session, info, change, "env updated", REFUSED.format(what="env") + ": ")

    def apply(self, obj: Obj, info: Info) -> list[Obj]:
        """Change the containers that are picked; these."""
        pattern = str(self.session.flag("containers"))
        containers = picked(pod_spec(obj), pattern, init=True)
        if not containers:
            place = f"{info.resource.kind}/{info.name}"
            self.session.err(f'Warning: {place} does not have any containers matching "{pattern}"\n')
        for container in containers:
            if not self.session.flag("overwrite"):
                _keep(container, self.added)
            _update(container, self.added, self.removed)
        return containers

    def list(self, info: Info) -> None:
        """Show what the variables of one object would be; what has none is passed over."""
        try:
            containers = self.apply(info.object, info)
        except Failure:
            return
        for container in containers:
            _list(self.session, info, container)


def _keep(container: Obj, added: list[Obj]) -> None:
    held = {each["name"]: str(each.get("value", "")) for each in container.get("env") or ()}
    for new in added:
        if held.get(new["name"], value := str(new.get("value", ""))) != value:
            raise Failure(f"'{new['name']}' already has a value ({held[new['name']]}), and --overwrite is false")


def _update(container: Obj, added: list[Obj], removed: list[str]) -> None:
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


# --- listing
def _list(session: Session, info: Info, container: Obj) -> None:
    session.out(f"# {info.resource.kind} {info.name}, container {container.get('name', '')}\n")
    failed: dict[str, list[str]] = {}
    for variable in container.get("env") or []:
        session.out(_resolved(session, info, container, variable, failed) or _line(variable))
    lines = [f"error retrieving reference for {', '.join(sorted(names))}: {text}\n" for text, names in failed.items()]
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


def _line(variable: Obj) -> str:
    source = variable.get("valueFrom") or {}
    for reference, title in (("secretKeyRef", "secret"), ("configMapKeyRef", "configmap")):
        if found := source.get(reference):
            return f"# {variable['name']} from {title} {found.get('name')}, key {found.get('key')}\n"
    if source.get("fieldRef"):
        return f"# {variable['name']} from field path {source['fieldRef'].get('fieldPath')}\n"
    if source.get("resourceFieldRef"):
        return f"# {variable['name']} from resource field {_resource_field(source['resourceFieldRef'])}\n"
    return f"{variable['name']}={variable.get('value', '')}\n"


def _resource_field(reference: Obj) -> str:
    container = f"{reference['containerName']}/" if reference.get("containerName") else ""
    return f"{container}{reference.get('resource', '')}"


FLAGS = "-c --containers=* -e --env=[+] --from= --keys=[] --list=false --overwrite=true --prefix= --resolve=false"
COMMAND = Command(
    "env",
    "Update environment variables on a pod template",
    run,
    "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
    declare(COMMON, FLAGS),
)
