"""`kubectl expose`: a Service in front of what there is (models kubectl/pkg/cmd/expose)."""

from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, RECORD, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.modifying import pod_spec
from simulator.kubectl.overriding import overridden
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

SERVICES = RESOURCES["services"]
AFFINITIES = ("None", "ClientIP")
EXPOSABLE = ("pods", "services", "replicationcontrollers", "deployments.apps", "replicasets.apps")


def run(session: Session) -> Step:
    """Make a Service for each object that is named."""
    infos, failures = fetch(session, choose(session, session.args, selectors=False), latest=False)
    raise_all(for_each(session, infos, lambda info: _expose(session, info), failures))
    return 0


def _expose(session: Session, info: Info) -> None:
    if info.resource.name not in EXPOSABLE:
        raise Failure(f"cannot expose a {info.resource.qualified_kind}")
    name = str(session.flag("name") or info.name)[:63]
    selector = _selector(session, info)
    ports = _ports(session, info.object)
    spec: Obj = {"ports": ports, "selector": selector}
    for flag, field in (
        ("type", "type"),
        ("session-affinity", "sessionAffinity"),
    ):
        if session.flag(flag):
            spec[field] = session.flag(flag)
    if spec.get("sessionAffinity", "None") not in AFFINITIES:
        raise Failure(f"unknown session affinity: {spec['sessionAffinity']}")
    if session.flag("load-balancer-ip") and session.flag("type") == "LoadBalancer":
        spec["loadBalancerIP"] = session.flag("load-balancer-ip")
    if session.flag("cluster-ip"):
        spec["clusterIP"] = session.flag("cluster-ip")
    if session.flag("external-ip"):
        spec["externalIPs"] = [session.flag("external-ip")]
    labels = (
        _labels(str(session.flag("labels"))) if session.flag("labels") else info.object["metadata"].get("labels") or {}
    )
    metadata: Obj = {"name": name} | ({"labels": labels} if labels else {})
    if session.namespace != "default":
        metadata["namespace"] = session.namespace
    service: Obj = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }
    service = overridden(session, service)
    made = Info(SERVICES, info.namespace, name, service)
    if mode(session) != "client":
        made.object = session.create(SERVICES, info.namespace, service, query(session))
    report(session, made, "exposed", suffix(session))


def _labels(text: str) -> dict[str, str]:
    pairs = [part.replace("==", "=").partition("=") for part in text.split(",")]
    if any(not equals for _, equals, _ in pairs):
        raise Failure(f"unexpected label spec: {text}")
    return {key: value for key, _, value in pairs}


def _selector(session: Session, info: Info) -> dict[str, str]:
    if session.flag("selector"):
        return _labels(str(session.flag("selector")))
    kind, spec = info.object.get("kind"), info.object.get("spec") or {}
    prefix = "couldn't retrieve selectors via --selector flag or introspection: "
    if kind == "Pod":
        labels = info.object["metadata"].get("labels") or {}
        if not labels:
            raise Failure(f"{prefix}the pod has no labels and cannot be exposed")
        return dict(labels)
    selector = spec.get("selector") or {}
    if kind in ("Service", "ReplicationController"):
        if not selector:
            raise Failure(f"{prefix}the {str(kind).lower()} has no pod selector set")
        return dict(selector)
    if selector.get("matchExpressions"):
        shown = " ".join(_expression(each) for each in selector["matchExpressions"])
        raise Failure(f'{prefix}couldn\'t convert expressions - "[{shown}]" to map-based selector format')
    return dict(selector.get("matchLabels") or {})


def _expression(each: Obj) -> str:
    values = " ".join(each.get("values") or ())
    return f"{{Key:{each.get('key', '')} Operator:{each.get('operator', '')} Values:[{values}]}}"


def _ports(session: Session, obj: Obj) -> list[Obj]:
    found = _declared(obj)
    numbers = str(session.flag("port")).split(",") if session.flag("port") else [str(port) for port, _ in found]
    if not numbers or numbers == [""]:
        raise Failure("couldn't find port via --port flag or introspection")
    protocols = dict(found)
    ports: list[Obj] = []
    for at, text in enumerate(numbers):
        if not text.isdigit() or len(text) > 9:
            raise Failure(f'strconv.Atoi: parsing "{text}": invalid syntax')
        protocol = session.flag("protocol") or protocols.get(int(text)) or "TCP"
        target = str(session.flag("target-port") or text)
        port: Obj = {"port": int(text), "protocol": protocol, "targetPort": int(target) if target.isdigit() else target}
        ports.append(({"name": f"port-{at + 1}"} if len(numbers) > 1 else {}) | port)
    return ports


def _declared(obj: Obj) -> list[tuple[int, str]]:
    """Ports and protocols that the object itself tells of."""
    if obj.get("kind") == "Service":
        return [(each["port"], each.get("protocol", "TCP")) for each in (obj.get("spec") or {}).get("ports") or []]
    containers = pod_spec(obj).get("containers") or []
    return [
        (each["containerPort"], each.get("protocol", "TCP"))
        for container in containers
        for each in container.get("ports") or []
    ]


COMMAND = Command(
    "expose",
    "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    run,
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type] [options]",
    declare(
        "--cluster-ip= --external-ip= --field-manager=kubectl-expose -l --labels= --load-balancer-ip= --name= --override-type=merge",
        "--overrides= --port= --protocol= --save-config=false --selector= --session-affinity= --target-port= --type=",
        DRY_RUN,
        FILES,
        PRINT,
        RECORD,
    ),
    group="Basic Commands (Beginner)",
)
