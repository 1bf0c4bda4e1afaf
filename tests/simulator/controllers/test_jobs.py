"""Jobs and CronJobs."""

from typing import Any

import pytest

from simulator.api import meta, timestamps
from simulator.controllers.jobrules import backoff, ranges, set_of
from simulator.controllers.schedule import next_time
from simulator.kernel.units import MINUTE, SECOND
from tests.simulator.controlplane import ControlPlane, Nodes

JOBS, CRON_JOBS = "jobs.batch", "cronjobs.batch"
Obj = dict[str, Any]


def spec_of(**spec: Any) -> Obj:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1.28"}]}
    return {"template": {"metadata": {}, "spec": pod}, **spec}


def job(plane: ControlPlane, name: str = "pi", **spec: Any) -> None:
    plane.api.create(JOBS, {"metadata": {"name": name, "namespace": "default"}, "spec": spec_of(**spec)})
    plane.run(2)


def status(plane: ControlPlane, name: str = "pi") -> Obj:
    found: Obj = plane.api.get(JOBS, "default", name)["status"]
    return found


def running(plane: ControlPlane) -> list[str]:
    return [meta.name(pod) for pod in plane.api.list("pods") if pod["status"]["phase"] == "Running"]


def conditions(plane: ControlPlane, name: str = "pi") -> list[str]:
    return [each["type"] for each in status(plane, name).get("conditions", [])]


def test_a_job_is_complete_when_its_pod_ended_well(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane)
    (name,) = running(plane)
    assert status(plane)["active"] == 1
    nodes.end(name, "Succeeded")
    plane.run(2)
    assert conditions(plane) == ["SuccessCriteriaMet", "Complete"]
    assert (status(plane)["succeeded"], "completionTime" in status(plane)) == (1, True)
    assert plane.events("Completed") == ["Job completed"]
    assert "finalizers" not in plane.api.get("pods", "default", name)["metadata"]


