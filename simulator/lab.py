"""The door of the simulator: a cluster as a value, what can be done to it, and what is seen of it.

What `submit` takes stands in simulator/cluster/inputs.py.

Kinds of `Change` that `drain` hands out, in the order in which they happened:

    output     terminal, data (text)
    terminal   terminal, mode ("edit": a prompt waits and the line is edited outside; "line": a program reads lines;
               "raw": it reads keys; "busy": nobody reads; "closed"), prompt, echo
    command    terminal, host, cwd, line, code, output: a command line that the learner typed has ended
    object     type (ADDED, MODIFIED, DELETED), resource ("pods", "deployments.apps"), object
    log        node, namespace, pod, container, attempt, stream, text (one entry)
    probe      namespace, pod, container, probe ("startup", "liveness", "readiness"), outcome ("success", "failure"), run, needed:
               a probe found out the same for the *run*th time of *needed*; after that it is no news
    hook       namespace, pod, container, hook ("postStart", "preStop"), outcome ("begun", "success", "failure", "error", "abandoned")
    signal     namespace, pod, container, attempt, signal ("TERM"): sent to the first process of a container
    file       host, path: a file on a host was written or removed, by a program or from the editor
    editor     host, path, terminal, open (bool)
    wish       host, terminal, what: a program asks something of the page around the console ("kubeconfig")
    refusal    terminal, host, failures: kubectl at that terminal could not do what it was told, and what was answered
    failure    component, key, error, trace: the simulator itself failed there; what was begun is dropped, all else goes on
    stream     stream, channel, data (bytes; empty at the end of the channel): what a stream from outside carries
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.api.addresses import request_of
from simulator.api.errors import ApiError
from simulator.api.json_text import why_no_json, why_no_object
from simulator.api.protobuf import decode as from_protobuf
from simulator.api.requests import Request, Response, is_true
from simulator.api.wire import arranged
from simulator.apiserver.authorization import VIEWER
from simulator.apiserver.tables.table import printer_of
from simulator.cluster import inputs, onlooker
from simulator.cluster.cluster import Cluster
from simulator.cluster.fault_kinds import FAULTS
from simulator.cluster.hosts import tree
from simulator.cluster.installed import keeping
from simulator.cluster.mishaps import Mishaps
from simulator.cluster.scenario import ScenarioError, parse
from simulator.cluster.scenario_schema import schema as scenario_schema
from simulator.cluster.screens import Screens
from simulator.inventory import Section, inventory
from simulator.kernel.units import MILLISECOND
from simulator.kernel.world import Change, UnknownVersion, World
from simulator.kubectl import stand_in
from simulator.kubectl.completion import complete as complete_kubectl
from simulator.kubectl.describe import describe
from simulator.kubectl.printers import to_yaml, unmanaged
from simulator.kubectl.shapes import custom_kinds, custom_shape, kinds, shape
from simulator.kubectl.table import KUBECTL
from simulator.programs.table import ANSWERS, PROGRAMS
from simulator.runtime.syscalls import UnixError
from simulator.shell.completion import Hook, complete
from simulator.shell.table import SHELLS
from simulator.why import answers
from simulator.why.kinds import KINDS as WHY_KINDS

__all__ = [
    "FAULTS",
    "VIEWER",
    "WHY_KINDS",
    "ApiError",
    "Change",
    "Lab",
    "ScenarioError",
    "Section",
    "UnknownVersion",
    "arranged",
    "from_protobuf",
    "inventory",
    "is_true",
    "kinds",
    "request_of",
    "scenario_schema",
    "shape",
    "why_no_json",
    "why_no_object",
]

TABLE = {**PROGRAMS, **SHELLS, **KUBECTL}
COMPLETERS: dict[str, Hook] = {"kubectl": complete_kubectl, "k": complete_kubectl}
INSTALLED = keeping(lambda world, scenario: Cluster.install(world, TABLE, ANSWERS, scenario).world)
MOMENT = 20 * MILLISECOND  # what is due within a moment belongs to what has just happened
LARGEST_SCRIPT = 64 << 10


class Lab:
    """One learner's cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.world = cluster.world
        self.machines = cluster.machines
        self.screens = Screens(self.world)
        self.mishaps = Mishaps(self.world)
        self.trials: tuple[bytes, dict[tuple[str, ...], dict[str, Any] | None]] = (b"", {})

    @classmethod
    def boot(cls, scenario: Mapping[str, Any] | None = None, *, seed: int, epoch: int) -> "Lab":
        """A new cluster as *scenario* describes it (see simulator/cluster/scenario.py), at *epoch* (Unix microseconds) on its
        calendar; raises ScenarioError."""
        found = parse(scenario)
        lab = cls(Cluster(INSTALLED(found, seed, epoch), TABLE, ANSWERS))
        lab.cluster.begin(found)
        return lab

    @classmethod
    def restore(cls, data: bytes) -> "Lab":
        """The cluster that `snapshot` stored; raises UnknownVersion."""
        lab = cls(Cluster(World.from_bytes(data), TABLE, ANSWERS))
        lab.cluster.take_over()
        return lab

    def snapshot(self) -> bytes:
        """The whole cluster."""
        return self.world.to_bytes()

    @property
    def home(self) -> str:
        """The machine at which the learner sits: the host of the control plane."""
        return str(self.cluster.state["home"])

    @property
    def now(self) -> int:
        """Virtual microseconds since the cluster was made."""
        return self.world.now

    @property
    def unix(self) -> int:
        """The time on the cluster's calendar, in Unix microseconds."""
        return self.world.unix

    def next_at(self) -> int | None:
        """When the next timer is due; None while nothing will happen by itself."""
        return self.world.agenda.next_at()

    # --- moving it -------------------------------------------------------------------------------------------------------

    def submit(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Let an input happen now (simulator/cluster/inputs.py); {} or {"error": text}. A malformed input is an error and changes nothing."""
        return inputs.take(inputs.Place(self.cluster, self.screens), entry)

    def advance(self, until: int, *, steps: int | None = None) -> bool:
        """Let virtual time pass to *until*; False if *steps* wake-ups were not enough (call again to go on)."""
        return self.cluster.advance(until, steps)

    def settle(self, horizon: int, *, steps: int | None = None) -> bool:
        """Advance until every terminal waits for its learner and nothing is due within a moment, at most *horizon* on.

        False if *steps* wake-ups were not enough; then call again with what is left of the horizon."""
        end = self.now + horizon
        left = steps
        while (due := self.next_at()) is not None and due <= end and not self.quiet(due):
            if left is not None and left <= 0:
                return False
            self.cluster.advance(due, 1)
            left = None if left is None else left - 1
        return True

    def quiet(self, due: int) -> bool:
        """Whether no terminal is busy, and the next timer, *due* then, is more than a moment away."""
        busy = any(terminal["mode"] == "busy" for terminal in self.machines.terminals().values())
        return not busy and due > self.now + MOMENT

    def drain(self) -> list[Change]:
        """What was seen from outside since the last call."""
        return self.world.drain()

    # --- looking, which changes nothing ------------------------------------------------------------------------------------

    def terminals(self) -> dict[str, dict[str, Any]]:
        """Each open terminal: host, mode, prompt, echo, columns, rows."""
        return self.machines.terminals()

    def complete(self, terminal: str, text: str) -> dict[str, Any]:
        """Completions of the last word of *text*: {"start": offset of the word, "words": [...]}."""
        try:
            return complete(self.machines.sys(terminal), text, COMPLETERS)
        except (KeyError, UnixError):
            return {"start": len(text), "words": []}

    def custom_kinds(self) -> list[tuple[str, str]]:
        """Version and kind of what CustomResourceDefinitions have brought; `kinds` has those of every cluster."""
        return custom_kinds(self.ask)

    def custom_shape(self, api_version: str, kind: str) -> dict[str, Any] | None:
        """What an editor needs to know of a custom kind, as `shape` tells of the others; None if there is no such kind."""
        return custom_shape(self.ask, api_version, kind)

    def table(self, resource: str, namespace: str | None = None) -> dict[str, Any]:
        """The Table that the API server prints for *resource*, its rows with the objects' metadata; {} where it refuses."""
        answer = self.ask(Request("list", resource, namespace, accept="table"))
        return {} if answer.failed else dict(answer.body)

    def printed(self, resource: str, obj: dict[str, Any]) -> dict[str, str]:
        """The cells that the API server prints now for *obj*, which may be a state that has passed, by the column's name."""
        printer = printer_of(self.cluster.api.catalogue, resource)
        cells = map(str, printer.cells(obj, self.unix))
        return dict(zip([column.name for column in printer.columns], cells, strict=True))

    def find(self, resource: str, namespace: str | None, name: str) -> dict[str, Any] | None:
        """An object, or None."""
        try:
            return self.cluster.api.find(resource, namespace, name)
        except (ApiError, KeyError):
            return None

    def objects(self, resource: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """Objects, in the order of the API server."""
        return self.cluster.api.list(resource, namespace)

    def describe(self, resource: str, namespace: str | None, name: str) -> str:
        """What `kubectl describe` prints now; empty if there is no such object."""
        return describe(self.ask, resource, namespace, name, self.unix)

    def why(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Why something is as it is: a chain of causes without prose (simulator/why/answers.py says what can be asked)."""
        return answers.answer(self.cluster, self.mishaps.state, question)

    def mishap(self, terminal: str) -> str:
        """The last command line of a terminal that failed; empty if none has."""
        return self.mishaps.last(terminal)

    def logs(self, namespace: str, pod: str, container: str, *, lines: int = 500) -> list[tuple[int, str, str]]:
        """The last *lines* entries of the current container's log: (Unix microseconds, stream, text)."""
        return self.cluster.log_entries(namespace, pod, container)[-lines:]

    def files(self, host: str, path: str) -> list[dict[str, Any]]:
        """The files below *path* on a host, without hidden ones: path, kind, size."""
        return tree(self.machines, host, path)

    def registries(self) -> list[dict[str, Any]]:
        """The images in the scenario's own registries, as those show them: registry, kind, project, repository, tag, digest, size in
        bytes, pulls, private."""
        return self.machines.registries()

    def faults(self) -> list[dict[str, Any]]:
        """What is broken, or will be: id, type, what it strikes, from, until (virtual microseconds), active."""
        return self.cluster.faults.shown()

    def editors(self, host: str) -> list[str]:
        """The paths of the files for which a program on a host waits until the learner's editor is closed."""
        return sorted(self.machines.tables.hosts[host]["editors"])

    def read_file(self, host: str, path: str) -> str | None:
        """The text of a file; None if there is none or it is no text."""
        try:
            return self.machines.read_file(host, path).decode()
        except (UnixError, UnicodeDecodeError):
            return None

    def read_file_in(self, namespace: str, pod: str, container: str, path: str) -> str | None:
        """The text of a file as a container sees it; None if there is none, or no such container."""
        found = onlooker.container(self.cluster, namespace, pod, container)
        return onlooker.file_in(self.cluster, found[1], path) if found else None

    def files_in(self, namespace: str, pod: str, container: str, path: str) -> list[dict[str, Any]]:
        """What is in a folder as a container sees it: path, kind, size, mode, uid, gid; a bounded number, folders first."""
        found = onlooker.container(self.cluster, namespace, pod, container)
        return onlooker.files_in(self.cluster, found[1], path) if found else []

    def processes_in(self, namespace: str, pod: str, container: str) -> list[dict[str, Any]]:
        """The processes in a container, by their numbers there: pid, ppid, uid, state, command, memory (bytes), started (Unix
        microseconds)."""
        found = onlooker.container(self.cluster, namespace, pod, container)
        return onlooker.processes_in(self.cluster, found[1]) if found else []

    def folder(self, host: str, path: str) -> list[dict[str, Any]]:
        """The same of a folder on a host."""
        return onlooker.files_on(self.cluster, host, path)

    def processes(self, host: str) -> list[dict[str, Any]]:
        """The same of the processes of a host, without those in containers."""
        return onlooker.processes_on(self.cluster, host)

    def yaml(self, resource: str, namespace: str | None, name: str) -> str:
        """What `kubectl get -o yaml` prints now; empty if there is no such object."""
        found = self.find(resource, namespace, name)
        return to_yaml(unmanaged(found)) if found else ""

    def fetch(
        self, url: str, *, host: str = "", container: tuple[str, str, str] | None = None
    ) -> dict[str, Any] | None:
        """What a GET of *url* is answered now on *host*, or in a container (namespace, Pod, container): {status, headers, body},
        the names of headers in small letters; None if nobody answers. It is tried on a copy, and leaves no trace."""
        if container:
            return self.tried((url, *container), lambda copy: onlooker.fetch_in(copy, *container, url))
        return self.tried((url, host), lambda copy: onlooker.fetch_on(copy, host, url))

    def run_script(self, script: str, *, host: str) -> dict[str, Any] | None:
        """How a script would end now on *host*: {code, output}; the code is None where it does not end within a bounded time and
        number of steps, all is None where there is no such host. It is run on a copy, and leaves no trace."""
        if len(script) > LARGEST_SCRIPT:
            return {"code": None, "output": f"the script is longer than {LARGEST_SCRIPT} characters"}
        return self.tried(("run", host, script), lambda copy: onlooker.run_on(copy, host, script))

    def tried(self, what: tuple[str, ...], act: Callable[[Cluster], dict[str, Any] | None]) -> dict[str, Any] | None:
        """What comes of *act* on a copy; as long as the cluster does not change, the same is tried once."""
        data = self.snapshot()
        if self.trials[0] != data:
            self.trials = (data, {})
        if what not in self.trials[1]:
            self.trials[1][what] = act(Lab.restore(data).cluster)
        return self.trials[1][what]

    def stat_file(self, host: str, path: str) -> dict[str, Any] | None:
        """kind, mode, uid, gid, size of a file on a host; None if there is none."""
        found = self.machines.stat(host, path)
        return found._asdict() if found else None

    def read(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request (plain data, as in `submit`) that only reads: {code, body, warnings}, or {"watch"}: what
        `events` is to be asked for. Raises ValueError for a request that may change something."""
        return self.cluster.remote.read(request)

    def events(self, watch: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
        """The events of a watch after its revision `rv`, and the revision to go on from; raises ApiError (Expired)."""
        return self.cluster.api.events_since(watch, watch["rv"])

    def bookmark(self, watch: dict[str, Any], *, initial: bool = False) -> dict[str, Any]:
        """An event that says how far a watch has come."""
        return self.cluster.api.bookmark(watch, initial=initial)

    def ask(self, request: Request) -> Response:
        """A request to the API server, as the administrator."""
        return self.cluster.api.handle(request)


def use_client_from_outside() -> None:
    """From now on, in this process, `kubectl` on the machines is a stand-in for a real client (simulator/kubectl/stand_in.py)."""
    TABLE["kubectl"] = stand_in.main
