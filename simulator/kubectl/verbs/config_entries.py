"""`kubectl config set-cluster|set-context|set-credentials|rename-context`: single entries of the kubeconfig."""

import base64
import posixpath
from collections.abc import Iterable

from simulator.kubectl.failures import Failure, Misused
from simulator.kubectl.kubeconfig_shape import complete
from simulator.kubectl.modifying import pairs
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.config_access import files, only, save, words
from simulator.runtime.syscalls import Step, UnixError

CERTIFICATES = ("client-certificate", "client-key")
MODES = ("IfAvailable", "Never", "Always")
EXEC: Obj = {"command": "", "args": None, "env": None, "provideClusterInfo": False}
EXEC_FLAGS = {
    "exec-api-version": "apiVersion",
    "exec-interactive-mode": "interactiveMode",
    "exec-provide-cluster-info": "provideClusterInfo",
}


def _put(session: Session, kind: str, name: str, config: Obj, entry: Obj) -> None:
    save(session, {**config, kind: {**config[kind], name: complete(kind, entry)}})


# --- clusters
def set_cluster(session: Session) -> Step:
    """Change a cluster, or make one."""
    name = only(session)
    if not name:
        raise Failure("you must specify a non-empty cluster name")
    authority = session.flag("certificate-authority")
    if authority and session.flag("insecure-skip-tls-verify"):
        raise Failure("you cannot specify a certificate authority and insecure mode at the same time")
    if session.flag("embed-certs"):
        _can_embed(session, ("certificate-authority",))
    config = files(session).starting()
    entry = _cluster(session, dict(config["clusters"].get(name, {})))
    _put(session, "clusters", name, config, entry)
    session.out(f'Cluster "{name}" set.\n')
    return 0


def _cluster(session: Session, entry: Obj) -> Obj:
    """The cluster with what the flags say; one way to know it by excludes the other."""
    if session.given("server"):
        entry |= {"server": session.flag("server"), "tls-server-name": ""}
    entry["insecure-skip-tls-verify"] = session.flag("insecure-skip-tls-verify")  # counts as given, whatever was typed
    if entry["insecure-skip-tls-verify"]:
        entry |= {"certificate-authority": "", "certificate-authority-data": None}
    if session.given("certificate-authority"):
        entry |= _file(session, "certificate-authority") | {"insecure-skip-tls-verify": False}
    return entry | {flag: session.flag(flag) for flag in ("tls-server-name", "proxy-url") if session.given(flag)}


# --- files
def _can_embed(session: Session, flags: Iterable[str]) -> None:
    given = [flag for flag in flags if session.flag(flag)]
    if not given:
        raise Failure(f"you must specify a {' or '.join(f'--{flag}' for flag in flags)} to embed")
    for flag in given:
        path = session.flag(flag)
        try:
            session.sys.stat(path)
        except UnixError as error:
            raise Failure(f"could not stat {flag} file {path}: stat {path}: {error.message.lower()}") from None


def _file(session: Session, flag: str) -> Obj:
    """What an entry says of the file that a flag names: where it is, or what is in it."""
    path = posixpath.normpath(posixpath.join(session.sys.cwd, session.flag(flag)))
    if session.flag("embed-certs"):
        return {flag: "", f"{flag}-data": _content(session, path)}
    return {flag: path, f"{flag}-data": None}


def _content(session: Session, path: str) -> str:
    try:
        return base64.b64encode(session.sys.read_file(path)).decode()
    except UnixError:
        return ""


# --- users
def set_credentials(session: Session) -> Step:
    """Change a user, or make one."""
    if len(session.args) != 1:
        raise Misused(f"unexpected args: [{' '.join(session.args)}]")
    name = session.args[0]
    try:
        provider, variables = (pairs(session.flag(flag), flag) for flag in ("auth-provider-arg", "exec-env"))
    except Failure as failure:
        raise Misused(failure.message) from None
    _validate(session, name)
    config = files(session).starting()
    entry = dict(config["users"].get(name, {}))
    for flag in CERTIFICATES:
        entry |= _file(session, flag) if session.given(flag) else {}
    entry |= {flag: session.flag(flag) for flag in ("token", "username", "password") if session.given(flag)}
    entry |= {"auth-provider": _provider(session, entry.get("auth-provider"), provider)}
    entry |= {"exec": _exec(session, entry.get("exec"), variables)}
    _put(session, "users", name, config, entry | _other_way(session))
    session.out(f'User "{name}" set.\n')
    return 0


