"""What is said, in each language, of what a proposed check misses, and why it is proposed. `{name}` and its like are filled in here,
`{found}` by lessons/words.py while somebody learns."""

from collections.abc import Mapping

Words = dict[str, str]

MISSING: Mapping[str, tuple[str, str]] = {
    "there": ("There is no {kind} `{name}` yet.", "还没有 {kind} `{name}`。"),
    "gone": ("The {kind} `{name}` is still there.", "{kind} `{name}` 还在。"),
    "value": ("In the {kind} `{name}`, `{field}` is still `{{found:{path}}}`.", "{kind} `{name}` 的 `{field}` 现在还是 `{{found:{path}}}`。"),
    "unset": ("In the {kind} `{name}`, `{field}` is still set.", "{kind} `{name}` 里仍然写着 `{field}`。"),
    "ready": ("The Pod `{name}` is not ready yet.", "Pod `{name}` 还没有就绪。"),
    "phase": ("The Pod `{name}` is `{{found:status.phase}}`, not `{value}`.", "Pod `{name}` 的阶段是 `{{found:status.phase}}`，还不是 `{value}`。"),
    "reason": ("The Pod `{name}` was not `{value}` yet.", "Pod `{name}` 还没有出现 `{value}`。"),
    "unschedulable": ("The Pod `{name}` does not wait for a node.", "Pod `{name}` 并没有在等节点。"),
    "complete": ("The {kind} `{name}` is not complete yet.", "{kind} `{name}` 还没有全部就绪。"),
    "file": ("The file `{name}` does not say what it should yet.", "文件 `{name}` 的内容还不对。"),
    "http": ("Nobody answers at `{name}` yet.", "`{name}` 还没有应答。"),
    "command": ("You have not seen this with `{name}` yet.", "还没有用 `{name}` 看到这一点。"),
    "event": ("There is no event `{value}` of `{name}` yet.", "还没有 `{name}` 的 `{value}` 事件。"),
}  # fmt: skip

LANGUAGES = ("en", "zh-hans")
PLURALS = {"ingresses": "Ingress", "networkpolicies": "NetworkPolicy", "priorityclasses": "PriorityClass"}
CAPITALS = {
    "replicasets": "ReplicaSet",
    "statefulsets": "StatefulSet",
    "daemonsets": "DaemonSet",
    "cronjobs": "CronJob",
    "configmaps": "ConfigMap",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "persistentvolumes": "PersistentVolume",
    "resourcequotas": "ResourceQuota",
    "limitranges": "LimitRange",
    "serviceaccounts": "ServiceAccount",
    "horizontalpodautoscalers": "HorizontalPodAutoscaler",
    "poddisruptionbudgets": "PodDisruptionBudget",
    "storageclasses": "StorageClass",
    "rolebindings": "RoleBinding",
    "clusterroles": "ClusterRole",
    "clusterrolebindings": "ClusterRoleBinding",
    "runtimeclasses": "RuntimeClass",
    **PLURALS,
}


def missing(key: str, **facts: str) -> Words:
    """What is said while a check is not fulfilled."""
    return dict(zip(LANGUAGES, (text.format(**facts) for text in MISSING[key]), strict=True))


def kind(resource: str) -> str:
    """What people call a resource: `pods` are each a Pod."""
    plural = resource.split(".")[0]
    return CAPITALS.get(plural) or plural.removesuffix("s").capitalize()
