"""How the shells differ, as data: busybox ash (in small containers), dash (in Debian's images), bash (on hosts)."""

from dataclasses import dataclass

# What a dialect's parser and expansion know beyond POSIX.
BASH_FEATURES = frozenset(
    [
        "conditional",
        "arithcommand",
        "dollarquote",
        "braces",
        "herestring",
        "andredirect",
        "function",
        "procsub",
        "arrays",
        "time",
        "slice",
        "replace",
        "select",
        "case",
        "coproc",
        "append",
        "history",
        "fallthrough",
        "pipeboth",
        "power",
        "pipefail",
        "random",
        "indirect",
        "recursive",
        "emptydefault",
    ]
)
ASH_FEATURES = frozenset(
    [
        "dollarquote",
        "andredirect",
        "function",
        "slice",
        "replace",
        "pipefail",
        "random",
        "power",
        "recursive",
        "testpattern",
    ]
)
DASH_FEATURES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Dialect:
    """One shell: its features, and the words in which it complains."""

    name: str
    features: frozenset[str]
    errors: dict[str, str]
    misuse_exits: bool  # whether an error of a special builtin ends a shell that reads a script
    redirect_status: int
    echo_escapes: bool  # whether `echo` reads backslashes without -e
    echo_options: str
    unset_status: int  # exit status after ${x?} and set -u
    syntax_hint: bool  # whether the offending line is shown after a syntax error
    described_jobs: bool  # whether `&` and `!!` announce themselves as bash does


DASH_ERRORS = {
    "not found": "{0}: not found",
    "no file": "{0}: not found",
    "denied": "{0}: Permission denied",
    "directory": "{0}: Permission denied",
    "empty": ": Permission denied",
    "open": "cannot open {0}: {1}",
    "create": "cannot create {0}: {1}",
    "script": "cannot open {0}: {1}",
    "source": "cannot open {0}: {1}",
    "source missing": "{0}: not found",
    "badfd": "{0}: Bad file descriptor",
    "fdname": "Bad fd number",
    "clobber": "cannot create {0}: File exists",
    "readonly": "{0}: is read only",
    "unset": "{0}: parameter not set",
    "null": "{0}: parameter not set or null",
    "nounset": "{0}: parameter not set",
    "substitution": "Bad substitution",
    "badname": "{0}: bad variable name",
    "number": "Illegal number: {0}",
    "option": "Illegal option {0}",
    "cd": "can't cd to {0}",
    "nojob": "No such job: {0}",
    "nocurrent": "No current job",
    "shift": "can't shift that many",
    "local": "not in a function",
    "recursion": "Maximum function recursion depth ({0}) reached",
    "memory": "Out of space",
    "depth": "not simulated here: commands nested this deeply, or pipelines this long",
    "math primary": 'arithmetic expression: expecting primary: "{0}"',
    "math end": 'arithmetic expression: expecting EOF: "{0}"',
    "math paren": "arithmetic expression: expecting ')': \"{0}\"",
    "math colon": "arithmetic expression: expecting ':': \"{0}\"",
    "math zero": 'arithmetic expression: division by zero: "{0}"',
    "math number": "Illegal number: {0}",
    "math negative": 'arithmetic expression: expecting primary: "{0}"',
    "test missing": "missing ]",
    "test number": "Illegal number: {0}",
    "test operator": "{0}: unexpected operator",
    "test extra": "{0}: unexpected operator",
    "test argument": "{0}: argument expected",
    "test paren": "closing paren expected",
    "signal": "trap: {0}: bad trap",
    "nosignal": "Illegal option -{0}",
    "killusage": "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]",
    "killpid": "Illegal number: {0}",
    "killfailed": "{1}",
    "umask": "Illegal number: {0}",
    "alias": "alias: {0} not found",
    "unalias": "unalias: {0} not found",
    "write": "{0}: I/O error",
    "format": "%{0}: invalid directive",
    "notnumber": "{0}: expected numeric value",
    "needargument": "No arg for -{0} option",
    "getoption": "Illegal option -{0}",
    "printfusage": "usage: printf format [arg ...]",
    "getoptsusage": "Usage: getopts optstring var [arg...]",
    "optionarg": "No arg for {0} option",
    "forvariable": "Syntax error: Bad for loop variable",
    "ulimit": "error setting limit ({0})",
    "loopnumber": "Illegal number: {0}",
}

