"""From the syntax tree to a flat program: lists of instructions, in which a suspended shell is no more than a number.

A unit has blocks: its body, its command substitutions, and what runs in a child or later (subshells, sides of a pipeline,
functions). `link` derives them from the source text whenever they are needed; the shell's memory holds only the text.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from simulator.shell.parser import parse
from simulator.shell.printing import Printer
from simulator.shell.syntax import (
    AndOr,
    ArithCommand,
    Assign,
    Case,
    Condition,
    For,
    ForArith,
    Function,
    If,
    Lit,
    Loop,
    Node,
    Pipeline,
    Quoted,
    Redirect,
    Redirected,
    Select,
    Sequence,
    Simple,
    Subshell,
    Test,
    Timed,
    Unit,
    Word,
)
from simulator.shell.tokens import DECLARERS, as_assignment

# An instruction: its name, and what it works on. The names are the methods of `machine.Shell` that begin with `do_`.
Instruction = tuple[Any, ...]
# What is to be expanded: a mode, and a word (or, where keys and lists belong to it, an assignment).
Task = tuple[str, Any]
EMPTY = Sequence(())


class Command(NamedTuple):
    """A simple command, ready to run."""

    tasks: tuple[Task, ...]  # first the words, then the targets of redirections, then the values of assignments
    constant: tuple[str, ...] | None  # the words, where nothing in them needs expansion
    redirects: tuple[Redirect, ...]
    assigns: tuple[Assign, ...]
    lists: dict[int, Assign]  # which words of a declaration are arrays
    words: int
    line: int
    tested: bool  # whether a failure is looked at, so that `set -e` does not act
    last: bool  # whether nothing can follow in this block
    bare: bool  # no redirections, no assignments: the usual case
    text: str  # as it is written


class Linked(NamedTuple):
    """A unit with its programs."""

    blocks: tuple[tuple[Instruction, ...], ...]
    empty: bool
    end: int
    line: int
    functions: dict[int, Function]  # by their blocks
    bodies: tuple[str, ...]  # of the here-documents, as they are written


@lru_cache(maxsize=512)
def link(
    text: str, pos: int, line: int, dialect: str, aliases: tuple[tuple[str, str], ...] = (), more: bool = False
) -> Linked:
    """The unit of *text* at *pos*; raises ShellSyntaxError."""
    unit = parse(text, pos, line, dialect, aliases, more)
    if unit.body is None:
        return Linked(((("end",),),), True, unit.end, unit.line, {}, ())
    linker = Linker(unit)
    return Linked(linker.all(), False, unit.end, unit.line, linker.functions, unit.bodies)


class Linker:
    """Makes the programs of one unit."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.blocks: list[list[Instruction]] = [[] for _ in range(1 + len(unit.blocks))]
        self.functions: dict[int, Function] = {}

    def all(self) -> tuple[tuple[Instruction, ...], ...]:
        """Block 0 is the body, block 1 + n the command substitution n."""
        for index, body in enumerate((self.unit.body, *self.unit.blocks)):
            if body is not None:
                self.fill(index, body)
        return tuple(tuple(block) for block in self.blocks)

    def block(self, body: Node) -> int:
        """The number of a new block with *body*."""
        self.blocks.append([])
        number = len(self.blocks) - 1
        self.fill(number, body)
        return number

    def fill(self, number: int, body: Node) -> None:
        code = self.blocks[number]
        self.emit(code, body, False)
        code.append(("end",))
        mark_last(code)

    def emit(self, code: list[Instruction], node: Node, tested: bool) -> None:
        """Append the instructions for *node*. *tested*: its failure is looked at."""
        EMITTERS[type(node)](self, code, node, tested)

    # --- simple commands --------------------------------------------------------------------------------------------

    def simple(self, code: list[Instruction], node: Simple, tested: bool) -> None:
        redirects = tuple(self.filled(redirect) for redirect in node.redirects)
        tasks = [self.task_of_word(node, index) for index in range(len(node.words))]
        tasks += [task_of_redirect(redirect) for redirect in redirects]
        tasks += [task_of_assign(assign) for assign in node.assigns]
        constant = None if node.lists else constants(node.words)
        bare = not redirects and not node.assigns
        command = Command(
            tuple(tasks),
            constant,
            redirects,
            node.assigns,
            dict(node.lists),
            len(node.words),
            node.line,
            tested,
            False,
            bare,
            self.text(node),
        )
        code.append(("simple", command))

    def text(self, node: Node) -> str:
        """A command as bash would write it; only those of a line or two are told of."""
        return Printer(self.unit.bodies).text(node, 0)

    def task_of_word(self, node: Simple, index: int) -> Task:
        word = node.words[index]
        if assign := dict(node.lists).get(index):
            return task_of_assign(assign._replace(words=any(has_letter(option, "A") for option in node.words[1:index])))
        if index and isinstance(first := node.words[0][0], Lit) and first.text in DECLARERS:
            assign = as_assignment(word)
            if assign:
                return ("argument", (Quoted(assign.name + "="), *assign.word))
        return ("fields", word)

    def filled(self, redirect: Redirect) -> Redirect:
        if redirect.heredoc < 0:
            return redirect
        return redirect._replace(word=self.unit.heredocs[redirect.heredoc])

    # --- lists ------------------------------------------------------------------------------------------------------

    def sequence(self, code: list[Instruction], node: Sequence, tested: bool) -> None:
        for item, background in node.items:
            if background is None:
                self.emit(code, item, tested)
            else:
                code.append(("background", self.block(within(item)), background))

    def and_or(self, code: list[Instruction], node: AndOr, tested: bool) -> None:
        self.emit(code, node.first, True)
        for index, (operator, item) in enumerate(node.rest):
            jump = self.hole(code)
            self.emit(code, item, tested or index < len(node.rest) - 1)
            code[jump] = ("unless" if operator == "&&" else "when", len(code))

    def pipeline(self, code: list[Instruction], node: Pipeline, tested: bool) -> None:
        if len(node.commands) == 1:
            self.emit(code, node.commands[0], True)
        else:
            first = node.commands[0]
            line = first.line if isinstance(first, Simple) else 0
            texts = [self.text(each) for each in node.commands if isinstance(each, Simple)]
            blocks = [self.block(command) for command in node.commands]
            code.append(("pipeline", blocks, tested or node.negated, line, texts))
        if node.negated:
            code.append(("negate",))

    def subshell(self, code: list[Instruction], node: Subshell, tested: bool) -> None:
        code.append(("subshell", self.block(node.body), tested))

    def function(self, code: list[Instruction], node: Function, tested: bool) -> None:
        block = self.block(node.body)
        self.functions[block] = node
        code.append(("define", node.name, block))

    def select(self, code: list[Instruction], node: Select, tested: bool) -> None:
        code.append(("show", f"select {node.name} in {' '.join(node.texts or ())}"))
        self.emit(code, node.does, tested)

    def redirected(self, code: list[Instruction], node: Redirected, tested: bool) -> None:
        redirects = tuple(self.filled(redirect) for redirect in node.redirects)
        jump = self.hole(code)
        self.emit(code, node.command, tested)
        code.append(("restore",))
        tasks = tuple(task_of_redirect(redirect) for redirect in redirects)
        code[jump] = ("redirect", tasks, redirects, len(code), node.line, tested)

    # --- conditions and loops ---------------------------------------------------------------------------------------

    def hole(self, code: list[Instruction]) -> int:
        """Leave room for a jump that is known later."""
        code.append(())
        return len(code) - 1

    def if_command(self, code: list[Instruction], node: If, tested: bool) -> None:
        ends: list[int] = []
        for condition, body in node.arms:
            self.emit(code, condition, True)
            jump = self.hole(code)
            self.emit(code, body, tested)
            ends.append(self.hole(code))
            code[jump] = ("unless", len(code))
        if node.otherwise is not None:
            self.emit(code, node.otherwise, tested)
        else:
            code.append(("succeed",))
        for end in ends:
            code[end] = ("jump", len(code))

    def loop(self, code: list[Instruction], node: Loop, tested: bool) -> None:
        enter = self.hole(code)
        top = len(code)
        self.emit(code, node.condition, True)
        jump = self.hole(code)
        self.emit(code, node.body, tested)
        code.append(("again", top))
        code[jump] = ("when" if node.until else "unless", len(code))
        code.append(("leave",))
        code[enter] = ("loop", len(code) - 1, len(code) - 2)

    def for_command(self, code: list[Instruction], node: For, tested: bool) -> None:
        tasks = None if node.words is None else tuple(("fields", word) for word in node.words)
        enter = self.hole(code)
        top = len(code)
        jump = self.hole(code)
        self.emit(code, node.body, tested)
        code.append(("jump", top))
        code[jump] = ("next", node.name, len(code), f"for {node.name} in {' '.join(node.texts)}")
        code.append(("leave",))
        code[enter] = ("for", tasks, len(code) - 1, top, node.line)

    def for_arith(self, code: list[Instruction], node: ForArith, tested: bool) -> None:
        code.append(("math", node.first, node.line, True, f"(({node.texts[0]}))"))
        enter = self.hole(code)
        top = len(code)
        if node.condition:
            code.append(("math", node.condition, node.line, True, f"(({node.texts[1]}))"))
        jump = self.hole(code)
        self.emit(code, node.body, tested)
        onward = len(code)
        code.append(("keep",))
        code.append(("math", node.step, node.line, True, f"(({node.texts[2]}))"))
        code.append(("jump", top))
        code[jump] = ("unless", len(code)) if node.condition else ("jump", jump + 1)
        code.append(("leave",))
        code[enter] = ("loop", len(code) - 1, onward)

    def case(self, code: list[Instruction], node: Case, tested: bool) -> None:
        code.append(("case", ("text", node.word), node.line, f"case {node.text} in"))
        ends: list[int] = []
        fall: int | None = None
        for patterns, body, end, _ in node.arms:
            hits: list[int] = []
            for pattern in patterns:
                hits.append(len(code))
                code.append(("match", ("pattern", pattern), 0, node.line))
            miss = self.hole(code)
            for hit in hits:
                code[hit] = (*code[hit][:2], len(code), node.line)
            if fall is not None:
                code[fall] = ("jump", len(code))
            fall = None
            if body == EMPTY:
                code.append(("succeed",))
            self.emit(code, body, tested)
            fall = self.close_arm(code, end, ends)
            code[miss] = ("jump", len(code))
        code.append(("succeed",))
        for hole in [*ends, *([fall] if fall is not None else [])]:
            code[hole] = ("jump", len(code))
        code.append(("uncase",))

    def close_arm(self, code: list[Instruction], end: str, ends: list[int]) -> int | None:
        """What stands behind an arm; the hole of a jump into the next arm's commands, for `;&`."""
        if end == ";;&":
            return None
        hole = self.hole(code)
        if end == ";&":
            return hole
        ends.append(hole)
        return None

    def arith_command(self, code: list[Instruction], node: ArithCommand, tested: bool) -> None:
        code.append(("math", node.word, node.line, tested, self.text(node)))

    def condition(self, code: list[Instruction], node: Condition, tested: bool) -> None:
        if node.test.operator not in ("and", "or", "not"):
            code.append(("condition", node.test, node.line, tested, "", self.text(node)))
            return
        code.append(("debug", self.text(node)))
        self.test(code, node.test, node.line)
        code.append(("conclude", tested))

    def test(self, code: list[Instruction], test: Test, line: int, before: str = "") -> None:
        """One part of `[[ ]]`: what is behind `&&` and `||` is looked at only if it counts."""
        if test.operator not in ("and", "or", "not"):
            code.append(("condition", test, line, True, before, ""))
            return
        single = test.operator == "not" and not test.tests[0].text.startswith("( ")
        self.test(code, test.tests[0], line, "! " if single else "")
        if test.operator == "not":
            code.append(("negate",))
            return
        jump = self.hole(code)
        self.test(code, test.tests[1], line)
        code[jump] = ("unless" if test.operator == "and" else "when", len(code))

    def timed(self, code: list[Instruction], node: Timed, tested: bool) -> None:
        code.append(("clock",))
        if node.command is not None:
            self.emit(code, node.command, tested)
        else:
            code.append(("succeed",))
        code.append(("timed", node.posix))


