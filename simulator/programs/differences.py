"""diff, cmp: where files differ (POSIX diff, cmp; busybox editors/diff.c prints unified only)."""

from difflib import SequenceMatcher

from simulator.programs.calendar import strftime
from simulator.programs.lines import finish, send, slurp
from simulator.programs.options import (
    Dialect,
    Options,
    Refused,
    complain,
    grammar,
    is_busybox,
    own_name,
    parse,
    refuse,
    show_usage,
    too_few,
)
from simulator.programs.walk import join
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

CMP = grammar(
    "slbn:i:",
    {"silent": "s", "quiet": "s", "verbose": "l", "bytes=": "n"},
    code=2,
    usage="[-ls] [-n NUM] FILE1 [FILE2]",
)
DIFF = grammar(
    "qurNU:biwBsaTtL:",
    {"brief": "q", "unified=?": "u", "recursive": "r", "new-file": "N", "ignore-space-change": "b", "ignore-all-space": "w", "ignore-case": "i", "report-identical-files": "s", "color=?": "color"},
    other="cyeEWS",
    code=2,
    usage="[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2",
)  # fmt: skip
# The algorithm is quadratic: longer files are compared as a whole only.
MOST_LINES = 2_000


def _both(sys: Sys, names: list[str]) -> list[bytes] | None:
    out = []
    for name in names:
        data = slurp(sys, name)
        if data is None:
            return None
        out.append(data)
    return out


def cmp(sys: Sys, dialect: Dialect) -> Step:
    """Say where two files differ first."""
    options = parse(sys, dialect, CMP)
    too_few(sys, dialect, CMP, options.words, 1)
    names = [*options.words, "-"][:2]
    try:
        both = _both(sys, names)
    except UnixError as error:
        missing = next((name for name in names if name != "-" and not sys.exists(name)), names[0])
        raise refuse(sys, f"{missing}: {error.message}", 1 if is_busybox(dialect) else 2) from None
    if both is None:
        return Wait(readable=(0,))
    left, right = both
    if left == right:
        return 0
    if "l" in options:
        rows = [
            (place + 1, one, other) for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other
        ]
        sys.out("".join(f"{place} {one:3o} {other:3o}\n" for place, one, other in rows[:100_000]))
    common = next((place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), None)
    if "s" in options or "l" in options:
        return 1
    if common is None:
        short = names[0] if len(left) < len(right) else names[1]
        size = min(len(left), len(right))
        complain(
            sys,
            f"EOF on {short}"
            if is_busybox(dialect)
            else f"EOF on {short} after byte {size}, line {left[:size].count(10)}"
            if size
            else f"EOF on {short} which is empty",
        )
        return 1
    sys.out(
        f"{names[0]} {names[1]} differ: {'char' if is_busybox(dialect) else 'byte'} {common + 1}, line {left[:common].count(10) + 1}\n"
    )
    return 1


def diff(sys: Sys, dialect: Dialect) -> Step:
    """Say which lines differ."""
    options = parse(sys, dialect, DIFF)
    if len(options.words) != 2:
        raise (
            show_usage(sys, dialect, DIFF)
            if is_busybox(dialect)
            else Refused(
                f"diff: missing operand after '{own_name(sys)}'\ndiff: Try 'diff --help' for more information.\n", 2
            )
        )
    names = list(options.words)
    try:
        kinds = [sys.stat(name).kind if name != "-" else "file" for name in names]
        if kinds == ["dir", "dir"]:
            return _folders(sys, dialect, options, names[0], names[1])
        for place, other in ((0, 1), (1, 0)):
            if kinds[place] == "dir":
                names[place] = join(names[place], names[other].rpartition("/")[2])
        both = _both(sys, names)
    except UnixError as error:
        missing = next((name for name in names if name != "-" and not sys.exists(name)), names[0])
        raise refuse(
            sys, f"can't stat '{missing}': {error.message}" if is_busybox(dialect) else f"{missing}: {error.message}", 2
        ) from None
    if both is None:
        return Wait(readable=(0,))
    return _files(sys, dialect, options, names, both)


