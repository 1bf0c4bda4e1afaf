"""Builtins that declare variables and arrays, and that take them away: export, readonly, local, declare, unset."""

import re
from typing import Any

from simulator.shell.arrays import REFERENCE
from simulator.shell.assigning import fill, reference_of, shaped
from simulator.shell.core import Core, Frame
from simulator.shell.memory import ShellError
from simulator.shell.quoting import double_quoted, elements_shown, single_quoted
from simulator.shell.scanner import NAME

SAFE = re.compile(r"[\w@%+=:,./-]+")
DECLARED = "aAxrpfFgilu"  # the letters of `declare` that are simulated


def quoted(shell: Core, text: str) -> str:
    """*text* between single quotes, as a dialect shows values."""
    return single_quoted(text) if shell.dialect.name == "bash" else "'" + text.replace("'", "'\"'\"'") + "'"


def shown(shell: Core, name: str) -> str:
    """The value of *name* as `set` shows it."""
    if array := shell.array(name):
        return elements_shown(array["kind"], shell.elements(name))
    value = shell.vars[name]
    plain = shell.dialect.name == "bash" and (not value or SAFE.fullmatch(value))
    return value if plain else quoted(shell, value)


def checked(shell: Core, name: str, word: str) -> bool:
    """Whether *name* can be a variable; the Almquist shells end over it, bash complains."""
    if NAME.fullmatch(name):
        return True
    if shell.dialect.misuse_exits:
        raise ShellError(shell.say("badname", name), fatal=True, status=2)
    shell.complain(shell.say("badname", word), shell.state.get("builtin", "export"))
    return False


def options_of(shell: Core, argv: list[str]) -> tuple[str, list[str]]:
    """The letters in front, and the names behind them."""
    letters = ""
    args = argv[1:]
    while args and args[0][:1] in ("-", "+") and len(args[0]) > 1:
        word = args.pop(0)
        if word == "--":
            break
        letters += word[1:] if word[0] == "-" else word.upper()
    return letters, args


# --- export, readonly -----------------------------------------------------------------------------------------------


def export(shell: Core, argv: list[str]) -> int:
    """`export [-p] [-n] [name[=value]...]`"""
    return mark(shell, argv, "exports", "x")


def readonly(shell: Core, argv: list[str]) -> int:
    """`readonly [-p] [-a] [-A] [name[=value]...]`"""
    return mark(shell, argv, "readonly", "r")


def mark(shell: Core, argv: list[str], kind: str, letter: str) -> int:
    letters, args = options_of(shell, argv)
    if not args:
        return show_marked(shell, kind, argv[0])
    shell.state["builtin"] = argv[0]
    status = 0
    for arg in args:
        name, equals, value = arg.partition("=")
        if not checked(shell, name, arg):
            status = 1
            continue
        assign_argument(shell, name, value if equals else None)
        if "n" in letters and kind == "exports":
            shell.state[kind].pop(name, None)
        else:
            shell.state[kind][name] = True
    return status


def assign_argument(shell: Core, name: str, value: str | None) -> None:
    """What stands behind the equals sign of an argument: a text, or the list of an array."""
    if name in shell.lists:
        fill(shell, *shell.lists[name])
    elif value is not None:
        shell.set(name, value)


def show_marked(shell: Core, kind: str, word: str) -> int:
    for name in sorted(shell.state[kind]):
        if shell.dialect.name == "bash":
            shell.write(declaration(shell, name) + "\n")
        else:
            value = shell.vars.get(name)
            shell.write(f"{word} {name}" + ("" if value is None else f"={quoted(shell, value)}") + "\n")
    return 0


# --- local, declare -------------------------------------------------------------------------------------------------


def local(shell: Core, argv: list[str]) -> int:
    """`local [-aAxr] name[=value]...`"""
    frame = calling(shell)
    if frame is None:
        if shell.dialect.misuse_exits:
            raise ShellError(shell.say("local"), fatal=True, status=2)
        raise ShellError(shell.say("local"), status=1)
    if shell.dialect.name == "bash":
        return declare(shell, argv) if len(argv) > 1 else show_local(shell, frame)
    shell.state["builtin"] = argv[0]
    for arg in argv[1:]:
        name, equals, value = arg.partition("=")
        if arg.startswith("-") and len(arg) > 1:
            continue
        checked(shell, name, arg)
        make_local(shell, frame, name)
        if equals:
            shell.set(name, value)
    return 0