EMITTERS: dict[type, Any] = {
    Simple: Linker.simple,
    Sequence: Linker.sequence,
    AndOr: Linker.and_or,
    Pipeline: Linker.pipeline,
    Subshell: Linker.subshell,
    Function: Linker.function,
    Redirected: Linker.redirected,
    If: Linker.if_command,
    Loop: Linker.loop,
    For: Linker.for_command,
    ForArith: Linker.for_arith,
    Select: Linker.select,
    Case: Linker.case,
    ArithCommand: Linker.arith_command,
    Condition: Linker.condition,
    Timed: Linker.timed,
}


def within(node: Node) -> Node:
    """What is in a subshell that runs in the background: the child that it needs is that one."""
    inner = node
    while isinstance(inner, AndOr | Pipeline):
        if isinstance(inner, AndOr):
            if inner.rest:
                return node
            inner = inner.first
        else:
            if inner.negated or len(inner.commands) > 1:
                return node
            inner = inner.commands[0]
    return inner.body if isinstance(inner, Subshell) else node


def task_of_assign(assign: Assign) -> Task:
    """How the value of an assignment is expanded."""
    if assign.elements is not None and assign.subscript is None:
        return ("elements", assign)
    return ("assign", assign.word) if assign.subscript is None else ("member", assign)


