"""Pods that the API server does not let in: the quota, the limits, the security level that refuses them, with the line that breaks it."""

from typing import Any

import pytest

from tests.simulator.why.asker import BUSYBOX, Asker, pod, pulls

RANGE = """apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec:
  limits:
  - type: Container
    min: {memory: 50Mi}
    max: {cpu: 500m}
    maxLimitRequestRatio: {memory: '2'}
"""


def deployment(name: str, resources: str = "", spec: str = "") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  selector:\n    matchLabels: {{app: {name}}}\n"
        f"  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n{spec}      containers:\n      - name: c\n"
        f"        image: nginx:1.14\n{resources}"
    )


def asks(**amounts: str) -> str:
    lines = "        resources:\n"
    for kind in ("requests", "limits"):
        mine = {key.split("_")[1]: value for key, value in amounts.items() if key.startswith(kind)}
        lines += (
            f"          {kind}:\n" + "".join(f"            {key}: {value}\n" for key, value in mine.items())
            if mine
            else ""
        )
    return lines


JOB = """apiVersion: batch/v1
kind: Job
metadata: {name: work}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'busybox:1.28'}]}}
"""
CASES: list[tuple[str, list[str], str, list[str], dict[str, Any], str]] = [
    (
        "full",
        ["kubectl create quota two --hard=pods=0"],
        deployment("web"),
        ["quota.full"],
        {"quota": "two", "resource": "pods", "used": "0", "hard": "0", "needs": "1"},
        "",
    ),
    (
        "unnamed",
        ["kubectl create quota cpu --hard=requests.cpu=1"],
        deployment("web", asks(requests_memory="10Mi")),
        ["quota.unnamed"],
        {"quota": "cpu", "resource": "requests.cpu", "container": "c"},
        "requests:",
    ),
    (
        "min",
        ["kubectl apply -f range.yaml"],
        deployment("web", asks(requests_memory="10Mi", limits_memory="20Mi", limits_cpu="100m")),
        ["limits.min"],
        {"who": "c", "resource": "memory", "bound": "50Mi", "given": "10Mi"},
        "memory: 10Mi",
    ),
    (
        "max",
        ["kubectl apply -f range.yaml"],
        deployment("web", asks(requests_memory="60Mi", limits_memory="60Mi", limits_cpu="1")),
        ["limits.max"],
        {"resource": "cpu", "bound": "500m", "given": "1"},
        "cpu: 1",
    ),
    (
        "ratio",
        ["kubectl apply -f range.yaml"],
        deployment("web", asks(requests_memory="60Mi", limits_memory="600Mi", limits_cpu="100m")),
        ["limits.ratio"],
        {"resource": "memory", "bound": "2"},
        "memory: 600Mi",
    ),
    (
        "security",
        ["kubectl label namespace default pod-security.kubernetes.io/enforce=baseline"],
        deployment("web", spec="      hostNetwork: true\n"),
        ["security.level", "security.rule"],
        {"rule": "host namespaces"},
        "hostNetwork: true",
    ),
    (
        "account",
        [],
        deployment("web", spec="      serviceAccountName: robot\n"),
        ["workload.account"],
        {"account": "robot"},
        "serviceAccountName: robot",
    ),
    (
        "priority",
        ["kubectl create priorityclass gold --value=10"],
        deployment("web", spec="      priorityClassName: gold\n"),
        ["workload.priority"],
        {"class": "gold"},
        "priorityClassName: gold",
    ),
]


