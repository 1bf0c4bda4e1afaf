"""`kubectl describe` of one object, for whoever can ask the API server: no process is needed (models kubectl/pkg/describe)."""

from collections.abc import Callable, Mapping

from simulator.api.requests import Request
from simulator.api.resources import RESOURCES, Resource
from simulator.kubectl.describers import configuration, generic, nodes, pods, services, storage, workloads
from simulator.kubectl.describers.page import ApiCall, Obj, Page, Reader

Describer = Callable[[Page, Reader, Obj], None]
DESCRIBERS: Mapping[str, Describer] = {
    "pods": pods.describe_pod,
    "nodes": nodes.describe_node,
    "services": services.describe_service,
    "endpoints": services.describe_endpoints,
    "endpointslices.discovery.k8s.io": services.describe_endpoint_slice,
    "ingresses.networking.k8s.io": services.describe_ingress,
    "networkpolicies.networking.k8s.io": services.describe_network_policy,
    "deployments.apps": workloads.describe_deployment,
    "replicasets.apps": workloads.describe_replica_set,
    "statefulsets.apps": workloads.describe_stateful_set,
    "daemonsets.apps": workloads.describe_daemon_set,
    "replicationcontrollers": workloads.describe_replication_controller,
    "jobs.batch": workloads.describe_job,
    "cronjobs.batch": workloads.describe_cron_job,
    "configmaps": configuration.describe_config_map,
    "secrets": configuration.describe_secret,
    "serviceaccounts": configuration.describe_service_account,
    "namespaces": configuration.describe_namespace,
    "resourcequotas": configuration.describe_quota,
    "limitranges": configuration.describe_limit_range,
    "priorityclasses.scheduling.k8s.io": configuration.describe_priority_class,
    "roles.rbac.authorization.k8s.io": configuration.describe_rules,
    "clusterroles.rbac.authorization.k8s.io": configuration.describe_rules,
    "rolebindings.rbac.authorization.k8s.io": configuration.describe_binding,
    "clusterrolebindings.rbac.authorization.k8s.io": configuration.describe_binding,
    "poddisruptionbudgets.policy": configuration.describe_budget,
    "persistentvolumeclaims": storage.describe_claim,
    "persistentvolumes": storage.describe_volume,
    "storageclasses.storage.k8s.io": storage.describe_class,
    "volumeattributesclasses.storage.k8s.io": storage.describe_attributes_class,
    "csinodes.storage.k8s.io": storage.describe_csi_node,
    "ingressclasses.networking.k8s.io": services.describe_ingress_class,
    "servicecidrs.networking.k8s.io": services.describe_service_cidr,
    "ipaddresses.networking.k8s.io": services.describe_ip_address,
    "horizontalpodautoscalers.autoscaling": generic.describe_autoscaler,
}


def describe(api_call: ApiCall, resource: str, namespace: str | None, name: str, now: int) -> str:
    """What `kubectl describe` prints of an object at *now* (Unix microseconds); empty if it cannot be had."""
    known = RESOURCES[resource]
    response = api_call(Request("get", resource, namespace if known.namespaced else None, name, version=known.version))
    if response.failed:
        return ""
    return describe_object(Reader(api_call, now), known, response.body)


def describe_object(reader: Reader, known: Resource, obj: Obj) -> str:
    """What `kubectl describe` prints of *obj*."""
    page = Page()
    obj = {"apiVersion": known.api_version, "kind": known.kind, **obj}
    DESCRIBERS.get(known.name, generic.describe_generic)(page, reader, obj)
    return page.text()
