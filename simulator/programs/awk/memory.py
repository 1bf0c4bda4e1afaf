"""What an awk script works on: variables, arrays, the fields of the line, and the names that a function has for itself."""

from typing import Any

from simulator.programs.awk.syntax import Script
from simulator.programs.awk.values import Strnum, Value, number, outside, packed, text_of, unpacked
from simulator.programs.lines import LONGEST_LINE, Filter
from simulator.programs.options import refuse
from simulator.programs.patterns import BadPattern, regex
from simulator.runtime.syscalls import Sys

# For one line, and for BEGIN and END.
MOST_STEPS = 200_000
STEPS_AT_ONCE = 20_000  # after which the lines that follow wait for the next step of the process
MOST_FIELDS = 100_000
MOST_ITEMS = 200_000
STEPS_PER_MICROSECOND = 4
COPIED_PER_STEP = 4096  # characters of a text that becomes longer
VARIABLES = {
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

Array = dict[str, Any]


class Local:
    """A name of a function's own: it becomes a variable or an array by how it is first used."""

    def __init__(self, value: Value = "", array: Array | None = None) -> None:
        self.value = value
        self.array = array


class Memory(Filter):
    """Variables, arrays and fields; between two steps they stand in `memory`."""

    def __init__(self, sys: Sys, script: Script, words: list[str], settings: list[str], separator: str | None) -> None:
        super().__init__(sys, [word for word in words if not is_assignment(word)])
        self.script = script
        self.steps = self.spent = 0  # for what is at hand, and before it in this step of the process
        self.record, self.fields = "", [""]
        self.frames: list[dict[str, Local]] = []  # of the functions that are at work; none are between two steps
        if not self.memory:
            self.memory |= {"vars": dict(VARIABLES), "active": [], "written": [], "read": {}}
            argv = {str(place): word for place, word in enumerate(["awk", *words])}
            self.memory["arrays"] = {"ENVIRON": dict(sys.env), "ARGV": argv}
            if separator is not None:
                self.memory["vars"]["FS"] = "\t" if separator == "t" else unescaped(separator)
            for text in settings + [word for word in words if is_assignment(word)]:
                name, _, value = text.partition("=")
                self.memory["vars"][name] = unescaped(value)
        self.wake()

    def wake(self) -> None:
        """Take the variables out of the value, where numbers are kept as text."""
        numeric = set(self.memory.get("numeric", ()))
        self.vars: dict[str, Value] = {
            name: number(value) if name in numeric else outside(value) for name, value in self.memory["vars"].items()
        }
        self.arrays: dict[str, Array] = self.memory["arrays"]
        if "record" in self.memory:
            self.set_record(self.memory["record"])

    def keep(self) -> None:
        """Put the variables back into the value."""
        self.memory["record"] = self.record
        self.memory["numeric"] = sorted(name for name, value in self.vars.items() if isinstance(value, float))
        self.memory["vars"] = {
            name: repr(value) if isinstance(value, float) else str(value) for name, value in self.vars.items()
        }
        self.sys.work((self.spent + self.steps) // STEPS_PER_MICROSECOND)

    def rest(self) -> None:
        """Something else begins, which may take MOST_STEPS of its own."""
        self.spent += self.steps
        self.steps = 0

    def count(self) -> None:
        """A step; refuses when there are too many."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise refuse(self.sys, "not simulated here: so many steps for one line", 2)

    # --- names ---------------------------------------------------------------------------------------------------
    def local(self, name: str) -> Local | None:
        """The name, if it belongs to the function that is at work."""
        return self.frames[-1].get(name) if self.frames else None

    def get(self, name: str) -> Value:
        """The value of a variable."""
        local = self.local(name)
        return local.value if local is not None else self.vars.get(name, Strnum(""))

    def set(self, name: str, value: Value) -> None:
        """Give a variable a value; NF changes the line."""
        local = self.local(name)
        if local is not None:
            local.value = value
            return
        self.vars[name] = value
        if name == "NF":
            self.fields = [*self.fields, *[""] * MOST_FIELDS][: max(0, min(int(number(value)), MOST_FIELDS)) + 1]
            self.rebuild()

    def array(self, name: str) -> Array:
        """The array *name*; a new one where there is none."""
        local = self.local(name)
        if local is None:
            return self.arrays.setdefault(name, {})
        if local.array is None:
            local.array = {}
        return local.array

    def is_array(self, name: str) -> bool:
        """Whether *name* is known as an array."""
        local = self.local(name)
        return local.array is not None if local is not None else name in self.arrays

    def text(self, name: str) -> str:
        """The value of a variable of the language as text."""
        return text_of(self.vars.get(name, ""))

    def put_text(self, text: str) -> None:
        """Print *text*."""
        self.put(text.encode("utf-8", "surrogateescape"))

    # --- the line ------------------------------------------------------------------------------------------------
    def set_record(self, text: str) -> None:
        """Take *text* for the line and cut it into fields."""
        self.record = text
        self.fields = ["", *(outside(part) for part in self.split(text, self.text("FS")))]
        self.vars["NF"] = float(len(self.fields) - 1)

    def rebuild(self) -> None:
        """A field has changed: so does the line."""
        self.record = self.text("OFS").join(self.fields[1:])

    def field(self, place: int) -> Value:
        """The field *place*; 0 is the line."""
        if place == 0:
            return outside(self.record)
        return self.fields[place] if place < len(self.fields) else Strnum("")

    def set_field(self, place: int, value: Value) -> None:
        """Change a field, or the line."""
        if place == 0:
            self.set_record(text_of(value))
            return
        self.fields += [""] * (place + 1 - len(self.fields))
        self.fields[place] = text_of(value)
        self.vars["NF"] = float(len(self.fields) - 1)
        self.rebuild()

    def split(self, text: str, separator: str) -> list[str]:
        """The parts of *text*; a separator of several characters is a regular expression."""
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
        """A regular expression; refuses one that cannot be read."""
        try:
            return regex(pattern, extended=True)
        except BadPattern as error:
            raise refuse(self.sys, f"bad regex '{pattern}': {error}", 2) from None

    # --- items ---------------------------------------------------------------------------------------------------
    def item(self, array: str, key: str) -> Value:
        """An item of an array; it is there from then on."""
        return unpacked(self.array(array).setdefault(key, ""))

    def set_item(self, array: str, key: str, value: Value) -> None:
        """Change an item of an array; refuses when there are too many."""
        items = self.array(array)
        if len(items) > MOST_ITEMS:
            raise refuse(self.sys, "out of memory", 2)
        items[key] = packed(value)

    def bounded(self, value: Value) -> Value:
        """*value*, unless it is too long a text."""
        if isinstance(value, str) and len(value) > LONGEST_LINE:
            raise refuse(self.sys, "out of memory", 2)
        if isinstance(value, str):
            self.steps += len(value) // COPIED_PER_STEP
        return value


def match_in(expression: Any, text: str) -> bool:
    """Whether a compiled expression is found in *text*."""
    return expression.search(text.encode("utf-8", "surrogateescape")) is not None


def is_assignment(word: str) -> bool:
    """Whether a word of the command line sets a variable."""
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()


def unescaped(text: str) -> str:
    """A value from the command line."""
    return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\")
