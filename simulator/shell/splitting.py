"""Field splitting: pieces of expanded words, cut where IFS says (POSIX 2.6.5)."""

# A piece of an expanded word: its text, and what may still happen to it.
LITERAL, QUOTED, SPLIT, BREAK = 0, 1, 2, 3
Piece = tuple[str, int]


def split(pieces: list[Piece], ifs: str) -> list[list[Piece]]:
    """The fields that *pieces* fall into (POSIX 2.6.5)."""
    splitter = Splitter(ifs)
    for text, kind in pieces:
        if kind == BREAK:
            splitter.finish()
        elif kind == SPLIT and ifs:
            splitter.divide(text)
        elif text or kind == QUOTED:
            splitter.take(text, kind)
    splitter.end()
    return splitter.fields


class Splitter:
    """Collects fields: a blank of IFS ends one, any other character of IFS ends one even if it is empty."""

    def __init__(self, ifs: str) -> None:
        self.blanks = "".join(char for char in ifs if char in " \t\n")
        self.marks = "".join(char for char in ifs if char not in " \t\n")
        self.fields: list[list[Piece]] = []
        self.current: list[Piece] = []
        self.blank_before = False  # a blank ended the last field: a mark that follows belongs to the same end

    def take(self, text: str, kind: int) -> None:
        self.current.append((text, kind))
        self.blank_before = False

    def finish(self) -> None:
        """End the field at hand, if there is one."""
        if self.current:
            self.fields.append(self.current)
            self.current = []

    def end(self) -> None:
        self.finish()

    def divide(self, text: str) -> None:
        pos = 0
        for index, char in enumerate(text):
            if char not in self.blanks and char not in self.marks:
                continue
            if index > pos:
                self.take(text[pos:index], SPLIT)
            pos = index + 1
            self.at_divider(char)
        if pos < len(text):
            self.take(text[pos:], SPLIT)

    def at_divider(self, char: str) -> None:
        if char in self.blanks:
            if self.current:
                self.finish()
                self.blank_before = True
        elif self.blank_before:
            self.blank_before = False
        else:
            self.fields.append(self.current)
            self.current = []
