"""mkdir, rmdir, touch, ln, mkfifo, mktemp, truncate: make names (coreutils)."""

from simulator.programs.dates import parse_date
from simulator.programs.modes import apply_mode
from simulator.programs.options import (
    Dialect,
    Options,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
    too_few,
)
from simulator.programs.sizes import parse_size
from simulator.runtime.syscalls import Step, Sys, UnixError

MKDIR = grammar("pm:v", {"parents": "p", "mode=": "m", "verbose": "v"}, other="Z", usage="[-m MODE] [-p] DIRECTORY...")
RMDIR = grammar("pv", {"parents": "p", "ignore-fail-on-non-empty": "ignore", "verbose": "v"}, usage="[-p] DIRECTORY...")
TOUCH = grammar(
    "camhfr:t:d:",
    {"no-create": "c", "reference=": "r", "date=": "d"},
    usage="[-c] [-d DATE] [-t DATE] [-r FILE] FILE...",
)
LN = grammar(
    "sfnvTrib",
    {"symbolic": "s", "force": "f", "no-dereference": "n", "verbose": "v", "no-target-directory": "T", "relative": "r"},
    usage="[-sfnbtv] TARGET... LINK|DIR",
)
MKTEMP = grammar(
    "dqtup:", {"directory": "d", "quiet": "q", "dry-run": "u", "tmpdir=?": "p"}, usage="[-dt] [-p DIR] [TEMPLATE]"
)
TRUNCATE = grammar("cs:", {"size=": "s", "no-create": "c"}, usage="[-c] -s SIZE FILE...")
FALLOCATE = grammar(
    "l:nvx", {"length=": "l", "keep-size": "n", "verbose": "v", "posix": "x"}, other="cdipzo", usage="-l SIZE FILE"
)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def mkdir(sys: Sys, dialect: Dialect) -> Step:
    """Make directories."""
    options = parse(sys, dialect, MKDIR)
    too_few(sys, dialect, MKDIR, options.words, 1)
    mode = 0o777
    if "m" in options:
        wanted = apply_mode(options.value("m"), 0o777, umask=sys.umask, is_dir=True)
        if wanted is None:
            raise refuse(sys, f"invalid mode '{options.value('m')}'")
        mode = wanted
    code = 0
    for path in options.words:
        try:
            _make_folder(sys, path, mode, options.count("p") > 0)
            if "m" in options:
                sys.chmod(path, mode)
        except UnixError as error:
            code = 1
            quoted = f"can't create directory '{path}'" if is_busybox(dialect) else f"cannot create directory '{path}'"
            complain(sys, f"{quoted}: {error.message}")
    return code


def _make_folder(sys: Sys, path: str, mode: int, parents: bool) -> None:
    if parents:
        parts = path.rstrip("/").split("/")
        for end in range(1, len(parts)):
            above = "/".join(parts[:end])
            if above and not sys.exists(above):
                sys.mkdir(above)
        if sys.exists(path):
            if sys.stat(path).kind != "dir":
                raise UnixError("EEXIST")
            return
    sys.mkdir(path.rstrip("/") or "/", mode)


def rmdir(sys: Sys, dialect: Dialect) -> Step:
    """Remove empty directories."""
    options = parse(sys, dialect, RMDIR)
    too_few(sys, dialect, RMDIR, options.words, 1)
    code = 0
    for path in options.words:
        while path and path != "/":
            try:
                sys.rmdir(path)
            except UnixError as error:
                if error.name != "ENOTEMPTY" or "ignore" not in options:
                    complain(
                        sys,
                        f"'{path}': {error.message}"
                        if is_busybox(dialect)
                        else f"failed to remove '{path}': {error.message}",
                    )
                    code = 1
                break
            path = path.rstrip("/").rpartition("/")[0] if "p" in options else ""
    return code


def _moment(sys: Sys, dialect: Dialect, options: Options) -> int | None:
    """The time to set, in Unix microseconds; None is now."""
    if "d" in options or "t" in options:
        text = options.value("d") or options.value("t")
        moment = parse_date(text, sys.unix, stamp="t" in options)
        if moment is None:
            raise refuse(sys, f"invalid date '{text}'" if is_busybox(dialect) else f"invalid date format '{text}'")
        return moment
    return sys.stat(options.value("r")).mtime if "r" in options else None


def _touch(sys: Sys, path: str, moment: int | None, *, create: bool) -> None:
    there = sys.exists(path)
    if not there and create:
        sys.write_file(path, b"")
    if there or (create and moment is not None):
        sys.utime(path, moment)


def touch(sys: Sys, dialect: Dialect) -> Step:
    """Make empty files, or set when they were changed."""
    options = parse(sys, dialect, TOUCH)
    if not options.words and not is_busybox(dialect):
        raise refuse(sys, f"missing file operand\nTry '{own_name(sys)} --help' for more information.")
    too_few(sys, dialect, TOUCH, options.words, 1)
    moment = _moment(sys, dialect, options)
    code = 0
    for path in options.words:
        try:
            _touch(sys, path, moment, create="c" not in options)
        except UnixError as error:
            complain(
                sys, f"{path}: {error.message}" if is_busybox(dialect) else f"cannot touch '{path}': {error.message}"
            )
            code = 1
    return code


