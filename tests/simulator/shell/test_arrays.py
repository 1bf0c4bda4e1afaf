"""Arrays: scripts do here what they do in a real bash, written ones (arrays.txt) and ones made up."""

import random
import re
from pathlib import Path

import pytest

from simulator.shell.arrays import bucket
from tests.fuzzing import rounds
from tests.simulator.shell.oracle import here, in_bash, needs_bash, scripts
from tests.simulator.shell.rig import Rig

SCRIPTS = scripts("arrays.txt")


@pytest.fixture(scope="module")
def rig() -> Rig:
    rig = Rig()
    rig.open()
    return rig


@needs_bash
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_does_what_it_does_in_bash(script: str, rig: Rig, tmp_path: Path) -> None:
    assert here(rig, script) == in_bash(script, tmp_path)


@pytest.mark.parametrize("script", SCRIPTS[::9])
def test_a_script_does_the_same_if_the_machine_is_saved_between_any_two_steps(script: str) -> None:
    results = []
    for restart in (False, True):
        rig = Rig(restart=restart)
        rig.open()
        results.append((here(rig, script), rig.world.now, rig.world.to_bytes()))
    assert results[0] == results[1]


VALUES = ["x", '"y z"', "$s", '"$s"', "''", "7", "{p,q}", "$((i+1))", "$(echo c d)", '"${a[@]}"', "${b[*]}", "it\\'s"]
TEXTS = [value for value in VALUES if value != "{p,q}"]
NUMBERS = ["0", "1", "i", "i+1", "-1", "2*2", "$i", "12"]
WORDS = ["k", "$s", '"l m"', "é", "0", "k$i", "n-o"]
KEYS = ["k", "é", "0", "n-o", "k$i"]
OPERATORS = ["", ":1", ":1:2", ": -2", "#x", "%7", "/x/X", "//[a-z]/_", "^^", ":-none", "-none", "+some", "@Q", ":0:1"]
STATEMENTS = [
    "{n}=({v} {v} [{i}]={x})",
    "{n}+=({v} {v})",
    "{n}[{i}]={v}",
    "{n}[{i}]+={v}",
    "{n}={v}",
    "m[{w}]={v}",
    "m+=([{w}]={v} [{w}]={v})",
    "m=([{w}]={v})",
    "m=({v} {v} {v})",
    "unset '{n}[{i}]'",
    'unset "m[{u}]"',
    "i=$((i + 1))",
    "(({n}[{i}] = {i} + 2))",
    "((c[{i}]++))",
    "read -ra {n} <<< {v}",
    "mapfile -t {n} < <(printf '%s\\n' {v} {v})",
    "printf -v '{n}[{i}]' '%s' {v}",
    "set -- {v} \"${{{n}[@]}}\"",
    "printf '<%s>' \"${{{n}[@]{o}}}\" | cat; echo",
    "printf '<%s>' ${{{n}[*]{o}}} \"${{{n}[*]{o}}}\"; echo",
    'echo "${{!{n}[@]}}" "${{#{n}[@]}}" "${{#{n}}}" "${{{n}[{i}]{o}}}"',
    'echo "${{!m[@]}}" ${{#m[@]}} "${{m[{w}]{o}}}" "${{m[@]{o}}}"',
    "f() {{ local -a {n}=({v}); local i=3; echo \"${{{n}[@]}}\"; }}; f",
    "for x in \"${{{n}[@]}}\" {v}; do echo \"[$x]\"; done",
    "[[ -v {n}[{e}] ]]; echo $? ${{PIPESTATUS[@]}}",
    "[[ -v m[@] && {v} =~ (.)(.*) ]] && echo \"${{BASH_REMATCH[@]}}\"",
    "true | false | (exit {e}); echo ${{PIPESTATUS[@]}}",
]  # fmt: skip


def made_up(dice: random.Random) -> str:
    """A script of some statements about the arrays a and b and the map m, and what they are then."""
    lines = ["declare -A m; i=1; s='u v'; a=(1 2 3)"]
    for _ in range(dice.randint(2, 8)):
        statement = dice.choice(STATEMENTS).replace("{n}", dice.choice("ab"))
        for hole, choices in (
            ("{v}", VALUES),
            ("{x}", TEXTS),
            ("{u}", KEYS),
            ("{e}", NUMBERS[:2]),
            ("{i}", NUMBERS),
            ("{w}", WORDS),
            ("{o}", OPERATORS),
        ):
            while hole in statement:
                statement = statement.replace(hole, dice.choice(choices), 1)
        lines.append(statement.replace("{{", "{").replace("}}", "}"))
    return "\n".join([*lines, "declare -p a b m c i; echo $#"]) + "\n"


def same(errors: str) -> str:
    """Complaints of subscripts without what bash shows of the source text."""
    return re.sub(r": \S+: bad array subscript", ": bad array subscript", errors)


@needs_bash
def test_made_up_scripts_do_what_they_do_in_bash(rig: Rig, tmp_path: Path) -> None:
    dice = random.Random(11)
    for _ in range(rounds(60)):
        script = made_up(dice)
        out, err, code = here(rig, script)
        real = in_bash(script, tmp_path)
        assert (out, same(err), code) == (real[0], same(real[1]), real[2]), script


def test_many_words_come_in_the_order_of_their_buckets(rig: Rig) -> None:
    out, _, _ = here(rig, "declare -A m; for i in {1..300}; do m[k$i]=; done; printf '%s\\n' \"${!m[@]}\"")
    keys = out.split()
    assert sorted(keys) == sorted(f"k{i}" for i in range(1, 301))
    assert [bucket(key) for key in keys] == sorted(bucket(key) for key in keys)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("a=(1 2 3); while :; do a+=(${a[@]}); done", "xrealloc: cannot allocate memory"),
        ("a=1; while :; do a[$((i++))]=$a$a; a=$a$a; done", "xrealloc: cannot allocate memory"),
        ("a=(1 2", "unexpected EOF while looking for matching `)'"),
        ("echo ${a[1", "unexpected EOF while looking for matching `]'"),
        ("echo a=(1)", "syntax error near unexpected token `('"),
        ("a=(1 ; 2)", "syntax error near unexpected token `;'"),
        ("a=(x); echo ${a[@]@A}", "not simulated here: ${a@A}"),
    ],
)
def test_what_cannot_be_is_said(rig: Rig, line: str, error: str) -> None:
    out, err, code = here(rig, line)
    assert out == ""
    assert error in err
    assert code
