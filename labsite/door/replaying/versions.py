"""What real clients print otherwise only because of their version, made equal in what is expected and what was printed."""

import re
from collections.abc import Iterator, Sequence

# Later clients list the values of a field twice: `explain` has a paragraph for them. From 1.34 on `delete` names the namespace, `logs` and `exec` the containers that there are, `describe` what a port is called,
# and what is empty is not null; from 1.35 on there is kyaml, and `describe` shows an event's field before its message; later
# `drain` does not stutter and `rollout undo` warns.
REWRITTEN = (
    (re.compile(r'^(.*"[^"]*" (?:force )?deleted) from \S+ namespace(.*)$'), r"\1\2"),
    (re.compile(r"\bspec\.(?:initContainers|containers|ephemeralContainers)\{[^}]*\}: "), ""),
    (re.compile(r"( is not valid for pod \S+) out of: .*$"), r"\1"),
    (re.compile(r"^Error from server \(BadRequest\): (container \S+ is not valid for pod )"), r"error: \1"),
    (re.compile(r"(cannot attach to the container: container \S+) not found in pod "), r"\1 is not valid for pod "),
    (re.compile(r"^(\s*metadata:) \{\}$"), r"\1"),
    (re.compile(r"(?<=/)(TCP|UDP|SCTP)(?: \([a-z0-9-]+\)|<any>)"), r"\1"),
    (re.compile(r"\bkyaml[,|] ?"), ""),
    (re.compile(r"cannot delete cannot delete "), "cannot delete "),
    (re.compile(r"due to error:(?=\S)"), "due to error: "),
    (re.compile(r'start exec "(?:[0-9a-f]+|<hash>)"'), 'start exec "<any>"'),
    (
        re.compile(r'^error: error from server (\(NotFound\): pods "[^"]*" not found) in namespace "[^"]*"$'),
        r"Error from server \1",
    ),
    (re.compile(r"ConfigMapOptional:( +)<nil>"), r"Optional:         \1false"),
    (re.compile(r"^Kustomize Version: .*$"), "Kustomize Version: <any>"),
    (re.compile(r"^Client Version: .*$"), "Client Version: <any>"),
)
# Until 1.33 `--dry-run=client -o yaml` shows what is empty, and `describe` what no cluster has any more; without a terminal of its own a client says so.
LEFT_OUT = re.compile(
    r"\s*creationTimestamp: null|\s*(?:status|resources|strategy): \{\}|"
    r"Warning: resource .* was previously managed with 'kubectl apply'\..*|"
    r"--profile=legacy is deprecated .*|\s*[\"]?preferences[\"]?: \{\},?|Flag --cpu-percent has been deprecated, .*|Mountable secrets: .*|Tokens: .*|Time Zone: .*|\s*Kube-Proxy Version:.*|"
    r"Unable to use a TTY - input is not a terminal.*|"
    r"If you don't see a command prompt, try pressing enter\.|"
    r"All commands and output from this session will be recorded in container logs.*|"
    r"WARNING: version difference between client .*|"
    r'E\d{4} .* reflector\.go:\d+\] "Failed to watch" err="context deadline exceeded" .*|'
    r"\s+enum: .*"
)
FIELD, VALUES, VALUE = "FIELD: ", "ENUM:", re.compile(r"    \S+")
# What older clients still do, and say of it, where later ones refuse it.
RETIRED = (
    (
        "error: exec [POD] [COMMAND] is not supported anymore.",
        "kubectl exec [POD] [COMMAND] is DEPRECATED and will be removed",
    ),
)


def alike(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without what depends on the client's version."""
    return tuple(rewritten(line) for line in without_values(lines) if not LEFT_OUT.fullmatch(line.rstrip()))


def without_values(lines: Sequence[str]) -> Iterator[str]:
    """The lines but for paragraphs of values, and of the room for one where there are none."""
    inside, before = False, ("", "")
    for line in lines:
        inside = line == VALUES or (inside and VALUE.fullmatch(line) is not None)
        is_room = not line and not before[1] and before[0].startswith(FIELD)
        if not inside and not is_room:
            yield line
        before = before[1], line


def still_done(expected: tuple[str, ...], printed: tuple[str, ...]) -> tuple[str, ...]:
    """What is expected of a client that still does what is expected to be refused: whatever it printed."""
    first = "".join(expected[:1]), "".join(printed[:1])
    return printed if any(all(map(str.startswith, first, words)) for words in RETIRED) else expected


def rewritten(line: str) -> str:
    """One line."""
    for pattern, replacement in REWRITTEN:
        line = pattern.sub(replacement, line)
    return line
