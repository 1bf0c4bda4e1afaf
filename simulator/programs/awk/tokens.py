"""The words of awk's language (POSIX awk): numbers, strings, regular expressions, names and signs."""

import re2

LONGEST_SCRIPT = 65_536
KEYWORDS = (
    "BEGIN",
    "END",
    "if",
    "else",
    "while",
    "for",
    "do",
    "in",
    "next",
    "exit",
    "print",
    "printf",
    "delete",
    "break",
    "continue",
    "getline",
    "function",
    "func",
    "return",
)
FUNCTIONS = {
    "length": (0, 1), "substr": (2, 3), "index": (2, 2), "split": (2, 3), "sub": (2, 3), "gsub": (2, 3), "match": (2, 2), "sprintf": (1, 99), "tolower": (1, 1),
    "toupper": (1, 1), "int": (1, 1), "sqrt": (1, 1), "exp": (1, 1), "log": (1, 1), "sin": (1, 1), "cos": (1, 1), "atan2": (2, 2), "systime": (0, 0), "strftime": (0, 2), "close": (1, 2), "fflush": (0, 1),
}  # fmt: skip
TOKEN = re2.compile(
    r"^(?:([ \t\r]+|\\\n|#[^\n]*)|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(&&|\|\||\+\+|--|\+=|-=|\*=|/=|%=|\^=|\*\*|==|<=|>=|!=|!~|>>|[-+*/%^<>=!~?:;,(){}\[\]$|\n]))"
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "/": "/", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


# Kind and text: number, string, regex, word (of the language), function (built in), call (a name with its parenthesis), name, sign.
Token = tuple[str, str]


class BadScript(Exception):
    """The script cannot be read."""


def scan(script: str) -> list[Token]:
    """The tokens of *script*; raises BadScript."""
    if len(script) > LONGEST_SCRIPT:
        raise BadScript("program too long")
    out: list[Token] = []
    place = 0
    while place < len(script):
        letter = script[place]
        if letter == '"':
            text, place = _quoted(script, place + 1, '"')
            out.append(("string", text))
            continue
        if letter == "/" and _regex_may_begin(out):
            text, place = _quoted(script, place + 1, "/")
            out.append(("regex", text))
            continue
        match = TOKEN.search(script[place : place + 300])
        if match is None:
            raise BadScript(f"Unexpected token: {letter}")
        place += match.end()
        _, figures, name, sign = match.groups()
        if figures:
            out.append(("number", figures))
        elif name:
            out.append((_kind(name, script[place : place + 1]), name))
        elif sign:
            out.append(("sign", "^" if sign == "**" else sign))
    return out


def _kind(name: str, follower: str) -> str:
    if name in KEYWORDS:
        return "word"
    if name in FUNCTIONS:
        return "function"
    return "call" if follower == "(" else "name"


def _regex_may_begin(tokens: list[Token]) -> bool:
    if not tokens:
        return True
    kind, text = tokens[-1]
    return kind == "word" or (kind == "sign" and text not in (")", "]", "$", "++", "--"))


def _quoted(script: str, place: int, mark: str) -> tuple[str, int]:
    out: list[str] = []
    while place < len(script):
        letter = script[place]
        place += 1
        if letter == mark:
            return "".join(out), place
        if letter == "\n":
            break
        if letter == "\\" and place < len(script):
            follower = script[place]
            place += 1
            if mark == "/":
                letter = follower if follower == "/" else "\\" + follower
            else:
                letter = ESCAPES.get(follower, "\\" + follower)
        out.append(letter)
    raise BadScript("Unexpected end of string")
