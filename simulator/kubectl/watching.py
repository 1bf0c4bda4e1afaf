"""`kubectl get -w`: what is there, then each change as it comes; all that is remembered is data."""

from typing import Any

from simulator.api.resources import Resource
from simulator.kubectl.discovery import named
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.infos import Info, kind_title
from simulator.kubectl.printers import output, printer, shown
from simulator.kubectl.selection import Choice, list_namespace, list_query
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tables import Look, format_table, look_of
from simulator.runtime.syscalls import Step, Wait

MAX_EVENTS = 100


def begin(session: Session, choice: Choice) -> Step:
    """List, print, and begin to watch."""
    if len(choice.named) + len(choice.infos) + len(choice.listed) != 1:
        raise Failure("you may only specify a single resource type")
    single = next(iter([*choice.named, *choice.infos]), None)
    resource = single.resource if single else choice.listed[0]
    namespace = single.namespace if single else list_namespace(session, resource)
    query = list_query(session)
    if single:
        query["fieldSelector"] = f"metadata.name={single.name}"
        _must_exist(session, single)
    accept = "table" if printer(session, tables=True) is None else "object"
    body = session.list(resource, namespace, accept=accept, query=query)
    state: Obj = {"resource": resource.name, "widths": [], "header": False, "accept": accept}
    session.state["watch"] = state
    if not session.flag("watch-only"):
        _print_list(session, resource, body)
    query |= {"resourceVersion": str((body.get("metadata") or {}).get("resourceVersion") or ""), "limit": ""}
    state["fd"] = session.watch(resource, namespace, query=query, accept=accept)
    timeout = session.flag("request-timeout")
    state["until"] = session.sys.now + timeout if timeout else 0
    return step(session)


def _must_exist(session: Session, info: Info) -> None:
    try:
        session.get(info.resource, info.namespace, info.name)
    except ServerFailure as failure:
        if not (failure.reason == "NotFound" and session.flag("ignore-not-found")):
            raise


def _print_list(session: Session, resource: Resource, body: Obj) -> None:
    if session.state["watch"]["accept"] == "table":
        if body.get("rows"):
            _print_table(session, resource, body, "ADDED")
        return
    for each in body.get("items") or []:
        _print_object(session, {"apiVersion": resource.api_version, "kind": resource.kind, **each}, "ADDED")


def step(session: Session) -> Step:
    """Print what has come, and wait for more."""
    state = session.state["watch"]
    resource = named(session, state["resource"])
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(state["fd"])
        if event is None:
            break
        if not event:
            return 0
        if event.get("type") == "ERROR":
            raise ServerFailure(event["object"])
        if event.get("type") != "BOOKMARK":
            _print_event(session, resource, event)
    if state["until"] and session.sys.now >= state["until"]:
        return 0
    return Wait(readable=(state["fd"],), until=state["until"] or None)


def _print_event(session: Session, resource: Resource, event: dict[str, Any]) -> None:
    if session.state["watch"]["accept"] == "table":
        _print_table(session, resource, event["object"], str(event["type"]))
    else:
        _print_object(session, event["object"], str(event["type"]))


def _print_table(session: Session, resource: Resource, table: Obj, event: str) -> None:
    state = session.state["watch"]
    namespaces = bool(session.flag("all-namespaces")) and resource.namespaced
    look = look_of(session, kind=kind_title(resource) if session.flag("show-kind") else "", namespaces=namespaces)
    if table.get("columnDefinitions"):
        state.setdefault("columns", table["columnDefinitions"])
    table = {**table, "columnDefinitions": state.get("columns") or []}
    if state["header"]:
        look = Look(**{**look.__dict__, "headers": False})
    state["header"] = True
    session.out(format_table(look, table, widths=state["widths"], event=event))


def _print_object(session: Session, obj: Obj, event: str) -> None:
    show = printer(session, tables=True)
    if show is None:
        return
    state = session.state["watch"]
    obj = shown(session, obj)
    if session.flag("output-watch-events"):
        obj = {"type": event, "object": obj}
    text = show(obj)
    name = output(session)[0]
    if name == "yaml" and state["header"]:
        text = f"---\n{text}"
    if name.startswith("custom-columns") and state["header"]:
        text = text.partition("\n")[2] if not session.flag("no-headers") else text
    state["header"] = True
    session.out(text)
