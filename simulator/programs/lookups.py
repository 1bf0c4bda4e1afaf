"""nslookup, dig, host, getent: ask name servers (busybox networking/nslookup.c and nslookup_old.c, BIND's tools)."""

from simulator.kernel.units import SECOND
from simulator.programs.calendar import strftime
from simulator.programs.names import groups, users
from simulator.programs.options import (
    BUSYBOX_128,
    Dialect,
    Refused,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
)
from simulator.runtime.dns import (
    PORT,
    TYPES,
    Config,
    Query,
    Record,
    Reply,
    absolute,
    candidates,
    decode_reply,
    encode,
    hosts_name,
    parse_config,
    reverse,
)
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

NSLOOKUP = grammar("", usage="[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]")
OLD = grammar("", usage="[HOST] [SERVER]")
# What the C library waits for a server that does not answer, attempts and all.
SILENCE = 10 * SECOND


def config(sys: Sys) -> Config:
    """How names are resolved here."""
    try:
        return parse_config(sys.read_file("/etc/resolv.conf").decode("utf-8", "replace"))
    except UnixError:
        return parse_config("")


def is_address(text: str) -> bool:
    """Whether *text* is an IPv4 address."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and len(part) < 4 and int(part) < 256 for part in parts)


def ask(sys: Sys, server: str, name: str, kind: str = "A") -> Reply | None:
    """What *server* answers; None if nothing comes."""
    try:
        data = sys.ask(server, PORT, encode(Query(absolute(name), kind)))
    except UnixError:
        return None
    return decode_reply(data) if data is not None else None


def name_of(sys: Sys, server: str, ip: str) -> str:
    """The name behind an address, by /etc/hosts or the server; empty if it has none."""
    try:
        name = hosts_name(sys.read_file("/etc/hosts").decode("utf-8", "replace"), ip)
    except UnixError:
        name = ""
    if name:
        return name
    reply = ask(sys, server, reverse(ip), "PTR")
    found = [record.data for record in reply.records if record.type == "PTR"] if reply else []
    return found[0].rstrip(".") if found else ""


def silence(sys: Sys) -> Wait | None:
    """Wait as long as a resolver waits for a server that says nothing; None when that time is over."""
    until = sys.state.setdefault("silent until", sys.now + SILENCE)
    return Wait(until=until) if sys.now < until else None


# --- nslookup ------------------------------------------------------------------------------------------------------
def nslookup(sys: Sys, dialect: Dialect) -> Step:
    """Look a name or an address up."""
    if dialect is BUSYBOX_128:
        return _old_busybox(sys, dialect)
    kinds = [
        word.partition("=")[2].upper() for word in sys.argv[1:] if word.startswith(("-type=", "-query=", "-q=", "-t="))
    ]
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if not words:
        if is_busybox(dialect):
            raise show_usage(sys, dialect, NSLOOKUP)
        raise refuse(sys, "not simulated here: interactive mode; give a name")
    if any(kind not in TYPES for kind in kinds):
        raise refuse(
            sys, f'invalid query type "{kinds[0]}"' if is_busybox(dialect) else f"unknown query type: {kinds[0]}"
        )
    servers = [words[1]] if len(words) > 1 else config(sys).servers or ["127.0.0.1"]
    server = servers[0] if is_address(servers[0]) else (sys.resolve(servers[0]) or [""])[0]
    if not server:
        raise refuse(
            sys,
            f"can't resolve '{servers[0]}'"
            if is_busybox(dialect)
            else f"couldn't get address for '{servers[0]}': not found",
        )
    return (_busybox if is_busybox(dialect) else _bind)(sys, server, words[0], kinds)


def _old_busybox(sys: Sys, dialect: Dialect) -> Step:
    """busybox up to 1.28: asks as every other program does, through the C library, and looks each address up again."""
    words = sys.argv[1:]
    if not words or len(words) > 2 or words[0].startswith("-"):
        raise show_usage(sys, dialect, OLD)
    server = words[1] if len(words) > 1 else next(iter(config(sys).servers), "0.0.0.0")
    if not is_address(server):
        server = next(iter(sys.resolve(server)), server)
    alive = ask(sys, server, reverse(server), "PTR") is not None
    if not alive and (wait := silence(sys)):
        return wait
    label = name_of(sys, server, server) if alive else ""
    sys.out(f"Server:    {server}\nAddress 1: {server}{' ' + label if label else ''}\n\n")
    name = words[0]
    found = [name] if is_address(name) else _by_server(sys, server, name) if len(words) > 1 else sys.resolve(name)
    if not found:
        complain(sys, f"can't resolve '{name}'")
        return 1
    lines = [f"Name:      {name}\n"]
    for number, ip in enumerate(found, 1):
        behind = name_of(sys, server, ip)
        lines.append(f"Address {number}: {ip}{' ' + behind if behind else ''}\n")
    sys.out("".join(lines))
    return 0


def _by_server(sys: Sys, server: str, name: str) -> list[str]:
    """Addresses of *name* as another server knows them."""
    for candidate in candidates(name, config(sys)):
        reply = ask(sys, server, candidate)
        if reply and (found := [record.data for record in reply.records if record.type == "A"]):
            return found
    return []


def _busybox(sys: Sys, server: str, name: str, kinds: list[str]) -> Step:
    """busybox from 1.29 on: asks itself; the search list only for names without a dot."""
    if is_address(name):
        asked = [(reverse(name), "PTR")]
    else:
        searched = [f"{name}.{domain}" for domain in config(sys).searches] if "." not in name else []
        asked = [(full, kind) for kind in kinds or ["A", "AAAA"] for full in searched or [name]]
    replies = [(full, ask(sys, server, full, kind)) for full, kind in asked]
    out = [f"Server:\t\t{server}\nAddress:\t{server}:{PORT}\n\n"]
    code = 0
    if any(reply is None for _, reply in replies):
        if wait := silence(sys):
            return wait
        sys.out(out[0] + ";; connection timed out; no servers could be reached\n\n")
        return 1
    for full, reply in replies:
        assert reply is not None
        if reply.status != "NOERROR":
            out.append(f"** server can't find {full.rstrip('.')}: {reply.status}\n\n")
            code = 1
            continue
        if not reply.authoritative and reply.records:
            out.append("Non-authoritative answer:\n")
        out += [busybox_record(record) for record in reply.records]
        out.append("\n")
    sys.out("".join(out))
    return code


def busybox_record(record: Record) -> str:
    """A record as nslookup prints it."""
    name = record.name.rstrip(".")
    data = record.data.rstrip(".")
    match record.type:
        case "A" | "AAAA":
            return f"Name:\t{name}\nAddress: {data}\n"
        case "CNAME":
            return f"{name}\tcanonical name = {data}\n"
        case "PTR":
            return f"{name}\tname = {data}\n"
        case "SRV":
            return f"{name}\tservice = {data}\n"
    return f"{name}\t{record.type.lower()} = {data}\n"


def _bind(sys: Sys, server: str, name: str, kinds: list[str]) -> Step:
    """BIND's nslookup."""
    head = f"Server:\t\t{server}\nAddress:\t{server}#{PORT}\n\n"
    names = [reverse(name)] if is_address(name) else candidates(name, config(sys))
    wanted = ["PTR"] if is_address(name) else kinds or ["A", "AAAA"]
    for full in names:
        replies = [ask(sys, server, full, kind) for kind in wanted]
        if any(reply is None for reply in replies):
            if wait := silence(sys):
                return wait
            sys.out(
                f";; communications error to {server}#{PORT}: timed out\n" * 3 + ";; no servers could be reached\n\n"
            )
            return 1
        records = [record for reply in replies if reply for record in reply.records]
        if records:
            kind = "" if replies[0] and replies[0].authoritative else "Non-authoritative answer:\n"
            if is_address(name):
                head = ""
            sys.out(head + kind + "".join(bind_record(record) for record in records) + "\n")
            return 0
    shown = names[0] if is_address(name) else name
    sys.out(head + f"** server can't find {shown.rstrip('.')}: NXDOMAIN\n\n")
    return 1


