"""awk: look for patterns in lines and do something with them (POSIX awk; busybox editors/awk.c, mawk)."""

from simulator.programs.awk.expression_syntax import Tree
from simulator.programs.awk.memory import STEPS_AT_ONCE
from simulator.programs.awk.statements import Exit, Loop, Next, Statements
from simulator.programs.awk.syntax import read_script
from simulator.programs.awk.tokens import BadScript
from simulator.programs.awk.values import number
from simulator.programs.options import Dialect, Refused, grammar, is_busybox, parse, refuse, show_usage
from simulator.runtime.syscalls import Step, Sys, UnixError

RULES = grammar(
    "F:v:f:",
    {"field-separator=": "F", "assign=": "v", "file=": "f"},
    permute=False,
    usage="[OPTIONS] [AWK_PROGRAM] [FILE]...",
)


class Awk(Statements):
    """One run over the lines of files."""

    bad_file = 2

    def run(self) -> Step:
        if not self.memory.get("begun"):
            self.memory["begun"] = True
            self.special("BEGIN")
            if not any(rule.pattern != ("special", "BEGIN") for rule in self.script.rules):
                self.state["done"] = True
                self.state["code"] = self.memory.get("code", 0)
        step = super().run()
        self.keep()
        return step

    def special(self, name: str) -> None:
        try:
            for pattern, _, body in self.script.rules:
                if pattern == ("special", name) and body is not None:
                    self.rest()
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

    def tired(self) -> bool:
        return super().tired() or self.spent + self.steps > STEPS_AT_ONCE

    def line(self, text: bytes, ended: bool) -> bool:
        self.rest()
        for name in ("NR", "FNR"):
            self.vars[name] = number(self.vars[name]) + 1
        self.set_record(text.decode("utf-8", "surrogateescape"))
        try:
            for place, (pattern, second, body) in enumerate(self.script.rules):
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
        program = read_script(script)
    except UnixError as error:
        raise refuse(sys, f"can't open file {options.value('f')}: {error.message}", 2) from None
    except BadScript as error:
        raise refuse(sys, f"cmd. line:1: {error}" if "not simulated" not in str(error) else str(error), 2) from None
    separator = options.value("F") if "F" in options else None
    awk = Awk(sys, program, words, options.values("v"), separator)
    awk.unreadable = "{name}: {error}" if is_busybox(dialect) else 'cannot open "{name}" ({error})'
    return awk.run()
