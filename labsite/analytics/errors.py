"""A command that failed, as a kind of error: what was tried, without the names in it, and why it failed. Pure."""

from collections.abc import Iterator, Sequence

import re2

LONGEST_LINE, LONGEST_OUTPUT = 2000, 4000
LONGEST = 80
NOT_FOUND = 127  # the exit code of a shell that does not find a command
KUBECTL = ("kubectl", "k")
PROGRAM = re2.compile(r"[A-Za-z0-9._+-]{1,40}")
# Flags of kubectl that take the word after them.
TAKING = {
    *("-n", "--namespace", "-f", "--filename", "-o", "--output", "-l", "--selector", "-c", "--container", "-k"),
    *("--image", "--context", "--kubeconfig", "-p", "--patch", "--replicas", "--port", "--field-selector"),
}
VERBS = {
    *("get", "describe", "create", "apply", "delete", "edit", "run", "expose", "set", "scale", "autoscale", "rollout"),
    *("label", "annotate", "taint", "cordon", "uncordon", "drain", "exec", "attach", "cp", "port-forward", "logs"),
    *("events", "top", "explain", "wait", "diff", "debug", "auth", "config", "cluster-info", "api-resources", "patch"),
    *("api-versions", "version", "completion", "kustomize", "replace", "certificate", "proxy", "plugin", "options"),
}
# Verbs that say first what kind of thing they are about.
WITH_KIND = {
    *("get", "describe", "delete", "edit", "create", "expose", "scale", "autoscale", "label", "annotate", "patch"),
    *("explain", "wait"),
}
SUBCOMMANDS = {"rollout", "set", "config", "auth", "top", "certificate"}
KINDS = {
    "pods": ("po", "pod"),
    "deployments": ("deploy", "deployment"),
    "services": ("svc", "service"),
    "nodes": ("no", "node"),
    "namespaces": ("ns", "namespace"),
    "configmaps": ("cm", "configmap"),
    "secrets": ("secret",),
    "events": ("ev", "event"),
    "replicasets": ("rs", "replicaset"),
    "statefulsets": ("sts", "statefulset"),
    "daemonsets": ("ds", "daemonset"),
    "jobs": ("job",),
    "cronjobs": ("cj", "cronjob"),
    "persistentvolumeclaims": ("pvc", "persistentvolumeclaim"),
    "persistentvolumes": ("pv", "persistentvolume"),
    "serviceaccounts": ("sa", "serviceaccount"),
    "endpoints": ("ep", "endpoint"),
    "limitranges": ("limits", "limitrange"),
    "resourcequotas": ("quota", "resourcequota"),
}
KIND = {name: kind for kind, names in KINDS.items() for name in (kind, *names)}

# What an output says of the reason; the first that is there. The reasons are shown as they are: they are words of the tools.
FROM_SERVER = re2.compile(r"Error from server \(([A-Za-z]{1,40})\)")
SAYS = (
    ("the server doesn't have a resource type", "no such resource type"),
    ("unknown command", "unknown command"),
    ("unknown shorthand flag", "unknown flag"),
    ("unknown flag", "unknown flag"),
    ("error parsing", "cannot be parsed"),
    ("error converting YAML", "cannot be parsed"),
    ("error validating", "not valid"),
    ("strict decoding error", "not valid"),
    ("is invalid:", "Invalid"),
    ("No resources found", "nothing found"),
    ("does not exist", "does not exist"),
    ("No such file or directory", "no such file"),
    ("Permission denied", "permission denied"),
    ("must specify", "something is missing"),
    ("required", "something is missing"),
    ("Could not resolve host", "name not known"),
    ("bad address", "name not known"),
    ("can't resolve", "name not known"),
    ("Connection refused", "connection refused"),
    ("timed out", "timed out"),
    ("syntax error", "syntax error"),
    ("exec format", "cannot be executed"),
    ("container not found", "container not found"),
    ("unable to upgrade connection", "container not found"),
)


def kind_of(line: str, code: int, output: str) -> tuple[str, str]:
    """What was tried and why it failed."""
    words = words_of(line)
    return (tried(words) or "?")[:LONGEST], reason(code, output)[:LONGEST]


def words_of(line: str) -> list[str]:
    """The words of the first command of *line* that is none of the shell's own, what sets variables before it left out."""
    first = line[:LONGEST_LINE].strip()
    for separator in ("|", "&&", ";", "\n"):
        first = first.partition(separator)[0]
    words = [word.strip("'\"") for word in first.split()]
    while words and ("=" in words[0] or words[0] in ("sudo", "time")):
        words.pop(0)
    return words


def tried(words: Sequence[str]) -> str:
    """The command without its names."""
    if not words:
        return ""
    program = words[0].rpartition("/")[2]
    if not PROGRAM.fullmatch(program):
        return ""
    return " ".join(["kubectl", *of_kubectl(words[1:])]) if program in KUBECTL else program


def of_kubectl(words: Sequence[str]) -> Iterator[str]:
    """Verb, subcommand and kind."""
    plain = list(arguments(words))
    verb = next(iter(plain), "")
    if verb not in VERBS:
        return
    yield verb
    second = plain[1].lower() if len(plain) > 1 else ""
    if verb in SUBCOMMANDS and second.isascii() and second.replace("-", "").isalpha():
        yield second[:20]
    elif verb in WITH_KIND and (kind := KIND.get(second.partition("/")[0].partition(",")[0].partition(".")[0])):
        yield kind
    elif any(word in ("-f", "--filename") or word.startswith("--filename=") for word in words):
        yield "-f"


def arguments(words: Sequence[str]) -> Iterator[str]:
    """The words that are neither flags nor belong to one; nothing after `--`."""
    taken = False
    for word in words:
        if word == "--":
            return
        if not taken and not word.startswith("-"):
            yield word
        taken = not taken and word in TAKING


def reason(code: int, output: str) -> str:
    """Why it failed."""
    said = output[-LONGEST_OUTPUT:]
    if found := FROM_SERVER.search(said):
        return str(found.group(1))
    if code == NOT_FOUND:
        return "command not found"
    return next((why for sign, why in SAYS if sign in said), f"exit code {code}")
