"""The table of events at the end of a description (models describe.DescribeEvents)."""

from simulator.kubectl.describers.page import Obj, Page, Reader


def events_of(reader: Reader, obj: Obj) -> list[Obj]:
    """The events about *obj*, the oldest first."""
    metadata = obj["metadata"]
    namespace = metadata.get("namespace", "")
    fields = {"involvedObject.name": metadata.get("name", ""), "involvedObject.namespace": namespace}
    if metadata.get("uid"):
        fields["involvedObject.uid"] = metadata["uid"]
    return search(reader, namespace or None, fields)


def search(reader: Reader, namespace: str | None, fields: dict[str, str]) -> list[Obj]:
    """The events for which *fields* hold, the oldest first."""
    query = ",".join(f"{key}={value}" for key, value in fields.items())
    return sorted(reader.list("events", namespace, fields=query), key=lambda event: event.get("lastTimestamp") or "")


def describe_events(page: Page, reader: Reader, events: list[Obj]) -> None:
    """Write the table of *events*."""
    if not events:
        page.line(0, "Events:\t<none>")
        return
    page.line(0, "Events:")
    page.line(1, "Type\tReason\tAge\tFrom\tMessage")
    page.line(1, "----\t------\t----\t----\t-------")
    for event in events:
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
        cells = (event.get("type", ""), event.get("reason", ""), interval(reader, event), source, _message(event))
        page.line(1, "\t".join(str(cell) for cell in cells))


def describe_events_of(page: Page, reader: Reader, obj: Obj) -> None:
    """Write the table of the events about *obj*, unless events are not wanted."""
    if reader.show_events:
        describe_events(page, reader, events_of(reader, obj))


def interval(reader: Reader, event: Obj) -> str:
    """When an event happened: `26m`, or `26m (x4 over 36m)`."""
    first = reader.age(event.get("eventTime") or event.get("firstTimestamp"))
    series = event.get("series")
    if series:
        return f"{reader.age(series.get('lastObservedTime'))} (x{series.get('count', 0)} over {first})"
    if (event.get("count") or 0) > 1:
        return f"{reader.age(event.get('lastTimestamp'))} (x{event['count']} over {first})"
    return first


def _message(event: Obj) -> str:
    message = str(event.get("message", "")).strip()
    path = (event.get("involvedObject") or {}).get("fieldPath")
    return f"{path}: {message}" if path else message
