"""The builtin `mapfile`, also called `readarray`: lines of the input become the elements of an array."""

from typing import Any

from simulator.runtime.syscalls import UnixError, Wait
from simulator.shell.arrays import HIGHEST
from simulator.shell.core import Core
from simulator.shell.memory import SIZE_LIMIT, ShellError, decode
from simulator.shell.scanner import NAME

CHUNK = 8192
CHUNKS_A_STEP = 64
VALUED = {"d": "", "n": "line count", "O": "array origin", "s": "line count", "u": "file descriptor specification"}
USAGE = "usage: {0} [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]"


def begin(shell: Core, argv: list[str]) -> int | None:
    """`mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [array]`"""
    options, names = parse(shell, argv)
    name = names[0] if names else "MAPFILE"
    if not NAME.fullmatch(name):
        raise ShellError(shell.say("badname", name), status=1)
    numbers = {
        letter: number(options[letter], words) for letter, words in VALUED.items() if letter in options and words
    }
    fd = shell.state["fds"].get(str(numbers.get("u", 0)))
    if fd is None:
        raise ShellError(f"{numbers['u']}: invalid file descriptor: Bad file descriptor", status=1)
    if "O" not in options or shell.array(name) is None:
        shell.clear_array(name, "a")
    if shell.is_map(name):
        raise ShellError(f"{name}: not an indexed array", status=1)
    job: dict[str, Any] = {"fd": fd, "name": name, "data": b"", "trim": "t" in options, "at": numbers.get("O", 0)}
    job |= {"skip": numbers.get("s", 0), "left": numbers.get("n", 0) or HIGHEST, "exact": bool(numbers.get("n"))}
    job["delimiter"] = options.get("d", "\n")[:1].encode() or b"\0"
    shell.state["waiting"] = ["lines", job]
    return None


def parse(shell: Core, argv: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options with their values, and the names."""
    options: dict[str, str] = {}
    args = argv[1:]
    while args and len(args[0]) > 1 and args[0][0] == "-":
        letters = args.pop(0)[1:]
        if letters == "-":
            break
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in "Cc":
                raise ShellError(f"not simulated here: {argv[0]} -{letter}", status=1)
            if letter not in VALUED and letter != "t":
                shell.complain(shell.say("option", f"-{letter}"), argv[0])
                shell.write(f"{argv[0]}: {USAGE.format(argv[0])}\n", 2)
                raise ShellError("", status=2)
            if letter in VALUED:
                options[letter] = letters or (args.pop(0) if args else "")
                letters = ""
            else:
                options[letter] = ""
    return options, args


def number(text: str, words: str) -> int:
    if not text.isdecimal():
        raise ShellError(f"{text}: invalid {words}", status=1)
    return int(text[:9])


def go_on(shell: Core) -> int | Wait:
    """Take what has come; the exit status at the end of the input, or when there are lines enough."""
    job = shell.state["waiting"][1]
    for _ in range(CHUNKS_A_STEP if not job["exact"] else CHUNK):
        if not job["left"]:
            return 0
        try:
            data = shell.sys.read(job["fd"], 1 if job["exact"] else CHUNK)
        except UnixError:
            data = b""
        if data is None:
            return Wait(readable=(job["fd"],))
        try:
            take(shell, job, data)
        except ShellError as error:
            shell.complain(error.message, "mapfile")
            return error.status
        if not data:
            return 0
    shell.charged += 1_000
    return Wait(until=shell.sys.now)


def take(shell: Core, job: dict[str, Any], data: bytes) -> None:
    """Make elements of the lines that *data* has completed; of all that is left if it is empty, for then none follows."""
    if not data or job["delimiter"] in data:
        *lines, rest = (job["data"] + data).split(job["delimiter"])
        for line in lines:
            keep(shell, job, line + (b"" if job["trim"] else job["delimiter"]))
        if not data and rest:
            keep(shell, job, rest)
        job["data"] = rest
    else:
        job["data"] += data
    if len(job["data"]) > SIZE_LIMIT:
        raise shell.error("memory")


def keep(shell: Core, job: dict[str, Any], line: bytes) -> None:
    if job["skip"]:
        job["skip"] -= 1
        return
    shell.set_element(f"{job['name']}[{job['at']}]", decode(line))
    job["at"] += 1
    job["left"] -= 1
