"""Builtins that set parameters, options and aliases, and `set`, which shows what is set."""

from simulator.shell.builtins.declarations import quoted, shown
from simulator.shell.core import Core
from simulator.shell.memory import LONG_OPTIONS, OPTIONS, ShellError

SHOWN_OPTIONS = {
    "dash": "errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset privileged nolog debug",
    "ash": "errexit noglob ignoreeof interactive monitor noexec xtrace verbose noclobber allexport notify nounset vi pipefail",
    "bash": "allexport errexit errtrace functrace hashall monitor noclobber noexec noglob notify nounset pipefail verbose xtrace",
}


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
    for name in sorted([*shell.vars, *shell.state["arrays"]]):
        shell.write(f"{name}={shown(shell, name)}\n")
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
