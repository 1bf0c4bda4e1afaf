"""Which objects a command is about: words of the command line, selectors and files (models cli-runtime/pkg/resource/builder.go)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.api.field import message
from simulator.api.resources import Resource
from simulator.kubectl import files
from simulator.kubectl.discovery import resource_for, resources_for
from simulator.kubectl.failures import Failure, ServerFailure, packed, parts, unpacked
from simulator.kubectl.infos import Info, info_of, items
from simulator.kubectl.session import Pause, Session
from simulator.runtime.syscalls import Wait

CHUNK = "500"
AT_ONCE = 25  # objects that one step of the program handles
MIXED = (
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
    "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
)
NOTHING_GIVEN = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""
NOT_LOCAL = """you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""
SLASHED = "selectors and the all flag cannot be used when passing resource/name arguments"
NO_NAME = "resource(s) were provided, but no name was specified"


@dataclass
class Choice:
    """What the words of a command line choose, before any object was read.

    named: single objects, in order. listed: whole collections, narrowed by the selectors.
    """

    named: list[Info] = field(default_factory=list)
    slashed: bool = False  # by words such as `pod/web`
    listed: list[Resource] = field(default_factory=list)
    infos: list[Info] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """Whether exactly one object was asked for by name."""
        return len(self.named) + len(self.infos) == 1 and not self.listed

    def implied(self, session: Session) -> bool:
        """Whether the command line speaks of one thing: an object by its name, or one file (SingleItemImplied)."""
        filenames = session.flag("filename") or []
        if session.flag("kustomize") or filenames in (["-"], []) or session.flag("recursive"):
            return not filenames and len(self.named) == 1
        return len(filenames) == 1


def choose(
    session: Session, args: Sequence[str], *, lists: bool = False, empty: str = NOTHING_GIVEN, selectors: bool = True
) -> Choice:
    """Read *args* and the flags -f, -l, --all, -A. *lists*: a type without a name and selector means all objects of it.
    *selectors*: whether -l picks objects at all (for `expose` it does not).

    Fails with *empty* if nothing is named.
    """
    filenames = session.flag("filename") or []
    if session.flag("local") and not files.files_named(session):
        raise Failure(NOT_LOCAL if args else empty)
    if files.files_named(session) and args:
        raise Failure("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well")
    if files.files_named(session):
        infos, failures = files.load(session, filenames)
        return Choice(infos=infos, failures=failures)
    if not args and selectors and session.flag("selector") and empty == NOTHING_GIVEN:
        raise Failure("at least one resource must be specified to use a selector")
    if not args:
        raise Failure(empty)
    choice = _choose_words(session, args)
    if selectors:
        _check_selectors(session, choice, lists)
    elif choice.listed:
        raise Failure(NO_NAME)
    if choice.listed and session.flag("subresource"):
        raise Failure("subresource cannot be used when bulk resources are specified")
    return choice


def _choose_words(session: Session, args: Sequence[str]) -> Choice:
    if any("/" in word for word in args):
        return Choice(named=[_slashed(session, word, args) for word in args], slashed=True)
    if len(args) == 1:
        return Choice(listed=resources_for(session, args[0]))
    resources = resources_for(session, args[0])
    return Choice(named=[_named(session, resource, name) for resource in resources for name in args[1:]])


def _slashed(session: Session, word: str, args: Sequence[str]) -> Info:
    if "/" not in word:
        raise Failure(MIXED)
    if word.count("/") > 1:
        raise Failure("arguments in resource/name form may not have more than one slash")
    kind, _, name = word.partition("/")
    if not kind or not name or "," in kind:
        raise Failure("arguments in resource/name form must have a single resource and name")
    return _named(session, resource_for(session, kind), name)


def _named(session: Session, resource: Resource, name: str) -> Info:
    if not name:
        raise Failure("resource name may not be empty")
    if session.flag("all-namespaces") and resource.namespaced:
        raise Failure("a resource cannot be retrieved by name across all namespaces")
    return Info(resource, session.namespace if resource.namespaced else None, name)


