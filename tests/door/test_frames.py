"""The frames of SPDY/3.1 as the door reads and writes them."""

import hashlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsite.door import handshakes, spdy
from labsite.door.spdy import Bad, Frame, Session
from labsite.door.spdy_words import dictionary

WORDS = st.text(st.characters(codec="latin-1"), max_size=20)


def test_both_ends_know_the_same_words() -> None:
    known = "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02"
    assert (len(dictionary()), hashlib.sha256(dictionary()).hexdigest()) == (1423, known)


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    session = Session(dictionary())
    try:
        session.take(data)
        session.take(b"\x80\x03" + data)
    except Bad:
        pass


def opening(headers: list[dict[str, str]]) -> bytes:
    """The frames that open a stream with each of *headers*."""
    deflate, out = zlib.compressobj(zdict=dictionary()), b""
    for number, each in enumerate(headers):
        plain = struct.pack("!I", len(each))
        for word in (word for pair in each.items() for word in pair):
            plain += struct.pack("!I", len(word)) + word.encode("latin-1")
        block = deflate.compress(plain) + deflate.flush(zlib.Z_SYNC_FLUSH)
        out += spdy.control(spdy.SYN_STREAM, 0, struct.pack("!IIH", 2 * number + 1, 0, 0) + block)
    return out


@given(st.lists(st.dictionaries(WORDS.map(str.lower), WORDS, max_size=4), max_size=4), st.lists(st.integers(1, 60)))
def test_pieces_make_no_difference(headers: list[dict[str, str]], cuts: list[int]) -> None:
    data, session, frames = opening(headers) + spdy.data(1, b"hello", fin=True), Session(dictionary()), []
    for cut in cuts:
        frames += session.take(data[:cut])
        data = data[cut:]
    frames += session.take(data)
    wanted = [Frame("open", 2 * number + 1, headers=named(each)) for number, each in enumerate(headers)]
    assert frames == [*wanted, Frame("data", 1, b"hello", fin=True)]


def named(headers: dict[str, str]) -> dict[str, str]:
    """Headers as they are read: names have no case."""
    return {name.lower(): text for name, text in headers.items()}


@pytest.mark.parametrize(
    ("theirs", "chosen"),
    [
        (["v4.channel.k8s.io"], "v4.channel.k8s.io"),
        (["v5.channel.k8s.io", "v4.channel.k8s.io"], "v4.channel.k8s.io"),
        (["v2.channel.k8s.io,v4.channel.k8s.io"], "v2.channel.k8s.io"),
        (["channel.k8s.io"], "channel.k8s.io"),
        (["portforward.k8s.io"], ""),
        ([""], ""),
        ([], ""),
    ],
)
def test_the_client_has_the_choice_among_protocols(theirs: list[str], chosen: str) -> None:
    scope = {"headers": [(handshakes.OFFERED, each.encode()) for each in theirs]}
    assert handshakes.chosen(scope, "exec") == chosen
