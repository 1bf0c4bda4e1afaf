"""The lives of Pods: what happened to each, as facts on lanes, from the cluster's own objects, events and what the kubelet did.

A fact is {at (virtual microseconds), lane, state, text, n?, event?: the name of the event that tells of it}. Lanes, and their states:

status                  look at the text: it is the printed STATUS, and "gone" at the end
condition/TYPE          True, False, Unknown                        text: the reason
init/NAME               waiting, running, ended, failed             text: the reason; n: of a run its number from 0, of an end the exit code
container/NAME          the same; ephemeral/NAME too
pull/NAME               begun, done, failed, waiting                text: the event's message
probe/NAME/PROBE        success, failure                            text: "2/3"; n: how many in a row
hook/NAME/HOOK          begun, success, failure, error, abandoned
signal/NAME             TERM, KILL, ...                             to the container's first process
event                   Normal, Warning                             text: reason and message; n: how often it was seen
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from labsite.console.tables import visible
from simulator.lab import Change, Lab

Fact = dict[str, Any]
Pod = dict[str, Any]

LONGEST = 200
MOST = 2000  # facts of one turn; of too many, lanes go in this order
FIRST_TO_GO = ("event", "condition", "probe", "pull", "signal", "hook", "init", "container")
GONE = "gone"
FIELDS = {
    "init": "initContainerStatuses",
    "container": "containerStatuses",
    "ephemeral": "ephemeralContainerStatuses",
}
CONTAINER = re.compile(r"\{([a-z0-9-]{1,63})\}$")
PULLS = (
    ("Pulling", "", "begun"),
    ("Pulled", "", "done"),
    ("Failed", "Failed to pull image", "failed"),
    ("BackOff", "Back-off pulling image", "waiting"),
)


class Piece(NamedTuple):
    """Facts of one Pod that are still to be stored: what happened after the input *number*."""

    number: int
    pod: str  # NAMESPACE/NAME
    uid: str
    facts: list[Fact]


def fact(at: int, lane: str, state: str, text: str = "", n: int | None = None) -> Fact:
    """A fact, cut to what can be stored; PostgreSQL stores no NUL."""
    made: Fact = {"at": at, "lane": lane, "state": state, "text": text.replace("\0", "")[:LONGEST]}
    return made if n is None else made | {"n": n}


class Watch:
    """Notices what happens to Pods. It knows each as it was when it was looked at last."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.birth = lab.unix - lab.now
        self.known = {place(pod): pod for pod in lab.objects("pods") if visible(pod)}
        self.uids = {key: uid_of(pod) for key, pod in self.known.items()}

    def begun(self, number: int) -> list[Piece]:
        """The lives of the Pods that are there when the history begins, as far as their own times tell them."""
        now = self.lab.now
        return [
            Piece(number, key, uid_of(pod), sorted(self.changed(now, {}, pod), key=lambda each: each["at"]))
            for key, pod in self.known.items()
        ]

    def notice(self, number_at: Callable[[int], int], changes: Iterable[Change]) -> list[Piece]:
        """What *changes* add to lives; *number_at* says which input was the last at a time."""
        found = [
            (number_at(change.at), key, uid, each)
            for change in changes
            if change.kind in NOTICED
            for key, uid, each in NOTICED[change.kind](self, change)
        ]
        return pieces(fewer(found))

    # --- the kinds of change

    def of_object(self, change: Change) -> Iterator[tuple[str, str, Fact]]:
        """A Pod has changed, or an event tells of one."""
        obj, resource = change.data["object"], change.data["resource"]
        if not visible(obj):
            return
        if resource == "pods":
            yield from self.of_pod(change.at, obj, deleted=change.data["type"] == "DELETED")
        elif resource == "events" and change.data["type"] != "DELETED":
            about = obj.get("involvedObject") or {}
            if about.get("kind") == "Pod":
                yield (
                    f"{about.get('namespace', '')}/{about.get('name', '')}",
                    str(about.get("uid", "")),
                    told(change.at, obj),
                )

    def of_pod(self, at: int, pod: Pod, *, deleted: bool) -> Iterator[tuple[str, str, Fact]]:
        """A Pod is another now, or gone."""
        key, uid = place(pod), uid_of(pod)
        before = self.known.get(key, {})
        if before and uid_of(before) != uid:
            before = {}
        for each in self.changed(at, before, pod):
            yield key, uid, each
        self.known[key], self.uids[key] = pod, uid
        if deleted:
            del self.known[key]
            yield key, uid, fact(at, "status", GONE, GONE)

    def of_kubelet(self, change: Change) -> Iterator[tuple[str, str, Fact]]:
        """A probe, a hook or a signal."""
        data = change.data
        key = f"{data['namespace']}/{data['pod']}"
        if key in self.uids:
            yield key, self.uids[key], KUBELET[change.kind](change.at, data)

    # --- what is another about a Pod

    def changed(self, at: int, before: Pod, pod: Pod) -> Iterator[Fact]:
        """What is different between two states of a Pod, the later of which was there at *at*."""
        word, was = self.word(pod), self.word(before)
        if word != was:
            begun = at if before else self.moment(pod["metadata"].get("creationTimestamp"), at)
            yield fact(begun, "status", "", word)
        yield from self.conditions(at, before, pod)
        for kind, field in FIELDS.items():
            old = {each["name"]: each for each in before.get("status", {}).get(field) or ()}
            for each in pod.get("status", {}).get(field) or ():
                yield from self.container(at, f"{kind}/{each['name']}", old.get(each["name"], {}), each)

    def word(self, pod: Pod) -> str:
        """The printed status; empty for no Pod."""
        return self.lab.printed("pods", pod).get("Status", "") if pod else ""

    def conditions(self, at: int, before: Pod, pod: Pod) -> Iterator[Fact]:
        """Conditions that are others now."""
        old = {each["type"]: each for each in before.get("status", {}).get("conditions") or ()}
        for each in pod.get("status", {}).get("conditions") or ():
            was = old.get(each["type"], {})
            if (each["status"], each.get("reason")) != (was.get("status"), was.get("reason")):
                begun = at if before else self.moment(each.get("lastTransitionTime"), at)
                yield fact(begun, f"condition/{each['type']}", each["status"], str(each.get("reason") or ""))

    def container(self, at: int, lane: str, before: Pod, status: Pod) -> Iterator[Fact]:
        """A container's state is another now; a run that nobody saw because it was short has left its times."""
        last = (status.get("lastState") or {}).get("terminated")
        state, was = status.get("state") or {}, before.get("state") or {}
        ends = [(before.get("lastState") or {}).get("terminated"), was.get("terminated")]
        if last and last not in ends:
            yield from self.run(at, lane, before, last, int(status.get("restartCount") or 1) - 1)
        if state == was:
            return
        if ended := state.get("terminated"):
            yield from self.run(at, lane, before, ended, int(status.get("restartCount") or 0))
        elif running := state.get("running"):
            yield fact(
                self.moment(running.get("startedAt"), at), lane, "running", "", int(status.get("restartCount") or 0)
            )
        elif waiting := state.get("waiting"):
            yield fact(at, lane, "waiting", str(waiting.get("reason") or ""))

    def run(self, at: int, lane: str, before: Pod, ended: Pod, number: int) -> Iterator[Fact]:
        """The end of a run, and its beginning if that was not seen."""
        running = (before.get("state") or {}).get("running") or {}
        if ended.get("startedAt") and running.get("startedAt") != ended["startedAt"]:
            yield fact(self.moment(ended["startedAt"], at), lane, "running", "", number)
        code = int(ended.get("exitCode") or 0)
        state = "failed" if code else "ended"
        yield fact(self.moment(ended.get("finishedAt"), at), lane, state, str(ended.get("reason") or ""), code)

    def moment(self, written: str | None, at: int) -> int:
        """The virtual time of a time as the API writes it, which was not after *at*."""
        if not written:
            return at
        return min(int(datetime.fromisoformat(written).timestamp() * 1_000_000) - self.birth, at)


