"""`kubectl config`: looks at the kubeconfig and changes it (models kubectl/pkg/cmd/config)."""

from typing import Any

from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.help import command_help
from simulator.kubectl.printers import printer, to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tabwriter import Table
from simulator.kubectl.verbs import config_entries as entries
from simulator.runtime.syscalls import Step

SECRET = ("certificate-authority-data", "client-certificate-data", "client-key-data")
REDACTED = ("token", "password")


def view(session: Session) -> Step:
    """Print the kubeconfig, with what is secret left out unless --raw."""
    data = _complete(session.config.data)
    if session.flag("minify"):
        data = _minified(session, data)
    if not session.flag("raw"):
        data = _redacted(data)
    show = printer(session) or to_yaml
    session.out(show(data))
    return 0


def _complete(data: Obj) -> Obj:
    kept = {key: value for key, value in data.items() if not (key == "preferences" and not value)}
    empty: Obj = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": None,
        "contexts": None,
        "users": None,
        "current-context": "",
    }
    return empty | kept


def _minified(session: Session, data: Obj) -> Obj:
    context = session.config.context
    names = {"contexts": session.config.current, "clusters": context.get("cluster"), "users": context.get("user")}
    if not context:
        raise Failure("current-context must exist in order to minify")
    return data | {
        kind: [each for each in data.get(kind) or [] if each.get("name") == name] for kind, name in names.items()
    }


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(key) or _redacted(each) for key, each in value.items()}
    return [_redacted(each) for each in value] if isinstance(value, list) else value


def _hidden(key: str) -> str:
    return "DATA+OMITTED" if key in SECRET else "REDACTED" if key in REDACTED else ""


def current_context(session: Session) -> Step:
    """Print the name of the context in use."""
    if not session.config.current:
        raise Failure("current-context is not set")
    session.out(f"{session.config.current}\n")
    return 0


def get_contexts(session: Session) -> Step:
    """List the contexts."""
    contexts = {each["name"]: each.get("context") or {} for each in session.config.data.get("contexts") or []}
    failures = [Failure(f"context {name} not found") for name in session.args if name not in contexts]
    names = sorted(name for name in session.args or contexts if name in contexts)
    if session.flag("output") == "name":
        session.out("".join(f"{name}\n" for name in names))
        raise_all(failures)
        return 0
    rows = [] if session.flag("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
    for name in names:
        context = contexts[name]
        mark = "*" if name == session.config.current else ""
        rows.append([mark, name, context.get("cluster", ""), context.get("user", ""), context.get("namespace", "")])
    session.out(Table().format(rows))
    raise_all(failures)
    return 0


def get_clusters(session: Session) -> Step:
    """List the clusters."""
    session.out(
        "".join(f"{line}\n" for line in ["NAME", *(each["name"] for each in session.config.data.get("clusters") or [])])
    )
    return 0


def get_users(session: Session) -> Step:
    """List the users."""
    session.out(
        "".join(f"{line}\n" for line in ["NAME", *(each["name"] for each in session.config.data.get("users") or [])])
    )
    return 0


def use_context(session: Session) -> Step:
    """Make a context the one in use."""
    if len(session.args) != 1:
        session.err(command_help(session.path, USE))
        return 1
    name = session.args[0]
    if session.config.named("contexts", name) is None:
        raise Failure(f'no context exists with the name: "{name}"')
    entries.save(session, {**session.config.data, "current-context": name})
    session.out(f'Switched to context "{name}".\n')
    return 0


def set_context(session: Session) -> Step:
    """Change a context, or make one."""
    if session.args and session.flag("current"):
        raise Failure("you cannot specify both a context name and --current")
    name = session.config.current if session.flag("current") else next(iter(session.args), "")
    if session.flag("current") and not name:
        raise Failure("no current context is set")
    if not name:
        raise Failure("you must specify a non-empty context name or --current")
    known = session.config.named("contexts", name)
    context = {
        **(known or {}),
        **{key: session.flag(key) for key in ("cluster", "user", "namespace") if session.given(key)},
    }
    others = [each for each in session.config.data.get("contexts") or [] if each.get("name") != name]
    contexts = sorted([*others, {"context": context, "name": name}], key=lambda each: str(each["name"]))
    entries.save(session, {**_complete(session.config.data), "contexts": contexts})
    session.out(f'Context "{name}" {"created" if known is None else "modified"}.\n')
    return 0


def _removed(session: Session, kind: str, word: str) -> Step:
    if len(session.args) != 1:
        raise Failure(f"cannot delete {word}: exactly one name is needed")
    name, path = session.args[0], session.config.path
    if session.config.named(kind, name) is None:
        raise Failure(f"cannot delete {word} {name}, not in {path}")
    if kind == "contexts" and session.config.current == name:
        session.err(
            'warning: this removed your active context, use "kubectl config use-context" to select a different one\n'
        )
    entries.save(
        session, {**session.config.data, kind: [each for each in session.config.data[kind] if each.get("name") != name]}
    )
    session.out(f"deleted {word} {name} from {path}\n")
    return 0


USE = Command(
    "use-context",
    "Set the current-context in a kubeconfig file",
    use_context,
    "CONTEXT_NAME [options]",
    aliases=("use",),
)
MEMBERS = (
    Command("current-context", "Display the current-context", current_context),
    Command("delete-cluster", "Delete the specified cluster from the kubeconfig", lambda session: _removed(session, "clusters", "cluster"), "NAME [options]"),
    Command("delete-context", "Delete the specified context from the kubeconfig", lambda session: _removed(session, "contexts", "context"), "NAME [options]"),
    Command("delete-user", "Delete the specified user from the kubeconfig", lambda session: _removed(session, "users", "user"), "NAME [options]"),
    Command("get-clusters", "Display clusters defined in the kubeconfig", get_clusters),
    Command("get-contexts", "Describe one or many contexts", get_contexts, "[(-o|--output=)name)] [options]", declare("--no-headers=false -o --output=")),
    Command("get-users", "Display users defined in the kubeconfig", get_users),
    Command("rename-context", "Rename a context from the kubeconfig file", entries.rename_context, "CONTEXT_NAME NEW_NAME [options]"),
    Command("set", "Set an individual value in a kubeconfig file", entries.set_property, "PROPERTY_NAME PROPERTY_VALUE [options]",
            declare("--set-raw-bytes=false")),
    Command("set-cluster", "Set a cluster entry in kubeconfig", entries.set_cluster, "NAME [--server=server] [options]",
            declare("--certificate-authority= --embed-certs=false --insecure-skip-tls-verify=false --proxy-url= --server= --tls-server-name=")),
    Command("set-context", "Set a context entry in kubeconfig", set_context, "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]",
            declare("--cluster= --current=false --namespace= --user=")),
    Command("set-credentials", "Set a user entry in kubeconfig", entries.set_credentials, "NAME [--token=bearer_token] [options]",
            declare("--client-certificate= --client-key= --embed-certs=false --password= --token= --username=")),
    Command("unset", "Unset an individual value in a kubeconfig file", entries.unset_property, "PROPERTY_NAME [options]"),
    USE,
    Command("view", "Display merged kubeconfig settings or a specified kubeconfig file", view, "[flags] [options]",
            declare("--flatten=false --merge=true --minify=false --raw=false", PRINT)),
)  # fmt: skip
COMMAND = Command("config", "Modify kubeconfig files", usage="SUBCOMMAND [options]", commands=MEMBERS)
