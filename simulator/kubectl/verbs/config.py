"""`kubectl config`: looks at the kubeconfig and changes it (models kubectl/pkg/cmd/config)."""

from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.failures import Failure, Misused, UsageFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.kubeconfig_shape import WORDS
from simulator.kubectl.session import Session
from simulator.kubectl.tabwriter import Table
from simulator.kubectl.verbs import config_entries as entries
from simulator.kubectl.verbs import config_properties as properties
from simulator.kubectl.verbs.config_access import files, only, save
from simulator.kubectl.verbs.config_view import view
from simulator.runtime.syscalls import Step

GONE = 'warning: this removed your active context, use "kubectl config use-context" to select a different one\n'


def current_context(session: Session) -> Step:
    """Print the name of the context in use."""
    name = files(session).starting()["current-context"]
    if not name:
        raise Failure("current-context is not set")
    session.out(f"{name}\n")
    return 0


def get_contexts(session: Session) -> Step:
    """List the contexts."""
    output = session.flag("output")
    if output not in ("", "name"):
        text = f"--output {output} is not available in kubectl config get-contexts; resetting to default output format"
        raise Failure(text)
    config = files(session).starting()
    contexts = config["contexts"]
    failures = [Failure(f"context {name} not found") for name in session.args if name not in contexts]
    names = sorted(name for name in session.args or contexts if name in contexts)
    if output == "name":
        session.out("".join(f"{name}\n" for name in names))
        raise_all(failures)
        return 0
    rows = [] if session.flag("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
    for name in names:
        context = contexts[name]
        mark = "*" if name == config["current-context"] else ""
        rows.append([mark, name, context["cluster"], context["user"], context.get("namespace", "")])
    session.out(Table().format(rows))
    raise_all(failures)
    return 0


def _names(session: Session, kind: str) -> Step:
    session.out("".join(f"{line}\n" for line in ["NAME", *files(session).starting()[kind]]))
    return 0


def use_context(session: Session) -> Step:
    """Make a context the one in use."""
    name = only(session)
    if not name:
        raise Failure("empty context names are not allowed")
    config = files(session).starting()
    if name not in config["contexts"]:
        raise Failure(f'no context exists with the name: "{name}"')
    save(session, {**config, "current-context": name})
    session.out(f'Switched to context "{name}".\n')
    return 0


def _removed(session: Session, kind: str) -> Step:
    word = WORDS[kind]
    if len(session.args) != 1 and kind == "users":
        raise UsageFailure("user to delete is required", f"See '{session.path} -h' for help and examples")
    if len(session.args) != 1:
        raise Misused("", code=0)
    name, access = session.args[0], files(session)
    config = access.starting()
    if name not in config[kind]:
        raise Failure(f"cannot delete {word} {name}, not in {access.default}")
    if kind == "contexts" and config["current-context"] == name:
        session.err(GONE)
    save(session, {**config, kind: {key: each for key, each in config[kind].items() if key != name}})
    session.out(f"deleted {word} {name} from {access.default}\n")
    return 0


MEMBERS = (
    Command("current-context", "Display the current-context", current_context),
    Command("delete-cluster", "Delete the specified cluster from the kubeconfig", lambda session: _removed(session, "clusters"), "NAME [options]"),
    Command("delete-context", "Delete the specified context from the kubeconfig", lambda session: _removed(session, "contexts"), "NAME [options]"),
    Command("delete-user", "Delete the specified user from the kubeconfig", lambda session: _removed(session, "users"), "NAME [options]"),
    Command("get-clusters", "Display clusters defined in the kubeconfig", lambda session: _names(session, "clusters")),
    Command("get-contexts", "Describe one or many contexts", get_contexts, "[(-o|--output=)name)] [options]", declare("--no-headers=false -o --output=")),
    Command("get-users", "Display users defined in the kubeconfig", lambda session: _names(session, "users")),
    Command("rename-context", "Rename a context from the kubeconfig file", entries.rename_context, "CONTEXT_NAME NEW_NAME [options]"),
    Command("set", "Set an individual value in a kubeconfig file", properties.set_property, "PROPERTY_NAME PROPERTY_VALUE [options]",
            declare("--set-raw-bytes=false")),
    Command("set-cluster", "Set a cluster entry in kubeconfig", entries.set_cluster, "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com] [options]",
            declare("--certificate-authority= --embed-certs=false --insecure-skip-tls-verify=false --proxy-url= --server= --tls-server-name=")),
    Command("set-context", "Set a context entry in kubeconfig", entries.set_context, "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]",
            declare("--cluster= --current=false -n --namespace= --user=")),
    Command("set-credentials", "Set a user entry in kubeconfig", entries.set_credentials,
            "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] "
            "[--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] "
            "[--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value] [options]",
            declare("--auth-provider= --auth-provider-arg=[] --client-certificate= --client-key= --embed-certs=false --exec-api-version= --exec-arg=[]",
                    "--exec-command= --exec-env=[+] --exec-interactive-mode= --exec-provide-cluster-info=false --password= --token= --username=")),
    Command("unset", "Unset an individual value in a kubeconfig file", properties.unset_property, "PROPERTY_NAME [options]"),
    Command("use-context", "Set the current-context in a kubeconfig file", use_context, "CONTEXT_NAME [options]", aliases=("use",)),
    Command("view", "Display merged kubeconfig settings or a specified kubeconfig file", view, "[flags] [options]",
            declare("--flatten=false --merge=true --minify=false --raw=false", PRINT)),
)  # fmt: skip
COMMAND = Command("config", "Modify kubeconfig files", usage="SUBCOMMAND [options]", commands=MEMBERS)
