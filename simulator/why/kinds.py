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
    **_kinds(KUBELET, "pod-lifecycle", pod__ready="node", pod__ends=""),
    **_kinds(KUBELET, "pod-lifecycle", pod__succeeded="policy", pod__failed="policy", pod__refused="reason node"),
    **_kinds(KUBELET, "pod-lifecycle", container__starting="", container__restarted="container restarts"),
    **_kinds(KUBELET, "pod-readiness", pod__readiness_gate="condition"),
    **_kinds(KUBELET, "eviction", pod__evicted="node"),
    **_kinds(KUBELET, "jobs", pod__deadline=""),
    **_kinds(MANAGER, "nodes", pod__node_trouble="node", pod__node_missing="node"),
    **_kinds("", "debug-pods", pods__first_bad="pod count", object__gone="kind name", object__plain="kind name"),
    **_kinds("", "debug-pods", event__seen="reason object", condition__absent="condition object"),
    **_kinds("", "pod-conditions", condition__seen="condition status object", condition__foreign="condition"),
    **_kinds("", "debug-cluster", unknown__cause="", unknown__words="component"),
    **_kinds(SCHEDULER, "scheduler", pod__placed="node"),
    **_kinds(KUBELET, "pod-conditions", sandbox__ready="address", sandbox__gone="", init__done="all"),
    # --- resizes
    **_kinds(KUBELET, "resize", resize__pending="node reason", resize__progress="", resize__error="container limit"),
    **_kinds(KUBELET, "resize", resize__infeasible="node resource wanted used whole", resize__error_whole=""),
    **_kinds(KUBELET, "resize", resize__deferred="node resource wanted used whole"),
    **_kinds(KUBELET, "resources", pod__no_room="node resource wanted used whole"),
    # --- being taken away
    **_kinds(
        "taint-eviction-controller", "taints", evicted__taint="node taint", evicted__patience="node taint seconds"
    ),
    **_kinds("taint-eviction-controller", "taints", evicted__taint_gone="node", evicted__taints="node taints"),
    **_kinds("taint-eviction-controller", "taints", evicted__later="node taint seconds next left"),
    **_kinds(API, "api-eviction", evicted__api="", answer__eviction=""),
    **_kinds(SCHEDULER, "preemption", evicted__preempted="node", evicted__outranked="pod priority mine class"),
    **_kinds(SCHEDULER, "preemption", evicted__for="pod priority"),
    **_kinds("pod-garbage-collector", "pod-gc", evicted__node_gone="node"),
    **_kinds(KUBELET, "critical-pods", evicted__critical="node pod"),
    **_kinds(KUBELET, "eviction", evicted__threshold="node signal resource limit available"),
    **_kinds(KUBELET, "eviction", evicted__above="container resource used asked", evicted__rank="resource priority"),
    **_kinds(KUBELET, "volumes", evicted__volume="volume limit"),
    **_kinds(KUBELET, "ephemeral-storage", evicted__disk="container limit", evicted__disk_whole="limit"),
    **_kinds(
        "disruption-controller", "budgets", budget__allows="budget allowed healthy needed", budget__empty="budget"
    ),
    **_kinds("disruption-controller", "budgets", budget__exhausted="budget allowed healthy needed"),
    **_kinds("disruption-controller", "budgets", budget__all="budget needed expected"),
    # --- scheduling
    **_kinds(SCHEDULER, "scheduler", pod__queued="", pod__unschedulable="nodes attempts", scheduling__none_left=""),
    **_kinds(SCHEDULER, "scheduler", scheduling__no_nodes=""),
    **_kinds(SCHEDULER, "gates", pod__gated="gates"),
    **_kinds(SCHEDULER, "multiple-schedulers", pod__no_scheduler="scheduler known"),
    **_kinds(SCHEDULER, "volumes-claims", pod__binding="node"),
    **_kinds(SCHEDULER, "preemption", pod__nominated="node"),
    **_kinds(SCHEDULER, "nodes", filter__cordoned="nodes"),
    **_kinds(SCHEDULER, "taints", filter__taint="taint nodes"),
    **_kinds(SCHEDULER, "assign-nodes", filter__label="key value nodes"),
    **_kinds(SCHEDULER, "assign-nodes", filter__label_near="key value nodes near"),
    **_kinds(SCHEDULER, "assign-nodes", filter__label_value="key value nodes found"),
    **_kinds(SCHEDULER, "node-affinity", affinity__label="term terms nodes wants key found"),
    **_kinds(SCHEDULER, "node-affinity", affinity__near="term terms nodes wants key near"),
    **_kinds(SCHEDULER, "node-affinity", affinity__field="term terms nodes wants", affinity__empty="term terms nodes"),
    **_kinds(SCHEDULER, "topology-spread", spread__skew="key selector domains skew max nodes"),
    **_kinds(SCHEDULER, "topology-spread", spread__no_key="key nodes", spread__no_key_near="key nodes near"),
    **_kinds(SCHEDULER, "topology-spread", spread__stranger="selector", spread__few="domains wanted"),
    **_kinds(SCHEDULER, "topology-spread", spread__tainted="domain count nodes filters"),
    **_kinds(SCHEDULER, "topology-spread", spread__emptiest="domain count nodes filters"),
    **_kinds(SCHEDULER, "pod-affinity", near__apart="selector pods domains nodes", near__nobody="selector nodes"),
    **_kinds(SCHEDULER, "pod-affinity", near__nobody_near="selector nodes near", near__waits="selector nodes pod"),
    **_kinds(SCHEDULER, "pod-affinity", near__elsewhere="selector nodes namespace pod own"),
    **_kinds(SCHEDULER, "pod-affinity", near__not_all="terms pods selector"),
    **_kinds(SCHEDULER, "pod-affinity", near__no_key="key nodes", near__no_key_near="key nodes near"),
    **_kinds(SCHEDULER, "pod-affinity", far__taken="key selector pods nodes", far__repelled="key selector pods nodes"),
    **_kinds(SCHEDULER, "resources", filter__full="resource wanted free node whole nodes", filter__pods="nodes most"),
    **_kinds(SCHEDULER, "resources", filter__too_large="resource wanted free node whole nodes"),
    **_kinds(SCHEDULER, "scheduler", filter__port="port nodes holder"),
    # --- volumes
    **_kinds(KUBELET, "volumes", volume__waits="volumes", volume__failed="volume type"),
    **_kinds(KUBELET, "volumes", volume__no_path="node path type", volume__path_type="node path type found"),
    **_kinds(SCHEDULER, "volume-affinity", filter__volume_node="nodes claim volume wants"),
    **_kinds(SCHEDULER, "volume-affinity", filter__volume_home="nodes volume filters", filter__volume_nowhere="volume"),
    **_kinds(SCHEDULER, "volume-affinity", binding__elsewhere="claim nodes volume wants"),
    **_kinds(SCHEDULER, "volume-zones", filter__volume_zone="nodes claim volume key zone found"),
    **_kinds(SCHEDULER, "access-modes", filter__volume_in_use="claim pod node"),
    **_kinds(SCHEDULER, "binding-mode", binding__chosen="claim nodes node", binding__none="claim nodes class"),
    **_kinds(MANAGER, "volumes-claims", claim__class_empty="", claim__no_volumes=""),
    **_kinds(MANAGER, "volumes-claims", misfit__held="volume has", misfit__released="volume has"),
    **_kinds(MANAGER, "volumes-claims", misfit__class="volume has wants", misfit__size="volume has wants"),
    **_kinds(MANAGER, "volumes-claims", misfit__modes="volume has wants", misfit__mode="volume has wants"),
    **_kinds(MANAGER, "volumes-claims", misfit__labels="volume has wants", pv__free="volume"),
    **_kinds(MANAGER, "volumes-claims", pv__bound="volume claim", pv__released="volume claim policy"),
    **_kinds(MANAGER, "volumes-claims", pv__failed="volume policy"),
    **_kinds(MANAGER, "storage-classes", claim__consumer_waits="class claim pod"),
    **_kinds(MANAGER, "storage-classes", claim__consumer_placed="class claim pod"),
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
    **_kinds(RUNTIME, "volumes", start__mount="container path"),
    **_kinds(KUBELET, "hooks", hook__poststart="container", hook__prestart="container"),
    **_kinds(KUBELET, "hooks", hook__command="container asked", hook__request="container asked"),
    **_kinds(KUBELET, "hooks", hook__runs="container asked", hook__prestop="container asked"),
    **_kinds(KUBELET, "hooks", hook__prestop_long="container asked grace"),
    **_kinds(KUBELET, "init-containers", init__runs="container done all", init__waits="container done all"),
    **_kinds(KUBELET, "init-containers", init__fails="container done all"),
    # --- ends of containers
    **_kinds(KUBELET, "restarts", crash__loop="container restarts", crash__delay="delay next left then most"),
    **_kinds("", "debug-running", end__done="container code", end__error="container code", end__usage="container code"),
    **_kinds("", "commands", end__not_executable="container code", end__not_found="container code"),
    **_kinds("", "debug-running", end__crashed="container code", end__other="container code"),
    **_kinds("", "termination", end__killed="container code", end__stopped="container code"),
    **_kinds("", "termination", end__signal="container code signal"),
    **_kinds(KUBELET, "termination", end__grace_over="container code grace", end__ordered="container code"),
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
    **_kinds(KUBELET, "eviction", node__short="node signal available limit", node__next="pod used asked resource"),
    **_kinds(KUBELET, "eviction", node__recovers="node condition left", node__enough="node condition"),
    **_kinds("kubectl", "nodes", node__cordoned="node"),
    # --- going away
    **_kinds(API, "finalizers", ending__deleted="since", ending__foreign_finalizer="finalizer"),
    **_kinds(API, "finalizers", ending__finalizer="finalizer by", ending__in_use="finalizer pods"),
    **_kinds(API, "garbage-collection", ending__dependents="finalizer objects"),
    **_kinds(API, "volumes-claims", ending__bound="finalizer claim"),
    **_kinds("namespace-controller", "namespaces", namespace__holds="namespace count object"),
    **_kinds("NamespaceLifecycle", "namespaces", namespace__going="namespace"),
    **_kinds(KUBELET, "termination", ending__hook="container grace left", ending__signal="container grace left"),
    **_kinds(KUBELET, "termination", ending__order="container", ending__no_kubelet="node"),
    **_kinds(KUBELET, "termination", ending__cleanup="node"),
    # --- controllers
    **_kinds(MANAGER, "deployments", workload__well="ready wanted"),
    **_kinds(API, "admission", workload__refused="name"),
    **_kinds("deployment-controller", "deployments", deployment__short="ready updated wanted", deployment__paused=""),
    **_kinds("deployment-controller", "deployments", deployment__deadline="seconds"),
    **_kinds("replicaset-controller", "replicasets", replicaset__short="name ready wanted"),
    **_kinds("serviceaccount-admission", "service-accounts", workload__account="account"),
    **_kinds("serviceaccount-admission", "service-accounts", workload__account_near="account near"),
    **_kinds(API, "priority-classes", workload__priority="class"),
    **_kinds("ResourceQuota", "quotas", quota__full="quota resource used hard needs", quota__refuses="quota namespace"),
    **_kinds("ResourceQuota", "quotas", quota__unnamed="quota resource container"),
    **_kinds("LimitRanger", "limit-ranges", limits__min="who resource bound given", limits__refuses="range"),
    **_kinds("LimitRanger", "limit-ranges", limits__default="range resource value container"),
    **_kinds("LimitRanger", "limit-ranges", limits__max="who resource bound given"),
    **_kinds("LimitRanger", "limit-ranges", limits__ratio="who resource bound given"),
    **_kinds("PodSecurity", "pod-security", security__level="namespace level", security__rule="rule detail"),
    **_kinds("statefulset-controller", "statefulsets", statefulset__short="ready wanted", statefulset__waits="pod"),
    **_kinds("statefulset-controller", "statefulsets", statefulset__unready="pod", statefulset__absent="pod"),
    **_kinds(
        "daemonset-controller", "daemonsets", daemonset__no_nodes="nodes selector", daemonset__short="ready wanted"
    ),
    **_kinds("job-controller", "jobs", job__complete="done", job__suspended="", job__failed="reason"),
    **_kinds("job-controller", "jobs", job__runs="done wanted failed limit", job__deadline="seconds"),
    **_kinds("job-controller", "jobs", job__backoff_limit="failed limit", job__restarts_limit="limit"),
    **_kinds("job-controller", "jobs", job__rests="failures next left most", job__policy="rule"),
    **_kinds("job-controller", "jobs", job__max_indexes="indexes limit", job__indexes="indexes limit"),
    **_kinds("cronjob-controller", "cronjobs", cronjob__suspended="", cronjob__plan="schedule zone next left"),
    **_kinds("cronjob-controller", "cronjobs", cronjob__newest="jobs job", cronjob__never="schedule"),
    **_kinds("cronjob-controller", "cronjobs", cronjob__zone="zone", cronjob__too_many="most"),
    **_kinds("cronjob-controller", "cronjobs", cronjob__overdue="times", cronjob__missed="seconds"),
    **_kinds("cronjob-controller", "cronjobs", cronjob__forbid="job", cronjob__replace="job"),
    **_kinds(
        "horizontal-pod-autoscaler", "hpa", hpa__target="target", hpa__target_near="target near", hpa__zero="target"
    ),
    **_kinds("horizontal-pod-autoscaler", "hpa", hpa__works="target", hpa__limited="target", hpa__unknown="target"),
    **_kinds("horizontal-pod-autoscaler", "hpa", hpa__no_request="container resource"),
    **_kinds("horizontal-pod-autoscaler", "hpa", hpa__no_adapter="type group", hpa__no_pods="target"),
    **_kinds("metrics-server", "hpa", hpa__no_samples="pods", hpa__young="pods"),
    # --- Services
    **_kinds("endpointslice-controller", "services", endpoints__of="kind name service"),
    **_kinds("endpointslice-controller", "services", endpoints__alone="kind name service"),
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
# Links that are no cause: a chain that ends with one of these ends before the cause, and has to say so.
SYMPTOMS = frozenset(
    [
        "pod.unschedulable",
        "pod.not_ready",
        "pod.failed",
        "pod.node_trouble",
        "pods.first_bad",
        "deployment.short",
        "replicaset.short",
        "statefulset.short",
        "daemonset.short",
        "volume.waits",
        "crash.loop",
        "hpa.unknown",
        "service.none_ready",
        "node.not_ready",
        "event.seen",
        "condition.seen",
        "command.failed",
        "resize.pending",
        "claim.pending",
        "answer.eviction",
        "ending.deleted",
        "cronjob.newest",
        "endpoints.of",
    ]
)
# Links whose evidence is all that is known: a component has said something, and nothing else of the cluster tells why.
WORDS_ONLY = frozenset(
    [
        "config.other",
        "create.failed",
        "sandbox.failed",
        "image.failed",
        "volume.failed",
        "job.failed",
        "hook.prestart",
        "workload.refused",
    ]
)
