"""The expression of find(1), read into a tree."""

from typing import NamedTuple

from simulator.programs.options import refuse
from simulator.runtime.syscalls import Sys

TYPES = {"f": "file", "d": "dir", "l": "link", "c": "char", "b": "block", "p": "fifo", "s": "socket"}
# How many words each test or action takes.
WORDS = {
    "-name": 1, "-iname": 1, "-path": 1, "-wholename": 1, "-ipath": 1, "-regex": 1, "-type": 1, "-size": 1, "-mtime": 1, "-mmin": 1, "-newer": 1, "-user": 1, "-group": 1,
    "-uid": 1, "-gid": 1, "-perm": 1, "-empty": 0, "-maxdepth": 1, "-mindepth": 1, "-print": 0, "-print0": 0, "-delete": 0, "-prune": 0, "-quit": 0, "-true": 0, "-false": 0,
    "-ls": 0, "-xdev": 0, "-mount": 0, "-depth": 0, "-links": 1, "-inum": 1, "-printf": 1, "-follow": 0, "-executable": 0, "-readable": 0, "-writable": 0,
}  # fmt: skip
ACTIONS = ("-print", "-print0", "-delete", "-exec", "-ls", "-quit", "-printf", "-ok")
GLOBAL = ("-maxdepth", "-mindepth", "-xdev", "-mount", "-depth", "-follow")


class Node(NamedTuple):
    """A part of the expression: `and`, `or`, `not`, or a test or action with its words."""

    kind: str
    parts: tuple["Node", ...] = ()
    words: tuple[str, ...] = ()


class Reader:
    """Reads find's expression."""

    def __init__(self, sys: Sys, words: list[str], busybox: bool) -> None:
        self.sys = sys
        self.words = words
        self.busybox = busybox
        self.place = 0
        self.depth = 0
        self.acts = False
        self.settings: dict[str, str] = {}

    def run(self) -> Node:
        """The whole; without an action, `-print` is meant."""
        node = self.either() if self.words else Node("-true")
        if self.place < len(self.words):
            raise refuse(
                self.sys,
                f"unexpected '{self.words[self.place]}'"
                if self.busybox
                else "invalid expression; you have too many ')'",
            )
        return node if self.acts else Node("and", (node, Node("-print")))

    def either(self) -> Node:
        parts = [self.both()]
        while self.words[self.place : self.place + 1] in (["-o"], ["-or"]):
            self.place += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Node("or", tuple(parts))

    def both(self) -> Node:
        parts = []
        while self.place < len(self.words) and self.words[self.place] not in ("-o", "-or", ")"):
            if self.words[self.place] in ("-a", "-and"):
                self.place += 1
                continue
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Node("and", tuple(parts))

    def one(self) -> Node:
        word = self.words[self.place]
        self.place += 1
        self.depth += 1
        if self.depth > 2000:
            raise refuse(self.sys, "expression too long")
        if word in ("!", "-not"):
            if self.place >= len(self.words):
                raise self.missing(word)
            return Node("not", (self.one(),))
        if word == "(":
            node = self.either()
            if self.words[self.place : self.place + 1] != [")"]:
                raise refuse(
                    self.sys,
                    "unmatched '('"
                    if self.busybox
                    else "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
                )
            self.place += 1
            return node
        return self.command(word) if word in ("-exec", "-ok", "-execdir") else self.primary(word)

    def missing(self, word: str) -> Exception:
        return refuse(
            self.sys,
            f"option requires an argument -- '{word.lstrip('-')}'" if self.busybox else f"missing argument to `{word}'",
        )

    def command(self, word: str) -> Node:
        if word != "-exec":
            raise refuse(self.sys, f"not simulated here: {word}")
        end = self.place
        while (
            end < len(self.words)
            and self.words[end] != ";"
            and not (self.words[end] == "+" and self.words[end - 1] == "{}")
        ):
            end += 1
        if end == len(self.words) or end == self.place:
            raise self.missing(word)
        words = tuple(self.words[self.place : end])
        kind = "-exec+" if self.words[end] == "+" else "-exec"
        self.place = end + 1
        self.acts = True
        return Node(kind, words=words[:-1] if kind == "-exec+" else words)

    def primary(self, word: str) -> Node:
        if word not in WORDS:
            if self.busybox:
                raise refuse(self.sys, f"unrecognized: {word}")
            raise refuse(
                self.sys,
                f"unknown predicate `{word}'" if word.startswith("-") else f"paths must precede expression: `{word}'",
            )
        count = WORDS[word]
        words = tuple(self.words[self.place : self.place + count])
        if len(words) < count:
            raise self.missing(word)
        self.place += count
        self.acts = self.acts or word in ACTIONS
        if word in GLOBAL:
            self.settings[word] = words[0] if words else ""
            return Node("-true")
        self.check(word, words)
        return Node(word, words=words)

    def check(self, word: str, words: tuple[str, ...]) -> None:
        if word == "-type" and any(letter not in TYPES for letter in words[0].split(",")):
            raise refuse(
                self.sys,
                f"bad -type argument '{words[0]}'" if self.busybox else f"Unknown argument to -type: {words[0]}",
            )
        if word in ("-mtime", "-mmin", "-links", "-inum", "-uid", "-gid") and not words[0].lstrip("+-").isdecimal():
            raise refuse(
                self.sys,
                f"invalid number '{words[0]}'" if self.busybox else f"invalid argument `{words[0]}' to `{word}'",
            )
        if word == "-size" and (not words[0].lstrip("+-").rstrip("cwbkMG").isdecimal()):
            raise refuse(
                self.sys, f"invalid number '{words[0]}'" if self.busybox else f"Invalid argument `{words[0]}' to -size"
            )
