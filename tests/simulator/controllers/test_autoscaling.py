"""How many replicas a metric calls for, how fast an autoscaler may act, and what comes of it in a cluster."""

from typing import Any

import pytest

from simulator.controllers import replicacalculator as calculator
from simulator.controllers import scalingrules as rules
from simulator.controllers.replicacalculator import Groups, NoAnswer, Sample, Tolerance
from simulator.kernel.units import SECOND
from simulator.lab import Lab

EPOCH = 1_795_165_200_000_000
PODS_4_IN_15 = {"type": "Pods", "value": 4, "periodSeconds": 15}
ALL_IN_15 = {"type": "Percent", "value": 100, "periodSeconds": 15}
SPIN = "timeout {} sh -c 'while :; do :; done'"


# --- the arithmetic
@pytest.mark.parametrize(
    ("current", "used", "wanted"),
    [
        (1, [500], 5),
        (2, [100, 100], 2),
        (3, [110, 110, 110], 3),  # within a tenth
        (3, [111, 111, 111], 3),  # shares are whole percents
        (3, [112, 112, 112], 4),
        (3, [90, 90, 90], 3),
        (4, [20, 20, 20, 20], 1),
        (4, [0, 0, 0, 0], 0),
        (3, [300, 10, 10], 3),
    ],
)
def test_replicas_keep_the_average_near_its_goal(current: int, used: list[int], wanted: int) -> None:
    samples = {str(at): Sample(value) for at, value in enumerate(used)}
    goal = calculator.utilization(50, dict.fromkeys(samples, 200))
    found, _ = calculator.replicas(current, goal, Tolerance(), Groups(ready=len(used)), samples)
    assert found == wanted


@pytest.mark.parametrize(
    ("groups", "used", "wanted"),
    [
        (Groups(ready=1, unready=["b"]), {"a": 300, "b": 900}, 3),  # one that starts counts for nothing
        (Groups(ready=1, unready=["b"]), {"a": 20, "b": 900}, 1),
        (Groups(ready=1, missing=["b"]), {"a": 190}, 2),  # with one that uses nothing it is enough
        (Groups(ready=1, missing=["b"]), {"a": 20}, 2),  # and with one that uses all it asked for, too
        (Groups(ready=1, leaving=["b"]), {"a": 300, "b": 0}, 3),
    ],
)
def test_pods_that_cannot_be_measured_hold_it_back(groups: Groups, used: dict[str, int], wanted: int) -> None:
    samples = {name: Sample(value) for name, value in used.items()}
    goal = calculator.utilization(50, {"a": 200, "b": 200})
    assert calculator.replicas(2, goal, Tolerance(), groups, samples)[0] == wanted


def test_without_a_request_there_is_no_share() -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}]}}
    with pytest.raises(NoAnswer, match="missing request for cpu in container c of Pod p"):
        calculator.requests_of([pod], "cpu")


# --- the pace
def fresh(*recommendations: tuple[int, int]) -> rules.Memory:
    return {"recommendations": [[at * SECOND, value] for at, value in recommendations], "up": [], "down": []}


@pytest.mark.parametrize(
    ("current", "wanted", "decision"),
    [
        (1, 9, (4, "ReadyForNewScale", "ScaleUpLimit")),
        (4, 9, (8, "ReadyForNewScale", "ScaleUpLimit")),
        (8, 30, (10, "ReadyForNewScale", "TooManyReplicas")),
        (4, 6, (6, "ReadyForNewScale", "DesiredWithinRange")),
        (4, 1, (2, "ReadyForNewScale", "TooFewReplicas")),
    ],
)
def test_without_rules_it_doubles_at_most(current: int, wanted: int, decision: tuple[int, str, str]) -> None:
    assert rules.decide(fresh(), rules.Bounds(current, 2, 10), wanted, None, 1000 * SECOND) == decision


def test_it_shrinks_only_when_nothing_higher_was_wanted_for_five_minutes() -> None:
    memory, bounds = fresh((1000, 8)), rules.Bounds(8, 1, 10)
    assert rules.decide(memory, bounds, 3, None, 1299 * SECOND)[:2] == (8, "ScaleDownStabilized")
    assert rules.decide(memory, bounds, 2, None, 1301 * SECOND)[:2] == (3, "ScaleDownStabilized")
    assert rules.decide(memory, bounds, 2, None, 1600 * SECOND)[:2] == (2, "ReadyForNewScale")


