"""The values that some fields may have, which the schema's source leaves out of its descriptions (k8s.io/api, `+enum`)."""

from collections.abc import Mapping

CORE, APPS = "core.v1", "apps.v1"
BATCH, NETWORKING = "batch.v1", "networking.v1"
# By definition and field: values, with what they mean where that is said.
Values = Mapping[str, str]
RESTART: Values = {"Always": "", "Never": "", "OnFailure": ""}
PULL: Values = {
    "Always": "means that kubelet always attempts to pull the latest image. Container will fail If the pull fails.",
    "IfNotPresent": "means that kubelet pulls if the image isn't present on disk. Container will fail if the image isn't present and the pull fails.",
    "Never": "means that kubelet never pulls an image, but only uses a local image. Container will fail if the image isn't present",
}
PROTOCOL: Values = {"SCTP": "", "TCP": "", "UDP": ""}
TERMINATION: Values = {"FallbackToLogsOnError": "", "File": ""}
EFFECT: Values = {"NoExecute": "", "NoSchedule": "", "PreferNoSchedule": ""}
SCHEME: Values = {"HTTP": "", "HTTPS": ""}
CONCURRENCY: Values = {"Allow": "", "Forbid": "", "Replace": ""}
ENUMS: Mapping[tuple[str, str], Values] = {
    (f"{CORE}.PodSpec", "restartPolicy"): RESTART,
    (f"{CORE}.PodSpec", "dnsPolicy"): {"ClusterFirst": "", "ClusterFirstWithHostNet": "", "Default": "", "None": ""},
    (f"{CORE}.PodSpec", "preemptionPolicy"): {"Never": "", "PreemptLowerPriority": ""},
    **{
        (f"{CORE}.{kind}", field): values
        for kind in ("Container", "EphemeralContainer")
        for field, values in (("imagePullPolicy", PULL), ("terminationMessagePolicy", TERMINATION))
    },
    (f"{CORE}.ContainerPort", "protocol"): PROTOCOL,
    (f"{CORE}.ServicePort", "protocol"): PROTOCOL,
    (f"{CORE}.HTTPGetAction", "scheme"): SCHEME,
    (f"{CORE}.Toleration", "effect"): EFFECT,
    (f"{CORE}.Toleration", "operator"): {"Equal": "", "Exists": "", "Gt": "", "Lt": ""},
    (f"{CORE}.Taint", "effect"): EFFECT,
    (f"{CORE}.NodeSelectorRequirement", "operator"): {
        "DoesNotExist": "",
        "Exists": "",
        "Gt": "",
        "In": "",
        "Lt": "",
        "NotIn": "",
    },
    (f"{CORE}.TopologySpreadConstraint", "whenUnsatisfiable"): {"DoNotSchedule": "", "ScheduleAnyway": ""},
    (f"{CORE}.ServiceSpec", "type"): {"ClusterIP": "", "ExternalName": "", "LoadBalancer": "", "NodePort": ""},
    (f"{CORE}.ServiceSpec", "sessionAffinity"): {"ClientIP": "", "None": ""},
    (f"{CORE}.ServiceSpec", "externalTrafficPolicy"): {"Cluster": "", "Local": ""},
    (f"{CORE}.ServiceSpec", "internalTrafficPolicy"): {"Cluster": "", "Local": ""},
    (f"{CORE}.PodStatus", "phase"): {"Failed": "", "Pending": "", "Running": "", "Succeeded": "", "Unknown": ""},
    (f"{CORE}.PodStatus", "qosClass"): {"BestEffort": "", "Burstable": "", "Guaranteed": ""},
    (f"{CORE}.PersistentVolumeSpec", "persistentVolumeReclaimPolicy"): {"Delete": "", "Recycle": "", "Retain": ""},
    (f"{CORE}.SeccompProfile", "type"): {"Localhost": "", "RuntimeDefault": "", "Unconfined": ""},
    (f"{APPS}.DeploymentStrategy", "type"): {"Recreate": "", "RollingUpdate": ""},
    (f"{APPS}.StatefulSetUpdateStrategy", "type"): {"OnDelete": "", "RollingUpdate": ""},
    (f"{APPS}.DaemonSetUpdateStrategy", "type"): {"OnDelete": "", "RollingUpdate": ""},
    (f"{APPS}.StatefulSetSpec", "podManagementPolicy"): {"OrderedReady": "", "Parallel": ""},
    (f"{BATCH}.CronJobSpec", "concurrencyPolicy"): CONCURRENCY,
    (f"{BATCH}.JobSpec", "completionMode"): {"Indexed": "", "NonIndexed": ""},
    (f"{NETWORKING}.HTTPIngressPath", "pathType"): {"Exact": "", "ImplementationSpecific": "", "Prefix": ""},
}


def described(definition: str, field: str, text: str) -> str:
    """The description of a field with its possible values at the end, as the API server's own schema has it."""
    values = ENUMS.get((definition, field))
    if not values or "Possible enum values" in text:
        return text
    lines = [f' - `"{value}"`{" " + meaning if meaning else ""}' for value, meaning in values.items()]
    return "\n".join([text, "", "Possible enum values:", *lines])
