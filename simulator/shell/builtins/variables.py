"""Builtins that set variables, parameters, options and aliases."""

import re

from simulator.shell.core import Core
from simulator.shell.memory import LONG_OPTIONS, OPTIONS, ShellError
from simulator.shell.scanner import NAME

SHOWN_OPTIONS = {
    "dash": "errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset privileged nolog debug",
    "ash": "errexit noglob ignoreeof interactive monitor noexec xtrace verbose noclobber allexport notify nounset vi pipefail",
    "bash": "allexport errexit hashall monitor noclobber noexec noglob notify nounset pipefail verbose xtrace",
}
SAFE = re.compile(r"[\w@%+=:,./-]+")


def quoted(shell: Core, text: str) -> str:
    """*text* between single quotes, as a dialect shows values."""
    if shell.dialect.name == "bash":
        return "'" + text.replace("'", "'\\''") + "'"
    return "'" + text.replace("'", "'\"'\"'") + "'"


def checked(shell: Core, name: str, word: str) -> bool:
    """Whether *name* can be a variable; the Almquist shells end over it, bash complains."""
    if NAME.fullmatch(name):
        return True
    if shell.dialect.misuse_exits:
        raise ShellError(shell.say("badname", name), fatal=True, status=2)
    shell.complain(shell.say("badname", word), shell.state.get("builtin", "export"))
    return False


# --- export, readonly, local ----------------------------------------------------------------------------------------


def export(shell: Core, argv: list[str]) -> int:
    """`export [-p] [-n] [name[=value]...]`"""
    return mark(shell, argv, "exports", "export", "declare -x")


def readonly(shell: Core, argv: list[str]) -> int:
    """`readonly [-p] [name[=value]...]`"""
    return mark(shell, argv, "readonly", "readonly", "declare -r")


def mark(shell: Core, argv: list[str], kind: str, word: str, declared: str) -> int:
    args = [arg for arg in argv[1:] if arg not in ("-p", "--")]
    remove = args[:1] == ["-n"] and kind == "exports"
    args = args[1:] if remove else args
    if not args:
        return show_marked(shell, kind, declared if shell.dialect.name == "bash" else word)
    shell.state["builtin"] = argv[0]
    status = 0
    for arg in args:
        name, equals, value = arg.partition("=")
        if not checked(shell, name, arg):
            status = 1
            continue
        if equals:
            shell.set(name, value)
        if remove:
            shell.state[kind].pop(name, None)
        else:
            shell.state[kind][name] = True
    return status


def show_marked(shell: Core, kind: str, word: str) -> int:
    bash = shell.dialect.name == "bash"
    for name in sorted(shell.state[kind]):
        value = shell.vars.get(name)
        text = "" if value is None else f'="{escaped(value)}"' if bash else f"={quoted(shell, value)}"
        shell.write(f"{word} {name}{text}\n")
    return 0


def escaped(value: str) -> str:
    """*value* as it stands between double quotes."""
    return re.sub(r'(["\\$`])', r"\\\1", value)


def local(shell: Core, argv: list[str]) -> int:
    """`local name[=value]...`"""
    frame = next((frame for frame in reversed(shell.stack) if frame["kind"] == "call"), None)
    if frame is None:
        if shell.dialect.misuse_exits:
            raise ShellError(shell.say("local"), fatal=True, status=2)
        raise ShellError(shell.say("local"), status=1)
    shell.state["builtin"] = argv[0]
    status = 0
    saved = frame["undo"].setdefault("vars", [])
    known = {entry[0] for entry in saved}
    for arg in argv[1:]:
        name, equals, value = arg.partition("=")
        if arg.startswith("-") and len(arg) > 1:
            continue
        if not checked(shell, name, arg):
            status = 1
            continue
        if name not in known:
            known.add(name)
            saved.append([name, shell.vars.get(name), name in shell.state["exports"]])
            if not equals and shell.dialect.name == "bash":
                shell.unset(name)
        if equals:
            shell.set(name, value)
    return status


