"""What a cluster tells, in the console's words."""

from typing import Any

import pytest

from labsite.console import focus, tables, translate
from labsite.console.languages import localised
from labsite.sandboxes import screens
from simulator.kernel.world import Change
from tests.labsite.echo_lab import EchoLab


def output(text: str, terminal: str = "t1") -> Change:
    """A piece of output."""
    return Change(0, "output", {"terminal": terminal, "data": text})


def changed(name: str, namespace: str = "default", kind: str = "MODIFIED") -> Change:
    """A Pod that was changed."""
    pod = {"metadata": {"name": name, "namespace": namespace}}
    return Change(0, "object", {"type": kind, "resource": "pods", "object": pod})


@pytest.fixture
def lab() -> EchoLab:
    """A cluster with a Pod."""
    lab = EchoLab.boot({}, seed=1, epoch=0)
    lab.submit({"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})
    lab.submit({"type": "line", "terminal": "t1", "text": "pod web"})
    lab.drain()
    return lab


def test_pieces_of_output_are_joined_for_each_terminal_in_order(lab: EchoLab) -> None:
    told = translate.messages(lab, [output("a"), output("b"), output("c", "t2"), output("d")])
    assert [(message["terminal"], message["data"]) for message in told] == [("t1", "ab"), ("t2", "c"), ("t1", "d")]


def test_a_changed_object_is_told_as_its_row_and_a_deleted_one_as_gone(lab: EchoLab) -> None:
    changes = [changed("web"), changed("old", kind="DELETED"), changed("dns", "kube-system")]
    told, on_map = translate.messages(lab, changes)
    assert [row["key"] for row in told["put"]] == ["default/web"]
    assert told["gone"] == ["default/old"]
    assert [thing["key"] for thing in on_map["put"]] == ["pods/default/web"]
    assert on_map["gone"] == ["pods/default/old"]


def test_what_changes_in_the_clusters_own_namespaces_is_not_told(lab: EchoLab) -> None:
    assert translate.messages(lab, [changed("coredns", "kube-system")]) == []


def test_a_table_leaves_out_wide_columns(lab: EchoLab) -> None:
    found = tables.table(lab, "pods")
    assert found["columns"] == ["Name", "Age"]
    assert found["rows"][0]["cells"] == ["web", {"since": 1795165200000}]


class Restarted:
    """A cluster with one Pod whose container was restarted."""

    def find(self, resource: str, namespace: str | None, name: str) -> dict[str, Any]:
        ended = {"lastState": {"terminated": {"finishedAt": "2026-11-20T09:00:05Z"}}}
        return {"status": {"containerStatuses": [{"lastState": {}}, ended]}, "lastTimestamp": "2026-11-20T09:00:07Z"}


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("restarts", "0", "0"),
        ("restarts", 0, "0"),
        ("restarts", "1 (5s ago)", {"text": "1 ({} ago)", "since": 1795165205000}),
        ("last seen", "5s", {"since": 1795165207000}),
        ("age", "<unknown>", "<unknown>"),
        ("status", "Running", "Running"),
    ],
)
def test_ages_are_told_as_moments(column: str, value: Any, cell: Any) -> None:
    row = {"cells": [value], "object": {"metadata": {"name": "web", "namespace": "default"}}}
    assert tables.cell(Restarted(), "events", row, column, 0) == cell  # type: ignore[arg-type]


def test_the_focus_falls_on_the_first_container(lab: EchoLab) -> None:
    wish = {"namespace": "", "pod": "web", "container": ""}
    found = focus.moved(lab, wish)
    where = {"resource": "pods", "namespace": "default", "pod": "web", "container": "main"}
    assert found == {**where, "view": "", "path": "/"}
    assert focus.described(lab, found)["describe"] == "Name: web\n"
    assert focus.moved(lab, {**wish, "pod": ""}) == {}


def test_new_lines_of_the_log_are_told_and_another_attempt_begins_anew(lab: EchoLab) -> None:
    looked = {"namespace": "default", "pod": "web", "container": "main", "attempt": 0}

    def entry(attempt: int, container: str = "main") -> Change:
        where = {"namespace": "default", "pod": "web", "container": container}
        return Change(0, "log", {**where, "attempt": attempt, "stream": "stdout", "text": "hello"})

    same, told = focus.follow(lab, looked, [entry(0), entry(0), entry(0, "other")])
    assert (same, told[0]["lines"], told[0]["fresh"]) == (looked, ["hello", "hello"], False)
    moved, told = focus.follow(lab, looked, [entry(1)])
    assert (moved["attempt"], told[0]["fresh"]) == (1, True)


def test_the_description_follows_the_pod_and_its_events_alone(lab: EchoLab) -> None:
    looked = {"namespace": "default", "pod": "web", "container": "main"}
    about = {
        "metadata": {"name": "e", "namespace": "default"},
        "involvedObject": {"namespace": "default", "name": "web"},
    }
    event = Change(0, "object", {"type": "ADDED", "resource": "events", "object": about})
    for changes, count in (([changed("web")], 1), ([changed("api")], 0), ([event, changed("web")], 1)):
        assert len(focus.follow(lab, looked, changes)[1]) == count


def test_a_screen_is_cut_at_the_beginning_of_a_line() -> None:
    text = "".join(f"line {number}\n" for number in range(10_000))
    kept = screens.after({}, [output(text)])["t1"]
    assert len(kept) <= screens.KEPT
    assert kept.startswith("line ")
    assert kept.endswith("line 9999\n")


def test_a_closed_terminal_is_forgotten() -> None:
    closed = Change(0, "terminal", {"terminal": "t1", "mode": "closed", "prompt": "", "echo": True})
    assert screens.after({"t1": "x", "t2": "y"}, [closed]) == {"t2": "y"}


def test_texts_come_in_the_learners_language() -> None:
    text = {"en": "done", "zh-hans": "完成"}
    assert localised({"html": text, "list": [text, 1]}, "zh-hans") == {"html": "完成", "list": ["完成", 1]}
    assert localised(text, "fr") == "done"
