"""chmod, chown, chgrp, stat, readlink, realpath, file, du, sync: what is known of files and disks (coreutils)."""

from simulator.programs.calendar import civil
from simulator.programs.modes import apply_mode, mode_string
from simulator.programs.names import group_name, group_number, user_name, user_number
from simulator.programs.options import Dialect, Options, complain, grammar, is_busybox, own_name, parse, refuse, too_few
from simulator.programs.sizes import human
from simulator.programs.walk import entries_below
from simulator.runtime.syscalls import Stat, Step, Sys, UnixError

CHMOD = grammar(
    "Rvcf",
    {"recursive": "R", "verbose": "v", "changes": "c", "silent": "f", "quiet": "f"},
    usage="[-Rcvf] MODE[,MODE]... FILE...",
)
CHOWN = grammar(
    "RhvcfLHP",
    {"recursive": "R", "no-dereference": "h", "verbose": "v", "changes": "c"},
    usage="[-Rhvcf] USER[:[GRP]] FILE...",
)
STAT = grammar(
    "ltc:Lf",
    {"format=": "c", "terse": "t", "dereference": "L", "printf=": "printf", "file-system": "f"},
    usage="[-ltf] [-c FMT] FILE...",
)
READLINK = grammar(
    "fnevmsq",
    {"canonicalize": "f", "no-newline": "n", "canonicalize-existing": "e", "canonicalize-missing": "m"},
    usage="[-fnv] FILE",
)
DU = grammar(
    "shakmcd:xlHLb",
    {"summarize": "s", "human-readable": "h", "all": "a", "total": "c", "max-depth=": "d", "bytes": "b"},
    usage="[-aHLdclsxhmk] [FILE]...",
)
KINDS = {
    "file": "regular file",
    "dir": "directory",
    "link": "symbolic link",
    "char": "character special file",
    "block": "block special file",
    "fifo": "fifo",
    "socket": "socket",
}


def _all(sys: Sys, path: str, recursive: bool) -> list[str]:
    return (
        [name for name, stat, _ in entries_below(sys, path) if stat.kind != "link" or name == path]
        if recursive
        else [path]
    )


def chmod(sys: Sys, dialect: Dialect) -> Step:
    """Change permissions."""
    # A mode may begin with a dash: `-w`, `-x`.
    words = sys.argv[1:]
    mode_word = next(
        (
            word
            for word in words
            if len(word) > 1 and word[0] == "-" and word[1] in "rwxXst" and not set(word[1:]) - set("rwxXst,+-=ugoa")
        ),
        "",
    )
    options = parse(sys, dialect, CHMOD, [word for word in words if word != mode_word or not mode_word])
    rest = ([mode_word] if mode_word else []) + options.words
    too_few(sys, dialect, CHMOD, rest, 2)
    code = 0
    if apply_mode(rest[0], 0, umask=sys.umask, is_dir=False) is None:
        raise refuse(
            sys,
            f"invalid mode '{rest[0]}'"
            if is_busybox(dialect)
            else f"invalid mode: '{rest[0]}'\nTry 'chmod --help' for more information.",
        )
    for start in rest[1:]:
        try:
            for path in _all(sys, start, "R" in options):
                stat = sys.stat(path)
                mode = apply_mode(rest[0], stat.mode, umask=sys.umask, is_dir=stat.kind == "dir")
                sys.chmod(path, stat.mode if mode is None else mode)
        except UnixError as error:
            code = 1
            verb = "changing permissions of" if error.name in ("EPERM", "EROFS") else "cannot access"
            complain(sys, f"{start}: {error.message}" if is_busybox(dialect) else f"{verb} '{start}': {error.message}")
    return code


def chown(sys: Sys, dialect: Dialect) -> Step:
    """Change owner and group (chgrp: the group)."""
    options = parse(sys, dialect, CHOWN)
    too_few(sys, dialect, CHOWN, options.words, 2)
    uid, gid = _owner(sys, options.words[0], own_name(sys) == "chgrp", is_busybox(dialect))
    code = 0
    for start in options.words[1:]:
        try:
            for path in _all(sys, start, "R" in options):
                sys.chown(path, uid, gid)
        except UnixError as error:
            code = 1
            verb = (
                f"changing {'group' if own_name(sys) == 'chgrp' else 'ownership'} of"
                if error.name in ("EPERM", "EROFS")
                else "cannot access"
            )
            complain(sys, f"{start}: {error.message}" if is_busybox(dialect) else f"{verb} '{start}': {error.message}")
    return code


