"""What somebody did, read from an input log, plays again."""

from collections.abc import Iterator
from typing import Any

import pytest

from lessons import starting
from lessons.players import EPOCH
from lessons.proposing import pacing, writing
from lessons.proposing.propose import Stretch, play
from lessons.proposing.recording import Recording, recorded
from lessons.proposing.standing import differences
from lessons.transcripts import Command, FileBlock, parse
from simulator.lab import Lab

SECOND = 1_000_000
MANIFEST = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n  - {name: web, image: 'nginx:1.27'}\n"
)
Entry = dict[str, Any]


class Author:
    """Somebody at a browser: each input is put in when they get round to it."""

    def __init__(self, seed: int = 77) -> None:
        self.lab = Lab.boot({}, seed=seed, epoch=EPOCH + 5 * SECOND)
        self.begun, self.since = self.lab.snapshot(), self.lab.now
        self.log: list[tuple[int, Entry]] = []
        self.put(type="terminal.open", terminal="t1", host="master", columns=120, rows=30)
        self.think(1)

    def put(self, **entry: Any) -> None:
        self.lab.advance(self.lab.now)
        self.log.append((self.lab.now, entry))
        assert self.lab.submit(entry) == {}

    def think(self, seconds: float) -> "Author":
        self.lab.advance(self.lab.now + int(seconds * SECOND))
        return self

    def type(self, *lines: str, wait: float = 1) -> "Author":
        for line in lines:
            self.put(type="line", terminal="t1", text=line)
            self.think(wait)
        return self

    def keys(self, data: str) -> "Author":
        self.put(type="keys", terminal="t1", data=data)
        return self.think(1)

    def save(self, path: str, content: str) -> "Author":
        self.put(type="file.save", host="master", path=path, content=content)
        return self.think(1)

    def recording(self) -> Recording:
        return recorded(Lab.restore(self.begun), self.log, self.lab.now)


def texts(found: Recording) -> list[str]:
    return [take.piece.text if isinstance(take.piece, Command) else take.piece.path for take in found.takes]


def whys(found: Recording) -> list[tuple[str, str]]:
    return [(loss.why, loss.what) for loss in found.lost]


def test_commands_and_files_are_found_with_what_came_of_them() -> None:
    found = (
        Author().save("/root/shop.yaml", MANIFEST).type("kubectl apply -f shop.yaml", "kubectl get nope").recording()
    )
    assert texts(found) == ["/root/shop.yaml", "kubectl apply -f shop.yaml", "kubectl get nope"]
    first, second = (take.piece for take in found.takes[1:])
    assert isinstance(first, Command)
    assert isinstance(second, Command)
    assert (first.expected[0], first.code, second.code) == ("pod/shop created", 0, 1)
    assert found.lost == []


def test_what_is_typed_over_several_lines_or_into_a_program_is_one_command() -> None:
    author = Author().type("cat > a.txt <<EOF", "one", "EOF").type("kubectl run web --image=nginx:1.27").think(20)
    found = author.type("kubectl exec -it web -- sh", "echo hello > /tmp/x", "exit").recording()
    assert texts(found) == [
        "cat > a.txt <<EOF\none\nEOF",
        "kubectl run web --image=nginx:1.27",
        "kubectl exec -it web -- sh\necho hello > /tmp/x\nexit",
    ]


def test_an_object_that_was_edited_is_patched_when_it_is_played_again() -> None:
    author = Author().type("kubectl run web --image=nginx:1.27", "kubectl edit pod web")
    path = author.lab.editors("master")[0]
    text = author.lab.read_file("master", path)
    assert text
    author.save(
        path, text.replace("image: nginx:1.27", "image: nginx:1.26").replace("run: web", "run: web\n    tier: x")
    )
    author.put(type="editor.close", host="master", path=path)
    found = author.think(20).recording()
    assert found.lost == []
    start = writing.text("Start", written(pacing.as_slow(found, author.since), Lab.boot({}, seed=1, epoch=EPOCH)))
    assert "kubectl patch pod web -p" in start
    assert differences(author.lab, starting.made({}, start, seed=1, epoch=EPOCH)) == []


def test_an_editor_that_was_opened_at_the_prompt_leaves_the_file_alone() -> None:
    author = Author().type("vi a.txt")
    author.save("/root/a.txt", "hello\n").put(type="editor.close", host="master", path="/root/a.txt")
    found = author.think(1).type("cat a.txt").recording()
    assert texts(found) == ["/root/a.txt", "cat a.txt"]
    assert found.lost == []


