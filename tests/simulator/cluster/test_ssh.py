"""ssh: whoever logs in on another node sits there, and comes back; a node that is gone is said to be unreachable."""

import pytest

from simulator.lab import Lab

EPOCH = 1_795_165_200_000_000
MOMENT = 1_000_000
HERE, THERE = "[root@master ~]# ", "[root@node01 ~]# "


@pytest.fixture
def lab():
    lab = Lab.boot({}, seed=1, epoch=EPOCH)
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 132, "rows": 43})
    lab.settle(MOMENT)
    lab.drain()
    return lab


def shown(lab, text):
    """What the terminal shows after the line *text*."""
    assert lab.submit({"type": "line", "terminal": "t", "text": text}) == {}
    lab.advance(lab.now + MOMENT)
    return "".join(change.data["data"] for change in lab.drain() if change.kind == "output")


def prompt(lab):
    return lab.terminals()["t"]["prompt"]


def test_one_sits_at_the_other_node_until_one_logs_out(lab):
    assert shown(lab, "ssh node01") == THERE
    assert shown(lab, "hostname; stty size") == f"node01\r\n43 132\r\n{THERE}"
    assert shown(lab, "(exit 4)") == THERE
    assert shown(lab, "logout") == f"logout\r\nConnection to node01 closed.\r\r\n{HERE}"
    assert shown(lab, "echo $?") == f"4\r\n{HERE}"


def test_signals_reach_what_runs_over_there(lab):
    shown(lab, "ssh node01")
    shown(lab, "sleep 100")
    lab.submit({"type": "keys", "terminal": "t", "data": "\x03"})
    lab.advance(lab.now + MOMENT)
    assert prompt(lab) == THERE


def test_a_session_outlives_being_stored(lab):
    shown(lab, "ssh node01")
    again = Lab.restore(lab.snapshot())
    assert shown(again, "hostname") == f"node01\r\n{THERE}"
    assert again.snapshot() == (shown(lab, "hostname"), lab.snapshot())[1]


def test_a_hop_leads_further(lab):
    shown(lab, "ssh node01")
    assert shown(lab, "ssh node02 hostname") == f"node02\r\n{THERE}"


def test_a_lost_node_cannot_be_reached(lab):
    lab.machines.set_faults([{"type": "node-down", "node": "node01"}])
    assert shown(lab, "ssh node01") == f"ssh: connect to host node01 port 22: No route to host\r\n{HERE}"


def test_without_sshd_nobody_answers(lab):
    shown(lab, "ssh node01 'kill -9 $(pidof sshd)'")
    assert "port 22: Connection refused" in shown(lab, "ssh node01")