def declare(shell: Core, argv: list[str]) -> int:
    """`declare [-x] [-r] [-p] [-f] [name[=value]...]`; other kinds of variables are not simulated."""
    letters = "".join(arg[1:] for arg in argv[1:] if arg.startswith("-"))
    names = [arg for arg in argv[1:] if not arg.startswith("-")]
    for letter in letters:
        if letter not in "xrpfFg":
            raise ShellError(f"not simulated here: {argv[0]} -{letter}", status=1)
    if not names:
        return show_marked(shell, "exports", "declare -x") if "x" in letters else show_all(shell)
    if "p" in letters:
        return show_declared(shell, names)
    if any(frame["kind"] == "call" for frame in shell.stack) and "g" not in letters:
        local(shell, [argv[0], *names])
    status = 0
    for name in names:
        if "x" in letters:
            status |= export(shell, ["export", name])
        elif "r" in letters:
            status |= readonly(shell, ["readonly", name])
        elif "=" in name and checked(shell, name.partition("=")[0], name):
            shell.set(name.partition("=")[0], name.partition("=")[2])
    return status


def show_declared(shell: Core, names: list[str]) -> int:
    status = 0
    for name in names:
        value = shell.vars.get(name)
        if value is None:
            shell.complain(f"{name}: not found", "declare")
            status = 1
            continue
        flags = ("r" if name in shell.state["readonly"] else "") + ("x" if name in shell.state["exports"] else "")
        shell.write(f'declare -{flags or "-"} {name}="{escaped(value)}"\n')
    return status


def unset(shell: Core, argv: list[str]) -> int:
    """`unset [-f|-v] name...`"""
    functions = variables = False
    args = argv[1:]
    while args and args[0] in ("-f", "-v", "-fv"):
        functions |= "f" in args[0]
        variables |= "v" in args[0]
        args = args[1:]
    status = 0
    for name in args:
        if functions:
            shell.state["functions"].pop(name, None)
        elif not NAME.fullmatch(name):
            if shell.dialect.misuse_exits:
                raise ShellError(shell.say("badname", name), fatal=True, status=2)
        elif name in shell.vars or variables or shell.dialect.name != "bash":
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


# --- set, shift, getopts --------------------------------------------------------------------------------------------


def set_options(shell: Core, argv: list[str]) -> int:
    """`set`, `set -eux`, `set -o name`, `set -- words`."""
    args = argv[1:]
    if not args:
        return show_all(shell)
    while args and len(args[0]) > 1 and args[0][0] in "-+":
        word = args.pop(0)
        if word == "--":
            shell.state["args"] = args
            return 0
        if word in ("-o", "+o") and not args:
            return show_options(shell, plus=word == "+o")
        for letter in word[1:]:
            set_option(shell, letter, word[0] == "-", args)
    if args:
        if args[0] == "-":
            args = args[1:]
        shell.state["args"] = args
    return 0


def set_option(shell: Core, letter: str, on: bool, args: list[str]) -> None:
    """One option; for `o` its name is the next of *args*."""
    sign = "-" if on else "+"
    if letter == "o":
        name = args.pop(0) if args else ""
        known = LONG_OPTIONS.get(name)
        if known is None or (name == "pipefail" and "pipefail" not in shell.dialect.features):
            raise unknown_option(shell, f"{sign}o {name}", name)
        letter = known
    elif letter not in OPTIONS:
        raise unknown_option(shell, sign + letter, "")
    if on:
        shell.options[letter] = True
    else:
        shell.options.pop(letter, None)


def unknown_option(shell: Core, shown: str, name: str) -> ShellError:
    if shell.dialect.name == "bash":
        return ShellError(shell.say("setoption", name) if name else shell.say("option", shown), status=2)
    soft = bool(name) and shell.dialect.name == "ash"
    return ShellError(shell.say("option", shown), fatal=not soft, status=1 if soft else 2)


def show_options(shell: Core, *, plus: bool) -> int:
    names = SHOWN_OPTIONS[shell.dialect.name].split()
    if plus:
        for name in names:
            shell.write(f"set {'-' if is_on(shell, name) else '+'}o {name}\n")
        return 0
    if shell.dialect.name == "dash":
        shell.write("Current option settings\n")
    for name in names:
        state = "on" if is_on(shell, name) else "off"
        shell.write(f"{name:<15}\t{state}\n" if shell.dialect.name == "bash" else f"{name:<15} {state}\n")
    return 0


def is_on(shell: Core, name: str) -> bool:
    return bool(shell.options.get(LONG_OPTIONS.get(name, name)))


def show_all(shell: Core) -> int:
    for name in sorted(shell.vars):
        value = shell.vars[name]
        plain = shell.dialect.name == "bash" and (not value or SAFE.fullmatch(value))
        shell.write(f"{name}={value if plain else quoted(shell, value)}\n")
    return 0


