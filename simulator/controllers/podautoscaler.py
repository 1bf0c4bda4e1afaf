"""Scaling by what Pods use (pkg/controller/podautoscaler): every fifteen seconds each autoscaler looks at the metrics API."""

from typing import Any

from simulator.api import meta
from simulator.api.errors import ApiError
from simulator.api.quantities import NANO, BadQuantity, milli, nano, render
from simulator.api.requests import Request
from simulator.api.resources import RESOURCES
from simulator.api.timestamps import parse
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers
from simulator.client.pods import with_transition
from simulator.controllers import replicacalculator as calculator
from simulator.controllers import scalingrules as rules
from simulator.controllers.controller import Controller, Keys, itself
from simulator.controllers.replicacalculator import Answer, NoAnswer, Sample, Tolerance
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

AUTOSCALERS, POD_METRICS = "horizontalpodautoscalers.autoscaling", "pods.metrics.k8s.io"
PERIOD = 15 * SECOND
WINDOW = 15 * SECOND
UNREACHABLE = {
    "Pods": "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
    "Object": "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
    "External": "unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered",
}


class Trouble(Exception):
    """A metric cannot be had: the reason of the condition, what it says, and what the summary of all metrics says."""

    def __init__(self, reason: str, message: str, told: str) -> None:
        super().__init__(message)
        self.reason, self.message, self.told = reason, message, told


class Scalable:
    """What an autoscaler scales, as its scale says."""

    def __init__(self, resource: str, scale: Obj) -> None:
        self.resource = resource
        self.scale = scale
        self.replicas = int((scale.get("spec") or {}).get("replicas") or 0)
        self.selector = str((scale.get("status") or {}).get("selector") or "")


class Found:
    """What came of an autoscaler's metrics."""

    def __init__(self) -> None:
        self.replicas = 0
        self.name = ""
        self.statuses: list[Obj] = []
        self.troubles: list[Trouble] = []