def _validate(session: Session, name: str) -> None:
    if not name:
        raise Failure("you must specify a non-empty user name")
    if session.flag("token") and (session.flag("username") or session.flag("password")):
        methods = "--token, --username/--password"
        raise Failure(f"you cannot specify more than one authentication method at the same time: {methods}")
    if session.flag("embed-certs"):
        _can_embed(session, CERTIFICATES)
    if session.given("exec-interactive-mode") and session.flag("exec-interactive-mode") not in MODES:
        raise Failure(f"invalid interactive mode type, can be only {', '.join(MODES)}")


def _provider(session: Session, known: Obj | None, changes: tuple[dict[str, str], list[str]]) -> Obj | None:
    name = session.flag("auth-provider")
    if session.given("auth-provider") and (known is None or known.get("name") != name):
        known = {"name": name}
    if known is None:
        return None
    given, removed = changes
    kept = {key: value for key, value in (known.get("config") or {}).items() if key not in removed}
    return {"name": known.get("name", ""), "config": kept | given}


def _exec(session: Session, known: Obj | None, changes: tuple[dict[str, str], list[str]]) -> Obj | None:
    """The program that gets the credentials; what says something of none is ignored."""
    if session.given("exec-command"):
        known = {**(known or EXEC), "command": session.flag("exec-command"), "args": None}
    if known is None:
        return None
    known = known | {field: session.flag(flag) for flag, field in EXEC_FLAGS.items() if session.given(flag)}
    known |= {"args": session.flag("exec-arg")} if session.flag("exec-arg") else {}
    given, removed = changes
    variables: list[Obj] | None = known.get("env")
    if removed:
        variables = [each for each in variables or [] if each.get("name") not in removed]
    if given:
        old = {each.get("name"): each.get("value") for each in variables or []}
        variables = [{"name": name, "value": value} for name, value in (old | given).items()]
    return {**known, "env": variables}


def _other_way(session: Session) -> Obj:
    """Who is known by a token is not known by a password, and the other way round."""
    token, basic = session.flag("token"), session.flag("username") or session.flag("password")
    if token:
        return {"username": "", "password": ""}
    return {"token": ""} if basic else {}


# --- contexts
def set_context(session: Session) -> Step:
    """Change a context, or make one."""
    if len(session.args) > 1:
        words(session, 1)
    name, current = next(iter(session.args), ""), session.flag("current")
    if not name and not current:
        raise Failure("you must specify a non-empty context name or --current")
    if name and current:
        raise Failure("you cannot specify both a context name and --current")
    config = files(session).starting()
    name = config["current-context"] if current else name
    if not name:
        raise Failure("no current context is set")
    known = config["contexts"].get(name)
    given = {key: session.flag(key) for key in ("cluster", "user", "namespace") if session.given(key)}
    _put(session, "contexts", name, config, {**(known or {}), **given})
    session.out(f'Context "{name}" {"created" if known is None else "modified"}.\n')
    return 0


def rename_context(session: Session) -> Step:
    """Call a context otherwise."""
    old, new = words(session, 2)
    if not new:
        raise Failure("You must specify a new non-empty context name")
    access = files(session)
    config, path = access.starting(), access.default
    contexts = dict(config["contexts"])
    if old not in contexts:
        raise Failure(f'cannot rename the context "{old}", it\'s not in {path}')
    if new in contexts:
        raise Failure(f'cannot rename the context "{old}", the context "{new}" already exists in {path}')
    contexts[new] = contexts.pop(old)
    current = new if config["current-context"] == old else config["current-context"]
    save(session, {**config, "contexts": contexts, "current-context": current})
    session.out(f'Context "{old}" renamed to "{new}".\n')
    return 0
