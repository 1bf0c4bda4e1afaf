"""What a watcher is told besides what happens."""

from typing import Any

from labsite.door.watches import BOOKMARK_S, Watcher
from simulator.lab import Lab

EPOCH = 1_795_187_045_000_000


def watch(lab: Lab, **query: str) -> Watcher:
    """A watch of ConfigMaps from now on."""
    found = {key: [value] for key, value in {"watch": "true", "resourceVersion": str(revision(lab)), **query}.items()}
    response = lab.read({"verb": "watch", "resource": "configmaps", "namespace": "default", "query": found})
    return Watcher(response["watch"])


def revision(lab: Lab) -> int:
    response = lab.read({"verb": "list", "resource": "configmaps", "namespace": "default"})
    return int(response["body"]["metadata"]["resourceVersion"])


def seen(watcher: Watcher, lab: Lab) -> list[Any]:
    events = watcher.see(lab, 0)
    assert events is not None
    return [event["type"] for event in events]


def test_each_minute_a_watcher_is_told_how_far_it_is_if_it_wants_to_know() -> None:
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    wants, does_not = watch(lab, allowWatchBookmarks="true"), watch(lab)
    assert seen(wants, lab) == seen(does_not, lab) == []
    for watcher in (wants, does_not):
        watcher.marked -= BOOKMARK_S
    assert (seen(wants, lab), seen(does_not, lab)) == (["BOOKMARK"], [])
    assert seen(wants, lab) == []


def test_a_bookmark_ends_what_there_was_at_the_beginning() -> None:
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    query = {"allowWatchBookmarks": "true", "sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
    watcher = watch(lab, **query)
    assert seen(watcher, lab) == ["ADDED", "BOOKMARK"]
    assert seen(watcher, lab) == []