def behavior(up: dict[str, Any] | None = None, down: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "scaleUp": {"selectPolicy": "Max", "policies": [PODS_4_IN_15, ALL_IN_15], **(up or {})},
        "scaleDown": {"selectPolicy": "Max", "policies": [ALL_IN_15], **(down or {})},
    }


ONE_A_MINUTE = {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}


@pytest.mark.parametrize(
    ("rule", "current", "wanted", "decision"),
    [
        (behavior(), 1, 9, (5, "ScaleUpLimit")),
        (behavior(), 10, 40, (20, "TooManyReplicas")),
        (behavior(up={"selectPolicy": "Min"}), 10, 14, (10, "ScaleUpLimit")),
        (behavior(up={"selectPolicy": "Disabled"}), 3, 9, (3, "ScaleUpLimit")),
        (behavior(down={"stabilizationWindowSeconds": 0}), 9, 2, (2, "DesiredWithinRange")),
        (behavior(down={"stabilizationWindowSeconds": 0, **ONE_A_MINUTE}), 9, 2, (8, "ScaleDownLimit")),
        (behavior(down={"stabilizationWindowSeconds": 0, "selectPolicy": "Disabled"}), 9, 2, (9, "ScaleDownLimit")),
    ],
)
def test_policies_set_the_pace(rule: Any, current: int, wanted: int, decision: tuple[int, str]) -> None:
    found = rules.decide(fresh(), rules.Bounds(current, 1, 20), wanted, rule, 1000 * SECOND)
    assert (found.replicas, found.limited) == decision


def test_a_policy_counts_what_was_changed_within_its_period() -> None:
    memory, rule = fresh(), behavior(up=ONE_A_MINUTE)
    rules.note_change(memory, 3, 4, rule, 1000 * SECOND)
    bounds = rules.Bounds(4, 1, 20)
    assert rules.decide(memory, bounds, 9, rule, 1030 * SECOND).replicas == 4
    assert rules.decide(memory, bounds, 9, rule, 1061 * SECOND).replicas == 5


def test_a_window_upwards_takes_the_lowest_recommendation() -> None:
    rule = behavior(up={"stabilizationWindowSeconds": 60})
    found = rules.decide(fresh((970, 3)), rules.Bounds(2, 1, 20), 5, rule, 1000 * SECOND)
    assert (found.replicas, found.able) == (3, "ScaleUpStabilized")


# --- in a cluster
@pytest.fixture
def lab() -> Lab:
    lab = Lab.boot(None, seed=1, epoch=EPOCH)
    lab.world.strict = True
    lab.submit({"type": "terminal.open", "terminal": "t", "host": "master", "columns": 200, "rows": 40})
    lab.settle(SECOND)
    lab.drain()
    return lab


def run(lab: Lab, seconds: int) -> None:
    lab.advance(lab.now + seconds * SECOND)


def typed(lab: Lab, line: str) -> str:
    lab.drain()
    lab.submit({"type": "line", "terminal": "t", "text": line})
    lab.settle(60 * SECOND)
    return str(next(change.data["output"] for change in lab.drain() if change.kind == "command"))


def scaled(lab: Lab, *flags: str, requests: str = "--requests=cpu=200m") -> None:
    typed(lab, "kubectl create deployment web --image=nginx:1.27")
    if requests:
        typed(lab, f"kubectl set resources deployment web {requests}")
    typed(lab, f"kubectl autoscale deployment web --min=1 --max=5 {' '.join(flags)}")
    run(lab, 60)


def targets(lab: Lab) -> list[str]:
    return typed(lab, "kubectl get hpa web --no-headers").split()[2:-1]


def condition(lab: Lab, kind: str) -> tuple[str, str]:
    autoscaler = lab.find("horizontalpodautoscalers.autoscaling", "default", "web") or {}
    return next((each["status"], each["reason"]) for each in autoscaler["status"]["conditions"] if each["type"] == kind)


def rescales(lab: Lab) -> list[str]:
    return [each["message"] for each in lab.objects("events") if each["reason"] == "SuccessfulRescale"]


def test_load_brings_pods_and_rest_takes_them_away_after_five_minutes(lab: Lab) -> None:
    scaled(lab, "--cpu=50%")
    assert targets(lab) == ["cpu:", "0%/50%", "1", "5", "1"]
    typed(lab, f"kubectl exec deploy/web -- {SPIN.format(100)} &")
    run(lab, 60)
    assert targets(lab) == ["cpu:", "100%/50%", "1", "5", "5"]
    above = "reason: cpu resource utilization (percentage of request) above target"
    assert rescales(lab) == [f"New size: 4; {above}", f"New size: 5; {above}"]
    assert condition(lab, "ScalingLimited") == ("True", "TooManyReplicas")
    run(lab, 120)
    assert targets(lab) == ["cpu:", "0%/50%", "1", "5", "5"]
    assert condition(lab, "AbleToScale") == ("True", "ScaleDownStabilized")
    run(lab, 300)
    assert targets(lab)[-1] == "1"
    assert rescales(lab)[-1] == "New size: 1; reason: All metrics below target"


