"""`kubectl autoscale`."""

from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, FILES, PRINT, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

SCALERS = RESOURCES["horizontalpodautoscalers.autoscaling"]


def run(session: Session) -> Step:
    """Make an autoscaler for each object that is named."""
    least, most = int(session.flag("min")), int(session.flag("max"))
    if most < 1:
        raise Failure(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise Failure(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    infos, failures = fetch(session, choose(session, session.args))
    raise_all(for_each(session, infos, lambda info: _autoscale(session, info), failures))
    return 0


def _autoscale(session: Session, info: Info) -> None:
    if info.resource.subresource("scale") is None:
        raise Failure(f"cannot autoscale a {info.resource.kind}: the resource has no scale subresource")
    name = str(session.flag("name") or info.name)
    target = {"apiVersion": info.resource.api_version, "kind": info.resource.kind, "name": info.name}
    spec: Obj = {"maxReplicas": int(session.flag("max")), "scaleTargetRef": target}
    if int(session.flag("min")) > 0:
        spec["minReplicas"] = int(session.flag("min"))
    if int(session.flag("cpu-percent")) >= 0:
        utilization = {"type": "Utilization", "averageUtilization": int(session.flag("cpu-percent"))}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": utilization}}]
    obj: Obj = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": spec,
    }
    made = Info(SCALERS, info.namespace, name, obj)
    if mode(session) != "client":
        made.object = session.create(SCALERS, info.namespace, obj, query(session))
    report(session, made, "autoscaled", suffix(session))


COMMAND = Command(
    "autoscale",
    "Auto-scale a deployment, replica set, stateful set, or replication controller",
    run,
    "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU] [options]",
    declare(
        "--cpu= --cpu-percent=-1 --field-manager=kubectl-autoscale --max=-1 --memory= --min=-1 --name= --save-config=false",
        DRY_RUN,
        FILES,
        PRINT,
    ),
    needs=("max",),
    group="Deploy Commands",
)
