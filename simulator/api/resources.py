"""The resources of a v1.36 cluster, as discovery lists them (k8s.io/api, kubectl's RESTMapper)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ALL_VERBS = (
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
)
WRITE_SOME = ("get", "patch", "update")
ONLY_CREATE = ("create",)
READ_ONLY = ("get", "list")


@dataclass(frozen=True)
class Subresource:
    """A part of an object with an address of its own, such as `pods/log`; *api_version* and *kind* are of what it answers."""

    name: str
    verbs: tuple[str, ...]
    kind: str = ""
    api_version: str = ""


@dataclass(frozen=True)
class Resource:
    """A collection of objects of one kind; `name` is how the simulator calls it, such as `pods` or `deployments.apps`."""

    plural: str
    singular: str
    short_names: tuple[str, ...]
    group: str
    versions: tuple[str, ...]  # the preferred one first
    namespaced: bool
    kind: str
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: tuple[Subresource, ...] = ()
    custom: bool = False  # brought by a CustomResourceDefinition

    @property
    def name(self) -> str:
        """The plural, qualified with the group unless that is the core group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def version(self) -> str:
        """The preferred version."""
        return self.versions[0]

    @property
    def api_version(self) -> str:
        """What stands in the field apiVersion: `v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified_kind(self) -> str:
        """The kind as messages of the API server name it: `Pod`, `Deployment.apps`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    def subresource(self, name: str) -> Subresource | None:
        """The subresource called *name*, if the resource has it."""
        return next((each for each in self.subresources if each.name == name), None)


STATUS = Subresource("status", WRITE_SOME)
SCALE = Subresource("scale", WRITE_SOME, "Scale", "autoscaling/v1")
CONNECT = ("create", "get")
POD_PARTS = (
    Subresource("attach", CONNECT, "PodAttachOptions"),
    Subresource("binding", ONLY_CREATE, "Binding"),
    Subresource("ephemeralcontainers", WRITE_SOME),
    Subresource("eviction", ONLY_CREATE, "Eviction", "policy/v1"),
    Subresource("exec", CONNECT, "PodExecOptions"),
    Subresource("log", ("get",)),
    Subresource("portforward", CONNECT, "PodPortForwardOptions"),
    Subresource("proxy", ("create", "delete", "get", "patch", "update"), "PodProxyOptions"),
    Subresource("resize", WRITE_SOME),
    STATUS,
)
TOKEN = Subresource("token", ONLY_CREATE, "TokenRequest", "authentication.k8s.io/v1")
FINALIZE = Subresource("finalize", ("update",))