def _owner(sys: Sys, text: str, only_group: bool, busybox: bool) -> tuple[int, int]:
    mark = ":" if ":" in text else "." if "." in text else ""
    user, _, group = (("", "", text) if only_group else text.partition(mark)) if mark or only_group else (text, "", "")
    uid = user_number(sys, user) if user else -1
    gid = group_number(sys, group) if group else -1
    if uid is None:
        raise refuse(sys, f"unknown user {user}" if busybox else f"invalid user: '{text}'")
    if gid is None:
        raise refuse(sys, f"unknown group {group}" if busybox else f"invalid group: '{text}'")
    return uid, gid


# --- stat ----------------------------------------------------------------------------------------------------------
def _moment(unix: int, zone: bool = True) -> str:
    at = civil(unix)
    return f"{at.year}-{at.month:02}-{at.day:02} {at.hour:02}:{at.minute:02}:{at.second:02}.{at.micro:06}000" + (
        " +0000" if zone else ""
    )


def stat_values(sys: Sys, path: str, stat: Stat) -> dict[str, str]:
    """What stat -c can be asked for."""
    link = f" -> '{stat.target}'" if stat.kind == "link" else ""
    return {
        "n": path, "N": f"'{path}'{link}", "s": str(stat.size), "b": str(-(-stat.size // 4096) * 8), "B": "512", "o": "4096", "a": f"{stat.mode:o}", "A": mode_string(stat),
        "u": str(stat.uid), "g": str(stat.gid), "U": _named(user_name(sys, stat.uid), stat.uid), "G": _named(group_name(sys, stat.gid), stat.gid), "h": str(stat.links),
        "i": str(stat.inode), "F": "regular empty file" if stat.kind == "file" and stat.size == 0 else KINDS[stat.kind], "f": f"{0o100000 | stat.mode:x}",
        "x": _moment(stat.mtime), "y": _moment(stat.mtime), "z": _moment(stat.mtime), "w": "-", "X": str(stat.mtime // 10**6), "Y": str(stat.mtime // 10**6),
        "Z": str(stat.mtime // 10**6), "W": "0", "d": "2049", "D": "801", "t": "0", "T": "0", "m": "/", "%": "%",
    }  # fmt: skip


def _named(name: str, number: int) -> str:
    return name if name != str(number) else "UNKNOWN"


def stat(sys: Sys, dialect: Dialect) -> Step:
    """Say what is known of files."""
    options = parse(sys, dialect, STAT)
    if "f" in options:
        raise refuse(sys, "not simulated here: option -f")
    too_few(sys, dialect, STAT, options.words, 1)
    code = 0
    for path in options.words:
        try:
            values = stat_values(sys, path, found := sys.stat(path, follow="L" in options))
        except UnixError as error:
            complain(
                sys,
                f"can't stat '{path}': {error.message}"
                if is_busybox(dialect)
                else f"cannot statx '{path}': {error.message}",
            )
            code = 1
            continue
        if "c" in options or "printf" in options:
            sys.out(
                _filled(options.value("c") or options.value("printf").replace("\\n", "\n").replace("\\t", "\t"), values)
                + ("\n" if "c" in options else "")
            )
        else:
            sys.out(_long(values, found))
    return code


def _filled(form: str, values: dict[str, str]) -> str:
    out, place = [], 0
    while place < len(form):
        if form[place] == "%" and place + 1 < len(form):
            out.append(values.get(form[place + 1], "?"))
            place += 2
        else:
            out.append(form[place])
            place += 1
    return "".join(out)


def _long(values: dict[str, str], found: Stat) -> str:
    link = f" -> {found.target}" if found.kind == "link" else ""
    return (
        f"  File: {values['n']}{link}\n"
        f"  Size: {values['s']:<10}\tBlocks: {values['b']:<10} IO Block: {values['o']:<6} {values['F']}\n"
        f"Device: 801h/2049d\tInode: {values['i']:<10}  Links: {values['h']}\n"
        f"Access: ({found.mode:04o}/{values['A']})  Uid: ({found.uid:>5}/{values['U']:>8})   Gid: ({found.gid:>5}/{values['G']:>8})\n"
        f"Access: {values['x']}\nModify: {values['y']}\nChange: {values['z']}\n"
    )


def readlink(sys: Sys, dialect: Dialect) -> Step:
    """Where a link points."""
    options = parse(sys, dialect, READLINK)
    too_few(sys, dialect, READLINK, options.words, 1)
    code = 0
    for path in options.words:
        try:
            if options.last("fem"):
                text = _real(sys, path, missing=options.last("fem") == "m", last=options.last("fem") == "f")
            else:
                found = sys.stat(path, follow=False)
                text = found.target if found.kind == "link" else ""
        except UnixError:
            text = ""
        if text:
            sys.out(text + ("" if "n" in options else "\n"))
        else:
            code = 1
    return code


def _real(sys: Sys, path: str, *, missing: bool, last: bool) -> str:
    """The path without links; its last part (*last*) or all of it (*missing*) need not exist."""
    try:
        return sys.realpath(path)
    except UnixError as error:
        if error.name != "ENOENT" or not (last or missing):
            raise
        above, _, name = path.rstrip("/").rpartition("/")
        folder = _real(sys, above or ("/" if path.startswith("/") else "."), missing=missing, last=missing)
        return f"{folder.rstrip('/')}/{name}"


def realpath(sys: Sys, dialect: Dialect) -> Step:
    """The path without links."""
    options = parse(
        sys,
        dialect,
        grammar("emsq", {"canonicalize-existing": "e", "canonicalize-missing": "m", "quiet": "q"}, usage="FILE..."),
    )
    too_few(sys, dialect, grammar("", usage="FILE..."), options.words, 1)
    code = 0
    for path in options.words:
        try:
            sys.out(
                _real(sys, path, missing="m" in options, last="e" not in options and not is_busybox(dialect)) + "\n"
            )
        except UnixError as error:
            complain(sys, f"{path}: {error.message}")
            code = 1
    return code


def file(sys: Sys, dialect: Dialect) -> Step:
    """A guess at what a file is."""
    code = 0
    for path in parse(sys, dialect, grammar("bL", {"brief": "b"})).words:
        try:
            found = sys.stat(path, follow=False)
            text = (
                f"symbolic link to {found.target}"
                if found.kind == "link"
                else _guess(sys.read_file(path))
                if found.kind == "file"
                else KINDS[found.kind]
            )
        except UnixError as error:
            text = f"cannot open `{path}' ({error.message})"
        sys.out(f"{path}: {text}\n")
    return code


def _guess(data: bytes) -> str:
    if not data:
        return "empty"
    if data.startswith(b"#!"):
        interpreter = data[2:].split(b"\n", 1)[0].strip().decode("ascii", "replace")
        return f"{interpreter} script, ASCII text executable"
    if data.startswith(b"\x7fELF"):
        return "ELF 64-bit LSB executable"
    if data.startswith(b"\x1f\x8b"):
        return "gzip compressed data"
    if data.lstrip()[:1] in (b"{", b"["):
        return "JSON text data"
    if b"\0" in data[:1024]:
        return "data"
    return "ASCII text" if data.isascii() else "Unicode text, UTF-8 text"


# --- disks ---------------------------------------------------------------------------------------------------------
def _blocks(found: Stat) -> int:
    return -(-found.size // 4096) * 4096 if found.kind in ("file", "dir") else 0


def du(sys: Sys, dialect: Dialect) -> Step:
    """How much files take."""
    options = parse(sys, dialect, DU)
    deepest = 0 if "s" in options else int(options.value("d")[:4]) if options.value("d").isdecimal() else 1000
    code, total = 0, 0
    for start in options.words or ["."]:
        sums: dict[str, int] = {}
        lines: list[tuple[str, int]] = []
        try:
            entries = list(entries_below(sys, start))
        except UnixError as error:
            complain(
                sys, f"{start}: {error.message}" if is_busybox(dialect) else f"cannot access '{start}': {error.message}"
            )
            code = 1
            continue
        for path, found, depth in reversed(entries):
            size = (found.size if "b" in options else _blocks(found)) + sums.pop(path, 0)
            above = path.rpartition("/")[0] if depth > 1 else start
            if depth:
                sums[above] = sums.get(above, 0) + size
            if depth <= deepest and (found.kind == "dir" or "a" in options or depth == 0):
                lines.append((path, size))
            total += size if depth == 0 else 0
        sys.out("".join(f"{_amount(options, size, is_busybox(dialect))}\t{path}\n" for path, size in lines))
    if "c" in options:
        sys.out(f"{_amount(options, total, is_busybox(dialect))}\ttotal\n")
    return code


def _amount(options: Options, size: int, busybox: bool) -> str:
    given = [key for key, _ in options.given]
    if "b" in given:
        return str(size)
    if "h" in given:
        return human(size, busybox) if size else "0"
    return str(-(-size // (1 << 20))) if "m" in given else str(size // 1024)


def sync(sys: Sys, dialect: Dialect) -> Step:
    """Everything is written already."""
    return 0
