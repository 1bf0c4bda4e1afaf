"""What is said of terminals.

terminal.opened     {id, terminal, host, columns, rows}
terminal.resized    {id, terminal, columns, rows}
terminal.closed     {id, terminal}
line.typed          {id, terminal, text}            a whole line, edited in the browser (the terminal is in mode edit or line)
keys.typed          {id, terminal, data}            raw keys; also ^C, ^D, ^Z, ^\\ in every mode
prompt.awaited      {id, terminal}                  let time pass until the terminal's shell asks again, as far as one turn can
completion.wanted   {id, terminal, text}
"""

from labsite.console.messages.base import Columns, Id, Input, Keys, Line, Message, Name, Rows, Terminal


class TerminalOpened(Input, tag="terminal.opened", frozen=True):
    """A console was opened."""

    terminal: Terminal
    host: Name
    columns: Columns
    rows: Rows


class TerminalResized(Input, tag="terminal.resized", frozen=True):
    """A console has another size now."""

    terminal: Terminal
    columns: Columns
    rows: Rows


class TerminalClosed(Input, tag="terminal.closed", frozen=True):
    """A console was closed."""

    terminal: Terminal


class LineTyped(Input, tag="line.typed", frozen=True):
    """Enter was pressed."""

    terminal: Terminal
    text: Line


class KeysTyped(Input, tag="keys.typed", frozen=True):
    """Keys were pressed that somebody in the cluster reads."""

    terminal: Terminal
    data: Keys


class PromptAwaited(Input, tag="prompt.awaited", frozen=True):
    """Time is to pass until a shell asks again."""

    terminal: Terminal


class CompletionWanted(Message, tag="completion.wanted", frozen=True):
    """Tab was pressed."""

    id: Id
    terminal: Terminal
    text: Line


All = TerminalOpened | TerminalResized | TerminalClosed | LineTyped | KeysTyped | PromptAwaited | CompletionWanted