ASH_ERRORS = DASH_ERRORS | {
    "open": "can't open {0}: {1}",
    "create": "can't create {0}: {1}",
    "script": "can't open '{0}': {1}",
    "source": "can't open '{0}': {1}",
    "clobber": "can't create {0}: File exists",
    "option": "illegal option {0}",
    "badsubst": "bad substitution",
    "substitution": "syntax error: bad substitution",
    "cd": "can't cd to {0}: {1}",
    "nojob": "{0}: no such job",
    "shift": "",
    "recursion": "out of memory",
    "memory": "out of memory",
    "math primary": "arithmetic syntax error",
    "math end": "arithmetic syntax error",
    "math paren": "arithmetic syntax error",
    "math colon": "malformed ?: operator",
    "math zero": "divide by zero",
    "math number": "arithmetic syntax error",
    "math negative": "exponent less than 0",
    "test missing": "missing ]",
    "test number": "{0}: bad number",
    "test operator": "{0}: unknown operand",
    "test extra": "{0}: unknown operand",
    "signal": "{0}: invalid signal specification",
    "nosignal": "bad signal name '{0}'",
    "killusage": "you need to specify whom to kill",
    "killpid": "invalid number '{0}'",
    "killfailed": "can't kill pid {0}: {1}",
    "umask": "illegal mode: {0}",
    "write": "write error: {1}",
    "format": "%{0}: invalid format",
    "notnumber": "invalid number '{0}'",
    "printfusage": "usage: printf FORMAT [ARGUMENT...]",
    "getoptsusage": "usage: getopts optstring var [arg]",
    "readname": "'{0}': bad variable name",
    "forvariable": "syntax error: bad for loop variable",
    "ulimit": "error setting limit: {0}",
}

BASH_ERRORS = DASH_ERRORS | {
    "not found": "{0}: command not found",
    "no file": "{0}: No such file or directory",
    "directory": "{0}: Is a directory",
    "empty": ": command not found",
    "open": "{0}: {1}",
    "create": "{0}: {1}",
    "script": "{0}: {1}",
    "source": "{0}: {1}",
    "source missing": "{0}: No such file or directory",
    "fdname": "{0}: ambiguous redirect",
    "ambiguous": "{0}: ambiguous redirect",
    "clobber": "{0}: cannot overwrite existing file",
    "readonly": "{0}: readonly variable",
    "unset readonly": "{0}: cannot unset: readonly variable",
    "null": "{0}: parameter null or not set",
    "nounset": "{0}: unbound variable",
    "substitution": "{0}: bad substitution",
    "subscript": "{0}: bad array subscript",
    "negative": "{0}: substring expression < 0",
    "indirect": "{0}: invalid indirect expansion",
    "variable": "{0}: invalid variable name",
    "keyless": "{0}: {1}: must use subscript when assigning associative array",
    "convert": "{0}: cannot convert indexed to associative array",
    "convert back": "{0}: cannot convert associative to indexed array",
    "noarray": "{0}: not an array variable",
    "member": "{0}: cannot assign list to array member",
    "badname": "`{0}': not a valid identifier",
    "number": "{0}: numeric argument required",
    "option": "{0}: invalid option",
    "setoption": "{0}: invalid option name",
    "cd": "{0}: {1}",
    "nojob": "{0}: no such job",
    "nocurrent": "current: no such job",
    "shift": "",
    "local": "can only be used in a function",
    "recursion": "maximum function nesting level exceeded ({0})",
    "memory": "xrealloc: cannot allocate memory",
    "math primary": '{0}: syntax error: operand expected (error token is "{1}")',
    "math end": '{0}: syntax error in expression (error token is "{1}")',
    "math paren": '{0}: missing `)\' (error token is "{1}")',
    "math colon": '{0}: `:\' expected for conditional expression (error token is "{1}")',
    "math zero": '{0}: division by 0 (error token is "{1}")',
    "math number": '{0}: value too great for base (error token is "{1}")',
    "math negative": '{0}: exponent less than 0 (error token is "{1}")',
    "math subscript": '{1}: bad array subscript (error token is "{1}")',
    "test missing": "missing `]'",
    "test number": "{0}: integer expression expected",
    "test operator": "{0}: binary operator expected",
    "test unary": "{0}: unary operator expected",
    "test extra": "too many arguments",
    "signal": "{0}: invalid signal specification",
    "nosignal": "{0}: invalid signal specification",
    "killusage": "usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
    "killpid": "{0}: arguments must be process or job IDs",
    "killfailed": "({0}) - {1}",
    "umask": "{0}: octal number out of range",
    "alias": "{0}: not found",
    "unalias": "{0}: not found",
    "write": "write error: {1}",
    "format": "`{0}': invalid format character",
    "notnumber": "{0}: invalid number",
    "needargument": "option requires an argument -- {0}",
    "getoption": "illegal option -- {0}",
    "printfusage": "usage: printf [-v var] format [arguments]",
    "getoptsusage": "usage: getopts optstring name [arg ...]",
    "forvariable": "`{0}': not a valid identifier",
    "ulimit": "open files: cannot modify limit: {0}",
    "loopnumber": "{0}: numeric argument required",
}