def bind_record(record: Record) -> str:
    """A record as BIND's nslookup prints it: like busybox, but with the dot of complete names."""
    if record.type in ("PTR", "CNAME", "SRV"):
        word = {"PTR": "name", "CNAME": "canonical name", "SRV": "service"}[record.type]
        return f"{record.name.rstrip('.')}\t{word} = {record.data}\n"
    return busybox_record(record)


# --- dig, host -----------------------------------------------------------------------------------------------------
def dig(sys: Sys, dialect: Dialect) -> Step:
    """Ask a name server and show the whole answer."""
    server, kind, names, flags = next(iter(config(sys).servers), "127.0.0.1"), "A", [], set()
    words = sys.argv[1:]
    while words:
        word = words.pop(0)
        if word.startswith("@"):
            server = word[1:] if is_address(word[1:]) else next(iter(sys.resolve(word[1:])), "")
        elif word.startswith("+"):
            flags.add(word[1:].partition("=")[0])
        elif word == "-x" and words:
            names.append(reverse(words.pop(0)))
            kind = "PTR"
        elif word in ("-t", "-q", "-p") and words:
            value = words.pop(0)
            kind = value.upper() if word == "-t" else kind
            names += [value] if word == "-q" else []
        elif word.upper() in TYPES:
            kind = word.upper()
        elif word.startswith("-"):
            raise Refused(f"Invalid option: {word}\nUsage:  dig [@global-server] [domain] [q-type] {{q-opt}}\n", 1)
        else:
            names.append(word)
    if not names:
        raise refuse(sys, "not simulated here: the list of root servers; give a name")
    return _dig(sys, server, names[0], kind, flags)


