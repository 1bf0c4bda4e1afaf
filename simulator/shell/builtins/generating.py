"""compgen: the words that a word could become (bash builtins/complete.def)."""

from collections.abc import Callable

from simulator.runtime.syscalls import UnixError
from simulator.shell.core import Core
from simulator.shell.memory import ShellError
from simulator.shell.tokens import KEYWORDS

LETTERS = {
    "a": "alias", "b": "builtin", "c": "command", "d": "directory", "e": "export", "f": "file", "k": "keyword", "v": "variable",
}  # fmt: skip
WITH_VALUES = "AWPS"
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MOST_FOLDERS = 50


def compgen(shell: Core, argv: list[str]) -> int:
    """`compgen [-abcdefkv] [-A ACTION] [-W WORDS] [-P PREFIX] [-S SUFFIX] [WORD]`"""
    actions, values, word = _read(shell, argv[1:])
    found = [name for action in actions for name in _names(shell, action, word)]
    found += values.get("W", "").split()
    before, after = values.get("P", ""), values.get("S", "")
    lines = [f"{before}{name}{after}\n" for name in found if name.startswith(word)]
    shell.write("".join(lines))
    return 0 if lines else 1


def _read(shell: Core, args: list[str]) -> tuple[list[str], dict[str, str], str]:
    """Actions, values of options, and the word."""
    actions: list[str] = []
    values: dict[str, str] = {}
    while args and args[0][:1] == "-" and len(args[0]) > 1:
        option = args.pop(0)
        if option == "--":
            break
        for at, letter in enumerate(option[1:], 1):
            if letter in LETTERS:
                actions.append(LETTERS[letter])
                continue
            if letter not in WITH_VALUES:
                raise ShellError(f"not simulated here: compgen -{letter}", status=1)
            rest = option[at + 1 :]
            if not rest and not args:
                raise ShellError(f"-{letter}: option requires an argument", status=2)
            values[letter] = rest or args.pop(0)
            break
    if action := values.get("A"):
        if action not in ACTIONS:
            raise ShellError(f"{action}: invalid action name", status=2)
        actions.append(action)
    return actions, values, args[0] if args else ""


def _names(shell: Core, action: str, word: str) -> list[str]:
    return ACTIONS[action](shell, word)


def _commands(shell: Core, word: str) -> list[str]:
    """What can stand at the beginning of a command, the programs on PATH last."""
    found = [name for action in ("alias", "keyword", "function", "builtin") for name in _names(shell, action, word)]
    for folder in (shell.get("PATH") or DEFAULT_PATH).split(":")[:MOST_FOLDERS]:
        found += _listed(shell, folder)
    return list(dict.fromkeys(found))


def _listed(shell: Core, folder: str) -> list[str]:
    try:
        return sorted(shell.sys.listdir(folder or "."))
    except UnixError:
        return []


def _files(shell: Core, word: str) -> list[str]:
    folder, slash, _ = word.rpartition("/")
    return [folder + slash + name for name in _listed(shell, folder + slash)]


def _is_folder(shell: Core, path: str) -> bool:
    try:
        return shell.sys.stat(path).kind == "dir"
    except UnixError:
        return False


ACTIONS: dict[str, Callable[[Core, str], list[str]]] = {
    "alias": lambda shell, word: sorted(shell.state["aliases"]),
    "builtin": lambda shell, word: sorted(shell.state["builtins"]),
    "command": _commands,
    "directory": lambda shell, word: [path for path in _files(shell, word) if _is_folder(shell, path)],
    "export": lambda shell, word: sorted(shell.state["exports"]),
    "file": _files,
    "function": lambda shell, word: sorted(shell.state["functions"]),
    "keyword": lambda shell, word: sorted(KEYWORDS),
    "variable": lambda shell, word: sorted(shell.vars),
}
