"""Words to fields: tilde, parameters, command substitution, arithmetic, field splitting, path names, quotes off (POSIX 2.6).

An expansion that comes to a command substitution cannot go on before a child has run. It then raises `NeedOutput`, and is
made again from the beginning of the word when the output is there: outputs (and all else that would differ the second
time) stand in a *journal*, and what the word assigns is held back until the word is done, so that doing it again is harmless.
"""

from simulator.runtime.syscalls import UnixError
from simulator.shell import patterns
from simulator.shell.arithmetic import Calculator, MathError
from simulator.shell.globbing import glob
from simulator.shell.memory import BASH_SPECIAL, VALUE_LIMIT, Memory, ShellError, decode
from simulator.shell.splitting import BREAK, LITERAL, QUOTED, SPLIT, Piece, split
from simulator.shell.syntax import Arith, Double, Lit, Param, Part, Process, Quoted, Subst, Tilde, Word

FIELD_LIMIT = 65_536


class NeedOutput(Exception):
    """What comes of the block with this number is needed to go on: its output, or as *kind* says (`substitution.py`)."""

    def __init__(self, block: int, kind: str = "text") -> None:
        super().__init__(block)
        self.block = block
        self.kind = kind


class Expander:
    """Expands one word (of which *journal* remembers what came in) with the variables of *memory*."""

    def __init__(self, memory: Memory, journal: list[str]) -> None:
        self.memory = memory
        self.journal = journal
        self.replayed = 0
        self.size = 0
        self.writes: dict[str, str] = {}

    # --- the modes in which a word is expanded ----------------------------------------------------------------------

    def fields(self, word: Word) -> list[str]:
        """The fields that an argument becomes."""
        return self.to_fields(self.pieces(word, False))

    def argument(self, word: Word) -> list[str]:
        """An assignment that is an argument of `export`: one field."""
        return [self.text(word)]

    def text(self, word: Word) -> str:
        """One string, neither split nor looked up as a path name."""
        return "".join(" " if kind == BREAK else text for text, kind in self.pieces(word, False, single=True))

    def assign(self, word: Word) -> str:
        """The value of an assignment: a `~` counts behind each colon too."""
        return self.text(tildes_behind_colons(word))

    def pattern(self, word: Word) -> str:
        """A pattern in which what was quoted means itself."""
        pieces = self.pieces(word, False, single=True)
        return "".join(
            patterns.escape(text) if kind == QUOTED else " " if kind == BREAK else text for text, kind in pieces
        )

    def regex(self, word: Word) -> str:
        """A regular expression in which what was quoted means itself."""
        pieces = self.pieces(word, False, single=True)
        return "".join(quote_regex(text) if kind == QUOTED else text for text, kind in pieces)

    def math(self, word: Word) -> str:
        """The value of an expression, in digits."""
        return str(self.calculate(self.text(word)))

    def target(self, word: Word) -> str:
        """Where a redirection goes: one word, of which bash looks up the path name."""
        if self.memory.dialect.name != "bash":
            return self.text(word)
        if len(word) == 1 and isinstance(word[0], Process) and not word[0].writes:
            return self.output(word[0].block, "pipe")
        found = self.fields(word)
        return found[0] if len(found) == 1 else "\n"

    # --- pieces -----------------------------------------------------------------------------------------------------

    def pieces(self, word: Word, quoted: bool, *, single: bool = False) -> list[Piece]:
        """*word* with everything in it expanded, not yet split. *single*: `$@` will not become several fields."""
        found: list[Piece] = []
        for part in word:
            self.part(found, part, quoted, single)
        return found

    def part(self, found: list[Piece], part: Part, quoted: bool, single: bool) -> None:
        if isinstance(part, Lit):
            found.append((part.text, QUOTED if quoted else LITERAL))
        elif isinstance(part, Quoted):
            found.append((part.text, QUOTED))
        elif isinstance(part, Double):
            self.double(found, part, single)
        elif isinstance(part, Param):
            self.parameter(found, part, quoted, single)
        elif isinstance(part, Subst):
            self.add(found, self.output(part.block).rstrip("\n"), quoted)
        elif isinstance(part, Process):
            found.append((self.output(part.block, "sink" if part.writes else "file"), QUOTED))
        elif isinstance(part, Arith):
            self.add(found, str(self.calculate(self.text(part.word))), quoted)
        else:
            found.append(self.tilde(part))

    def double(self, found: list[Piece], part: Double, single: bool) -> None:
        inner = self.pieces(part.parts, True, single=single)
        if inner or not any(isinstance(item, Param) and item.name == "@" for item in part.parts):
            found.append(("", QUOTED))
        found.extend(inner)

    def add(self, found: list[Piece], text: str, quoted: bool) -> None:
        self.size += len(text)
        if self.size > VALUE_LIMIT:
            raise self.memory.error("memory")
        found.append((text, QUOTED if quoted else SPLIT))

    def tilde(self, part: Tilde) -> Piece:
        home = self.lookup("HOME") if not part.user else home_of(self.memory, part.user)
        return (home, QUOTED) if home is not None else ("~" + part.user, LITERAL)

    def output(self, block: int, kind: str = "text") -> str:
        """The output of a command substitution, or the path that stands for a process, from the journal."""
        if self.replayed == len(self.journal):
            raise NeedOutput(block, kind)
        self.replayed += 1
        return self.journal[self.replayed - 1]

    # --- variables --------------------------------------------------------------------------------------------------

    def lookup(self, name: str) -> str | None:
        if self.writes and name in self.writes:
            return self.writes[name]
        value = self.memory.get(name)
        if value is None and "random" in self.memory.dialect.features:
            return self.changing(name)
        return value

    def changing(self, name: str) -> str | None:
        """Variables that have another value each time: from the journal, if this is done again."""
        special = BASH_SPECIAL.get(name)
        if name != "RANDOM" and (special is None or self.memory.dialect.name != "bash"):
            return None
        if self.replayed == len(self.journal):
            self.journal.append(str(self.memory.sys.random(32768)) if special is None else str(special(self.memory)))
        self.replayed += 1
        return self.journal[self.replayed - 1]

    def store(self, name: str, value: str) -> None:
        """Assign when the word is done."""
        if name in self.memory.state["readonly"]:
            raise self.memory.error("readonly", name)
        self.writes[name] = value

    def commit(self) -> None:
        """The word is done: assign what it assigned."""
        for name, value in self.writes.items():
            self.memory.set(name, value)

    def calculate(self, text: str) -> int:
        """The value of an arithmetic expression."""
        features = self.memory.dialect.features
        calculator = Calculator(
            self.number_variable, self.store, recursive="recursive" in features, power="power" in features
        )
        try:
            return calculator.evaluate(text)
        except MathError as error:
            status = 2 if self.memory.dialect.misuse_exits else 1
            shown = text.strip() if error.kind != "number" and error.kind[5:] != "number" else error.token
            if self.memory.dialect.name == "dash" and error.kind == "math number":
                raise self.memory.error("math end", text.strip(), status=status) from None
            raise self.memory.error(error.kind, shown, error.token, status=status) from None

    def number_variable(self, name: str) -> str:
        value = self.lookup(name)
        if value is None and self.memory.options.get("u"):
            raise self.memory.error("nounset", name)
        return value or ""

    # --- parameters -------------------------------------------------------------------------------------------------

    def parameter(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        if part.operator:
            self.operated(found, part, quoted, single)
        elif part.name in ("@", "*"):
            self.positionals(found, self.memory.state["args"], part.name, quoted, single)
        else:
            value = self.lookup(part.name)
            if value is None:
                self.check_set(part.name)
            else:
                self.add(found, value, quoted)

    def check_set(self, name: str) -> None:
        if self.memory.options.get("u") and name not in ("@", "*"):
            raise self.memory.error("nounset", name, status=self.memory.dialect.unset_status)

    def positionals(self, found: list[Piece], values: list[str], name: str, quoted: bool, single: bool) -> None:
        """`$@` and `$*`."""
        ifs = self.memory.ifs()
        if name == "*" and (quoted or single):
            self.add(found, ifs[:1].join(values), quoted)
            return
        for index, value in enumerate(values):
            if index:
                found.append(("", BREAK))
            self.add(found, value, quoted)

    def operated(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        operator = part.operator
        if operator == "bad":
            raise self.memory.error(
                "substitution", self.text(part.word), status=2 if self.memory.dialect.misuse_exits else 1
            )
        if operator.lstrip(":") in ("-", "=", "?", "+") and operator:
            self.conditional(found, part, quoted, single)
        elif part.name in ("@", "*") and operator != "length":
            self.each_positional(found, part, quoted, single)
        else:
            value = self.lookup(part.name) if part.name not in ("@", "*") else self.count()
            if value is None:
                self.check_set(part.name)
            if operator == "length" and part.name in ("@", "*"):
                self.add(found, value or "0", quoted)
            else:
                self.add(found, TRANSFORMS[operator](self, value or "", part), quoted)

    def count(self) -> str:
        return str(len(self.memory.state["args"]))

    def each_positional(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        """`${@#x}`, `${@:2}`: what is done to each parameter, or which of them are taken."""
        values: list[str] = self.memory.state["args"]
        if part.operator == "slice":
            everything = [str(self.memory.state["name"]), *values]
            begin, end = self.bounds(part, len(everything))
            values = everything[begin:end] if begin else everything[:end]
            values = values if begin else values[1:]
        else:
            values = [TRANSFORMS[part.operator](self, value, part) for value in values]
        self.positionals(found, values, part.name, quoted, single)

    def conditional(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        """`${x:-word}` and its kin."""
        many = part.name in ("@", "*")
        value = self.lookup(part.name) if not many else self.joined()
        absent = value is None or (part.operator[0] == ":" and not value)
        kind = part.operator[-1]
        if kind == "+":
            if not absent:
                found.extend(self.word_inside(part.word, quoted, single))
        elif not absent:
            self.parameter(found, Param(part.name), quoted, single)
        elif kind == "-":
            found.extend(self.word_inside(part.word, quoted, single))
        elif kind == "=":
            self.assign_default(found, part, quoted)
        else:
            raise self.unset_error(part)

    def joined(self) -> str | None:
        args: list[str] = self.memory.state["args"]
        return " ".join(args) if args else None

    def word_inside(self, word: Word, quoted: bool, single: bool) -> list[Piece]:
        """The word of an operator; what stands in it unquoted is split where the whole is."""
        pieces = self.pieces(word, quoted, single=single)
        return pieces if quoted else [(text, SPLIT if kind == LITERAL else kind) for text, kind in pieces]

    def assign_default(self, found: list[Piece], part: Param, quoted: bool) -> None:
        if not (part.name[0].isalpha() or part.name[0] == "_"):
            raise self.memory.error("badname", part.name)
        value = self.text(part.word)
        self.store(part.name, value)
        self.add(found, value, quoted)

    def unset_error(self, part: Param) -> ShellError:
        message = self.text(part.word)
        kind = "null" if part.operator[0] == ":" else "unset"
        text = f"{part.name}: {message}" if message else self.memory.say(kind, part.name)
        return ShellError(text, fatal=True, status=self.memory.dialect.unset_status)

    def bounds(self, part: Param, length: int) -> tuple[int, int]:
        """Where `${x:offset:length}` begins and ends."""
        offset = self.calculate(self.text(part.word))
        begin = max(length + offset, 0) if offset < 0 else min(offset, length)
        if part.second is None:
            return begin, length
        size = self.calculate(self.text(part.second))
        return begin, max(begin, min(begin + size, length) if size >= 0 else length + size)

    # --- fields -----------------------------------------------------------------------------------------------------

    def to_fields(self, pieces: list[Piece]) -> list[str]:
        """Split, look up path names, take the quotes off."""
        fields = [pieces] if len(pieces) == 1 and pieces[0][1] == LITERAL else split(pieces, self.memory.ifs())
        if len(fields) > FIELD_LIMIT:
            raise self.memory.error("memory")
        if self.memory.options.get("f"):
            return ["".join(text for text, _ in field) for field in fields]
        found: list[str] = []
        for field in fields:
            found.extend(self.paths(field))
        return found

    def paths(self, field: list[Piece]) -> list[str]:
        plain = "".join(text for text, _ in field)
        if not any(kind != QUOTED and any(char in "*?[" for char in text) for text, kind in field):
            return [plain]
        pattern = "".join(patterns.escape(text) if kind == QUOTED else text for text, kind in field)
        if not patterns.is_magic(pattern):
            return [plain]
        return glob(self.memory.sys, pattern) or [plain]


def _length(expander: Expander, value: str, part: Param) -> str:
    return str(len(value))


def _indirect(expander: Expander, value: str, part: Param) -> str:
    return expander.lookup(value) or "" if value else ""


def _cut(expander: Expander, value: str, part: Param) -> str:
    pattern = expander.pattern(part.word)
    cut = patterns.without_prefix if part.operator[0] == "#" else patterns.without_suffix
    return cut(value, pattern, longest=len(part.operator) == 2)


def _replace(expander: Expander, value: str, part: Param) -> str:
    pattern = expander.pattern(part.word)
    try:
        return patterns.replaced(value, pattern, expander.text(part.second or ()), part.operator, VALUE_LIMIT)
    except OverflowError:
        raise expander.memory.error("memory") from None


def _slice(expander: Expander, value: str, part: Param) -> str:
    begin, end = expander.bounds(part, len(value))
    return value[begin:end]


def _case(expander: Expander, value: str, part: Param) -> str:
    pattern = expander.pattern(part.word) or "?"
    change = str.upper if part.operator[0] == "^" else str.lower
    some = value if len(part.operator) == 2 else value[:1]
    return "".join(change(char) if patterns.matches(pattern, char) else char for char in some) + value[len(some) :]


TRANSFORMS = {
    "length": _length,
    "indirect": _indirect,
    **dict.fromkeys(("#", "##", "%", "%%"), _cut),
    **dict.fromkeys(("/", "//", "/#", "/%"), _replace),
    "slice": _slice,
    **dict.fromkeys(("^", "^^", ",", ",,"), _case),
}


def tildes_behind_colons(word: Word) -> Word:
    """*word* with `:~/` made ready for the home directory."""
    if not any(isinstance(part, Lit) and ":~" in part.text for part in word):
        return word
    found: list[Part] = []
    for part in word:
        if not isinstance(part, Lit):
            found.append(part)
            continue
        first, *rest = part.text.split(":~")
        found.append(Lit(first))
        for piece in rest:
            user, slash, path = piece.partition("/")
            found.extend((Lit(":"), Tilde(user), Lit(slash + path)))
    return tuple(found)


def quote_regex(text: str) -> str:
    return "".join("\\" + char if char in "\\.[]{}()*+?^$|" else char for char in text)


def home_of(memory: Memory, user: str) -> str | None:
    """The home directory of a user, by /etc/passwd."""
    try:
        lines = decode(memory.sys.read_file("/etc/passwd")).splitlines()
    except UnixError:
        return None
    for line in lines:
        columns = line.split(":")
        if columns[0] == user and len(columns) > 5:
            return columns[5]
    return None
