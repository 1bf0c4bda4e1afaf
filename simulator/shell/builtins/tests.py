"""The builtins `test` and `[`."""

from simulator.shell.conditions import Expression
from simulator.shell.core import Core
from simulator.shell.memory import ShellError


def test(shell: Core, argv: list[str]) -> int:
    return int(not Expression(shell, argv[1:]).value())


def bracket(shell: Core, argv: list[str]) -> int:
    if argv[-1] != "]":
        raise ShellError(shell.say("test missing"), status=2)
    return int(not Expression(shell, argv[1:-1]).value())


def double_bracket(shell: Core, argv: list[str]) -> int:
    """`[[` of busybox: `[`, where patterns stand behind `=`; bash has a grammar for it."""
    if argv[-1] != "]]":
        raise ShellError("missing ]]", status=2)
    return int(not Expression(shell, argv[1:-1], patterns=True).value())
