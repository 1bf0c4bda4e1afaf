"""`kubectl create service|ingress|poddisruptionbudget`."""

import re

from simulator.api import names, selectors
from simulator.kubectl.cli import Command
from simulator.kubectl.failures import Failure
from simulator.kubectl.generators.making import command, head
from simulator.kubectl.session import Obj, Session

MOST_PORT = 65535
RULE = re.compile(r"[\w*.-]*/[^=]*=[\w-]+:[\w-]+")
BACKEND = re.compile(r"[\w-]+:[\w-]+")
AMOUNT = re.compile(r"[0-9]+%?")
BUDGET_COUNTS = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")


def service_ports(specs: list[str]) -> list[Obj]:
    """`80:8080` as ports of a Service."""
    ports: list[Obj] = []
    for spec in specs:
        port, *targets = spec.split(":")
        target = targets[0] if targets else ""
        if not port.isdigit():
            raise Failure(f'strconv.ParseUint: parsing "{port}": invalid syntax')
        if int(port) > MOST_PORT:
            raise Failure(f'strconv.ParseUint: parsing "{port}": value out of range')
        if target and not target.isdigit() and (problems := names.port_name(target)):
            raise Failure(",".join(problems))
        value: int | str = int(target) if target.isdigit() else target or int(port)
        ports.append({"name": spec.replace(":", "-"), "port": int(port), "protocol": "TCP", "targetPort": value})
    return ports


def _service(session: Session, name: str, kind: str) -> Obj:
    specs = list(session.flag("tcp") or [])
    if not specs and kind != "ExternalName" and session.flag("clusterip") != "None":
        raise Failure("at least one tcp port specifier must be provided")
    labels = {"app": name}
    spec: Obj = {"selector": labels, "type": kind}
    if specs:
        spec["ports"] = service_ports(specs)
    return head("v1", "Service", name, labels) | {"spec": spec, "status": {"loadBalancer": {}}}


def cluster_ip(session: Session, name: str) -> Obj:
    """A Service inside the cluster."""
    obj = _service(session, name, "ClusterIP")
    if session.flag("clusterip"):
        obj["spec"]["clusterIP"] = session.flag("clusterip")
    return obj


def node_port(session: Session, name: str) -> Obj:
    """A Service at a port of every node."""
    obj = _service(session, name, "NodePort")
    if session.flag("node-port"):
        for port in obj["spec"]["ports"]:
            port["nodePort"] = session.flag("node-port")
    return obj


def load_balancer(session: Session, name: str) -> Obj:
    """A Service behind a load balancer."""
    return _service(session, name, "LoadBalancer")


def external_name(session: Session, name: str) -> Obj:
    """A Service that is another name of something outside."""
    if not session.flag("external-name"):
        raise Failure('required flag(s) "external-name" not set')
    obj = _service(session, name, "ExternalName")
    if names.subdomain(session.flag("external-name")):
        raise Failure(f"invalid service external name {session.flag('external-name')}")
    obj["spec"]["externalName"] = session.flag("external-name")
    return obj


