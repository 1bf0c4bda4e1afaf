"""At a terminal: prompts, keys, jobs, history."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rig import Rig

SECOND = 1_000_000
PROMPT = "[root@master ~]# "


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.open()
    return rig


def test_a_line_is_run_and_told_of(rig: Rig) -> None:
    assert rig.shown == PROMPT
    assert rig.type("echo hi") == f"hi\r\n{PROMPT}"
    assert rig.commands[-1]["line"] == "echo hi"
    assert rig.commands[-1]["code"] == 0


def test_the_directory_that_is_told_is_the_one_in_which_the_line_was_typed(rig: Rig) -> None:
    rig.type("cd /tmp")
    assert rig.commands[-1]["cwd"] == "/root"
    assert rig.prompt == "[root@master tmp]# "


def test_an_unfinished_command_asks_for_more(rig: Rig) -> None:
    assert rig.type("cat <<E") == "> "
    assert rig.type("a") == "> "
    assert rig.type("E") == f"a\r\n{PROMPT}"


def test_a_backslash_at_the_end_of_a_line_asks_for_more(rig: Rig) -> None:
    for first in ("echo a \\", "echo \\"):
        assert rig.type(first) == "> "
    assert rig.type("b \\") == "> "
    assert rig.type("  c") == f"a echo b c\r\n{PROMPT}"


def test_interrupt_at_the_prompt_drops_the_line(rig: Rig) -> None:
    rig.type("if true")
    assert rig.keys("\x03") == f"^C\r\n{PROMPT}"
    assert rig.type("echo $?") == f"130\r\n{PROMPT}"


def test_interrupt_ends_the_job_in_front(rig: Rig) -> None:
    rig.type("sleep 100; echo no", SECOND)
    assert rig.keys("\x03") == f"^C\r\n{PROMPT}"
    assert rig.type("echo $?") == f"130\r\n{PROMPT}"


def test_interrupt_ends_a_loop_of_builtins(rig: Rig) -> None:
    rig.type("while true; do :; done", SECOND)
    assert rig.keys("\x03") == f"^C\r\n{PROMPT}"


def test_a_stopped_job_can_be_sent_on(rig: Rig) -> None:
    rig.type("sleep 100", SECOND)
    assert rig.keys("\x1a", SECOND) == f"^Z\r\n[1]+  Stopped                 sleep 100\r\n{PROMPT}"
    assert rig.type("bg", SECOND) == f"[1]+ sleep 100 &\r\n{PROMPT}"
    assert rig.type("jobs", SECOND) == f"[1]+  Running                 sleep 100 &\r\n{PROMPT}"
    rig.type("kill %1", SECOND)
    assert "sleep 100" not in rig.type("jobs", SECOND).replace("Terminated              sleep 100", "")


def test_a_child_that_has_ended_keeps_no_shell_awake(rig: Rig) -> None:
    rig.type("sleep 1 &", SECOND // 2)
    rig.type("sleep 20", 30 * SECOND)
    rig.machines.type_line("t1", "sleep 20")
    rig.advance(30 * SECOND, steps=100)
    assert rig.commands[-1]["line"] == "sleep 20"


def test_history_comes_back(rig: Rig) -> None:
    rig.type("echo one two")
    assert rig.type("!!") == f"echo one two\r\none two\r\n{PROMPT}"
    assert rig.type("echo !$") == f"echo two\r\ntwo\r\n{PROMPT}"
    assert rig.type("echo !nope") == f"-bash: !nope: event not found\r\n{PROMPT}"


def test_end_of_input_logs_out(rig: Rig) -> None:
    assert rig.keys("\x04") == "logout\r\n"
    assert rig.mode == "closed"