# plural, singular, short names, namespaced (n) or not (-), kind, then what differs from an ordinary resource.
Row = tuple[str, str, str, str, str]
EXTRAS: dict[str, Any] = {
    "bindings": {"verbs": ONLY_CREATE},
    "componentstatuses": {"verbs": READ_ONLY},
    "namespaces": {
        "verbs": ("create", "delete", "get", "list", "patch", "update", "watch"),
        "subresources": (FINALIZE, STATUS),
    },
    "pods": {"categories": ("all",), "subresources": POD_PARTS},
    "nodes": {"subresources": (STATUS,)},
    "persistentvolumeclaims": {"subresources": (STATUS,)},
    "persistentvolumes": {"subresources": (STATUS,)},
    "replicationcontrollers": {"categories": ("all",), "subresources": (SCALE, STATUS)},
    "resourcequotas": {"subresources": (STATUS,)},
    "serviceaccounts": {"subresources": (TOKEN,)},
    "services": {"categories": ("all",), "subresources": (STATUS,)},
    "customresourcedefinitions.apiextensions.k8s.io": {
        "categories": ("api-extensions",),
        "subresources": (STATUS,),
    },
    "apiservices.apiregistration.k8s.io": {
        "categories": ("api-extensions",),
        "subresources": (STATUS,),
    },
    "daemonsets.apps": {"categories": ("all",), "subresources": (STATUS,)},
    "deployments.apps": {"categories": ("all",), "subresources": (SCALE, STATUS)},
    "replicasets.apps": {"categories": ("all",), "subresources": (SCALE, STATUS)},
    "statefulsets.apps": {"categories": ("all",), "subresources": (SCALE, STATUS)},
    "horizontalpodautoscalers.autoscaling": {
        "categories": ("all",),
        "subresources": (STATUS,),
        "versions": ("v2", "v1"),
    },
    "cronjobs.batch": {"categories": ("all",), "subresources": (STATUS,)},
    "jobs.batch": {"categories": ("all",), "subresources": (STATUS,)},
    "ingresses.networking.k8s.io": {"subresources": (STATUS,)},
    "poddisruptionbudgets.policy": {"subresources": (STATUS,)},
    "certificatesigningrequests.certificates.k8s.io": {"subresources": (Subresource("approval", WRITE_SOME), STATUS)},
    "flowschemas.flowcontrol.apiserver.k8s.io": {"subresources": (STATUS,)},
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": {"subresources": (STATUS,)},
    "servicecidrs.networking.k8s.io": {"subresources": (STATUS,)},
    "resourceclaims.resource.k8s.io": {"subresources": (STATUS,)},
    "volumeattachments.storage.k8s.io": {"subresources": (STATUS,)},
    "validatingadmissionpolicies.admissionregistration.k8s.io": {
        "categories": ("api-extensions",),
        "subresources": (STATUS,),
    },
    "nodes.metrics.k8s.io": {"verbs": READ_ONLY, "versions": ("v1beta1",)},
    "pods.metrics.k8s.io": {"verbs": READ_ONLY, "versions": ("v1beta1",)},
} | {
    f"{plural}.admissionregistration.k8s.io": {"categories": ("api-extensions",)}
    for plural in (
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    )
}
REVIEW_GROUPS = ("authentication.k8s.io", "authorization.k8s.io")

