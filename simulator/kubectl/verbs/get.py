"""`kubectl get`: objects as tables or in any format, once or for as long as they change (models kubectl/pkg/cmd/get)."""

from collections.abc import Sequence
from typing import Any

from simulator.api.resources import Resource
from simulator.kubectl import raw, watching
from simulator.kubectl.cli import FILES, ONE_SELECTOR, PRINT, Command
from simulator.kubectl.describers.page import age
from simulator.kubectl.discovery import named
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure, bare, raise_all
from simulator.kubectl.files import files_named
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info, info_of, items, kind_title
from simulator.kubectl.printers import as_list, printer, shown
from simulator.kubectl.selection import Choice, choose, fetch, list_namespace, list_query, none_found, with_unread
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.sorting import sort_objects, sort_rows, unsortable
from simulator.kubectl.tables import format_table, look_of
from simulator.runtime.syscalls import Step

NOTHING = """You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

"""
REQUIRED = """Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods)."""


def run(session: Session) -> Step:
    """Get what the command line names."""
    if "watch" in session.state:
        return watching.step(session)
    if session.flag("raw"):
        _check_raw(session)
        return raw.get(session)
    if not session.args and not files_named(session):
        session.err(NOTHING)
        raise UsageFailure(REQUIRED, f"See '{session.path} -h' for help and examples")
    show = printer(session, tables=True)
    if session.flag("show-labels") and session.flag("output") not in ("", "wide"):
        raise Failure(f"--show-labels option cannot be used with {session.flag('output')} printer")
    choice = choose(session, session.args, lists=True)
    choice.failures = [bare(failure) for failure in choice.failures]
    if session.flag("watch") or session.flag("watch-only"):
        return watching.begin(session, choice)
    if show is None:
        return _tables(session, choice)
    return _objects(session, choice, show)


def _check_raw(session: Session) -> None:
    """`--raw` goes with nothing that picks objects (GetOptions.Validate)."""
    if session.flag("watch") or session.flag("watch-only") or session.flag("selector"):
        raise Failure("--raw may not be specified with other flags that filter the server request or alter the output")
    if session.args:
        raise Failure("arguments may not be passed when --raw is specified")


def _objects(session: Session, choice: Choice, show: Any) -> Step:
    infos, failures = fetch(session, choice)
    failures = [failure for failure in failures if not _forgiven(session, failure)]
    objects = [shown(session, info.object) for info in infos]
    if session.flag("sort-by"):
        objects = sort_objects(objects, str(session.flag("sort-by")))
    if choice.single:
        if objects:
            session.out(show(objects[0]))
    elif not (failures and not objects):
        session.out(show(as_list(objects)))
    raise_all(failures)
    return 0


def _forgiven(session: Session, failure: Failure) -> bool:
    return (
        bool(session.flag("ignore-not-found")) and isinstance(failure, ServerFailure) and failure.reason == "NotFound"
    )


def _tables(session: Session, choice: Choice) -> Step:
    """Print a table for each run of objects of one resource."""
    if session.flag("sort-by") and len([*choice.infos, *choice.named, *choice.listed]) > 1:
        raise Failure(unsortable(str(session.flag("sort-by"))))  # several Tables have no order among themselves
    failures: list[Failure] = []
    pages: list[tuple[Resource, Obj]] = []
    for resource, infos in _runs([*choice.infos, *choice.named]):
        table = _table_of(session, resource, infos, failures)
        if table["rows"]:
            pages.append((resource, table))
    for resource in choice.listed:
        try:
            table = _listed(session, resource)
        except ServerFailure as failure:
            failures.append(failure)
            continue
        if table.get("rows"):
            pages.append((resource, table))
    pages = [(resource, _sorted(session, table)) for resource, table in pages]
    pages = [(resource, table) for resource, table in pages if table["rows"]]
    _print(session, choice, pages)
    failures = [failure for failure in with_unread(choice, failures) if not _forgiven(session, failure)]
    if not pages and not failures and not session.flag("ignore-not-found"):
        session.err(nothing_found(session, choice))
    raise_all(failures)
    return 0


