"""Commands written as bash writes them when it shows a function (bash print_cmd.c)."""

from collections.abc import Callable

from simulator.shell.syntax import (
    AndOr,
    ArithCommand,
    Arm,
    Case,
    Condition,
    For,
    ForArith,
    Function,
    If,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Redirected,
    Select,
    Sequence,
    Simple,
    Subshell,
    Timed,
)

STEP = 4  # spaces
DEFAULTS = {
    ">": 1,
    ">>": 1,
    ">|": 1,
    "<": 0,
    "<>": 0,
    "<<<": 0,
}  # what an operator redirects where no number stands before it


def function_text(name: str, node: Function, bodies: tuple[str, ...]) -> str:
    """A function; *bodies* are the here-documents of the unit in which it stands."""
    return f"{name} () \n{Printer(bodies).body(node.body, 0)}\n"


class Printer:
    """Writes nodes. Each method takes the depth at which the lines after the first one stand, and leaves the last one open."""

    def __init__(self, bodies: tuple[str, ...]) -> None:
        self.bodies = bodies

    def body(self, node: Node, depth: int) -> str:
        """What stands behind the name of a function: a group, whatever it was."""
        if isinstance(node, Redirected):
            return self.body(node.command, depth) + self.redirects(node.redirects)
        return self.group(node if isinstance(node, Sequence) else Sequence(((node, None),)), depth)

    def group(self, node: Sequence, depth: int) -> str:
        inner = depth + STEP
        return f"{{ \n{' ' * inner}{self.items(node, inner)}\n{' ' * depth}}}"

    def block(self, node: Node, depth: int) -> str:
        """What stands on lines of its own, one step further in, with its end."""
        inner = depth + STEP
        return f"\n{' ' * inner}{ended(self.items(node, inner))}\n{' ' * depth}"

    def items(self, node: Node, depth: int) -> str:
        """A list of commands."""
        if not isinstance(node, Sequence):
            return self.text(node, depth)
        text = ""
        for at, (item, background) in enumerate(node.items):
            text += self.text(item, depth) + (" &" if background is not None else "")
            if at < len(node.items) - 1:
                text = f"{text} " if background is not None else f"{ended(text)}\n{' ' * depth}"
        return text

    def text(self, node: Node, depth: int) -> str:
        """One command."""
        return WRITERS[type(node)](self, node, depth)

    # --- commands ---------------------------------------------------------------------------------------------------

    def simple(self, node: Simple, depth: int) -> str:
        return (" ".join(node.texts) + self.redirects(node.redirects)).lstrip()

    def redirects(self, found: tuple[Redirect, ...]) -> str:
        """Redirections, each behind a blank; the bodies of here-documents come last."""
        bodies = "".join(f"\n{self.bodies[each.heredoc]}" for each in found if each.heredoc >= 0)
        return "".join(f" {redirect_text(each)}" for each in found) + bodies

    def pipeline(self, node: Pipeline, depth: int) -> str:
        text = self.text(node.commands[0], depth)
        for command in node.commands[1:]:
            text = piped(text) + self.text(command, depth)
        return f"! {text}" if node.negated else text

    def and_or(self, node: AndOr, depth: int) -> str:
        rest = "".join(f" {operator} {self.text(item, depth)}" for operator, item in node.rest)
        return self.text(node.first, depth) + rest

    def subshell(self, node: Subshell, depth: int) -> str:
        return f"( {self.items(node.body, depth)} )"

    def redirected(self, node: Redirected, depth: int) -> str:
        return self.text(node.command, depth) + self.redirects(node.redirects)

    def function(self, node: Function, depth: int) -> str:
        return f"function {node.name} () \n{' ' * depth}{self.body(node.body, depth)}"

    def timed(self, node: Timed, depth: int) -> str:
        inner = self.text(node.command, depth) if node.command is not None else ""
        return f"time {'-p ' * node.posix}{inner}"

    # --- compound commands ------------------------------------------------------------------------------------------

    def if_command(self, node: If, depth: int) -> str:
        """`elif` becomes an `if` of its own behind `else`."""
        (condition, body), *more = node.arms
        text = f"if {self.items(condition, depth)}; then{self.block(body, depth)}"
        otherwise: Node | None = If(tuple(more), node.otherwise) if more else node.otherwise
        return text + (f"else{self.block(otherwise, depth)}fi" if otherwise is not None else "fi")

    def loop(self, node: Loop, depth: int) -> str:
        word = "until" if node.until else "while"
        return f"{word} {self.items(node.condition, depth)}; do{self.block(node.body, depth)}done"

    def for_command(self, node: For | Select, depth: int) -> str:
        word = "for" if isinstance(node, For) else "select"
        head = f"{word} {node.name} in {' '.join(node.texts or ())};"
        return f"{head}\n{' ' * depth}do{self.block(node.body, depth)}done"

    def for_arith(self, node: ForArith, depth: int) -> str:
        return f"for (({'; '.join(node.texts)}))\n{' ' * depth}do{self.block(node.body, depth)}done"

    def case(self, node: Case, depth: int) -> str:
        arms = "".join(self.arm(arm, depth + STEP) for arm in node.arms)
        return f"case {node.text} in {arms}\n{' ' * depth}esac"

    def arm(self, arm: Arm, depth: int) -> str:
        inner = depth + STEP
        body = self.items(arm.body, inner)
        commands = f"{' ' * inner}{body}" if body else ""
        return f"\n{' ' * depth}{' | '.join(arm.texts)})\n{commands}\n{' ' * depth}{arm.end}"

    def arithmetic(self, node: ArithCommand, depth: int) -> str:
        return f"(({node.text}))"

    def condition(self, node: Condition, depth: int) -> str:
        return f"[[ {node.test.text} ]]"


WRITERS: dict[type, Callable[..., str]] = {
    Simple: Printer.simple,
    Sequence: Printer.group,
    AndOr: Printer.and_or,
    Pipeline: Printer.pipeline,
    Subshell: Printer.subshell,
    Function: Printer.function,
    Redirected: Printer.redirected,
    If: Printer.if_command,
    Loop: Printer.loop,
    For: Printer.for_command,
    Select: Printer.for_command,
    ForArith: Printer.for_arith,
    Case: Printer.case,
    ArithCommand: Printer.arithmetic,
    Condition: Printer.condition,
    Timed: Printer.timed,
}


def ended(text: str) -> str:
    """Commands with the semicolon behind them that they need."""
    return text if text.endswith(("\n", "&")) else f"{text};"


def piped(text: str) -> str:
    """A command whose output goes on; the bar stands before the here-documents."""
    first, newline, rest = text.partition("\n")
    if newline and text.endswith("\n"):
        return f"{first} |\n{rest}  "
    return f"{text} | "


def redirect_text(redirect: Redirect) -> str:
    """One redirection, without the body of a here-document."""
    fd, operator = redirect.fd, redirect.operator
    if redirect.heredoc >= 0:
        return f"{fd or ''}{redirect.text}"
    if operator in (">&", "<&"):
        if redirect.text == "-":
            return f"{fd}>&-"
        number = redirect.text.rstrip("-").isdecimal() or redirect.text.startswith("$")
        return f"{fd}{operator}{redirect.text}" if number else f"&> {redirect.text}"
    shown = "" if operator.startswith("&") or DEFAULTS.get(operator) == fd else str(fd)
    return f"{shown}{operator} {redirect.text}"
