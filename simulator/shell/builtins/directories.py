"""Builtins of bash for the stack of directories: pushd, popd, dirs. The one on top is where the shell is."""

from simulator.shell.builtins.basics import go_to, refusal
from simulator.shell.core import Core
from simulator.shell.memory import ShellError

DEEPEST = 1_000


def stack(shell: Core) -> list[str]:
    """The directories below the one on top."""
    found: list[str] = shell.state.setdefault("dirs", [])
    return found


def pushd(shell: Core, argv: list[str]) -> int:
    """`pushd directory`, `pushd` (change places), `pushd +N` (turn)."""
    below = stack(shell)
    if len(argv) < 2:
        if not below:
            raise ShellError("no other directory", status=1)
        wanted, rest = below[0], [shell.sys.cwd, *below[1:]]
    elif (number := counted(shell, argv[1])) is not None:
        turned = [shell.sys.cwd, *below]
        turned = turned[number:] + turned[:number]
        wanted, rest = turned[0], turned[1:]
    else:
        wanted, rest = argv[1], [shell.sys.cwd, *below][:DEEPEST]
    enter(shell, wanted)
    shell.state["dirs"] = rest
    return show(shell, " ", False)


def popd(shell: Core, argv: list[str]) -> int:
    """`popd`, `popd +N`"""
    below = stack(shell)
    if not below:
        raise ShellError("directory stack empty", status=1)
    number = counted(shell, argv[1]) if len(argv) > 1 else 0
    if number is None:
        raise ShellError(f"{argv[1]}: invalid argument", status=1)
    if number:
        del below[number - 1]
    else:
        enter(shell, below[0])
        del below[0]
    return show(shell, " ", False)


def counted(shell: Core, word: str) -> int | None:
    """Which entry `+N` or `-N` means; None if *word* is none of these."""
    if word[0] not in "+-" or not word[1:].isdecimal():
        return None
    size = len(stack(shell)) + 1
    if size == 1:
        raise ShellError("directory stack empty", status=1)
    number = int(word[1:9])
    if number >= size:
        raise ShellError(f"{word}: directory stack index out of range", status=1)
    return number if word[0] == "+" else size - 1 - number


def enter(shell: Core, path: str) -> None:
    if not go_to(shell, path):
        raise refusal(shell, path)


def dirs(shell: Core, argv: list[str]) -> int:
    """`dirs [-clpv]`"""
    letters = "".join(word[1:] for word in argv[1:])
    if "c" in letters:
        shell.state["dirs"] = []
        return 0
    return show(shell, "\n" if "p" in letters or "v" in letters else " ", "v" in letters, whole="l" in letters)


def show(shell: Core, gap: str, numbered: bool, *, whole: bool = False) -> int:
    home = shell.get("HOME") or "\n"
    paths = [shell.sys.cwd, *stack(shell)]
    if not whole:
        paths = ["~" + path[len(home) :] if path == home or path.startswith(home + "/") else path for path in paths]
    shell.write(gap.join(f"{index:2d}  {path}" if numbered else path for index, path in enumerate(paths)) + "\n")
    return 0
