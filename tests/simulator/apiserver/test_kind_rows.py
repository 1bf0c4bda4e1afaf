"""The columns of every kind, and what stands in them, rule by rule."""

from typing import Any

import pytest
import yaml

from simulator.api import timestamps
from simulator.apiserver.tables.table import PLAIN, PRINTERS

NOW = timestamps.parse("2026-11-20T17:00:00Z")
BORN = "2026-11-20T16:19:00Z"  # 41 minutes before

COLUMNS = {
    "pods": "Name|Ready|Status|Restarts|Age [IP|Node|Nominated Node|Readiness Gates]",
    "nodes": "Name|Status|Roles|Age|Version [Internal-IP|External-IP|OS-Image|Kernel-Version|Container-Runtime]",
    "services": "Name|Type|Cluster-IP|External-IP|Port(s)|Age [Selector]",
    "deployments.apps": "Name|Ready|Up-to-date|Available|Age [Containers|Images|Selector]",
    "replicasets.apps": "Name|Desired|Current|Ready|Age [Containers|Images|Selector]",
    "replicationcontrollers": "Name|Desired|Current|Ready|Age [Containers|Images|Selector]",
    "statefulsets.apps": "Name|Ready|Age [Containers|Images]",
    "daemonsets.apps": "Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age [Containers|Images|Selector]",
    "jobs.batch": "Name|Status|Completions|Duration|Age [Containers|Images|Selector]",
    "cronjobs.batch": "Name|Schedule|Timezone|Suspend|Active|Last Schedule|Age [Containers|Images|Selector]",
    "endpoints": "Name|Endpoints|Age",
    "endpointslices.discovery.k8s.io": "Name|AddressType|Ports|Endpoints|Age",
    "configmaps": "Name|Data|Age",
    "secrets": "Name|Type|Data|Age",
    "serviceaccounts": "Name|Age",  # Secrets are no longer counted since v1.35
    "namespaces": "Name|Status|Age",
    "persistentvolumes": "Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age"
    " [VolumeMode]",
    "persistentvolumeclaims": "Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age [VolumeMode]",
    "storageclasses.storage.k8s.io": "Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age",
    "events": "Last Seen|Type|Reason|Object|Message [Subobject|Source|First Seen|Count|Name]",
    "runtimeclasses.node.k8s.io": "Name|Handler|Age",
    "priorityclasses.scheduling.k8s.io": "Name|Value|Global-Default|Age|PreemptionPolicy",
    "ingresses.networking.k8s.io": "Name|Class|Hosts|Address|Ports|Age",
    "networkpolicies.networking.k8s.io": "Name|Pod-Selector|Age",
    "horizontalpodautoscalers.autoscaling": "Name|Reference|Targets|MinPods|MaxPods|Replicas|Age",
    "poddisruptionbudgets.policy": "Name|Min Available|Max Unavailable|Allowed Disruptions|Age",
    "resourcequotas": "Name|Request|Limit|Age",
    "limitranges": "Name|Created At",
    "controllerrevisions.apps": "Name|Controller|Revision|Age",
    "leases.coordination.k8s.io": "Name|Holder|Age",
    "ingressclasses.networking.k8s.io": "Name|Controller|Parameters|Age",
    "servicecidrs.networking.k8s.io": "Name|CIDRs|Age",
    "ipaddresses.networking.k8s.io": "Name|ParentRef",
    "componentstatuses": "Name|Status|Message|Error",
}


@pytest.mark.parametrize(("resource", "columns"), COLUMNS.items())
def test_the_columns_of_a_kind(resource: str, columns: str) -> None:
    found = PRINTERS[resource].columns
    plain, wide = ("|".join(each.name for each in found if bool(each.priority) == is_wide) for is_wide in (False, True))
    assert plain + (f" [{wide}]" if wide else "") == columns