def _dig(sys: Sys, server: str, name: str, kind: str, flags: set[str]) -> Step:
    tried = candidates(name, config(sys)) if "search" in flags else [absolute(name)]
    reply, full = None, tried[0]
    for full in tried:
        reply = ask(sys, server, full, kind)
        if reply is None or reply.records:
            break
    if reply is None:
        if wait := silence(sys):
            return wait
        sys.out(
            f";; communications error to {server}#{PORT}: timed out\n" * 3
            + f"\n; <<>> DiG 9.18 <<>> {' '.join(sys.argv[1:])}\n;; global options: +cmd\n;; no servers could be reached\n"
        )
        return 9
    if "short" in flags:
        sys.out("".join(record.data + "\n" for record in reply.records))
        return 0
    answers = "".join(f"{record.name}\t{record.ttl}\tIN\t{record.type}\t{record.data}\n" for record in reply.records)
    section = f";; ANSWER SECTION:\n{answers}\n" if answers else ""
    if "noall" in flags:
        sys.out(answers if "answer" in flags else "")
        return 0
    bits = "qr aa rd ra" if reply.authoritative else "qr rd ra"
    sys.out(
        f"\n; <<>> DiG 9.18 <<>> {' '.join(sys.argv[1:])}\n;; global options: +cmd\n;; Got answer:\n"
        f";; ->>HEADER<<- opcode: QUERY, status: {reply.status}, id: {sys.random(65536)}\n"
        f";; flags: {bits}; QUERY: 1, ANSWER: {len(reply.records)}, AUTHORITY: 0, ADDITIONAL: 1\n\n"
        f";; QUESTION SECTION:\n;{full}\t\tIN\t{kind}\n\n{section}"
        f";; Query time: 1 msec\n;; SERVER: {server}#{PORT}({server}) (UDP)\n;; WHEN: {strftime('%a %b %d %H:%M:%S UTC %Y', sys.unix)}\n;; MSG SIZE  rcvd: {60 + 32 * len(reply.records)}\n\n"
    )
    return 0


def host(sys: Sys, dialect: Dialect) -> Step:
    """Look a name up and say it in sentences."""
    options = parse(sys, dialect, grammar("t:av", usage="[-t TYPE] NAME [SERVER]"))
    if not options.words:
        raise show_usage(sys, dialect, grammar("", usage="NAME [SERVER]"))
    name = options.words[0]
    server = options.words[1] if len(options.words) > 1 else next(iter(config(sys).servers), "127.0.0.1")
    kind = "PTR" if is_address(name) else options.value("t", "A").upper()
    for full in [reverse(name)] if is_address(name) else candidates(name, config(sys)):
        reply = ask(sys, server, full, kind)
        if reply is None:
            if wait := silence(sys):
                return wait
            sys.out(";; communications error: timed out\n;; no servers could be reached\n")
            return 1
        if reply.records:
            words = {
                "A": "has address",
                "AAAA": "has IPv6 address",
                "PTR": "domain name pointer",
                "CNAME": "is an alias for",
                "SRV": "has SRV record",
            }
            sys.out(
                "".join(
                    f"{record.name.rstrip('.')} {words.get(record.type, 'has ' + record.type + ' record')} {record.data}\n"
                    for record in reply.records
                )
            )
            return 0
    sys.out(f"Host {name} not found: 3(NXDOMAIN)\n")
    return 1


# --- getent --------------------------------------------------------------------------------------------------------
def getent(sys: Sys, dialect: Dialect) -> Step:
    """What the C library knows: passwd, group, hosts."""
    words = parse(sys, dialect, grammar("")).words
    if not words:
        raise Refused(
            f"{own_name(sys)}: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n",
            1,
        )
    kind, keys = words[0], words[1:]
    if kind in ("passwd", "group"):
        rows = users(sys) if kind == "passwd" else groups(sys)
        found = [row for row in rows if row[0] in keys or row[2] in keys] if keys else rows
        sys.out("".join(":".join(row) + "\n" for row in found))
        return 0 if found else 2
    if kind not in ("hosts", "ahosts", "ahostsv4"):
        raise refuse(sys, f"not simulated here: the database {kind}")
    code = 0
    for key in keys:
        addresses = [key] if is_address(key) else sys.resolve(key)
        code = code if addresses else 2
        if kind == "hosts":
            server = next(iter(config(sys).servers), "")
            name = (name_of(sys, server, key) if server else "") if is_address(key) else _full_name(sys, key)
            sys.out("".join(f"{ip:<15} {name or key}\n" for ip in addresses))
        else:
            sys.out(
                "".join(
                    f"{ip:<15} {sock}{' ' + key if sock == 'STREAM' else ''}\n"
                    for ip in addresses
                    for sock in ("STREAM", "DGRAM ", "RAW   ")
                )
            )
    return code


def _full_name(sys: Sys, name: str) -> str:
    """The complete name under which the server knows *name*."""
    for server in config(sys).servers[:1]:
        for full in candidates(name, config(sys)):
            reply = ask(sys, server, full)
            if reply and reply.records:
                return full.rstrip(".")
    return name
