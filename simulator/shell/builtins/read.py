"""The builtin `read`: it takes input byte after byte, so that nothing behind the line is lost."""

from typing import Any

from simulator.runtime.syscalls import UnixError, Wait
from simulator.shell.assigning import place_of
from simulator.shell.core import Core
from simulator.shell.memory import ShellError, decode

LIMIT = 1 << 20  # bytes of one line
BYTES_A_STEP = 8192
FLAGS = {"dash": "pr", "ash": "rspntudN", "bash": "rspntudNea"}
VALUED = "pntudNa"


def begin(shell: Core, argv: list[str]) -> int | None:
    """`read [-rs] [-p prompt] [-t seconds] [-n count] [-d delimiter] [-u fd] names...`"""
    options, names = parse(shell, argv)
    if "a" in options:
        names = [options["a"]]
    names = [variable(shell, name) for name in names]
    fd = shell.state["fds"].get(options.get("u", "0"))
    if fd is None:
        raise ShellError(f"{options.get('u', '0')}: Bad file descriptor", status=1)
    job: dict[str, Any] = {"fd": fd, "names": names, "raw": "r" in options, "data": b"", "quoted": [], "escape": False}
    job["array"] = "a" in options
    job["limit"] = count(shell, options.get("N", options.get("n", "0")))
    job["delimiter"] = options.get("d", "\n")[:1].encode()[:1] or b"\0"
    job["until"] = shell.sys.now + microseconds(shell, options["t"]) if "t" in options else None
    terminal = shell.sys.isatty(fd)
    if "p" in options and terminal:
        shell.write(options["p"], 2)
    if terminal and ("s" in options or job["limit"]):
        mode = shell.sys.tty_mode(fd)
        job["mode"] = {"canonical": mode["canonical"], "echo": mode["echo"]}
        shell.sys.tty_mode(fd, canonical=False if job["limit"] else None, echo=False if "s" in options else None)
    shell.state["waiting"] = ["read", job]
    return None


