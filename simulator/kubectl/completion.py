"""Completion of kubectl's arguments: commands, flags, resources, names, containers, namespaces (models kubectl/pkg/util/completion)."""

from collections.abc import Callable, Iterable, Sequence

from simulator.api.requests import Request
from simulator.api.resources import RESOURCES, Resource, named_by, parse_name
from simulator.kubectl import kubeconfig
from simulator.kubectl.cli import DEPRECATED, GLOBAL_FLAGS, Command, find
from simulator.kubectl.commands import COMMANDS
from simulator.kubectl.discovery import custom_groups, resources_of
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import Flag
from simulator.kubectl.podchoice import containers
from simulator.kubectl.session import Obj
from simulator.runtime.syscalls import Sys, UnixError

MOST = 500
FORMATS = ("custom-columns=", "go-template=", "json", "jsonpath=", "name", "wide", "yaml")
# What the words after these commands are: `pods` (also TYPE/NAME), `types` and then names, or `nodes`.
ARGUMENTS = {
    **dict.fromkeys(("logs", "exec", "attach", "port-forward", "debug"), "pods"),
    **dict.fromkeys(
        ("get", "describe", "delete", "edit", "label", "annotate", "patch", "expose", "wait", "explain"), "types"
    ),
    **dict.fromkeys(("scale", "autoscale"), "scalable"),
    **dict.fromkeys(("status", "history", "undo", "restart", "pause", "resume"), "rollouts"),
    **dict.fromkeys(("image", "env", "resources"), "types"),
    **dict.fromkeys(("drain", "cordon", "uncordon"), "nodes"),
    "taint": "taint",
    "use-context": "contexts",
}
SCALABLE = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers")
ROLLOUTS = ("deployments.apps", "daemonsets.apps", "statefulsets.apps")
FILE_FLAGS = ("filename", "from-file", "from-env-file", "kubeconfig", "patch-file", "kustomize", "cert", "key")


def complete(sys: Sys, words: list[str]) -> list[str]:
    """What the last of *words* (a command line that begins with `kubectl`; the last word may be empty) can become."""
    words = words[1:] or [""]
    try:
        return _Completion(sys, words[:-1], words[-1]).words()[:MOST]
    except (Failure, UnixError):
        return []


