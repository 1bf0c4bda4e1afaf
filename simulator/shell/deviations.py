"""What the shells do differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "one-shell": "bash, dash and busybox ash are one POSIX shell that speaks three dialects; of bash's own features the ones "
    "listed as refused are missing.",
    "declarations": "Of bash's attributes of variables, arrays (`-a`, `-A`), `-i`, `-l`, `-n`, `-r`, `-u` and `-x` are simulated; `-t` is "
    "refused, and so are callbacks of `mapfile`, and `${x@E}`, `${x@P}`, `${x@A}`, `${x@K}`, `${x@a}` and `${x@k}`.",
    "process-substitution": "`<(command)` as an argument is run to its end before the program that reads it begins; with "
    "`< <(command)` both run at the same time, as bash has it everywhere.",
    "coproc": "`coproc` is refused.",
    "times": "`times` and the `user` and `sys` of `time` know nothing of what children computed.",
    "regular-expressions": "Patterns of `[[ =~ ]]`, grep, sed, awk, find and expr run on RE2: back-references are refused.",
    "nesting": "Commands nested very deeply are refused.",
}
