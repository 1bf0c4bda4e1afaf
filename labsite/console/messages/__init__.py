"""The words that pass between a browser and the console.

A message is a JSON object with a `type`. What the server publishes about a cluster carries `seq`, which grows by one with each
publication of that cluster; a browser that sees a gap sends `picture.wanted` and gets the whole `picture`.

Browser to server: the rooms of this package, each with its table; their classes say the same with types and limits. `id` may be
left out: it is the browser's own name for an input, and one that was sent twice with the same `id` happens once. After a broken
connection a browser sends again, in order, what was not `taken`.

Server to browser:

    picture             {seq, clock, terminals: [{terminal, host, mode, prompt, echo, columns, rows, screen, failed}], tables: {pods, services, events},
                         focus, files, hosts: [name], editors: [{path, content}], lesson: {steps: [{id, done, skipped, hints: [html], more, questions: [as question.judged]}],
                         missing, mistakes, done, debrief, score, left}, lines: {host: [command]}}
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
        focus.changed   {resource, namespace, pod, containers: [name], container, view, describe: text, along?}   of what this page
                        looks at, as log.shown and look.shown are; pod is empty if it is nothing. along: it is what the learner's
                        page shows, and this one goes along with it
        log.shown       {namespace, pod, container, lines: [text], fresh: bool}   fresh: forget what was shown before
        files.changed   {files: [{path, kind, size}]}
        editor.opened   {path, content, terminal}
        editor.dropped  {path, terminal}                the program that had opened it has ended
        command.failed  {terminal, line, code}          a command line has ended, and not well
        wish.told       {terminal, what}                a program asks something of the page: "kubeconfig" offers the download
        step.reached    {step, title}
        step.missing    {step, missing: [text], checks: [id], more: bool}     checks: of what is missing; more: there is a hint
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
    class               {hand: bool, lookers: [name], offers: [{id, sender, kind, text}], keyboard: [{id, name, lent}]}   whoever learns
                        here does so in a class; keyboard: who asks for it, or has it
                        demonstrations: [{class, name}] that can be followed
    shown               {to: [{class, name}]}           to which classes this cluster is shown
    keyboard            {state, other}                  to who looks: "", "asked" or "lent", and who else has it
    unreadable          {}                              the cluster was stored by another release: offer to start anew

`clock` is {now: virtual Unix ms, birth, running, speed, rate, paused, jump, branch}: the browser reckons ages with it. While it
goes, it goes `rate` times as fast as the wall's, which is less than `speed` where the machine cannot keep up. `jump` is {} or
{kind, from, until, at, ...} while the clock is on its way to somewhere (virtual microseconds).
A text for the learner may come as {language code: text}; the consumer picks the learner's language.
"""

import msgspec

from labsite.console.messages import classroom, files, history, looking, school, terminals

# A message longer than LARGEST is refused; one longer than CUT_OFF ends the connection unread.
LARGEST = 1_600_000
CUT_OFF = 4_000_000

FromBrowser = terminals.All | files.All | looking.All | history.All | school.All | classroom.All
decode = msgspec.json.Decoder(FromBrowser).decode