# --- facts of other kinds ---------------------------------------------------------------------------------------------------


def told(at: int, event: Pod) -> Fact:
    """An event about a Pod: a step of an image pull, or what it says."""
    reason, message = str(event.get("reason") or ""), str(event.get("message") or "")
    found = CONTAINER.search(str((event.get("involvedObject") or {}).get("fieldPath") or ""))
    named_by = {"event": str(event["metadata"]["name"])}
    for named, beginning, state in PULLS:
        if found and reason == named and message.startswith(beginning):
            return fact(at, f"pull/{found[1]}", state, message) | named_by
    count = int((event.get("series") or {}).get("count") or event.get("count") or 1)
    return fact(at, "event", str(event.get("type") or "Normal"), f"{reason}: {message}", count) | named_by


def probed(at: int, data: dict[str, Any]) -> Fact:
    """What a probe found out."""
    text = f"{data['run']}/{data['needed']}"
    return fact(at, f"probe/{data['container']}/{data['probe']}", data["outcome"], text, data["run"])


def hooked(at: int, data: dict[str, Any]) -> Fact:
    """A hook began or ended."""
    return fact(at, f"hook/{data['container']}/{data['hook']}", data["outcome"])


def signalled(at: int, data: dict[str, Any]) -> Fact:
    """A container got a signal."""
    return fact(at, f"signal/{data['container']}", data["signal"])


KUBELET: dict[str, Callable[[int, dict[str, Any]], Fact]] = {"probe": probed, "hook": hooked, "signal": signalled}
NOTICED: dict[str, Callable[[Watch, Change], Iterator[tuple[str, str, Fact]]]] = {
    "object": Watch.of_object,
    **dict.fromkeys(KUBELET, Watch.of_kubelet),
}


# --- few enough, and in pieces ------------------------------------------------------------------------------------------------

Found = list[tuple[int, str, str, Fact]]


def fewer(found: Found) -> Found:
    """No more than a turn may leave: of too many, whole kinds of lanes go, and at last the newest."""
    for kind in FIRST_TO_GO:
        if len(found) <= MOST:
            return found
        found = [each for each in found if each[3]["lane"].partition("/")[0] != kind]
    return found[:MOST]


def pieces(found: Found) -> list[Piece]:
    """The facts of each Pod after each input, in order."""
    ordered = sorted(found, key=lambda each: each[:3])
    return [
        Piece(number, pod, uid, [each[3] for each in group])
        for (number, pod, uid), group in groupby(ordered, key=lambda each: each[:3])
    ]


def of_row(row: Any) -> dict[str, Any]:
    """A stored piece as browsers are told of it."""
    return {"pod": row.pod, "uid": row.uid, "facts": row.facts}


def place(pod: Pod) -> str:
    """NAMESPACE/NAME."""
    return f"{pod['metadata'].get('namespace', '')}/{pod['metadata']['name']}"


def uid_of(pod: Pod) -> str:
    """Which of all Pods that ever had this name."""
    return str(pod["metadata"].get("uid", ""))
