"""socat, nc, telnet: bytes from one place to another (socat, busybox nc)."""

from typing import Any

from simulator.kernel.units import SECOND
from simulator.programs.lookups import is_address
from simulator.programs.options import Dialect, Refused, complain, grammar, is_busybox, parse, refuse, show_usage
from simulator.programs.sleep import duration
from simulator.runtime.pumping import Pipe, pipe_state
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

NC = grammar("lp:w:zvnke:uq:N", usage="[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT  - listen")
MOST_PAIRS = 100


# --- socat ---------------------------------------------------------------------------------------------------------
def socat(sys: Sys, dialect: Dialect) -> Step:
    """Listen on a port and pass each connection on to another place: TCP-LISTEN:port[,fork][,reuseaddr] TCP:host:port."""
    state = sys.state
    if "fd" not in state:
        _listen(sys)
    while len(state["pairs"]) < MOST_PAIRS and (fd := sys.accept(state["fd"])) is not None:
        _connect_on(sys, fd)
    for pair in list(state["pairs"]):
        if not _relay(sys, pair):
            state["pairs"].remove(pair)
            for fd in (pair["left"], pair["right"]):
                sys.close(fd)
            if not state["fork"]:
                return 0
    readable, writable = [state["fd"]], []
    for pair in state["pairs"]:
        if pair["connecting"]:
            writable.append(pair["right"])
            continue
        for direction in ("there", "back"):
            readable += Pipe(sys, pair[direction]).readable
            writable += Pipe(sys, pair[direction]).writable
    return Wait(readable=tuple(readable), writable=tuple(writable))


def _listen(sys: Sys) -> None:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if len(words) != 2:
        raise Refused(
            f'{_stamp(sys)} E exactly 2 addresses required (there are {len(words)}); use option "-h" for help\n'
        )
    left, right = (word.split(",")[0].split(":") for word in words)
    if left[0].upper() not in ("TCP-LISTEN", "TCP4-LISTEN", "TCP-L") or right[0].upper() not in (
        "TCP",
        "TCP4",
        "TCP-CONNECT",
        "TCP4-CONNECT",
    ):
        raise refuse(sys, f"not simulated here: {' '.join(words)}; only TCP-LISTEN:port,fork TCP:host:port")
    if len(left) != 2 or not left[1].isdecimal() or len(right) != 3 or not right[2].isdecimal():
        raise Refused(f"{_stamp(sys)} E {words[0]}: wrong number of parameters\n")
    try:
        fd = sys.listen(int(left[1]))
    except UnixError as error:
        raise Refused(f"{_stamp(sys)} E bind(5, {{AF=2 0.0.0.0:{left[1]}}}, 16): {error.message}\n") from None
    sys.state |= {"fd": fd, "host": right[1], "port": int(right[2]), "fork": "fork" in words[0].split(","), "pairs": []}


def _stamp(sys: Sys) -> str:
    return f"socat[{sys.pid}]"


def _connect_on(sys: Sys, left: int) -> None:
    state = sys.state
    addresses = [state["host"]] if is_address(state["host"]) else sys.resolve(state["host"])
    if not addresses:
        sys.err(f'{_stamp(sys)} E getaddrinfo("{state["host"]}", "NULL", {{1,2,1,6}}, {{}}): Name does not resolve\n')
        sys.close(left)
        return
    try:
        right = sys.connect(addresses[0], state["port"])
    except UnixError as error:
        sys.err(f"{_stamp(sys)} E connect(5, AF=2 {addresses[0]}:{state['port']}, 16): {error.message}\n")
        sys.close(left)
        return
    state["pairs"].append(
        {
            "left": left,
            "right": right,
            "connecting": True,
            "there": pipe_state(left, right),
            "back": pipe_state(right, left),
        }
    )


def _relay(sys: Sys, pair: dict[str, Any]) -> bool:
    """Move what has come; False when the pair is over."""
    try:
        if pair["connecting"]:
            if not sys.connected(pair["right"]):
                return True
            pair["connecting"] = False
        for direction in ("there", "back"):
            Pipe(sys, pair[direction]).move()
    except UnixError as error:
        if pair["connecting"]:
            sys.err(f"{_stamp(sys)} E connect(5, AF=2 {sys.state['host']}:{sys.state['port']}, 16): {error.message}\n")
        return False
    return not (pair["there"]["done"] or pair["back"]["done"])


