"""The backslashes of echo -e and the percent signs of printf(1), awk and date, without Python's own formatting of foreign text."""

SIMPLE = {"a": 7, "b": 8, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34, "'": 39}
MOST_OUTPUT = 1 << 20
WIDEST = 65536


def unescape(text: bytes, *, octal_zero: bool) -> tuple[bytes, bool]:
    """*text* with its escapes done, and whether `\\c` ended it.

    octal_zero: octal numbers are written `\\0NNN` (echo, %b); else `\\NNN` (printf's format).
    """
    if b"\\" not in text:
        return text, False
    out = bytearray()
    place = 0
    while place < len(text):
        byte = text[place]
        place += 1
        if byte != 92 or place >= len(text):
            out.append(byte)
            continue
        letter = chr(text[place])
        if letter == "c":
            return bytes(out), True
        if letter in SIMPLE and letter not in "\"'"[: 2 if octal_zero else 0]:
            out.append(SIMPLE[letter])
            place += 1
        elif letter == "x":
            place = _number(text, place + 1, 16, 2, out, b"\\x")
        elif letter in "01234567":
            place = _number(text, place + (octal_zero and letter == "0"), 8, 3, out, b"\\0" if letter == "0" else b"\\")
        else:
            out.append(byte)
    return bytes(out), False


def _number(text: bytes, place: int, base: int, digits: int, out: bytearray, otherwise: bytes) -> int:
    """Append the byte that up to *digits* digits at *place* mean; where they end."""
    end = place
    while (
        end < len(text)
        and end - place < digits
        and chr(text[end]) in "0123456789abcdefABCDEF"
        and int(chr(text[end]), 16) < base
    ):
        end += 1
    if end > place:
        out.append(int(text[place:end], base) & 255)
    else:
        out += b"\0" if otherwise == b"\\0" else otherwise
    return end


def pad(text: str, flags: str, width: int, *, zero: bool = False) -> str:
    """*text* in a field of *width*."""
    width = min(width, WIDEST)
    if "-" in flags:
        return text.ljust(width)
    if zero and "0" in flags:
        sign = text[:1] if text[:1] in "+- " and text else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def whole(value: int, letter: str, flags: str, width: int, precision: int | None) -> str:
    """A whole number as %d, %i, %u, %o, %x, %X or %c-less conversions print it."""
    if letter in "uoxX" and value < 0:
        value += 1 << 64
    digits = {"o": f"{abs(value):o}", "x": f"{abs(value):x}", "X": f"{abs(value):X}"}.get(letter, str(abs(value)))
    if precision is not None:
        digits = "" if precision == 0 and value == 0 else digits.rjust(min(precision, WIDEST), "0")
    if "#" in flags and value:
        digits = {"o": "0", "x": "0x", "X": "0X"}.get(letter, "") + digits
    sign = (
        "-" if value < 0 else "+" if "+" in flags and letter in "di" else " " if " " in flags and letter in "di" else ""
    )
    return pad(sign + digits, flags, width, zero=precision is None)


def decimal(value: float, letter: str, flags: str, width: int, precision: int | None) -> str:
    """A number as %f, %e, %g and their capitals print it."""
    spec = ("#" if "#" in flags else "") + f".{min(6 if precision is None else precision, 100)}{letter}"
    digits = format(abs(value), spec)
    negative = value < 0 or str(value).startswith("-")
    sign = "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    return pad(sign + digits, flags, width, zero=digits[:1].isdecimal())


