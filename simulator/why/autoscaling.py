"""Why an autoscaler does not scale: from its own conditions, and from what its target's containers leave out."""

from simulator.api import meta, selectors
from simulator.api.requests import Obj
from simulator.api.resources import by_kind
from simulator.client.pods import is_finished
from simulator.controllers.podautoscaler import POD_METRICS, UNREACHABLE
from simulator.why import pods
from simulator.why.chain import Chain, Link, Ref
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref
from simulator.why.near import nearest

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


def autoscaler(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a HorizontalPodAutoscaler."""
    about, target = ref(AUTOSCALERS, obj), obj["spec"]["scaleTargetRef"]
    name, look = str(target["name"]), (describe(about), "kubectl top pods")
    resource = by_kind(target.get("apiVersion", "apps/v1"), target["kind"])
    found = inquiry.find(resource.name, about.namespace, name) if resource else None
    values: dict[str, str | int] = {"target": f"{target['kind']}/{name}"}
    if found is None:
        close = nearest(name, inquiry.names(resource.name, about.namespace)) if resource else ""
        kind = "hpa.target_near" if close else "hpa.target"
        evidence = condition_evidence(obj, "AbleToScale")
        path = ("spec", "scaleTargetRef", "name")
        return Chain([Link(kind, values | ({"near": close} if close else {}), about, path, evidence, look)])
    evidence = condition_evidence(obj, "ScalingActive")
    if meta.is_true(obj, "ScalingActive"):
        limited = meta.is_true(obj, "ScalingLimited")
        kind = "hpa.limited" if limited else "hpa.works"
        facts = condition_evidence(obj, "ScalingLimited") if limited else evidence
        return Chain([Link(kind, values, about, ("spec", "maxReplicas") if limited else (), facts, look)])
    if found["spec"].get("replicas") == 0:
        return Chain([Link("hpa.zero", values, about, ("spec", "scaleTargetRef"), evidence, look)])
    first = Link("hpa.unknown", values, about, ("spec", "metrics"), evidence, look)
    causes = [*without_adapter(obj, about), *without_requests(obj, resource.name if resource else "", found)]
    return Chain([first, *causes]) if causes else unmeasured(inquiry, obj, found).after(first)


def without_adapter(obj: Obj, about: Ref) -> list[Link]:
    """The metrics for which nobody here answers: all but those that the metrics server has."""
    links = []
    for at, metric in enumerate(obj["spec"].get("metrics") or ()):
        if metric["type"] in UNREACHABLE:
            group = "external.metrics.k8s.io" if metric["type"] == "External" else "custom.metrics.k8s.io"
            values = {"type": str(metric["type"]), "group": group}
            links.append(
                Link(
                    "hpa.no_adapter", values, about, ("spec", "metrics", at, "type"), next=("kubectl get apiservices",)
                )
            )
    return links


def unmeasured(inquiry: Inquiry, obj: Obj, target: Obj) -> Chain:
    """No Pod of the target can be measured: there is none, none is ready, or none has a sample yet."""
    about = ref(AUTOSCALERS, obj)
    selector = target["spec"].get("selector") or {}
    mine = [
        pod
        for pod in inquiry.all("pods", about.namespace)
        if selectors.selects(selector, meta.labels(pod)) and not is_finished(pod)
    ]
    if not mine:
        return Chain([Link("hpa.no_pods", {"target": str(obj["spec"]["scaleTargetRef"]["name"])}, about)])
    if chain := pods.behind(inquiry, mine).links:
        return Chain(chain)
    sampled = {meta.name(each) for each in inquiry.all(POD_METRICS, about.namespace)}
    fresh = [meta.name(pod) for pod in mine if meta.name(pod) not in sampled]
    kind = "hpa.no_samples" if fresh else "hpa.young"
    return Chain(
        [
            Link(
                kind,
                {"pods": ", ".join((fresh or [meta.name(pod) for pod in mine])[:5])},
                about,
                next=("kubectl top pods",),
            )
        ]
    )


def without_requests(obj: Obj, resource: str, target: Obj) -> list[Link]:
    """The containers of the target that do not request what the autoscaler measures in percent of the request."""
    wanted = [
        str(metric["resource"]["name"])
        for metric in obj["spec"].get("metrics") or ()
        if metric["type"] == "Resource" and (metric["resource"].get("target") or {}).get("type") == "Utilization"
    ]
    links = []
    for name in wanted:
        for at, container in enumerate(target["spec"]["template"]["spec"]["containers"]):
            if name not in ((container.get("resources") or {}).get("requests") or {}):
                path = ("spec", "template", "spec", "containers", at, "resources")
                values = {"container": container["name"], "resource": name}
                links.append(Link("hpa.no_request", values, ref(resource, target), path))
    return links