def show_local(shell: Core, frame: Frame) -> int:
    """The variables of a function."""
    for name in sorted(entry[0] for entry in frame["undo"].get("vars", [])):
        shell.write((declaration(shell, name) or f"declare -- {name}") + "\n")
    return 0


def calling(shell: Core) -> Frame | None:
    """The frame of the function that runs."""
    return next((frame for frame in reversed(shell.stack) if frame["kind"] == "call"), None)


def make_local(shell: Core, frame: Frame, name: str) -> None:
    """Let the function of *frame* have a variable of its own."""
    saved: list[Any] = frame["undo"].setdefault("vars", [])
    if all(entry[0] != name for entry in saved):
        saved.append(shell.noted(name))
        if shell.dialect.name == "bash":
            shell.unset(name)


def declare(shell: Core, argv: list[str]) -> int:
    """`declare [-aAgprx] [name[=value]...]`; other kinds of variables are not simulated."""
    letters, names = options_of(shell, argv)
    for letter in re.sub(r"\+[XILU]+", "", letters):
        if letter not in DECLARED and letters != "n":
            raise ShellError(f"not simulated here: {argv[0]} -{letter}", status=1)
    shell.state["builtin"] = argv[0]
    if "n" in letters and names:
        return max(int(not named(shell, argv[0], name)) for name in names)
    if "F" in letters:
        return show_functions(shell, names)
    if "f" in letters:
        return print_functions(shell, names)
    if "p" in letters or not names:
        return show_declared(shell, letters, names)
    frame = None if "g" in letters else calling(shell)
    status = 0
    for name in names:
        status |= int(not declared(shell, letters, name, frame))
    return status


def named(shell: Core, builtin: str, arg: str) -> bool:
    """`declare -n name=target`: let one name, in a function only there, stand for another; whether that can be."""
    name, equals, target = arg.partition("=")
    if not checked(shell, name, arg):
        return False
    if not equals or not REFERENCE.fullmatch(target):
        raise ShellError(f"not simulated here: {builtin} -n without the name of a variable", status=1)
    if name == target:
        shell.complain(f"{name}: nameref variable self references not allowed", builtin)
        return False
    if frame := calling(shell):
        make_local(shell, frame, name)
        frame["undo"].setdefault("refs", {}).setdefault(name, shell.state.get("refs", {}).get(name))
    shell.refer(name, target)
    return True


def declared(shell: Core, letters: str, arg: str, frame: Frame | None) -> bool:
    """Declare one name, in *frame* if that is a function's; whether it can be declared so."""
    name, equals, value = arg.partition("=")
    plus = name.endswith("+")
    name = name.removesuffix("+")
    if not checked(shell, name, arg):
        return False
    if frame:
        make_local(shell, frame, name)
    if not converted(shell, letters, name):
        return False
    reshape(shell, letters, name)
    assign_argument(shell, name, shaped(shell, name, value, append=plus) if equals else None)
    if "+X" in letters:
        shell.state["exports"].pop(name, None)
    for letter, kind in (("x", "exports"), ("r", "readonly")):
        if letter in letters:
            shell.state[kind][name] = True
    return True


def reshape(shell: Core, letters: str, name: str) -> None:
    """Let values of *name* become what the letters say; small letters and capitals exclude each other."""
    gone = set("".join(re.findall(r"\+([XILU]+)", letters)).lower())
    given = set(re.sub(r"\+[XILU]+", "", letters)) & set("ilu")
    gone |= {"l", "u"} if given & {"l", "u"} else set()
    wanted = (set(shell.shapes(name)) - gone) | given
    shell.shape(name, "".join(letter for letter in "ilu" if letter in wanted))


def converted(shell: Core, letters: str, name: str) -> bool:
    """Make an array of *name* if the letters say so."""
    kind = "A" if "A" in letters.replace("+X", "") else "a" if "a" in letters else ""
    array = shell.array(name)
    if kind and array and array["kind"] != kind:
        message = shell.say("convert" if kind == "A" else "convert back", name)
        shell.complain(message, shell.state["builtin"])
        return False
    if kind and not array:
        shell.check_writable(name)
        blank = name not in shell.vars
        shell.make_array(name, kind)["blank"] = blank
    return True


def show_declared(shell: Core, letters: str, names: list[str]) -> int:
    if not names:
        return show_kind(shell, letters)
    status = 0
    for name in names:
        if text := declaration(shell, name):
            shell.write(text + "\n")
        else:
            shell.complain(f"{name}: not found", shell.state["builtin"])
            status = 1
    return status


