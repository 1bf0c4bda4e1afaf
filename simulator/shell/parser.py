"""The grammar of the shell, by recursive descent: from tokens to the syntax tree."""

from collections.abc import Callable
from functools import lru_cache

from simulator.shell.array_grammar import is_plain
from simulator.shell.compound_grammar import CompoundGrammar
from simulator.shell.dialects import DIALECTS, Dialect
from simulator.shell.lexer import Pending
from simulator.shell.syntax import (
    AndOr,
    Assign,
    Lit,
    Node,
    Pipeline,
    Redirect,
    Redirected,
    Sequence,
    ShellSyntaxError,
    Simple,
    Timed,
    Unit,
    Word,
)
from simulator.shell.tokens import CLOSERS, DECLARERS, plain_text

SOURCE_LIMIT = 512 * 1024  # characters in one program
LONGEST_PIPELINE = 200  # commands
ALIAS_LIMIT = 100  # in one line
# Tokens at which a list of commands ends without a word of complaint.
ENDS = frozenset(("", ")", ";;", ";&", ";;&"))


@lru_cache(maxsize=512)
def parse(
    text: str, pos: int, line: int, dialect: str, aliases: tuple[tuple[str, str], ...] = (), more: bool = False
) -> Unit:
    """The next unit of *text* from *pos* on; *more* means that lines may still follow. Raises ShellSyntaxError."""
    if len(text) > SOURCE_LIMIT:
        raise ShellSyntaxError("memory", line=line)
    return Parser(text, pos, line, DIALECTS[dialect], more=more, aliases=dict(aliases)).unit()


class Parser(CompoundGrammar):
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

    # --- lists ------------------------------------------------------------------------------------------------------

    def unit(self) -> Unit:
        """All commands up to the end of a line."""
        self.newlines()
        if self.peek() == "":
            return Unit(None, (), (), (), self.pos - self.grown, self.line)
        body = self.sequence(compound=False)
        if self.peek() not in ("\n", ""):
            self.unexpected()
        self.advance()
        if self.pending:
            self.read_heredocs()
        bodies = tuple(self.bodies.get(number, "") for number in range(len(self.heredocs)))
        blocks = tuple(filter(None, self.blocks))
        return Unit(body, blocks, tuple(self.heredocs), bodies, self.pos - self.grown, self.line)

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
        commands = [self.command()]
        while (operator := self.peek()) in ("|", "|&"):
            self.advance()
            self.newlines()
            if operator == "|&":
                commands[-1] = Redirected(commands[-1], (Redirect(2, ">&", (Lit("1"),), text="1"),), self.line)
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
        if keyword == "!" or keyword in CLOSERS or (keyword == "in" and "conditional" not in self.features):
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
        word, raw = self.word, self.written()
        if operator in ("<<", "<<-"):
            return self.begin_heredoc(fd, operator, word, raw)
        self.advance()
        return Redirect(fd if fd >= 0 else 0 if operator[0] == "<" else 1, operator, word, text=raw)

    def begin_heredoc(self, fd: int, operator: str, word: Word, raw: str) -> Redirect:
        index = len(self.heredocs)
        self.heredocs.append(())
        quoted = any(quote in raw for quote in "'\"\\")
        self.pending.append(Pending(index, plain_text(word, raw), operator == "<<-", quoted))
        self.advance()
        return Redirect(max(fd, 0), "<<", (), index, operator + raw)

    def simple(self) -> Node:
        assigns: list[Assign] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        lists: list[tuple[int, Assign]] = []
        texts: list[str] = []
        line = self.line
        while True:
            token = self.peek()
            if token == "REDIRECT":
                redirects.append(self.redirect())
            elif token == "WORD":
                assign = self.assignment() if not words or is_plain(words[0], DECLARERS) else None
                word = self.word
                texts.append(self.written())
                self.advance()
                if assign and not words:
                    assigns.append(assign)
                elif assign and assign.elements is not None:
                    lists.append((len(words), assign))
                    words.append((Lit(assign.name),))
                else:
                    words.extend(self.braces(word))
            elif token == "(" and len(words) == 1 and not assigns and not redirects:
                return self.function_behind(words[0])
            else:
                break
        if not (assigns or words or redirects):
            self.unexpected()
        return Simple(tuple(assigns), tuple(words), tuple(redirects), line, tuple(lists), tuple(texts))

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
