"""ssh: a shell on another host (OpenSSH's client). Keys are in order between root's accounts of a cluster, and nobody else may log in."""

from simulator.programs.options import Dialect, Options, Refused, grammar, not_simulated, parse
from simulator.runtime import relay
from simulator.runtime.syscalls import Step, Sys, UnixError

FORWARDING = "DLRWw"
RULES = grammar(
    f"1246AaCfGgKkMNnqsTtVvXxYyB:b:c:E:e:F:I:i:J:l:m:O:o:P:p:Q:S:{':'.join(FORWARDING)}:", code=255, permute=False
)
USAGE = """usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]
           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]
           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]
           [-J destination] [-L address] [-l login_name] [-m mac_spec]
           [-O ctl_cmd] [-o option] [-P tag] [-p port] [-R address]
           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]
           destination [command [argument ...]]
       ssh [-Q query_option]
"""
VERSION = "OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.17\n"
FAILED = 255
PORT = "22"
ROOT = "root"
NO_PTY = "Pseudo-terminal will not be allocated because stdin is not a terminal.\n"


def main(sys: Sys, dialect: Dialect) -> Step:
    """Log in, then pass on bytes until the shell over there has ended; its exit code is ours."""
    options = parse(sys, dialect, RULES)
    if "relay" not in sys.state:
        if "V" in options:
            sys.err(VERSION)
            return 0
        begin(sys, options)
    wait = relay.step(sys, sys.state["relay"])
    return ended(sys, options) if wait is None else wait


def begin(sys: Sys, options: Options) -> None:
    """Connect; raises Refused."""
    refuse_forwarding(sys, options)
    if not options.words:
        raise Refused(USAGE, FAILED)
    user, host = destination(options)
    ip = address(sys, host)
    if options.value("p", PORT) != PORT:
        raise failure(host, options.value("p"), "Connection refused")
    command = " ".join(options.words[1:])
    tty = wants_tty(sys, options, command)
    try:
        if user != ROOT:
            raise Refused(f"{user}@{host}: Permission denied (publickey).\n", FAILED)
        channels = sys.log_in(ip, command, tty=tty)
    except UnixError as error:
        raise failure(host, PORT, error.message) from None
    sys.state["relay"] = relay.begin(sys, channels, stdin="n" not in options, tty=tty)
    sys.state["tty"] = tty


def refuse_forwarding(sys: Sys, options: Options) -> None:
    """Tunnels are not simulated."""
    for letter in FORWARDING:
        if letter in options:
            raise not_simulated(sys, f"option -{letter}")


def destination(options: Options) -> tuple[str, str]:
    """User and host of `[user@]host` or `ssh://[user@]host`."""
    user, _, host = options.words[0].removeprefix("ssh://").rpartition("@")
    return user or options.value("l", ROOT), host


def address(sys: Sys, host: str) -> str:
    """The address of a host; raises Refused."""
    found = sys.resolve(host)
    if not found:
        raise Refused(f"ssh: Could not resolve hostname {host}: Name or service not known\n", FAILED)
    return found[0]


def wants_tty(sys: Sys, options: Options, command: str) -> bool:
    """Whether a terminal is opened over there: for a shell, or with -t for a command, if there is one here."""
    if "T" in options or (command and "t" not in options):
        return False
    if not sys.isatty(0) and options.count("t") < 2:
        sys.err(NO_PTY)
        return False
    return sys.isatty(0)


def failure(host: str, port: str, why: str) -> Refused:
    """No connection."""
    return Refused(f"ssh: connect to host {host} port {port}: {why}\n", FAILED)


def ended(sys: Sys, options: Options) -> int:
    """The exit code of what ran over there."""
    if sys.state["tty"] and "q" not in options:
        sys.err(f"Connection to {destination(options)[1]} closed.\r\n")
    return relay.exit_code(sys.state["relay"])
