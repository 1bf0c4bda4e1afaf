"""kubectl, as a program of a simulated machine: finds the command, lets it take a step, says what failed (models cmd/kubectl)."""

from simulator.kubectl import help as helping
from simulator.kubectl import relay
from simulator.kubectl.cli import GLOBAL_FLAGS, Command, find
from simulator.kubectl.commands import COMMANDS
from simulator.kubectl.failures import Failure, Misused, UsageFailure, packed, parts
from simulator.kubectl.flags import Parsed, parse
from simulator.kubectl.recording import WARNING
from simulator.kubectl.session import Pause, Session
from simulator.kubectl.suggestions import suggest
from simulator.runtime.syscalls import Step, Sys, UnixError

# The start costs a little, in virtual microseconds, so that no loop stands still; the real one's 40 ms would move ages.
START_UP = 10_000
TELLING = ("kubectl rollout", "kubectl certificate")
BARE_FLAGS = frozenset(f"--{flag.name}" for flag in GLOBAL_FLAGS if flag.bare is not None)
VALUE_FLAGS = ("-n", "-s", "-v")


def main(sys: Sys) -> Step:
    """Take one step of the command that `sys.argv` says."""
    if not sys.state.get("started"):
        sys.state["started"] = True
        sys.charge(START_UP)
    try:
        return _step(sys, list(sys.argv[1:]))
    except Pause as pause:
        return pause.wait
    except Failure as failure:
        relay.restore(sys)
        sys.err(failure.text)
        sys.tell("refusal", failures=[packed(each) for each in parts(failure)])
        return failure.code
    except UnixError as error:
        relay.restore(sys)
        sys.err(f"error: {error.message.lower()}\n")
        return 1


def _step(sys: Sys, words: list[str]) -> Step:
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    chain, rest = _find(words)
    path = " ".join(["kubectl", *(command.name for command in chain)])
    if not chain:
        return _no_command(sys, words)
    command = chain[-1]
    try:
        return _run(sys, path, command, rest)
    except Failure as failure:
        if failure.code == 1:
            failure.code = command.failed
        raise


def _run(sys: Sys, path: str, command: Command, rest: list[str]) -> Step:
    parsed = parse(rest, (*GLOBAL_FLAGS, *command.flags), path, command.hint)
    if "record" in parsed.given and not sys.state.get("warned"):
        sys.state["warned"] = True
        sys.err(WARNING)
    if parsed.help:
        sys.out(helping.command_help(path, command))
        return 0
    if command.run is None:
        return _family(sys, path, command, parsed)
    missing = [f'"{name}"' for name in command.needs if name not in parsed.given]
    if missing:
        raise Failure(f"required flag(s) {', '.join(missing)} not set")
    session = Session(sys, path, parsed)
    try:
        return command.run(session)
    except Failure as failure:
        if isinstance(failure, Misused):
            sys.out(helping.command_help(path, command))
        session.log.refused(failure)
        raise


def _find(words: list[str]) -> tuple[list[Command], list[str]]:
    """The chain of commands that *words* name, and the words that are left (flags may stand before the command)."""
    chain: list[Command] = []
    commands, rest, at = COMMANDS, list(words), 0
    while at < len(rest):
        word = rest[at]
        if word == "--":
            break
        if word.startswith("-") and word != "-":
            at += 2 if _takes_value(word) else 1
            continue
        command = find(commands, word)
        if command is None:
            break
        chain.append(command)
        commands = command.commands
        del rest[at]
        if not commands:
            break
    return chain, rest


def _no_command(sys: Sys, words: list[str]) -> Step:
    # A first word that is no flag is looked at before any flag is, since it might name a plugin.
    named = bool(words) and not words[0].startswith("-")
    if not named and _first_word(words):
        raise Failure(f"flags cannot be placed before plugin name: {words[0]}", prefix="Error: ")
    parsed = parse(words[:1] if named else words, GLOBAL_FLAGS, "kubectl")
    if parsed.args and parsed.dash != 0:
        word = parsed.args[0]
        text = f'unknown command "{word}" for "kubectl"{suggest(word, COMMANDS)}'
        raise Failure(text, about=("command", word))
    sys.out(helping.overview(COMMANDS))
    return 0


def _first_word(words: list[str]) -> str:
    """The first word that is neither a flag nor what a flag takes; it is no command."""
    _, rest = _find(words)
    valued = False
    for word in rest:
        if valued or word.startswith("-"):
            valued = not valued and _takes_value(word)
        else:
            return word
    return ""


def _takes_value(word: str) -> bool:
    """Whether a flag before the command takes the next word, as cobra sees it: all that it does not know do."""
    return word in VALUE_FLAGS or (word.startswith("--") and "=" not in word and word not in BARE_FLAGS)


def _family(sys: Sys, path: str, command: Command, parsed: Parsed) -> Step:
    if parsed.args and path != "kubectl certificate":
        word = parsed.args[0]
        words = " ".join(parsed.args)
        raise UsageFailure(f'unknown command "{words}"', f"See '{path} -h' for help and examples", ("command", word))
    # Most families take it for a mistake to be called alone.
    (sys.out if path in TELLING else sys.err)(helping.command_help(path, command))
    return 0 if path == "kubectl certificate" else 1
