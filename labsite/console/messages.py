"""The words that pass between a browser and the console: every message in one file.

A message is a JSON object with a `type`. What the server publishes about a cluster carries `seq`, which grows by one with each
publication of that cluster; a browser that sees a gap sends `picture.wanted` and gets the whole `picture`.

Browser to server (the classes below say the same with types and limits; `id` may be left out):

    picture.wanted      {}
    terminal.opened     {id, terminal, host, columns, rows}
    terminal.resized    {id, terminal, columns, rows}
    terminal.closed     {id, terminal}
    line.typed          {id, terminal, text}            a whole line, edited in the browser (the terminal is in mode edit or line)
    keys.typed          {id, terminal, data}            raw keys; also ^C, ^D, ^Z, ^\\ in every mode
    completion.wanted   {id, terminal, text}
    files.wanted        {path}
    file.wanted         {path}
    file.saved          {id, path, content}
    editor.closed       {id, path}
    focus.moved         {namespace, pod, container}     which Pod's describe text and log are to be shown; for all who watch
    hint.wanted         {step}

`id` is the browser's own name for an input: one that was sent twice with the same `id` happens once. After a broken
connection a browser sends again, in order, what was not `taken`.

Server to browser:

    picture             {seq, clock, terminals: [{terminal, host, mode, prompt, echo, screen}], tables: {pods, services, events},
                         focus, files, hosts: [name], editors: [{path, content}], lesson: {steps: [{id, done, hints: [html], missing}], done}}
                         a table is {columns: [name], rows: [{key, cells}]}; focus is {} or focus.changed with log: [text]
    changes             {seq, clock, changes: [...]}: one publication; each entry is one of
        output.shown    {terminal, data}
        line.shown      {id, terminal, text, data}  a line that was typed, by the input *id*; data: as the terminal shows it
        terminal.changed {terminal, mode, prompt, echo}
        rows.changed    {table, put: [{key, cells}], gone: [key]}   a cell that is an age is {"since": Unix ms}; one with an age
                         inside is {"text": "1 ({} ago)", "since": Unix ms}
        focus.changed   {namespace, pod, containers: [name], container, describe: text}
        log.shown       {namespace, pod, container, lines: [text], fresh: bool}   fresh: forget what was shown before
        files.changed   {files: [{path, kind, size}]}
        editor.opened   {path, content, terminal}
        editor.dropped  {path, terminal}                the program that had opened it has ended
        step.reached    {step, title}
        step.missing    {step, missing: [text]}
        mistake.seen    {id, html}
        lesson.finished {}
    taken               {ids: [id]}                     these inputs are stored; they need not be sent again
    completion          {id, start, words}
    files               {path, files}
    file                {path, content}                 content is null if there is no such text file
    file.stored         {id, path}
    hint                {step, number, html, more}
    refused             {of, reason, id?}               a message of type *of* that could not be taken, and why
    unreadable          {}                              the cluster was stored by another release: offer to start anew

`clock` is {now: virtual Unix ms, running: bool, speed: 1}: the browser reckons ages with it.
A text for the learner may come as {language code: text}; the consumer picks the learner's language.
"""

from typing import Annotated

import msgspec

# PostgreSQL stores no NUL, and no name or text file has one.
NO_NUL = "^[^\\x00]*$"

Id = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
Terminal = Annotated[str, msgspec.Meta(min_length=1, max_length=16, pattern="^[a-z0-9-]+$")]
Name = Annotated[str, msgspec.Meta(max_length=253, pattern=NO_NUL)]
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=NO_NUL)]
Line = Annotated[str, msgspec.Meta(max_length=65_536)]
Keys = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
Content = Annotated[str, msgspec.Meta(max_length=1 << 20, pattern=NO_NUL)]
Columns = Annotated[int, msgspec.Meta(ge=2, le=500)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=300)]

# A message longer than LARGEST is refused; one longer than CUT_OFF ends the connection unread.
LARGEST = 1_600_000
CUT_OFF = 4_000_000


class Message(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, frozen=True):
    """What a browser says."""


class Input(Message, frozen=True, kw_only=True):
    """What goes into the cluster, and happens once for each id."""

    id: Id = ""


class PictureWanted(Message, tag="picture.wanted", frozen=True):
    """The browser has lost the thread."""


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


class FileSaved(Input, tag="file.saved", frozen=True):
    """The editor stores a file."""

    path: Path
    content: Content


class EditorClosed(Input, tag="editor.closed", frozen=True):
    """The editor that a program had opened was closed."""

    path: Path


class CompletionWanted(Message, tag="completion.wanted", frozen=True):
    """Tab was pressed."""

    id: Id
    terminal: Terminal
    text: Line


class FilesWanted(Message, tag="files.wanted", frozen=True):
    """Which files are there?"""

    path: Path


class FileWanted(Message, tag="file.wanted", frozen=True):
    """What is in the file?"""

    path: Path


class FocusMoved(Message, tag="focus.moved", frozen=True):
    """Another Pod is to be shown; an empty name: none."""

    namespace: Name
    pod: Name
    container: Name = ""


class HintWanted(Message, tag="hint.wanted", frozen=True):
    """The next hint for a step, please."""

    step: Name


FromBrowser = (
    PictureWanted
    | TerminalOpened
    | TerminalResized
    | TerminalClosed
    | LineTyped
    | KeysTyped
    | FileSaved
    | EditorClosed
    | CompletionWanted
    | FilesWanted
    | FileWanted
    | FocusMoved
    | HintWanted
)
decode = msgspec.json.Decoder(FromBrowser).decode
