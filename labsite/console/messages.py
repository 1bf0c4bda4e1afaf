"""The words that pass between a browser and the console: every message in one file.

A message is a JSON object with a `type`. What the server publishes about a cluster carries `seq`, which grows by one with each
publication of that cluster; a browser that sees a gap sends `picture.wanted` and gets the whole `picture`.

Browser to server:

    picture.wanted      {}
    terminal.opened     {terminal, host, columns, rows}
    terminal.resized    {terminal, columns, rows}
    terminal.closed     {terminal}
    line.typed          {terminal, text}                a whole line, edited in the browser (the terminal is in mode edit or line)
    keys.typed          {terminal, data}                raw keys; also ^C, ^D, ^Z, ^\\ in every mode
    completion.wanted   {id, terminal, text}
    files.wanted        {path}
    file.wanted         {path}
    file.saved          {id, path, content}
    editor.closed       {path}
    focus.moved         {namespace, pod, container}     which Pod's describe text and log are to be shown
    hint.wanted         {step}

Server to browser:

    picture             {seq, clock, terminals: [{terminal, host, mode, prompt, echo, screen}], tables: {pods, services, events},
                         focus, files, lesson}   lesson: {steps: [{id, done, hints: [say], more}], missing: [say],
                         mistakes: [{id, html: say}], done, debrief: say}; a `say` is HTML in each language: {"en": ..., "zh-hans": ...}
    changes             {seq, clock, changes: [...]}: one publication; each entry is one of
        output.shown    {terminal, data}
        terminal.changed {terminal, mode, prompt, echo}
        rows.changed    {table, put: [{key, cells}], gone: [key]}   a cell that is an age is {"since": Unix ms}; one with an age
                         inside is {"text": "1 ({} ago)", "since": Unix ms}
        focus.changed   {namespace, pod, containers: [name], container, describe: text}
        log.shown       {namespace, pod, container, lines: [text], fresh: bool}   fresh: forget what was shown before
        files.changed   {files: [{path, kind, size}]}
        editor.opened   {path, content, terminal}
        step.reached    {step}
        step.missing    {step, missing: [say]}
        mistake.seen    {id, html: say}
        lesson.finished {debrief: say}
    completion          {id, start, words}
    files               {path, files}
    file                {path, content}
    file.stored         {id, path}
    hint                {step, number, html: say, more}
    refused             {type, reason, id?}             a message that could not be taken, and why

`clock` is {now: virtual Unix ms, running: bool, speed: 1}: the browser reckons ages with it.
"""