def ln(sys: Sys, dialect: Dialect) -> Step:
    """Make links."""
    options = parse(sys, dialect, LN)
    targets = options.words
    if not targets:
        too_few(sys, dialect, LN, [], 1)
    if len(targets) == 1:
        targets = [targets[0], "."]
    place = targets.pop()
    into = "T" not in options and sys.exists(place) and sys.stat(place, follow="n" not in options).kind == "dir"
    if len(targets) > 1 and not into:
        raise refuse(
            sys, f"target '{place}' is not a directory" if not is_busybox(dialect) else f"{place}: Not a directory"
        )
    code = 0
    for target in targets:
        path = f"{place.rstrip('/')}/{target.rstrip('/').rpartition('/')[2]}" if into else place
        try:
            if "f" in options and path != target and _there(sys, path):
                sys.unlink(path)
            (sys.symlink if "s" in options else sys.link)(target, path)
        except UnixError as error:
            kind = "symbolic" if "s" in options else "hard"
            arrow = f" -> '{target}'" if "s" not in options and error.name != "EEXIST" else ""
            wording = (
                f"{path}: {error.message}"
                if is_busybox(dialect)
                else f"failed to create {kind} link '{path}'{arrow}: {error.message}"
            )
            complain(sys, wording)
            code = 1
    return code


def _there(sys: Sys, path: str) -> bool:
    try:
        sys.stat(path, follow=False)
    except UnixError:
        return False
    return True


def mkfifo(sys: Sys, dialect: Dialect) -> Step:
    """Make named pipes."""
    rules = grammar("m:", {"mode=": "m"}, usage="[-m MODE] NAME")
    options = parse(sys, dialect, rules)
    too_few(sys, dialect, rules, options.words, 1)
    mode = apply_mode(options.value("m", "666"), 0o666, umask=sys.umask, is_dir=False)
    if mode is None:
        raise refuse(sys, f"invalid mode '{options.value('m')}'")
    code = 0
    for path in options.words:
        try:
            sys.mkfifo(path, mode)
        except UnixError as error:
            complain(
                sys,
                f"{path}: {error.message}" if is_busybox(dialect) else f"cannot create fifo '{path}': {error.message}",
            )
            code = 1
    return code


def mktemp(sys: Sys, dialect: Dialect) -> Step:
    """Make a file or directory with a name that nobody has yet, and say it."""
    options = parse(sys, dialect, MKTEMP)
    template = options.words[0] if options.words else "tmp.XXXXXXXXXX" if not is_busybox(dialect) else "tmp.XXXXXX"
    folder = options.value("p") or sys.env.get("TMPDIR", "/tmp")
    if not options.words or "t" in options or "p" in options:
        template = f"{folder.rstrip('/')}/{template}"
    stem = template.rstrip("X")
    if len(template) - len(stem) < (6 if is_busybox(dialect) else 3):
        raise refuse(
            sys, f"{template}: {'Invalid argument'}" if is_busybox(dialect) else f"too few X's in template '{template}'"
        )
    path = stem + "".join(LETTERS[sys.random(len(LETTERS))] for _ in template[len(stem) :])
    try:
        if "d" in options:
            sys.mkdir(path, 0o700)
        elif "u" not in options:
            sys.close(sys.open(path, "wx", 0o600))
    except UnixError as error:
        kind = "directory" if "d" in options else "file"
        raise refuse(
            sys,
            f"{template}: {error.message}"
            if is_busybox(dialect)
            else f"failed to create {kind} via template '{template}': {error.message}",
        ) from None
    sys.out(path + "\n")
    return 0


def truncate(sys: Sys, dialect: Dialect) -> Step:
    """Cut files to a size, or make them larger."""
    options = parse(sys, dialect, TRUNCATE)
    size = parse_size(options.value("s").lstrip("+-")) if "s" in options else None
    if size is None or not options.words:
        raise show_usage(sys, dialect, TRUNCATE)
    sign = options.value("s")[0]
    for path in options.words:
        if not sys.exists(path) and "c" in options:
            continue
        now = sys.stat(path).size if sys.exists(path) else 0
        sys.truncate(path, max(now + size if sign == "+" else now - size if sign == "-" else size, 0))
    return 0


def fallocate(sys: Sys, dialect: Dialect) -> Step:
    """Give a file so much room, filled with zeros (util-linux)."""
    options = parse(sys, dialect, FALLOCATE)
    size = parse_size(options.value("l")) if "l" in options else None
    if not options.words or not size:
        raise refuse(sys, "no length argument specified" if not size else "no filename specified")
    path = options.words[0]
    now = sys.stat(path).size if sys.exists(path) else 0
    try:
        sys.truncate(path, max(now, size))
    except UnixError as error:
        raise refuse(sys, f"fallocate failed: {error.message}") from None
    return 0