def _folders(sys: Sys, dialect: Dialect, options: Options, left: str, right: str) -> int:
    here, there = sys.listdir(left), sys.listdir(right)
    code = 0
    for name in sorted({*here, *there}):
        if name not in here or name not in there:
            sys.out(f"Only in {left if name in here else right}: {name}\n")
            code = 1
            continue
        paths = [join(left, name), join(right, name)]
        if all(sys.stat(path).kind == "dir" for path in paths):
            if "r" in options:
                code = max(code, _folders(sys, dialect, options, paths[0], paths[1]))
            else:
                sys.out(f"Common subdirectories: {paths[0]} and {paths[1]}\n")
        else:
            code = max(code, _files(sys, dialect, options, paths, [sys.read_file(path) for path in paths]))
    return code


def _keys(lines: list[bytes], options: Options) -> list[bytes]:
    if "w" in options:
        lines = [b"".join(line.split()) for line in lines]
    elif "b" in options:
        lines = [b" ".join(line.split()) for line in lines]
    return [line.lower() for line in lines] if "i" in options else lines


def _files(sys: Sys, dialect: Dialect, options: Options, names: list[str], both: list[bytes]) -> int:
    if both[0] == both[1]:
        if "s" in options:
            sys.out(f"Files {names[0]} and {names[1]} are identical\n")
        return 0
    lines = [data.splitlines(keepends=True) for data in both]
    if "q" in options or any(b"\0" in data[:4096] for data in both) or max(map(len, lines)) > MOST_LINES:
        binary = any(b"\0" in data[:4096] for data in both) and "q" not in options
        sys.out(
            f"{'Binary files' if binary and not is_busybox(dialect) else 'Files'} {names[0]} and {names[1]} differ\n"
        )
        return 2 if binary and not is_busybox(dialect) else 1
    sys.charge(max(map(len, lines)) ** 2 // 10)
    matcher = SequenceMatcher(None, _keys(lines[0], options), _keys(lines[1], options), autojunk=False)
    unified = is_busybox(dialect) or "u" in options or "U" in options
    context = int(options.value("U", "3")[:5]) if options.value("U", "3").isdecimal() else 3
    body = _unified(matcher, lines, context) if unified else _normal(matcher, lines)
    if not body:
        return 0
    head = b""
    if unified:
        labels = options.values("L")
        stamps = [
            ""
            if is_busybox(dialect) or name == "-"
            else "\t"
            + strftime("%Y-%m-%d %H:%M:%S.", sys.stat(name).mtime)
            + f"{sys.stat(name).mtime % 10**6:06}000 +0000"
            for name in names
        ]
        shown = [labels[place] if place < len(labels) else names[place] + stamps[place] for place in range(2)]
        head = f"--- {shown[0]}\n+++ {shown[1]}\n".encode("utf-8", "surrogateescape")
    send(sys, head + body)
    return finish(sys, 1)


def _marked(mark: bytes, lines: list[bytes]) -> bytes:
    return b"".join(
        mark + line + (b"" if line.endswith(b"\n") else b"\n\\ No newline at end of file\n") for line in lines
    )


def _unified(matcher: "SequenceMatcher[bytes]", lines: list[list[bytes]], context: int) -> bytes:
    out = []
    for group in matcher.get_grouped_opcodes(context):
        ranges = [_span(group[0][1], group[-1][2]), _span(group[0][3], group[-1][4])]
        out.append(f"@@ -{ranges[0]} +{ranges[1]} @@\n".encode())
        for tag, low, high, begin, end in group:
            if tag == "equal":
                out.append(_marked(b" ", lines[0][low:high]))
            else:
                out += [_marked(b"-", lines[0][low:high]), _marked(b"+", lines[1][begin:end])]
    return b"".join(out)


def _span(low: int, high: int) -> str:
    size = high - low
    return f"{low + 1}" if size == 1 else f"{low + (size > 0)},{size}"


def _normal(matcher: "SequenceMatcher[bytes]", lines: list[list[bytes]]) -> bytes:
    out = []
    for tag, low, high, begin, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        letter = {"insert": "a", "delete": "d", "replace": "c"}[tag]
        left = f"{low + 1},{high}" if high - low > 1 else f"{low + 1}" if high > low else f"{low}"
        right = f"{begin + 1},{end}" if end - begin > 1 else f"{begin + 1}" if end > begin else f"{begin}"
        out.append(f"{left}{letter}{right}\n".encode())
        out.append(
            _marked(b"< ", lines[0][low:high])
            + (b"---\n" if letter == "c" else b"")
            + _marked(b"> ", lines[1][begin:end])
        )
    return b"".join(out)
