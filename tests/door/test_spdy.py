"""SPDY/3.1 at the door, byte by byte: the handshake, the streams of a program, and clients that mean no good."""

import json
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import closing

import pytest

from labsite.door.spdy_words import dictionary
from tests.door.kubectl import Cluster
from tests.door.spdy import (
    EXEC,
    FIN,
    GOAWAY,
    HEADERS,
    PING,
    RST_STREAM,
    SETTINGS,
    SYN_REPLY,
    SYN_STREAM,
    WINDOW_UPDATE,
    Refused,
    Spdy,
    control,
    sent,
)  # fmt: skip
from tests.door.test_unread import BACKLOG, BOUND, FLOOD, MIB, QUIET_S, SMALL, drained, memory
from tests.door.wire import PODS, Client

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("door")]
V4, FORWARD = "v4.channel.k8s.io", "portforward.k8s.io"
CAT = "exec?command=cat&stdin=true&stdout=true&stderr=true"


def command(*words: str) -> str:
    """The end of the address at which a program runs."""
    return "exec?" + "&".join(f"command={word}" for word in words) + "&stdin=true&stdout=true&stderr=true"


# --- the handshake
def test_protocols_are_switched_as_a_cluster_does(client: Client, pod: str) -> None:
    for method in ("POST", "GET"):
        with closing(Spdy(client, f"{pod}/{CAT}", "v9", V4, "v3.channel.k8s.io", method=method)) as line:
            assert line.head.split("\r\n") == [
                "HTTP/1.1 101 Switching Protocols",
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                f"X-Stream-Protocol-Version: {V4}",
            ]


