"""Files of variables that a container of the Pod wrote before, for `fileKeyRef` (ParseEnv in pkg/kubelet/util/env of v1.35 and later)."""

import re2

# Blank lines and comments; NAME='value', perhaps over several lines, perhaps with a comment behind it, nothing in the value special; or
# NAME= and a blank, at which the value ends, as for a shell.
PIECE = re2.compile(r"(?:[ \t\n]|#[^\n]*)+|([^=\n]*[^=\s])=(?:'([^']*)'[ \t]*(?:#[^\n]*)?|[ \t][^\n]*)(?:\n|$)")


def value_of(text: str, key: str) -> str:
    """The first value of a variable, empty if it has none; raises ValueError if what stands before it is not understood."""
    at = 0
    for found in PIECE.finditer(text):
        if found.start() != at:
            break
        if found[1] == key:
            return found[2] or ""
        at = found.end()
    if at != len(text):
        raise ValueError("not a variable")
    return ""
