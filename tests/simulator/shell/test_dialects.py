"""Each dialect says things in its own words; what is expected here was read off the real shells."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rig import Rig


@pytest.fixture(scope="module")
def rig() -> Rig:
    rig = Rig()
    rig.open()
    return rig


@pytest.fixture(scope="module")
def ash() -> Rig:
    rig = Rig(dialect="ash")
    rig.open()
    return rig


@pytest.mark.parametrize(
    ("shell", "script", "error", "code"),
    [
        ("ash", "sleep2", "ash: sleep2: not found", 127),
        ("dash", "sleep2", "dash: 1: sleep2: not found", 127),
        ("bash", "sleep2", "bash: line 1: sleep2: command not found", 127),
        ("ash", "cd /nonexist", "ash: cd: line 0: can't cd to /nonexist: No such file or directory", 2),
        ("bash", "cd /nonexist", "bash: line 1: cd: /nonexist: No such file or directory", 1),
        ("ash", "echo a; done", 'ash: syntax error: unexpected "done"', 2),
        ("ash", "if true; then", 'ash: syntax error: unexpected end of file (expecting "fi")', 2),
        ("bash", "if true; then", "bash: -c: line 2: syntax error: unexpected end of file", 2),
        ("ash", "echo hi > /nodir/x", "ash: can't create /nodir/x: nonexistent directory", 1),
        ("bash", "echo hi > /nodir/x", "bash: line 1: /nodir/x: No such file or directory", 1),
        ("ash", "cat < /nonexist", "ash: can't open /nonexist: no such file", 1),
        ("ash", "echo $((1/0))", "ash: divide by zero", 2),
        ("bash", "echo $((1/0))", 'bash: line 1: 1/0: division by 0 (error token is "0")', 1),
        ("bash", "echo ${x?}", "bash: line 1: x: parameter not set", 127),
        ("ash", "[ a -eq 1 ]", "ash: a: bad number", 2),
        ("bash", "readonly x=1; x=2; echo no", "bash: line 1: x: readonly variable", 1),
        ("ash", "exec nonexist; echo no", "ash: exec: line 0: nonexist: not found", 127),
        ("ash", "f() { f; }; f", "ash: out of memory", 2),
        ("ash", "x=a; while :; do x=$x$x; done", "ash: out of memory", 2),
        ("bash", "enable -n echo", "bash: line 1: enable: not simulated here: the builtin enable", 1),
        ("bash", "compgen -F f", "bash: line 1: compgen: not simulated here: compgen -F", 1),
    ],
)
def test_errors_are_in_the_dialects_own_words(
    rig: Rig, ash: Rig, shell: str, script: str, error: str, code: int
) -> None:
    if shell == "ash":
        out, err, status = ash.run(["dash", "-c", script])
        assert (out, err.replace("dash:", "ash:"), status) == ("", error + "\n", code)
    else:
        assert rig.run([shell, "-c", script]) == ("", error + "\n", code)


def test_busybox_looks_behind_equals_for_a_pattern_between_double_brackets(ash: Rig) -> None:
    script = "[[ zbc = z* ]] && echo 1; [[ zbc == y* ]] || echo 2; [[ zbc != y* ]] && echo 3; [ zbc = z* ] || echo 4"
    assert ash.run(["dash", "-c", script]) == ("1\n2\n3\n4\n", "", 0)
