"""`kubectl auth reconcile`: roles and bindings that grant at least what the files grant (models kubectl/pkg/cmd/auth/reconcile.go)."""

from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.files import files_named, load
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.rules import compact
from simulator.kubectl.selection import for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

PARTS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
GO_NAMES = {"apiGroups": "APIGroups"}
SURPLUS = {"rules": "remove-extra-permissions", "subjects": "remove-extra-subjects"}
FIELDS = {"Role": "rules", "ClusterRole": "rules", "RoleBinding": "subjects", "ClusterRoleBinding": "subjects"}


def run(session: Session) -> Step:
    """Reconcile all roles and bindings of the files; what is something else is passed over."""
    if session.args:
        raise Failure("no arguments are allowed")
    if not files_named(session):
        raise Failure("must specify one of -f and -k")
    infos, failures = load(session, session.flag("filename"))
    infos = [info for info in infos if info.resource.kind in FIELDS]
    raise_all(for_each(session, infos, lambda info: _reconcile(session, info), failures))
    return 0


def _reconcile(session: Session, info: Info) -> None:
    wanted, field = info.object, FIELDS[info.resource.kind]
    try:
        current = session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
        if mode(session) == "none":
            info.object = session.create(info.resource, info.namespace, wanted, query(session))
        report(session, info, "reconciled", suffix(session))
        session.err("\treconciliation required create\n")
        _tell(session, field, wanted.get(field) or [])
        return
    have = current.get(field) or []
    missing, merged = _merged(session, current, wanted, field)
    if merged != (current.get(field) or []):
        current = {**current, field: merged}
        if mode(session) == "none":
            current = session.update(info.resource, info.namespace, info.name, current, query(session))
        info.object = current
        report(session, info, "reconciled", suffix(session))
        session.err("\treconciliation required update\n")
        _tell(session, field, missing)
        if session.flag(SURPLUS[field]):
            _tell(session, field, _extra(have, wanted.get(field) or [], field), "extra {} removed")
        return
    info.object = current
    report(session, info, "reconciled", suffix(session))


def _merged(session: Session, current: Obj, wanted: Obj, field: str) -> tuple[list[Obj], list[Obj]]:
    """The rules or subjects that are missing, and all that there shall be: without the surplus if a flag asks for that."""
    have, need = current.get(field) or [], wanted.get(field) or []
    known = compact(have) if field == "rules" else have
    missing = [each for each in need if not _covered(each, known, field)]
    if session.flag(SURPLUS[field]):
        return missing, need
    return missing, [*have, *missing]


def _extra(have: list[Obj], need: list[Obj], field: str) -> list[Obj]:
    """What there is and shall not be: subjects, or rules taken apart by group, resource and verb."""
    if field == "subjects":
        return [each for each in have if each not in need]
    pieces = ({**rule, "verbs": [verb]} for rule in compact(have) for verb in rule["verbs"])
    known = compact(need)
    return [piece for piece in pieces if not any(_within(piece, rule) for rule in known)]


def _tell(session: Session, field: str, missing: list[Obj], what: str = "missing {} added") -> None:
    """Say what was added or removed, as Go prints its structs."""
    if missing:
        session.err(f"\t{what.format(field)}:\n")
    for each in missing:
        if field == "subjects":
            shown = f"Kind:{each.get('kind')} APIGroup:{each.get('apiGroup', '')} Name:{each.get('name')} Namespace:{each.get('namespace', '')}"
        else:
            shown = " ".join(
                f"{GO_NAMES.get(part) or part[0].upper() + part[1:]}:[{' '.join(each.get(part) or [])}]"
                for part in PARTS
            )
        session.err(f"\t\t{{{shown}}}\n")


def _covered(each: Obj, known: list[Obj], field: str) -> bool:
    if field == "subjects":
        return each in known
    return all(any(_within(piece, rule) for rule in known) for piece in compact([each]))


def _within(piece: Obj, rule: Obj) -> bool:
    """Whether a rule grants what *piece* of another does."""
    return all(
        set(piece.get(part) or []) <= set(rule.get(part) or []) or "*" in (rule.get(part) or []) for part in PARTS
    )


COMMAND = Command(
    "reconcile",
    "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    run,
    "-f FILENAME [options]",
    declare("--remove-extra-permissions=false --remove-extra-subjects=false", DRY_RUN, FILES, PRINT),
)