def ingress(session: Session, name: str) -> Obj:
    """An Ingress with rules `host/path*=service:port`."""
    spec: Obj = {}
    if session.flag("class"):
        spec["ingressClassName"] = session.flag("class")
    if session.flag("default-backend"):
        if not BACKEND.fullmatch(str(session.flag("default-backend"))):
            raise Failure("default-backend should be in format servicename:serviceport")
        spec["defaultBackend"] = _backend(str(session.flag("default-backend")))
    rules: dict[str, list[Obj]] = {}
    tls: dict[str, list[str]] = {}
    for rule in session.flag("rule"):
        if not RULE.match(rule):
            raise Failure(f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
        words, _, secure = rule.partition(",")
        address, _, backend = words.partition("=")
        host, _, path = address.partition("/")
        if secure == "tls" or secure.startswith("tls="):
            hosts = tls.setdefault(secure.removeprefix("tls").removeprefix("="), [])
            hosts += [host] if host and host not in hosts else []
        kind = "Prefix" if path.endswith("*") else "Exact"
        rules.setdefault(host, []).append(
            {"backend": _backend(backend), "path": "/" + path.removesuffix("*"), "pathType": kind}
        )
    if not rules and "defaultBackend" not in spec:
        raise Failure("not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) "
                      "or a list of rules (which catch specific paths)")  # fmt: skip
    if rules:
        spec["rules"] = [({"host": host} if host else {}) | {"http": {"paths": paths}} for host, paths in rules.items()]
    if tls:
        spec["tls"] = [
            ({"hosts": hosts} if hosts else {}) | ({"secretName": secret} if secret else {})
            for secret, hosts in tls.items()
        ]
    obj = head("networking.k8s.io/v1", "Ingress", name)
    annotations = _annotations(session)
    obj["metadata"] |= {"annotations": annotations} if annotations else {}
    return obj | {"spec": spec, "status": {"loadBalancer": {}}}


def _annotations(session: Session) -> dict[str, str]:
    for pair in session.flag("annotation"):
        if "=" not in pair:
            raise Failure(f"annotation {pair} is invalid and should be in format key=[value]")
    return dict(pair.partition("=")[::2] for pair in session.flag("annotation"))


def _backend(text: str) -> Obj:
    name, _, port = text.partition(":")
    return {"service": {"name": name, "port": {"number": int(port)} if port.isdigit() else {"name": port}}}


def budget(session: Session, name: str) -> Obj:
    """A PodDisruptionBudget."""
    selector, least, most = (str(session.flag(flag)) for flag in ("selector", "min-available", "max-unavailable"))
    if not selector:
        raise Failure("a selector must be specified")
    if bool(least) == bool(most):
        raise Failure(
            "one of min-available or max-unavailable must be specified"
            if not least
            else "min-available and max-unavailable cannot be both specified"
        )
    name_of_flag, text = ("min-available", least) if least else ("max-unavailable", most)
    if not AMOUNT.fullmatch(text):
        raise Failure(f"invalid format specified for {name_of_flag}")
    spec = {"selector": label_selector(selector), "minAvailable" if least else "maxUnavailable": _int_or_text(text)}
    return head("policy/v1", "PodDisruptionBudget", name) | {"spec": spec, "status": dict.fromkeys(BUDGET_COUNTS, 0)}


def label_selector(text: str) -> Obj:
    """A selector's text as a LabelSelector; raises Failure."""
    try:
        return selectors.to_label_selector(text)
    except selectors.BadSelector as error:
        raise Failure(str(error)) from None


def _int_or_text(text: str) -> int | str:
    return int(text) if text.isdigit() else text


SERVICES = (
    command(
        "clusterip",
        "Create a ClusterIP service",
        "services",
        cluster_ip,
        "--clusterip= --tcp=[]",
        refused="failed to create ClusterIP service: ",
    ),
    command(
        "externalname",
        "Create an ExternalName service",
        "services",
        external_name,
        "--external-name= --tcp=[]",
        refused="failed to create ExternalName service: ",
    ),
    command(
        "loadbalancer",
        "Create a LoadBalancer service",
        "services",
        load_balancer,
        "--tcp=[]",
        refused="failed to create LoadBalancer service: ",
    ),
    command(
        "nodeport",
        "Create a NodePort service",
        "services",
        node_port,
        "--node-port=0 --tcp=[]",
        refused="failed to create NodePort service: ",
    ),
)
COMMANDS = (
    command("ingress", "Create an ingress with the specified name", "ingresses.networking.k8s.io", ingress,
            "--annotation=[+] --class= --default-backend= --rule=[+]", aliases=("ing",)),
    command("poddisruptionbudget", "Create a pod disruption budget with the specified name", "poddisruptionbudgets.policy", budget,
            "--max-unavailable= --min-available= --selector=", aliases=("pdb",), refused="failed to create poddisruptionbudgets: "),
    Command("service", "Create a service using a specified subcommand", commands=SERVICES, usage="(clusterip | externalname | loadbalancer | nodeport) [options]", aliases=("svc",)),
)  # fmt: skip
