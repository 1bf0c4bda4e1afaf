"""The builtins `echo` and `printf`."""

import re

from simulator.api.timestamps import strftime
from simulator.kernel.units import SECOND
from simulator.shell.assigning import place_of
from simulator.shell.core import Core
from simulator.shell.memory import ShellError

ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "e": "\x1b"}
BACKSLASH = re.compile(r"\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
DIRECTIVE = re.compile(r"%([-+ #0']*)(\*|\d{1,4})?(?:\.(\*|\d{1,4})?)?(.?)", re.DOTALL)
OUTPUT_LIMIT = 1 << 20
OLDEST, NEWEST = -62_135_596_800, 253_402_300_799  # the years from 1 to 9999, in Unix seconds


class Stop(Exception):
    """`\\c`: nothing more is printed; the text is what came before."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def unescape(text: str, *, echo: bool) -> str:
    """*text* with its escapes read; raises Stop. In `echo`, octal numbers begin with 0."""
    out: list[str] = []
    pos = 0
    for match in BACKSLASH.finditer(text):
        out.append(text[pos : match.start()])
        code = match.group(1)
        pos = match.end()
        if code == "c":
            raise Stop("".join(out))
        if code[0] == "0" or (code[0] in "1234567" and not echo):
            out.append(chr(int(code, 8) & 255) if code != "0" else "")
        elif code[0] == "x" and len(code) > 1:
            out.append(chr(int(code[1:], 16)))
        else:
            out.append(ESCAPES.get(code, "\\" + code))
    return "".join(out) + text[pos:]


def echo(shell: Core, argv: list[str]) -> int:
    """`echo [-neE] words`, with the options that the dialect knows."""
    args = argv[1:]
    newline, escapes = True, shell.dialect.echo_escapes
    known = shell.dialect.echo_options
    while args and len(args[0]) > 1 and args[0][0] == "-" and all(letter in known for letter in args[0][1:]):
        if known == "n" and args[0] != "-n":
            break
        for letter in args.pop(0)[1:]:
            newline = newline and letter != "n"
            escapes = letter == "e" if letter != "n" else escapes
    text = " ".join(args)
    if escapes and "\\" in text:
        try:
            text = unescape(text, echo=True)
        except Stop as stop:
            shell.write(stop.text)
            return 0
    shell.write(text + "\n" if newline else text)
    return 0


# --- printf ---------------------------------------------------------------------------------------------------------


def printf(shell: Core, argv: list[str]) -> int:
    """`printf [-v name] format args`: the format is used again as long as there are arguments."""
    args = argv[1:]
    place: str | None = None
    if args[:1] == ["-v"] and shell.dialect.name == "bash" and len(args) > 1:
        place, args = place_of(shell, args[1]), args[2:]
        if place is None:
            raise ShellError(shell.say("badname", argv[2]), status=2)
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        usage = shell.say("printfusage")
        if shell.dialect.name == "bash":
            shell.write(f"printf: {usage}\n", 2)
            return 2
        raise ShellError(usage, status=2)
    writer = Printf(shell, args[0], args[1:])
    text = writer.text()
    if place:
        shell.set(place, text)
    else:
        shell.write(text)
    return writer.status


class Printf:
    """One call of printf."""

    def __init__(self, shell: Core, form: str, args: list[str]) -> None:
        self.shell = shell
        self.form = form
        self.args = args
        self.at = 0
        self.status = 0
        self.size = 0

    def text(self) -> str:
        """All that is printed."""
        out: list[str] = []
        try:
            while True:
                begin = self.at
                self.once(out)
                if self.at >= len(self.args) or self.at == begin:
                    break
        except Stop as stop:
            out.append(stop.text)
        except ShellError as error:
            self.shell.complain(error.message, "printf")
            self.status = error.status
        return "".join(out)

    def once(self, out: list[str]) -> None:
        """Print by the format one time."""
        pos = 0
        form = self.form
        while pos < len(form):
            percent = form.find("%", pos)
            end = len(form) if percent < 0 else percent
            self.add(out, unescape(form[pos:end], echo=False) if "\\" in form[pos:end] else form[pos:end])
            if percent < 0:
                return
            match = DIRECTIVE.match(form, percent)
            pos = match.end() if match else len(form)
            if match and match.group(4) == "(" and (end := self.time_end(pos)):
                self.add(out, self.time(match, form[pos : end - 2]))
                pos = end
            elif match:
                self.add(out, self.directive(match))

    def time_end(self, pos: int) -> int:
        """Where the directive for a time ends whose format begins at *pos*: behind `)T`; 0 if it does not, or this is not bash."""
        depth = 1
        for at in range(pos, len(self.form) if self.shell.dialect.name == "bash" else 0):
            depth += {"(": 1, ")": -1}.get(self.form[at], 0)
            if not depth:
                return at + 2 if self.form[at + 1 : at + 2] == "T" else 0
        return 0

    def time(self, match: re.Match[str], form: str) -> str:
        """`%(format)T`: a time in Unix seconds; -1, or nothing, is now, and -2 when the shell began."""
        flags, width, precision, _ = match.groups()
        given = self.argument()
        seconds = -1 if given is None else self.integer(given)
        if seconds in (-1, -2):
            seconds = self.shell.sys.unix // SECOND - (int(self.shell.get("SECONDS") or 0) if seconds == -2 else 0)
        text = strftime(min(max(seconds, OLDEST), NEWEST) * SECOND, form or "%X")
        text = text[: int(precision)] if precision and precision.isdecimal() else text
        size = int(width) if width and width.isdecimal() else 0
        return text.ljust(size) if "-" in flags else text.rjust(size)

    def add(self, out: list[str], text: str) -> None:
        self.size += len(text)
        if self.size > OUTPUT_LIMIT:
            raise self.shell.error("memory")
        out.append(text)

    def argument(self) -> str | None:
        self.at += 1
        return self.args[self.at - 1] if self.at <= len(self.args) else None

    def directive(self, match: re.Match[str]) -> str:
        flags, width, precision, kind = match.groups()
        if kind == "%" and match.group() == "%%":
            return "%"
        if not kind or kind not in "diouxXcsbqeEfFgG":
            shown = match.group()[1:] if self.shell.dialect.name == "dash" else kind or "%"
            raise ShellError(self.shell.say("format", shown), status=2 if self.shell.dialect.name == "dash" else 1)
        if width == "*":
            number = self.integer(self.argument())
            flags, width = flags + ("-" if number < 0 else ""), str(min(abs(number), 9_999))
        if precision == "*":
            precision = str(min(max(self.integer(self.argument()), 0), 9_999))
        point = "." in match.group()
        return self.formatted(flags.replace("'", ""), width or "", f".{precision or 0}" if point else "", kind)

    def formatted(self, flags: str, width: str, precision: str, kind: str) -> str:
        value = self.argument()
        if kind in "sbqc":
            text = value or ""
            if kind == "b":
                text = unescape(text, echo=True) if "\\" in text else text
            elif kind == "q":
                text = shell_quoted(text)
            elif kind == "c":
                text = text[:1]
            text = text[: int(precision[1:])] if precision else text
            return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))
        if kind in "diouxX":
            number = self.integer(value)
            if kind not in "di":
                number &= (1 << 64) - 1
            return self.number(flags, width, precision, "d" if kind in "iu" else kind, number)
        return str(f"%{flags}{width}{precision}{kind}" % self.real(value))

    def number(self, flags: str, width: str, precision: str, kind: str, number: int) -> str:
        if precision:
            flags = flags.replace("0", "")
        text = str(f"%{flags}{width}{precision}{kind}" % number)
        return text.replace("0o", "0") if kind == "o" else text

    def integer(self, text: str | None) -> int:
        """The number that an argument is; what is none is complained of, and counts as far as it goes."""
        if not text:
            return 0
        if text[0] in "'\"":
            return ord(text[1]) if len(text) > 1 else 0
        match = re.match(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[0-9]+)", text)
        if not match or match.end() < len(text):
            self.complain(text)
        if not match:
            return 0
        digits = match.group(2)[:25]
        base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10
        return (-1 if match.group(1) == "-" else 1) * int(digits, base)

    def real(self, text: str | None) -> float:
        if not text:
            return 0.0
        if text[0] in "'\"":
            return float(ord(text[1])) if len(text) > 1 else 0.0
        try:
            return float(text)
        except ValueError:
            self.complain(text)
            return 0.0

    def complain(self, text: str) -> None:
        self.shell.complain(self.shell.say("notnumber", text), "printf")
        self.status = 1


def shell_quoted(text: str) -> str:
    """*text* as bash's %q shows it."""
    if not text:
        return "''"
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