GROUPS: dict[str, tuple[Row, ...]] = {
    "": (
        ("bindings", "binding", "", "n", "Binding"),
        ("componentstatuses", "componentstatus", "cs", "-", "ComponentStatus"),
        ("configmaps", "configmap", "cm", "n", "ConfigMap"),
        ("endpoints", "endpoints", "ep", "n", "Endpoints"),
        ("events", "event", "ev", "n", "Event"),
        ("limitranges", "limitrange", "limits", "n", "LimitRange"),
        ("namespaces", "namespace", "ns", "-", "Namespace"),
        ("nodes", "node", "no", "-", "Node"),
        (
            "persistentvolumeclaims",
            "persistentvolumeclaim",
            "pvc",
            "n",
            "PersistentVolumeClaim",
        ),
        ("persistentvolumes", "persistentvolume", "pv", "-", "PersistentVolume"),
        ("pods", "pod", "po", "n", "Pod"),
        ("podtemplates", "podtemplate", "", "n", "PodTemplate"),
        (
            "replicationcontrollers",
            "replicationcontroller",
            "rc",
            "n",
            "ReplicationController",
        ),
        ("resourcequotas", "resourcequota", "quota", "n", "ResourceQuota"),
        ("secrets", "secret", "", "n", "Secret"),
        ("serviceaccounts", "serviceaccount", "sa", "n", "ServiceAccount"),
        ("services", "service", "svc", "n", "Service"),
    ),
    "admissionregistration.k8s.io": (
        (
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicy",
            "",
            "-",
            "MutatingAdmissionPolicy",
        ),
        (
            "mutatingadmissionpolicybindings",
            "mutatingadmissionpolicybinding",
            "",
            "-",
            "MutatingAdmissionPolicyBinding",
        ),
        (
            "mutatingwebhookconfigurations",
            "mutatingwebhookconfiguration",
            "",
            "-",
            "MutatingWebhookConfiguration",
        ),
        (
            "validatingadmissionpolicies",
            "validatingadmissionpolicy",
            "",
            "-",
            "ValidatingAdmissionPolicy",
        ),
        (
            "validatingadmissionpolicybindings",
            "validatingadmissionpolicybinding",
            "",
            "-",
            "ValidatingAdmissionPolicyBinding",
        ),
        (
            "validatingwebhookconfigurations",
            "validatingwebhookconfiguration",
            "",
            "-",
            "ValidatingWebhookConfiguration",
        ),
    ),
    "apiextensions.k8s.io": (
        (
            "customresourcedefinitions",
            "customresourcedefinition",
            "crd,crds",
            "-",
            "CustomResourceDefinition",
        ),
    ),
    "apiregistration.k8s.io": (("apiservices", "apiservice", "", "-", "APIService"),),
    "apps": (
        ("controllerrevisions", "controllerrevision", "", "n", "ControllerRevision"),
        ("daemonsets", "daemonset", "ds", "n", "DaemonSet"),
        ("deployments", "deployment", "deploy", "n", "Deployment"),
        ("replicasets", "replicaset", "rs", "n", "ReplicaSet"),
        ("statefulsets", "statefulset", "sts", "n", "StatefulSet"),
    ),
    "authentication.k8s.io": (
        ("selfsubjectreviews", "selfsubjectreview", "", "-", "SelfSubjectReview"),
        ("tokenreviews", "tokenreview", "", "-", "TokenReview"),
    ),
    "authorization.k8s.io": (
        (
            "localsubjectaccessreviews",
            "localsubjectaccessreview",
            "",
            "n",
            "LocalSubjectAccessReview",
        ),
        (
            "selfsubjectaccessreviews",
            "selfsubjectaccessreview",
            "",
            "-",
            "SelfSubjectAccessReview",
        ),
        (
            "selfsubjectrulesreviews",
            "selfsubjectrulesreview",
            "",
            "-",
            "SelfSubjectRulesReview",
        ),
        ("subjectaccessreviews", "subjectaccessreview", "", "-", "SubjectAccessReview"),
    ),
    "autoscaling": (
        (
            "horizontalpodautoscalers",
            "horizontalpodautoscaler",
            "hpa",
            "n",
            "HorizontalPodAutoscaler",
        ),
    ),
    "batch": (
        ("cronjobs", "cronjob", "cj", "n", "CronJob"),
        ("jobs", "job", "", "n", "Job"),
    ),
    "certificates.k8s.io": (
        (
            "certificatesigningrequests",
            "certificatesigningrequest",
            "csr",
            "-",
            "CertificateSigningRequest",
        ),
    ),
    "coordination.k8s.io": (("leases", "lease", "", "n", "Lease"),),
    "discovery.k8s.io": (("endpointslices", "endpointslice", "", "n", "EndpointSlice"),),
    "events.k8s.io": (("events", "event", "ev", "n", "Event"),),
    "flowcontrol.apiserver.k8s.io": (
        ("flowschemas", "flowschema", "", "-", "FlowSchema"),
        (
            "prioritylevelconfigurations",
            "prioritylevelconfiguration",
            "",
            "-",
            "PriorityLevelConfiguration",
        ),
    ),
    "metrics.k8s.io": (
        ("nodes", "", "", "-", "NodeMetrics"),
        ("pods", "", "", "n", "PodMetrics"),
    ),
    "networking.k8s.io": (
        ("ingressclasses", "ingressclass", "", "-", "IngressClass"),
        ("ingresses", "ingress", "ing", "n", "Ingress"),
        ("ipaddresses", "ipaddress", "ip", "-", "IPAddress"),
        ("networkpolicies", "networkpolicy", "netpol", "n", "NetworkPolicy"),
        ("servicecidrs", "servicecidr", "", "-", "ServiceCIDR"),
    ),
    "node.k8s.io": (("runtimeclasses", "runtimeclass", "", "-", "RuntimeClass"),),
    "policy": (
        (
            "poddisruptionbudgets",
            "poddisruptionbudget",
            "pdb",
            "n",
            "PodDisruptionBudget",
        ),
    ),
    "rbac.authorization.k8s.io": (
        ("clusterrolebindings", "clusterrolebinding", "", "-", "ClusterRoleBinding"),
        ("clusterroles", "clusterrole", "", "-", "ClusterRole"),
        ("rolebindings", "rolebinding", "", "n", "RoleBinding"),
        ("roles", "role", "", "n", "Role"),
    ),
    "resource.k8s.io": (
        ("deviceclasses", "deviceclass", "", "-", "DeviceClass"),
        ("resourceclaims", "resourceclaim", "", "n", "ResourceClaim"),
        (
            "resourceclaimtemplates",
            "resourceclaimtemplate",
            "",
            "n",
            "ResourceClaimTemplate",
        ),
        ("resourceslices", "resourceslice", "", "-", "ResourceSlice"),
    ),
    "scheduling.k8s.io": (("priorityclasses", "priorityclass", "pc", "-", "PriorityClass"),),
    "storage.k8s.io": (
        ("csidrivers", "csidriver", "", "-", "CSIDriver"),
        ("csinodes", "csinode", "", "-", "CSINode"),
        ("csistoragecapacities", "csistoragecapacity", "", "n", "CSIStorageCapacity"),
        ("storageclasses", "storageclass", "sc", "-", "StorageClass"),
        ("volumeattachments", "volumeattachment", "", "-", "VolumeAttachment"),
        (
            "volumeattributesclasses",
            "volumeattributesclass",
            "vac",
            "-",
            "VolumeAttributesClass",
        ),
    ),
}