@pytest.mark.parametrize(
    ("path", "protocols", "headers", "status", "words"),
    [
        (CAT, [V4], {"Authorization": "Bearer no"}, 401, "Unauthorized"),
        (CAT, [V4], {"Upgrade": "other"}, 400, "Upgrade request required"),
        (CAT, [V4], {"Connection": "close"}, 400, "Upgrade request required"),
        (CAT, [], {}, 400, "unable to upgrade: X-Stream-Protocol-Version is required"),
        (
            CAT, ["v9", "v8"], {}, 403,
            "unable to upgrade: unable to negotiate protocol: client supports [v9 v8], server accepts "
            "[v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]",
        ),
        ("portforward", [V4], {}, 403, "server accepts [portforward.k8s.io]"),
        (f"{CAT}&container=nobody", [V4], {}, 400, "container nobody is not valid for pod hostile"),
        ("exec", [V4], {}, 422, "command: Required value"),
    ],
)  # fmt: skip
def test_who_is_refused_hears_why_and_keeps_http(
    client: Client, pod: str, path: str, protocols: list[str], headers: dict[str, str], status: int, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        Spdy(client, f"{pod}/{path}", *protocols, **headers)
    head, body = refused.value.args
    assert int(head.split()[1]) == status, body
    assert words in body
    assert ("x-accepted-stream-protocol-versions: " in head.lower()) == ("negotiate" in body)


def test_a_pod_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        Spdy(client, f"{PODS}/nosuch/{CAT}", V4)
    assert json.loads(refused.value.args[1])["message"] == 'pods "nosuch" not found'


def test_nothing_runs_for_a_client_with_which_no_protocol_is_shared(client: Client, pod: str) -> None:
    for protocols in ([], ["v9"]):
        with pytest.raises(Refused):
            Spdy(client, f"{pod}/{command('touch', '/tmp/ran')}", *protocols)
    client.ask("POST", f"{pod}/{command('touch', '/tmp/ran')}")
    with closing(Spdy(client, f"{pod}/{command('ls', '/tmp/ran')}", V4).open_all(*EXEC)) as line:
        assert b"No such file" in line.all()["stderr"]


# --- programs
def ran(client: Client, pod: str, protocol: str, script: str) -> dict[str, bytes]:
    """What comes of a script."""
    with closing(Spdy(client, f"{pod}/{command('sh', '-c', script)}", protocol).open_all(*EXEC)) as line:
        return line.all()


def test_a_program_ends_with_a_status(client: Client, pod: str) -> None:
    told = ran(client, pod, V4, "echo%20a;echo%20b%20%3E%262;exit%207")
    assert (told["stdout"], told["stderr"], told["stdin"]) == (b"a\n", b"b\n", b"")
    status = json.loads(told["error"])
    assert (status["status"], status["reason"]) == ("Failure", "NonZeroExitCode")
    assert status["details"]["causes"] == [{"reason": "ExitCode", "message": "7"}]
    assert json.loads(ran(client, pod, V4, "true")["error"]) == {"metadata": {}, "status": "Success"}


@pytest.mark.parametrize("protocol", ["v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"])
def test_older_protocols_have_text_for_failures_alone(client: Client, pod: str, protocol: str) -> None:
    assert b"command terminated with non-zero exit code" in ran(client, pod, protocol, "exit%207")["error"]
    assert ran(client, pod, protocol, "true")["error"] == b""


def test_the_end_of_the_input_is_told_by_closing_half_of_a_stream(client: Client, pod: str) -> None:
    with closing(Spdy(client, f"{pod}/{CAT}", V4).open_all(*EXEC)) as line:
        line.say("stdin", b"to ")
        line.say("stdin", b"and fro\n", FIN)
        assert line.all()["stdout"] == b"to and fro\n"


def test_the_size_of_the_terminal_may_come_in_pieces(client: Client, pod: str) -> None:
    path = f"{pod}/exec?command=sh&stdin=true&stdout=true&tty=true"
    with closing(Spdy(client, path, V4).open_all("error", "stdin", "stdout", "resize")) as line:
        for piece in (b'{"Width":70,"Height":30}\n{"Wid', b'th":91,"Hei', b'ght":41}\n'):
            line.say("resize", piece)
        line.say("stdin", b"sleep 1; stty size\r")
        line.hear(b"41 91")


def test_frames_may_come_in_any_pieces_and_without_meaning(client: Client, pod: str) -> None:
    with closing(Spdy(client, f"{pod}/{CAT}", V4)) as line:
        noise = (
            control(SETTINGS, bytes(4))
            + control(WINDOW_UPDATE, bytes(8))
            + control(GOAWAY, bytes(8))
            + control(77, b"x")
        )
        line.line.sendall(noise)
        line.open_all("error", "stdout")
        line.control(HEADERS, struct.pack("!I", 1) + line.block({"a": "b"}))  # later headers are compressed with it
        line.open_all("stdin", "stderr")
        for byte in struct.pack("!II", line.numbers["stdin"], 5) + b"slow\n":
            line.line.sendall(bytes([byte]))
        line.hear(b"slow")


def test_pings_are_answered(client: Client, pod: str) -> None:
    with closing(Spdy(client, f"{pod}/portforward", FORWARD)) as line:
        for number in (1, 3):
            line.control(PING, struct.pack("!I", number))
            said = next(line.frames())
            assert (said.kind, said.body) == (PING, struct.pack("!I", number))


def test_what_is_said_before_the_answer_is_not_heard(client: Client, pod: str) -> None:
    with closing(Spdy(client, f"{pod}/{CAT}", V4, more=b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")) as line:
        line.open_all(*EXEC)
        line.say("stdin", b"after\n", FIN)
        assert line.all()["stdout"] == b"after\n"


def test_a_client_that_is_gone_ends_its_connection_into_the_pod(client: Client, pod: str) -> None:
    for _ in range(70):  # more than the streams that a cluster has
        with closing(Spdy(client, f"{pod}/portforward", FORWARD)) as line:
            line.control(PING, bytes(4))
            next(line.frames())


# --- clients that mean no good
def bomb() -> bytes:
    """A header block of a few bytes that becomes very long."""
    deflate = zlib.compressobj(9, zdict=dictionary())
    return deflate.compress(struct.pack("!III", 1, 1, 97) + bytes(64 << 20)) + deflate.flush(zlib.Z_SYNC_FLUSH)


def block(plain: bytes) -> bytes:
    """A header block."""
    deflate = zlib.compressobj(zdict=dictionary())
    return deflate.compress(plain) + deflate.flush(zlib.Z_SYNC_FLUSH)


def stream(number: int, headers: bytes) -> bytes:
    """A new stream."""
    return control(SYN_STREAM, struct.pack("!IIH", number, 0, 0) + headers)


def compressed_otherwise() -> bytes:
    """A header block for which another dictionary is needed."""
    deflate = zlib.compressobj(zdict=b"streamtype stdin")
    return deflate.compress(STDIN) + deflate.flush(zlib.Z_SYNC_FLUSH)


STDIN = struct.pack("!II", 1, 10) + b"streamtype" + struct.pack("!I", 5) + b"stdin"
HOSTILE: dict[str, bytes] = {
    "http": b"GET / HTTP/1.1\r\n\r\n",
    "ones": b"\xff" * 64,
    "another version": b"\x80\x02\x00\x01\x00\x00\x00\x00",
    "a frame that is too large": b"\x80\x03\x00\x01\x00\xff\xff\xff" + bytes(100),
    "data that are too large": b"\x00\x00\x00\x01\x00\xff\xff\xff" + bytes(100),
    "headers that are not compressed": stream(1, b"\x00" * 32),
    "headers that are compressed with other words": stream(1, compressed_otherwise()),
    "a bomb": stream(1, bomb()),
    "a bomb beside": control(HEADERS, bytes(4) + bomb()),
    "too many headers": stream(1, block(struct.pack("!I", 1 << 30))),
    "a header that is longer than its block": stream(1, block(struct.pack("!II", 1, 1 << 31))),
    "no headers": stream(1, block(bytes(4))),
    "a stream of the server": stream(2, block(STDIN)),
    "stream 0": stream(0, block(STDIN)),
}


@pytest.mark.parametrize("path", [CAT, "portforward"])
@pytest.mark.parametrize("name", HOSTILE)
def test_who_speaks_no_spdy_is_let_go(client: Client, cluster: Cluster, pod: str, path: str, name: str) -> None:
    before = memory(cluster)
    with closing(Spdy(client, f"{pod}/{path}", V4, FORWARD)) as line:
        sent(line.line, HOSTILE[name])
        assert line.is_ended()
    assert memory(cluster) - before < BOUND


SECOND: dict[str, Callable[[Spdy], None]] = {
    "a stream twice": lambda line: line.open(1, streamtype="stdout"),
    "a second input": lambda line: line.open(7, streamtype="stdin"),
    "a stream that carries nothing known": lambda line: line.open(7, streamtype="video"),
    "a stream without a kind": lambda line: line.open(7, colour="red"),
}


@pytest.mark.parametrize("name", SECOND)
def test_a_program_has_one_stream_of_each_kind(client: Client, pod: str, name: str) -> None:
    with closing(Spdy(client, f"{pod}/{CAT}", V4).open_all("stdin")) as line:
        SECOND[name](line)
        assert line.is_ended()


def test_a_terminal_whose_size_does_not_end_is_none(client: Client, pod: str) -> None:
    path = f"{pod}/exec?command=sh&stdin=true&stdout=true&tty=true"
    with closing(Spdy(client, path, V4).open_all("error", "stdin", "stdout", "resize")) as line:
        line.say("resize", b"9" * 2000)
        assert line.is_ended()


@pytest.mark.parametrize("kinds", [["data"], ["error"], ["error", "data"]])
def test_a_port_forward_has_only_so_many_streams(client: Client, cluster: Cluster, pod: str, kinds: list[str]) -> None:
    before = memory(cluster)
    with closing(Spdy(client, f"{pod}/portforward", FORWARD)) as line:
        for number in range(1, 4000, 2):
            kind = kinds[number // 2 % len(kinds)]
            try:
                line.open(number, streamtype=kind, port="80", requestid=str(number // 4))
            except OSError:
                break
        assert line.is_ended()
    assert memory(cluster) - before < BOUND


@pytest.mark.parametrize("port", ["", "x", "0", "65536", "-1", "1" * 5000, "８０"])
def test_a_port_is_a_number(client: Client, pod: str, port: str) -> None:
    with closing(Spdy(client, f"{pod}/portforward", FORWARD)) as line:
        plain = struct.pack("!I", 2)
        for word in (b"streamtype", b"data", b"port", port.encode()):
            plain += struct.pack("!I", len(word)) + word
        line.line.sendall(stream(1, block(plain)))
        assert line.is_ended()


def test_data_for_streams_that_are_not_there_do_no_harm(client: Client, pod: str) -> None:
    for path, protocol in ((CAT, V4), ("portforward", FORWARD)):
        with closing(Spdy(client, f"{pod}/{path}", protocol)) as line:
            line.line.sendall(struct.pack("!II", 99, 5) + b"hello" + control(RST_STREAM, struct.pack("!II", 99, 1)))
            line.control(PING, struct.pack("!I", 1))
            assert next(line.frames()).kind == PING


def test_a_program_waits_for_a_client_that_does_not_read_frames(cluster: Cluster, client: Client, pod: str) -> None:
    before = memory(cluster)
    with closing(
        Spdy(client, f"{pod}/exec?command=yes&stdout=true", V4, room=SMALL).open_all("error", "stdout")
    ) as line:
        time.sleep(QUIET_S)
        assert memory(cluster) - before < BOUND
        assert drained(line.line, 16 * MIB) >= 16 * MIB, "it goes on for who reads again"


def test_a_program_that_does_not_read_frames_is_not_sent_more(cluster: Cluster, client: Client, pod: str) -> None:
    before = memory(cluster)
    path = f"{pod}/exec?command=sleep&command=600&stdin=true&stdout=true"
    with closing(Spdy(client, path, V4).open_all("error", "stdin", "stdout")) as line:
        piece = (struct.pack("!II", line.numbers["stdin"], 60_000) + bytes(60_000)) * 16
        for _ in range(FLOOD * MIB // len(piece)):
            sent(line.line, piece)
        assert memory(cluster) - before < BACKLOG
        line.hear(b"the program does not read what is sent to it", "error")
        assert line.is_ended()


def test_replies_name_their_streams(client: Client, pod: str) -> None:
    with closing(Spdy(client, f"{pod}/{CAT}", V4).open_all(*EXEC)) as line:
        heard = line.frames()
        replies = [next(heard) for _ in EXEC]
    assert [(frame.kind, frame.stream) for frame in replies] == [(SYN_REPLY, number) for number in (1, 3, 5, 7)]
    assert [line.inflate.decompress(frame.body[4:]) for frame in replies] == [bytes(4)] * 4
