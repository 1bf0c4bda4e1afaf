"""Tables from the API server as kubectl prints them (models cli-runtime/pkg/printers/tableprinter.go)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.api.meta import format_labels
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tabwriter import Table

BREAKS = "\n\r\f"


@dataclass(frozen=True)
class Look:
    """What the flags say about the columns."""

    wide: bool = False
    headers: bool = True
    namespaces: bool = False
    labels: bool = False
    label_columns: tuple[str, ...] = ()
    events: bool = False
    kind: str = ""  # stands in front of names, as in `pod/web`


def look_of(session: Session, *, kind: str = "", namespaces: bool | None = None) -> Look:
    """The columns that this command line asks for."""
    return Look(
        wide=session.flag("output") == "wide",
        headers=not session.flag("no-headers"),
        namespaces=bool(session.flag("all-namespaces")) if namespaces is None else namespaces,
        labels=bool(session.flag("show-labels")),
        label_columns=tuple(session.flag("label-columns") or ()),
        events=bool(session.flag("output-watch-events")),
        kind=kind,
    )


def header(look: Look, columns: Sequence[Obj]) -> list[str]:
    """The names of the columns."""
    names = ["EVENT"] * look.events + ["NAMESPACE"] * look.namespaces
    names += [str(columns[number].get("name", "")).upper() for number in visible(look, columns)]
    names += [key.rpartition("/")[2].upper() for key in look.label_columns]
    return names + ["LABELS"] * look.labels


def visible(look: Look, columns: Sequence[Obj]) -> list[int]:
    """The numbers of the columns that are shown."""
    return [number for number, column in enumerate(columns) if look.wide or not column.get("priority")]


def row(look: Look, columns: Sequence[Obj], each: Obj, event: str = "") -> list[str]:
    """The cells of a row of the server's Table."""
    metadata = (each.get("object") or {}).get("metadata") or {}
    labels = metadata.get("labels") or {}
    cells = [event] * look.events + [str(metadata.get("namespace") or "")] * look.namespaces
    for number in visible(look, columns):
        value = _cell(each["cells"][number] if number < len(each["cells"]) else None)
        named = look.kind and str(columns[number].get("format") or columns[number].get("name", "")).lower() == "name"
        cells.append(f"{look.kind}/{value}" if named else value)
    cells += [labels.get(key, "") for key in look.label_columns]
    return cells + [format_labels(labels)] * look.labels


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    cut = min((at for at in map(text.find, BREAKS) if at >= 0), default=-1)
    return f"{text[:cut]}..." if cut >= 0 else text


def format_table(look: Look, table: Obj, *, widths: list[int] | None = None, event: str = "") -> str:
    """A Table as text; *widths* is kept from one call to the next while a watch goes on."""
    columns = table.get("columnDefinitions") or []
    rows = [header(look, columns)] if look.headers else []
    rows += [row(look, columns, each, event) for each in table.get("rows") or []]
    return Table(widths).format(rows)
