"""What a Go template is made of, once it has been read (models text/template/parse/node.go)."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Node:
    """Something in a template: *at* is where it stands."""

    at: int


@dataclass
class Value(Node):
    """An operand: *kind* is `field`, `variable`, `constant`, `nil`, `dot`, `identifier`; *names* are the fields that follow."""

    kind: str
    text: str
    names: list[str] = field(default_factory=list)
    value: Any = None

    def __str__(self) -> str:
        return self.text


@dataclass
class Pipe(Node):
    """Commands, the result of each the last argument of the next; *declared* are the variables that get the result."""

    commands: list["Command"] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    assigns: bool = False

    def __str__(self) -> str:
        head = f"{', '.join(self.declared)} {'=' if self.assigns else ':='} " if self.declared else ""
        return head + " | ".join(map(str, self.commands))


@dataclass
class Chain(Node):
    """Fields of what stands in parentheses."""

    inner: Pipe
    names: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"({self.inner})" + "".join(f".{name}" for name in self.names)


@dataclass
class Command(Node):
    """A function with its arguments, or a value."""

    words: list[Value | Chain] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(map(str, self.words))


@dataclass
class Text(Node):
    """Text that stands for itself."""

    text: str


@dataclass
class Action(Node):
    """A pipeline whose result is printed."""

    pipe: Pipe


@dataclass
class Branch(Node):
    """`if`, `with` or `range`."""

    word: str
    pipe: Pipe
    body: list[Node]
    other: list[Node]


@dataclass
class Leap(Node):
    """`break` or `continue`."""

    word: str


@dataclass
class Call(Node):
    """`template`: another template, with something as its dot."""

    name: str
    shown: str
    pipe: Pipe | None

    def __str__(self) -> str:
        return f"{{{{template {self.shown}{f' {self.pipe}' if self.pipe else ''}}}}}"


@dataclass
class Template:
    """A template that was read: its source, and the trees of all that it defines, the main one as `output`."""

    source: str
    trees: dict[str, list[Node]]
