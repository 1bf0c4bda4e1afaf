"""The builtin `complete` of bash: how the arguments of a command are completed. What it says is kept; the console completes by itself."""

from simulator.shell.core import Core
from simulator.shell.memory import ShellError

VALUED = "oAGWFCXPS"
FLAGS = "abcdefgjksuvpDEIr"
MOST = 500


def complete(shell: Core, argv: list[str]) -> int:
    """`complete [-F function] [-W words] [-o option]... name...`, `complete -p [name...]`, `complete -r [name...]`"""
    known: dict[str, str] = shell.state.setdefault("completions", {})
    letters, shown, names = parse(argv)
    if "r" in letters:
        return forget(shell, known, names)
    if "p" in letters or not (names or shown):
        return show(shell, known, names)
    for name in names:
        if len(known) >= MOST:
            raise shell.error("memory")
        known[name] = " ".join(["complete", *shown, name])
    return 0


def parse(argv: list[str]) -> tuple[str, list[str], list[str]]:
    """The letters, the options as `complete -p` shows them, and the names."""
    letters, shown = "", []
    args = argv[1:]
    while args and args[0][:1] == "-" and len(args[0]) > 1:
        word = args.pop(0)
        if word == "--":
            break
        for index, letter in enumerate(word[1:], 1):
            if letter not in VALUED + FLAGS:
                raise ShellError(f"-{letter}: invalid option", status=2)
            letters += letter
            if letter in VALUED:
                value = word[index + 1 :] or (args.pop(0) if args else "")
                quoted = f"'{value}'" if letter in "GWXPSC" else value
                shown.append(f"-{letter} {quoted}")
                break
            if letter not in "pr":
                shown.append(f"-{letter}")
    return letters, shown, args


def show(shell: Core, known: dict[str, str], names: list[str]) -> int:
    status = 0
    for name in names or list(known):
        if name in known:
            shell.write(known[name] + "\n")
        else:
            status = missing(shell, name)
    return status


def forget(shell: Core, known: dict[str, str], names: list[str]) -> int:
    status = 0
    for name in names or list(known):
        if known.pop(name, None) is None:
            status = missing(shell, name)
    return status


def missing(shell: Core, name: str) -> int:
    shell.complain(f"{name}: no completion specification", "complete")
    return 1
