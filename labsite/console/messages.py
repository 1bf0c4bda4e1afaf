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
    files.wanted        {path, moment?}                 moment: {branch, at, number}, as it was then
    file.wanted         {path, moment?}
    manifest.wanted     {id, path, content, diff?}      what would `kubectl apply` say, if that were in the file?
    registries.wanted   {moment?}
    kind.wanted         {id, version, kind}             the fields of a custom kind; without a kind: which ones are there?
    why.wanted          {id, about, ..., moment?}       why something is so; about: "object" (resource, namespace, name), "event"
                        (namespace, name) or "command" (terminal: the last line there that failed)
    file.saved          {id, path, content}
    editor.closed       {id, path}
    focus.moved         {namespace, pod, container, resource?, view?, path?}   which Pod's (or other resource's) describe text, log and
                        open view ("yaml", "events", "files" at path, "processes") are to be shown; for all who watch
    hint.wanted         {step}
    question.answered   {id, question, answer: [text]}  the options that were chosen, or the one text
    step.skipped        {id, step}                      the solution of the current step is to be played; it will count nothing
    step.left           {id, step}                      it was played: go on
    step.begun-again    {id, step}                      back to the moment at which the step began, on a new branch
    prompt.awaited      {id, terminal}                  let time pass until the terminal's shell asks again, as far as one turn can
    exam.ended          {id}                            hand in
    clock.set           {id, speed?, paused?}           also ends a jump; with neither, that is all it does
    clock.jumped        {id, to, seconds?, namespace?, pod?, state?}   to: "time" (seconds), "step" (the next thing that happens; then
                        the clock stops), "change" (an object has changed), "pod" (it is Ready, Deleted, or its STATUS is state)
    branch.begun        {id, current, branch, at, number}   continue from that moment, on a new branch
    branch.chosen       {id, current, branch}           come back to the end of a branch
    branch.named        {id, branch, name}
    branch.removed      {id, branch}
    command.undone      {id, current, number}           continue from before the last input that has a mark, which has that number
    history.wanted      {branch?}                       its marks; left out: of the branch on which the cluster stands
    lives.wanted        {moment?}                       which Pods there are and were
    life.wanted         {id, pod, uid, moment?}         what happened to one, up to now or to the moment
    moment.wanted       {id, branch, at, number?, namespace?, pod?, container?, resource?, view?, path?}   the picture as it was, with that Pod's description
    comparison.wanted   {id, line, terminal, seconds, sides: [{branch, at, number?}, ...]}   the same line at two moments, of which
                        nothing is kept
    moment.shared       {branch, at, number?, title}
    shares.wanted       {}
    share.revoked       {share}

A file of another machine than the learner's own is called as in `node01:/root/a.yaml`.

A moment is a branch, a virtual time in microseconds and the last input that had happened by then (left out: the last at that
time). `current` is the branch on which the cluster stood for whoever wishes this: a wish that comes twice or too late does nothing.

`id` is the browser's own name for an input: one that was sent twice with the same `id` happens once. After a broken
connection a browser sends again, in order, what was not `taken`.

    hand.raised         {up}                            to whoever teaches the class
    offer.closed        {offer}                         it was taken, or is not wanted

and from whoever teaches, who else may only look (access/table.py):

    fault.thrown        {id, fault}                     simulator/cluster/fault_kinds.py
    faults.cleared      {id}
    offer.made          {kind: "hint" or "command", text}

