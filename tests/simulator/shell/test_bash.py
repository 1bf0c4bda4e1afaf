"""What bash has beyond POSIX, held against a real bash; and what only somebody at a terminal sees of it."""

from pathlib import Path

import pytest

from tests.simulator.shell.oracle import here, in_bash, needs_bash, scripts
from tests.simulator.shell.rig import Rig


@pytest.fixture(scope="module")
def rig() -> Rig:
    made = Rig()
    made.open()
    return made


@needs_bash
@pytest.mark.parametrize("script", scripts("bash.txt"))
def test_a_script_does_what_it_does_in_bash(script: str, rig: Rig, tmp_path: Path) -> None:
    assert here(rig, script) == in_bash(script, tmp_path)


def test_the_lines_of_a_here_document_mean_nothing_to_the_history(rig: Rig) -> None:
    for line in ("cat > /tmp/hello.sh <<'E'", "#!/bin/sh", "echo hello!", "E"):
        shown = rig.type(line)
    assert "event not found" not in shown
    assert rig.type("sh /tmp/hello.sh").replace("\r", "").startswith("hello!\n")


def test_between_single_quotes_nothing_means_anything_to_the_history(rig: Rig) -> None:
    for line in ("sh -c 'cd /tmp", "# !nope", "echo hello!'"):
        shown = rig.type(line)
    assert "hello!" in shown
    assert "event not found" not in shown


def test_a_job_that_is_killed_at_once_has_ended(rig: Rig) -> None:
    shown = rig.type("sleep 20 & kill %1; sleep 1; jobs", 3_000_000).replace("\r", "")
    assert shown.splitlines()[1] == "[1]+  Terminated              sleep 20"


def test_a_shell_of_an_earlier_version_goes_on(rig: Rig) -> None:
    rig.type("f() { local x=1; read y; echo $x $y ${PIPESTATUS[0]}; }; f")
    for process in rig.machines.tables.processes.values():
        for name in ("arrays", "codes", "interactive"):
            process["state"].pop(name, None)
    assert "1 typed 0\n" in rig.type("typed").replace("\r", "")