def parse(shell: Core, argv: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options and the names."""
    options: dict[str, str] = {}
    args = argv[1:]
    known = FLAGS[shell.dialect.name]
    while args and len(args[0]) > 1 and args[0][0] == "-":
        word = args.pop(0)
        if word == "--":
            break
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter not in known:
                raise ShellError(shell.say("option", f"-{letter}"), status=2)
            if letter in VALUED:
                options[letter] = letters or (args.pop(0) if args else "")
                letters = ""
            else:
                options[letter] = ""
    return options, args


def variable(shell: Core, name: str) -> str:
    """What *name* means: a variable, in bash also an element."""
    place = place_of(shell, name)
    if place is None:
        raise bad_name(shell, name)
    return place


def bad_name(shell: Core, name: str) -> ShellError:
    if shell.dialect.name == "ash":
        return ShellError(f"read: {shell.say('readname', name)}", status=1)
    return ShellError(shell.say("badname", name), status=2 if shell.dialect.name == "dash" else 1)


def count(shell: Core, text: str) -> int:
    if not text.isdecimal():
        raise ShellError(shell.say("number", text), status=2)
    return min(int(text[:9]), LIMIT)


def microseconds(shell: Core, text: str) -> int:
    whole, _, fraction = text.partition(".")
    if not (whole or fraction) or not (whole + fraction).isdecimal():
        raise ShellError(shell.say("number", text), status=2)
    return int(whole[:9] or 0) * 1_000_000 + int(fraction.ljust(6, "0")[:6])


def go_on(shell: Core) -> int | Wait:
    """Take what has come; the exit status when the line is whole."""
    job = shell.state["waiting"][1]
    got = bytearray(job["data"])
    for _ in range(BYTES_A_STEP):
        try:
            data = shell.sys.read(job["fd"], 1)
        except UnixError:
            data = b""
        if data is None:
            return wait_more(shell, job, got)
        if not data:
            return finish(shell, job, got, 1)
        if take(job, got, data):
            return finish(shell, job, got, 0)
    job["data"] = bytes(got)
    shell.charged += 1_000
    return Wait(until=shell.sys.now)


def take(job: dict[str, Any], got: bytearray, data: bytes) -> bool:
    """Add one byte; whether the line is whole."""
    if job["escape"]:
        job["escape"] = False
        if data != b"\n":
            job["quoted"].append(len(got))
            got += data
        return False
    if data == b"\\" and not job["raw"]:
        job["escape"] = True
        return False
    if data == job["delimiter"]:
        return True
    got += data
    return len(got) >= (job["limit"] or LIMIT)


def wait_more(shell: Core, job: dict[str, Any], got: bytearray) -> int | Wait:
    job["data"] = bytes(got)
    if job["until"] is not None and shell.sys.now >= job["until"]:
        return finish(shell, job, got, 142 if shell.dialect.name == "bash" else 1)
    return Wait(readable=(job["fd"],), until=job["until"])


def finish(shell: Core, job: dict[str, Any], got: bytearray, status: int) -> int:
    """Divide the line among the variables."""
    if "mode" in job:
        shell.sys.tty_mode(job["fd"], canonical=job["mode"]["canonical"], echo=job["mode"]["echo"])
        if not job["mode"]["echo"] or job["limit"]:
            shell.write("", 2)
    quoted = dict.fromkeys(job["quoted"], True)
    text, marks = characters(bytes(got), quoted)
    names = job["names"]
    try:
        if job["array"]:
            divide_all(shell, names[0], text, marks)
        elif not names:
            shell.set("REPLY", text)
        else:
            values = divide(text, marks, shell.ifs(), len(names))
            for name, value in zip(names, values, strict=True):
                shell.set(name, value)
    except ShellError as error:
        shell.complain(error.message, "read")
        return error.status
    return status


def divide_all(shell: Core, name: str, text: str, marks: list[bool]) -> None:
    """`read -a`: the fields are the elements of an array."""
    shell.clear_array(name, "a")
    fields = divide(text, marks, shell.ifs(), len(text) + 1)
    while fields and not fields[-1]:
        fields.pop()
    for index, field in enumerate(fields):
        shell.set_element(f"{name}[{index}]", field)


def characters(data: bytes, quoted: dict[int, bool]) -> tuple[str, list[bool]]:
    """The text, and for each of its characters whether a backslash stood before it."""
    if not quoted:
        text = decode(data)
        return text, []
    text = ""
    marks: list[bool] = []
    begin = 0
    for index in [*quoted, len(data)]:
        piece = decode(data[begin:index])
        text += piece
        marks += [False] * len(piece)
        if index < len(data):
            char = decode(data[index : index + 1])
            text += char
            marks += [True] * len(char)
        begin = index + 1
    return text, marks


def divide(text: str, marks: list[bool], ifs: str, count: int) -> list[str]:
    """*text* in *count* fields; the last one takes the rest."""
    kinds = [
        0 if char not in ifs or (marks and marks[index]) else 1 if char in " \t\n" else 2
        for index, char in enumerate(text)
    ]
    end = len(text)
    while end and kinds[end - 1] == 1:
        end -= 1
    pos = 0
    while pos < end and kinds[pos] == 1:
        pos += 1
    fields: list[str] = []
    while len(fields) < count - 1 and pos < end:
        begin = pos
        while pos < end and not kinds[pos]:
            pos += 1
        fields.append(text[begin:pos])
        pos = behind(kinds, pos, end)
    rest = text[pos:end]
    if rest and kinds[end - 1] == 2 and not any(kinds[pos : end - 1]):
        rest = rest[:-1]
    return [*fields, rest, *[""] * count][:count] if len(fields) < count else fields


def behind(kinds: list[int], pos: int, end: int) -> int:
    """Where the next field begins, behind a divider at *pos*."""
    while pos < end and kinds[pos] == 1:
        pos += 1
    if pos < end and kinds[pos] == 2:
        pos += 1
        while pos < end and kinds[pos] == 1:
            pos += 1
    return pos