Server to browser:

    picture             {seq, clock, terminals: [{terminal, host, mode, prompt, echo, columns, rows, screen, failed}], tables: {pods, services, events},
                         focus, files, hosts: [name], editors: [{path, content}], lesson: {steps: [{id, done, skipped, hints: [html], more, questions: [as question.judged]}],
                         missing, mistakes, done, debrief, score, left}}
                         map: [thing]; a thing: console/map.py
                         a table is {columns: [name], rows: [{key, cells}]}; focus is {} or focus.changed with log: [text] and look: {} or look.shown
    changes             {seq, clock, changes: [...]}: one publication; each entry is one of
        output.shown    {terminal, data}
        line.shown      {id, terminal, text, data}  a line that was typed, by the input *id*; data: as the terminal shows it
        terminal.changed {terminal, mode, prompt, echo}
        rows.changed    {table, put: [{key, cells}], gone: [key]}   a cell that is an age is {"since": Unix ms}; one with an age
                         inside is {"text": "1 ({} ago)", "since": Unix ms}
        map.changed     {put: [thing], gone: [key]}
        look.shown      {resource, namespace, pod, container, view, path, text?, rows?}   console/views.py
        life.grew       {branch, lives: [{pod, uid, facts: [fact]}]}   sandboxes/lives.py
        focus.changed   {resource, namespace, pod, containers: [name], container, describe: text}
        log.shown       {namespace, pod, container, lines: [text], fresh: bool}   fresh: forget what was shown before
        files.changed   {files: [{path, kind, size}]}
        editor.opened   {path, content, terminal}
        editor.dropped  {path, terminal}                the program that had opened it has ended
        command.failed  {terminal, line, code}          a command line has ended, and not well
        wish.told       {terminal, what}                a program asks something of the page: "kubeconfig" offers the download
        step.reached    {step, title}
        step.missing    {step, missing: [text], more: bool}     more: there is a hint
        mistake.seen    {id, html}
        mark.made       {branch, marks: [{at, number, kind, subject, text}]}   kinds: sandboxes/marks.py
        branches.changed {}                             one has another name, or is gone
        jump.ended      {reason, kind, from, at, ...}   "reached", "limit" (it did not come in time), "idle" (it will not come by
                        itself), "stopped"
        question.judged {question, given: [text], right: bool or null, replies: [html], closed: bool}
        lesson.finished {debrief: html, score: {points, total, percent, passed}}
    taken               {ids: [id]}                     these inputs are stored; they need not be sent again
    completion          {id, start, words}
    files               {path, files}
    file                {path, content}                 content is null if there is no such text file
    file.stored         {id, path}
    manifest            {id, path, complaints: [{kind: "error" or "warning", text, line, column, end_line, end_column}], said: [text],
                         diff: text, skipped: text}     said: of what there is no complaint; skipped: why it was not tried to its end
    kind                {id, shape}                     as simulator/kubectl/shapes.py describes it; null if there is none
    registries          {images: [{registry, kind, project, repository, tag, digest, size, pulls, private}]}
    kinds               {id, kinds: [[version, kind]]}
    hint                {step, number, html, more}
    why                 {id, links: [{kind, words: [[text, code?]], component, object, path, place, evidence: [{source, title, text}],
                        next: [command], page: {title, url}}], table}   from the symptom to the cause (simulator/why/chain.py);
                        table is {} or {kind, columns, rows: [{name, cells: [{passes, reasons, facts}], first}], more}
    history             {branch, current, beginning, end, birth, branches: [{branch, name, first, parent, from, end, current}], marks}
                        first: the first command on it; birth: virtual time 0 in Unix microseconds
    lives               {pods: [{pod, uid, from, gone}]}
    life                {id, pod, uid, until, facts: [fact]}
    moment              {id, branch, at, number, ...}   and all that `picture` has
    comparison          {id, line, sides: [{branch, at, now, output, code, cut, tables}]}
    shares              {shares: [{share, path, title, expires}], made}   made: the path of the new one
    solution            {step, pieces: [{file, content}, {host, line} or {question, answer}]}
    prompt              {terminal, there: bool}         after prompt.awaited: whether the shell asks now
    refused             {of, reason, id?}               a message of type *of* that could not be taken, and why
    class               {hand: bool, lookers: [name], offers: [{id, sender, kind, text}]}   whoever learns here does so in a class
    unreadable          {}                              the cluster was stored by another release: offer to start anew

