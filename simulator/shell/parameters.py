"""What `$name` and `${name...}` become: values of variables, parameters and arrays, and what the operators make of them."""

from collections.abc import Callable

from simulator.shell import patterns
from simulator.shell.arrays import REFERENCE
from simulator.shell.memory import VALUE_LIMIT, Memory, ShellError
from simulator.shell.quoting import single_quoted
from simulator.shell.splitting import BREAK, LITERAL, SPLIT, Piece
from simulator.shell.syntax import Lit, Param, Quoted, Word


class Parameters:
    """The part of an `Expander` that knows parameters."""

    memory: Memory

    # --- what the expander gives ------------------------------------------------------------------------------------

    def text(self, word: Word) -> str:
        """One string, neither split nor looked up as a path name."""
        raise NotImplementedError

    def pattern(self, word: Word) -> str:
        """A pattern in which what was quoted means itself."""
        raise NotImplementedError

    def pieces(self, word: Word, quoted: bool, *, single: bool = False) -> list[Piece]:
        """*word* with everything in it expanded, not yet split."""
        raise NotImplementedError

    def add(self, found: list[Piece], text: str, quoted: bool) -> None:
        """Append what an expansion has become."""
        raise NotImplementedError

    def lookup(self, name: str) -> str | None:
        """The value of a variable, a parameter or an element."""
        raise NotImplementedError

    def store(self, name: str, value: str) -> None:
        """Assign when the word is done."""
        raise NotImplementedError

    def complain(self, message: str) -> None:
        """Complain, but only once."""
        raise NotImplementedError

    def calculate(self, text: str) -> int:
        """The value of an arithmetic expression."""
        raise NotImplementedError

    # --- parameters -------------------------------------------------------------------------------------------------

    def parameter(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        if part.operator:
            self.operated(found, part, quoted, single)
        elif star := star_of(part):
            self.several(found, self.values(part), star, quoted, single)
        else:
            value = self.value_of(part)
            if value is None:
                self.check_set(part)
            else:
                self.add(found, value, quoted)

    def check_set(self, part: Param) -> None:
        if self.memory.options.get("u") and not star_of(part):
            shown = part.name + (f"[{self.text(part.subscript)}]" if part.subscript is not None else "")
            raise self.memory.error("nounset", shown, status=self.memory.dialect.unset_status)

    def value_of(self, part: Param) -> str | None:
        """The value of one variable or element; None if it is not set."""
        if part.subscript is None:
            return self.lookup(part.name)
        reference = self.reference(part.name, self.text(part.subscript))
        if reference is None:
            self.complain(self.memory.say("subscript", part.name))
        return None if reference is None else self.lookup(reference)

    def values(self, part: Param) -> list[str]:
        """The parameters, or the elements of an array."""
        if part.subscript is None:
            return list(self.memory.state["args"])
        return list(self.memory.elements(part.name).values())

    def reference(self, name: str, subscript: str) -> str | None:
        """The reference `name[key]` that a subscript makes; None if it can be none."""
        if self.memory.is_map(name):
            key = subscript
        else:
            number = self.calculate(subscript)
            number += self.memory.behind_last(name) if number < 0 else 0
            key = str(number) if number >= 0 else ""
        return f"{name}[{key}]" if key else None

    def several(self, found: list[Piece], values: list[str], star: str, quoted: bool, single: bool) -> None:
        """`$@` and `$*`, `${a[@]}` and `${a[*]}`."""
        ifs = self.memory.ifs()
        if star == "*" and (quoted or single):
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
        star = star_of(part)
        if operator in WHOLE:
            WHOLE[operator](self, found, part, quoted, single)
        elif operator.lstrip(":") in ("-", "=", "?", "+"):
            self.conditional(found, part, quoted, single)
        elif star and operator == "length":
            self.add(found, str(len(self.values(part))), quoted)
        elif star:
            self.several(found, self.each(part), star, quoted, single)
        else:
            value = self.value_of(part)
            if value is None:
                self.check_set(part)
            if value is not None or operator[0] != "@":
                self.add(found, TRANSFORMS[operator](self, value or "", part), quoted)

    def each(self, part: Param) -> list[str]:
        """`${@#x}`, `${@:2}`: what is done to each value, or which of them are taken."""
        if part.operator != "slice":
            return [TRANSFORMS[part.operator](self, value, part) for value in self.values(part)]
        return self.parameters_of(part) if part.subscript is None else self.elements_of(part)

    def parameters_of(self, part: Param) -> list[str]:
        """`${@:offset:length}`, where 0 is the name of the shell."""
        values = self.values(part)
        everything = [str(self.memory.state["name"]), *values]
        begin, end = self.bounds(part, len(everything))
        return everything[begin:end]

    def elements_of(self, part: Param) -> list[str]:
        """`${a[@]:offset:length}`: the offset counts numbers of elements, the length elements."""
        items = self.memory.elements(part.name)
        offset = self.calculate(self.text(part.word))
        if self.memory.is_map(part.name):
            found = list(items.values())[max(offset - 1, 0) :]
        else:
            offset += self.memory.behind_last(part.name) if offset < 0 else 0
            found = [value for key, value in items.items() if 0 <= offset <= int(key)]
        size = len(found) if part.second is None else self.calculate(self.text(part.second))
        if size < 0:
            raise self.memory.error("negative", self.text(part.second or ()), status=1)
        return found[:size]

    def conditional(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        """`${x:-word}` and its kin."""
        values = self.values(part) if star_of(part) else None
        value = self.value_of(part) if values is None else " ".join(values) if values else None
        absent = value is None or (part.operator[0] == ":" and not value)
        kind = part.operator[-1]
        if kind == "+":
            if not absent:
                found.extend(self.word_inside(part.word, quoted, single))
        elif not absent:
            self.parameter(found, part._replace(operator="", word=()), quoted, single)
        elif kind == "-":
            found.extend(self.word_inside(part.word, quoted, single))
        elif kind == "=":
            self.assign_default(found, part, quoted)
        else:
            raise self.unset_error(part)

    def word_inside(self, word: Word, quoted: bool, single: bool) -> list[Piece]:
        """The word of an operator; what stands in it unquoted is split where the whole is."""
        pieces = self.pieces(word, quoted, single=single)
        return pieces if quoted else [(text, SPLIT if kind == LITERAL else kind) for text, kind in pieces]

    def assign_default(self, found: list[Piece], part: Param, quoted: bool) -> None:
        if not (part.name[0].isalpha() or part.name[0] == "_") or star_of(part):
            raise self.memory.error("badname", part.name)
        value = self.text(part.word)
        name = part.name if part.subscript is None else self.reference(part.name, self.text(part.subscript))
        if name is None:
            raise self.memory.error("subscript", part.name, status=1)
        self.store(name, value)
        self.add(found, value, quoted)

    def unset_error(self, part: Param) -> ShellError:
        message = self.text(part.word)
        kind = "null" if part.operator[0] == ":" else "unset"
        shown = part.name + (f"[{self.text(part.subscript)}]" if part.subscript is not None else "")
        text = f"{shown}: {message}" if message else self.memory.say(kind, shown)
        return ShellError(text, fatal=True, status=self.memory.dialect.unset_status)

    def bounds(self, part: Param, length: int) -> tuple[int, int]:
        """Where `${x:offset:length}` begins and ends."""
        offset = self.calculate(self.text(part.word))
        begin = length + offset if offset < 0 else offset
        size = length if part.second is None else self.calculate(self.text(part.second))
        if not 0 <= begin <= length:
            return 0, 0
        end = min(begin + size, length) if size >= 0 else length + size
        if end < begin and "arrays" in self.memory.dialect.features:
            raise self.memory.error("negative", self.text(part.second or ()).strip(), status=1)
        return begin, max(begin, end)

    # --- operators that bash alone has ------------------------------------------------------------------------------

    def keys(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        """`${!a[@]}`"""
        self.several(found, list(self.memory.elements(part.name)), star_of(part), quoted, single)

    def names(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        """`${!prefix@}`: the names of variables."""
        state = self.memory.state
        names = sorted(name for name in [*state["vars"], *state["arrays"]] if name.startswith(part.name))
        self.several(found, names, part.word[0].text if isinstance(part.word[0], Lit) else "@", quoted, single)

    def indirect(self, found: list[Piece], part: Param, quoted: bool, single: bool) -> None:
        """`${!x}`: what that means whose name is the value of x."""
        refs: dict[str, str] = self.memory.state.get("refs", {})
        if part.name in refs and part.subscript is None:
            return self.add(found, refs[part.name], quoted)
        name = self.value_of(part)
        if name is None:
            raise self.memory.error("indirect", part.name, status=1)
        if not (parts := REFERENCE.fullmatch(name)):
            if name.isdecimal() or name in ("@", "*"):
                return self.parameter(found, Param(name), quoted, single)
            raise self.memory.error("variable", name, status=1)
        key = parts.group(2)
        index = None if key is None else (Lit(key),) if key in ("@", "*") else (Quoted(key),)
        return self.parameter(found, Param(parts.group(1), subscript=index), quoted, single)


def star_of(part: Param) -> str:
    """`@` or `*` if *part* means all parameters, or all elements of an array."""
    if part.subscript is None:
        return part.name if part.name in ("@", "*") else ""
    first = part.subscript[0] if len(part.subscript) == 1 else None
    return first.text if isinstance(first, Lit) and first.text in ("@", "*") else ""


def _length(parameters: Parameters, value: str, part: Param) -> str:
    return str(len(value))


def _cut(parameters: Parameters, value: str, part: Param) -> str:
    pattern = parameters.pattern(part.word)
    cut = patterns.without_prefix if part.operator[0] == "#" else patterns.without_suffix
    return cut(value, pattern, longest=len(part.operator) == 2)


def _replace(parameters: Parameters, value: str, part: Param) -> str:
    pattern = parameters.pattern(part.word)
    try:
        return patterns.replaced(value, pattern, parameters.text(part.second or ()), part.operator, VALUE_LIMIT)
    except OverflowError:
        raise parameters.memory.error("memory") from None


def _slice(parameters: Parameters, value: str, part: Param) -> str:
    begin, end = parameters.bounds(part, len(value))
    return value[begin:end]


def _case(parameters: Parameters, value: str, part: Param) -> str:
    pattern = parameters.pattern(part.word) or "?"
    change = str.upper if part.operator[0] == "^" else str.lower
    some = value if len(part.operator) == 2 else value[:1]
    return "".join(change(char) if patterns.matches(pattern, char) else char for char in some) + value[len(some) :]


# The letters of `${x@Q}`.
LETTERS: dict[str, Callable[[str], str]] = {
    "Q": single_quoted,
    "U": str.upper,
    "L": str.lower,
    "u": lambda value: value[:1].upper() + value[1:],
}


def _letter(parameters: Parameters, value: str, part: Param) -> str:
    return LETTERS[part.operator[1]](value)


Whole = Callable[[Parameters, list[Piece], Param, bool, bool], None]
# Operators that decide themselves what they are applied to.
WHOLE: dict[str, Whole] = {"keys": Parameters.keys, "names": Parameters.names, "indirect": Parameters.indirect}
TRANSFORMS: dict[str, Callable[[Parameters, str, Param], str]] = {
    "length": _length,
    **dict.fromkeys(("#", "##", "%", "%%"), _cut),
    **dict.fromkeys(("/", "//", "/#", "/%"), _replace),
    "slice": _slice,
    **dict.fromkeys(("^", "^^", ",", ",,"), _case),
    **dict.fromkeys(("@" + letter for letter in LETTERS), _letter),
}