def _resource(group: str, row: Row) -> Resource:
    plural, singular, short, scope, kind = row
    extra: dict[str, Any] = {"versions": ("v1",)}
    if group in REVIEW_GROUPS:
        extra["verbs"] = ONLY_CREATE
    extra |= EXTRAS.get(f"{plural}.{group}" if group else plural, {})
    names = tuple(short.split(",")) if short else ()
    return Resource(plural, singular, names, group, namespaced=scope == "n", kind=kind, **extra)


RESOURCES: dict[str, Resource] = {
    resource.name: resource for group, rows in GROUPS.items() for resource in (_resource(group, row) for row in rows)
}
# Two addresses of the same objects: what is stored stands under the name on the right.
STORED_AS = {"events.events.k8s.io": "events"}

_BY_KIND = {(r.group, version, r.kind): r for r in RESOURCES.values() for version in r.versions}


def by_kind(api_version: str, kind: str) -> Resource | None:
    """The resource whose objects say *api_version* (`apps/v1`) and *kind*."""
    group, _, version = api_version.rpartition("/")
    return _BY_KIND.get((group, version, kind))


@lru_cache(maxsize=1024)
def parse_name(text: str) -> Resource | None:
    """The resource that a learner means with *text*: `po`, `Pod`, `deploy.apps`, `deployments.v1.apps`; None if there is none."""
    return named_by(text, RESOURCES.values())


def named_by(text: str, resources: Iterable[Resource]) -> Resource | None:
    """The one of *resources* that is called *text*, or None."""
    word, _, rest = text.lower().partition(".")
    candidates = [r for r in resources if word and word in (r.plural, r.singular, *r.short_names)]
    for resource in candidates:
        version, dot, group = rest.partition(".")
        if rest in ("", resource.group) or (dot and version in resource.versions and group == resource.group):
            return resource
    return next((r for r in candidates if rest and r.group.startswith(rest)), None)


def in_category(category: str) -> list[Resource]:
    """The resources of a category such as `all`, in the order of discovery."""
    return [resource for resource in RESOURCES.values() if category in resource.categories]
