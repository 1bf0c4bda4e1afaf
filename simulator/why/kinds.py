"""Every kind of link: the component that usually decides it, the values it carries, and the page of the documentation about it.

The words for them are the site's (labsite/console/why_words.yaml): the simulator knows no prose.
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """What is known of a kind of link before it is met."""

    component: str
    values: tuple[str, ...]
    docs: str  # a key of the site's table of pages


def _kinds(component: str, docs: str, **kinds: str) -> dict[str, Kind]:
    """Kinds that have component and page in common: name (a point is written as `__`) -> its values."""
    return {name.replace("__", "."): Kind(component, tuple(values.split()), docs) for name, values in kinds.items()}


SCHEDULER, KUBELET, API = "kube-scheduler", "kubelet", "kube-apiserver"
MANAGER, RUNTIME = "kube-controller-manager", "containerd"

KINDS: dict[str, Kind] = {
    # --- Pods
    **_kinds(KUBELET, "pod-lifecycle", pod__well="node", pod__not_ready="ready containers", pod__unseen="node"),
    **_kinds(KUBELET, "pod-lifecycle", pod__succeeded="policy", pod__failed="policy", pod__refused="reason node"),
    **_kinds(KUBELET, "pod-lifecycle", container__starting="", container__restarted="container restarts"),
    **_kinds(KUBELET, "pod-readiness", pod__readiness_gate="condition"),
    **_kinds(KUBELET, "eviction", pod__evicted="node"),
    **_kinds(KUBELET, "jobs", pod__deadline=""),
    **_kinds(MANAGER, "nodes", pod__node_trouble="node", pod__node_missing="node"),
    **_kinds("", "debug-pods", pods__first_bad="pod count", object__gone="kind name", object__plain="kind name"),
    **_kinds("", "debug-pods", event__seen="reason object"),
    # --- scheduling
    **_kinds(SCHEDULER, "scheduler", pod__queued="", pod__unschedulable="nodes attempts", scheduling__none_left=""),
    **_kinds(SCHEDULER, "scheduler", scheduling__no_nodes="", filter__other="filter nodes"),
    **_kinds(SCHEDULER, "gates", pod__gated="gates"),
    **_kinds(SCHEDULER, "multiple-schedulers", pod__no_scheduler="scheduler known"),
    **_kinds(SCHEDULER, "volumes-claims", pod__binding="node"),
    **_kinds(SCHEDULER, "preemption", pod__nominated="node"),
    **_kinds(SCHEDULER, "nodes", filter__cordoned="nodes"),
    **_kinds(SCHEDULER, "taints", filter__taint="taint nodes"),
    **_kinds(SCHEDULER, "assign-nodes", filter__affinity="nodes", filter__label="key value nodes"),
    **_kinds(SCHEDULER, "assign-nodes", filter__label_near="key value nodes near"),
    **_kinds(SCHEDULER, "assign-nodes", filter__label_value="key value nodes found"),
    **_kinds(SCHEDULER, "resources", filter__full="resource wanted free node whole nodes", filter__pods="nodes"),
    **_kinds(SCHEDULER, "resources", filter__too_large="resource wanted free node whole nodes"),
    **_kinds(SCHEDULER, "scheduler", filter__port="port nodes holder"),
    # --- volumes
    **_kinds(KUBELET, "volumes", volume__waits="volumes", volume__failed="volume type"),
    **_kinds(SCHEDULER, "volumes-claims", claim__missing="claim", claim__missing_near="claim near"),
    **_kinds(MANAGER, "volumes-claims", claim__bound="volume", claim__lost="volume", claim__pending="claim"),
    **_kinds(
        MANAGER, "volumes-claims", claim__volume_missing="volume", claim__volume_taken="volume", claim__no_class=""
    ),
    **_kinds(MANAGER, "storage-classes", claim__class_missing="class", claim__class_near="class near"),
    **_kinds(MANAGER, "storage-classes", claim__no_consumer="class claim", claim__no_provisioner="class"),
    **_kinds(MANAGER, "storage-classes", claim__provisioning="class provisioner"),
    # --- images
    **_kinds(KUBELET, "images", image__name="image", image__never="image node", image__pulling="container image"),
    **_kinds(KUBELET, "images", image__backoff="delay next left most"),
    **_kinds(RUNTIME, "images", image__corrupt="image node", image__failed="image", image__unreachable="registry"),
    **_kinds(RUNTIME, "images", image__broken="registry"),
    **_kinds(RUNTIME, "images", image__tag="image registry repository tag tags"),
    **_kinds(RUNTIME, "images", image__tag_near="image registry repository tag tags near"),
    **_kinds(RUNTIME, "images", image__repository="image registry repository"),
    **_kinds(RUNTIME, "images", image__repository_near="image registry repository near"),
    **_kinds(RUNTIME, "private-registry", image__no_secret="image registry repository"),
    **_kinds(KUBELET, "private-registry", image__secret_missing="image registry repository secret namespace"),
    **_kinds(RUNTIME, "private-registry", image__wrong_password="image registry repository secret"),
    **_kinds(KUBELET, "private-registry", image__secret_elsewhere="image registry repository secret servers"),
    # --- configuration, start, hooks
    **_kinds(KUBELET, "configmaps", config__object="object name namespace"),
    **_kinds(KUBELET, "configmaps", config__object_near="object name namespace near"),
    **_kinds(KUBELET, "configmaps", config__elsewhere="object name namespace elsewhere"),
    **_kinds(KUBELET, "configmaps", config__key="object name key keys", config__key_near="object name key keys near"),
    **_kinds(KUBELET, "debug-pods", config__other="container"),
    **_kinds(KUBELET, "security-context", config__root="image"),
    **_kinds(RUNTIME, "debug-pods", create__failed="container", sandbox__failed=""),
    **_kinds(RUNTIME, "commands", start__program="container image program", start__failed="container image"),
    **_kinds(KUBELET, "hooks", hook__poststart="container", hook__prestart="container"),
    **_kinds(KUBELET, "init-containers", init__runs="container done all", init__waits="container done all"),
    # --- ends of containers
    **_kinds(KUBELET, "restarts", crash__loop="container restarts", crash__delay="delay next left then most"),
    **_kinds("", "debug-running", end__done="container code", end__error="container code", end__usage="container code"),
    **_kinds("", "commands", end__not_executable="container code", end__not_found="container code"),
    **_kinds("", "debug-running", end__crashed="container code", end__other="container code"),
    **_kinds("", "termination", end__killed="container code", end__stopped="container code"),
    **_kinds("", "termination", end__signal="container code signal"),
    **_kinds("Linux", "memory", end__oom="container code limit", end__oom_node="container code"),
    **_kinds(KUBELET, "nodes", end__unknown="container code"),
    # --- probes
    **_kinds(KUBELET, "probes", probe__liveness="container probe times", probe__startup="container probe times"),
    **_kinds(KUBELET, "probes", probe__fails="container probe", probe__waits="container probe next left"),
    **_kinds(KUBELET, "probes", probe__answer="container asked port", probe__command="container asked"),
    **_kinds(KUBELET, "probes", probe__nobody="container asked port listening", probe__port_name="container asked"),
    # --- nodes
    **_kinds(KUBELET, "nodes", node__ready="node", node__not_ready="node", node__coming="node"),
    **_kinds("node-lifecycle-controller", "nodes", node__unknown="node since"),
    **_kinds("", "debug-cluster", node__off="node", node__kubelet_down="node", node__no_machine="node"),
    **_kinds(KUBELET, "debug-cluster", node__no_network="node", node__no_runtime="node"),
    **_kinds(KUBELET, "eviction", node__pressure="node condition"),
    **_kinds("kubectl", "nodes", node__cordoned="node"),
    # --- going away
    **_kinds(API, "finalizers", ending__deleted="since", ending__foreign_finalizer="finalizer"),
    **_kinds(API, "finalizers", ending__finalizer="finalizer by", ending__in_use="finalizer pods"),
    **_kinds(KUBELET, "termination", ending__hook="container grace left", ending__signal="container grace left"),
    **_kinds(KUBELET, "termination", ending__order="container", ending__no_kubelet="node"),
    # --- controllers
    **_kinds(MANAGER, "deployments", workload__well="ready wanted", workload__refused="name"),
    **_kinds("deployment-controller", "deployments", deployment__short="ready updated wanted", deployment__paused=""),
    **_kinds("deployment-controller", "deployments", deployment__deadline="seconds"),
    **_kinds("replicaset-controller", "replicasets", replicaset__short="name ready wanted"),
    **_kinds("serviceaccount-admission", "service-accounts", workload__account="account"),
    **_kinds("serviceaccount-admission", "service-accounts", workload__account_near="account near"),
    **_kinds("ResourceQuota", "quotas", quota__full="quota resource used hard needs", quota__unnamed="quota resource"),
    **_kinds("statefulset-controller", "statefulsets", statefulset__short="ready wanted", statefulset__waits="pod"),
    **_kinds("statefulset-controller", "statefulsets", statefulset__unready="pod", statefulset__absent="pod"),
    **_kinds(
        "daemonset-controller", "daemonsets", daemonset__no_nodes="nodes selector", daemonset__short="ready wanted"
    ),
    **_kinds("job-controller", "jobs", job__complete="done", job__suspended="", job__failed="reason"),
    **_kinds("job-controller", "jobs", job__runs="done wanted failed limit", job__deadline="seconds"),
    **_kinds("job-controller", "jobs", job__backoff_limit="failed limit"),
    **_kinds("cronjob-controller", "cronjobs", cronjob__suspended="", cronjob__plan="schedule jobs"),
    **_kinds(
        "horizontal-pod-autoscaler", "hpa", hpa__target="target", hpa__target_near="target near", hpa__zero="target"
    ),
    **_kinds("horizontal-pod-autoscaler", "hpa", hpa__works="target", hpa__limited="target", hpa__unknown="target"),
    **_kinds("horizontal-pod-autoscaler", "hpa", hpa__no_request="container resource"),
    # --- Services
    **_kinds("endpointslice-controller", "services", service__external="name", service__no_selector=""),
    **_kinds("endpointslice-controller", "services", service__no_pods="selector pods", service__serves="ready pods"),
    **_kinds("endpointslice-controller", "debug-services", service__none_ready="pods", service__elsewhere="namespace"),
    **_kinds("endpointslice-controller", "labels", service__label="pod key value"),
    **_kinds("endpointslice-controller", "labels", service__label_near="pod key value near"),
    **_kinds("endpointslice-controller", "labels", service__label_value="pod key value found"),
    **_kinds("endpointslice-controller", "debug-services", service__port_name="port names"),
    **_kinds("endpointslice-controller", "debug-services", service__port_near="port names near"),
    **_kinds("kube-proxy", "debug-services", service__deaf="port pod listening"),
    # --- commands
    **_kinds(
        "", "kubectl", command__failed="line code", command__none="", typed__refused="", typed__interrupted="line"
    ),
    **_kinds("sh", "kubectl", typed__program="word", typed__program_near="word near", typed__not_executable="line"),
    **_kinds("", "kubectl", typed__code="program code", typed__signal="signal code"),
    **_kinds("kubectl", "kubectl", typed__command="word", typed__command_near="word near", typed__flag="flag program"),
    **_kinds("kubectl", "kubectl", typed__resource="word", typed__resource_near="word near"),
    **_kinds("kubectl", "kubectl", typed__file="word", typed__file_near="word near"),
    **_kinds(API, "names", answer__not_found="resource name there", answer__not_found_near="resource name near"),
    **_kinds(API, "namespaces", answer__elsewhere="resource name namespace"),
    **_kinds(API, "names", answer__exists="resource name"),
    **_kinds(API, "api-concepts", answer__refused="", answer__conflict="", answer__method=""),
    **_kinds(API, "admission", answer__admission=""),
    **_kinds(API, "authentication", answer__unauthorized=""),
    **_kinds("RBAC", "rbac", rights__missing="user verb resource where", rights__no_role="verb resource"),
    **_kinds("RBAC", "rbac", rights__unbound="role user"),
    **_kinds(API, "objects", field__invalid="field", field__required="field", field__forbidden="field"),
    **_kinds(API, "objects", field__duplicate="field", field__unknown="field", field__unknown_near="field near"),
}
