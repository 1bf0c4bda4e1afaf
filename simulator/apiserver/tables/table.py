"""Tables: objects as the rows that `kubectl get` prints (apiserver/pkg/registry/rest/table.go)."""

from typing import Any

from simulator.apiserver.catalogue import Catalogue
from simulator.apiserver.tables import core, custom, others, workloads
from simulator.apiserver.tables.columns import AGE, NAME, Column, Obj, Printer, age_of, integer, name_of
from simulator.apiserver.tables.pods import PODS

# What is printed of kinds that nobody taught the API server to print.
PLAIN = Printer(
    (NAME, Column("Created At", "date")),
    lambda obj, now: [name_of(obj), obj["metadata"].get("creationTimestamp")],
)
SCALE = Printer(
    (NAME, integer("Desired"), integer("Available"), AGE),
    lambda obj, now: [name_of(obj), obj["spec"].get("replicas", 0), obj["status"]["replicas"], age_of(obj, now)],
)
PRINTERS: dict[str, Printer] = {"pods": PODS, **core.PRINTERS, **workloads.PRINTERS, **others.PRINTERS}


def printer_of(catalogue: Catalogue, resource: str, version: str = "") -> Printer:
    """How objects of the resource are printed; those of a custom one as its definition says, in *version* or the preferred one."""
    found = catalogue.customs.get(resource)
    if found is not None:
        return custom.printer_of(found.columns(version or found.resource.version))
    return PRINTERS.get(resource, PLAIN)


def definitions(printer: Printer) -> list[Obj]:
    """The columns as a Table describes them."""
    fields = ("name", "type", "format", "priority")
    return [{**dict(zip(fields, column, strict=True)), "description": ""} for column in printer.columns]


def row(printer: Printer, obj: Obj, now: int, include: str = "Metadata") -> Obj:
    """One row; *include* says what of the object goes with it: `Metadata`, `Object` or `None`."""
    line: Obj = {"cells": printer.cells(obj, now)}
    if include == "Object":
        line["object"] = obj
    elif include != "None":
        line["object"] = {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": obj["metadata"],
        }
    return line


def table(
    printer: Printer,
    objects: list[Obj],
    now: int,
    metadata: dict[str, Any],
    include: str = "Metadata",
) -> Obj:
    """A Table of objects as *printer* prints them, always with the wide columns; *now* in Unix microseconds."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": definitions(printer),
        "rows": [row(printer, obj, now, include) for obj in objects],
    }