class Formatter:
    """printf(1): the format, used again until all arguments are."""

    def __init__(self, form: str, arguments: list[str], *, busybox: bool) -> None:
        self.form = form
        self.arguments = arguments
        self.next = 0
        self.busybox = busybox
        self.errors: list[str] = []
        self.out: list[bytes] = []
        self.size = 0

    def run(self) -> bytes:
        """What is printed; complaints stand in `errors`."""
        while True:
            before = self.next
            if not self.once() or self.next >= len(self.arguments) or self.next == before or self.size > MOST_OUTPUT:
                return b"".join(self.out)

    def put(self, data: bytes) -> None:
        self.out.append(data)
        self.size += len(data)

    def argument(self) -> str | None:
        self.next += 1
        return self.arguments[self.next - 1] if self.next <= len(self.arguments) else None

    def once(self) -> bool:
        """Go through the format one time; False when printing shall end."""
        place = 0
        form = self.form
        while place < len(form):
            end = form.find("%", place)
            end = len(form) if end < 0 else end
            text, stop = unescape(form[place:end].encode("utf-8", "surrogateescape"), octal_zero=False)
            self.put(text)
            if stop:
                return False
            if end == len(form):
                return True
            if form[end : end + 2] == "%%":
                self.put(b"%")
                place = end + 2
                continue
            place, good = self.directive(end + 1)
            if not good:
                return False
        return True

    def directive(self, place: int) -> tuple[int, bool]:
        form = self.form
        start = place - 1
        flags = ""
        while place < len(form) and form[place] in "-+ #0":
            flags += form[place]
            place += 1
        width, place = self.measure(place)
        if width is not None and width < 0:
            flags, width = flags + "-", -width
        precision = None
        if form[place : place + 1] == ".":
            precision, place = self.measure(place + 1)
            precision = max(precision or 0, 0)
        letter = form[place : place + 1]
        if not letter or letter not in "diouxXcsbeEfFgGq":
            self.errors.append(
                f"{form[start : place + 1]}: invalid format"
                if self.busybox
                else f"{form[start : place + 1]}: invalid conversion specification"
            )
            return place, False
        return place + 1, self.convert(letter, flags, width or 0, precision)

    def measure(self, place: int) -> tuple[int | None, int]:
        if self.form[place : place + 1] == "*":
            return self.integer(self.argument() or "0"), place + 1
        end = place
        while end < len(self.form) and self.form[end].isdecimal() and end - place < 6:
            end += 1
        return (int(self.form[place:end]) if end > place else None), end

    def convert(self, letter: str, flags: str, width: int, precision: int | None) -> bool:
        argument = self.argument()
        if letter in "sbcq":
            return self.text(letter, argument or "", flags, width, precision)
        if letter in "diouxX":
            self.put(whole(self.integer(argument or "0"), letter, flags, width, precision).encode())
        else:
            self.put(decimal(self.number(argument or "0"), letter, flags, width, precision).encode())
        return True

    def text(self, letter: str, argument: str, flags: str, width: int, precision: int | None) -> bool:
        stop = False
        data = argument.encode("utf-8", "surrogateescape")
        if letter == "b":
            data, stop = unescape(data, octal_zero=True)
        if letter == "c":
            data = data[:1]
        elif precision is not None:
            data = data[:precision]
        fill = b" " * max(0, min(width, WIDEST) - len(data))
        self.put(data + fill if "-" in flags else fill + data)
        return not stop

    def integer(self, text: str) -> int:
        if text[:1] in "\"'" and len(text) > 1:
            return ord(text[1])
        digits = text.strip().lower()
        try:
            if len(digits) > 25:
                raise ValueError
            sign, plain = (-1, digits[1:]) if digits[:1] == "-" else (1, digits.removeprefix("+"))
            base = 16 if plain.startswith("0x") else 8 if plain.startswith("0") and len(plain) > 1 else 10
            return sign * int(plain, base)
        except ValueError:
            self.errors.append(f"invalid number '{text}'" if self.busybox else self.complaint(text))
            return int(leading(digits) or 0)

    def complaint(self, text: str) -> str:
        return f"'{text}': value not completely converted" if leading(text) else f"'{text}': expected a numeric value"

    def number(self, text: str) -> float:
        try:
            if len(text) > 400 or "_" in text:
                raise ValueError
            return float(text)
        except ValueError:
            self.errors.append(f"invalid number '{text}'" if self.busybox else self.complaint(text))
            return 0.0


def leading(text: str) -> str:
    """The whole number at the beginning of *text*."""
    end = 1 if text[:1] in ("-", "+") else 0
    while end < len(text) and end < 19 and text[end].isascii() and text[end].isdecimal():
        end += 1
    return text[:end] if text[:end].strip("+-") else ""
