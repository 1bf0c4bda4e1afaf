"""su, sudo: programs as another user (util-linux su, sudo)."""

from simulator.programs.names import users
from simulator.programs.options import BUSYBOX, Dialect, Refused, grammar, is_busybox, own_name, parse, refuse
from simulator.runtime.syscalls import Exec, Step, Sys, UnixError

SU = grammar("lmpc:s:", {"login": "l", "command=": "c", "shell=": "s", "preserve-environment": "p"})
SUDO = grammar("u:isEHSnkbg:v", {"user=": "u", "login": "i", "shell": "s", "preserve-env": "E"}, permute=False)
USAGE = "usage: sudo -h | -K | -k | -V\nusage: sudo [-ABbEHnPS] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n"
NO_LOGIN = frozenset(["/usr/sbin/nologin", "/sbin/nologin", "/bin/false"])


def su(sys: Sys, dialect: Dialect) -> Step:
    """A shell of another user; for root alone, who is asked for no password."""
    if sys.uid or is_busybox(dialect):
        hint = " (set runAsUser instead)" if dialect is BUSYBOX else ""
        raise refuse(sys, "not simulated here: becoming another user" + hint)
    options = parse(sys, dialect, SU, ["-l" if word == "-" else word for word in sys.argv[1:]])
    name = options.words[0] if options.words else "root"
    account = known(sys, name)
    if account is None:
        raise refuse(sys, f"user {name} does not exist or the user entry does not contain all the required fields")
    shell = options.value("s") or account[6] or "/bin/sh"
    if shell in NO_LOGIN:
        sys.out("This account is currently not available.\n")
        return 1
    title = ("-" if "l" in options else "") + shell.rpartition("/")[2]
    words = ["-c", options.value("c")] if "c" in options else []
    return become(sys, account, [title, *words], shell, login="l" in options)


def sudo(sys: Sys, dialect: Dialect) -> Step:
    """A program as root, or as whom -u says; for root alone."""
    if sys.uid:
        raise refuse(sys, "not simulated here: rules for users other than root")
    options = parse(sys, dialect, SUDO)
    name = options.value("u", "root")
    account = known(sys, name)
    if account is None:
        raise refuse(sys, f"unknown user {name}")
    shell = account[6] or "/bin/sh"
    if not options.words and ("i" in options or "s" in options):
        return become(sys, account, ["-" * ("i" in options) + shell.rpartition("/")[2]], shell, login="i" in options)
    words, variables = list(options.words), {}
    while words and "=" in words[0]:
        variable, _, value = words.pop(0).partition("=")
        variables[variable] = value
    if not words:
        raise Refused(USAGE, 1)
    try:
        path = sys.which(words[0])
    except UnixError as error:
        raise Refused(
            f"sudo: {words[0]}: {'command not found' if error.name == 'ENOENT' else error.message}\n", 1
        ) from None
    return become(sys, account, words, path, login=False, variables=variables)


def known(sys: Sys, name: str) -> list[str] | None:
    """The line of /etc/passwd."""
    return next((row for row in users(sys) if row[0] == name and len(row) > 6), None)


def become(
    sys: Sys, account: list[str], argv: list[str], path: str, *, login: bool, variables: dict[str, str] | None = None
) -> Exec:
    """Become *path* as the user of *account*."""
    name, home = account[0], account[5]
    env = {key: value for key, value in sys.env.items() if not login or key in ("TERM", "LANG", "PATH")}
    env |= {"HOME": home, "LOGNAME": name, "USER": name, "SHELL": account[6]} | (variables or {})
    if own_name(sys) == "sudo":
        env |= {"SUDO_USER": "root", "SUDO_UID": "0", "SUDO_GID": "0", "SUDO_COMMAND": " ".join([path, *argv[1:]])}
    if login and sys.exists(home):
        sys.cwd = home
    sys.set_user(int(account[2]), int(account[3]))
    return Exec(argv, env, path)