def cells(resource: str, text: str) -> dict[str, Any]:
    """The cells of an object called o, by column."""
    obj = yaml.safe_load(text)
    meta = {"name": "o", "creationTimestamp": BORN, **(obj.get("metadata") or {})}
    printer = PRINTERS.get(resource, PLAIN)
    found = printer.cells({**obj, "metadata": meta}, NOW)
    return {column.name: cell for column, cell in zip(printer.columns, found, strict=True)}


DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
METRIC = "{type: Resource, resource: {name: %s, target: {%s}}}"
CURRENT = "{type: Resource, resource: {name: %s, current: {%s}}}"
CPU, MEMORY = METRIC % ("cpu", "averageUtilization: 80"), METRIC % ("memory", "averageValue: 100Mi")
CPU_NOW, MEMORY_NOW = CURRENT % ("cpu", "averageUtilization: 12"), CURRENT % ("memory", "averageValue: 20Mi")
TWO_CONTAINERS = "template: {spec: {containers: [{name: nginx, image: 'nginx:1.25'}, {name: b, image: x}]}}"
COMPLETE, FAILED = "{type: Complete, status: 'True'}", "{type: Failed, status: 'True'}"
EVENT = "involvedObject: {kind: Pod, name: x, fieldPath: 'spec.containers{c}'}, type: Warning, reason: BackOff"