def test_a_job_fails_after_its_limit_with_rests_in_between(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, backoffLimit=1)
    (first,) = running(plane)
    pod = plane.api.get("pods", "default", first)
    nodes.end(first, "Failed")
    ended = plane.api.get("pods", "default", first)
    state = ended["status"]["containerStatuses"]
    state = [
        {**each, "state": {"terminated": {"exitCode": 1, "finishedAt": timestamps.rfc3339(plane.world.unix)}}}
        for each in state
    ]
    plane.set_status("pods", pod, containerStatuses=state)
    plane.run(8)
    assert (running(plane), status(plane)["failed"]) == ([], 1)
    plane.run(4)
    (second,) = running(plane)
    nodes.end(second, "Failed")
    plane.run(3)
    assert conditions(plane) == ["FailureTarget", "Failed"]
    assert plane.events("BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]


def test_so_many_completions_so_many_at_once(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, completions=4, parallelism=2)
    for _ in range(2):
        assert len(running(plane)) == 2
        for name in running(plane):
            nodes.end(name, "Succeeded")
        plane.run(3)
    assert (status(plane)["succeeded"], conditions(plane)[-1]) == (4, "Complete")


def test_an_indexed_job_gives_each_pod_a_number(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, completions=3, parallelism=3, completionMode="Indexed")
    assert [name[:5] for name in running(plane)] == ["pi-0-", "pi-1-", "pi-2-"]
    for name in running(plane):
        nodes.end(name, "Succeeded")
    plane.run(3)
    assert status(plane)["completedIndexes"] == "0-2"


def fail(plane: ControlPlane, nodes: Nodes, name: str, code: int) -> None:
    """A Pod's container ends with *code*."""
    pod = plane.api.get("pods", "default", name)
    nodes.end(name, "Failed")
    state = {"terminated": {"exitCode": code, "finishedAt": timestamps.rfc3339(plane.world.unix)}}
    plane.set_status("pods", pod, containerStatuses=[{"name": "c", "state": state}])
    plane.run(2)


def test_a_rule_for_exit_codes_ends_the_job_at_once(plane: ControlPlane, nodes: Nodes) -> None:
    codes = {"operator": "In", "values": [42]}
    job(plane, podFailurePolicy={"rules": [{"action": "FailJob", "onExitCodes": codes}]})
    (name,) = running(plane)
    fail(plane, nodes, name, 42)
    said = f"Container c for pod default/{name} failed with exit code 42 matching FailJob rule at index 0"
    assert (conditions(plane), plane.events("PodFailurePolicy")) == (["FailureTarget", "Failed"], [said])


def test_a_failure_that_is_ignored_is_not_counted(plane: ControlPlane, nodes: Nodes) -> None:
    codes = {"operator": "NotIn", "values": [1]}
    job(plane, backoffLimit=0, podFailurePolicy={"rules": [{"action": "Ignore", "onExitCodes": codes}]})
    fail(plane, nodes, running(plane)[0], 7)
    plane.run(12)
    assert (len(running(plane)), status(plane).get("failed", 0)) == (1, 0)
    fail(plane, nodes, running(plane)[0], 1)
    assert conditions(plane) == ["FailureTarget", "Failed"]


def test_each_index_has_failures_of_its_own(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, completionMode="Indexed", completions=2, parallelism=2, backoffLimitPerIndex=1)
    first, second = sorted(running(plane))
    fail(plane, nodes, first, 1)
    nodes.end(second, "Succeeded")
    plane.run(12)
    (again,) = running(plane)
    noted = meta.annotations(plane.api.get("pods", "default", again))
    assert (again[:5], noted["batch.kubernetes.io/job-index-failure-count"]) == ("pi-0-", "1")
    fail(plane, nodes, again, 1)
    assert (status(plane)["failedIndexes"], status(plane)["completedIndexes"]) == ("0", "1")
    assert plane.events("FailedIndexes") == ["Job has failed indexes"]


def test_a_job_may_be_content_with_some_indexes(plane: ControlPlane, nodes: Nodes) -> None:
    rules = [{"succeededIndexes": "1-2", "succeededCount": 1}]
    job(plane, completionMode="Indexed", completions=3, parallelism=3, successPolicy={"rules": rules})
    nodes.end(sorted(running(plane))[2], "Succeeded")
    plane.run(40)
    found = status(plane)["conditions"]
    assert [(each["type"], each["message"]) for each in found] == [
        ("SuccessCriteriaMet", "Matched rules at index 0"),
        ("Complete", "Matched rules at index 0"),
    ]


def test_a_job_past_its_deadline_loses_its_pods(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, activeDeadlineSeconds=5)
    plane.run(8)
    assert running(plane) == []
    assert conditions(plane) == ["FailureTarget", "Failed"]
    assert (status(plane)["failed"], plane.events("DeadlineExceeded")) == (
        1,
        ["Job was active longer than specified deadline"],
    )


def test_a_suspended_job_has_no_pods(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, suspend=True)
    assert (running(plane), conditions(plane)) == ([], ["Suspended"])
    old = plane.api.get(JOBS, "default", "pi")
    plane.api.update(JOBS, {**old, "spec": {**old["spec"], "suspend": False}})
    plane.run(2)
    assert len(running(plane)) == 1
    assert plane.events("Resumed") == ["Job resumed"]


def test_a_finished_job_goes_when_its_time_is_over(plane: ControlPlane, nodes: Nodes) -> None:
    job(plane, ttlSecondsAfterFinished=10)
    nodes.end(running(plane)[0], "Succeeded")
    plane.run(5)
    assert len(plane.api.list(JOBS)) == 1
    plane.run(12)
    assert (plane.api.list(JOBS), plane.api.list("pods")) == ([], [])


def test_a_cron_job_starts_a_job_every_minute(plane: ControlPlane, nodes: Nodes) -> None:
    spec = {"schedule": "*/1 * * * *", "jobTemplate": {"metadata": {}, "spec": spec_of()}, "concurrencyPolicy": "Allow"}
    plane.api.create(CRON_JOBS, {"metadata": {"name": "hello", "namespace": "default"}, "spec": spec})
    plane.run(30)
    (made,) = plane.api.list(JOBS)
    minute = plane.world.unix // MINUTE
    assert meta.name(made) == f"hello-{minute}"
    nodes.end(running(plane)[0], "Succeeded")
    plane.run(3)
    assert plane.events("SawCompletedJob") == [f"Saw completed job: hello-{minute}, condition: Complete"]
    assert "active" not in plane.api.get(CRON_JOBS, "default", "hello")["status"]


def test_a_cron_job_may_forbid_a_second_job(plane: ControlPlane, nodes: Nodes) -> None:
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": spec_of()}, "concurrencyPolicy": "Forbid"}
    plane.api.create(CRON_JOBS, {"metadata": {"name": "hello", "namespace": "default"}, "spec": spec})
    plane.run(130)
    assert len(plane.api.list(JOBS)) == 1
    assert "concurrency policy is Forbid" in plane.events("JobAlreadyActive")[0]


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 10), (2, 20), (3, 40), (7, 600), (99, 600)])
def test_the_rest_after_failures_doubles_up_to_ten_minutes(failures: int, seconds: int) -> None:
    assert backoff(failures) == seconds * SECOND