`clock` is {now: virtual Unix ms, birth, running, speed, rate, paused, jump, branch}: the browser reckons ages with it. While it
goes, it goes `rate` times as fast as the wall's, which is less than `speed` where the machine cannot keep up. `jump` is {} or
{kind, from, until, at, ...} while the clock is on its way to somewhere (virtual microseconds).
A text for the learner may come as {language code: text}; the consumer picks the learner's language.
"""

from typing import Annotated, Literal

import msgspec

from labsite.sandboxes.clock import FASTEST

# PostgreSQL stores no NUL, and no name or text file has one.
NO_NUL = "^[^\\x00]*$"

Id = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
Terminal = Annotated[str, msgspec.Meta(min_length=1, max_length=16, pattern="^[a-z0-9-]+$")]
Name = Annotated[str, msgspec.Meta(max_length=253, pattern=NO_NUL)]
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=NO_NUL)]
Line = Annotated[str, msgspec.Meta(max_length=65_536)]
Keys = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
Content = Annotated[str, msgspec.Meta(max_length=1 << 20, pattern=NO_NUL)]
Answers = Annotated[list[Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]], msgspec.Meta(max_length=12)]
Columns = Annotated[int, msgspec.Meta(ge=2, le=500)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=300)]

Branch = Annotated[int, msgspec.Meta(ge=0, le=1 << 30)]
Virtual = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
Number = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
Speed = Annotated[int, msgspec.Meta(ge=1, le=FASTEST)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=30 * 86_400)]
Few = Annotated[int, msgspec.Meta(ge=0, le=3600)]
Title = Annotated[str, msgspec.Meta(max_length=80, pattern=NO_NUL)]
Word = Annotated[str, msgspec.Meta(max_length=64, pattern=NO_NUL)]
View = Literal["", "describe", "log", "yaml", "events", "files", "processes"]
Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
LAST = 1 << 62  # as the number of an input: the last at that time

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


class ManifestWanted(Message, tag="manifest.wanted", frozen=True):
    """What would come of applying it?"""

    id: Id
    path: Path
    content: Content
    diff: bool = False


class RegistriesWanted(Message, tag="registries.wanted", frozen=True):
    """What is in the registries of this scenario?"""

    moment: "Moment | None" = None


class KindWanted(Message, tag="kind.wanted", frozen=True):
    """Which fields has a custom kind?"""

    id: Id
    version: Name
    kind: Name


class Moment(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A moment of the cluster's history."""

    branch: Branch
    at: Virtual
    number: Number = LAST


class FilesWanted(Message, tag="files.wanted", frozen=True):
    """Which files are there?"""

    path: Path
    moment: Moment | None = None


class FileWanted(Message, tag="file.wanted", frozen=True):
    """What is in the file?"""

    path: Path
    moment: Moment | None = None


class WhyWanted(Message, tag="why.wanted", frozen=True):
    """Why is that so?"""

    id: Id
    about: Literal["object", "event", "command"]
    resource: Name = ""
    namespace: Name = ""
    name: Name = ""
    terminal: Annotated[str, msgspec.Meta(max_length=16, pattern="^[a-z0-9-]*$")] = ""
    moment: Moment | None = None


class FocusMoved(Message, tag="focus.moved", frozen=True):
    """Another Pod, or another thing of the map, is to be shown; an empty name: none."""

    namespace: Name
    pod: Name
    container: Name = ""
    resource: Name = "pods"
    view: View = ""
    path: Path = "/"


class HintWanted(Message, tag="hint.wanted", frozen=True):
    """The next hint for a step, please."""

    step: Name


class QuestionAnswered(Input, tag="question.answered", frozen=True):
    """A question of the lesson was answered."""

    question: Name
    answer: Answers


class StepSkipped(Input, tag="step.skipped", frozen=True):
    """The solution of a step is wanted."""

    step: Name


class StepLeft(Input, tag="step.left", frozen=True):
    """A step whose solution was played is to be left."""

    step: Name


class StepBegunAgain(Input, tag="step.begun-again", frozen=True):
    """A step is to be done again, with the cluster as it was when it began."""

    step: Name


class PromptAwaited(Input, tag="prompt.awaited", frozen=True):
    """Time is to pass until a shell asks again."""

    terminal: Terminal


class HandRaised(Message, tag="hand.raised", frozen=True):
    """Whoever teaches the class is wanted, or not any more."""

    up: bool


class FaultThrown(Input, tag="fault.thrown", frozen=True):
    """Something is to go wrong in the learner's cluster."""

    fault: dict[Word, Word | int]


class FaultsCleared(Input, tag="faults.cleared", frozen=True):
    """What goes wrong is to end."""


class OfferMade(Message, tag="offer.made", frozen=True):
    """The learner may have a hint, or a command to run."""

    kind: Literal["hint", "command"]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=NO_NUL)]


