"""Redis finds its keys again: in its snapshot, or in its append-only file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.programs.redis_dump import Damaged, Entry, dump, load
from tests.simulator.programs.rig import Rig

ENTRIES = st.lists(
    st.builds(Entry, st.binary(max_size=80), st.binary(max_size=20_000), st.integers(0, 1 << 50)), max_size=8
)


def serving(rig: Rig, *words: str) -> Rig:
    """A redis-server has been running for a moment, its folder is /tmp."""
    rig.start("redis-server", *words, cwd="/tmp", detach=True)
    rig.advance(2_000_000)
    return rig.again()


def after_a_restart(rig: Rig, *words: str) -> Rig:
    """The same after the server was asked to end, and another began."""
    rig.run("redis-cli", "shutdown")
    rig.advance(1_000_000)
    return serving(rig, *words)


@given(ENTRIES)
def test_a_dump_is_read_back(entries):
    assert load(dump(entries, "7.4.5")) == entries


def test_a_dump_that_is_cut_off_is_not_taken():
    whole = dump([Entry(b"colour", b"green")], "7.4.5")
    with pytest.raises(Damaged):
        load(whole[:-12])


def test_the_last_snapshot_is_found_again():
    rig = serving(Rig())
    rig.run("redis-cli", "set", "colour", "green")
    assert after_a_restart(rig).run("redis-cli", "get", "colour").out == "green\n"


def test_without_save_points_nothing_is_kept():
    rig = serving(Rig(), "--save", "")
    rig.run("redis-cli", "set", "colour", "green")
    assert after_a_restart(rig, "--save", "").run("redis-cli", "get", "colour").out == "\n"


def test_the_append_only_file_survives_a_kill():
    rig = serving(Rig(), "--appendonly", "yes")
    for words in (("set", "colour", "green"), ("append", "colour", "ish"), ("incr", "visits"), ("del", "nothing")):
        rig.run("redis-cli", *words)
    rig.run("busybox:killall", "-9", "redis-server")
    rig.advance(1_000_000)
    rig = serving(rig, "--appendonly", "yes")
    assert rig.run("redis-cli", "mget", "colour", "visits").out == "greenish\n1\n"
    assert "*3\r\n$3\r\nset\r\n" in rig.read("/tmp/appendonlydir/appendonly.aof.1.incr.aof")


def test_a_key_still_dies_in_time_after_a_restart():
    rig = serving(Rig(), "--appendonly", "yes")
    rig.run("redis-cli", "set", "offer", "bread", "EX", "60")
    rig = after_a_restart(rig, "--appendonly", "yes")
    assert rig.run("redis-cli", "get", "offer").out == "bread\n"
    rig.advance(60_000_000)
    assert rig.run("redis-cli", "get", "offer").out == "\n"