def has_letter(word: Word, letter: str) -> bool:
    """Whether *word* is an option with *letter*."""
    first = word[0] if len(word) == 1 else None
    return isinstance(first, Lit) and first.text.startswith("-") and letter in first.text


def task_of_redirect(redirect: Redirect) -> Task:
    """How the target of a redirection is expanded."""
    return ("text" if redirect.operator in ("<<", "<<<") else "target", redirect.word)


def constants(words: tuple[Word, ...]) -> tuple[str, ...] | None:
    """The words as strings, if all of them are plain text."""
    found: list[str] = []
    for word in words:
        text = ""
        for part in word:
            if (isinstance(part, Lit) and not any(char in "*?[" for char in part.text)) or isinstance(part, Quoted):
                text += part.text
            else:
                return None
        found.append(text)
    return tuple(found)


def mark_last(code: list[Instruction]) -> None:
    """Mark the simple commands behind which only jumps to the end follow: they may replace the shell."""
    for index, instruction in enumerate(code):
        if instruction[0] == "simple" and leads_to_end(code, index + 1):
            code[index] = ("simple", instruction[1]._replace(last=True))


def leads_to_end(code: list[Instruction], pc: int) -> bool:
    for _ in range(len(code)):
        if code[pc][0] == "jump" and code[pc][1] > pc:
            pc = code[pc][1]
        else:
            return bool(code[pc][0] == "end")
    return False