DASH = Dialect("dash", DASH_FEATURES, DASH_ERRORS, True, 2, True, "n", 2, False, False)
ASH = Dialect("ash", ASH_FEATURES, ASH_ERRORS, True, 1, False, "neE", 2, False, False)
BASH = Dialect("bash", BASH_FEATURES, BASH_ERRORS, False, 1, False, "neE", 127, True, True)

DIALECTS = {"dash": DASH, "ash": ASH, "bash": BASH}
# Which shell a file is, by its name after all links were followed.
BY_PROGRAM = {"busybox": ASH, "ash": ASH, "sh": ASH, "dash": DASH, "bash": BASH}

# What stands for open(2)'s errors where the Almquist shells use words of their own (their errmsg()).
OPEN_WORDS: dict[str, dict[str, dict[str, str]]] = {
    "dash": {
        "open": {"ENOENT": "No such file", "ENOTDIR": "No such file"},
        "create": {"ENOENT": "Directory nonexistent", "ENOTDIR": "Directory nonexistent"},
    },
    "ash": {
        "open": {"ENOENT": "no such file", "ENOTDIR": "no such file"},
        "create": {"ENOENT": "nonexistent directory", "ENOTDIR": "nonexistent directory"},
    },
    "bash": {"open": {}, "create": {}},
}

# How a token is called that should not stand where it stands.
TOKEN_NAMES = {"\n": "newline", "": "end of file", "WORD": "word", "REDIRECT": "redirection"}

SYNTAX_ERRORS = {
    "dash": {
        "quote": "Syntax error: Unterminated quoted string",
        "brace": "Syntax error: Missing '}'",
        "arith": "Syntax error: Missing '))'",
        "backquote": "Syntax error: EOF in backquote substitution",
        "substitution": "Bad substitution",
        "for": "Syntax error: Bad for loop variable",
        "function": "Syntax error: Bad function name",
        "fd": "Syntax error: Bad fd number",
    },
    "ash": {
        "quote": "syntax error: unterminated quoted string",
        "brace": "syntax error: missing '}'",
        "arith": "syntax error: missing '))'",
        "backquote": "syntax error: EOF in backquote substitution",
        "substitution": "syntax error: bad substitution",
        "for": "syntax error: bad for loop variable",
        "function": "syntax error: bad function name",
        "fd": "syntax error: bad fd number",
    },
    "bash": {
        "quote": "unexpected EOF while looking for matching `{token}'",
        "brace": "unexpected EOF while looking for matching `}'",
        "arith": "unexpected EOF while looking for matching `)'",
        "subscript": "unexpected EOF while looking for matching `]'",
        "backquote": "unexpected EOF while looking for matching ``'",
        "substitution": "{token}: bad substitution",
        "for": "`{token}': not a valid identifier",
        "function": "`{token}': not a valid identifier",
        "fd": "{token}: ambiguous redirect",
    },
}

# Which builtins of busybox are applets: they complain under the applet's name alone, and without a line.
ASH_APPLETS = frozenset(["test", "[", "printf", "kill", "ulimit", "read", "echo", "[["])