@pytest.mark.parametrize("text", ["", "0", "0,1", "0-2", "1,3-5,7,8"])
def test_index_ranges_read_back(text: str) -> None:
    assert ranges(set_of(text)) == text


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("*/5 * * * *", "2026-11-20T16:40:00Z"),
        ("@hourly", "2026-11-20T17:00:00Z"),
        ("30 2 * * *", "2026-11-21T02:30:00Z"),
        ("0 0 1 * 1", "2026-11-23T00:00:00Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
        ("0 0 31 2 *", None),
    ],
)
def test_the_next_time_of_a_schedule(schedule: str, expected: str | None) -> None:
    found = next_time(schedule, timestamps.parse("2026-11-20T16:38:58Z"))
    assert (timestamps.rfc3339(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "expected"),
    [
        ("30 9 * * *", "Asia/Shanghai", "2026-11-20T16:38:58Z", "2026-11-21T01:30:00Z"),
        ("30 9 * * *", "Europe/Berlin", "2026-03-28T09:00:00Z", "2026-03-29T07:30:00Z"),  # the first day of summer time
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T09:00:00Z", "2026-03-30T00:30:00Z"),  # there is no half past two
        ("0 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"),
        ("0 3 * * *", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z"),  # the moment of the change
        ("0 0 29 2 *", "Europe/Berlin", "2026-03-28T09:00:00Z", "2028-02-28T23:00:00Z"),
    ],
)
def test_the_next_time_in_a_zone(schedule: str, zone: str, after: str, expected: str) -> None:
    found = next_time(schedule, timestamps.parse(after), zone)
    assert found is not None
    assert timestamps.rfc3339(found) == expected


def test_a_job_made_by_hand_counts_as_the_last_success(plane: ControlPlane, nodes: Nodes) -> None:
    spec = {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": spec_of()}}
    cron = plane.api.create(CRON_JOBS, {"metadata": {"name": "hello", "namespace": "default"}, "spec": spec})
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "hello", "uid": meta.uid(cron), "controller": True}
    metadata = {"name": "manual", "namespace": "default", "ownerReferences": [owner]}
    plane.api.create(JOBS, {"metadata": metadata, "spec": spec_of()})
    plane.run(3)
    assert plane.events("UnexpectedJob") == ["Saw a job that the controller did not create or forgot: manual"]
    nodes.end(running(plane)[0], "Succeeded")
    plane.run(3)
    assert "lastSuccessfulTime" in plane.api.get(CRON_JOBS, "default", "hello")["status"]


@pytest.mark.parametrize(("policy", "jobs"), [("Allow", 3), ("Forbid", 1), ("Replace", 1)])
def test_what_becomes_of_jobs_that_still_run(plane: ControlPlane, nodes: Nodes, policy: str, jobs: int) -> None:
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": spec_of()}, "concurrencyPolicy": policy}
    plane.api.create(CRON_JOBS, {"metadata": {"name": "hello", "namespace": "default"}, "spec": spec})
    plane.run(150)
    left = [job for job in plane.api.list(JOBS) if not meta.deleting(job)]
    assert len(left) == jobs
    newest = max(meta.name(job) for job in left)
    assert newest.endswith(str(plane.world.unix // MINUTE)) is (policy != "Forbid")


def test_what_was_missed_while_suspended_is_made_up_once(plane: ControlPlane, nodes: Nodes) -> None:
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": spec_of()}, "suspend": True}
    cron = plane.api.create(CRON_JOBS, {"metadata": {"name": "hello", "namespace": "default"}, "spec": spec})
    plane.run(600)
    assert plane.api.list(JOBS) == []
    plane.api.patch(CRON_JOBS, "default", "hello", {"spec": {"suspend": False}})
    plane.run(1)
    assert [meta.name(job) for job in plane.api.list(JOBS)] == [f"{meta.name(cron)}-{plane.world.unix // MINUTE}"]