class HorizontalPodAutoscalerController(Controller):
    """Keeps what Pods use near its goal by changing how many there are."""

    name = "horizontalpodautoscaling"
    source = "horizontal-pod-autoscaler"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.memories: dict[str, rules.Memory] = world.section(self.name)

    def watches(self) -> dict[str, Keys]:
        return {AUTOSCALERS: self.seen}

    def seen(self, event: WatchEvent) -> list[str]:
        """Every autoscaler comes into the queue and stays there; one that is gone is forgotten."""
        (key,) = itself(event)
        if event.type == "DELETED":
            self.memories.pop(key, None)
            return []
        return [key]

    def patience(self, key: str) -> int | None:
        return PERIOD

    def sync(self, key: str) -> None:
        autoscaler = self.find(AUTOSCALERS, key)
        if autoscaler is None:
            return
        try:
            self.look(key, autoscaler)
        finally:
            self.queue.add(key, after=PERIOD)

    def look(self, key: str, autoscaler: Obj) -> None:
        """One look: the target's scale, the metrics, the decision, the status."""
        desk = Desk(self, autoscaler)
        try:
            target = self.target_of(autoscaler)
        except ApiError as error:
            desk.event("Warning", "FailedGetScale", str(error))
            text = f"the HPA controller was unable to get the target's current scale: {error}"
            desk.condition("AbleToScale", "False", "FailedGetScale", text)
            desk.write()
            return
        text = "the HPA controller was able to get the target's current scale"
        desk.condition("AbleToScale", "True", "SucceededGetScale", text)
        memory = self.memories.setdefault(key, {"recommendations": [], "up": [], "down": []})
        if not memory["recommendations"]:
            memory["recommendations"].append([self.world.now, target.replicas])
        self.act(desk, target, memory)

    def act(self, desk: "Desk", target: Scalable, memory: rules.Memory) -> None:
        """Find the size and set it."""
        spec, current = desk.spec, target.replicas
        least, most = int(spec.get("minReplicas") or 1), int(spec["maxReplicas"])
        statuses: list[Obj] = []
        if current == 0:
            text = "scaling is disabled since the replica count of the target is zero"
            desk.condition("ScalingActive", "False", "ScalingDisabled", text)
            size, why = 0, ""
        elif current > most:
            size, why = most, "Current number of replicas above Spec.MaxReplicas"
        elif current < least:
            size, why = least, "Current number of replicas below Spec.MinReplicas"
        else:
            found = self.measure(desk, target)
            if found is None:
                desk.sizes(current, None, None)
                desk.write()
                return
            size, why = self.decided(desk, memory, rules.Bounds(current, least, most), found)
            statuses = found.statuses
        if size != current:
            if not self.rescale(desk, target, size, why):
                return
            rules.note_change(memory, current, size, spec.get("behavior"), self.world.now)
        desk.sizes(current, size, statuses, rescaled=size != current)
        desk.write()

    def decided(self, desk: "Desk", memory: rules.Memory, bounds: rules.Bounds, found: Found) -> tuple[int, str]:
        """The size after stabilization and limits, and why it would change."""
        decision = rules.decide(memory, bounds, found.replicas, desk.spec.get("behavior"), self.world.now)
        able = rules.STABILIZED.get(decision.able, rules.READY)
        desk.condition("AbleToScale", "True", decision.able, able)
        limited = "False" if decision.limited == "DesiredWithinRange" else "True"
        desk.condition("ScalingLimited", limited, decision.limited, rules.LIMITS[decision.limited])
        above = found.replicas > bounds.current
        return decision.replicas, f"{found.name} above target" if above else "All metrics below target"

    # --- the target
    def target_of(self, autoscaler: Obj) -> Scalable:
        """The scale of what is to be scaled; raises ApiError."""
        reference, namespace = autoscaler["spec"]["scaleTargetRef"], meta.namespace(autoscaler)
        group = str(reference.get("apiVersion") or "").rpartition("/")[0]
        resource = next(
            (each.name for each in RESOURCES.values() if (each.kind, each.group) == (reference["kind"], group)), ""
        )
        if not resource:
            raise ApiError(f'no matches for kind "{reference["kind"]}" in group "{group}"')
        return Scalable(resource, self.ask("get", resource, namespace, reference["name"], None))

    def ask(self, verb: str, resource: str, namespace: str, name: str, body: Any) -> Obj:
        """A request for a scale; raises ApiError."""
        answer = self.api.handle(Request(verb, resource, namespace, name, subresource="scale", body=body))
        if answer.failed:
            raise ApiError(str(answer.body.get("message", "")))
        found: Obj = answer.body
        return found

    def rescale(self, desk: "Desk", target: Scalable, size: int, why: str) -> bool:
        """Give the target another size; whether it took it."""
        scale = {**target.scale, "spec": {**target.scale.get("spec", {}), "replicas": size}}
        metadata = target.scale["metadata"]
        try:
            self.ask("update", target.resource, metadata["namespace"], metadata["name"], scale)
        except ApiError as error:
            desk.event("Warning", "FailedRescale", f"New size: {size}; reason: {why}; error: {error}")
            text = f"the HPA controller was unable to update the target scale: {error}"
            desk.condition("AbleToScale", "False", "FailedUpdateScale", text)
            desk.sizes(target.replicas, None, None)
            desk.write()
            return False
        text = f"the HPA controller was able to update the target scale to {size}"
        desk.condition("AbleToScale", "True", "SucceededRescale", text)
        desk.event("Normal", "SuccessfulRescale", f"New size: {size}; reason: {why}")
        return True

    # --- the metrics
    def measure(self, desk: "Desk", target: Scalable) -> Found | None:
        """The largest number that a metric calls for; None if that cannot be told."""
        found, metrics = Found(), desk.spec.get("metrics") or []
        for metric in metrics:
            try:
                replicas, name, status = self.of_metric(desk, target, metric)
            except Trouble as trouble:
                found.troubles.append(trouble)
                desk.event("Warning", trouble.reason, trouble.message)
                continue
            found.statuses.append(status)
            if not found.name or replicas > found.replicas:
                found.replicas, found.name = replicas, name
        if found.troubles and (len(found.troubles) == len(metrics) or found.replicas < target.replicas):
            first = found.troubles[0]
            text = f"the HPA was unable to compute the replica count: {first.message}"
            desk.condition("ScalingActive", "False", first.reason, text)
            count = f"invalid metrics ({len(found.troubles)} invalid out of {len(metrics)})"
            desk.event("Warning", "FailedComputeMetricsReplicas", f"{count}, first error is: {first.told}")
            return None
        text = f"the HPA was able to successfully calculate a replica count from {found.name}"
        desk.condition("ScalingActive", "True", "ValidMetricFound", text)
        return found

    def of_metric(self, desk: "Desk", target: Scalable, metric: Obj) -> tuple[int, str, Obj]:
        """Replicas, the metric's name in messages, and its status; raises Trouble."""
        kind = str(metric["type"])
        if kind not in ("Resource", "ContainerResource"):
            raise unreachable(metric)
        part = kind[0].lower() + kind[1:]
        source = metric[part]
        resource, container = str(source["name"]), str(source.get("container") or "")
        what = f"{resource} container resource" if container else f"{resource} resource"
        by_share = source["target"].get("averageValue") is None
        try:
            answer = self.answer(desk, target, source)
        except NoAnswer as error:
            message = f"failed to get {resource} {'container ' if container else ''}utilization: {error}"
            about = f"{resource}{' container' if container else ''} resource metric value"
            raise Trouble(f"FailedGet{kind}Metric", message, f"failed to get {about}: {message}") from None
        current: Obj = {"averageValue": render(answer.average * (NANO // 1000))}
        if answer.utilization is not None:
            current["averageUtilization"] = answer.utilization
        status: Obj = {"current": current, "name": resource} | ({"container": container} if container else {})
        name = f"{what} utilization (percentage of request)" if by_share else what
        return answer.replicas, name, {"type": kind, part: status}

    def answer(self, desk: "Desk", target: Scalable, source: Obj) -> Answer:
        """What a resource's metric calls for; raises NoAnswer."""
        resource, container, aim = str(source["name"]), str(source.get("container") or ""), source["target"]
        namespace = desk.namespace
        samples = self.samples(namespace, target.selector, resource, container)
        if not samples:
            why = "no metrics returned from resource metrics API"
            raise NoAnswer(f"unable to get metrics for resource {resource}: {why}")
        pods = self.api.list("pods", namespace, labels=target.selector)
        groups = calculator.grouped(pods, samples, resource, self.world.unix)
        if aim.get("averageValue") is not None:
            goal = calculator.average(milli(aim["averageValue"]))
        else:
            goal = calculator.utilization(
                int(aim["averageUtilization"]), calculator.requests_of(pods, resource, container)
            )
        replicas, counted = calculator.replicas(target.replicas, goal, tolerance_of(desk.spec), groups, samples)
        share = goal.measure(counted) if aim.get("averageValue") is None else None
        return Answer(replicas, share, calculator.mean(counted))

    def samples(self, namespace: str, selector: str, resource: str, container: str) -> dict[str, Sample]:
        """What the metrics API knows of the Pods, by name."""
        found = {}
        for entry in self.api.list(POD_METRICS, namespace, labels=selector):
            parts = [each for each in entry["containers"] if container in ("", each["name"])]
            if parts and all(resource in each["usage"] for each in parts):
                value = sum(milli(each["usage"][resource]) for each in parts)
                found[meta.name(entry)] = Sample(value, parse(entry["timestamp"]), WINDOW)
        return found


class Desk:
    """The status of an autoscaler as it is being made up, and what is told meanwhile."""

    def __init__(self, controller: Controller, autoscaler: Obj) -> None:
        self.controller = controller
        self.autoscaler = autoscaler
        self.spec: Obj = autoscaler["spec"]
        self.namespace = meta.namespace(autoscaler)
        self.status: Obj = dict(autoscaler.get("status") or {})

    def event(self, type: str, reason: str, message: str) -> None:
        """Tell what happened."""
        self.controller.recorder.event(self.autoscaler, type, reason, message)

    def condition(self, type: str, status: str, reason: str, message: str) -> None:
        """Set a condition."""
        new = {"type": type, "status": status, "reason": reason, "message": message}
        self.status["conditions"] = with_transition(self.status.get("conditions") or [], new, self.controller.now())

    def sizes(self, current: int, desired: int | None, metrics: list[Obj] | None, *, rescaled: bool = False) -> None:
        """Set the sizes, and the metrics; None leaves what is there."""
        self.status["currentReplicas"] = current
        if desired is not None:
            self.status["desiredReplicas"] = desired
        if metrics is not None:
            self.status["currentMetrics"] = metrics or None
        if rescaled:
            self.status["lastScaleTime"] = self.controller.now()

    def write(self) -> None:
        """Store the status if it has changed."""
        status = {key: value for key, value in self.status.items() if value is not None}
        if status != self.autoscaler.get("status"):
            self.controller.api.update_status(AUTOSCALERS, {**self.autoscaler, "status": status})


def tolerance_of(spec: Obj) -> Tolerance:
    """What `behavior` says of small differences."""
    found = {}
    for name, direction in (("down", "scaleDown"), ("up", "scaleUp")):
        given = ((spec.get("behavior") or {}).get(direction) or {}).get("tolerance")
        try:
            found[name] = calculator.TOLERANCE if given is None else nano(given)
        except BadQuantity:
            found[name] = calculator.TOLERANCE
    return Tolerance(**found)


def unreachable(metric: Obj) -> Trouble:
    """No adapter serves custom or external metrics here, as in a cluster fresh from kubeadm."""
    kind = str(metric["type"])
    source = metric.get(kind.lower()) or {}
    name = (source.get("metric") or {}).get("name", "")
    message = f"unable to get metric {name}: {UNREACHABLE.get(kind, 'unknown metric source')}"
    if kind == "Object":
        described = source.get("describedObject") or {}
        message = f"unable to get metric {name}: {described.get('kind')} on {described.get('name')}/{UNREACHABLE[kind]}"
    about = {"Pods": "pods metric value", "Object": "object metric value", "External": f"{name} external metric"}
    told = f"failed to get {about.get(kind, 'metric')}: {message}"
    return Trouble(f"FailedGet{kind}Metric", message, told)