@pytest.mark.parametrize(("name", "lines", "text", "kinds", "values", "line"), CASES, ids=[case[0] for case in CASES])
def test_what_refuses_the_pods_of_a_controller_is_named(
    name: str, lines: list[str], text: str, kinds: list[str], values: dict[str, Any], line: str
) -> None:
    asker = Asker()
    asker.save("/root/range.yaml", RANGE)
    asker.save("/root/web.yaml", text)
    for command in lines:
        asker.type(command)
    if name == "priority":
        asker.type("kubectl apply -f web.yaml")
        asker.type("kubectl delete priorityclass gold")
        asker.type("kubectl scale deployment web --replicas=2")
    else:
        asker.type("kubectl apply -f web.yaml")
    asker.wait(20)
    found = asker.kinds("deployments.apps", "web")
    assert found[: found.index("workload.refused")] == ["deployment.short", "replicaset.short"]
    assert found[found.index("workload.refused") + 1 :] == kinds
    link = asker.link("deployments.apps", "web", kinds[-1])
    assert values.items() <= link["values"].items()
    assert ((link["place"] or {}).get("text") or "") == line


def test_a_default_of_a_limit_range_counts_as_if_it_had_been_written() -> None:
    asker = Asker()
    asker.save("/root/range.yaml", RANGE.replace("    min:", "    default: {memory: 60Mi, cpu: 100m}\n    min:"))
    asker.save("/root/web.yaml", deployment("web"))
    asker.type("kubectl apply -f range.yaml -f web.yaml")
    asker.wait(10)
    assert asker.kinds("deployments.apps", "web") == ["workload.well"]


def test_a_limit_that_nobody_wrote_leads_to_the_limit_range() -> None:
    asker = Asker()
    limits = "    default:\n      memory: 20Mi\n"
    asker.save("/root/range.yaml", RANGE[: RANGE.index("    min:")] + limits)
    command = "command: [tail, /dev/zero]"
    asker.save("/root/hog.yaml", pod("hog", f"[{{name: c, {BUSYBOX}, {command}}}]", "  restartPolicy: Never\n"))
    asker.type("kubectl apply -f range.yaml")
    asker.type("kubectl apply -f hog.yaml")
    asker.wait(20)
    assert asker.kinds("pods", "hog") == ["pod.failed", "limits.default", "end.oom"]
    given = asker.link("pods", "hog", "limits.default")
    assert given["values"] == {"range": "bounds", "resource": "memory", "value": "20Mi", "container": "c"}
    assert (given["place"]["file"], given["place"]["text"]) == ("/root/range.yaml", "memory: 20Mi")


def test_a_job_and_a_cron_job_say_what_was_refused() -> None:
    asker = Asker()
    asker.save("/root/job.yaml", JOB)
    asker.type("kubectl create quota none --hard=pods=0,count/jobs.batch=1")
    asker.type("kubectl apply -f job.yaml")
    asker.wait(10)
    assert asker.kinds("jobs.batch", "work") == ["workload.refused", "quota.full"]
    asker.type("kubectl create cronjob nightly --image=busybox:1.28 --schedule='* * * * *'")
    asker.wait(90)
    kinds = asker.kinds("cronjobs.batch", "nightly")
    assert kinds == ["cronjob.plan", "workload.refused", "quota.full"]
    full = asker.link("cronjobs.batch", "nightly", "quota.full")
    assert full["values"]["resource"] == "count/jobs.batch"


COMMANDS = [
    ("kubectl create quota two --hard=pods=0", "quota.refuses", {"quota": "two", "namespace": "default"}),
    ("kubectl apply -f range.yaml", "limits.refuses", {"range": "bounds"}),
    (
        "kubectl label namespace default pod-security.kubernetes.io/enforce=restricted",
        "security.level",
        {"namespace": "default", "level": "restricted:latest"},
    ),
]


@pytest.mark.parametrize(("line", "kind", "values"), COMMANDS, ids=[case[1] for case in COMMANDS])
def test_a_command_that_was_refused_names_the_rule(line: str, kind: str, values: dict[str, Any]) -> None:
    asker = Asker()
    asker.save("/root/range.yaml", RANGE)
    asker.save("/root/web.yaml", pulls("web", "nginx:1.14"))
    asker.type(line)
    for command in ("kubectl run web --image=nginx:1.14", "kubectl apply -f web.yaml"):
        links = asker.of_line(command)
        assert [link["kind"] for link in links] == ["answer.admission", kind]
        assert values.items() <= links[-1]["values"].items()
