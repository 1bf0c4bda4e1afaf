"""The parser against `dash -n`: both take and refuse the same texts."""

import random
import shutil
import subprocess

import pytest

from simulator.shell.parser import parse
from simulator.shell.syntax import ShellSyntaxError
from tests.fuzzing import rounds

PIECES = [
    "a",
    "b",
    "$x",
    "${x:-y}",
    "$(a)",
    "`b`",
    "$((1+2))",
    '"q"',
    "'r'",
    "if",
    "then",
    "else",
    "fi",
    "while",
    "do",
    "done",
    "for",
    "i",
    "in",
    "case",
    "esac",
    "a)",
    ";;",
    ";",
    "&",
    "&&",
    "||",
    "|",
    "(",
    ")",
    "{",
    "}",
    "!",
    ">",
    "f",
    "<f",
    "2>&1",
    "\n",
    "x=1",
    "f()",
    "#",
    "\\",
]
ROUNDS = rounds(150)


def accepted(text: str) -> bool:
    pos, line = 0, 1
    try:
        while (unit := parse(text, pos, line, "dash")).body is not None:
            pos, line = unit.end, unit.line
    except ShellSyntaxError:
        return False
    return True


@pytest.mark.skipif(shutil.which("dash") is None, reason="there is no dash here to compare with")
def test_the_same_texts_are_programs_as_in_dash() -> None:
    dice = random.Random(7)
    for _ in range(ROUNDS):
        text = " ".join(dice.choice(PIECES) for _ in range(dice.randint(1, 12)))
        real = subprocess.run(["dash", "-n", "-c", text], capture_output=True, timeout=10)
        assert accepted(text) == (real.returncode == 0), (text, real.stderr)


@pytest.mark.parametrize("text", ["(" * 5_000, "$(" * 5_000, "${a:-" * 5_000, "if " * 5_000, '"$(' * 5_000])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ShellSyntaxError):
        parse(text, 0, 1, "bash")


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_only_blanks_and_newlines_part_words(space: str) -> None:
    body = parse(f"echo a{space}b {space}\n", 0, 1, "bash").body
    assert body is not None
    assert [word[0].text for word in body.items[0][0].words] == ["echo", f"a{space}b", space]
