"""Jobs that gave up or rest, CronJobs that start nothing: each names the field that decides."""

from typing import Any

import pytest

from tests.simulator.why.asker import BUSYBOX, Asker

ENDS = "restartPolicy: Never, containers: [{name: c, " + BUSYBOX + ", command: [sh, -c, '%s']}]"


def job(name: str, script: str, rest: str = "", policy: str = "Never") -> str:
    pod = (ENDS % script).replace("Never", policy)
    return f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\nspec:\n{rest}  template: {{spec: {{{pod}}}}}\n"


def cron(name: str, schedule: str, rest: str = "", script: str = "true") -> str:
    template = f"  jobTemplate: {{spec: {{template: {{spec: {{{ENDS % script}}}}}}}}}\n"
    return f"apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\nspec:\n  schedule: '{schedule}'\n{rest}{template}"


RULE = "  podFailurePolicy:\n    rules:\n    - action: FailJob\n      onExitCodes: {operator: In, values: [42]}\n"
INDEXED = "  completionMode: Indexed\n  completions: 3\n  parallelism: 3\n  backoffLimitPerIndex: 0\n"
MANIFESTS = {
    "limit": job("limit", "exit 3", "  backoffLimit: 0\n"),
    "restarts": job("restarts", "exit 3", "  backoffLimit: 1\n", "OnFailure"),
    "late": job("late", "sleep 999", "  activeDeadlineSeconds: 5\n"),
    "policy": job("policy", "exit 42", RULE),
    "indexes": job("indexes", "exit 1", INDEXED),
    "most": job("most", "exit 1", INDEXED + "  maxFailedIndexes: 1\n"),
    "paused": job("paused", "true", "  suspend: true\n"),
    "again": job("again", "exit 1", "  backoffLimit: 6\n"),
    "stopped": cron("stopped", "* * * * *", "  suspend: true\n"),
    "never": cron("never", "0 0 31 2 *"),
    "yearly": cron("yearly", "0 0 1 1 *"),
    "forbid": cron("forbid", "* * * * *", "  concurrencyPolicy: Forbid\n", "sleep 999"),
    "replace": cron("replace", "* * * * *", "  concurrencyPolicy: Replace\n", "sleep 999"),
    "fails": cron("fails", "* * * * *", "", "exit 9"),
}


@pytest.fixture(scope="module")
def asker() -> Asker:
    asker = Asker()
    for name, text in MANIFESTS.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(200)
    return asker


JOBS: list[tuple[str, str, dict[str, Any], str]] = [
    ("limit", "job.backoff_limit", {"failed": 1, "limit": 0}, "backoffLimit: 0"),
    ("restarts", "job.restarts_limit", {"limit": 1}, "backoffLimit: 1"),
    ("late", "job.deadline", {"seconds": 5}, "activeDeadlineSeconds: 5"),
    ("policy", "job.policy", {"rule": 0}, "- action: FailJob"),
    ("indexes", "job.indexes", {"indexes": "0-2", "limit": 0}, "backoffLimitPerIndex: 0"),
    ("most", "job.max_indexes", {"limit": 1}, "maxFailedIndexes: 1"),
    ("paused", "job.suspended", {}, "suspend: true"),
]


@pytest.mark.parametrize(("name", "kind", "values", "text"), JOBS, ids=[case[0] for case in JOBS])
def test_a_job_that_is_not_done_names_the_field_that_decided(
    asker: Asker, name: str, kind: str, values: dict[str, Any], text: str
) -> None:
    assert asker.kinds("jobs.batch", name)[0] == kind
    link = asker.link("jobs.batch", name, kind)
    assert values.items() <= link["values"].items()
    assert link["component"] == "job-controller"
    assert (link["place"]["file"], link["place"]["text"]) == (f"/root/{name}.yaml", text)


