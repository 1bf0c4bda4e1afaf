"""Processes: pipes, signals, sessions, and how much they may compute."""

import pytest

from simulator.runtime.syscalls import UnixError, Wait
from tests.simulator.runtime.bench import Bench


@pytest.fixture
def bench():
    bench = Bench()
    bench.open()
    return bench


def test_a_pipeline_ends_when_its_reader_does(bench):
    assert bench.type("yes | head -n 2") == "y\ny\n"
    assert "yes" not in bench.type("ps -e")


def test_exit_statuses_reach_the_parent(bench):
    assert bench.type("sh -c 'exit 7'; echo $?") == "7\n"
    assert bench.type("sh -c 'kill -9 $$'; echo $?").endswith("137\n")
    assert bench.type("nosuch; echo $?").endswith("127\n")


def test_an_interrupt_ends_the_foreground_group(bench):
    bench.type("sleep 100 | cat", 0.5)
    assert bench.mode() == "busy"
    assert bench.keys("\x03").startswith("^C")
    assert bench.mode() == "edit"
    assert bench.type("echo $?") == "130\n"


def test_the_end_of_input_is_a_key(bench):
    bench.type("cat > f", 0.5)
    assert bench.mode() == "line"
    bench.machines.type_line("t1", "some text")
    bench.keys("\x04")
    assert bench.type("cat f") == "some text\n"


def test_typed_keys_are_echoed_and_edited(bench):
    bench.type("cat", 0.5)
    assert bench.keys("hellp\x7fo\r") == "hellp\x08 \x08o\nhello\n"


def test_the_shell_of_a_closed_terminal_is_gone(bench):
    bench.type("sleep 1000 &", 0.5)
    bench.machines.close_terminal("t1")
    bench.run()
    assert bench.machines.terminals() == {}
    assert all(process["argv"] != ["-bash"] for process in bench.machines.tables.processes.values())


def test_leaving_the_login_shell_closes_the_terminal(bench):
    bench.type("exit")
    assert bench.mode() == "closed"


def test_a_fork_bomb_ends_at_the_limit_of_its_container(bench):
    sandbox = bench.sandbox()
    number = bench.container(sandbox, ["sh", "-c", "while true; do sleep 1000 & done"])
    bench.run(600)
    assert len(bench.machines.machinery.processes.of_container(number)) <= 100


def test_process_one_cannot_be_killed_from_inside(bench):
    number = bench.container(bench.sandbox(), ["sleep", "1000"])
    assert bench.exec(number, "kill", "-9", "1")[0] == 0
    assert bench.status(number)["state"] == "running"


def test_too_long_arguments_are_refused():
    problems = []

    def greedy(sys):
        try:
            sys.spawn(["sleep", "x" * 200_000])
        except UnixError as error:
            problems.append(error.name)
        return 0

    bench = Bench({"env": greedy})
    bench.open()
    bench.type("env")
    assert problems == ["E2BIG"]


def test_a_program_that_fails_is_one_process_that_ends():
    def broken(sys):
        raise KeyError("oops")

    bench = Bench({"env": broken})
    bench.machines.machinery.strict = False
    bench.open()
    assert "not simulated here: KeyError" in bench.type("env; echo $?")
    assert bench.type("echo still here") == "still here\n"


def test_a_stopped_program_waits_until_it_is_told_to_go_on():
    def ticker(sys):
        sys.out("tick\n")
        return Wait(until=sys.now + 100_000)

    bench = Bench({"env": ticker})
    bench.open()
    bench.type("env &", 0.5)
    bench.type("kill -STOP $!", 0.5)
    assert bench.type(":", 1) == ""
    assert bench.type("kill -CONT $!", 1).count("tick") > 5


LOOP = "while true; do echo x; done"


@pytest.mark.parametrize(
    "loop", [LOOP, "until nslookup myservice; do echo waiting; sleep2; done", "while true; do :; done"]
)
def test_a_busy_loop_of_23_minutes_needs_few_wakeups(bench, loop):
    bench.container(bench.sandbox(), ["sh", "-c", loop])
    begin = bench.world.agenda.state["seq"]
    bench.run(23 * 60)
    assert bench.world.agenda.state["seq"] - begin < 2_000
    assert len(bench.world.to_bytes()) < 30_000


def test_a_calm_script_is_not_slowed(bench):
    script = "i=0; while [ $i -lt 120 ]; do i=$((i+1)); date > /dev/null; id > /dev/null; uname > /dev/null; echo $i; sleep 1; done"
    number = bench.container(bench.sandbox(), ["sh", "-c", script])
    bench.run(123)
    assert bench.log(number)[-1] == "120"


def test_a_long_loop_at_the_console_runs_through(bench):
    assert bench.type("for i in $(seq 1 5000); do :; done; echo done", 3).endswith("done\n")


def test_a_flooded_terminal_is_slowed_and_hears_the_interrupt(bench):
    assert len(bench.type(LOOP, 60)) < 3 << 20
    bench.keys("\x03")
    assert bench.type("echo alive") == "alive\n"