def shift(shell: Core, argv: list[str]) -> int:
    text = argv[1] if len(argv) > 1 else "1"
    if not text.isdecimal():
        raise ShellError(shell.say("number", text), fatal=shell.dialect.misuse_exits, status=2)
    count = int(text[:9])
    args = shell.state["args"]
    if count > len(args):
        message = shell.say("shift")
        raise ShellError(message, fatal=bool(message), status=2 if message else 1)
    shell.state["args"] = args[count:]
    return 0


def getopts(shell: Core, argv: list[str]) -> int:
    """`getopts letters name [words...]`"""
    if len(argv) < 3:
        usage = shell.say("getoptsusage")
        if shell.dialect.name == "bash":
            shell.write(f"getopts: {usage}\n", 2)
            return 2
        raise ShellError(usage, status=2)
    letters, name = argv[1], argv[2]
    words = argv[3:] if len(argv) > 3 else shell.state["args"]
    return next_option(shell, letters, name, words)


def next_option(shell: Core, letters: str, name: str, words: list[str]) -> int:
    text = shell.get("OPTIND") or "1"
    index = int(text[:9]) if text.isdecimal() and int(text[:9]) > 0 else 1
    position = shell.state["optpos"]
    word = words[index - 1] if index <= len(words) else ""
    if not position or position >= len(word):
        position = 1
        if len(word) < 2 or word[0] != "-" or word == "--":
            shell.set(name, "?")
            shell.set("OPTIND", str(index + (word == "--")))
            return 1
    letter = word[position]
    position += 1
    value: str | None = None
    place = letters.removeprefix(":").find(letter)
    wants = place >= 0 and letters.removeprefix(":")[place + 1 : place + 2] == ":"
    if wants:
        value = word[position:] if position < len(word) else words[index] if index < len(words) else None
        index += 1 if position < len(word) or value is None else 2
        position = 0
    elif position >= len(word):
        index, position = index + 1, 0
    shell.set("OPTIND", str(index))
    shell.state["optpos"] = position
    return option_found(shell, letters.startswith(":"), name, letter, value, place >= 0 and letter != ":", wants)


def option_found(shell: Core, silent: bool, name: str, letter: str, value: str | None, known: bool, wants: bool) -> int:
    """Set the variables that tell of an option."""
    if known and (not wants or value is not None):
        shell.set(name, letter)
        if wants:
            shell.set("OPTARG", value or "")
        else:
            shell.unset("OPTARG")
        return 0
    if silent:
        shell.set(name, ":" if known else "?")
        shell.set("OPTARG", letter)
        return 0
    shell.set(name, "?")
    shell.unset("OPTARG")
    message = shell.say("needargument" if known else "getoption", letter)
    shell.write((f"{shell.state['name']}: " if shell.dialect.name == "bash" else "") + message + "\n", 2)
    return 0


# --- aliases --------------------------------------------------------------------------------------------------------


def alias(shell: Core, argv: list[str]) -> int:
    aliases = shell.state["aliases"]
    prefix = "alias " if shell.dialect.name == "bash" else ""
    if len(argv) == 1:
        for name in sorted(aliases):
            shell.write(f"{prefix}{name}={quoted(shell, aliases[name])}\n")
        return 0
    status = 0
    for word in argv[1:]:
        name, equals, value = word.partition("=")
        if equals:
            if len(aliases) >= 500 or len(value) > 2_000:
                raise shell.error("memory")
            aliases[name] = value
        elif name in aliases:
            shell.write(f"{prefix}{name}={quoted(shell, aliases[name])}\n")
        else:
            missing(shell, "alias", name)
            status = 1
    return status


def unalias(shell: Core, argv: list[str]) -> int:
    aliases = shell.state["aliases"]
    if argv[1:2] == ["-a"]:
        aliases.clear()
        return 0
    status = 0
    for name in argv[1:]:
        if aliases.pop(name, None) is None:
            missing(shell, "unalias", name)
            status = 1
    return status


def missing(shell: Core, builtin: str, name: str) -> None:
    message = shell.say(builtin, name)
    if shell.dialect.name == "bash":
        shell.complain(message, builtin)
    else:
        shell.write(f"{builtin}: {name} not found\n", 2)
