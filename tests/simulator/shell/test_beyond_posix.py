"""What bash has and others have not: done as bash does it, or refused by name."""

import pytest

from simulator.shell.parser import parse
from simulator.shell.syntax import ShellSyntaxError
from tests.simulator.shell.rig import Rig

REFUSED = {
    "coproc cat": "coproc",
}


@pytest.fixture
def rig() -> Rig:
    made = Rig()
    made.open()
    return made


def said(rig: Rig, line: str) -> str:
    """What a line printed, without the prompt behind it."""
    return rig.type(line).replace("\r", "").removesuffix("[root@master ~]# ")


@pytest.mark.parametrize("script", REFUSED)
def test_what_is_not_simulated_is_refused_by_name(rig, script):
    assert said(rig, script) == f"-bash: not simulated here: {REFUSED[script]}\n"


@pytest.mark.parametrize("dialect", ["ash", "dash"])
@pytest.mark.parametrize("script", ["a=(1 2)", "a+=(1)", "cat <(echo hi)"])
def test_other_shells_know_nothing_of_it(script, dialect):
    with pytest.raises(ShellSyntaxError) as error:
        parse(script, 0, 1, dialect)
    assert error.value.kind == "unexpected"


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("echo ${a[0]}", "dash: syntax error: bad substitution\n"),
        ("a[0]=x", "dash: a[0]=x: not found\n"),
        ("unset 'a[0]'", "dash: unset: line 0: a[0]: bad variable name\n"),
        ("declare -a x", "dash: declare: not found\n"),
        ("mapfile x", "dash: mapfile: not found\n"),
    ],
)
def test_ash_has_no_arrays(script, error):
    rig = Rig(dialect="ash")
    rig.open()
    assert rig.run(["dash", "-c", script])[1] == error


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("cat <(echo a) <(echo b)", "a\nb\n"),
        ("echo <(true) x>(true)", "/dev/fd/63 x/dev/fd/62\n"),
        ("diff <(echo a) <(echo b)", "1c1\n< a\n---\n> b\n"),
        ("while read x; do echo got $x; done < <(printf '1\\n2\\n')", "got 1\ngot 2\n"),
        ("while read x; do echo $x; break; done < <(while :; do echo y; sleep 1; done)", "y\n"),
        ("f() { echo first; cat $1; }; f <(echo inner)", "first\ninner\n"),
        ("for f in <(echo x) <(echo y); do cat $f; done; echo <(true)", "x\ny\n/dev/fd/63\n"),
        (". <(echo v=1); echo $v", "1\n"),
        ("echo up | tee >(tr a-z A-Z > /tmp/up) > /dev/null; sleep 1; cat /tmp/up", "UP\n"),
        ("cat <(exit 3); echo $?", "0\n"),
        ("wc -c <(head -c 2000000 /dev/zero)", "-bash: xrealloc: cannot allocate memory\n"),
        ("echo '<(a)' \"<(b)\"", "<(a) <(b)\n"),
    ],
)
def test_a_process_stands_for_a_file(rig, line, out):
    assert said(rig, line) == out


@pytest.mark.parametrize(
    ("test", "out"),
    [
        ("[[ -n '' && $(echo evaluated >&2) ]]", "no\n"),
        ("[[ -n x || $(echo evaluated >&2) ]]", "yes\n"),
        ("[[ -n x && ( -z x || ! -n '' ) ]]", "yes\n"),
        ("[[ ! ( a == a && b == c ) ]]", "yes\n"),
        ("[[ a == a && b == c || c == c ]]", "yes\n"),
        ("[[ x -eq 0 && -z '' ]]", "yes\n"),
    ],
)
def test_a_condition_looks_no_further_than_it_must(rig, test, out):
    assert said(rig, f"{test} && echo yes || echo no") == out


def test_a_failed_condition_ends_a_shell_that_ends_on_errors(rig):
    out = said(rig, "bash -ec '[[ a == a && b == c ]]; echo not reached'; echo $?")
    assert out.splitlines()[0] == "1"


def test_time_measures_a_pipeline_in_bashs_form(rig):
    real, user, system = said(rig, "time sleep 2 | cat").splitlines()[1:]
    assert real.startswith("real\t0m2.00")
    assert user.startswith("user\t0m0.0")
    assert system == "sys\t0m0.000s"


def test_time_takes_loops_and_keeps_their_status(rig):
    out = said(rig, "time -p while sleep 1; do break; done; time (exit 3); echo $?")
    assert out.startswith("real 1.00\nuser 0.00\nsys 0.00\n")
    assert out.endswith("3\n")


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_a_here_document_may_be_larger_than_a_pipe(rig, shell):
    rig.machines.write_file("master", "/root/long.sh", b"cat <<EOF | wc -c\n" + b"0123456789\n" * 20_000 + b"EOF\n")
    assert said(rig, f"{shell} long.sh").strip() == "220000"
    assert said(rig, "ls /tmp").strip() == ""


@pytest.mark.parametrize("line", ["nosuch | cat", "(nosuch)", "echo $(nosuch)", "nosuch"])
def test_copies_of_a_shell_that_somebody_types_at_name_no_lines(rig, line):
    assert said(rig, line).strip() == "-bash: nosuch: command not found"
