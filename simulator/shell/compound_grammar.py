"""The grammar of compound commands: groups, conditions, loops, functions."""

from simulator.shell.array_grammar import ArrayGrammar
from simulator.shell.condition_grammar import ConditionGrammar
from simulator.shell.scanner import NAME
from simulator.shell.syntax import (
    ArithCommand,
    Arm,
    Case,
    Double,
    For,
    ForArith,
    Function,
    If,
    Lit,
    Loop,
    Node,
    Param,
    Quoted,
    Select,
    Sequence,
    Simple,
    Subshell,
    Word,
)
from simulator.shell.tokens import OPENERS, plain_text


class CompoundGrammar(ConditionGrammar, ArrayGrammar):
    """Each method takes what its name says from the tokens and returns its node."""

    # --- what the grammar of commands reads --------------------------------------------------------------------------

    def sequence(self, *, compound: bool = True, needed: bool = True) -> Sequence:
        """A list of commands."""
        raise NotImplementedError

    def compound(self) -> Node | None:
        """A compound command."""
        raise NotImplementedError

    def command(self) -> Node:
        """A command of any kind."""
        raise NotImplementedError

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
        name, words, texts = self.choices()
        body = self.for_body()
        return For(name, None if words is None else tuple(words), body, line, texts)

    def choices(self) -> tuple[str, list[Word] | None, tuple[str, ...]]:
        """`name in words;` of for and select, and how the words are written; no words if they are the parameters."""
        name = self.keyword()
        if self.peek() != "WORD" or not NAME.fullmatch(name):
            self.fail("for", self.text[self.start : self.pos])
        self.advance()
        self.newlines()
        words: list[Word] | None = None
        texts: list[str] = []
        if self.keyword() == "in":
            self.advance()
            words = []
            while self.peek() == "WORD":
                words.extend(self.braces(self.word))
                texts.append(self.written())
                self.advance()
            if self.peek() not in (";", "\n"):
                self.unexpected()
            self.advance()
        elif self.peek() == ";":
            self.advance()
        self.newlines()
        return name, words, ('"$@"',) if words is None else tuple(texts)

    def for_body(self) -> Node:
        if "conditional" in self.features and self.keyword() == "{":
            self.advance()
            return self.group()
        return self.do_group()

    def for_arith(self) -> Node:
        line = self.line
        self.pos, self.token = self.start + 2, None
        parts, texts = [], []
        for closer in ";;)":
            begin = self.pos
            parts.append(self.arith_word(closer))
            texts.append(self.text[begin : self.pos].rstrip(closer).strip())
        if any(part is None for part in parts):
            self.unexpected()
        if self.peek() == ";":
            self.advance()
        self.newlines()
        return ForArith(parts[0] or (), parts[1] or (), parts[2] or (), self.for_body(), line, tuple(texts))

    def case_command(self) -> Node:
        line = self.line
        if self.peek() != "WORD":
            self.unexpected()
        word, text = self.word, self.written()
        self.advance()
        self.newlines()
        self.expect("in")
        arms: list[Arm] = []
        self.newlines()
        while self.keyword() != "esac":
            arms.append(self.case_arm())
            self.newlines()
        self.advance()
        return Case(word, tuple(arms), line, text)

    def case_arm(self) -> Arm:
        if self.peek() == "(":
            self.advance()
        patterns: list[Word] = []
        texts: list[str] = []
        while True:
            if self.peek() != "WORD":
                self.unexpected(")" if self.token == "" else "")
            patterns.append(self.word)
            texts.append(self.written())
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
        return Arm(tuple(patterns), body, end if end in (";&", ";;&") else ";;", tuple(texts))

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
            return ArithCommand(word, line, self.text[begin + 2 : self.pos - 2])
        self.pos, self.line = begin, line
        self.peek()
        return None

    # --- what bash can and this shell cannot ------------------------------------------------------------------------

    def select_command(self) -> Node:
        """`select name in words`: the builtin that asks, again and again until its input ends, after it was told to show the
        list; it says how that ended."""
        line = self.line
        name, words, texts = self.choices()
        asked = ((Lit("select"),), (Lit(name),), *(((Double((Param("@"),)),),) if words is None else words))
        begin = Simple((), ((Lit("select"),),), (), line)
        body = self.for_body()
        loop = Loop(Simple((), asked, (), line), body, False)
        end = Simple((), ((Lit("select"),), (Quoted("?"),)), (), line)
        return Select(name, texts, body, Sequence(((begin, None), (loop, None), (end, None))))

    def coproc_command(self) -> Node:
        self.fail("refused", "coproc")
