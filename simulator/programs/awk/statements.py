"""awk's statements: what a tree does."""

from simulator.programs.awk.expression_syntax import Tree
from simulator.programs.awk.expressions import Expressions, Return
from simulator.programs.awk.values import Strnum, format_text, number, outside, text_of
from simulator.programs.options import refuse
from simulator.runtime.syscalls import UnixError


class Next(Exception):
    """`next`."""


class Exit(Exception):
    """`exit`."""


class Loop(Exception):
    """`break` and `continue`."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Statements(Expressions):
    """Does things; each kind of statement has a method `x_...`."""

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
        for key in list(self.array(node[2])):
            self.set(node[1], outside(key))
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

    def x_return(self, node: Tree) -> None:
        raise Return(self.value(node[1]) if node[1] is not None else Strnum(""))

    def x_delete(self, node: Tree) -> None:
        array = self.array(node[1])
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