def print_functions(shell: Core, names: list[str]) -> int:
    """`declare -f`: functions as they could be typed."""
    known = shell.state["functions"]
    for name in names or sorted(known):
        if name in known:
            shell.write(shell.function_text(name))
    return int(any(name not in known for name in names))


def show_functions(shell: Core, names: list[str]) -> int:
    """`declare -F`: the names of functions."""
    known = shell.state["functions"]
    for name in names or sorted(known):
        if name in known:
            shell.write(f"{name}\n" if names else f"declare -f {name}\n")
    return int(any(name not in known for name in names))


def show_kind(shell: Core, letters: str) -> int:
    """The declarations of all variables, or of those that have what the letters say."""
    wanted = letters.replace("p", "").replace("g", "")
    state = shell.state
    for name in sorted(state["vars"] | state["arrays"] | (state["exports"] | state["readonly"] if letters else {})):
        if all(letter in attributes(shell, name) for letter in wanted):
            shell.write((declaration(shell, name) if letters else f"{name}={shown(shell, name)}") + "\n")
    return 0


def attributes(shell: Core, name: str) -> str:
    array = shell.array(name)
    shapes = shell.shapes(name)
    kinds = {"i": "i" in shapes, "r": name in shell.state["readonly"], "x": name in shell.state["exports"]}
    kinds |= {"l": "l" in shapes, "u": "u" in shapes}
    return (array["kind"] if array else "") + "".join(letter for letter, is_so in kinds.items() if is_so)


def declaration(shell: Core, name: str) -> str:
    """The command that would declare *name* as it is; nothing if it is not."""
    if name in shell.state.get("refs", {}):
        return f'declare -n {name}="{shell.state["refs"][name]}"'
    letters, array, value = attributes(shell, name), shell.array(name), shell.vars.get(name)
    if not letters and value is None:
        return ""
    start = f"declare -{letters or '-'} {name}"
    if array:
        return start if array.get("blank") else f"{start}={elements_shown(array['kind'], shell.elements(name))}"
    return start if value is None else f"{start}={double_quoted(value)}"


# --- unset ----------------------------------------------------------------------------------------------------------


def unset(shell: Core, argv: list[str]) -> int:
    """`unset [-f|-v|-n] name...`"""
    functions = variables = False
    args = argv[1:]
    if args[:1] == ["-n"] and shell.dialect.name == "bash":
        for name in args[1:]:
            shell.refer(name, None)
        return 0
    while args and args[0] in ("-f", "-v", "-fv"):
        functions |= "f" in args[0]
        variables |= "v" in args[0]
        args = args[1:]
    status = 0
    for name in args if functions else map(shell.real, args):
        if functions:
            shell.state["functions"].pop(name, None)
        elif not NAME.fullmatch(name):
            status |= forget_element(shell, name)
        elif name in shell.vars or name in shell.state["arrays"] or variables or shell.dialect.name != "bash":
            status |= forget(shell, name)
        else:
            shell.state["functions"].pop(name, None)
            shell.unset(name)
    return status


def forget(shell: Core, name: str) -> int:
    try:
        shell.unset(name)
    except ShellError as error:
        if shell.dialect.misuse_exits:
            raise
        shell.complain(error.message, "unset")
        return 1
    return 0


def forget_element(shell: Core, text: str) -> int:
    """`unset 'a[1]'`"""
    parts = REFERENCE.fullmatch(text)
    if shell.dialect.misuse_exits:
        raise ShellError(shell.say("badname", text), fatal=True, status=2)
    if not parts or shell.dialect.name != "bash":
        shell.complain(shell.say("badname", text), "unset")
        return 1
    name, key = parts.groups()
    try:
        return unset_one(shell, name, key)
    except ShellError as error:
        shell.complain(error.message, "unset")
        return 1


def unset_one(shell: Core, name: str, key: str) -> int:
    array = shell.array(name)
    if array is None:
        if name not in shell.vars:
            return 0
        if key != "0":
            raise ShellError(shell.say("noarray", name), status=1)
        return forget(shell, name)
    if key in ("@", "*"):
        shell.clear_array(name, array["kind"])
        return 0
    reference = reference_of(shell, name, key)
    if reference is None:
        raise ShellError(shell.say("subscript", f"[{key}]"), status=1)
    shell.unset_element(reference)
    return 0
