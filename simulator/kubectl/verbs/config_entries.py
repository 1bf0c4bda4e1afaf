"""`kubectl config set-cluster|set-credentials|set|unset|rename-context`: single entries of the kubeconfig."""

import base64
from typing import Any

from simulator.kubectl.failures import Failure, UsageFailure
from simulator.kubectl.printers import to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, UnixError

EMPTY: Obj = {"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": [], "users": [], "current-context": ""}
PLURALS = {"cluster": "clusters", "context": "contexts", "user": "users"}
CLUSTER_FLAGS = {"server": "server", "certificate-authority": "certificate-authority", "tls-server-name": "tls-server-name",
                 "proxy-url": "proxy-url", "insecure-skip-tls-verify": "insecure-skip-tls-verify"}  # fmt: skip
USER_FLAGS = {"client-certificate": "client-certificate", "client-key": "client-key", "token": "token",
              "username": "username", "password": "password"}  # fmt: skip
FILES = ("certificate-authority", "client-certificate", "client-key")
MOST_DEPTH = 10


def save(session: Session, data: Obj) -> None:
    """Write the kubeconfig back."""
    session.sys.write_file(session.config.path, to_yaml(data).encode(), mode=0o600)


def put(session: Session, word: str, name: str, entry: Obj) -> None:
    """Write the entry *name* of a kind: `cluster`, `context` or `user`."""
    data = {**EMPTY, **session.config.data}
    kind = PLURALS[word]
    others = [each for each in data.get(kind) or [] if each.get("name") != name]
    save(session, {**data, kind: sorted([*others, {word: entry, "name": name}], key=lambda each: str(each["name"]))})


def set_cluster(session: Session) -> Step:
    """Change a cluster, or make one."""
    name = _one_name(session, "cluster")
    if session.flag("certificate-authority") and session.flag("insecure-skip-tls-verify"):
        raise Failure("you cannot specify a certificate authority and insecure mode at the same time")
    entry = _entry(session, "clusters", name, CLUSTER_FLAGS)
    put(session, "cluster", name, entry)
    session.out(f'Cluster "{name}" set.\n')
    return 0


def set_credentials(session: Session) -> Step:
    """Change a user, or make one."""
    name = _one_name(session, "user")
    methods = [method for method, flag in (("token", "token"), ("basicAuth", "username")) if session.flag(flag)]
    if len(methods) > 1:
        raise Failure(f"you cannot specify more than one authentication method at the same time: {', '.join(methods)}")
    put(session, "user", name, _entry(session, "users", name, USER_FLAGS))
    session.out(f'User "{name}" set.\n')
    return 0


def _one_name(session: Session, word: str) -> str:
    if len(session.args) != 1:
        raise Failure(f"Unexpected args: [{' '.join(session.args)}]\nSee '{session.path} -h' for help and examples")
    if not session.args[0]:
        raise Failure(f"you must specify a non-empty {word} name")
    return session.args[0]


def _entry(session: Session, kind: str, name: str, flags: dict[str, str]) -> Obj:
    """The entry as it was, with what the flags say."""
    entry = dict(session.config.named(kind, name) or {})
    for flag, field in flags.items():
        if not session.given(flag):
            continue
        value = session.flag(flag)
        if flag in FILES and session.flag("embed-certs"):
            entry[f"{field}-data"] = _embedded(session, flag, str(value))
            entry.pop(field, None)
        elif value in ("", False):
            entry.pop(field, None)
        else:
            entry[field] = value
    return entry


def _embedded(session: Session, flag: str, path: str) -> str:
    try:
        return base64.b64encode(session.sys.read_file(path)).decode()
    except UnixError as error:
        raise Failure(f"could not stat {flag} file {path}: stat {path}: {error.message.lower()}") from None


def rename_context(session: Session) -> Step:
    """Call a context otherwise."""
    if len(session.args) != 2:
        raise UsageFailure(
            f"Unexpected args: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    old, new = session.args
    path = session.config.path
    entry = session.config.named("contexts", old)
    if entry is None:
        raise Failure(f'cannot rename the context "{old}", it\'s not in {path}')
    if session.config.named("contexts", new) is not None:
        raise Failure(f'cannot rename the context "{old}", the context "{new}" already exists in {path}')
    data = session.config.data
    contexts = [each for each in data["contexts"] if each.get("name") != old] + [{"context": entry, "name": new}]
    current = new if data.get("current-context") == old else data.get("current-context", "")
    contexts.sort(key=lambda each: str(each["name"]))
    save(session, {**data, "contexts": contexts, "current-context": current})
    session.out(f'Context "{old}" renamed to "{new}".\n')
    return 0


# --- one property, by its path ---------------------------------------------------------------------------------------------
def set_property(session: Session) -> Step:
    """Set what stands at a path such as `contexts.lab.namespace`."""
    if len(session.args) != 2:
        raise UsageFailure(
            f"Unexpected args: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    name, value = session.args
    save(session, _changed({**EMPTY, **session.config.data}, _path(name), value))
    session.out(f'Property "{name}" set.\n')
    return 0


def unset_property(session: Session) -> Step:
    """Take away what stands at a path."""
    if len(session.args) != 1:
        raise UsageFailure(
            f"Unexpected args: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    save(session, _changed({**EMPTY, **session.config.data}, _path(session.args[0]), None))
    session.out(f'Property "{session.args[0]}" unset.\n')
    return 0


def _path(text: str) -> list[str]:
    if not text.strip("."):
        raise Failure("you must specify a property")
    return text.strip(".").split(".")[:MOST_DEPTH]


def _changed(data: Obj, path: list[str], value: Any) -> Obj:
    """The kubeconfig with *value* at *path*, without it for None."""
    head, *rest = path
    if head not in EMPTY and head != "preferences":
        raise Failure(f"unable to locate path {'.'.join(path)}")
    if head in PLURALS.values() and rest:
        return {**data, head: _in_entries(data.get(head) or [], head.removesuffix("s"), rest, value)}
    return {**data, head: EMPTY[head] if value is None and head in EMPTY else value}


def _in_entries(entries: list[Obj], word: str, path: list[str], value: Any) -> list[Obj]:
    name, *fields = path
    entry = next((dict(each.get(word) or {}) for each in entries if each.get("name") == name), None)
    others = [each for each in entries if each.get("name") != name]
    if not fields:
        if value is not None:
            raise Failure("unable to parse path")
        return others
    if value is None:
        if entry is None:
            raise Failure(f"current map key `{name}` is invalid")
        entry.pop(".".join(fields), None)
    else:
        entry = {**(entry or {}), ".".join(fields): value == "true" if value in ("true", "false") else value}
    return sorted([*others, {word: entry, "name": name}], key=lambda each: str(each["name"]))
