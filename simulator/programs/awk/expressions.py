"""awk's expressions: what a tree is worth."""

import math
from typing import Any

from simulator.programs.awk.expression_syntax import Tree
from simulator.programs.awk.functions import calculate_plain, expanded
from simulator.programs.awk.memory import MOST_FIELDS, Local, Memory, match_in
from simulator.programs.awk.values import Strnum, Value, number, text_of
from simulator.programs.options import refuse
from simulator.runtime.syscalls import UnixError

DEEPEST_CALL = 100
BYTES_PER_STEP = 64


class Return(Exception):
    """`return`."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Expressions(Memory):
    """Finds values; each kind of tree has a method `v_...` (see VALUES)."""

    def truth(self, node: Tree) -> bool:
        if node[0] == "regex":
            return match_in(self.compiled(node[1]), self.record)
        value = self.value(node)
        if isinstance(value, (float, Strnum)):
            return number(value) != 0
        return value != ""

    def value(self, node: Tree) -> Value:
        self.count()
        found: Value = getattr(self, "v_" + VALUES[node[0]])(node)
        return found

    def v_constant(self, node: Tree) -> Value:
        return node[1]  # type: ignore[no-any-return]

    def v_group(self, node: Tree) -> Value:
        return self.value(node[1])

    def v_truth(self, node: Tree) -> Value:
        return float(self.truth(node))

    def v_var(self, node: Tree) -> Value:
        return self.get(node[1])

    def v_item(self, node: Tree) -> Value:
        return self.item(node[1], self.key(node[2]))

    def v_field(self, node: Tree) -> Value:
        return self.field(self.place(node))

    def place(self, node: Tree) -> int:
        place = int(number(self.value(node[1])))
        if not 0 <= place <= MOST_FIELDS:
            raise refuse(self.sys, "Access to negative field" if place < 0 else "not simulated here: so many fields", 2)
        return place

    def key(self, keys: tuple[Tree, ...]) -> str:
        return self.text("SUBSEP").join(text_of(self.value(key)) for key in keys)

    def v_assign(self, node: Tree) -> Value:
        _, operator, target, source = node
        value = self.value(source)
        if operator != "=":
            value = self.math(operator[0], number(self.value(target)), number(value))
        return self.assign(target, value)

    def assign(self, target: Tree, value: Value) -> Value:
        self.bounded(value)
        if target[0] == "var":
            self.set(target[1], value)
        elif target[0] == "item":
            self.set_item(target[1], self.key(target[2]), value)
        else:
            self.set_field(self.place(target), value)
        return value

    def v_step(self, node: Tree) -> Value:
        _, operator, target, before = node
        old = number(self.value(target))
        new = self.assign(target, old + (1 if operator == "++" else -1))
        return new if before else old

    def v_ternary(self, node: Tree) -> Value:
        return self.value(node[2] if self.truth(node[1]) else node[3])

    def v_logic(self, node: Tree) -> Value:
        left = self.truth(node[1])
        return float(left or self.truth(node[2])) if node[0] == "or" else float(left and self.truth(node[2]))

    def v_not(self, node: Tree) -> Value:
        return float(not self.truth(node[1]))

    def v_sign(self, node: Tree) -> Value:
        value = number(self.value(node[1]))
        return -value if node[0] == "negative" else value

    def v_in(self, node: Tree) -> Value:
        return float(self.key(node[1]) in self.array(node[2]))

    def v_match(self, node: Tree) -> Value:
        pattern = node[3][1] if node[3][0] == "regex" else text_of(self.value(node[3]))
        return float(match_in(self.compiled(pattern), text_of(self.value(node[2]))) == (node[1] == "~"))

    def v_compare(self, node: Tree) -> Value:
        left, right = self.value(node[2]), self.value(node[3])
        one: Any
        other: Any
        if isinstance(left, (float, Strnum)) and isinstance(right, (float, Strnum)):
            one, other = number(left), number(right)
        else:
            one, other = text_of(left), text_of(right)
        return float(
            {
                "<": one < other,
                "<=": one <= other,
                "==": one == other,
                "!=": one != other,
                ">": one > other,
                ">=": one >= other,
            }[node[1]]
        )

    def v_concat(self, node: Tree) -> Value:
        return self.bounded(text_of(self.value(node[1])) + text_of(self.value(node[2])))

    def v_math(self, node: Tree) -> Value:
        return self.math(node[1], number(self.value(node[2])), number(self.value(node[3])))

    def math(self, operator: str, left: float, right: float) -> float:
        if operator in "/%" and right == 0:
            raise refuse(self.sys, "Division by zero", 2)
        try:
            match operator:
                case "+":
                    return left + right
                case "-":
                    return left - right
                case "*":
                    return left * right
                case "/":
                    return left / right
                case "%":
                    return math.fmod(left, right)
            return math.pow(left, right)
        except (OverflowError, ValueError):
            return math.inf if operator != "%" else math.nan

    # --- functions of the script's own ---------------------------------------------------------------------------
    def v_own(self, node: Tree) -> Value:
        _, name, words = node
        parameters, body = self.script.functions[name]
        if len(words) > len(parameters):
            raise refuse(self.sys, f"function {name} called with more args than declared", 2)
        if len(self.frames) >= DEEPEST_CALL:
            raise refuse(self.sys, "not simulated here: functions called so deeply", 2)
        handed = [self.argument(word) for word in words]
        fresh = [Local(Strnum("")) for _ in parameters[len(words) :]]
        self.frames.append(dict(zip(parameters, [*handed, *fresh], strict=True)))
        try:
            self.execute(body)
        except Return as found:
            return found.value
        finally:
            self.frames.pop()
            self.hand_back(words, handed)
        return Strnum("")

    def argument(self, word: Tree) -> Local:
        """What is handed in: an array itself, or a value; a name that is neither yet may become an array over there."""
        if word[0] == "var":
            name = word[1]
            if self.is_array(name):
                return Local(array=self.array(name))
            return Local(self.get(name))
        return Local(self.value(word))

    def hand_back(self, words: tuple[Tree, ...], handed: list[Local]) -> None:
        """Names that became arrays over there are arrays here."""
        for word, local in zip(words, handed, strict=True):
            if word[0] == "var" and local.array is not None and not self.is_array(word[1]):
                self.array(word[1]).update(local.array)

    def execute(self, node: Tree) -> None:
        """A statement (see `statements`)."""
        raise NotImplementedError

    # --- functions that are built in -----------------------------------------------------------------------------
    def v_call(self, node: Tree) -> Value:
        _, name, words = node
        if name in ("sub", "gsub", "split", "match"):
            return getattr(self, "f_" + name)(words)  # type: ignore[no-any-return]
        if name == "length" and len(words) == 1 and words[0][0] == "var" and self.is_array(words[0][1]):
            return float(len(self.array(words[0][1])))
        values = [self.value(word) for word in words]
        if name in ("close", "fflush"):
            return self.shut(text_of(values[0])) if name == "close" else 0.0
        if name == "length" and not values:
            return float(len(self.record))
        return calculate_plain(name, values, self.sys.unix)

    def shut(self, path: str) -> Value:
        """A file that is read or written next is begun anew."""
        read, written = self.memory["read"], self.memory["written"]
        known = path in read or path in written
        read.pop(path, None)
        self.memory["written"] = [each for each in written if each != path]
        return 0.0 if known else -1.0

    def pattern(self, node: Tree) -> Any:
        return self.compiled(node[1] if node[0] == "regex" else text_of(self.value(node)))

    def f_match(self, words: tuple[Tree, ...]) -> Value:
        text = text_of(self.value(words[0]))
        data = text.encode("utf-8", "surrogateescape")
        found = self.pattern(words[1]).search(data)
        start = len(data[: found.start()].decode("utf-8", "surrogateescape")) + 1 if found else 0
        self.vars["RSTART"] = float(start)
        self.vars["RLENGTH"] = float(len(found.group(0).decode("utf-8", "surrogateescape"))) if found else -1.0
        return float(start)

    def f_split(self, words: tuple[Tree, ...]) -> Value:
        text = text_of(self.value(words[0]))
        separator = (
            (words[2][1] if words[2][0] == "regex" else text_of(self.value(words[2])))
            if len(words) > 2
            else self.text("FS")
        )
        parts = self.split(text, separator)
        array = self.array(words[1][1])
        array.clear()
        array.update({str(place): part for place, part in enumerate(parts, 1)})
        return float(len(parts))

    def f_sub(self, words: tuple[Tree, ...], everywhere: bool = False) -> Value:
        expression = self.pattern(words[0])
        replacement = text_of(self.value(words[1]))
        target = words[2] if len(words) > 2 else ("field", ("number", 0.0))
        data = text_of(self.value(target)).encode("utf-8", "surrogateescape")
        out, place, count = [], 0, 0
        while place <= len(data) and (match := expression.search(data, place) if place else expression.search(data)):
            start, end = match.span()
            count += 1
            out += [data[place:start], expanded(replacement, data[start:end])]
            if end == start:
                out.append(data[end : end + 1])
                end += 1
            place = end
            if not everywhere:
                break
        if count:
            self.assign(target, b"".join([*out, data[place:]]).decode("utf-8", "surrogateescape"))
        return float(count)

    def f_gsub(self, words: tuple[Tree, ...]) -> Value:
        return self.f_sub(words, everywhere=True)

    # --- other files ---------------------------------------------------------------------------------------------
    def v_getline(self, node: Tree) -> Value:
        """The next line of a file: 1, 0 at its end, -1 if it cannot be read."""
        path = text_of(self.value(node[2]))
        read: dict[str, int] = self.memory["read"]
        try:
            data = self.sys.read_file(path)
        except UnixError:
            return -1.0
        self.steps += len(data) // BYTES_PER_STEP
        lines = data.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n") if data else []
        place = read.get(path, 0)
        if place >= len(lines):
            return 0.0
        read[path] = place + 1
        self.assign(node[1] or ("field", ("number", 0.0)), Strnum(lines[place]) if node[1] else lines[place])
        return 1.0


VALUES = {
    "number": "constant", "string": "constant", "regex": "truth", "group": "group", "grouping": "concat", "var": "var", "item": "item", "field": "field", "assign": "assign",
    "step": "step", "if?": "ternary", "or": "logic", "and": "logic", "not": "not", "negative": "sign", "positive": "sign", "in": "in", "match": "match", "compare": "compare",
    "concat": "concat", "math": "math", "call": "call", "own": "own", "getline": "getline",
}  # fmt: skip
