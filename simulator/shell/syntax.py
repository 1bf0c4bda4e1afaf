"""The syntax tree of a shell program: named tuples of strings, numbers and each other, never changed once made.

A field `text`, or `texts`, is how something is written, for whoever shows a command again (printing.py).
"""

from typing import NamedTuple, TypeAlias


class Lit(NamedTuple):
    """Text that stands unquoted in a word: a `*` in it is a pattern."""

    text: str


class Quoted(NamedTuple):
    """Text that was quoted: it means itself."""

    text: str


class Double(NamedTuple):
    """What stands between double quotes."""

    parts: "Word"


class Param(NamedTuple):
    """`${name operator word}`. *operator* is empty for `$name`, else a word of ours (`length` for `${#name}`, `slice`, `keys`, `names`,
    `indirect`, `bad`), or as written (`:-`, `##`, `//`)."""

    name: str
    operator: str = ""
    word: "Word" = ()
    second: "Word | None" = None  # the replacement of `${x/a/b}`, the length of `${x:1:2}`
    subscript: "Word | None" = None  # what stands in the brackets of `${a[subscript]}`


class Subst(NamedTuple):
    """A command substitution: the number of its block in the unit."""

    block: int


class Process(NamedTuple):
    """`<(...)`, and with *writes* `>(...)`: the number of its block in the unit."""

    block: int
    writes: bool


class Arith(NamedTuple):
    """`$((...))`: the expression, as a word that is expanded first."""

    word: "Word"


class Tilde(NamedTuple):
    """`~` or `~user` at the beginning of a word."""

    user: str


Part: TypeAlias = Lit | Quoted | Double | Param | Subst | Process | Arith | Tilde
Word: TypeAlias = tuple[Part, ...]


class Redirect(NamedTuple):
    """`fd operator word`; for `<<` the word is the body, and the operator becomes `<<`."""

    fd: int
    operator: str
    word: Word
    heredoc: int = -1  # which of the unit's here-documents is the body
    text: str = ""  # the word; of a here-document the operator, too


class Element(NamedTuple):
    """`[subscript]=word` in the list of an array, or a word alone."""

    subscript: Word | None
    word: Word
    append: bool = False


class Assign(NamedTuple):
    """`name=word`, `name+=word`; of arrays also `name[subscript]=word` and `name=(elements)`."""

    name: str
    word: Word = ()
    append: bool = False
    subscript: Word | None = None
    elements: tuple[Element, ...] | None = None
    words: bool = False  # whether a declaration says that the keys are words (-A)
    source: str = ""  # how the list is written


class Simple(NamedTuple):
    """Assignments, words and redirections."""

    assigns: tuple[Assign, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    line: int
    lists: tuple[tuple[int, Assign], ...] = ()  # which words of a declaration are `name=(...)`; only the name is a word
    texts: tuple[str, ...] = ()  # of assignments and words


class Pipeline(NamedTuple):
    """Commands joined by `|`, perhaps after `!`."""

    commands: tuple["Node", ...]
    negated: bool


class Timed(NamedTuple):
    """`time` and a pipeline, or nothing; *posix*: in the form that -p asks for."""

    command: "Node | None"
    posix: bool


class AndOr(NamedTuple):
    """Pipelines joined by `&&` and `||`: the first one, then operator and pipeline."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


class Sequence(NamedTuple):
    """Commands one after another; the text is that of a command in the background, None of one in the foreground."""

    items: tuple[tuple["Node", str | None], ...]


class Subshell(NamedTuple):
    """`( ... )`"""

    body: "Node"


class If(NamedTuple):
    """Conditions with what they guard, and what is done otherwise."""

    arms: tuple[tuple["Node", "Node"], ...]
    otherwise: "Node | None"


class Loop(NamedTuple):
    """`while`, or `until`."""

    condition: "Node"
    body: "Node"
    until: bool


class For(NamedTuple):
    """`for name in words`; no words means the parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: "Node"
    line: int
    texts: tuple[str, ...] = ()


class Select(NamedTuple):
    """`select name in words` of bash; *does* is what comes of it."""

    name: str
    texts: tuple[str, ...] | None
    body: "Node"
    does: "Node"


class ForArith(NamedTuple):
    """`for ((first; condition; step))` of bash."""

    first: Word
    condition: Word
    step: Word
    body: "Node"
    line: int
    texts: tuple[str, ...] = ()


class Arm(NamedTuple):
    """Patterns, the commands for them, and how they end (`;;`, `;&`, `;;&`)."""

    patterns: tuple[Word, ...]
    body: "Node"
    end: str
    texts: tuple[str, ...] = ()


class Case(NamedTuple):
    """A word, and what is done with it."""

    word: Word
    arms: tuple[Arm, ...]
    line: int
    text: str = ""


class Function(NamedTuple):
    """`name() body`"""

    name: str
    body: "Node"


class ArithCommand(NamedTuple):
    """`((...))` of bash."""

    word: Word
    line: int
    text: str = ""


class Condition(NamedTuple):
    """`[[ ... ]]` of bash: a tree of ("not", x), ("and", x, y), ("or", x, y), ("one", operator, word), ("two", word, operator, word)."""

    test: "Test"
    line: int


class Redirected(NamedTuple):
    """A compound command with redirections."""

    command: "Node"
    redirects: tuple[Redirect, ...]
    line: int


class Test(NamedTuple):
    """A node of a `[[ ]]` expression: an operator, its words, and the tests below it."""

    operator: str
    words: tuple[Word, ...] = ()
    tests: tuple["Test", ...] = ()
    text: str = ""


Node: TypeAlias = (
    Simple
    | Pipeline
    | AndOr
    | Sequence
    | Subshell
    | If
    | Loop
    | For
    | ForArith
    | Select
    | Case
    | Function
    | ArithCommand
    | Condition
    | Redirected
    | Timed
)


class Unit(NamedTuple):
    """What a shell reads at once: the commands up to the end of a line; None where only blanks or comments stand."""

    body: Sequence | None
    blocks: tuple[Sequence, ...]  # the command substitutions
    heredocs: tuple[Word, ...]
    bodies: tuple[str, ...]  # of the here-documents, as they are written
    end: int  # where the next unit begins
    line: int  # the number of the line on which that is


class ShellSyntaxError(Exception):
    """The text is no shell program. *kind* says why, in the words of `dialects.SYNTAX_ERRORS`.

    *incomplete*: more lines could mend it. *closer* is then a text without which no further line can be the last one;
    *whole* means that this text must be a line of its own.
    """

    def __init__(
        self,
        kind: str,
        token: str = "",
        expected: str = "",
        *,
        line: int = 1,
        incomplete: bool = False,
        closer: str = "",
        whole: bool = False,
    ) -> None:
        super().__init__(f"{kind} {token} {expected}".strip())
        self.kind = kind
        self.token = token
        self.expected = expected
        self.line = line
        self.incomplete = incomplete
        self.closer = closer
        self.whole = whole
