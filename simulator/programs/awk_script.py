"""The language of awk (POSIX awk): read into a tree of tuples; what is not simulated is refused when it is read."""

from functools import lru_cache
from typing import Any

import re2

LONGEST_SCRIPT = 65_536
DEEPEST = 60
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
    "toupper": (1, 1), "int": (1, 1), "sqrt": (1, 1), "exp": (1, 1), "log": (1, 1), "sin": (1, 1), "cos": (1, 1), "atan2": (2, 2), "systime": (0, 0), "strftime": (0, 2),
}  # fmt: skip
TOKEN = re2.compile(
    r"^(?:([ \t\r]+|\\\n|#[^\n]*)|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(&&|\|\||\+\+|--|\+=|-=|\*=|/=|%=|\^=|\*\*|==|<=|>=|!=|!~|>>|[-+*/%^<>=!~?:;,(){}\[\]$|\n]))"
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "/": "/", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
Tree = tuple[Any, ...]
COMPARE = ("<", "<=", "==", "!=", ">", ">=")
ASSIGN = ("=", "+=", "-=", "*=", "/=", "%=", "^=")


class BadScript(Exception):
    """The script cannot be read."""


def scan(script: str) -> list[tuple[str, str]]:
    """Kind and text of each token: number, string, regex, name, call (a name with its parenthesis), or the sign itself."""
    out: list[tuple[str, str]] = []
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
        if match.group(2):
            out.append(("number", match.group(2)))
        elif match.group(3):
            name = match.group(3)
            kind = (
                "word"
                if name in KEYWORDS
                else "function"
                if name in FUNCTIONS
                else "call"
                if script[place : place + 1] == "("
                else "name"
            )
            out.append((kind, name))
        elif match.group(4):
            out.append(("sign", "^" if match.group(4) == "**" else match.group(4)))
    return out


def _regex_may_begin(tokens: list[tuple[str, str]]) -> bool:
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


class Reader:
    """A recursive descent over the tokens."""

    def __init__(self, script: str) -> None:
        if len(script) > LONGEST_SCRIPT:
            raise BadScript("program too long")
        self.tokens = [*scan(script), ("end", "")]
        self.place = 0
        self.depth = 0

    # --- tokens --------------------------------------------------------------------------------------------------
    def peek(self, *signs: str) -> bool:
        kind, text = self.tokens[self.place]
        return kind in ("sign", "word") and text in signs

    def accept(self, *signs: str) -> str:
        if self.peek(*signs):
            self.place += 1
            return self.tokens[self.place - 1][1]
        return ""

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise BadScript(f"Unexpected token: {self.tokens[self.place][1] or 'end of program'}")

    def newlines(self) -> None:
        while self.accept("\n"):
            pass

    def ends(self) -> None:
        while self.accept("\n", ";"):
            pass

    # --- the program ---------------------------------------------------------------------------------------------
    def run(self) -> list[Tree]:
        """Rules: (pattern, second pattern or None, statements or None)."""
        rules: list[Tree] = []
        self.ends()
        while self.tokens[self.place][0] != "end":
            if self.peek("function", "func"):
                raise BadScript("not simulated here: functions of one's own")
            rules.append(self.rule())
            self.ends()
        return rules

    def rule(self) -> Tree:
        pattern: Any = None
        second: Any = None
        if self.peek("BEGIN", "END"):
            pattern = ("special", self.accept("BEGIN", "END"))
        elif not self.peek("{"):
            pattern = self.expression()
            if self.accept(","):
                self.newlines()
                second = self.expression()
        body = self.block() if self.peek("{") else None
        return pattern, second, body

    def block(self) -> Tree:
        self.expect("{")
        self.deeper()
        out: list[Tree] = []
        self.ends()
        while not self.peek("}"):
            out.append(self.statement())
            self.ends()
        self.expect("}")
        self.depth -= 1
        return ("block", tuple(out))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadScript("program is nested too deep")

    def statement(self) -> Tree:
        if self.peek("{"):
            return self.block()
        self.deeper()
        try:
            if word := self.accept("if", "while", "do", "for"):
                return getattr(self, "s_" + word)()  # type: ignore[no-any-return]
            if self.accept(";"):
                return ("block", ())
            node = self.simple()
        finally:
            self.depth -= 1
        if not self.peek("}") and self.tokens[self.place][0] != "end" and not self.accept(";", "\n"):
            raise BadScript(f"Unexpected token: {self.tokens[self.place][1]}")
        return node

    def body(self) -> Tree:
        self.newlines()
        return self.statement()

    def s_if(self) -> Tree:
        self.expect("(")
        test = self.expression()
        self.expect(")")
        then = self.body()
        mark = self.place
        self.ends()
        if self.accept("else"):
            return ("if", test, then, self.body())
        self.place = mark
        return ("if", test, then, None)

    def s_while(self) -> Tree:
        self.expect("(")
        test = self.expression()
        self.expect(")")
        return ("while", test, self.body())

    def s_do(self) -> Tree:
        body = self.body()
        self.ends()
        self.expect("while")
        self.expect("(")
        test = self.expression()
        self.expect(")")
        return ("do", test, body)

    def s_for(self) -> Tree:
        self.expect("(")
        if (
            self.tokens[self.place][0] == "name"
            and self.tokens[self.place + 1] == ("word", "in")
            and self.tokens[self.place + 3] == ("sign", ")")
        ):
            name, array = self.tokens[self.place][1], self.tokens[self.place + 2][1]
            self.place += 4
            return ("forin", name, array, self.body())
        first = None if self.peek(";") else self.simple()
        self.expect(";")
        test = None if self.peek(";") else self.expression()
        self.expect(";")
        step = None if self.peek(")") else self.simple()
        self.expect(")")
        return ("for", first, test, step, self.body())

    def simple(self) -> Tree:
        word = self.accept("print", "printf", "next", "exit", "delete", "break", "continue", "getline", "return")
        if word in ("print", "printf"):
            return self.printing(word)
        if word in ("next", "break", "continue"):
            return (word,)
        if word == "exit":
            return (
                "exit",
                None if self.peek(";", "}", "\n") or self.tokens[self.place][0] == "end" else self.expression(),
            )
        if word == "delete":
            kind, name = self.tokens[self.place]
            self.place += 1
            if kind != "name":
                raise BadScript(f"Unexpected token: {name}")
            keys = self.subscript() if self.accept("[") else None
            return ("delete", name, keys)
        if word:
            raise BadScript(f"not simulated here: {word}")
        return ("expr", self.expression())

    def printing(self, word: str) -> Tree:
        words: list[Tree] = []
        self.in_print = True
        try:
            if not (self.peek(";", "}", "\n", ">", ">>", "|") or self.tokens[self.place][0] == "end"):
                words = self.listed()
        finally:
            self.in_print = False
        if len(words) == 1 and words[0][0] == "grouping":
            words = list(words[0][1])
        if operator := self.accept("|"):
            raise BadScript("not simulated here: output to a command")
        operator = self.accept(">", ">>")
        target = self.concatenation() if operator else None
        return (word, tuple(words), operator, target)

    in_print = False

    def listed(self) -> list[Tree]:
        words = [self.expression()]
        while self.accept(","):
            self.newlines()
            words.append(self.expression())
        return words

    # --- expressions ---------------------------------------------------------------------------------------------
    def expression(self) -> Tree:
        self.deeper()
        left = self.ternary()
        if self.peek(*ASSIGN):
            if left[0] not in ("var", "field", "item"):
                raise BadScript(f"Unexpected token: {self.tokens[self.place][1]}")
            operator = self.accept(*ASSIGN)
            self.newlines()
            left = ("assign", operator, left, self.expression())
        self.depth -= 1
        return left

    def ternary(self) -> Tree:
        test = self.either()
        if not self.accept("?"):
            return test
        self.newlines()
        yes = self.expression()
        self.newlines()
        self.expect(":")
        self.newlines()
        return ("if?", test, yes, self.expression())

    def either(self) -> Tree:
        left = self.both()
        while self.accept("||"):
            self.newlines()
            left = ("or", left, self.both())
        return left

    def both(self) -> Tree:
        left = self.membership()
        while self.accept("&&"):
            self.newlines()
            left = ("and", left, self.membership())
        return left

    def membership(self) -> Tree:
        left = self.matching()
        while self.accept("in"):
            name = self.tokens[self.place][1]
            self.place += 1
            keys = left[1] if left[0] == "grouping" else (left,)
            left = ("in", tuple(keys), name)
        return left

    def matching(self) -> Tree:
        left = self.comparison()
        while operator := self.accept("~", "!~"):
            left = ("match", operator, left, self.comparison())
        return left

    def comparison(self) -> Tree:
        left = self.concatenation()
        signs = tuple(sign for sign in COMPARE if not (self.in_print and sign == ">"))
        if operator := self.accept(*signs):
            return ("compare", operator, left, self.concatenation())
        return left

    def concatenation(self) -> Tree:
        left = self.sum()
        while self.begins_operand():
            left = ("concat", left, self.sum())
        return left

    def begins_operand(self) -> bool:
        kind, text = self.tokens[self.place]
        if kind in ("number", "string", "name", "function", "call"):
            return True
        return kind == "sign" and text in ("$", "(", "!", "-", "+", "++", "--") and text not in ("-", "+")

    def sum(self) -> Tree:
        left = self.product()
        while operator := self.accept("+", "-"):
            left = ("math", operator, left, self.product())
        return left

    def product(self) -> Tree:
        left = self.unary()
        while operator := self.accept("*", "/", "%"):
            left = ("math", operator, left, self.unary())
        return left

    def unary(self) -> Tree:
        if operator := self.accept("!", "-", "+"):
            self.deeper()
            node = (
                ("not", self.unary())
                if operator == "!"
                else ("negative" if operator == "-" else "positive", self.unary())
            )
            self.depth -= 1
            return node
        return self.power()

    def power(self) -> Tree:
        left = self.postfix()
        if self.accept("^"):
            self.deeper()
            left = ("math", "^", left, self.unary())
            self.depth -= 1
        return left

    def postfix(self) -> Tree:
        if operator := self.accept("++", "--"):
            return ("step", operator, self.primary(), True)
        node = self.primary()
        if node[0] in ("var", "field", "item") and (operator := self.accept("++", "--")):
            return ("step", operator, node, False)
        return node

    def primary(self) -> Tree:
        kind, text = self.tokens[self.place]
        self.place += 1
        match kind:
            case "number":
                return ("number", float(text))
            case "string" | "regex":
                return (kind, text)
            case "function":
                return self.function(text)
            case "call":
                raise BadScript(f"not simulated here: the function {text}")
            case "name":
                return ("item", text, self.subscript()) if self.accept("[") else ("var", text)
        if text == "$":
            self.deeper()
            node = ("field", self.postfix_field())
            self.depth -= 1
            return node
        if text == "(":
            outside, self.in_print = self.in_print, False
            words = self.listed()
            self.expect(")")
            self.in_print = outside
            return ("group", words[0]) if len(words) == 1 else ("grouping", tuple(words))
        raise BadScript(f"Unexpected token: {text or 'end of program'}" if text != "\n" else "Unexpected end of line")

    def postfix_field(self) -> Tree:
        if operator := self.accept("++", "--"):
            return ("step", operator, self.primary(), True)
        if self.accept("-"):
            return ("negative", self.primary())
        return self.primary()

    def subscript(self) -> Tree:
        keys = self.listed()
        self.expect("]")
        return tuple(keys)

    def function(self, name: str) -> Tree:
        words: list[Tree] = []
        if self.accept("("):
            outside, self.in_print = self.in_print, False
            if not self.peek(")"):
                words = self.listed()
            self.expect(")")
            self.in_print = outside
        least, most = FUNCTIONS[name]
        if not least <= len(words) <= most:
            raise BadScript(f"Too few arguments for {name}" if len(words) < least else f"Too many arguments for {name}")
        return ("call", name, tuple(words))


@lru_cache(maxsize=64)
def read_script(script: str) -> list[Tree]:
    """The rules of *script*; raises BadScript."""
    return Reader(script).run()
