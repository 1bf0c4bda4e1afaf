"""env, printenv, nohup, time, nice, setsid: other programs in another environment (coreutils)."""

from simulator.programs.options import (
    Dialect,
    Refused,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.runtime.syscalls import Exec, Step, Sys, UnixError, Wait

ENV = grammar(
    "iu:0C:",
    {"ignore-environment": "i", "unset=": "u", "null": "0", "chdir=": "C"},
    other="Sv",
    code=125,
    permute=False,
    usage="[-iu] [-] [name=value]... [PROG ARGS]",
)
PRINTENV = grammar("0", {"null": "0"}, usage="[VARIABLE]...")
RUNS_ANOTHER = grammar("", permute=False, usage="PROG ARGS")


def become(sys: Sys, argv: list[str], env: dict[str, str] | None = None, *, unfound: int = 127) -> Exec:
    """Become another program; refuses if there is none, as each dialect words it."""
    try:
        return Exec(argv, env, sys.which(argv[0]))
    except UnixError as error:
        busybox = sys.state.get("busybox", False)
        quoted = (
            f"can't execute '{argv[0]}'"
            if busybox
            else f"'{argv[0]}'"
            if own_name(sys) == "env"
            else f"failed to run command '{argv[0]}'"
        )
        raise refuse(sys, f"{quoted}: {error.message}", unfound if error.name == "ENOENT" else 126) from None


def env(sys: Sys, dialect: Dialect) -> Step:
    """Print the environment, or run a program in a changed one."""
    sys.state["busybox"] = is_busybox(dialect)
    words = sys.argv[1:]
    options = parse(sys, dialect, ENV, ["-i" if word == "-" else word for word in words])
    variables = {} if "i" in options else dict(sys.env)
    for name in options.values("u"):
        variables.pop(name, None)
    rest = options.words
    while rest and "=" in rest[0]:
        name, _, value = rest.pop(0).partition("=")
        variables[name] = value
    if "C" in options:
        sys.cwd = options.value("C")
    if rest:
        return become(sys, rest, variables)
    end = "\0" if "0" in options else "\n"
    sys.out("".join(f"{name}={value}{end}" for name, value in variables.items()))
    return 0


def printenv(sys: Sys, dialect: Dialect) -> Step:
    """Print the values of variables, or all of them."""
    options = parse(sys, dialect, PRINTENV)
    end = "\0" if "0" in options else "\n"
    if not options.words:
        sys.out("".join(f"{name}={value}{end}" for name, value in sys.env.items()))
        return 0
    known = [name for name in options.words if name in sys.env]
    sys.out("".join(sys.env[name] + end for name in known))
    return 0 if len(known) == len(options.words) else 1


def nohup(sys: Sys, dialect: Dialect) -> Step:
    """Run a program that does not end when the terminal goes away."""
    words = _command(sys, dialect)
    sys.ignore("HUP")
    if sys.isatty(1):
        sys.err(
            f"{own_name(sys)}: appending output to nohup.out\n"
            if is_busybox(dialect)
            else f"{own_name(sys)}: ignoring input and appending output to 'nohup.out'\n"
        )
        fd = sys.open("nohup.out", "a", 0o600)
        sys.dup(fd, 1)
        if sys.isatty(2):
            sys.dup(fd, 2)
    return become(sys, words)


def _command(sys: Sys, dialect: Dialect) -> list[str]:
    sys.state["busybox"] = is_busybox(dialect)
    words = parse(sys, dialect, RUNS_ANOTHER).words
    if words:
        return words
    if is_busybox(dialect):
        raise show_usage(sys, dialect, RUNS_ANOTHER)
    raise Refused(f"{own_name(sys)}: missing operand\nTry '{own_name(sys)} --help' for more information.\n", 125)


def nice(sys: Sys, dialect: Dialect) -> Step:
    """Run a program with another priority, which makes no difference here."""
    options = parse(sys, dialect, grammar("n:", {"adjustment=": "n"}, permute=False, usage="[-n ADJUST] [PROG ARGS]"))
    sys.state["busybox"] = is_busybox(dialect)
    if not options.words:
        sys.out("0\n")
        return 0
    return become(sys, options.words)


def time(sys: Sys, dialect: Dialect) -> Step:
    """Run a program and say how long it took."""
    if "child" not in sys.state:
        rules = grammar("pv", {"portability": "p"}, other="o:f:a", permute=False, usage="[-vpa] [-o FILE] PROG ARGS")
        options = parse(sys, dialect, rules)
        if not options.words:
            raise show_usage(sys, dialect, rules)
        try:
            sys.state |= {"begun": sys.now, "child": sys.spawn(options.words, path=sys.which(options.words[0]))}
        except UnixError as error:
            raise refuse(sys, f"can't execute '{options.words[0]}': {error.message}", 127) from None
    ended = sys.wait(sys.state["child"])
    if ended is None:
        return Wait(child=True)
    took = sys.now - sys.state["begun"]
    if "p" in parse(sys, dialect, grammar("pv", permute=False)):
        sys.err(f"real {took / 10**6:.2f}\nuser 0.00\nsys 0.00\n")
    else:
        sys.err(
            "".join(
                f"{label}\t{minutes}m {seconds:.2f}s\n"
                for label, minutes, seconds in (
                    ("real", took // 60_000_000, took % 60_000_000 / 10**6),
                    ("user", 0, 0.0),
                    ("sys", 0, 0.0),
                )
            )
        )
    return ended.code


def setsid(sys: Sys, dialect: Dialect) -> Step:
    """Run a program in a process group of its own."""
    words = _command(sys, dialect)
    sys.spawn(words, path=sys.which(words[0]), group=0)
    return 0