def _query(session: Session) -> dict[str, str]:
    """Sorting looks into the objects, so they are asked for."""
    return list_query(session) | ({"includeObject": "Object", "limit": ""} if session.flag("sort-by") else {})


def _runs(infos: Sequence[Info]) -> list[tuple[Resource, list[Info]]]:
    runs: list[tuple[Resource, list[Info]]] = []
    for info in infos:
        if runs and runs[-1][0] is info.resource:
            runs[-1][1].append(info)
        else:
            runs.append((info.resource, [info]))
    return runs


def _table_of(session: Session, resource: Resource, infos: list[Info], failures: list[Failure]) -> Obj:
    """Single objects of one resource as one Table."""
    table: Obj = {"rows": []}
    for info in infos:
        try:
            part = _single(session, info)
        except ServerFailure as failure:
            failures.append(failure)
            continue
        table = {**part, "rows": [*table["rows"], *part.get("rows", [])]}
    return table


def _listed(session: Session, resource: Resource) -> Obj:
    """All objects of one resource that the flags pick, as a Table."""
    namespace = list_namespace(session, resource)
    if session.flag("server-print"):
        return session.list(resource, namespace, accept="table", query=_query(session))
    return _plain(session, items(resource, session.list(resource, namespace, query=list_query(session))))


def _single(session: Session, info: Info) -> Obj:
    """One object as a Table."""
    query = {"includeObject": "Object"} if session.flag("sort-by") else {}
    where, part = (info.resource, info.namespace, info.name), str(session.flag("subresource") or "")
    if session.flag("server-print"):
        return session.get(*where, accept="table", query=query, subresource=part)
    return _plain(session, [session.get(*where, subresource=part)])


def _plain(session: Session, objects: list[Obj]) -> Obj:
    """Objects as the client itself makes a Table of them: name and age."""
    ages = (age(each["metadata"].get("creationTimestamp"), session.sys.unix) for each in objects)
    rows = [{"cells": [each["metadata"]["name"], old], "object": each} for each, old in zip(objects, ages, strict=True)]
    return {"columnDefinitions": [{"name": "Name"}, {"name": "Age"}], "rows": rows}


def _sorted(session: Session, table: Obj) -> Obj:
    """The table in the order that --sort-by asks for."""
    path = str(session.flag("sort-by") or "")
    return {**table, "rows": sort_rows(table["rows"], path)} if path else table


def _print(session: Session, choice: Choice, pages: list[tuple[Resource, Obj]]) -> None:
    resources = {resource.name for resource, _ in pages} | {each.name for each in choice.listed}
    with_kind = len(resources) > 1 or bool(session.flag("show-kind"))
    texts = []
    for resource, table in pages:
        namespaces = bool(session.flag("all-namespaces")) and resource.namespaced
        look = look_of(session, kind=kind_title(resource) if with_kind else "", namespaces=namespaces)
        texts.append(format_table(look, table))
    session.out(("" if session.flag("no-headers") else "\n").join(texts))


def nothing_found(session: Session, choice: Choice) -> str:
    """What is said when a list is empty."""
    resources = [*choice.listed, *(info.resource for info in choice.named)]
    others = resources and not any(resource.namespaced for resource in resources)
    return "No resources found\n" if others else none_found(session)


def objects_of(session: Session, name: str, namespace: str | None) -> list[Info]:
    """All objects of a resource, for other verbs."""
    resource = named(session, name)
    return [
        info_of(resource, obj) for obj in items(resource, session.list(resource, namespace, query={"limit": "500"}))
    ]


COMMAND = Command(
    "get",
    "Display one or many resources",
    run,
    "(TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
    declare(
        "-A --all-namespaces=false --chunk-size=500 --field-selector= --ignore-not-found=false -L --label-columns=[]",
        "--no-headers=false --output-watch-events=false --raw= --server-print=true --show-kind=false --show-labels=false",
        "--sort-by= --subresource= -w --watch=false --watch-only=false",
        FILES,
        PRINT,
        ONE_SELECTOR,
    ),
    group="Basic Commands (Intermediate)",
)