# At the end of its input nc waits a little for the last answer.
# What /etc/services calls the ports that lessons meet.
SERVICES = {
    22: "ssh",
    25: "smtp",
    53: "domain",
    80: "http",
    443: "https",
    3306: "mysql",
    5432: "postgresql",
    6379: "redis",
    8080: "http-alt",
}
LAST_ANSWER = 10 * SECOND


# --- nc, telnet ----------------------------------------------------------------------------------------------------
def nc(sys: Sys, dialect: Dialect) -> Step:
    """Talk to a port, or wait for somebody who does."""
    options = parse(sys, dialect, NC)
    state = sys.state
    if "phase" not in state:
        if "u" in options or "e" in options:
            raise refuse(sys, "not simulated here: " + ("datagrams" if "u" in options else "option -e"))
        limit = duration(options.value("w")) if "w" in options else None
        # busybox counts the time of connecting only, OpenBSD's nc that of silence too.
        patience = limit if not is_busybox(dialect) else None
        state |= {"phase": "connect", "fd": -1, "until": sys.now + limit if limit else None, "patience": patience}
        if "l" in options:
            _wait_for_caller(sys, options.value("p") or (options.words or [""])[-1])
        else:
            _call(sys, dialect, options.words, "n" in options)
    try:
        return _talk(sys, is_busybox(dialect), "z" in options, "v" in options)
    except UnixError as error:
        return _failed(sys, is_busybox(dialect), error.message, "z" in options and "v" not in options)


def _port(sys: Sys, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text[:6]) < 65536:
        raise refuse(sys, f"invalid port {text}" if text else "missing port number")
    return int(text)


def _wait_for_caller(sys: Sys, port: str) -> None:
    try:
        sys.state |= {"listening": sys.listen(_port(sys, port)), "phase": "accept"}
    except UnixError as error:
        raise refuse(sys, f"bind: {error.message}" if error.name != "EADDRINUSE" else "bind: Address in use") from None


def _call(sys: Sys, dialect: Dialect, words: list[str], numeric: bool) -> None:
    if len(words) < 2:
        raise (
            show_usage(sys, dialect, NC)
            if is_busybox(dialect)
            else Refused("usage: nc [-klnvz] [-p source_port] [-w timeout] [destination] [port]\n")
        )
    host, port = words[0], _port(sys, words[1])
    addresses = [host] if is_address(host) else [] if numeric else sys.resolve(host)
    if not addresses:
        raise refuse(
            sys,
            f"bad address '{host}'"
            if is_busybox(dialect)
            else f'getaddrinfo for host "{host}" port {port}: Name or service not known',
        )
    sys.state |= {"host": host, "ip": addresses[0], "port": port}
    try:
        sys.state["fd"] = sys.connect(addresses[0], port)
    except UnixError as error:
        sys.state["phase"] = "failed"
        sys.state["error"] = error.message


def _named(state: dict[str, Any]) -> str:
    """A host as netcat-openbsd names it: with its address, where that is not its name."""
    return str(state["host"]) if state["host"] == state["ip"] else f"{state['host']} ({state['ip']})"


def _failed(sys: Sys, busybox: bool, message: str, quiet: bool) -> int:
    state = sys.state
    if "host" not in state or state["phase"] == "talk":
        return 1
    if busybox:
        if not quiet:
            complain(sys, f"{state['host']} ({state['ip']}:{state['port']}): {message}")
    elif not quiet:
        sys.err(f"nc: connect to {_named(state)} port {state['port']} (tcp) failed: {message}\n")
    return 1