def selective(session: Session) -> bool:
    """Whether a flag picks objects without naming them."""
    return bool(session.flag("selector") or session.flag("field-selector") or session.flag("all"))


def picking(session: Session) -> bool:
    """Whether a selector picks objects: names may not stand beside it; where everything can be deleted, not beside --all either."""
    everything = session.flag("all") and session.path == "kubectl delete"
    return bool(session.flag("selector") or session.flag("field-selector") or everything)


def _check_selectors(session: Session, choice: Choice, lists: bool) -> None:
    if choice.named and picking(session):
        raise Failure(SLASHED if choice.slashed else "name cannot be provided when a selector is specified")
    if choice.listed and not lists and not selective(session):
        raise Failure(NO_NAME)


def list_query(session: Session) -> dict[str, str]:
    """The parameters of a list that the flags ask for."""
    return {
        "labelSelector": str(session.flag("selector") or ""),
        "fieldSelector": str(session.flag("field-selector") or ""),
        "limit": CHUNK,
    }


def list_namespace(session: Session, resource: Resource) -> str | None:
    """The namespace to list in; None for all, or for a resource without namespaces."""
    return None if session.flag("all-namespaces") or not resource.namespaced else session.namespace


def fetch(session: Session, choice: Choice, *, latest: bool = True) -> tuple[list[Info], list[Failure]]:
    """Read all chosen objects from the server; what failed is told beside them. *latest*: those of files too, by their names."""
    infos: list[Info] = []
    failures: list[Failure] = []
    if session.flag("local") or (choice.infos and not latest):
        return choice.infos, list(choice.failures)
    part = str(session.flag("subresource") or "")
    for info in [*choice.infos, *choice.named]:
        try:
            info.object = session.get(info.resource, info.namespace, info.name, subresource=part)
            infos.append(info)
        except ServerFailure as failure:
            failures.append(failure)
    for resource in choice.listed:
        try:
            body = session.list(resource, list_namespace(session, resource), query=list_query(session))
            infos += [info_of(resource, obj) for obj in items(resource, body)]
        except ServerFailure as failure:
            failures.append(failure)
    return infos, with_unread(choice, failures)


def with_unread(choice: Choice, failures: list[Failure]) -> list[Failure]:
    """What failed, and after it what could not be read of the files."""
    return failures + (as_one(choice.failures) if failures else list(choice.failures))


def as_one(failures: list[Failure]) -> list[Failure]:
    """What could not be read counts as one failure beside others."""
    return [Failure(message([each.message for each in failures]))] if len(failures) > 1 else list(failures)


def none_found(session: Session) -> str:
    """What is said where nothing is, in the namespace at hand or in all."""
    return f"No resources found{'' if session.flag('all-namespaces') else f' in {session.namespace} namespace.'}\n"


def for_each(
    session: Session,
    infos: Sequence[Info],
    act: Callable[[Info], Any],
    failures: list[Failure],
    *,
    last: bool = False,
    stop: bool = False,
) -> list[Failure]:
    """Do *act* with each; goes on after a failure unless it is to *stop*, and gives back all of them: *failures* of reading first or
    *last*.

    After AT_ONCE objects the program pauses, and begins again from the top: what it has handled already is passed over. *act* may
    pause as well, and is then called again with the same object.
    """
    handled: dict[str, int] = session.state.setdefault("handled", {})
    failed: list[Any] = session.state.setdefault("failed_before", [])
    passed: dict[str, int] = {}
    done = 0
    for info in infos:
        key = f"{info.resource.name} {info.namespace or ''}/{info.name}"
        passed[key] = passed.get(key, 0) + 1
        if passed[key] <= handled.get(key, 0):
            continue
        if done == AT_ONCE:
            raise Pause(Wait(until=session.sys.now))
        done += 1
        try:
            act(info)
        except Failure as failure:
            failed.extend(packed(each) for each in parts(failure))
        handled[key] = passed[key]
        if failed and stop:
            break
    if failed:
        failures = as_one(failures)
    others = [unpacked(each) for each in failed]
    return others + failures if last else failures + others
