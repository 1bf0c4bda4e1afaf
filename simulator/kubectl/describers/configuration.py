"""ConfigMaps, Secrets, accounts, namespaces and their limits in a description (models the describers of core)."""

from simulator.kubectl import rules
from simulator.kubectl.describers.events import describe_events_of
from simulator.kubectl.describers.page import Obj, Page, Reader

LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
SCOPES = {
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
    "NotTerminating": "Matches all pods that do not have an active deadline. "
    "These pods usually include long running pods whose container command is not expected to terminate.",
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
}


def describe_config_map(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a ConfigMap."""
    page.head(obj)
    page.line(0)
    page.line(0, "Data")
    page.line(0, "====")
    for key, value in sorted((obj.get("data") or {}).items()):
        page.line(0, f"{key}:")
        page.line(0, "----")
        page.lines += str(value).split("\n")
        page.line(0)
    page.line(0)
    page.line(0, "BinaryData")
    page.line(0, "====")
    for key, value in sorted((obj.get("binaryData") or {}).items()):
        page.line(0, f"{key}: {decoded_length(value)} bytes")
    page.line(0)
    describe_events_of(page, reader, obj)


def decoded_length(text: str) -> int:
    """How many bytes a base64 text stands for."""
    return len(text) * 3 // 4 - text[-2:].count("=")


def describe_secret(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Secret; values are not shown, but for the token of a service account."""
    page.head(obj)
    page.line(0)
    page.field("Type", obj.get("type", ""))
    page.line(0)
    page.line(0, "Data")
    page.line(0, "====")
    for key, value in sorted((obj.get("data") or {}).items()):
        page.field(key, f"{decoded_length(str(value))} bytes")


def describe_service_account(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a ServiceAccount."""
    page.head(obj)
    page.column("Image pull secrets", [each.get("name", "") for each in obj.get("imagePullSecrets") or []])
    describe_events_of(page, reader, obj)


def describe_namespace(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Namespace, with its quotas and limits."""
    name = obj["metadata"].get("name", "")
    page.head(obj, namespaced=False)
    page.field("Status", (obj.get("status") or {}).get("phase", ""))
    conditions = (obj.get("status") or {}).get("conditions") or []
    if conditions:
        page.line(0, "Conditions:")
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
        page.line(1, "----\t------\t------------------\t------\t-------")
    for each in conditions:
        cells = (each.get(field, "") for field in ("type", "status", "lastTransitionTime", "reason", "message"))
        page.line(1, "\t".join(str(cell) for cell in cells))
    _quotas(page, reader.list("resourcequotas", name))
    _limit_ranges(page, reader.list("limitranges", name))


def _quotas(page: Page, quotas: list[Obj]) -> None:
    page.line(0)
    if not quotas:
        page.line(0, "No resource quota.")
        return
    page.line(0, "Resource Quotas")
    for quota in quotas:
        page.field("Name", quota["metadata"]["name"], 1)
        _scopes(page, quota, 1, "*")
        page.line(1, "Resource\tUsed\tHard")
        page.line(1, "--------\t---\t---")
        for name, used, hard in quota_rows(quota):
            page.line(1, f"{name}\t{used}\t{hard}")


def quota_rows(quota: Obj) -> list[tuple[str, str, str]]:
    """Resource, what is used, what may be used."""
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    return [(name, str(used.get(name, "0")), str(amount)) for name, amount in sorted(hard.items())]


def _scopes(page: Page, quota: Obj, level: int, bullet: str) -> None:
    scopes = (quota.get("spec") or {}).get("scopes") or []
    if scopes:
        page.field("Scopes", ", ".join(sorted(scopes)), level)
    for scope in sorted(scopes):
        if scope in SCOPES:
            page.line(level, f"{bullet} {SCOPES[scope]}")


def _limit_ranges(page: Page, ranges: list[Obj]) -> None:
    page.line(0)
    if not ranges:
        page.line(0, "No LimitRange resource.")
        return
    page.line(0, "Resource Limits")
    page.line(0, " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
    page.line(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
    for each in ranges:
        for row in limit_rows(each):
            page.line(0, " " + "\t".join(row))


def limit_rows(limit_range: Obj) -> list[list[str]]:
    """One row for each type and resource that a LimitRange bounds."""
    rows = []
    for item in (limit_range.get("spec") or {}).get("limits") or []:
        names = sorted({name for field in LIMIT_FIELDS for name in item.get(field) or {}})
        for name in names:
            rows.append(
                [
                    str(item.get("type", "")),
                    name,
                    *(str((item.get(field) or {}).get(name, "-")) for field in LIMIT_FIELDS),
                ]
            )
    return rows


def describe_quota(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a ResourceQuota."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.field("Namespace", obj["metadata"].get("namespace", ""))
    _scopes(page, obj, 0, " *")
    page.line(0, "Resource\tUsed\tHard")
    page.line(0, "--------\t----\t----")
    for name, used, hard in quota_rows(obj):
        page.line(0, f"{name}\t{used}\t{hard}")


def describe_limit_range(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a LimitRange."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.field("Namespace", obj["metadata"].get("namespace", ""))
    page.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
    page.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
    for row in limit_rows(obj):
        page.line(0, "\t".join(row))


def describe_priority_class(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a PriorityClass."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.field("Value", obj.get("value", 0))
    page.field("GlobalDefault", "true" if obj.get("globalDefault") else "false")
    page.field("PreemptionPolicy", obj.get("preemptionPolicy") or "PreemptLowerPriority")
    page.field("Description", obj.get("description", ""))
    page.in_one("Annotations", obj["metadata"].get("annotations"))
    describe_events_of(page, reader, obj)


def describe_rules(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Role or ClusterRole."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.labels(obj)
    page.line(0, "PolicyRule:")
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
    page.line(1, "---------\t-----------------\t--------------\t-----")
    for row in rules.rows(obj.get("rules") or []):
        page.line(1, "\t".join(row))


def describe_binding(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a RoleBinding or ClusterRoleBinding."""
    page.field("Name", obj["metadata"].get("name", ""))
    page.labels(obj)
    reference = obj.get("roleRef") or {}
    page.line(0, "Role:")
    page.field("Kind", reference.get("kind", ""), 1)
    page.field("Name", reference.get("name", ""), 1)
    page.line(0, "Subjects:")
    page.line(1, "Kind\tName\tNamespace")
    page.line(1, "----\t----\t---------")
    for subject in obj.get("subjects") or []:
        page.line(1, f"{subject.get('kind', '')}\t{subject.get('name', '')}\t{subject.get('namespace', '')}")


def describe_budget(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a PodDisruptionBudget."""
    from_spec, status = obj.get("spec") or {}, obj.get("status") or {}
    page.field("Name", obj["metadata"].get("name", ""))
    page.field("Namespace", obj["metadata"].get("namespace", ""))
    for label, field in (("Min available", "minAvailable"), ("Max unavailable", "maxUnavailable")):
        if from_spec.get(field) is not None:
            page.field(label, from_spec[field])
    selector = (from_spec.get("selector") or {}).get("matchLabels") or {}
    page.field("Selector", ",".join(f"{key}={value}" for key, value in sorted(selector.items())) or "<unset>")
    page.line(0, "Status:")
    for label, field in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        page.field(f"    {label}", status.get(field, 0))
    describe_events_of(page, reader, obj)