def test_a_size_outside_the_limits_is_mended_without_metrics(lab: Lab) -> None:
    scaled(lab, "--cpu=50%")
    typed(lab, "kubectl scale deployment web --replicas=9")
    run(lab, 20)
    assert rescales(lab) == ["New size: 5; reason: Current number of replicas above Spec.MaxReplicas"]
    typed(lab, "kubectl scale deployment web --replicas=0")
    run(lab, 20)
    assert condition(lab, "ScalingActive") == ("False", "ScalingDisabled")


def test_pods_that_ask_for_nothing_cannot_be_scaled_by_share(lab: Lab) -> None:
    scaled(lab, "--cpu=50%", requests="")
    assert targets(lab)[:2] == ["cpu:", "<unknown>/50%"]
    assert condition(lab, "ScalingActive") == ("False", "FailedGetResourceMetric")
    told = [each["message"] for each in lab.objects("events") if each["reason"] == "FailedComputeMetricsReplicas"]
    assert told[-1].startswith(
        "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: "
        "failed to get cpu utilization: missing request for cpu in container nginx of Pod web-"
    )


def test_an_amount_for_each_pod_is_a_goal_too(lab: Lab) -> None:
    scaled(lab, "--cpu=500", "--memory=1Gi", requests="")
    typed(lab, f"kubectl exec deploy/web -- {SPIN.format(100)} &")
    run(lab, 60)
    assert targets(lab)[-1] == "2"


def test_a_target_that_is_not_there_is_told(lab: Lab) -> None:
    scaled(lab, "--cpu=50%")
    typed(lab, "kubectl delete deployment web")
    run(lab, 20)
    assert condition(lab, "AbleToScale") == ("False", "FailedGetScale")
    told = [each["message"] for each in lab.objects("events") if each["reason"] == "FailedGetScale"]
    assert told == ['deployments.apps "web" not found']


def test_custom_metrics_are_served_by_nobody(lab: Lab) -> None:
    typed(lab, "kubectl create deployment web --image=nginx:1.27")
    metric = {
        "type": "Pods",
        "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "1"}},
    }
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"maxReplicas": 3, "scaleTargetRef": target, "metrics": [metric]}
    lab.cluster.create(
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "spec": spec}
    )
    run(lab, 30)
    assert condition(lab, "ScalingActive") == ("False", "FailedGetPodsMetric")


def test_behavior_is_filled_in(lab: Lab) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"maxReplicas": 3, "scaleTargetRef": target, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 60}}}
    lab.cluster.create(
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "spec": spec}
    )
    autoscaler = lab.find("horizontalpodautoscalers.autoscaling", "default", "web") or {}
    assert autoscaler["spec"]["behavior"] == {
        "scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [PODS_4_IN_15, ALL_IN_15]},
        "scaleDown": {"stabilizationWindowSeconds": 60, "selectPolicy": "Max", "policies": [ALL_IN_15]},
    }


@pytest.mark.parametrize(
    ("flags", "printed"),
    [
        ("--cpu=50% --memory=200", "cpu: <unknown>/50%, memory: <unknown>/200Mi"),
        ("--cpu=500m", "cpu: <unknown>/500m"),
        ("", "cpu: <unknown>/80%"),
    ],
)
def test_autoscale_takes_shares_and_amounts(lab: Lab, flags: str, printed: str) -> None:
    typed(lab, "kubectl create deployment web --image=nginx:1.27")
    typed(lab, f"kubectl autoscale deployment web --max=5 {flags}")
    assert printed in typed(lab, "kubectl get hpa")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("--cpu=x%", "error: invalid percentage value: x"),
        ("--memory=x", "error: invalid resource memory value: x"),
        ("--cpu=5% --cpu-percent=5", "error: --cpu-percent and --cpu are mutually exclusive"),
        ("--cpu-percent=5", "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity"),
    ],
)
def test_autoscale_says_what_is_wrong_with_its_flags(lab: Lab, flags: str, message: str) -> None:
    typed(lab, "kubectl create deployment web --image=nginx:1.27")
    assert message in typed(lab, f"kubectl autoscale deployment web --max=5 {flags}")
