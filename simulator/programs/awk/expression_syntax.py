"""The grammar of awk's expressions (POSIX awk): read into trees of tuples."""

from typing import Any

from simulator.programs.awk.tokens import FUNCTIONS, BadScript, scan

DEEPEST = 60
Tree = tuple[Any, ...]
COMPARE = ("<", "<=", "==", "!=", ">", ">=")
ASSIGN = ("=", "+=", "-=", "*=", "/=", "%=", "^=")
PLACES = ("var", "field", "item")


class ExpressionReader:
    """A recursive descent over the tokens, as far as expressions go."""

    def __init__(self, script: str) -> None:
        self.tokens = [*scan(script), ("end", "")]
        self.place = 0
        self.depth = 0
        self.in_print = False  # there `>` is no comparison
        self.in_function = False  # elsewhere nothing can be returned
        self.called: set[str] = set()

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

    def at_end(self) -> bool:
        """Whether the statement ends here."""
        return self.peek(";", "}", "\n") or self.tokens[self.place][0] == "end"

    def name(self) -> str:
        kind, text = self.tokens[self.place]
        if kind not in ("name", "call"):
            raise BadScript(f"Unexpected token: {text or 'end of program'}")
        self.place += 1
        return text

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadScript("program is nested too deep")

    def listed(self) -> list[Tree]:
        words = [self.expression()]
        while self.accept(","):
            self.newlines()
            words.append(self.expression())
        return words

    # --- expressions, from the loosest to the closest --------------------------------------------------------------
    def expression(self) -> Tree:
        self.deeper()
        left = self.ternary()
        if self.peek("|") and not self.in_print:
            raise BadScript("not simulated here: getline but from a file")
        if self.peek(*ASSIGN):
            if left[0] not in PLACES:
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
        return kind == "sign" and text in ("$", "(", "!", "++", "--")

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
        if node[0] in PLACES and (operator := self.accept("++", "--")):
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
                return ("call", text, self.arguments_of(text))
            case "call":
                self.called.add(text)
                return ("own", text, self.arguments())
            case "name":
                return ("item", text, self.subscript()) if self.accept("[") else ("var", text)
        if (kind, text) == ("word", "getline"):
            return self.getline()
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

    def arguments(self) -> tuple[Tree, ...]:
        """What stands in the parentheses behind a function's name, which may be left out."""
        words: list[Tree] = []
        if self.accept("("):
            outside, self.in_print = self.in_print, False
            if not self.peek(")"):
                words = self.listed()
            self.expect(")")
            self.in_print = outside
        return tuple(words)

    def arguments_of(self, name: str) -> tuple[Tree, ...]:
        """The same for a function that is built in, which takes so many and no more."""
        words = self.arguments()
        least, most = FUNCTIONS[name]
        if not least <= len(words) <= most:
            raise BadScript(f"Too few arguments for {name}" if len(words) < least else f"Too many arguments for {name}")
        return words

    def getline(self) -> Tree:
        """`getline [variable] < file`."""
        target = None if self.peek("<", ")") or self.at_end() else self.primary()
        if not self.accept("<"):
            raise BadScript("not simulated here: getline but from a file")
        return ("getline", target, self.primary())
