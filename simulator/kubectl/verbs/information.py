"""`kubectl version|api-resources|api-versions|cluster-info|options`: about the client and the server."""

import json
from collections.abc import Callable

from simulator.api.requests import Request
from simulator.api.resources import RESOURCES, Resource
from simulator.kubectl.cli import GLOBAL_FLAGS, Command
from simulator.kubectl.discovery import everything
from simulator.kubectl.failures import Failure, UsageFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.help import flag_list
from simulator.kubectl.infos import items
from simulator.kubectl.printers import to_yaml
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tabwriter import Table
from simulator.kubectl.verbs import dump
from simulator.runtime.syscalls import Step

CLIENT = {
    "major": "1",
    "minor": "36",
    "gitVersion": "v1.36.2",
    "gitCommit": "podlab",
    "gitTreeState": "clean",
    "buildDate": "2026-06-09T00:00:00Z",
    "goVersion": "go1.26",
    "compiler": "gc",
    "platform": "linux/amd64",
}
KUSTOMIZE = "v5.8.1"
CLUSTER_SERVICES = "kubernetes.io/cluster-service=true"


def version(session: Session) -> Step:
    """Print the versions of client and server."""
    if session.args:
        raise Failure(f"extra arguments: [{' '.join(session.args)}]")
    server: Obj = {}
    if not session.flag("client"):
        server = session.call(Request("get", path="/version", query={"timeout": ["32s"]}))
    form = str(session.flag("output") or "")
    value: Obj = {"clientVersion": CLIENT, "kustomizeVersion": KUSTOMIZE}
    value |= {"serverVersion": {key: server[key] for key in CLIENT if key in server}} if server else {}
    if form in ("json", "yaml"):
        session.out(json.dumps(value, indent=2) + "\n" if form == "json" else to_yaml(value))
        return 0
    if form:
        raise Failure("--output must be 'yaml' or 'json'")
    session.out(f"Client Version: {CLIENT['gitVersion']}\nKustomize Version: {KUSTOMIZE}\n")
    if server:
        session.out(f"Server Version: {server['gitVersion']}\n")
    return 0


def api_versions(session: Session) -> Step:
    """Print the API groups with their versions."""
    if session.args:
        raise UsageFailure(
            f"unexpected arguments: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    found = {
        f"{each.group}/{number}" if each.group else number for each in everything(session) for number in each.versions
    }
    session.out("".join(f"{each}\n" for each in sorted(found)))
    return 0


SORTS: dict[str, Callable[[Resource], tuple[str, ...]]] = {
    "": lambda each: (each.group, each.plural),
    "name": lambda each: (each.plural,),
    "kind": lambda each: (each.kind,),
}


def api_resources(session: Session) -> Step:
    """Print the resources that the server knows."""
    if session.args:
        raise UsageFailure(
            f"unexpected arguments: [{' '.join(session.args)}]", f"See '{session.path} -h' for help and examples"
        )
    form = str(session.flag("output") or "")
    if form not in ("", "wide", "name"):
        raise Failure(f"--output {form} is not available")
    if session.flag("sort-by") not in SORTS:
        raise Failure("--sort-by accepts only name or kind")
    found = [each for each in everything(session) if _wanted(session, each)]
    found.sort(key=SORTS[str(session.flag("sort-by"))])
    if form == "name":
        session.out("".join(f"{each.name}\n" for each in found))
        return 0
    wide = form == "wide"
    rows = (
        []
        if session.flag("no-headers")
        else [["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"] + ["VERBS", "CATEGORIES"] * wide]
    )
    rows += [_row(each, wide) for each in found]
    session.out(Table().format(rows))
    return 0


def _wanted(session: Session, resource: Resource) -> bool:
    if session.given("namespaced") and resource.namespaced != session.flag("namespaced"):
        return False
    if session.given("api-group") and resource.group != session.flag("api-group"):
        return False
    verbs, categories = session.flag("verbs"), session.flag("categories")
    return all(verb in resource.verbs for verb in verbs) and all(each in resource.categories for each in categories)


def _row(resource: Resource, wide: bool) -> list[str]:
    row = [
        resource.plural,
        ",".join(resource.short_names),
        resource.api_version,
        "true" if resource.namespaced else "false",
        resource.kind,
    ]
    return row + ([",".join(resource.verbs), ",".join(resource.categories)] if wide else [])


def cluster_info(session: Session) -> Step:
    """Say where the control plane and its services are."""
    services = RESOURCES["services"]
    body = session.list(services, "kube-system", query={"labelSelector": CLUSTER_SERVICES})
    session.out(f"Kubernetes control plane is running at {session.server}\n")
    for service in items(services, body):
        session.out(_service_line(session.server, service))
    session.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
    return 0


def _service_line(server: str, service: Obj) -> str:
    metadata = service["metadata"]
    labels = metadata.get("labels") or {}
    name = labels.get("kubernetes.io/name") or metadata["name"]
    port = next((each.get("name") for each in (service.get("spec") or {}).get("ports") or [] if each.get("name")), "")
    path = f"{metadata['name']}:{port}" if port else metadata["name"]
    return f"{name} is running at {server}/api/v1/namespaces/{metadata['namespace']}/services/{path}/proxy\n"


def options(session: Session) -> Step:
    """List the flags that every command takes."""
    session.out(f"The following options can be passed to any command:\n\n{flag_list(GLOBAL_FLAGS)}")
    return 0


VERSION = Command(
    "version",
    "Print the client and server version information",
    version,
    "[flags] [options]",
    declare("--client=false -o --output="),
)
API_VERSIONS = Command(
    "api-versions", 'Print the supported API versions on the server, in the form of "group/version"', api_versions
)
API_RESOURCES = Command(
    "api-resources",
    "Print the supported API resources on the server",
    api_resources,
    "[flags] [options]",
    declare(
        "--api-group= --cached=false --categories=[] --namespaced=true --no-headers=false -o --output= --sort-by= --verbs=[]"
    ),
)
CLUSTER_INFO = Command(
    "cluster-info",
    "Display cluster information",
    cluster_info,
    "[flags] [options]",
    commands=(dump.COMMAND,),
    group="Cluster Management Commands",
)
OPTIONS = Command("options", "Print the list of flags inherited by all commands", options, group="")
