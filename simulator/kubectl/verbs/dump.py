"""`kubectl cluster-info dump`: nodes, and what is in namespaces with all logs (models kubectl/pkg/cmd/clusterinfo)."""

import json

from simulator.api import schema
from simulator.api.resources import RESOURCES, Resource
from simulator.api.struct_order import in_struct_order
from simulator.api.wire import bare
from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import info_of
from simulator.kubectl.printers import ESCAPES, Printer, output, printer, shown
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, UnixError

SYSTEM = "kube-system"
# What is listed of each namespace, and the name of its file.
LISTED = (
    ("events", "events"),
    ("replicationcontrollers", "replication-controllers"),
    ("services", "services"),
    ("daemonsets.apps", "daemonsets"),
    ("deployments.apps", "deployments"),
    ("replicasets.apps", "replicasets"),
    ("pods", "pods"),
)
MARK = "==== {what} logs for container {container} of pod {namespace}/{pod} ====\n"
# What a client makes of an answer whose body it does not look at (apimachinery/pkg/api/errors, NewGenericServerResponse).
REJECTED = {
    400: "the server rejected our request for an unknown reason",
    404: "the server could not find the requested resource",
}


class Dump:
    """Where the texts go: to standard output, or each into a file of a folder."""

    def __init__(self, session: Session) -> None:
        self.session = session
        folder = str(session.flag("output-directory") or "")
        self.folder = "" if folder == "-" else folder
        self.form = output(session)[0]
        self.show = printer(session)
        if self.form == "name":
            raise Failure("list types are not supported by name printing: *v1.NodeList")
        self.printed = 0

    def put(self, path: str, text: str) -> None:
        """A text; *path* is that of its file, without the folder."""
        if not self.folder:
            self.session.out(text)
            return
        sys, full = self.session.sys, f"{self.folder}/{path}"
        try:
            _make_folders(self.session, full.rpartition("/")[0])
            sys.write_file(full, text.encode(), mode=0o666)
        except UnixError as error:
            raise Failure(f"open {full}: {error.message.lower()}") from None

    def put_list(self, resource: Resource, body: Obj, path: str) -> None:
        """A list of objects; in YAML, what is not the first thing begins with a line."""
        assert self.show is not None
        text = _text(ordered(resource, shown(self.session, body)), self.form, self.show)
        self.printed += 1
        if self.form == "yaml" and self.printed > 1:
            text = f"---\n{text}"
        self.put(f"{path}.{self.form if self.form in ('json', 'yaml') else 'txt'}", text)


def run(session: Session) -> Step:
    """Dump everything."""
    dump = Dump(session)
    nodes = RESOURCES["nodes"]
    dump.put_list(nodes, session.list(nodes, None), "nodes")
    for namespace in _namespaces(session):
        for name, file in LISTED:
            body = session.list(RESOURCES[name], namespace)
            dump.put_list(RESOURCES[name], body, f"{namespace}/{file}")
        for pod in body["items"]:
            dump.put(f"{namespace}/{pod['metadata']['name']}/logs.txt", _logs(session, pod))
    if dump.folder:
        session.out(f"Cluster info dumped to {dump.folder}\n")
    return 0


def ordered(resource: Resource, body: Obj) -> Obj:
    """A list as a typed client has it: fields as in Go's structs, kind and version on the list alone."""
    definition = schema.definition_of(resource.api_version, resource.kind)
    items = [in_struct_order(bare(each), definition) for each in body["items"]]
    return {"kind": f"{resource.kind}List", "apiVersion": resource.api_version} | {
        "metadata": body.get("metadata") or {},
        "items": items,
    }


def _text(body: Obj, form: str, show: Printer) -> str:
    if form != "json":
        return show(body)
    return json.dumps(body, indent=4, ensure_ascii=False).translate(ESCAPES) + "\n"


def _namespaces(session: Session) -> list[str]:
    if session.flag("all-namespaces"):
        return [each["metadata"]["name"] for each in session.list(RESOURCES["namespaces"], None)["items"]]
    return list(session.flag("namespaces")) or [SYSTEM, session.namespace]


def _logs(session: Session, pod: Obj) -> str:
    """What each container of a Pod has written, between two marks."""
    spec, info = pod["spec"], info_of(RESOURCES["pods"], pod)
    found = ""
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        who = {"container": container["name"], "namespace": info.namespace, "pod": info.name}
        query = {"container": container["name"]}
        request = session.request("connect", info.resource, info.namespace, info.name, subresource="log", query=query)
        response = session.ask(request)
        text = response.body.decode(errors="replace") if isinstance(response.body, bytes) else str(response.body or "")
        if response.failed:
            why = REJECTED.get(response.code, str(response.body.get("message", "")))
            text = f"Request log error: {why} (get pods {info.name})\n"
        found += MARK.format(what="START", **who) + text + MARK.format(what="END", **who)
    return found


def _make_folders(session: Session, path: str) -> None:
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        folder = "/".join(parts[:end])
        if folder and not session.sys.exists(folder):
            session.sys.mkdir(folder, 0o755)


COMMAND = Command(
    "dump",
    "Dump relevant information for debugging and diagnosis",
    run,
    "[options]",
    declare(
        "-A --all-namespaces=false --namespaces=[] --output-directory= --pod-running-timeout=20s",
        PRINT.replace("--output=", "--output=json"),
    ),
)
