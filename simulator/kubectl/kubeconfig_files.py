"""The files of a kubeconfig: which they are, what they say together, and which of them a change is written to (models
client-go/tools/clientcmd/config.go)."""

import posixpath
from dataclasses import dataclass, field
from typing import Any

from simulator.kubectl import kubeconfig
from simulator.kubectl.failures import Failure
from simulator.kubectl.kubeconfig_shape import WORDS, opened, written
from simulator.kubectl.printers import to_yaml
from simulator.runtime.syscalls import Sys

Obj = dict[str, Any]
LOCAL = {"clusters": ("certificate-authority",), "users": ("client-certificate", "client-key"), "contexts": ()}


@dataclass
class Files:
    """The kubeconfig of a command `config`: *explicit* is what `--kubeconfig` says."""

    sys: Sys
    explicit: str = ""
    origins: dict[tuple[str, str], str] = field(default_factory=dict)  # the file of each entry, by its kind and name

    @property
    def paths(self) -> list[str]:
        """The files, the most important one first."""
        return [self.explicit] if self.explicit else kubeconfig.paths(self.sys)

    @property
    def default(self) -> str:
        """The file that what is new is written to."""
        return next((path for path in self.paths if self.sys.exists(path)), self.paths[-1])

    def starting(self) -> Obj:
        """What the files say together; where each entry stands is remembered in `origins`."""
        config = opened({})
        for path in self.paths:
            one = self.one(path)
            for kind in WORDS:
                for name in one[kind]:
                    self.origins.setdefault((kind, name), path)
                config[kind] = one[kind] | config[kind]
            config["preferences"] = one["preferences"] | config["preferences"]
            config["current-context"] = config["current-context"] or one["current-context"]
            config |= {"extensions": one["extensions"]} if "extensions" in one and "extensions" not in config else {}
        return config

    def one(self, path: str) -> Obj:
        """What one file says; nothing if there is none."""
        return opened(kubeconfig.read(self.sys, path))

    def modify(self, config: Obj, *, relative: bool = True) -> None:
        """Write what differs from what the files say, each entry where it stands."""
        starting = self.starting()
        changed: dict[str, Obj] = {}
        if config["current-context"] != starting["current-context"]:
            path = self._current(config["current-context"])
            self._file(changed, path)["current-context"] = config["current-context"]
        if config["preferences"] != starting["preferences"]:
            self._file(changed, self.default)["preferences"] = config["preferences"]
        for kind in WORDS:
            for name, entry in config[kind].items():
                if starting[kind].get(name) != entry:
                    path = self.origins.get((kind, name), self.default)
                    self._file(changed, path)[kind][name] = (
                        _relative(kind, entry, path, self.sys) if relative else entry
                    )
            for name in starting[kind].keys() - config[kind].keys():
                self._file(changed, self.origins[kind, name])[kind].pop(name, None)
        for path, each in changed.items():
            self.sys.write_file(path, to_yaml(written(each)).encode(), mode=0o600)

    def _file(self, changed: dict[str, Obj], path: str) -> Obj:
        if path not in changed:
            changed[path] = self.one(path)
        return changed[path]

    def _current(self, name: str) -> str:
        """The file that the current context is written to, or taken from."""
        if name or self.explicit:
            return self.default
        for path in self.paths:
            if self.one(path)["current-context"]:
                return path
        raise Failure("no config found to write context")


def _relative(kind: str, entry: Obj, path: str, sys: Sys) -> Obj:
    """The entry with the files that it names as seen from the folder of its own, unless they lie outside it."""
    folder = posixpath.dirname(posixpath.join(sys.cwd, path))
    found = dict(entry)
    for name in LOCAL[kind]:
        if entry.get(name):
            seen = posixpath.relpath(posixpath.join(sys.cwd, entry[name]), folder)
            found[name] = entry[name] if seen.startswith("../") else seen
    return found
