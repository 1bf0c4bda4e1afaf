"""Words to fields: tilde, parameters, command substitution, arithmetic, field splitting, path names, quotes off (POSIX 2.6).

An expansion that comes to a command substitution cannot go on before a child has run. It then raises `NeedOutput`, and is
made again from the beginning of the word when the output is there: outputs (and all else that would differ the second
time) stand in a *journal*, and what the word assigns is held back until the word is done, so that doing it again is harmless.
"""

from simulator.runtime.syscalls import UnixError
from simulator.shell import patterns
from simulator.shell.arithmetic import Calculator, MathError
from simulator.shell.arrays import Items, parted
from simulator.shell.braces import expand_braces
from simulator.shell.globbing import glob
from simulator.shell.memory import BASH_SPECIAL, VALUE_LIMIT, Memory, decode
from simulator.shell.parameters import Parameters, star_of
from simulator.shell.splitting import BREAK, LITERAL, QUOTED, SPLIT, Piece, split
from simulator.shell.syntax import Arith, Assign, Double, Lit, Param, Part, Process, Quoted, Subst, Tilde, Word

FIELD_LIMIT = 65_536


class NeedOutput(Exception):
    """What comes of the block with this number is needed to go on: its output, or as *kind* says (`substitution.py`)."""

    def __init__(self, block: int, kind: str = "text") -> None:
        super().__init__(block)
        self.block = block
        self.kind = kind


class Expander(Parameters):
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

    def member(self, one: Assign) -> list[str]:
        """The key of an element, and its value."""
        subscript = self.text(one.subscript or ())
        shown = f"{one.name}[{subscript}]"
        if one.elements is not None:
            raise self.memory.error("member", shown, status=1)
        reference = self.reference(one.name, subscript)
        if reference is None:
            raise self.memory.error("subscript", shown, status=1)
        return [parted(reference)[1], self.assign(one.word)]

    def elements(self, one: Assign) -> Items:
        """The elements of `name=(...)`."""
        found: Items = []
        words = one.words or self.memory.is_map(one.name)
        for index, word, append in one.elements or ():
            if index is not None:
                found.extend(self.indexed(one.name, self.text(index), self.assign(word), words, append))
            elif words:
                found.append([None, self.text(word), ""])
            else:
                found.extend([None, field, ""] for inner in self.braces(word) for field in self.fields(inner))
        return found

    def braces(self, word: Word) -> list[Word]:
        """The words that `{a,b}` in *word* makes of it."""
        expanded = expand_braces(word)
        if expanded is None:
            raise self.memory.error("memory")
        return expanded

    def indexed(self, name: str, subscript: str, value: str, words: bool, append: bool) -> Items:
        """`[subscript]=value`, or nothing and a complaint."""
        key = subscript if words else str(self.calculate(subscript))
        if not key:
            self.complain(self.memory.say("subscript", f"['']='{value}'"))
        return [[key, value, "+" if append else ""]] if key else []

    def pattern(self, word: Word) -> str:
        """A pattern in which what was quoted means itself."""
        pieces = self.pieces(word, False, single=True)
        return "".join(
            patterns.escape(text) if kind == QUOTED else " " if kind == BREAK else text for text, kind in pieces
        )

    def shown(self, word: Word) -> str:
        """A pattern or regular expression as bash's trace shows it: a backslash before all that was quoted."""
        pieces = self.pieces(word, False, single=True)
        return "".join("".join(f"\\{char}" for char in text) if kind == QUOTED else text for text, kind in pieces)

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
        if inner or not any(isinstance(item, Param) and star_of(item) == "@" for item in part.parts):
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
        if self.writes and (place := self.canonical(self.memory.real(name))) in self.writes:
            return self.writes[place]
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

    def complain(self, message: str) -> None:
        """Complain, but not again if this is done again."""
        if self.replayed == len(self.journal):
            self.memory.complain(message)
            self.journal.append("")
        self.replayed += 1

    def store(self, name: str, value: str) -> None:
        """Assign when the word is done."""
        name = self.canonical(self.memory.real(name))
        if parted(name)[0] in self.memory.state["readonly"]:
            raise self.memory.error("readonly", name)
        self.writes[name] = value

    def canonical(self, name: str) -> str:
        """*name*, or the reference of the element that it means."""
        return f"{name}[0]" if name in self.memory.state["arrays"] else name

    def commit(self) -> None:
        """The word is done: assign what it assigned."""
        for name, value in self.writes.items():
            self.memory.set(name, value)

    def calculate(self, text: str) -> int:
        """The value of an arithmetic expression."""
        features = self.memory.dialect.features
        calculator = Calculator(
            self.number_variable,
            self.store_number,
            recursive="recursive" in features,
            power="power" in features,
            arrays="arrays" in features,
        )
        try:
            return calculator.evaluate(text)
        except MathError as error:
            status = 2 if self.memory.dialect.misuse_exits else 1
            shown = text.strip() if error.kind != "number" and error.kind[5:] != "number" else error.token
            if self.memory.dialect.name == "dash" and error.kind == "math number":
                raise self.memory.error("math end", text.strip(), status=status) from None
            raise self.memory.error(error.kind, shown, error.token, status=status) from None

    def number_name(self, name: str) -> str | None:
        """What an expression means by *name*: a variable, or with a subscript behind it an element; None if it is none."""
        return self.reference(*parted(name)) if "[" in name else name

    def store_number(self, name: str, value: str) -> None:
        if place := self.number_name(name):
            self.store(place, value)
        else:
            self.complain(self.memory.say("subscript", name))

    def number_variable(self, name: str) -> str:
        place = self.number_name(name)
        if place is None:
            self.complain(self.memory.say("subscript", parted(name)[0]))
        value = self.lookup(place) if place else None
        if value is None and self.memory.options.get("u"):
            raise self.memory.error("nounset", name)
        return value or ""

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
        options = self.memory.options
        # bash leaves `.` and `..` out (globskipdots).
        itself = self.memory.dialect.name != "bash"
        found = glob(self.memory.sys, pattern, dots=bool(options.get("dotglob")), itself=itself)
        return found or ([] if options.get("nullglob") else [plain])


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