ROWS = [
    # nodes
    ("nodes", "{}", {"Status": "Unknown", "Roles": "<none>", "Internal-IP": "<none>", "OS-Image": "<unknown>"}),
    ("nodes", "{status: {conditions: [{type: Ready, status: 'True'}]}}", {"Status": "Ready"}),
    ("nodes", "{status: {conditions: [{type: Ready, status: 'False'}]}}", {"Status": "NotReady"}),
    ("nodes", "{status: {conditions: [{type: Ready, status: Unknown}]}}", {"Status": "NotReady"}),
    ("nodes", "{spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: 'True'}]}}",
     {"Status": "Ready,SchedulingDisabled"}),
    ("nodes", "{metadata: {labels: {node-role.kubernetes.io/worker: '', node-role.kubernetes.io/control-plane: '', "
     "kubernetes.io/role: edge}}}", {"Roles": "control-plane,edge,worker"}),
    ("nodes", "{status: {addresses: [{type: ExternalIP, address: 1.2.3.4}, {type: InternalIP, address: 10.0.0.5}]}}",
     {"Internal-IP": "10.0.0.5", "External-IP": "1.2.3.4"}),
    # services
    ("services", "{spec: {type: ClusterIP, clusterIP: None}}",
     {"Cluster-IP": "None", "External-IP": "<none>", "Port(s)": "<none>", "Selector": "<none>"}),
    ("services", "{spec: {type: ExternalName, externalName: db.example.com}}",
     {"Cluster-IP": "<none>", "External-IP": "db.example.com"}),
    ("services", "{spec: {type: LoadBalancer, clusterIP: 10.96.0.9, ports: [{port: 80, nodePort: 30080}, {port: 443}]}}",
     {"Cluster-IP": "10.96.0.9", "External-IP": "<pending>", "Port(s)": "80:30080/TCP,443/TCP"}),
    ("services", "{spec: {type: LoadBalancer, externalIPs: [5.5.5.5]}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}, "
     "{hostname: a-very-long-name.example.com}]}}}", {"External-IP": "1.1.1.1,a-very-long-name.example.com,5.5.5.5"}),
    ("services", "{spec: {type: NodePort, externalIPs: [5.5.5.5, 6.6.6.6], selector: {tier: web, app: x}}}",
     {"External-IP": "5.5.5.5,6.6.6.6", "Selector": "app=x,tier=web"}),
    ("services", "{spec: {ports: [{port: 53, protocol: UDP}]}}", {"Port(s)": "53/UDP"}),
    # workloads
    ("deployments.apps", f"{{spec: {{replicas: 3, selector: {{matchLabels: {{app: web}}}}, {TWO_CONTAINERS}}}, status: {{readyReplicas: 2, "
     "updatedReplicas: 3, availableReplicas: 2}}",
     {"Ready": "2/3", "Up-to-date": 3, "Available": 2, "Containers": "nginx,b", "Images": "nginx:1.25,x", "Selector": "app=web"}),
    ("replicasets.apps", "{spec: {replicas: 3}, status: {replicas: 2, readyReplicas: 1}}",
     {"Desired": 3, "Current": 2, "Ready": 1, "Selector": "<none>"}),
    ("statefulsets.apps", "{spec: {replicas: 3}, status: {readyReplicas: 1}}", {"Ready": "1/3"}),
    ("daemonsets.apps", "{status: {desiredNumberScheduled: 5, currentNumberScheduled: 4, numberReady: 3, "
     "updatedNumberScheduled: 2, numberAvailable: 1}}",
     {"Desired": 5, "Current": 4, "Ready": 3, "Up-to-date": 2, "Available": 1, "Node Selector": "<none>"}),
    ("daemonsets.apps", "{spec: {template: {spec: {nodeSelector: {disk: ssd, a: b}}}}}", {"Node Selector": "a=b,disk=ssd"}),
    # Jobs
    ("jobs.batch", "{spec: {completions: 3}}", {"Status": "Running", "Completions": "0/3", "Duration": ""}),
    ("jobs.batch", "{spec: {completions: 3}, status: {succeeded: 3, startTime: '2026-11-20T16:20:00Z', "
     f"completionTime: '2026-11-20T16:20:42Z', conditions: [{{type: SuccessCriteriaMet, status: 'True'}}, {COMPLETE}]}}}}",
     {"Status": "Complete", "Completions": "3/3", "Duration": "42s"}),
    ("jobs.batch", "{status: {startTime: '2026-11-20T16:50:00Z'}}", {"Duration": "10m"}),
    ("jobs.batch", "{spec: {parallelism: 2}, status: {succeeded: 1}}", {"Completions": "1/1 of 2"}),
    ("jobs.batch", "{spec: {parallelism: 1}}", {"Completions": "0/1"}),
    ("jobs.batch", f"{{status: {{conditions: [{{type: FailureTarget, status: 'True'}}, {FAILED}]}}}}", {"Status": "Failed"}),
    ("jobs.batch", f"{{metadata: {{deletionTimestamp: '{BORN}'}}, status: {{conditions: [{{type: Suspended, status: 'True'}}]}}}}",
     {"Status": "Terminating"}),
    ("jobs.batch", "{status: {conditions: [{type: Suspended, status: 'True'}]}}", {"Status": "Suspended"}),
    ("jobs.batch", "{status: {conditions: [{type: FailureTarget, status: 'True'}]}}", {"Status": "FailureTarget"}),
    ("jobs.batch", "{status: {conditions: [{type: SuccessCriteriaMet, status: 'True'}]}}", {"Status": "SuccessCriteriaMet"}),
    ("cronjobs.batch", "{spec: {schedule: '*/5 * * * *'}}",
     {"Schedule": "*/5 * * * *", "Timezone": "<none>", "Suspend": "False", "Active": 0, "Last Schedule": "<none>"}),
    ("cronjobs.batch", "{spec: {timeZone: Asia/Shanghai, suspend: true}, status: {active: [{}], "
     "lastScheduleTime: '2026-11-20T16:59:00Z'}}",
     {"Timezone": "Asia/Shanghai", "Suspend": "True", "Active": 1, "Last Schedule": "60s"}),
    # endpoints
    ("endpoints", "{}", {"Endpoints": "<none>"}),
    ("endpoints", "{subsets: [{notReadyAddresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]}", {"Endpoints": ""}),
    ("endpoints", "{subsets: [{addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}, {ip: 10.0.0.3}, {ip: 10.0.0.4}], ports: [{port: 80}]}]}",
     {"Endpoints": "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more..."}),
    ("endpointslices.discovery.k8s.io", "{addressType: IPv4}", {"AddressType": "IPv4", "Ports": "<unset>", "Endpoints": "<unset>"}),
    ("endpointslices.discovery.k8s.io", "{ports: [{port: 80}, {}], endpoints: [{addresses: [a], conditions: {ready: false}}, "
     "{addresses: [b]}, {addresses: [c]}, {addresses: [d]}]}", {"Ports": "80,*", "Endpoints": "a,b,c + 1 more..."}),
    # configuration
    ("configmaps", "{data: {a: b, c: d}, binaryData: {e: Zg==}}", {"Data": 3}),
    ("secrets", "{type: Opaque, data: {a: Yg==}}", {"Type": "Opaque", "Data": 1}),
    ("namespaces", "{status: {phase: Terminating}}", {"Status": "Terminating"}),
    # volumes
    ("persistentvolumes", "{spec: {capacity: {storage: 1Gi}, accessModes: [ReadOnlyMany, ReadWriteOnce], "
     "persistentVolumeReclaimPolicy: Retain, claimRef: {namespace: default, name: c}, storageClassName: standard, "
     "volumeMode: Filesystem}, status: {phase: Bound}}",
     {"Capacity": "1Gi", "Access Modes": "RWO,ROX", "Reclaim Policy": "Retain", "Status": "Bound", "Claim": "default/c",
      "StorageClass": "standard", "VolumeAttributesClass": "<unset>", "Reason": "", "VolumeMode": "Filesystem"}),
    ("persistentvolumes", f"{{metadata: {{deletionTimestamp: '{BORN}'}}, spec: {{accessModes: [ReadWriteMany, ReadWriteOncePod]}}, "
     "status: {phase: Bound}}", {"Status": "Terminating", "Access Modes": "RWX,RWOP", "Claim": "", "VolumeMode": "<unset>"}),
    ("persistentvolumeclaims", "{spec: {storageClassName: standard}, status: {phase: Pending, capacity: {storage: 1Gi}, "
     "accessModes: [ReadWriteOnce]}}", {"Status": "Pending", "Volume": "", "Capacity": "", "Access Modes": ""}),
    ("persistentvolumeclaims", "{spec: {volumeName: pv}, status: {phase: Bound, capacity: {storage: 1Gi}, "
     "accessModes: [ReadWriteOnce]}}", {"Status": "Bound", "Volume": "pv", "Capacity": "1Gi", "Access Modes": "RWO"}),
    ("persistentvolumeclaims", f"{{metadata: {{deletionTimestamp: '{BORN}'}}, status: {{phase: Bound}}}}", {"Status": "Terminating"}),
    ("storageclasses.storage.k8s.io", f"{{metadata: {{annotations: {{{DEFAULT_CLASS}: 'true'}}}}, provisioner: x/y, reclaimPolicy: Delete, "
     "volumeBindingMode: WaitForFirstConsumer}",
     {"Name": "o (default)", "Provisioner": "x/y", "VolumeBindingMode": "WaitForFirstConsumer", "AllowVolumeExpansion": False}),
    # events
    ("events", f"{{{EVENT}, message: ' Back-off\n', firstTimestamp: '2026-11-20T16:24:00Z', lastTimestamp: '2026-11-20T16:39:00Z', "
     "count: 4, source: {component: kubelet, host: n1}}",
     {"Last Seen": "21m", "Object": "pod/x", "Subobject": "spec.containers{c}", "Source": "kubelet, n1", "Message": "Back-off",
      "First Seen": "36m", "Count": 4}),
    ("events", f"{{{EVENT}, eventTime: '2026-11-20T16:58:00Z', reportingComponent: default-scheduler, reportingInstance: s-1, "
     "series: {count: 3, lastObservedTime: '2026-11-20T16:59:30Z'}}",
     {"Last Seen": "30s", "First Seen": "2m", "Count": 3, "Source": "default-scheduler, s-1"}),
    # the others
    ("priorityclasses.scheduling.k8s.io", "{value: 2000001000}",
     {"Value": 2000001000, "Global-Default": False, "PreemptionPolicy": "PreemptLowerPriority"}),
    ("ingresses.networking.k8s.io", "{}", {"Class": "<none>", "Hosts": "*", "Address": "", "Ports": "80"}),
    ("ingresses.networking.k8s.io", "{spec: {ingressClassName: nginx, tls: [{}], rules: [{host: a}, {host: b}, {host: c}, "
     "{host: d}]}}", {"Class": "nginx", "Hosts": "a,b,c + 1 more...", "Ports": "80, 443"}),
    ("networkpolicies.networking.k8s.io", "{spec: {podSelector: {}}}", {"Pod-Selector": "<none>"}),
    ("networkpolicies.networking.k8s.io", "{spec: {podSelector: {matchLabels: {a: b}}}}", {"Pod-Selector": "a=b"}),
    ("horizontalpodautoscalers.autoscaling", "{spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 1, "
     f"maxReplicas: 5, metrics: [{CPU}]}}, status: {{currentReplicas: 1}}}}",
     {"Reference": "Deployment/web", "Targets": "cpu: <unknown>/80%", "MinPods": "1", "MaxPods": 5, "Replicas": 1}),
    ("horizontalpodautoscalers.autoscaling", f"{{spec: {{metrics: [{CPU}, {MEMORY}]}}, status: {{currentMetrics: [{CPU_NOW}, {MEMORY_NOW}]}}}}",
     {"Targets": "cpu: 12%/80%, memory: 20Mi/100Mi", "MinPods": "<unset>"}),
    ("horizontalpodautoscalers.autoscaling", f"{{spec: {{metrics: [{CPU}, {MEMORY}, {CPU}, {CPU}]}}, status: {{currentMetrics: [{CPU_NOW}]}}}}",
     {"Targets": "cpu: 12%/80%, memory: <unknown>/100Mi + 2 more..."}),
    ("poddisruptionbudgets.policy", "{spec: {minAvailable: 50%}, status: {disruptionsAllowed: 2}}",
     {"Min Available": "50%", "Max Unavailable": "N/A", "Allowed Disruptions": 2}),
    ("poddisruptionbudgets.policy", "{spec: {maxUnavailable: 1}}", {"Min Available": "N/A", "Max Unavailable": "1"}),
    ("resourcequotas", "{status: {hard: {pods: '4', requests.cpu: '1', limits.cpu: '2'}, used: {pods: '1'}}}",
     {"Request": "pods: 1/4, requests.cpu: 0/1", "Limit": "limits.cpu: 0/2"}),
    ("limitranges", "{}", {"Created At": BORN}),
    ("controllerrevisions.apps", "{metadata: {ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, controller: "
     "true}]}, revision: 3}", {"Controller": "statefulset.apps/db", "Revision": 3}),
    ("controllerrevisions.apps", "{}", {"Controller": "<none>"}),
    ("leases.coordination.k8s.io", "{spec: {holderIdentity: n1}}", {"Holder": "n1"}),
    ("componentstatuses", "{conditions: [{type: Healthy, status: 'True', message: ok}]}", {"Status": "Healthy", "Message": "ok"}),
    ("componentstatuses", "{}", {"Status": "Unknown"}),
    # no time of birth
    ("configmaps", "{metadata: {creationTimestamp: null}}", {"Age": "<unknown>"}),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text", "shown"), ROWS, ids=range(len(ROWS)))
def test_what_stands_in_the_columns(resource: str, text: str, shown: dict[str, Any]) -> None:
    found = cells(resource, text)
    assert {name: found[name] for name in shown} == shown
