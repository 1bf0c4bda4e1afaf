"""Arithmetic: `$((...))`, `((...))`, `let`: all operators of C on 64-bit numbers."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

TOKENS = re.compile(
    r"\s*(?:(\d[\w#@]*)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|[-+*/%<>=!~&|^?:(),]))"
)
DEPTH_LIMIT = 30
LENGTH_LIMIT = 20_000

# The binary operators, by how strongly they bind.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<=", ">=", "<", ">"),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
LEVEL = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}
ASSIGNMENTS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="))

Tree = tuple[Any, ...]
Lookup = Callable[[str], str]
Store = Callable[[str, str], None]


class MathError(Exception):
    """The expression is wrong; *kind* is a message of the dialects (`math ...`), *token* is where it went wrong."""

    def __init__(self, kind: str, token: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.token = token


def wrap(number: int) -> int:
    """*number* as a signed number of 64 bits."""
    return ((number + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)


class Parser:
    """Precedence climbing over the tokens of one expression."""

    def __init__(self, text: str, *, power: bool, arrays: bool) -> None:
        if len(text) > LENGTH_LIMIT:
            raise MathError("memory")
        self.tokens: list[tuple[str, str, int]] = []
        self.text = text
        self.at = 0
        self.depth = 0
        self.power = power
        self.arrays = arrays
        self.tokenize()

    def tokenize(self) -> None:
        pos = 0
        end = len(self.text.rstrip())
        while pos < end:
            match = TOKENS.match(self.text, pos)
            if not match:
                self.tokens.append(("bad", self.text[pos:end].strip(), pos))
                return
            kind = "number" if match.group(1) else "name" if match.group(2) else "operator"
            text = match.group(match.lastindex or 0)
            if text in ("**", "++", "--") and not self.power:
                self.tokens.append(("operator", text[0], match.end() - 2))
                text = text[0]
            pos = match.end()
            begin = pos - len(text)
            if kind == "name" and self.arrays and self.text.startswith("[", pos):
                pos = self.behind_subscript(begin, pos)
            self.tokens.append((kind, self.text[begin:pos], begin))

    def behind_subscript(self, begin: int, pos: int) -> int:
        """Where the subscript ends whose bracket is at *pos*, behind the name at *begin*."""
        inner = 0
        for index in range(pos, len(self.text)):
            inner += (self.text[index] == "[") - (self.text[index] == "]")
            if not inner:
                return index + 1
        raise MathError("math subscript", self.text[begin:])

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] == "operator" else ""

    def rest(self) -> str:
        """The text from the next token on."""
        if self.at < len(self.tokens):
            return self.text[self.tokens[self.at][2] :].strip()
        return self.text[self.tokens[-1][2] :].strip() if self.tokens else ""

    def whole(self) -> Tree:
        if not self.tokens:
            return ("number", 0)
        tree = self.comma()
        if self.at < len(self.tokens):
            raise MathError("math end", self.rest())
        return tree

    def comma(self) -> Tree:
        trees = [self.assignment()]
        while self.peek() == ",":
            self.at += 1
            trees.append(self.assignment())
        return ("comma", trees) if len(trees) > 1 else trees[0]

    def assignment(self) -> Tree:
        self.deeper()
        tree = self.conditional()
        if tree[0] == "name" and self.peek() in ASSIGNMENTS:
            operator = self.peek()
            self.at += 1
            tree = ("assign", tree[1], operator[:-1], self.assignment())
        self.depth -= 1
        return tree

    def conditional(self) -> Tree:
        condition = self.binary(0)
        if self.peek() != "?":
            return condition
        self.at += 1
        yes = self.comma()
        if self.peek() != ":":
            raise MathError("math colon", self.rest())
        self.at += 1
        return ("choose", condition, yes, self.assignment())

    def binary(self, lowest: int) -> Tree:
        """Operands joined by operators that bind at least as strongly as *lowest*: the first, then (operator, operand)."""
        first = self.powered()
        rest: list[tuple[str, Tree]] = []
        while LEVEL.get(operator := self.peek(), -1) >= lowest:
            self.at += 1
            rest.append((operator, self.binary(LEVEL[operator] + 1)))
        return ("chain", first, rest) if rest else first

    def powered(self) -> Tree:
        tree = self.unary()
        if self.peek() != "**":
            return tree
        self.deeper()
        self.at += 1
        tree = ("**", tree, self.powered())
        self.depth -= 1
        return tree

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise MathError("memory")

    def unary(self) -> Tree:
        operator = self.peek()
        if operator not in ("+", "-", "!", "~", "++", "--"):
            return self.postfix()
        self.deeper()
        self.at += 1
        operand = self.unary()
        self.depth -= 1
        if operator in ("++", "--"):
            if operand[0] == "name":
                return ("before", operand[1], 1 if operator == "++" else -1)
            return ("unary", operator[0], ("unary", operator[0], operand))
        return ("unary", operator, operand)

    def postfix(self) -> Tree:
        tree = self.primary()
        if tree[0] == "name" and self.peek() in ("++", "--"):
            self.at += 1
            return ("after", tree[1], 1 if self.tokens[self.at - 1][1] == "++" else -1)
        return tree

    def primary(self) -> Tree:
        if self.at >= len(self.tokens):
            raise MathError("math primary", self.rest())
        kind, text, _ = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            return ("number", number_of(text))
        if kind == "name":
            self.at += 1
            return ("name", text)
        if text != "(":
            raise MathError("math primary", self.rest())
        self.at += 1
        tree = self.comma()
        if self.peek() != ")":
            raise MathError("math paren", self.rest())
        self.at += 1
        return tree


def number_of(text: str) -> int:
    """The value of a number as C and bash write them."""
    try:
        if "#" in text:
            base, _, digits = text.partition("#")
            return wrap(int(digits, int(base)))
        if text[:2] in ("0x", "0X"):
            return wrap(int(text, 16))
        if len(text) > 1 and text[0] == "0":
            return wrap(int(text, 8))
        return wrap(int(text[:40]))
    except ValueError:
        raise MathError("math number", text) from None


@lru_cache(maxsize=512)
def tree_of(text: str, power: bool, arrays: bool) -> Tree:
    """The tree of an expression; raises MathError."""
    return Parser(text, power=power, arrays=arrays).whole()


class Calculator:
    """Evaluates trees with the variables that *lookup* and *store* reach. *recursive*: a variable may hold an expression."""

    def __init__(self, lookup: Lookup, store: Store, *, recursive: bool, power: bool, arrays: bool) -> None:
        self.lookup = lookup
        self.store = store
        self.recursive = recursive
        self.power = power
        self.arrays = arrays
        self.nested = 0

    def evaluate(self, text: str) -> int:
        """The value of the expression; raises MathError."""
        return self.value(tree_of(text.strip(), self.power, self.arrays))

    def variable(self, name: str) -> int:
        text = self.lookup(name).strip()
        if not text:
            return 0
        if text.isdecimal() and text[0] != "0":
            return wrap(int(text[:40]))
        if not self.recursive:
            try:
                return number_of(text) if text[0] not in "+-" else int(text[0] + "1") * number_of(text[1:])
            except MathError:
                raise MathError("number", text) from None
        self.nested += 1
        if self.nested > 4:
            raise MathError("memory")
        value = self.value(tree_of(text, self.power, self.arrays))
        self.nested -= 1
        return value

    def value(self, tree: Tree) -> int:
        kind = tree[0]
        if kind == "number":
            return int(tree[1])
        if kind == "name":
            return self.variable(tree[1])
        if kind in SPECIAL:
            return SPECIAL[kind](self, tree)
        return binary(kind, self.value(tree[1]), self.value(tree[2]))

    def assign(self, tree: Tree) -> int:
        _, name, operator, right = tree
        value = self.value(right)
        if operator:
            value = binary(operator, self.variable(name), value)
        self.store(name, str(value))
        return value

    def step_before(self, tree: Tree) -> int:
        value = wrap(self.variable(tree[1]) + tree[2])
        self.store(tree[1], str(value))
        return value

    def step_after(self, tree: Tree) -> int:
        value = self.variable(tree[1])
        self.store(tree[1], str(wrap(value + tree[2])))
        return value

    def choose(self, tree: Tree) -> int:
        return self.value(tree[2] if self.value(tree[1]) else tree[3])

    def chain(self, tree: Tree) -> int:
        value = self.value(tree[1])
        for operator, operand in tree[2]:
            if operator == "&&":
                value = int(bool(value) and bool(self.value(operand)))
            elif operator == "||":
                value = int(bool(value) or bool(self.value(operand)))
            else:
                value = binary(operator, value, self.value(operand))
        return value

    def comma(self, tree: Tree) -> int:
        return [self.value(part) for part in tree[1]][-1]

    def unary(self, tree: Tree) -> int:
        value = self.value(tree[2])
        return {"-": wrap(-value), "+": value, "!": int(not value), "~": ~value}[tree[1]]


SPECIAL: dict[str, Callable[[Calculator, Tree], int]] = {
    "assign": Calculator.assign,
    "before": Calculator.step_before,
    "after": Calculator.step_after,
    "choose": Calculator.choose,
    "chain": Calculator.chain,
    "comma": Calculator.comma,
    "unary": Calculator.unary,
}


def divide(left: int, right: int) -> int:
    """C's division: towards zero."""
    if right == 0:
        raise MathError("math zero", "0")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def power(left: int, right: int) -> int:
    if right < 0:
        raise MathError("math negative", str(right))
    return pow(left, right, 1 << 64)


BINARY: dict[str, Callable[[int, int], int]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divide,
    "%": lambda left, right: left - right * divide(left, right),
    "**": power,
    "<<": lambda left, right: left << (right & 63),
    ">>": lambda left, right: left >> (right & 63),
    "&": lambda left, right: left & right,
    "|": lambda left, right: left | right,
    "^": lambda left, right: left ^ right,
    "==": lambda left, right: int(left == right),
    "!=": lambda left, right: int(left != right),
    "<": lambda left, right: int(left < right),
    ">": lambda left, right: int(left > right),
    "<=": lambda left, right: int(left <= right),
    ">=": lambda left, right: int(left >= right),
}


def binary(operator: str, left: int, right: int) -> int:
    """The operator applied to both, as 64 bits hold it."""
    return wrap(BINARY[operator](left, right))
