"""`kubectl autoscale`."""

from simulator.api.quantities import BadQuantity, canonical
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, RECORD, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

INSTEAD = "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)."
UNITS = {"cpu": "m", "memory": "Mi"}
MOST_PERCENT = (1 << 31) - 1
NO_SCALE = "could not find scale subresource for {0.group}/{0.version}, Resource={0.plural} in discovery information"
SCALERS = RESOURCES["horizontalpodautoscalers.autoscaling"]


def run(session: Session) -> Step:
    """Make an autoscaler for each object that is named."""
    least, most = int(session.flag("min")), int(session.flag("max"))
    if most < 1:
        raise Failure(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise Failure(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    if int(session.flag("cpu-percent")) > 0 and session.flag("cpu"):
        raise Failure("--cpu-percent and --cpu are mutually exclusive")
    if session.given("cpu-percent"):
        session.err(f"Flag --cpu-percent has been deprecated, {INSTEAD}\n")
    _metrics(session)
    infos, failures = fetch(session, choose(session, session.args), latest=False)
    raise_all(for_each(session, infos, lambda info: _autoscale(session, info), failures))
    return 0


def _autoscale(session: Session, info: Info) -> None:
    if info.resource.subresource("scale") is None:
        raise Failure(f"cannot autoscale a {info.resource.kind}: {NO_SCALE.format(info.resource)}")
    name = str(session.flag("name") or info.name)
    target = {"apiVersion": info.resource.api_version, "kind": info.resource.kind, "name": info.name}
    spec: Obj = {"maxReplicas": int(session.flag("max")), "scaleTargetRef": target}
    if int(session.flag("min")) > 0:
        spec["minReplicas"] = int(session.flag("min"))
    if metrics := _metrics(session):
        spec["metrics"] = metrics
    obj: Obj = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": spec,
        "status": {"currentMetrics": None, "desiredReplicas": 0},
    }
    made = Info(SCALERS, info.namespace, name, obj)
    if mode(session) != "client":
        made.object = session.create(SCALERS, info.namespace, obj, query(session))
    report(session, made, "created" if mode(session) == "client" else "autoscaled", suffix(session))


def _metrics(session: Session) -> list[Obj]:
    """What the flags aim at; raises Failure."""
    percent = int(session.flag("cpu-percent"))
    given = [("cpu", f"{percent}%" if percent > 0 else str(session.flag("cpu") or ""))]
    given.append(("memory", str(session.flag("memory") or "")))
    targets = [(name, _target(name, text.strip())) for name, text in given if text]
    return [{"type": "Resource", "resource": {"name": name, "target": target}} for name, target in targets]


def _target(name: str, text: str) -> Obj:
    """`70%` of the requests, or an amount for each Pod; a mere number has the resource's usual unit."""
    if text.endswith("%"):
        share = text.removesuffix("%")
        if not share.isdecimal() or int(share[:11]) > MOST_PERCENT:
            raise Failure(f"invalid percentage value: {share}")
        return {"type": "Utilization", "averageUtilization": int(share)}
    plain = text.replace(".", "", 1).isdecimal()
    try:
        return {"type": "AverageValue", "averageValue": canonical(text + UNITS[name] if plain else text)}
    except BadQuantity:
        raise Failure(f"invalid resource {name} value: {text}") from None


COMMAND = Command(
    "autoscale",
    "Auto-scale a deployment, replica set, stateful set, or replication controller",
    run,
    "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [options]",
    declare(
        "--cpu= --cpu-percent=-1 --field-manager=kubectl-autoscale --max=-1 --memory= --min=-1 --name= --save-config=false",
        DRY_RUN,
        FILES,
        PRINT,
        RECORD,
    ),
    needs=("max",),
    group="Deploy Commands",
)
