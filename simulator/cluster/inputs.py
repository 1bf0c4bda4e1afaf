"""What happens to a cluster from outside: each kind of input of `Lab.submit`, and how it is taken.

Inputs are plain dicts, so that they can be kept in a log and replayed:

    {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 120, "rows": 30}
    {"type": "terminal.resize", "terminal": "t1", "columns": 100, "rows": 24}
    {"type": "terminal.close", "terminal": "t1"}
    {"type": "line", "terminal": "t1", "text": "kubectl get pods"}     a whole line, edited and echoed where it was typed
    {"type": "keys", "terminal": "t1", "data": "\\x03"}                 bytes as typed; the terminal echoes, ^C, ^D, ^Z, ^\\ act
    {"type": "file.save", "host": "master", "path": "/root/myapp.yaml", "content": "..."}
    {"type": "editor.close", "host": "master", "path": "/root/myapp.yaml"}
    {"type": "fault.set", "id": "f1", "fault": {"type": "node-down", "node": "node01", "from": 0, "until": 600}}
                                                  as in a scenario's `faults` (simulator/cluster/fault_kinds.py), its times in seconds
                                                  from now; one with the same id is replaced; without an id it gets one
    {"type": "fault.clear", "id": "f1"}           end it; without an id: all

and those of the learner's own tools outside the cluster (simulator/cluster/remote.py), of which `submit` returns more:

    {"type": "api", "request": {...}}                     a Request as plain data: {"response": {code, body, warnings}}
    {"type": "stream.open", "stream": "s1", "request": {...}}      logs, exec, attach, portforward: {"response": ...}
    {"type": "stream.connect", "stream": "s1", "channel": "1", "port": 80}                          port-forward only
    {"type": "stream.data", "stream": "s1", "channel": "stdin", "data": base64}
    {"type": "stream.end", "stream": "s1", "channel": "stdin"}
    {"type": "stream.resize", "stream": "s1", "columns": 100, "rows": 24}
    {"type": "stream.close", "stream": "s1"}
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulator.cluster.cluster import Cluster
from simulator.cluster.fault_kinds import fault
from simulator.cluster.remote import Remote
from simulator.cluster.scenario import ScenarioError
from simulator.cluster.screens import Screens
from simulator.runtime.syscalls import UnixError

LARGEST_FILE = 3 << 20
LARGEST_LINE = 64 << 10
MOST_TERMINALS = 8


class Refused(Exception):
    """An input that cannot be taken; the text says why."""


class Place(NamedTuple):
    """Where inputs happen: a cluster, and what its terminals show."""

    cluster: Cluster
    screens: Screens


def take(place: Place, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Let an input happen now; what came of it, or {"error": text} where nothing did."""
    kind = str(entry.get("type"))
    action = ACTIONS.get(kind)
    if action is None and kind not in FROM_OUTSIDE:
        return {"error": f"unknown input {entry.get('type')!r}"}
    try:
        if action is None:
            return FROM_OUTSIDE[kind](place.cluster.remote, entry)
        action(place, entry)
    except (Refused, ScenarioError, UnixError) as error:
        return {"error": str(error)}
    except (KeyError, TypeError, ValueError) as error:
        return {"error": f"malformed input: {error!r}"}
    return {}


def text_of(entry: Mapping[str, Any], key: str, limit: int) -> str:
    """A piece of text in an input; raises Refused if it is none or too long."""
    text = entry[key]
    if not isinstance(text, str):
        raise Refused(f"{key} must be text")
    if len(text) > limit:
        raise Refused(f"{key} is too long: {len(text)} characters of at most {limit}")
    return text


def size_of(entry: Mapping[str, Any]) -> tuple[int, int]:
    """Columns and rows in an input."""
    return min(max(int(entry["columns"]), 20), 500), min(max(int(entry["rows"]), 5), 200)


def known_terminal(place: Place, entry: Mapping[str, Any]) -> str:
    """The terminal that an input is for; raises Refused where there is none."""
    name = text_of(entry, "terminal", 64)
    if name not in place.cluster.machines.terminals():
        raise Refused(f"there is no terminal {name!r}")
    return name


def type_line(place: Place, entry: Mapping[str, Any]) -> None:
    """A line; at a prompt it begins a command."""
    terminal, text = known_terminal(place, entry), text_of(entry, "text", LARGEST_LINE)
    if place.cluster.machines.terminals()[terminal]["mode"] == "edit":
        place.screens.typed(terminal)
    place.cluster.machines.type_line(terminal, text)


def open_terminal(place: Place, entry: Mapping[str, Any]) -> None:
    """A terminal with a login shell; one that is there already only takes the new size."""
    name, host = text_of(entry, "terminal", 64), text_of(entry, "host", 253)
    if host not in place.cluster.state["nodes"]:
        raise Refused(f"there is no host {host!r}")
    if name in place.cluster.machines.terminals():
        place.cluster.machines.resize(name, *size_of(entry))
        return
    if place.cluster.machines.cri(host).is_off():
        raise Refused(f"ssh: connect to host {host} port 22: No route to host")
    if len(place.cluster.machines.terminals()) >= MOST_TERMINALS:
        raise Refused(f"at most {MOST_TERMINALS} terminals can be open")
    place.cluster.machines.open_terminal(name, host, *size_of(entry))


def save_file(place: Place, entry: Mapping[str, Any]) -> None:
    """A file on a host, written as root; folders on its way are made."""
    host, path = text_of(entry, "host", 253), text_of(entry, "path", 4096)
    if host not in place.cluster.state["nodes"]:
        raise Refused(f"there is no host {host!r}")
    if not path.startswith("/") or "\0" in path:
        raise Refused("the path must begin with /")
    place.cluster.machines.write_file(host, path, text_of(entry, "content", LARGEST_FILE).encode())
    place.cluster.world.tell("file", host=host, path=path)


def set_fault(place: Place, entry: Mapping[str, Any]) -> None:
    """Something breaks."""
    id = text_of(entry, "id", 64) if "id" in entry else ""
    place.cluster.faults.throw(
        fault(entry["fault"], place.cluster.state["nodes"], str(place.cluster.state["home"])), id
    )


def clear_fault(place: Place, entry: Mapping[str, Any]) -> None:
    """Something is whole again."""
    place.cluster.faults.clear(text_of(entry, "id", 64) if "id" in entry else "")


ACTIONS: Mapping[str, Callable[[Place, Mapping[str, Any]], None]] = {
    "terminal.open": open_terminal,
    "terminal.resize": lambda place, entry: place.cluster.machines.resize(
        known_terminal(place, entry), *size_of(entry)
    ),
    "terminal.close": lambda place, entry: place.cluster.machines.close_terminal(known_terminal(place, entry)),
    "line": type_line,
    "keys": lambda place, entry: place.cluster.machines.type_keys(
        known_terminal(place, entry), text_of(entry, "data", LARGEST_LINE)
    ),
    "file.save": save_file,
    "fault.set": set_fault,
    "fault.clear": clear_fault,
    "editor.close": lambda place, entry: place.cluster.machines.editor_closed(
        text_of(entry, "host", 253), text_of(entry, "path", 4096)
    ),
}

FROM_OUTSIDE: Mapping[str, Callable[[Remote, Mapping[str, Any]], dict[str, Any]]] = {
    "api": Remote.ask,
    "stream.open": Remote.open,
    "stream.connect": Remote.connect,
    "stream.data": Remote.take,
    "stream.end": Remote.end,
    "stream.resize": Remote.resize,
    "stream.heard": Remote.heard,
    "stream.close": Remote.close,
}
