"""What `kubectl label` and `kubectl annotate` have in common: the map in the metadata that they change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.files import files_named
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import words_and_pairs
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

NOTHING = "one or more resources must be specified as <resource> <name> or <resource>/<name>"


@dataclass(frozen=True)
class Kind:
    """labels or annotations: the field, what one is called, how files are named in a message, how pairs are read and checked against each
    other, what may not be overwritten, how the outcome is told."""

    field: str
    word: str
    files: str
    parse: Callable[[list[str]], tuple[dict[str, str], list[str]]]
    validate: Callable[[Mapping[str, str], list[str]], None]
    keep: Callable[[Mapping[str, str], Mapping[str, str]], None]
    message: Callable[[Mapping[str, str], Mapping[str, str]], str]


def taken(before: Mapping[str, str], added: Mapping[str, str]) -> list[str]:
    """The keys that have another value already."""
    return [key for key in added if key in before and before[key] != added[key]]


def run(session: Session, kind: Kind) -> Step:
    """Change the map of all objects that are named."""
    words, pairs = words_and_pairs(session, kind.word, removals=True)
    added, removed = kind.parse(pairs)
    _check(session, kind, words)
    if not pairs and not session.flag("list"):
        raise Failure(f"at least one {kind.word} update is required")
    kind.validate(added, removed)
    choice = choose(session, words)
    single = choice.implied(session)
    if session.flag("resource-version") and not single:
        raise Failure("--resource-version may only be used with a single resource")
    infos, failures = fetch(session, choice)
    update = _Update(session, kind, added, removed, single)
    raise_all(for_each(session, infos, update.visit, failures))
    return 0


def _check(session: Session, kind: Kind, words: list[str]) -> None:
    local, named = session.flag("local"), files_named(session)
    if session.flag("list") and session.flag("output"):
        raise Failure("--list and --output may not be specified together")
    for flag in ("selector", "field-selector"):
        if session.flag("all") and session.flag(flag):
            raise Failure(f"cannot set --all and --{flag} at the same time")
    if local and mode(session) == "server":
        raise Failure("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if local and words:
        raise Failure(f"can only use local files by -f {kind.files} when --local=true is set")
    if local and not named:
        raise Failure(f"one or more files must be specified as -f {kind.files}")
    if not local and not words and not named:
        raise Failure(NOTHING)


@dataclass(frozen=True)
class _Update:
    """What is done to each object."""

    session: Session
    kind: Kind
    added: dict[str, str]
    removed: list[str]
    single: bool

    def visit(self, info: Info) -> None:
        """Change one object, or list what it has."""
        before: dict[str, str] = info.object["metadata"].get(self.kind.field) or {}
        if not self.session.flag("overwrite"):
            self.kind.keep(before, self.added)
        after = {key: value for key, value in (before | self.added).items() if key not in self.removed}
        if self.session.flag("list"):
            self.show(info, after)
            return
        if self.kind.word == "label" and mode(self.session) != "client" and not self.session.flag("local"):
            self.session.out("".join(f'label "{key}" not found.\n' for key in self.removed if key not in before))
        if after != before or self.kind.word == "annotation":  # which is sent in any case
            self.send(info, before, after)
        report(self.session, info, self.kind.message(before, after), suffix(self.session))

    def show(self, info: Info, values: Mapping[str, str]) -> None:
        """List the values, under a heading if there may be more than one object."""
        indent = "" if self.single else " "
        if not self.single:
            self.session.out(f"Listing {self.kind.field} for {info.resource.kind}.{info.resource.group}/{info.name}:\n")
        self.session.out("".join(f"{indent}{key}={value}\n" for key, value in sorted(values.items())))

    def send(self, info: Info, before: Mapping[str, str], after: dict[str, str]) -> None:
        """Change the object where it is: on the server, or here alone."""
        session = self.session
        if mode(session) == "client" or session.flag("local"):
            info.object = {**info.object, "metadata": {**info.object["metadata"], self.kind.field: after}}
            return
        changes: Obj = {key: value for key, value in after.items() if before.get(key) != value}
        changes |= {key: None for key in before if key not in after}
        metadata: Obj = {self.kind.field: changes}
        if session.flag("resource-version"):
            metadata["resourceVersion"] = session.flag("resource-version")
        body = {"metadata": metadata}
        info.object = session.patch(info.resource, info.namespace, info.name, body, "merge", query(session))