class OfferClosed(Message, tag="offer.closed", frozen=True):
    """An offer was taken, or is not wanted."""

    offer: Number


class ExamEnded(Input, tag="exam.ended", frozen=True):
    """The exam is handed in."""


class ClockSet(Input, tag="clock.set", frozen=True):
    """The clock is to stop, to go, or to go faster; a jump ends."""

    speed: Speed | None = None
    paused: bool | None = None


class ClockJumped(Input, tag="clock.jumped", frozen=True):
    """The clock is to jump."""

    to: Literal["time", "step", "change", "pod"]
    seconds: Seconds = 0
    namespace: Name = ""
    pod: Name = ""
    state: Word = ""


class BranchBegun(Input, tag="branch.begun", frozen=True):
    """Continue from a moment of the past."""

    current: Branch
    branch: Branch
    at: Virtual
    number: Number = LAST


class BranchChosen(Input, tag="branch.chosen", frozen=True):
    """Come back to a branch."""

    current: Branch
    branch: Branch


class BranchNamed(Input, tag="branch.named", frozen=True):
    """A branch has another name."""

    branch: Branch
    name: Title


class BranchRemoved(Input, tag="branch.removed", frozen=True):
    """A branch is not wanted any more."""

    branch: Branch


class CommandUndone(Input, tag="command.undone", frozen=True):
    """The last command is to be taken back."""

    current: Branch
    number: Number


class HistoryWanted(Message, tag="history.wanted", frozen=True):
    """Which branches are there, and what has happened?"""

    branch: Annotated[int, msgspec.Meta(ge=-1, le=1 << 30)] = -1


class MomentWanted(Message, tag="moment.wanted", frozen=True):
    """What was it like then?"""

    id: Id
    branch: Branch
    at: Virtual
    number: Number = LAST
    namespace: Name = ""
    pod: Name = ""
    container: Name = ""
    resource: Name = "pods"
    view: View = ""
    path: Path = "/"


class LivesWanted(Message, tag="lives.wanted", frozen=True):
    """Which Pods were there?"""

    moment: Moment | None = None


class LifeWanted(Message, tag="life.wanted", frozen=True):
    """What happened to a Pod?"""

    id: Id
    pod: Annotated[str, msgspec.Meta(max_length=320, pattern=NO_NUL)]
    uid: Annotated[str, msgspec.Meta(max_length=36, pattern=NO_NUL)]
    moment: Moment | None = None


class ComparisonWanted(Message, tag="comparison.wanted", frozen=True):
    """What if the same line were typed at two moments?"""

    id: Id
    line: Annotated[str, msgspec.Meta(max_length=4096, pattern="^[^\\x00]*$")]
    terminal: Annotated[str, msgspec.Meta(max_length=16, pattern="^[a-z0-9-]*$")]
    seconds: Few
    sides: Annotated[list[Moment], msgspec.Meta(min_length=2, max_length=2)]


class MomentShared(Message, tag="moment.shared", frozen=True):
    """A link to a moment, please."""

    branch: Branch
    at: Virtual
    title: Title
    number: Number = LAST


class SharesWanted(Message, tag="shares.wanted", frozen=True):
    """Which links are there?"""


class ShareRevoked(Message, tag="share.revoked", frozen=True):
    """A link is to open nothing any more."""

    share: Uuid


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
    | ManifestWanted
    | KindWanted
    | RegistriesWanted
    | WhyWanted
    | FocusMoved
    | HintWanted
    | ClockSet
    | ClockJumped
    | BranchBegun
    | BranchChosen
    | BranchNamed
    | BranchRemoved
    | CommandUndone
    | HistoryWanted
    | MomentWanted
    | LivesWanted
    | LifeWanted
    | ComparisonWanted
    | MomentShared
    | SharesWanted
    | ShareRevoked
    | QuestionAnswered
    | StepSkipped
    | StepLeft
    | StepBegunAgain
    | PromptAwaited
    | ExamEnded
    | HandRaised
    | FaultThrown
    | FaultsCleared
    | OfferMade
    | OfferClosed
)
decode = msgspec.json.Decoder(FromBrowser).decode
