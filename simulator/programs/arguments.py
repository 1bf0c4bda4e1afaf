"""getopt: a script's arguments, put in order (util-linux misc-utils/getopt.c)."""

from simulator.programs.options import Dialect, Grammar, Parser, Refused, grammar, is_busybox, parse, refuse
from simulator.runtime.syscalls import Step, Sys

RULES = grammar(
    "o:l:n:qQTus:a",
    {
        "options=": "o", "longoptions=": "l", "name=": "n", "quiet": "q", "quiet-output": "Q", "test": "T", "unquoted": "u", "shell=": "s", "alternative": "a",
    },
    permute=False,
    usage="[OPTIONS] [--] OPTSTRING PARAMS",
)  # fmt: skip
ENHANCED = 4  # what `getopt -T` ends with where it knows long options


def getopt(sys: Sys, dialect: Dialect) -> Step:
    """Print the options that were given, then `--`, then the other words."""
    options = parse(sys, dialect, RULES)
    if "T" in options:
        return ENHANCED
    words, short = list(options.words), options.value("o")
    quoted = "u" not in options
    if "o" not in options:
        if not words:
            raise refuse(sys, "missing optstring argument", 1 if is_busybox(dialect) else 2)
        short, quoted = words.pop(0), quoted and len(options.given) > 0
    rules = Grammar(short.lstrip("+:-"), long_names(options.values("l")), permute=not short.startswith("+"))
    found, code = read(sys, dialect, rules, words, options.value("n") or "getopt", quiet="q" in options)
    if "Q" not in options:
        sys.out("".join(f" {quote(word) if marked and quoted else word}" for word, marked in found) + "\n")
    return code


def long_names(lists: list[str]) -> tuple[tuple[str, str], ...]:
    """`help,file:,level::` as a Grammar has them; each counts under its own name with its dashes."""
    names = [name for text in lists for name in text.replace(",", " ").split()]
    return tuple((name.replace("::", "=?").replace(":", "="), "--" + name.rstrip(":")) for name in names)


def read(
    sys: Sys, dialect: Dialect, rules: Grammar, words: list[str], name: str, *, quiet: bool
) -> tuple[list[tuple[str, bool]], int]:
    """The words to print, each with whether it is to be quoted, and the exit code."""
    parser, code = Parser(sys, dialect, rules), 0
    try:
        parser.run(words)
    except Refused as refusal:
        code = 1
        if not quiet:
            sys.err(f"{name}: {refusal.text.partition(': ')[2].partition(chr(10))[0]}\n")
    values = {form.partition("=")[0] for form, _ in rules.long if "=" in form}
    found: list[tuple[str, bool]] = []
    for key, value in parser.found.given:
        takes = key[2:] in values if key.startswith("--") else parser.kinds.get(key, 0) > 0
        found.append((key if key.startswith("--") else f"-{key}", False))
        found += [(value, True)] if takes else []
    return [*found, ("--", False), *((word, True) for word in parser.found.words)], code


def quote(word: str) -> str:
    """*word* between single quotes."""
    return "'" + word.replace("'", "'\\''") + "'"
