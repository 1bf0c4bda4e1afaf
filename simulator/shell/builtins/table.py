"""The builtins, by name; `program` and `launch` need no more of them than this table."""

from collections.abc import Callable

from simulator.shell.builtins import basics, flow, info, output, read, tests, variables, waits
from simulator.shell.core import Core

# A builtin returns its exit status, or None when it goes on elsewhere (a frame was pushed, something is waited for).
Builtin = Callable[[Core, list[str]], int | None]

SPECIAL_BUILTINS = frozenset(
    [":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times", "trap", "unset", "source"]
)

BUILTINS: dict[str, Builtin] = {
    ".": flow.dot,
    ":": basics.true,
    "[": tests.bracket,
    "alias": variables.alias,
    "bg": waits.bg,
    "break": flow.break_loop,
    "builtin": flow.builtin,
    "cd": basics.cd,
    "chdir": basics.cd,
    "command": flow.command,
    "continue": flow.continue_loop,
    "declare": variables.declare,
    "dirs": basics.dirs,
    "disown": waits.disown,
    "echo": output.echo,
    "enable": info.refused,
    "eval": flow.evaluate,
    "exec": flow.exec_marker,
    "exit": flow.leave,
    "export": variables.export,
    "false": basics.false,
    "fc": info.refused,
    "fg": waits.fg,
    "getopts": variables.getopts,
    "hash": info.hash_names,
    "help": info.help_text,
    "history": info.history,
    "jobs": waits.jobs_list,
    "kill": waits.kill,
    "let": basics.let,
    "local": variables.local,
    "logout": flow.logout,
    "mapfile": info.refused,
    "popd": info.refused,
    "printf": output.printf,
    "pushd": info.refused,
    "pwd": basics.pwd,
    "read": read.begin,
    "readarray": info.refused,
    "readonly": variables.readonly,
    "return": flow.give_back,
    "set": variables.set_options,
    "shift": variables.shift,
    "shopt": info.shopt,
    "source": flow.dot,
    "test": tests.test,
    "times": info.times,
    "trap": flow.trap,
    "true": basics.true,
    "type": info.type_of,
    "typeset": variables.declare,
    "ulimit": info.ulimit,
    "umask": basics.umask,
    "unalias": variables.unalias,
    "unset": variables.unset,
    "wait": waits.wait,
}

# Builtins that not every dialect has.
DIALECT_BUILTINS: dict[str, tuple[str, ...]] = {
    "builtin": ("bash",),
    "declare": ("bash",),
    "dirs": ("bash",),
    "disown": ("bash",),
    "enable": ("bash",),
    "fc": ("bash",),
    "help": ("ash", "bash"),
    "history": ("ash", "bash"),
    "let": ("ash", "bash"),
    "logout": ("bash",),
    "mapfile": ("bash",),
    "popd": ("bash",),
    "pushd": ("bash",),
    "readarray": ("bash",),
    "shopt": ("bash",),
    "source": ("ash", "bash"),
    "typeset": ("bash",),
}
