"""What may be wrong with Jobs and CronJobs (pkg/apis/batch/validation)."""

from typing import Any

from simulator.api import field, names, selectors, zones
from simulator.api.field import FieldError
from simulator.api.indexes import BadIndexes, count_indexes
from simulator.apiserver.registry.cron import problem as cron_problem
from simulator.apiserver.registry.workload_rules import IMMUTABLE, MISMATCH, same_selector
from simulator.apiserver.validation import internal, pods
from simulator.apiserver.validation.common import (
    label_key,
    label_selector,
    not_negative,
    one_of,
    problems,
    shown_map,
    shown_selector,
)

Obj = dict[str, Any]
Errors = list[FieldError]
# The name of a CronJob leaves room for the times at the end of its Jobs' names.
CRON_NAME_LENGTH = 52
MOST_PARALLEL = 100_000
MOST_RULES, MOST_VALUES = 20, 255
NUMBERS = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
PER_INDEX = ("backoffLimitPerIndex", "maxFailedIndexes")
ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
REPLACEMENTS = ("Failed", "TerminatingOrFailed")
FIXED = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
# What of the template of a suspended Job that never ran may still change: where its Pods go.
DIRECTIVES = ("nodeSelector", "tolerations", "schedulingGates")


def _job_spec(path: str, spec: Obj) -> Errors:
    errors = not_negative(path, spec, *NUMBERS, *PER_INDEX)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        errors.append(field.required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    errors += _manager(f"{path}.managedBy", spec.get("managedBy")) + _indexes(path, spec)
    if spec.get("podFailurePolicy") is not None:
        errors += _failure_policy(f"{path}.podFailurePolicy.rules", spec)
    errors += _success_policy(f"{path}.successPolicy", spec)
    replacements = REPLACEMENTS[:1] if spec.get("podFailurePolicy") is not None else REPLACEMENTS
    errors += one_of(f"{path}.podReplacementPolicy", spec.get("podReplacementPolicy"), replacements)
    template = spec.get("template") or {}
    errors += pods.template(f"{path}.template", template)
    return errors + _restart_policy(f"{path}.template.spec.restartPolicy", spec, template.get("spec") or {})


def _manager(path: str, manager: str | None) -> Errors:
    if manager is None:
        return []
    host, slash, rest = manager.partition("/")
    if not manager:
        return [field.required(path)]
    if not (host and slash and rest):
        return [field.invalid(path, manager, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    return problems(path, host, names.subdomain(host))


def _indexes(path: str, spec: Obj) -> Errors:
    mode, completions, most = spec.get("completionMode"), spec.get("completions"), spec.get("maxFailedIndexes")
    modes = ("NonIndexed", "Indexed")
    if mode not in (None, *modes):
        return [field.not_supported(f"{path}.completionMode", mode, modes)]
    if mode != "Indexed":
        text = "requires indexed completion mode"
        return [field.invalid(f"{path}.{name}", spec[name], text) for name in PER_INDEX if spec.get(name) is not None]
    errors: Errors = []
    if completions is None:
        errors.append(field.required(f"{path}.completions", "when completion mode is Indexed"))
    if spec.get("parallelism", 1) > MOST_PARALLEL:
        text = f"must be less than or equal to {MOST_PARALLEL} when completion mode is Indexed"
        errors.append(field.invalid(f"{path}.parallelism", spec["parallelism"], text))
    if completions is not None and most is not None and most > completions:
        errors.append(field.invalid(f"{path}.maxFailedIndexes", most, "must be less than or equal to completions"))
    return errors


def _restart_policy(path: str, spec: Obj, template: Obj) -> Errors:
    policy = template.get("restartPolicy")
    if policy == "Always":
        return [field.required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [field.not_supported(path, policy, ("OnFailure", "Never"))]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        return [field.invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def _failure_policy(path: str, spec: Obj) -> Errors:
    rules, template = spec["podFailurePolicy"].get("rules") or [], (spec.get("template") or {}).get("spec") or {}
    containers = [each.get("name") for kind in ("containers", "initContainers") for each in template.get(kind) or ()]
    errors = [field.too_many(path, len(rules), MOST_RULES)] if len(rules) > MOST_RULES else []
    for at, rule in enumerate(rules):
        inner, action = f"{path}[{at}]", rule.get("action", "")
        if action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
            errors.append(field.invalid(f"{inner}.action", action, "requires the backoffLimitPerIndex to be set"))
        errors += _chosen(f"{inner}.action", action, ACTIONS) + _failure_rule(inner, rule, containers)
    return errors


def _chosen(path: str, value: str, allowed: tuple[str, ...]) -> Errors:
    """One of some, all of which are named when nothing was chosen."""
    listed = " ".join(map(field.quoted, allowed))
    return one_of(path, value, allowed) if value else [field.required(path, f"valid values: [{listed}]")]


def _failure_rule(path: str, rule: Obj, containers: list[str | None]) -> Errors:
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    errors = _exit_codes(f"{path}.onExitCodes", codes, containers) if codes is not None else []
    for at, each in enumerate(conditions):
        inner = f"{path}.onPodConditions[{at}]"
        errors += label_key(f"{inner}.type", each.get("type", ""))
        errors += _chosen(f"{inner}.status", each.get("status", ""), ("False", "True", "Unknown"))
    if codes is not None and conditions:
        errors.append(field.refused(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    elif codes is None and not conditions:
        errors.append(field.refused(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return errors


def _exit_codes(path: str, codes: Obj, containers: list[str | None]) -> Errors:
    operator, values, name = codes.get("operator", ""), codes.get("values") or [], codes.get("containerName")
    errors = _chosen(f"{path}.operator", operator, ("In", "NotIn"))
    if name is not None and name not in containers:
        text = "must be one of the container or initContainer names in the pod template"
        errors.append(field.invalid(f"{path}.containerName", name, text))
    if not values:
        errors.append(field.invalid(f"{path}.values", codes.get("values"), "at least one value is required"))
    elif len(values) > MOST_VALUES:
        errors.append(field.too_many(f"{path}.values", len(values), MOST_VALUES))
    for at, value in enumerate(values):
        inner = f"{path}.values[{at}]"
        if operator == "In" and value == 0:
            errors.append(field.invalid(inner, value, "must not be 0 for the In operator"))
        errors += [field.duplicate(inner, value)] if value in values[:at] else []
    return errors + ([] if values == sorted(values) else [field.invalid(f"{path}.values", values, "must be ordered")])


def _success_policy(path: str, spec: Obj) -> Errors:
    policy, completions = spec.get("successPolicy"), spec.get("completions")
    if policy is None:
        return []
    rules = policy.get("rules") or []
    if spec.get("completionMode") != "Indexed":
        shown = {"Rules": [{name[:1].upper() + name[1:]: rule.get(name) for name in SUCCESS} for rule in rules] or None}
        return [field.invalid(path, shown, "requires indexed completion mode")]
    if not rules:
        text = "at least one rules must be specified when the successPolicy is specified"
        return [field.required(f"{path}.rules", text)]
    errors = [field.too_many(f"{path}.rules", len(rules), MOST_RULES)] if len(rules) > MOST_RULES else []
    if completions is not None:
        for at, rule in enumerate(rules):
            errors += _success_rule(f"{path}.rules[{at}]", rule, completions)
    return errors


SUCCESS = ("succeededIndexes", "succeededCount")


def _success_rule(path: str, rule: Obj, completions: int) -> Errors:
    indexes, count = (rule.get(name) for name in SUCCESS)
    if indexes is None and count is None:
        return [field.required(path, "at least one of succeededCount or succeededIndexes must be specified")]
    errors: Errors = []
    total = completions
    if indexes is not None:
        try:
            total = count_indexes(indexes, completions)
        except BadIndexes as error:
            total = 0
            errors.append(
                field.invalid(f"{path}.succeededIndexes", indexes, f"error parsing succeededIndexes: {error}")
            )
    if count is None:
        return errors
    inner = f"{path}.succeededCount"
    errors += not_negative(path, rule, "succeededCount")
    if count > completions:
        text = f"must be less than or equal to {completions} (the number of specified completions)"
        errors.append(field.invalid(inner, count, text))
    if indexes is not None and count > total:
        text = f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        errors.append(field.invalid(inner, count, text))
    return errors


def job(obj: Obj) -> Errors:
    """What is wrong with a Job."""
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    errors = [] if spec.get("manualSelector") else _generated(obj)
    errors += _job_spec("spec", spec) + _selector(spec)
    last = (spec.get("completions") or 0) - 1
    if spec.get("completionMode") == "Indexed" and last >= 0 and names.label(f"{name}-{last}"):
        text = f"will not able to create pod with invalid DNS label: {name}-{last}"
        errors.append(field.invalid("metadata.name", name, text))
    return errors


def _generated(job: Obj) -> Errors:
    """A selector that nobody wrote chooses the Pods of this Job alone."""
    selector, metadata = job["spec"].get("selector"), job["metadata"]
    if selector is None or label_selector("", selector):
        return []
    uid, name = metadata.get("uid", ""), metadata.get("name", "")
    own = {"batch.kubernetes.io/controller-uid": uid, "controller-uid": uid}
    own |= {"batch.kubernetes.io/job-name": name, "job-name": name}
    if selectors.selects(selector, own):
        return []
    return [field.invalid("spec.selector", shown_selector(selector), "`selector` not auto-generated")]


def _selector(spec: Obj) -> Errors:
    selector = spec.get("selector")
    if selector is None:
        return [field.required("spec.selector"), _mismatch(spec)]
    errors = label_selector("spec.selector", selector)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    return errors or ([] if selectors.selects(selector, labels) else [_mismatch(spec)])


def _mismatch(spec: Obj) -> FieldError:
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    return field.invalid("spec.template.metadata.labels", shown_map(labels), MISMATCH)


def job_update(new: Obj, old: Obj) -> Errors:
    """Selector, template and most else of a Job stay."""
    errors: Errors = []
    ours, before = new["spec"], old["spec"]
    if ours.get("completions") != before.get("completions") and not _resized(ours):
        errors.append(field.invalid("spec.completions", ours.get("completions"), IMMUTABLE))
    errors += same_selector(new, old)
    template = ours.get("template") or {}
    if template != _movable(template, before.get("template") or {}, old):
        errors.append(field.invalid("spec.template", internal.template(template), IMMUTABLE))
    errors += [
        field.invalid(f"spec.{name}", ours.get(name), IMMUTABLE) for name in FIXED if ours.get(name) != before.get(name)
    ]
    return errors


def _resized(spec: Obj) -> bool:
    """Elastic indexed Jobs have as many Pods at once as there are indexes."""
    return spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")


def _movable(template: Obj, before: Obj, job: Obj) -> Obj:
    """The old template with what a suspended Job that has not begun may still change taken from the new one."""
    if not job["spec"].get("suspend") or (job.get("status") or {}).get("startTime"):
        return before
    spec, ours = dict(before.get("spec") or {}), template.get("spec") or {}
    for name in DIRECTIVES:
        spec.pop(name, None)
        spec |= {name: ours[name]} if name in ours else {}
    metadata = {**(before.get("metadata") or {})}
    for name in ("labels", "annotations"):
        metadata.pop(name, None)
        metadata |= {name: template["metadata"][name]} if name in (template.get("metadata") or {}) else {}
    return {**before, "metadata": metadata, "spec": spec}


def cron_job(obj: Obj) -> Errors:
    """What is wrong with a CronJob."""
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    errors: Errors = []
    if not spec.get("schedule"):
        errors.append(field.required("spec.schedule"))
    elif trouble := cron_problem(spec["schedule"]):
        errors.append(field.invalid("spec.schedule", spec["schedule"], trouble))
    errors += not_negative("spec", spec, "startingDeadlineSeconds")
    errors += _time_zone("spec.timeZone", spec.get("timeZone"))
    errors += one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), ("Allow", "Forbid", "Replace"))
    errors += _job_template("spec.jobTemplate.spec", (spec.get("jobTemplate") or {}).get("spec") or {})
    errors += not_negative("spec", spec, "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    if len(name) > CRON_NAME_LENGTH:
        errors.append(field.invalid("metadata.name", name, f"must be no more than {CRON_NAME_LENGTH} characters"))
    return errors


def _job_template(path: str, spec: Obj) -> Errors:
    errors = _job_spec(path, {"podReplacementPolicy": REPLACEMENTS[0], **spec})
    if spec.get("selector") is not None:
        errors.append(
            field.invalid(f"{path}.selector", shown_selector(spec["selector"]), "`selector` will be auto-generated")
        )
    if spec.get("manualSelector"):
        errors.append(field.not_supported(f"{path}.manualSelector", True, ("nil", "false")))
    return errors


def _time_zone(path: str, zone: str | None) -> Errors:
    if zone is None:
        return []
    if not zone:
        return [field.invalid(path, zone, "timeZone must be nil or non-empty string")]
    if zone.lower() == "local":
        text = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [field.invalid(path, zone, text)]
    return problems(path, zone, [trouble] if (trouble := zones.problem(zone)) else [])