def test_a_shell_that_was_left_with_ctrl_d_is_left_with_exit() -> None:
    author = (
        Author()
        .type("kubectl run web --image=nginx:1.27")
        .think(20)
        .type("kubectl exec -it web -- sh", "ls")
        .keys("\x04")
    )
    assert texts(author.recording())[-1] == "kubectl exec -it web -- sh\nls\nexit"


@pytest.mark.parametrize(
    ("act", "lost"),
    [
        (lambda author: author.type("kubectl get pods -w").keys("\x03"), ("interrupted", "kubectl get pods -w")),
        (lambda author: author.type("cat > b.txt").keys("x\n\x04"), ("keyed", "cat > b.txt")),
        (lambda author: author.type("sleep 1000"), ("unended", "sleep 1000")),
        (lambda author: author.save("/root/a b.txt", "x"), ("unwritable", "/root/a b.txt")),
        (lambda author: author.save("/root/a.md", "```\nx\n```\n"), ("unwritable", "/root/a.md")),
        (lambda author: author.put(type="fault.clear") or author, ("input", "fault.clear")),
    ],
)
def test_what_cannot_be_played_again_is_said_and_not_kept(act: Any, lost: tuple[str, str]) -> None:
    found = act(Author()).recording()
    assert whys(found) == [lost]
    assert found.takes == []


def test_a_start_plays_to_the_state_that_its_author_left() -> None:
    author = Author().type("kubectl run crash --image=busybox:1.36 --command -- sh -c 'exit 3'").think(95)
    author.type("kubectl create deployment shop --image=nginx:1.27 --replicas=2").think(20)
    author.type("kubectl label node node01 disk=ssd")
    text = writing.text(
        "Start", written(pacing.as_slow(author.recording(), author.since), Lab.boot({}, seed=1, epoch=EPOCH))
    )
    made = starting.made({}, text, seed=1, epoch=EPOCH)
    assert differences(author.lab, made) == []
    assert differences(Lab.boot({}, seed=1, epoch=EPOCH), made) == ["deployments.apps/default/shop", "nodes//node01", "pods/default/crash", "pods/default/shop", "replicasets.apps/default/shop"]  # fmt: skip


def written(pieces: list[Any], lab: Lab) -> list[Any]:
    """The pieces with their answers."""
    stretch = Stretch(pieces)
    play(lab, [stretch], lambda _stretch, _lab, _changes: None)
    return stretch.pieces


def test_a_solution_waits_only_as_long_as_its_answers_need() -> None:
    author = (
        Author().think(300).type("kubectl run web --image=nginx:1.27").think(200).type("kubectl get pod web").think(500)
    )
    lab = Lab.boot({}, seed=1, epoch=EPOCH)
    pieces, strange = pacing.as_needed(author.recording(), author.since, lab, author.lab)
    assert strange == []
    lines = [piece.text for piece in pieces if isinstance(piece, Command)]
    assert [line for line in lines if not line.startswith("sleep")] == [
        "kubectl run web --image=nginx:1.27",
        "kubectl get pod web",
    ]
    waits = [int(line.split()[1]) for line in lines if line.startswith("sleep")]
    assert len(waits) == 1
    assert waits[0] <= 10
    answer = written(pieces, lab)[-1].expected
    assert "1/1" in answer[1]
    assert "Running" in answer[1]


def test_a_transcript_that_is_written_is_read_again() -> None:
    author = Author().save("/root/shop.yaml", MANIFEST).type("kubectl apply -f shop.yaml", "false").think(9)
    author.type("cat <<EOF", "$ not a command", "EOF")
    pieces = written(pacing.as_slow(author.recording(), author.since), Lab.boot({}, seed=1, epoch=EPOCH))
    again = parse(writing.text("Again", pieces)).steps
    assert list(bare(again)) == list(bare(pieces))


def bare(pieces: Any) -> Iterator[Any]:
    """The pieces without their lines in a file."""
    for piece in pieces:
        yield (
            (piece.path, piece.content)
            if isinstance(piece, FileBlock)
            else (piece.host, piece.text, piece.expected, piece.code)
        )


def test_a_name_that_the_cluster_made_up_is_told_as_strange() -> None:
    author = Author().type("kubectl create deployment shop --image=nginx:1.27").think(20)
    pod = author.lab.objects("pods", "default")[0]["metadata"]["name"]
    author.type(f"kubectl get pod {pod}")
    lab = Lab.boot({}, seed=1, epoch=EPOCH)
    assert pacing.as_needed(author.recording(), author.since, lab, author.lab)[1] == [f"kubectl get pod {pod}"]
