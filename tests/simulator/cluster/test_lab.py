"""The door: inputs that cannot be taken change nothing, and what is seen from outside is in order."""

import msgspec
import pytest

from simulator.kernel.stored import MARK, VERSION
from simulator.lab import Lab, UnknownVersion

EPOCH = 1_795_165_200_000_000
MOMENT = 1_000_000


@pytest.fixture
def lab():
    lab = Lab.boot({"nodes": [{"name": "master", "roles": ["control-plane"]}]}, seed=1, epoch=EPOCH)
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 80, "rows": 24})
    lab.settle(MOMENT)
    lab.drain()
    return lab


def type_in(lab, text):
    assert lab.submit({"type": "line", "terminal": "t", "text": text}) == {}
    lab.settle(MOMENT)
    return lab.drain()


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"type": "dance"},
        {"type": "line"},
        {"type": "api", "request": "line"},
        {"type": "line", "terminal": "nobody", "text": "ls"},
        {"type": "line", "terminal": "t", "text": 7},
        {"type": "line", "terminal": "t", "text": "x" * (1 << 17)},
        {"type": "keys", "terminal": "t"},
        {"type": "terminal.open", "terminal": "u", "host": "mars", "columns": 80, "rows": 24},
        {"type": "terminal.open", "terminal": "u", "host": "master", "columns": "wide", "rows": 24},
        {"type": "terminal.resize", "terminal": "nobody", "columns": 80, "rows": 24},
        {"type": "file.save", "host": "mars", "path": "/root/a", "content": ""},
        {"type": "file.save", "host": "master", "path": "relative", "content": ""},
        {"type": "file.save", "host": "master", "path": "/root/a\0b", "content": ""},
        {"type": "file.save", "host": "master", "path": "/root/a", "content": "x" * (4 << 20)},
        {"type": "file.save", "host": "master", "path": "/root", "content": "a directory"},
        {"type": "editor.close", "host": "master"},
    ],
)
def test_a_malformed_input_is_an_error_and_changes_nothing(lab, entry):
    before = lab.snapshot()
    assert lab.submit(entry)["error"]
    assert lab.snapshot() == before
    assert lab.drain() == []


def test_a_command_is_told_with_what_it_printed(lab):
    changes = type_in(lab, "echo one; echo two >&2; false")
    command = next(change.data for change in changes if change.kind == "command")
    assert command == {
        "terminal": "t",
        "host": "master",
        "cwd": "/root",
        "line": "echo one; echo two >&2; false",
        "code": 1,
        "output": "one\ntwo\n",
    }
    assert lab.terminals()["t"]["mode"] == "edit"
    assert lab.terminals()["t"]["prompt"] == "[root@master ~]# "


def test_only_so_many_terminals_can_be_open(lab):
    size = {"columns": 80, "rows": 24}
    answers = [lab.submit({"type": "terminal.open", "terminal": f"t{n}", "host": "master", **size}) for n in range(12)]
    assert [bool(answer) for answer in answers] == [False] * 7 + [True] * 5


def test_a_terminal_that_is_open_already_takes_the_new_size(lab):
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 132, "rows": 43})
    assert (lab.terminals()["t"]["columns"], lab.terminals()["t"]["rows"]) == (132, 43)


def test_a_saved_file_is_told_and_can_be_read(lab):
    lab.submit({"type": "file.save", "host": "master", "path": "/opt/new/a.yaml", "content": "kind: Pod\n"})
    assert [(change.kind, change.data["path"]) for change in lab.drain()] == [("file", "/opt/new/a.yaml")]
    assert lab.read_file("master", "/opt/new/a.yaml") == "kind: Pod\n"
    assert lab.stat_file("master", "/opt/new/a.yaml")["size"] == 10
    assert lab.read_file("master", "/opt/new/b.yaml") is None


def test_vim_waits_until_the_editor_pane_is_closed(lab):
    opened = [change.data for change in type_in(lab, "vim /root/a.yaml") if change.kind == "editor"]
    assert [(entry["path"], entry["open"]) for entry in opened] == [("/root/a.yaml", True)]
    assert lab.terminals()["t"]["mode"] != "edit"
    lab.submit({"type": "editor.close", "host": "master", "path": "/root/a.yaml"})
    lab.settle(MOMENT)
    assert lab.terminals()["t"]["mode"] == "edit"


def test_looking_changes_nothing(lab):
    before = lab.snapshot()
    lab.table("pods")
    lab.table("events", "default")
    lab.describe("nodes", None, "master")
    lab.complete("t", "kubectl get po")
    lab.files("master", "/")
    lab.logs("kube-system", "etcd-master", "etcd")
    assert lab.find("pods", "default", "none") is None
    assert lab.find("gremlins", "default", "none") is None
    assert lab.snapshot() == before


def test_a_snapshot_of_another_release_is_not_opened(lab):
    data = lab.snapshot()
    for other in (
        b"",
        data[1:],
        data[:-1] + bytes([data[-1] ^ 1]),
        data[: len(MARK)] + bytes([VERSION - 1]) + data[len(MARK) + 1 :],
    ):
        with pytest.raises(UnknownVersion):
            Lab.restore(other)


def test_of_a_cluster_that_has_just_begun_little_is_stored(lab):
    assert len(lab.snapshot()) < len(msgspec.msgpack.encode(lab.world.value)) / 20


def test_an_endless_loop_neither_stalls_nor_stops_time(lab):
    lab.submit({"type": "line", "terminal": "t", "text": "while true; do echo x; done"})
    end = lab.now + 10 * MOMENT
    turns = 0
    while not lab.advance(end, steps=100):
        turns += 1
        assert turns < 10_000
    assert lab.now == end
    lab.submit({"type": "keys", "terminal": "t", "data": "\x03"})
    lab.settle(30 * MOMENT)
    assert lab.terminals()["t"]["mode"] == "edit"


def test_a_node_lists_its_images_the_largest_first(lab):
    images = lab.find("nodes", None, "master")["status"]["images"]
    assert images[-1]["names"][-1] == "registry.k8s.io/pause:3.10.1"
    assert [each["sizeBytes"] for each in images] == sorted((each["sizeBytes"] for each in images), reverse=True)
