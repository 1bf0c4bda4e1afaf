"""The door of the simulator: a cluster as a value, what can be done to it, and what is seen of it.

Inputs of `submit` (plain dicts, so that they can be kept in a log and replayed):

    {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 120, "rows": 30}
    {"type": "terminal.resize", "terminal": "t1", "columns": 100, "rows": 24}
    {"type": "terminal.close", "terminal": "t1"}
    {"type": "line", "terminal": "t1", "text": "kubectl get pods"}     a whole line, edited and echoed where it was typed
    {"type": "keys", "terminal": "t1", "data": "\\x03"}                 bytes as typed; the terminal echoes, ^C, ^D, ^Z, ^\\ act
    {"type": "file.save", "host": "master", "path": "/root/myapp.yaml", "content": "..."}
    {"type": "editor.close", "host": "master", "path": "/root/myapp.yaml"}

Kinds of `Change` that `drain` hands out, in the order in which they happened:

    output     terminal, data (text)
    terminal   terminal, mode ("edit": a prompt waits and the line is edited outside; "line": a program reads lines;
               "raw": it reads keys; "busy": nobody reads; "closed"), prompt, echo
    command    terminal, host, cwd, line, code, output: a command line that the learner typed has ended
    object     type (ADDED, MODIFIED, DELETED), resource ("pods", "deployments.apps"), object
    log        node, namespace, pod, container, attempt, stream, text (one entry)
    file       host, path: a file on a host was written or removed by a program
    editor     host, path, terminal, open (bool)
"""

from collections.abc import Mapping
from typing import Any

from simulator.kernel.world import Change, UnknownVersion

__all__ = ["Change", "Lab", "UnknownVersion"]


class Lab:
    """One learner's cluster."""

    @classmethod
    def boot(cls, scenario: Mapping[str, Any] | None = None, *, seed: int, epoch: int) -> "Lab":
        """A new cluster as *scenario* describes it (see simulator/cluster/scenario.py), born at *epoch* (Unix microseconds)."""
        raise NotImplementedError

    @classmethod
    def restore(cls, data: bytes) -> "Lab":
        """The cluster that `snapshot` stored; raises UnknownVersion."""
        raise NotImplementedError

    def snapshot(self) -> bytes:
        """The whole cluster."""
        raise NotImplementedError

    @property
    def home(self) -> str:
        """The machine at which the learner sits: the host of the control plane."""
        raise NotImplementedError

    @property
    def now(self) -> int:
        """Virtual microseconds since the cluster was born."""
        raise NotImplementedError

    @property
    def unix(self) -> int:
        """The time on the cluster's calendar, in Unix microseconds."""
        raise NotImplementedError

    def next_at(self) -> int | None:
        """When the next timer is due; None while nothing will happen by itself."""
        raise NotImplementedError

    def submit(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Let an input happen now; {} or {"error": text}. A malformed input is an error and changes nothing."""
        raise NotImplementedError

    def advance(self, until: int, *, steps: int | None = None) -> bool:
        """Let virtual time pass to *until*; False if *steps* wake-ups were not enough (call again to go on)."""
        raise NotImplementedError

    def settle(self, horizon: int, *, steps: int | None = None) -> bool:
        """Advance until every terminal waits for its learner and nothing is due within a moment, at most *horizon* on."""
        raise NotImplementedError

    def drain(self) -> list[Change]:
        """What was seen from outside since the last call."""
        raise NotImplementedError

    # --- looking, which changes nothing -----------------------------------------------------------------------------

    def terminals(self) -> dict[str, dict[str, Any]]:
        """Each open terminal: host, mode, prompt, echo, columns, rows."""
        raise NotImplementedError

    def complete(self, terminal: str, text: str) -> dict[str, Any]:
        """Completions of the last word of *text*: {"start": offset of the word, "words": [...]}."""
        raise NotImplementedError

    def table(self, resource: str, namespace: str | None = None, *, wide: bool = False) -> dict[str, Any]:
        """The Table that the API server prints for *resource*, its rows with the objects' metadata."""
        raise NotImplementedError

    def find(self, resource: str, namespace: str | None, name: str) -> dict[str, Any] | None:
        """An object, or None."""
        raise NotImplementedError

    def objects(self, resource: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """Objects, in the order of the API server."""
        raise NotImplementedError

    def describe(self, resource: str, namespace: str | None, name: str) -> str:
        """What `kubectl describe` prints now; empty if there is no such object."""
        raise NotImplementedError

    def logs(self, namespace: str, pod: str, container: str, *, lines: int = 500) -> list[tuple[int, str, str]]:
        """The last *lines* entries of the current container's log: (Unix microseconds, stream, text)."""
        raise NotImplementedError

    def files(self, host: str, path: str) -> list[dict[str, Any]]:
        """The files below *path* on a host, without hidden ones: path, kind, size."""
        raise NotImplementedError

    def read_file(self, host: str, path: str) -> str | None:
        """The text of a file; None if there is none or it is no text."""
        raise NotImplementedError

    def stat_file(self, host: str, path: str) -> dict[str, Any] | None:
        """kind, mode, uid, gid, size of a file on a host; None if there is none."""
        raise NotImplementedError
