"""`kubectl config view`: what the kubeconfig says, all of it or what is in use, with or without its secrets."""

import base64
import json
import posixpath
from typing import Any

from simulator.kubectl.failures import Failure, UsageFailure
from simulator.kubectl.kubeconfig_files import LOCAL, Files
from simulator.kubectl.kubeconfig_shape import WORDS, written
from simulator.kubectl.printers import ESCAPES, output, printer, to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.config_access import files
from simulator.runtime.syscalls import Step, UnixError

OMITTED = ("certificate-authority-data", "client-certificate-data", "client-key-data")
REDACTED = ("token", "password")


def view(session: Session) -> Step:
    """Print the kubeconfig, with what is secret left out unless --raw or --flatten."""
    if session.args:
        text = f"unexpected arguments: [{' '.join(session.args)}]"
        raise UsageFailure(text, f"See '{session.path} -h' for help and examples")
    show = _ordered_json if output(session)[0] == "json" else printer(session) or to_yaml
    access = files(session)
    config = _loaded(session, access)
    if session.flag("minify"):
        config = _minified(config, session.flag("context") or config["current-context"])
    if session.flag("flatten"):
        config = _flattened(access, config)
    elif not session.flag("raw"):
        config = {kind: _redacted(value) if kind in WORDS else value for kind, value in config.items()}
    session.out(show(written(config)))
    return 0


def _ordered_json(value: Any) -> str:
    """JSON with its keys in the order of the fields, as Go writes what has a type."""
    return json.dumps(value, indent=4, ensure_ascii=False).translate(ESCAPES) + "\n"


def _loaded(session: Session, access: Files) -> Obj:
    if session.flag("merge"):
        return access.starting()
    if not access.explicit:
        raise Failure("if merge==false a precise file must be specified")
    if not session.sys.exists(access.explicit):
        raise Failure(f"open {access.explicit}: no such file or directory")
    return access.starting()


def _minified(config: Obj, current: str) -> Obj:
    """What the context *current* is made of."""
    if not current:
        raise Failure("current-context must exist in order to minify")
    if current not in config["contexts"]:
        raise Failure(f"cannot locate context {current}")
    context = config["contexts"][current]
    used = {"contexts": current, "clusters": context["cluster"], "users": context["user"]}
    for kind in ("clusters", "users"):
        if used[kind] and used[kind] not in config[kind]:
            raise Failure(f"cannot locate {WORDS[kind]} {used[kind]}")
    kept = {kind: {name: config[kind][name]} if name else {} for kind, name in used.items()}
    return {**config, **kept, "current-context": current}


def _redacted(entries: dict[str, Obj]) -> dict[str, Obj]:
    return {name: {key: _hidden(key, value) for key, value in entry.items()} for name, entry in entries.items()}


def _hidden(key: str, value: Any) -> Any:
    return "DATA+OMITTED" if key in OMITTED else "REDACTED" if key in REDACTED else value


def _flattened(access: Files, config: Obj) -> Obj:
    """The kubeconfig with the files that it names inside it."""
    return config | {
        kind: {
            name: _embedded(access, access.origins.get((kind, name), ""), kind, entry)
            for name, entry in config[kind].items()
        }
        for kind in LOCAL
    }


def _embedded(access: Files, origin: str, kind: str, entry: Obj) -> Obj:
    found = dict(entry)
    for key in LOCAL[kind]:
        path = str(found.pop(key, ""))
        if not path:
            continue
        if found.get(f"{key}-data"):
            raise Failure("cannot have values for both path and contents")
        path = posixpath.join(access.sys.cwd, posixpath.dirname(origin), path)
        try:
            found[f"{key}-data"] = base64.b64encode(access.sys.read_file(path)).decode()
        except UnixError as error:
            raise Failure(f"open {path}: {error.message.lower()}") from None
    return found
