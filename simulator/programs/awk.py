"""awk: look for patterns in lines and do something with them (POSIX awk; busybox editors/awk.c, mawk)."""

import math
from typing import Any

from simulator.programs.awk_script import BadScript, Tree, read_script
from simulator.programs.awk_values import (
    Strnum,
    Value,
    calculate,
    format_text,
    number,
    outside,
    packed,
    substring,
    text_of,
    unpacked,
)
from simulator.programs.calendar import strftime
from simulator.programs.lines import LONGEST_LINE, Filter
from simulator.programs.options import Dialect, Refused, grammar, is_busybox, parse, refuse, show_usage
from simulator.programs.patterns import BadPattern, regex
from simulator.runtime.syscalls import Step, Sys, UnixError

RULES = grammar(
    "F:v:f:",
    {"field-separator=": "F", "assign=": "v", "file=": "f"},
    permute=False,
    usage="[OPTIONS] [AWK_PROGRAM] [FILE]...",
)
# For one line, and for BEGIN and END.
MOST_STEPS = 200_000
MOST_FIELDS = 100_000
MOST_ITEMS = 200_000
STEPS_PER_MICROSECOND = 2


class Next(Exception):
    """`next`."""


class Exit(Exception):
    """`exit`."""


class Loop(Exception):
    """`break` and `continue`."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Awk(Filter):
    """One run: variables, arrays and fields stand in `memory`."""

    bad_file = 2

    def __init__(
        self,
        sys: Sys,
        dialect: Dialect,
        rules: list[Tree],
        words: list[str],
        variables: list[str],
        separator: str | None,
    ) -> None:
        files = [word for word in words if not _is_assignment(word)]
        super().__init__(sys, files)
        self.unreadable = "{name}: {error}" if is_busybox(dialect) else 'cannot open "{name}" ({error})'
        self.rules = rules
        self.steps = 0
        self.record, self.fields = "", [""]
        if not self.memory:
            self.memory |= {
                "vars": {
                    "FS": " ",
                    "OFS": " ",
                    "ORS": "\n",
                    "RS": "\n",
                    "NR": "0",
                    "FNR": "0",
                    "SUBSEP": "\x1c",
                    "OFMT": "%.6g",
                    "CONVFMT": "%.6g",
                    "FILENAME": "",
                    "RSTART": "0",
                    "RLENGTH": "-1",
                }
            }
            self.memory |= {
                "arrays": {
                    "ENVIRON": dict(sys.env),
                    "ARGV": {str(place): word for place, word in enumerate(["awk", *words])},
                },
                "active": [],
                "written": [],
            }
            if separator is not None:
                self.memory["vars"]["FS"] = "\t" if separator == "t" else _unescaped(separator)
            for text in variables + [word for word in words if _is_assignment(word)]:
                name, _, value = text.partition("=")
                self.memory["vars"][name] = _unescaped(value)
        # Numbers are kept as text in the value, and as themselves while a step lasts.
        self.vars: dict[str, Value] = {
            name: outside(value) if isinstance(value, str) else value for name, value in self.memory["vars"].items()
        }
        self.numeric: set[str] = set(self.memory.get("numeric", ()))
        for name in self.numeric:
            self.vars[name] = number(self.vars[name])
        self.arrays: dict[str, dict[str, Any]] = self.memory["arrays"]
        if "record" in self.memory:
            self.set_record(self.memory["record"])

    def run(self) -> Step:
        if not self.memory.get("begun"):
            self.memory["begun"] = True
            self.special("BEGIN")
            if not any(rule[0] != ("special", "BEGIN") for rule in self.rules):
                self.state["done"] = True
                self.state["code"] = self.memory.get("code", 0)
        step = super().run()
        self.keep()
        return step

    def keep(self) -> None:
        """Put the variables back into the value: floats as text."""
        self.numeric = {name for name, value in self.vars.items() if isinstance(value, float)}
        self.memory["record"] = self.record
        self.memory["numeric"] = sorted(self.numeric)
        self.memory["vars"] = {
            name: repr(value) if isinstance(value, float) else str(value) for name, value in self.vars.items()
        }
        self.sys.work(self.steps // STEPS_PER_MICROSECOND)

    def special(self, name: str) -> None:
        try:
            for pattern, _, body in self.rules:
                if pattern == ("special", name) and body is not None:
                    self.steps = 0
                    self.execute(body)
        except Next:
            return
        except Exit:
            self.memory["over"] = True
            if name == "BEGIN":
                self.state["done"] = True
                self.special("END")
                self.state["code"] = self.memory.get("code", 0)
        except Loop:
            return

    # --- lines ---------------------------------------------------------------------------------------------------
    def begin(self, name: str) -> None:
        self.vars["FILENAME"] = "" if name == "-" else name
        self.vars["FNR"] = 0.0

    def line(self, text: bytes, ended: bool) -> bool:
        self.steps = 0
        for name in ("NR", "FNR"):
            self.vars[name] = number(self.vars[name]) + 1
        self.set_record(text.decode("utf-8", "surrogateescape"))
        try:
            for place, (pattern, second, body) in enumerate(self.rules):
                if pattern is not None and pattern[0] == "special":
                    continue
                if self.applies(place, pattern, second):
                    self.execute(body) if body is not None else self.put_text(self.record + self.text("ORS"))
        except Next:
            return True
        except Exit:
            self.stop_early()
            return False
        return True

    def stop_early(self) -> None:
        self.special("END")
        self.memory["over"] = True
        self.stop(int(self.memory.get("code", 0)))

    def close(self) -> int:
        if not self.memory.get("over"):
            self.special("END")
        return int(self.memory.get("code", 0))

    def applies(self, place: int, pattern: Tree | None, second: Tree | None) -> bool:
        if second is None:
            return pattern is None or self.truth(pattern)
        active = self.memory["active"]
        if place not in active:
            if not self.truth(pattern or ("number", 1.0)):
                return False
            active.append(place)
        if self.truth(second):
            active.remove(place)
        return True

    def set_record(self, text: str) -> None:
        self.record = text
        self.fields = ["", *(outside(part) for part in self.split(text, self.text("FS")))]
        self.vars["NF"] = float(len(self.fields) - 1)

    def split(self, text: str, separator: str) -> list[str]:
        if separator == " ":
            return text.split()
        if not text:
            return []
        if len(separator) == 1 and separator != "\\":
            return text.split(separator)[:MOST_FIELDS]
        if not separator:
            return list(text[:MOST_FIELDS])
        out: list[bytes] = []
        place = 0
        data = text.encode("utf-8", "surrogateescape")
        expression = self.compiled(separator)
        while (
            (match := expression.search(data, place) if place else expression.search(data))
            and match.end() > match.start()
            and len(out) < MOST_FIELDS
        ):
            out.append(data[place : match.start()])
            place = match.end()
        return [part.decode("utf-8", "surrogateescape") for part in [*out, data[place:]]]

    def compiled(self, pattern: str) -> Any:
        try:
            return regex(pattern, extended=True)
        except BadPattern as error:
            raise refuse(self.sys, f"bad regex '{pattern}': {error}", 2) from None

    def text(self, name: str) -> str:
        return text_of(self.vars.get(name, ""))

    def put_text(self, text: str) -> None:
        self.put(text.encode("utf-8", "surrogateescape"))

    # --- statements ----------------------------------------------------------------------------------------------
    def count(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise refuse(self.sys, "not simulated here: so many steps for one line", 2)

    def execute(self, node: Tree) -> None:
        self.count()
        getattr(self, "x_" + node[0])(node)

    def x_block(self, node: Tree) -> None:
        for inner in node[1]:
            self.execute(inner)

    def x_expr(self, node: Tree) -> None:
        self.value(node[1])

    def x_if(self, node: Tree) -> None:
        if self.truth(node[1]):
            self.execute(node[2])
        elif node[3] is not None:
            self.execute(node[3])

    def looped(self, body: Tree) -> bool:
        """One round; False after `break`."""
        self.count()
        try:
            self.execute(body)
        except Loop as loop:
            return loop.word == "continue"
        return True

    def x_while(self, node: Tree) -> None:
        while self.truth(node[1]) and self.looped(node[2]):
            pass

    def x_do(self, node: Tree) -> None:
        while self.looped(node[2]) and self.truth(node[1]):
            pass

    def x_for(self, node: Tree) -> None:
        if node[1] is not None:
            self.execute(node[1])
        while (node[2] is None or self.truth(node[2])) and self.looped(node[4]):
            if node[3] is not None:
                self.execute(node[3])

    def x_forin(self, node: Tree) -> None:
        for key in list(self.arrays.get(node[2], {})):
            self.vars[node[1]] = outside(key)
            if not self.looped(node[3]):
                return

    def x_next(self, node: Tree) -> None:
        raise Next

    def x_break(self, node: Tree) -> None:
        raise Loop(node[0])

    x_continue = x_break

    def x_exit(self, node: Tree) -> None:
        if node[1] is not None:
            self.memory["code"] = int(number(self.value(node[1]))) & 255
        raise Exit

    def x_delete(self, node: Tree) -> None:
        array = self.arrays.setdefault(node[1], {})
        if node[2] is None:
            array.clear()
        else:
            array.pop(self.key(node[2]), None)

    def x_print(self, node: Tree) -> None:
        words = [text_of(self.value(word), self.text("OFMT")) for word in node[1]]
        self.emit((self.text("OFS").join(words) if words else self.record) + self.text("ORS"), node)

    def x_printf(self, node: Tree) -> None:
        values = [self.value(word) for word in node[1]]
        self.emit(format_text(text_of(values[0]), values[1:]) if values else "", node)

    def emit(self, text: str, node: Tree) -> None:
        if not node[2]:
            self.put_text(text)
            return
        path = text_of(self.value(node[3]))
        if path == "/dev/stderr":
            self.flush()
            self.sys.err(text)
            return
        first = path not in self.memory["written"]
        if first:
            self.memory["written"].append(path)
        try:
            self.sys.write_file(path, text.encode("utf-8", "surrogateescape"), append=not first or node[2] == ">>")
        except UnixError as error:
            raise refuse(self.sys, f"{path}: {error.message}", 2) from None

    # --- expressions ---------------------------------------------------------------------------------------------
    def truth(self, node: Tree) -> bool:
        if node[0] == "regex":
            return self.compiled(node[1]).search(self.record.encode("utf-8", "surrogateescape")) is not None
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
        return self.vars.get(node[1], Strnum(""))

    def v_item(self, node: Tree) -> Value:
        array = self.arrays.setdefault(node[1], {})
        value = array.setdefault(self.key(node[2]), "")
        return unpacked(value)

    def v_field(self, node: Tree) -> Value:
        place = self.place(node)
        return outside(self.record) if place == 0 else self.fields[place] if place < len(self.fields) else Strnum("")

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
        if isinstance(value, str) and len(value) > LONGEST_LINE:
            raise refuse(self.sys, "out of memory", 2)
        if target[0] == "var":
            self.vars[target[1]] = value
            if target[1] == "NF":
                self.fields = [*self.fields, *[""] * MOST_FIELDS][: max(0, min(int(number(value)), MOST_FIELDS)) + 1]
                self.rebuild()
        elif target[0] == "item":
            array = self.arrays.setdefault(target[1], {})
            if len(array) > MOST_ITEMS:
                raise refuse(self.sys, "out of memory", 2)
            array[self.key(target[2])] = packed(value)
        else:
            place = self.place(target)
            if place == 0:
                self.set_record(text_of(value))
            else:
                self.fields += [""] * (place + 1 - len(self.fields))
                self.fields[place] = text_of(value)
                self.vars["NF"] = float(len(self.fields) - 1)
                self.rebuild()
        return value

    def rebuild(self) -> None:
        self.record = self.text("OFS").join(self.fields[1:])

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
        return float(self.key(node[1]) in self.arrays.get(node[2], {}))

    def v_match(self, node: Tree) -> Value:
        pattern = node[3][1] if node[3][0] == "regex" else text_of(self.value(node[3]))
        found = (
            self.compiled(pattern).search(text_of(self.value(node[2])).encode("utf-8", "surrogateescape")) is not None
        )
        return float(found == (node[1] == "~"))

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
        text = text_of(self.value(node[1])) + text_of(self.value(node[2]))
        if len(text) > LONGEST_LINE:
            raise refuse(self.sys, "out of memory", 2)
        return text

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

    # --- functions -----------------------------------------------------------------------------------------------
    def v_call(self, node: Tree) -> Value:
        _, name, words = node
        if name in ("sub", "gsub", "split"):
            return getattr(self, "f_" + name)(words)  # type: ignore[no-any-return]
        if name == "length" and len(words) == 1 and words[0][0] == "var" and words[0][1] in self.arrays:
            return float(len(self.arrays[words[0][1]]))
        if name == "match":
            return self.f_match(words)
        values = [self.value(word) for word in words]
        return self.plain(name, values)

    def plain(self, name: str, values: list[Value]) -> Value:
        texts = [text_of(value) for value in values]
        match name:
            case "length":
                return float(len(texts[0] if texts else self.record))
            case "index":
                return float(texts[0].find(texts[1]) + 1)
            case "substr":
                return substring(texts[0], [number(value) for value in values[1:]])
            case "tolower":
                return texts[0].lower()
            case "toupper":
                return texts[0].upper()
            case "sprintf":
                return format_text(texts[0], values[1:])
            case "systime":
                return float(self.sys.unix // 10**6)
            case "strftime":
                return strftime(
                    texts[0] if texts else "%c", int(number(values[1])) * 10**6 if len(values) > 1 else self.sys.unix
                )
        return calculate(name, [number(value) for value in values])

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
        self.arrays[words[1][1]] = {str(place): part for place, part in enumerate(parts, 1)}
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


VALUES = {
    "number": "constant", "string": "constant", "regex": "truth", "group": "group", "grouping": "concat", "var": "var", "item": "item", "field": "field", "assign": "assign",
    "step": "step", "if?": "ternary", "or": "logic", "and": "logic", "not": "not", "negative": "sign", "positive": "sign", "in": "in", "match": "match", "compare": "compare",
    "concat": "concat", "math": "math", "call": "call",
}  # fmt: skip


def expanded(replacement: str, found: bytes) -> bytes:
    """The replacement of sub: `&` is what was found, `\\\\&` itself."""
    parts = replacement.replace("\\\\&", "\0amp\0").replace("\\&", "\0amp\0").split("&")
    data = found.decode("utf-8", "surrogateescape")
    return data.join(parts).replace("\0amp\0", "&").encode("utf-8", "surrogateescape")


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()


def _unescaped(text: str) -> str:
    return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\")


def main(sys: Sys, dialect: Dialect) -> Step:
    """Run a program over files."""
    options = parse(sys, dialect, RULES)
    words = list(options.words)
    try:
        if "f" in options:
            script = "\n".join(sys.read_file(name).decode("utf-8", "surrogateescape") for name in options.values("f"))
        elif words:
            script = words.pop(0)
        else:
            raise (
                show_usage(sys, dialect, RULES)
                if is_busybox(dialect)
                else Refused("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n", 2)
            )
        rules = read_script(script)
    except UnixError as error:
        raise refuse(sys, f"can't open file {options.value('f')}: {error.message}", 2) from None
    except BadScript as error:
        raise refuse(sys, f"cmd. line:1: {error}" if "not simulated" not in str(error) else str(error), 2) from None
    separator = options.value("F") if "F" in options else None
    return Awk(sys, dialect, rules, words, options.values("v"), separator).run()