def test_a_job_that_has_given_up_goes_on_to_the_end_of_its_last_pod(asker: Asker) -> None:
    assert asker.kinds("jobs.batch", "limit") == ["job.backoff_limit", "pod.failed", "end.other"]
    assert asker.link("jobs.batch", "limit", "end.other")["values"]["code"] == 3
    assert asker.kinds("jobs.batch", "policy")[-1] == "end.other"


def test_a_job_rests_between_failures() -> None:
    asker = Asker()
    asker.save("/root/again.yaml", MANIFESTS["again"])
    asker.type("kubectl apply -f again.yaml")
    asker.wait(20)
    assert asker.kinds("jobs.batch", "again")[:2] == ["job.runs", "job.rests"]
    rests = asker.link("jobs.batch", "again", "job.rests")["values"]
    assert (rests["failures"], rests["most"]) == (2, "10m0s")
    assert rests["left"] in ("15s", "14s", "13s", "12s", "11s", "10s", "9s")


CRONS: list[tuple[str, list[str], dict[str, Any], str]] = [
    ("stopped", ["cronjob.suspended", "cronjob.overdue"], {"times": 3}, "suspend: true"),
    ("never", ["cronjob.never"], {"schedule": "0 0 31 2 *"}, "schedule: '0 0 31 2 *'"),
    ("yearly", ["cronjob.plan"], {"next": "01-01 00:00", "zone": "UTC"}, "schedule: '0 0 1 1 *'"),
    ("forbid", ["cronjob.plan", "cronjob.forbid"], {}, "concurrencyPolicy: Forbid"),
    ("replace", ["cronjob.plan", "cronjob.replace"], {}, "concurrencyPolicy: Replace"),
]


@pytest.mark.parametrize(("name", "kinds", "values", "text"), CRONS, ids=[case[0] for case in CRONS])
def test_a_cron_job_that_starts_nothing_names_the_field_that_decides(
    asker: Asker, name: str, kinds: list[str], values: dict[str, Any], text: str
) -> None:
    assert asker.kinds("cronjobs.batch", name)[: len(kinds)] == kinds
    link = asker.link("cronjobs.batch", name, kinds[-1])
    assert values.items() <= link["values"].items()
    assert link["place"]["text"] == text


def test_a_cron_job_leads_to_its_newest_job_and_that_to_its_pod(asker: Asker) -> None:
    kinds = asker.kinds("cronjobs.batch", "fails")
    assert kinds[:2] == ["cronjob.plan", "cronjob.newest"]
    assert kinds[-1] == "end.other"
    forbidden = asker.link("cronjobs.batch", "forbid", "cronjob.forbid")
    assert forbidden["evidence"][0]["title"] == "JobAlreadyActive"
    assert asker.lab.find("jobs.batch", "default", str(forbidden["values"]["job"]))


def test_a_cron_job_that_was_suspended_for_long_has_missed_too_many_times() -> None:
    asker = Asker()
    asker.save("/root/stopped.yaml", MANIFESTS["stopped"])
    asker.type("kubectl apply -f stopped.yaml")
    asker.wait(2 * 3600)
    assert asker.kinds("cronjobs.batch", "stopped") == ["cronjob.suspended", "cronjob.too_many"]
    asker.type('kubectl patch cronjob stopped -p \'{"spec":{"suspend":false}}\'')
    asker.wait(5)
    assert asker.kinds("cronjobs.batch", "stopped")[0] == "cronjob.plan"
    assert [link["kind"] for link in asker.of_event("TooManyMissedTimes")][:2] == ["event.seen", "cronjob.plan"]


def test_a_zone_that_there_is_not_is_named() -> None:
    asker = Asker()
    asker.save("/root/zone.yaml", cron("zone", "* * * * *", "  timeZone: Asia/Shanghai\n"))
    asker.type("kubectl apply -f zone.yaml")
    assert asker.link("cronjobs.batch", "zone", "cronjob.plan")["values"]["zone"] == "Asia/Shanghai"
