"""From tokens to the syntax tree: the grammar of the shell, by recursive descent."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NoReturn

from simulator.shell.braces import expand_braces
from simulator.shell.dialects import DIALECTS, Dialect
from simulator.shell.lexer import NAME, Lexer, Pending, with_tilde
from simulator.shell.syntax import (
    AndOr,
    ArithCommand,
    Assign,
    Case,
    Condition,
    Double,
    For,
    ForArith,
    Function,
    If,
    Lit,
    Loop,
    Node,
    Param,
    Pipeline,
    Quoted,
    Redirect,
    Redirected,
    Sequence,
    ShellSyntaxError,
    Simple,
    Subshell,
    Test,
    Timed,
    Unit,
    Word,
)

SOURCE_LIMIT = 512 * 1024  # characters in one program
LONGEST_PIPELINE = 200  # commands
ALIAS_LIMIT = 100  # in one line
CLOSERS = frozenset(["then", "else", "elif", "fi", "do", "done", "esac", "}"])
OPENERS = frozenset(["if", "while", "until", "for", "case", "{", "!"])
KEYWORDS = CLOSERS | OPENERS | {"in"}
ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\[[^]]*\]\+?=")  # a[1]=...
# Tokens at which a list of commands ends without a word of complaint.
ENDS = frozenset(("", ")", ";;", ";&", ";;&"))
CONDITION_UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNOS")
CONDITION_BINARY = frozenset(
    ["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]
)


@lru_cache(maxsize=512)
def parse(
    text: str, pos: int, line: int, dialect: str, aliases: tuple[tuple[str, str], ...] = (), more: bool = False
) -> Unit:
    """The next unit of *text* from *pos* on; *more* means that lines may still follow. Raises ShellSyntaxError."""
    if len(text) > SOURCE_LIMIT:
        raise ShellSyntaxError("memory", line=line)
    return Parser(text, pos, line, DIALECTS[dialect], more=more, aliases=dict(aliases)).unit()


class Parser(Lexer):
    """The grammar. Each method takes what its name says from the tokens and returns its node."""

    def __init__(
        self,
        text: str,
        pos: int,
        line: int,
        dialect: Dialect,
        *,
        more: bool,
        aliases: dict[str, str] | None = None,
        depth: int = 0,
    ) -> None:
        super().__init__(text, pos, line, dialect, more=more, depth=depth)
        self.aliases = aliases or {}
        self.busy_aliases: list[tuple[str, int]] = []  # name, and where its replacement ends
        self.grown = 0  # by how much aliases have lengthened the text
        self.replaced = 0

    # --- errors -----------------------------------------------------------------------------------------------------

    def unexpected(self, expected: str = "") -> NoReturn:
        """Complain of the next token."""
        token = self.peek()
        if token == "WORD" and self.keyword() in KEYWORDS:
            token = self.keyword()
        elif token == "WORD" and "conditional" in self.features:
            token = self.text[self.start : self.pos]
        elif token == "REDIRECT" and "conditional" in self.features:
            token = self.operator
        line = self.line - (token == "\n" and "conditional" in self.features)
        closer = expected if expected and token == "" else ""
        raise ShellSyntaxError("unexpected", token, expected, line=line, incomplete=token == "", closer=closer)

    def expect(self, wanted: str) -> None:
        """Take *wanted*, a keyword or an operator."""
        if self.peek() != wanted and (self.token != "WORD" or self.keyword() != wanted):
            self.unexpected(wanted)
        self.advance()

    def keyword(self) -> str:
        """The text of the next token if it is a word without quotes or expansions."""
        if self.peek() != "WORD" or len(self.word) != 1:
            return ""
        part = self.word[0]
        return part.text if isinstance(part, Lit) else ""

    def newlines(self) -> None:
        while self.peek() == "\n":
            self.advance()

    # --- lists ------------------------------------------------------------------------------------------------------

    def unit(self) -> Unit:
        """All commands up to the end of a line."""
        self.newlines()
        if self.peek() == "":
            return Unit(None, (), (), self.pos - self.grown, self.line)
        body = self.sequence(compound=False)
        if self.peek() not in ("\n", ""):
            self.unexpected()
        self.advance()
        if self.pending:
            self.read_heredocs()
        return Unit(body, tuple(filter(None, self.blocks)), tuple(self.heredocs), self.pos - self.grown, self.line)

    def sequence(self, *, compound: bool = True, needed: bool = True) -> Sequence:
        """Commands divided by `;`, `&` and, in a compound command, new lines."""
        items: list[tuple[Node, str | None]] = []
        while True:
            if compound:
                self.newlines()
                if self.peek() == "":
                    return Sequence(tuple(items))
            if (items or not needed) and (self.peek() in ENDS or self.token == "\n" or self.keyword() in CLOSERS):
                return Sequence(tuple(items))
            start = self.start_of_token()
            node = self.and_or()
            text = self.text[start : self.behind]
            token = self.peek()
            items.append((node, text if token == "&" else None))
            if token not in ("&", ";") and not (token == "\n" and compound):
                return Sequence(tuple(items))
            self.advance()

    def start_of_token(self) -> int:
        self.peek()
        return self.start

    def and_or(self) -> Node:
        first = self.pipeline()
        rest: list[tuple[str, Node]] = []
        while (operator := self.peek()) in ("&&", "||"):
            self.advance()
            self.newlines()
            rest.append((operator, self.pipeline()))
        return AndOr(first, tuple(rest)) if rest else first

    def pipeline(self) -> Node:
        if "time" in self.features and self.keyword() == "time":
            return self.timed()
        negated = False
        while self.keyword() == "!" and (not negated or "conditional" in self.features):
            self.advance()
            negated = not negated
        if self.keyword() == "!":
            self.unexpected()
        commands = [self.command()]
        while (operator := self.peek()) in ("|", "|&"):
            self.advance()
            self.newlines()
            if operator == "|&":
                commands[-1] = Redirected(commands[-1], (Redirect(2, ">&", (Lit("1"),)),), self.line)
            commands.append(self.command())
            if len(commands) > LONGEST_PIPELINE:
                self.fail("depth")
        return Pipeline(tuple(commands), negated) if negated or len(commands) > 1 else commands[0]

    def timed(self) -> Node:
        """`time`, perhaps with -p, and a pipeline; nothing takes no time."""
        self.advance()
        posix = self.keyword() == "-p"
        if posix:
            self.advance()
        empty = self.peek() in (*ENDS, "\n", ";", "&", "&&", "||")
        self.deeper()
        node = Timed(None if empty else self.pipeline(), posix)
        self.depth -= 1
        return node

    # --- commands ---------------------------------------------------------------------------------------------------

    def command(self) -> Node:
        self.deeper()
        line = self.line
        self.expand_alias()
        node = self.compound()
        if node is None:
            node = self.simple()
        elif redirects := self.redirects():
            node = Redirected(node, redirects, line)
        self.depth -= 1
        return node

    def compound(self) -> Node | None:
        """A compound command, or None if the next token begins none."""
        if self.peek() == "(":
            if "arithcommand" in self.features and self.text.startswith("((", self.start):
                return self.arith_command() or self.subshell()
            return self.subshell()
        keyword = self.keyword()
        if keyword in CLOSERS or (keyword == "in" and "conditional" not in self.features):
            self.unexpected()
        rule = COMPOUNDS.get(keyword)
        if rule is None or (rule[1] and rule[1] not in self.features):
            return None
        self.advance()
        return rule[0](self)

    def redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self.peek() == "REDIRECT":
            found.append(self.redirect())
        return tuple(found)

    def redirect(self) -> Redirect:
        operator, fd = self.operator, self.fd
        self.advance()
        if self.peek() != "WORD":
            self.unexpected()
        word, raw = self.word, self.text[self.start : self.pos]
        if operator in ("<<", "<<-"):
            return self.begin_heredoc(fd, operator, word, raw)
        self.advance()
        return Redirect(fd if fd >= 0 else 0 if operator[0] == "<" else 1, operator, word)

    def begin_heredoc(self, fd: int, operator: str, word: Word, raw: str) -> Redirect:
        index = len(self.heredocs)
        self.heredocs.append(())
        quoted = any(quote in raw for quote in "'\"\\")
        self.pending.append(Pending(index, plain_text(word, raw), operator == "<<-", quoted))
        self.advance()
        return Redirect(max(fd, 0), "<<", (), index)

    def simple(self) -> Node:
        assigns: list[Assign] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        line = self.line
        while True:
            token = self.peek()
            if token == "REDIRECT":
                redirects.append(self.redirect())
            elif token == "WORD":
                word = self.word
                assign = None if words else self.assignment(word)
                self.advance()
                if assign:
                    assigns.append(assign)
                else:
                    words.extend(self.braces(word))
            elif token == "(" and "arrays" in self.features and self.text.endswith("=", 0, self.start):
                self.fail("refused", "arrays")
            elif token == "(" and len(words) == 1 and not assigns and not redirects:
                return self.function_behind(words[0])
            else:
                break
        if not (assigns or words or redirects):
            self.unexpected()
        return Simple(tuple(assigns), tuple(words), tuple(redirects), line)

    def braces(self, word: Word) -> list[Word]:
        if "braces" not in self.features:
            return [word]
        expanded = expand_braces(word)
        if expanded is None:
            self.fail("memory")
        return expanded

    def assignment(self, word: Word) -> Assign | None:
        """`name=value`, if *word* is that."""
        first = word[0] if word else None
        if "arrays" in self.features and isinstance(first, Lit) and ELEMENT.match(first.text):
            self.fail("refused", "arrays")
        return as_assignment(word, append="append" in self.features)

    def expand_alias(self) -> None:
        """Put the replacement of an alias in the place of the next word."""
        while self.aliases and (name := self.keyword()) in self.aliases:
            self.busy_aliases = [(busy, end) for busy, end in self.busy_aliases if end >= self.pos]
            if any(busy == name for busy, _ in self.busy_aliases) or self.replaced >= ALIAS_LIMIT:
                return
            self.replaced += 1
            value = self.aliases[name]
            self.text = self.text[: self.start] + value + self.text[self.pos :]
            growth = len(value) - (self.pos - self.start)
            self.grown += growth
            self.busy_aliases = [(busy, end + growth) for busy, end in self.busy_aliases]
            self.busy_aliases.append((name, self.start + len(value)))
            self.pos = self.start
            self.token = None

    # --- compound commands ------------------------------------------------------------------------------------------

    def subshell(self) -> Node:
        self.advance()
        body = self.sequence()
        self.expect(")")
        return Subshell(body)

    def group(self) -> Node:
        body = self.sequence()
        self.expect("}")
        return body

    def if_command(self) -> Node:
        condition = self.sequence()
        self.expect("then")
        arms: list[tuple[Node, Node]] = [(condition, self.sequence())]
        while self.keyword() == "elif":
            self.advance()
            condition = self.sequence()
            self.expect("then")
            arms.append((condition, self.sequence()))
        otherwise = None
        if self.keyword() == "else":
            self.advance()
            otherwise = self.sequence()
        self.expect("fi")
        return If(tuple(arms), otherwise)

    def while_command(self) -> Node:
        return self.loop(until=False)

    def until_command(self) -> Node:
        return self.loop(until=True)

    def loop(self, *, until: bool) -> Node:
        condition = self.sequence()
        return Loop(condition, self.do_group(), until)

    def do_group(self) -> Node:
        self.expect("do")
        body = self.sequence()
        self.expect("done")
        return body

    def for_command(self) -> Node:
        line = self.line
        if "arithcommand" in self.features and self.peek() == "(" and self.text.startswith("((", self.start):
            return self.for_arith()
        name = self.keyword()
        if self.peek() != "WORD" or not NAME.fullmatch(name):
            self.fail("for", self.text[self.start : self.pos])
        self.advance()
        self.newlines()
        words: list[Word] | None = None
        if self.keyword() == "in":
            self.advance()
            words = []
            while self.peek() == "WORD":
                words.extend(self.braces(self.word))
                self.advance()
            if self.peek() not in (";", "\n"):
                self.unexpected()
            self.advance()
        elif self.peek() == ";":
            self.advance()
        self.newlines()
        body = self.for_body()
        return For(name, None if words is None else tuple(words), body, line)

    def for_body(self) -> Node:
        if "conditional" in self.features and self.keyword() == "{":
            self.advance()
            return self.group()
        return self.do_group()

    def for_arith(self) -> Node:
        line = self.line
        self.pos, self.token = self.start + 2, None
        parts = [self.arith_word(";"), self.arith_word(";"), self.arith_word(")")]
        if any(part is None for part in parts):
            self.unexpected()
        if self.peek() == ";":
            self.advance()
        self.newlines()
        return ForArith(parts[0] or (), parts[1] or (), parts[2] or (), self.for_body(), line)

    def case_command(self) -> Node:
        line = self.line
        if self.peek() != "WORD":
            self.unexpected()
        word = self.word
        self.advance()
        self.newlines()
        self.expect("in")
        arms: list[tuple[tuple[Word, ...], Node, str]] = []
        self.newlines()
        while self.keyword() != "esac":
            arms.append(self.case_arm())
            self.newlines()
        self.advance()
        return Case(word, tuple(arms), line)

    def case_arm(self) -> tuple[tuple[Word, ...], Node, str]:
        if self.peek() == "(":
            self.advance()
        patterns: list[Word] = []
        while True:
            if self.peek() != "WORD":
                self.unexpected(")" if self.token == "" else "")
            patterns.append(self.word)
            self.advance()
            if self.peek() != "|":
                break
            self.advance()
        self.expect(")")
        body = self.sequence(needed=False)
        end = self.peek()
        if end in (";;", ";&", ";;&"):
            self.advance()
        elif self.keyword() != "esac":
            self.unexpected(";;")
        return tuple(patterns), body, end if end in (";&", ";;&") else ";;"

    def function_behind(self, word: Word) -> Node:
        """The rest of `name() body`; the next token is the parenthesis."""
        self.advance()
        if self.peek() != ")":
            self.unexpected(")")
        name = plain_text(word, "")
        if not name or (not NAME.fullmatch(name) and "conditional" not in self.features):
            self.fail("function", name)
        self.advance()
        return self.function_body(name)

    def function_command(self) -> Node:
        name = self.keyword()
        if not name:
            self.unexpected()
        self.advance()
        if self.peek() == "(":
            self.advance()
            self.expect(")")
        return self.function_body(name)

    def function_body(self, name: str) -> Node:
        self.newlines()
        if "conditional" in self.features and self.peek() == "WORD" and self.keyword() not in OPENERS | {"[["}:
            self.unexpected()
        return Function(name, self.command())

    def arith_command(self) -> Node | None:
        """`((...))`; None if it is a subshell in a subshell. The next token is the first parenthesis."""
        begin, line = self.start, self.line
        self.pos, self.token = begin + 2, None
        if (word := self.arith_word(")")) is not None:
            self.behind = self.pos
            return ArithCommand(word, line)
        self.pos, self.line = begin, line
        self.peek()
        return None

    # --- [[ ]] ------------------------------------------------------------------------------------------------------

    def condition_command(self) -> Node:
        line = self.line
        test = self.condition_or()
        self.newlines()
        self.expect("]]")
        return Condition(test, line)

    def condition_or(self) -> Test:
        test = self.condition_and()
        while self.peek() == "||":
            self.advance()
            test = Test("or", (), (test, self.condition_and()))
        return test

    def condition_and(self) -> Test:
        test = self.condition_one()
        self.newlines()
        while self.peek() == "&&":
            self.advance()
            test = Test("and", (), (test, self.condition_one()))
            self.newlines()
        return test

    def condition_one(self) -> Test:
        self.deeper()
        self.newlines()
        test = self.condition_primary()
        self.depth -= 1
        return test

    def condition_primary(self) -> Test:
        if self.keyword() == "!":
            self.advance()
            return Test("not", (), (self.condition_one(),))
        if self.peek() == "(":
            self.advance()
            inner = self.condition_or()
            self.newlines()
            self.expect(")")
            return inner
        if self.peek() != "WORD" or self.keyword() == "]]":
            self.unexpected()
        first, operator = self.word, self.keyword()
        self.advance()
        if operator in CONDITION_UNARY and self.peek() == "WORD" and self.keyword() not in ("]]", *CONDITION_BINARY):
            word = self.word
            self.advance()
            return Test(operator, (word,))
        return self.condition_binary(first)

    def condition_binary(self, first: Word) -> Test:
        operator = self.operator if self.peek() == "REDIRECT" else self.keyword()
        if operator not in CONDITION_BINARY:
            return Test("-n", (first,))
        if operator == "=~":
            return Test(operator, (first, self.regex_word()))
        self.advance()
        if self.peek() != "WORD":
            self.unexpected()
        second = self.word
        self.advance()
        return Test(operator, (first, second))

    def regex_word(self) -> Word:
        """The regular expression behind `=~`, in which parentheses and bars are not operators."""
        self.behind, self.token = self.pos, None
        self.skip_blanks()
        parts: list[Word] = []
        inner = 0
        while self.pos < len(self.text) and (inner or not self.text[self.pos].isspace()):
            char = self.text[self.pos]
            inner += (char == "(") - (char == ")")
            if char in "()|<>;& \t":
                parts.append((Lit(char),))
                self.pos += 1
            elif piece := self.scan_word():
                parts.append(piece)
            else:
                break
        return tuple(part for piece in parts for part in piece)

    # --- what bash can and this shell cannot ------------------------------------------------------------------------

    def select_command(self) -> Node:
        self.fail("refused", "select")

    def coproc_command(self) -> Node:
        self.fail("refused", "coproc")

    # --- substitutions ----------------------------------------------------------------------------------------------

    def parse_substitution(self) -> Sequence:
        outer = (self.token, self.start, self.behind, self.word, self.fd, self.operator)
        pending, self.pending = self.pending, []
        self.token = None
        body = self.sequence(needed=False)
        if self.peek() != ")":
            self.unexpected(")")
        self.pending = pending
        self.token, self.start, self.behind, self.word, self.fd, self.operator = outer
        return body

    def parse_inner(self, text: str, line: int) -> Sequence:
        inner = Parser(text, 0, line, self.dialect, more=False, aliases=self.aliases, depth=self.depth)
        inner.blocks, inner.heredocs = self.blocks, self.heredocs
        body = inner.sequence(needed=False)
        if inner.peek() != "":
            inner.unexpected()
        inner.read_heredocs()
        return body


Rule = tuple[Callable[[Parser], Node], str]
# The keywords that begin a compound command, and the feature that a dialect needs to know them.
COMPOUNDS: dict[str, Rule] = {
    "if": (Parser.if_command, ""),
    "while": (Parser.while_command, ""),
    "until": (Parser.until_command, ""),
    "for": (Parser.for_command, ""),
    "case": (Parser.case_command, ""),
    "{": (Parser.group, ""),
    "function": (Parser.function_command, "function"),
    "[[": (Parser.condition_command, "conditional"),
    "select": (Parser.select_command, "select"),
    "coproc": (Parser.coproc_command, "coproc"),
}


def as_assignment(word: Word, *, append: bool = False) -> Assign | None:
    """*word* as an assignment, or None if it is none."""
    first = word[0] if word else None
    if not isinstance(first, Lit):
        return None
    name, equals, rest = first.text.partition("=")
    added = append and name.endswith("+")
    name = name[:-1] if added else name
    if not equals or not NAME.fullmatch(name):
        return None
    return Assign(name, with_tilde(((Lit(rest),) if rest else ()) + word[1:]), added)


def plain_text(word: Word, raw: str) -> str:
    """What *word* says without its quotes; *raw* stands for what is expanded elsewhere but not here."""
    text = ""
    for part in word:
        if isinstance(part, Lit | Quoted):
            text += part.text
        elif isinstance(part, Double):
            text += plain_text(part.parts, raw)
        elif isinstance(part, Param) and not part.operator:
            text += "$" + part.name
        else:
            return raw
    return text