def _talk(sys: Sys, busybox: bool, probe: bool, verbose: bool) -> Step:
    state = sys.state
    if state["phase"] == "failed":
        return _failed(sys, busybox, state["error"], probe and not verbose)
    if state["phase"] == "accept":
        fd = sys.accept(state["listening"])
        if fd is None:
            return Wait(readable=(state["listening"],))
        state |= {"fd": fd}
        begin_talk(sys)
    if state["phase"] == "connect":
        if not sys.connected(state["fd"]):
            if state["until"] is not None and sys.now >= state["until"]:
                return _failed(
                    sys, busybox, "Connection timed out" if not busybox else "timed out", probe and not verbose
                )
            return Wait(writable=(state["fd"],), until=state["until"])
        if verbose:
            where = (
                f"{state['host']} ({state['ip']}:{state['port']}) open"
                if busybox
                else f"Connection to {_named(state)} {state['port']} port [tcp/{SERVICES.get(int(state['port']), '*')}] succeeded!"
            )
            sys.err(where + "\n")
        if probe:
            return 0
        begin_talk(sys)
    return both_ways(sys, state["patience"])


def begin_talk(sys: Sys) -> None:
    """Standard input goes to the connection, and back."""
    fd = sys.state["fd"]
    sys.state |= {"phase": "talk", "there": pipe_state(0, fd), "back": pipe_state(fd, 1)}


def both_ways(sys: Sys, patience: int | None = None) -> Step:
    """Relay until the other side has ended, or has been silent for *patience* (microseconds)."""
    there, back = Pipe(sys, sys.state["there"]), Pipe(sys, sys.state["back"])
    moved = [there.move(), back.move()]
    if sys.state["back"]["done"]:
        return 0
    if any(moved) or "last" not in sys.state:
        sys.state["last"] = sys.now
    if sys.state["there"]["done"]:
        patience = patience or LAST_ANSWER
    until = None if patience is None else sys.state["last"] + patience
    if until is not None and sys.now >= until:
        return 0
    return Wait(readable=(*there.readable, *back.readable), writable=(*there.writable, *back.writable), until=until)


def telnet(sys: Sys, dialect: Dialect) -> Step:
    """Connect to a port and say how that went."""
    state = sys.state
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if not words:
        raise (
            show_usage(sys, dialect, grammar("", usage="[-a] [-l USER] HOST [PORT]"))
            if is_busybox(dialect)
            else refuse(sys, "not simulated here: interactive mode; give a host and a port")
        )
    port = _port(sys, words[1]) if len(words) > 1 else 23
    if "phase" not in state:
        _telnet_address(sys, dialect, words[0], port)
    try:
        if state["phase"] == "connect" and not _telnet_connected(sys, dialect, words[0], port):
            return Wait(writable=(state["fd"],))
        step = both_ways(sys)
    except UnixError as error:
        if state["phase"] == "talk":
            return 1
        refusal = (
            refuse(sys, f"can't connect to remote host ({state['ip']}): {error.message}")
            if is_busybox(dialect)
            else Refused(f"telnet: Unable to connect to remote host: {error.message}\n")
        )
        raise refusal from None
    if isinstance(step, int):
        sys.out("Connection closed by foreign host" + ("\n" if is_busybox(dialect) else ".\n"))
        return 1
    return step


def _telnet_address(sys: Sys, dialect: Dialect, host: str, port: int) -> None:
    """Find out where to connect to."""
    addresses = [host] if is_address(host) else sys.resolve(host)
    if not addresses:
        raise (
            refuse(sys, f"bad address '{host}'")
            if is_busybox(dialect)
            else Refused(f"telnet: could not resolve {host}/{port}: Name or service not known\n")
        )
    if not is_busybox(dialect):
        sys.out(f"Trying {addresses[0]}...\n")
    sys.state |= {"phase": "connect", "ip": addresses[0], "fd": -1}


def _telnet_connected(sys: Sys, dialect: Dialect, host: str, port: int) -> bool:
    """Connect; once that has come about say so and begin to talk."""
    state = sys.state
    if state["fd"] < 0:
        state["fd"] = sys.connect(state["ip"], port)
    if not sys.connected(state["fd"]):
        return False
    sys.out(f"Connected to {host}" + ("\n" if is_busybox(dialect) else ".\nEscape character is '^]'.\n"))
    begin_talk(sys)
    return True