class _Completion:
    def __init__(self, sys: Sys, before: Sequence[str], word: str) -> None:
        self.sys = sys
        self.word = word
        self.commands: Sequence[Command] = COMMANDS
        self.command: Command | None = None
        self.args: list[str] = []
        self.values: dict[str, str] = {}
        self.open: Flag | None = None
        self.dashed = False
        for each in before:
            self.take(each)

    def flags(self) -> dict[str, Flag]:
        """The flags that may be given here, as they are written."""
        known = (*GLOBAL_FLAGS, *(self.command.flags if self.command else ()))
        return {f"--{flag.name}": flag for flag in known} | {f"-{flag.short}": flag for flag in known if flag.short}

    def take(self, word: str) -> None:
        """Understand one of the words before the last."""
        if self.open is not None:
            self.values[self.open.name], self.open = word, None
        elif self.dashed or word == "--":
            self.dashed = True
        elif word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            flag = self.flags().get(name)
            if flag is not None and equals:
                self.values[flag.name] = value
            elif flag is not None and flag.bare is None:
                self.open = flag
            elif flag is not None:
                self.values[flag.name] = "true"
        else:
            self.take_argument(word)

    def take_argument(self, word: str) -> None:
        found = find(self.commands, word) if not self.args else None
        if found is None:
            self.args.append(word)
        else:
            self.command, self.commands = found, found.commands

    def words(self) -> list[str]:
        if self.dashed:
            return []
        if self.open is not None:
            return self.fitting(self.flag_values(self.open))
        if self.word.startswith("--") and "=" in self.word:
            name, _, _ = self.word.partition("=")
            flag = self.flags().get(name)
            return self.fitting(f"{name}={value}" for value in self.flag_values(flag)) if flag else []
        if self.word.startswith("-"):
            return self.fitting(
                name + ("=" if flag.bare is None else "")
                for name, flag in self.flags().items()
                if name.startswith("--") and flag.name not in DEPRECATED
            )
        if self.commands and not self.args:
            found = self.fitting(command.name for command in self.commands if command.group)
            if found or self.command is None:
                return found
        return self.fitting(self.arguments())

    def fitting(self, candidates: Iterable[str]) -> list[str]:
        """The candidates that begin with the word, sorted, each once."""
        return sorted({each for each in candidates if each.startswith(self.word)})

    # --- values of flags
    def flag_values(self, flag: Flag) -> list[str]:
        if flag.name in FILE_FLAGS:
            return self.files()
        return VALUES[flag.name](self) if flag.name in VALUES else []

    def files(self) -> list[str]:
        """The files that the word (or what stands behind its `=`) can be the beginning of."""
        path = self.word.rpartition("=")[2]
        folder, slash, name = path.rpartition("/")
        found = []
        for each in self.sys.listdir(folder + slash or "."):
            if each.startswith(name) and (name or not each.startswith(".")):
                whole = f"{folder}{slash}{each}"
                found.append(f"{whole}/" if self.sys.stat(whole).kind == "dir" else whole)
        return found

    def namespaces(self) -> list[str]:
        return self.names(RESOURCES["namespaces"])

    def containers(self) -> list[str]:
        pod = self.args[0].rpartition("/")[2] if self.args else ""
        return [
            name
            for each in self.objects(RESOURCES["pods"])
            if each["metadata"]["name"] == pod
            for _, name in containers(each)
        ]

    def contexts(self) -> list[str]:
        return [str(each.get("name")) for each in kubeconfig.load(self.sys).data.get("contexts") or []]

    # --- words
    def arguments(self) -> list[str]:
        kind = ARGUMENTS.get(self.command.name if self.command else "", "")
        choose = CHOICES.get(kind)
        return choose(self) if choose else []

    def pods(self) -> list[str]:
        if self.args:
            return []
        if "/" in self.word:
            return self.slashed()
        return self.names(RESOURCES["pods"])

    def nodes(self) -> list[str]:
        return self.names(RESOURCES["nodes"])

    def taint(self) -> list[str]:
        return ["nodes"] if not self.args else self.nodes()

    def types(self, among: Sequence[str] = ()) -> list[str]:
        """Types first; after a type, the names of its objects."""
        if "/" in self.word:
            return self.slashed()
        if not self.args:
            return self.type_words(among)
        if "/" in self.args[0] or (self.command and self.command.name == "explain"):
            return []
        resource = self.resource(self.args[0].split(",")[-1])
        return [name for name in self.names(resource) if name not in self.args] if resource else []

    def type_words(self, among: Sequence[str]) -> list[str]:
        head, comma, _ = self.word.rpartition(",")
        resources = (
            [RESOURCES[name] for name in among]
            if among
            else [each for each in (*RESOURCES.values(), *self.customs()) if "list" in each.verbs]
        )
        plain = {each.plural for each in RESOURCES.values() if not each.group}
        names = [each.plural if not each.group or each.plural not in plain else each.name for each in resources]
        exact = [name for each in resources for name in (each.singular, *each.short_names) if name == self.word]
        return [f"{head}{comma}{name}" for name in (*names, *exact)]

    def slashed(self) -> list[str]:
        kind = self.word.partition("/")[0]
        resource = self.resource(kind)
        return [f"{kind}/{name}" for name in self.names(resource)] if resource else []

    # --- the API server
    def resource(self, name: str) -> Resource | None:
        """The resource called *name*, also a custom one."""
        return parse_name(name) or named_by(name, self.customs())

    def customs(self) -> list[Resource]:
        """The custom resources."""
        config = kubeconfig.load(self.sys, self.values.get("kubeconfig", ""), self.values.get("context", ""))
        groups = custom_groups(lambda request: self.sys.api(config.server, request))
        return [each for group in groups for each in resources_of(group)]

    def objects(self, resource: Resource) -> list[Obj]:
        config = kubeconfig.load(self.sys, self.values.get("kubeconfig", ""), self.values.get("context", ""))
        namespace = (self.values.get("namespace") or config.namespace) if resource.namespaced else None
        if "all-namespaces" in self.values:
            namespace = None
        query = {"limit": [str(MOST)]}
        response = self.sys.api(
            config.server, Request("list", resource.name, namespace, version=resource.version, query=query)
        )
        return [] if response.failed else list(response.body.get("items") or [])

    def names(self, resource: Resource | None) -> list[str]:
        return [str(each["metadata"]["name"]) for each in self.objects(resource)] if resource else []


VALUES: dict[str, Callable[[_Completion], list[str]]] = {
    "namespace": _Completion.namespaces,
    "container": _Completion.containers,
    "context": _Completion.contexts,
    "output": lambda completion: list(FORMATS),
    "dry-run": lambda completion: ["client", "none", "server"],
    "cascade": lambda completion: ["background", "foreground", "orphan"],
    "restart": lambda completion: ["Always", "Never", "OnFailure"],
    "image-pull-policy": lambda completion: ["Always", "IfNotPresent", "Never"],
}
CHOICES: dict[str, Callable[[_Completion], list[str]]] = {
    "pods": _Completion.pods,
    "nodes": _Completion.nodes,
    "taint": _Completion.taint,
    "types": _Completion.types,
    "contexts": _Completion.contexts,
    "scalable": lambda completion: completion.types(SCALABLE),
    "rollouts": lambda completion: completion.types(ROLLOUTS),
}
