"""What the API server says of wrong objects of the other kinds, rule by rule."""

import pytest

from tests.simulator.apiserver.refusals import IP, KEY, LAB, LV, QN, SUB, changed, refused, server

OK = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: a}]}}"
SELECTED = f"selector: {{matchLabels: {{a: b}}}}, {OK}"
ONCE = "template: {spec: {restartPolicy: Never, containers: [{name: c, image: a}]}}"
TEMPLATE = "spec.template.spec"
PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)
MISMATCH = "`selector` does not match template `labels`"
CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
RULES = "spec.podFailurePolicy.rules"
SCALED = "maxReplicas: 5, scaleTargetRef: {kind: Deployment, name: d}"
ALREADY = "PriorityClass other is already marked as default. Only one default can exist"

OBJECTS = [
    # Deployments, ReplicaSets, StatefulSets, DaemonSets
    (
        "Deployment",
        f"{{selector: {{matchLabels: {{a: c}}}}, {OK}}}",
        [f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}'],
    ),
    (
        "Deployment",
        f"{{{OK}}}",
        ["spec.selector: Required value", f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}'],
    ),
    (
        "Deployment",
        f"{{selector: {{}}, {OK}}}",
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ),
    (
        "DaemonSet",
        f"{{selector: {{}}, {OK}}}",
        ["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"],
    ),
    (
        "StatefulSet",
        f"{{selector: {{}}, {OK}}}",
        ["spec.selector: Invalid value: {}: empty selector is invalid for statefulset"],
    ),
    (
        "Deployment",
        f"{{selector: {{matchExpressions: [{{key: a, operator: In}}]}}, {OK}}}",
        [
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"In"}]}: invalid label selector',
        ],
    ),
    (
        "Deployment",
        f"{{replicas: -1, {SELECTED}}}",
        ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        "Deployment",
        f"{{minReadySeconds: 10, progressDeadlineSeconds: 10, {SELECTED}}}",
        ["spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds"],
    ),
    (
        "Deployment",
        f"{{strategy: {{rollingUpdate: {{maxSurge: 0, maxUnavailable: 0%}}}}, {SELECTED}}}",
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ),
    (
        "Deployment",
        f"{{strategy: {{rollingUpdate: {{maxSurge: '10', maxUnavailable: 150%}}}}, {SELECTED}}}",
        [
            f'spec.strategy.rollingUpdate.maxSurge: Invalid value: "10": {PERCENT}',
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
        ],
    ),
    (
        "Deployment",
        f"{{strategy: {{type: Recreate, rollingUpdate: {{maxSurge: 1}}}}, {SELECTED}}}",
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ),
    (
        "Deployment",
        f"{{strategy: {{type: Foo}}, {SELECTED}}}",
        [
            'spec.strategy: Unsupported value: {"Type":"Foo","RollingUpdate":null}: supported values: "Recreate", '
            '"RollingUpdate"'
        ],
    ),
    (
        "StatefulSet",
        f"{{podManagementPolicy: Foo, ordinals: {{start: -1}}, updateStrategy: {{type: RollingUpdate, rollingUpdate: "
        f"{{partition: -1}}}}, persistentVolumeClaimRetentionPolicy: {{whenScaled: Foo}}, {SELECTED}}}",
        [
            "spec.podManagementPolicy: Invalid value: \"Foo\": must be 'OrderedReady' or 'Parallel'",
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
            'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Foo": supported values: '
            '"Retain", "Delete"',
            "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0",
        ],
    ),
    (
        "StatefulSet",
        f"{{updateStrategy: {{type: OnDelete, rollingUpdate: {{partition: 1}}}}, {SELECTED}}}",
        [
            'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for '
            "updateStrategy 'RollingUpdate'"
        ],
    ),
    (
        "DaemonSet",
        f"{{updateStrategy: {{rollingUpdate: {{maxUnavailable: 0, maxSurge: 0}}}}, {SELECTED}}}",
        ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
    ),
    (
        "DaemonSet",
        f"{{updateStrategy: {{rollingUpdate: {{maxUnavailable: 1, maxSurge: 1}}}}, {SELECTED}}}",
        [
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"
        ],
    ),
    # Jobs and CronJobs
    ("Job", f"{{{OK}}}", [f'{TEMPLATE}.restartPolicy: Required value: valid values: "OnFailure", "Never"']),
    (
        "Job",
        f"{{completionMode: Indexed, parallelism: 1, maxFailedIndexes: 3, {ONCE}}}",
        [
            "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
            "spec.completions: Required value: when completion mode is Indexed",
        ],
    ),
    (
        "Job",
        f"{{backoffLimitPerIndex: 1, {ONCE}}}",
        ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
    ),
    (
        "Job",
        f"{{podFailurePolicy: {{rules: [{{action: FailJob}}, {{action: FailIndex, onExitCodes: {{operator: In, "
        f"values: [0, 3, 2, 3]}}}}]}}, {ONCE}}}",
        [
            f"{RULES}[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
            f'{RULES}[1].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
            f"{RULES}[1].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
            f"{RULES}[1].onExitCodes.values[3]: Duplicate value: 3",
            f"{RULES}[1].onExitCodes.values: Invalid value: [0,3,2,3]: must be ordered",
        ],
    ),
    (
        "Job",
        f"{{completionMode: Indexed, completions: 3, successPolicy: {{rules: [{{succeededIndexes: '1,0'}}, "
        f"{{succeededIndexes: 0-1, succeededCount: 3}}]}}, {ONCE}}}",
        [
            'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1,0": error parsing succeededIndexes: non-increasing '
            "order, previous: 1, current: 0",
            "spec.successPolicy.rules[1].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of "
            "indexes in the specified succeededIndexes field)",
        ],
    ),
    (
        "CronJob",
        f"{{schedule: abc, timeZone: Mars/Olympus, concurrencyPolicy: Foo, jobTemplate: {{spec: {{{ONCE}}}}}}}",
        [
            'spec.schedule: Invalid value: "abc": expected exactly 5 fields, found 1: [abc]',
            'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus',
            'spec.concurrencyPolicy: Unsupported value: "Foo": supported values: "Allow", "Forbid", "Replace"',
        ],
    ),
    (
        "CronJob",
        f"{{schedule: '@daily', jobTemplate: {{spec: {{manualSelector: true, {ONCE}}}}}}}",
        ['spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"'],
    ),
    # Services
    ("Service", "{}", ["spec.ports: Required value"]),
    (
        "Service",
        "{ports: [{port: 80}, {port: 81}]}",
        ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
    ),
    (
        "Service",
        "{ports: [{port: 70000}]}",
        [
            "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
        ],
    ),
    (
        "Service",
        "{type: Nodeport, ports: [{port: 80}]}",
        [
            'spec.type: Unsupported value: "Nodeport": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'
        ],
    ),
    (
        "Service",
        "{ports: [{port: 80, nodePort: 30000}]}",
        ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ),
    (
        "Service",
        "{type: NodePort, ports: [{port: 80, nodePort: 85}]}",
        [
            "spec.ports[0].nodePort: Invalid value: 85: provided port is not in the valid range. The range of valid ports is "
            "30000-32767"
        ],
    ),
    (
        "Service",
        "{ports: [{port: 80, targetPort: Bad_Port}]}",
        [
            'spec.ports[0].targetPort: Invalid value: "Bad_Port": must contain only alpha-numeric characters (a-z, 0-9), and '
            "hyphens (-)"
        ],
    ),
    ("Service", "{type: ExternalName}", ["spec.externalName: Required value"]),
    (
        "Service",
        "{type: ExternalName, externalName: a.b, clusterIP: 10.96.0.9}",
        ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"],
    ),
    (
        "Service",
        "{ports: [{name: a, port: 80}, {name: b, port: 80}]}",
        [
            'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,'
            '"NodePort":0}'
        ],
    ),
    ("Service", "{selector: {a: a b}, ports: [{port: 80}]}", [f'spec.selector: Invalid value: "a b": {LV}']),
    ("Service", "{clusterIP: foo, ports: [{port: 80}]}", [f'spec.clusterIPs[0]: Invalid value: "foo": {IP}']),
    (
        "Service",
        "{type: NodePort, clusterIP: None, ports: [{port: 80}]}",
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    ),
    (
        "Service",
        "{ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}",
        [
            'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'
        ],
    ),
    (
        "Service",
        "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]}",
        [
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400"
        ],
    ),
    # storage
    (
        "PersistentVolumeClaim",
        "{}",
        [
            "spec.accessModes: Required value: at least 1 access mode is required",
            "spec.resources[storage]: Required value",
        ],
    ),
    (
        "PersistentVolumeClaim",
        "{accessModes: [RWO], resources: {requests: {storage: 1Gi}}}",
        [
            'spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", '
            '"ReadWriteOncePod"'
        ],
    ),
    (
        "PersistentVolume",
        "{}",
        [
            "spec.accessModes: Required value",
            "spec.capacity: Required value",
            'spec.capacity: Unsupported value: null: supported values: "storage"',
            "spec: Required value: must specify a volume type",
        ],
    ),
    (
        "PersistentVolume",
        "{capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /x}}",
        ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
    ),
    # quotas
    (
        "ResourceQuota",
        "{hard: {foo: '1', pods: 1500m, cpu: '1'}, scopes: [BestEffort]}",
        [
            'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
            'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quotas',
            'spec.hard[pods]: Invalid value: "1500m": must be an integer',
            'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
        ],
    ),
    (
        "ResourceQuota",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}}",
        [
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or "
            "'NotIn' for scope selector"
        ],
    ),
    ("ResourceQuota", "{hard: {count/deployments.apps: '1', requests.storage: 1Gi, a.b/gpu: '2'}}", []),
    (
        "LimitRange",
        "{limits: [{type: Container, max: {cpu: '1'}, min: {cpu: '2'}, default: {cpu: '3'}}, {type: Container}]}",
        [
            'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
            'spec.limits[0].defaultRequest[cpu]: Invalid value: "3": default request value 3 is greater than max value 1',
            'spec.limits[0].default[cpu]: Invalid value: "1": default value 3 is greater than max value 1',
            'spec.limits[1].type: Duplicate value: "Container"',
        ],
    ),
    (
        "LimitRange",
        "{limits: [{type: Pod, default: {cpu: '1'}}, {type: PersistentVolumeClaim}]}",
        [
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
            "spec.limits[1].limits: Required value: either minimum or maximum storage value is required, but neither was "
            "provided",
        ],
    ),
    # budgets, autoscalers
    (
        "PodDisruptionBudget",
        "{minAvailable: 150%, unhealthyPodEvictionPolicy: Foo}",
        [
            'spec.minAvailable: Invalid value: "150%": must not be greater than 100%',
            'spec.unhealthyPodEvictionPolicy: Unsupported value: "Foo": supported values: "AlwaysAllow", "IfHealthyBudget"',
        ],
    ),
    (
        "HorizontalPodAutoscaler",
        "{minReplicas: 3, maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: d}}",
        ["spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`"],
    ),
    (
        "HorizontalPodAutoscaler",
        f"{{{SCALED}, metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization}}}}}}, {{type: Pods}}, {{type: Foo}}]}}",
        [
            "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization",
            "spec.metrics[1].pods: Required value: must populate information for the given metric source",
            'spec.metrics[2].type: Unsupported value: "Foo": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
        ],
    ),
    (
        "HorizontalPodAutoscaler",
        f"{{{SCALED}, metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Value, averageUtilization: 0, averageValue: 0}}}}}}]}}",
        [
            'spec.metrics[0].resource.target.averageValue: Invalid value: "0": must be positive',
            "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
            "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization",
        ],
    ),
    (
        "HorizontalPodAutoscaler",
        f"{{{SCALED}, behavior: {{scaleUp: {{stabilizationWindowSeconds: 3601, policies: []}}, scaleDown: {{selectPolicy: Foo, policies: [{{type: Pods, value: 0, periodSeconds: 1801}}]}}}}}}",
        [
            "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
            "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy",
            'spec.behavior.scaleDown.selectPolicy: Unsupported value: "Foo": supported values: "Disabled", "Max", "Min"',
            "spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero",
            "spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
        ],
    ),
    # leases
    (
        "Lease",
        "{leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: a}",
        [
            "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
            "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
            "spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined",
        ],
    ),
    # Ingresses and NetworkPolicies
    ("Ingress", "{}", ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]),
    (
        "Ingress",
        "{rules: [{host: 1.2.3.4, http: {paths: [{path: a, pathType: Prefix, backend: {service: {name: w}}}, {path: /, backend: {}}]}}]}",
        [
            'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
            'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
            "spec.rules[0].http.paths[0].backend: Required value: port name or number is required",
            "spec.rules[0].http.paths[1].pathType: Required value: pathType must be specified",
        ],
    ),
    (
        "Ingress",
        "{rules: [{http: {paths: [{path: /a//b/.., pathType: Exact, backend: {service: {name: w, port: {name: x, number: 1}}}}]}}]}",
        [
            "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/..\": must not contain '//'",
            "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/..\": cannot end with '/..'",
            'spec.rules[0].http.paths[0].backend: Invalid value: "": cannot set both port name & port number',
        ],
    ),
    (
        "Ingress",
        "{defaultBackend: {}, rules: [{http: {paths: []}}], tls: [{hosts: [A], secretName: B}], ingressClassName: C}",
        [
            'spec.defaultBackend: Invalid value: "": resource or service backend is required',
            "spec.rules[0].http.paths: Required value",
            f'spec.tls[0].hosts[0]: Invalid value: "A": {SUB}',
            f'spec.tls[0].secretName: Invalid value: "B": {SUB}',
            f'spec.ingressClassName: Invalid value: "C": {SUB}',
        ],
    ),
    (
        "NetworkPolicy",
        "{policyTypes: [Foo], ingress: [{from: [{}], ports: [{port: 70000}, {protocol: FOO, port: bad_name, endPort: 2}, {endPort: 3}]}]}",
        [
            "spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            'spec.ingress[0].ports[1].protocol: Unsupported value: "FOO": supported values: "TCP", "UDP", "SCTP"',
            "spec.ingress[0].ports[1].endPort: Invalid value: 2: may not be specified when `port` is non-numeric",
            'spec.ingress[0].ports[1].port: Invalid value: "bad_name": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
            "spec.ingress[0].ports[2].endPort: Invalid value: 3: may not be specified when `port` is not specified",
            "spec.ingress[0].from[0]: Required value: must specify a peer",
            'spec.policyTypes[0]: Unsupported value: "Foo": supported values: "Ingress", "Egress"',
        ],
    ),
    (
        "NetworkPolicy",
        "{egress: [{ports: [{port: 80, endPort: 70}], to: [{ipBlock: {cidr: 10.0.0.0/33}, podSelector: {}}, "
        "{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/8, x, 10.0.0.0/8, 10.1.0.0/16]}}, {ipBlock: {}}]}]}",
        [
            "spec.egress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`",
            f'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10.0.0.0/33": {CIDR}',
            "spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer",
            'spec.egress[0].to[1].ipBlock.except[0]: Invalid value: "11.0.0.0/8": must be a strict subset of `cidr`',
            f'spec.egress[0].to[1].ipBlock.except[1]: Invalid value: "x": {CIDR}',
            'spec.egress[0].to[1].ipBlock.except[2]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
            "spec.egress[0].to[2].ipBlock.cidr: Required value",
        ],
    ),
]


@pytest.mark.parametrize(("kind", "spec", "said"), OBJECTS, ids=[f"{kind} {spec[:50]}" for kind, spec, _ in OBJECTS])
def test_a_rule_for_a_kind(kind: str, spec: str, said: list[str]) -> None:
    assert refused(kind, f"spec: {spec}") == said


WHOLE = [
    ("Service", "{metadata: {name: a.b}, spec: {ports: [{port: 80}]}}", ['metadata.name: Invalid value: "a.b": must not contain dots']),
    ("Namespace", "metadata: {name: My_NS}", [f'metadata.name: Invalid value: "My_NS": {LAB}']),
    ("ConfigMap", "data: {a b: x}", [f'data[a b]: Invalid value: "a b": {KEY}']),
    ("Secret", "type: kubernetes.io/tls", ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
    ("Secret", "type: kubernetes.io/dockerconfigjson", ["data[.dockerconfigjson]: Required value"]),
    (
        "Secret",
        "{type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: '{'}}",
        [
            'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input',
        ],
    ),
    ("CronJob", f"{{metadata: {{name: {'a' * 53}}}, spec: {{schedule: '@daily', jobTemplate: {{spec: {{{ONCE}}}}}}}}}",
     [f'metadata.name: Invalid value: "{"a" * 53}": must be no more than 52 characters']),
    (
        "Job",
        f"{{metadata: {{name: {'a' * 62}}}, spec: {{completionMode: Indexed, completions: 11, {ONCE}}}}}",
        [
            f'metadata.name: Invalid value: "{"a" * 62}": will not able to create pod with invalid DNS label: {"a" * 62}-10'
        ],
    ),
    ("StatefulSet", f"{{metadata: {{name: a.b}}, spec: {{{SELECTED}}}}}", ['metadata.name: Invalid value: "a.b": must not contain dots']),
    (
        "PriorityClass",
        "{metadata: {name: system-foo}, value: 5}",
        [
            "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "
            "system-foo is not a known system priority class"
        ],
    ),
    ("PriorityClass", "{value: 1000000001}", ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"]),
    ("StorageClass", "provisioner: a b", [f'provisioner: Invalid value: "a b": {QN}']),
    (
        "Node",
        "spec: {taints: [{key: a, effect: Nope}]}",
        ['metadata.taints[0].effect: Unsupported value: "Nope": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'],
    ),
    # where Services lead
    (
        "Endpoints",
        "subsets: [{ports: [{port: 80}]}, {addresses: [{ip: 127.0.0.1}, {ip: 1.2.3}], ports: [{port: 0}, {name: b, port: 1, protocol: X}]}]",
        [
            "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
            'subsets[1].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
            f'subsets[1].addresses[1].ip: Invalid value: "1.2.3": {IP}',
            "subsets[1].ports[0].name: Required value",
            "subsets[1].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            'subsets[1].ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
        ],
    ),
    ("EndpointSlice", "endpoints: []", ["addressType: Required value"]),
    (
        "EndpointSlice",
        "{addressType: IPv4, endpoints: [{addresses: []}, {addresses: ['::1', 169.254.0.1]}], ports: [{port: 80}, {port: 81}]}",
        [
            "endpoints[0].addresses: Required value: must contain at least 1 address",
            'endpoints[1].addresses[0]: Invalid value: "::1": must be a valid IPv4 address',
            'endpoints[1].addresses[1]: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
            'ports[1].name: Duplicate value: ""',
        ],
    ),
    # access
    (
        "Role",
        "rules: [{apiGroups: [''], resources: [pods]}, {verbs: [get]}, {verbs: [get], nonResourceURLs: [/x]}]",
        [
            "rules[0].verbs: Required value: verbs must contain at least one value",
            "rules[1].apiGroups: Required value: resource rules must supply at least one api group",
            "rules[1].resources: Required value: resource rules must supply at least one resource",
            'rules[2].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
        ],
    ),
    (
        "RoleBinding",
        "{roleRef: {kind: Foo}, subjects: [{kind: Bar, name: x}, {kind: ServiceAccount, name: A_}]}",
        [
            'roleRef.kind: Unsupported value: "Foo": supported values: "Role", "ClusterRole"',
            "roleRef.name: Required value",
            'subjects[0].kind: Unsupported value: "Bar": supported values: "ServiceAccount", "User", "Group"',
            f'subjects[1].name: Invalid value: "A_": {SUB}',
        ],
    ),
    (
        "ClusterRoleBinding",
        "{roleRef: {kind: Role, name: r}, subjects: [{kind: ServiceAccount, name: x}]}",
        [
            'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
            "subjects[0].namespace: Required value",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "obj", "said"), WHOLE, ids=[f"{kind} {obj[:50]}" for kind, obj, _ in WHOLE])
def test_a_rule_for_an_object(kind: str, obj: str, said: list[str]) -> None:
    assert refused(kind, obj) == said


def test_a_job_chooses_its_pods_itself() -> None:
    said = refused("Job", f"spec: {{selector: {{matchLabels: {{a: b}}}}, {ONCE}}}")
    assert said[0].startswith(
        'spec.selector: Invalid value: {"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":'
    )
    assert said[0].endswith("`selector` not auto-generated")


def test_one_class_of_priorities_is_the_default() -> None:
    api = server()
    assert refused("PriorityClass", "{metadata: {name: other}, value: 1, globalDefault: true}", api) == []
    said = refused("PriorityClass", "{metadata: {name: mine}, value: 2, globalDefault: true}", api)
    assert said == [f'priorityclasses.scheduling.k8s.io "mine" is forbidden: {ALREADY}']


STATEFUL = (
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
BINDING = "{roleRef: {kind: Role, name: r}}"
UPDATES = [
    ("Deployment", f"spec: {{{SELECTED}}}", "spec: {selector: {matchLabels: {a: c}}, template: {metadata: {labels: {a: c}}}}",
     ['spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable']),
    ("StatefulSet", f"spec: {{{SELECTED}}}", "spec: {serviceName: other}", [STATEFUL]),
    ("StatefulSet", f"spec: {{{SELECTED}}}", "spec: {replicas: 3, minReadySeconds: 4}", []),
    ("Job", f"spec: {{{ONCE}}}", "spec: {backoffLimit: 1, suspend: true, parallelism: 4}", []),
    ("Job", f"spec: {{completionMode: Indexed, completions: 3, {ONCE}}}", "spec: {backoffLimitPerIndex: 1, completions: 4}",
     ["spec.completions: Invalid value: 4: field is immutable", "spec.backoffLimitPerIndex: Invalid value: 1: field is immutable"]),
    ("Job", f"spec: {{suspend: true, {ONCE}}}", "spec: {template: {spec: {nodeSelector: {a: b}}}}", []),
    ("Service", "spec: {ports: [{port: 80}]}", "spec: {clusterIP: 10.96.0.2, clusterIPs: [10.96.0.2]}",
     ['spec.clusterIPs[0]: Invalid value: ["10.96.0.2"]: may not change once set']),
    ("ConfigMap", "{immutable: true, data: {a: b}}", "data: {a: c}", ["data: Forbidden: field is immutable when `immutable` is set"]),
    ("ConfigMap", "{immutable: true, data: {a: b}}", "immutable: false",
     ["immutable: Forbidden: field is immutable when `immutable` is set"]),
    ("EndpointSlice", "addressType: IPv4", "addressType: IPv6", ['addressType: Invalid value: "IPv6": field is immutable']),
    ("Secret", "type: a", "type: b", ['type: Invalid value: "b": field is immutable']),
    ("PriorityClass", "value: 1", "{value: 2, preemptionPolicy: Never}",
     ["value: Forbidden: may not be changed in an update.", 'preemptionPolicy: Invalid value: "Never": field is immutable']),
    ("RoleBinding", BINDING, "roleRef: {name: other}",
     ['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: cannot change roleRef']),
    ("ResourceQuota", "spec: {scopes: [BestEffort]}", "spec: {scopes: [NotBestEffort]}",
     ['spec.scopes: Invalid value: ["NotBestEffort"]: field is immutable']),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "before", "after", "said"), UPDATES, ids=[f"{kind} {after}" for kind, _, after, _ in UPDATES]
)
def test_a_rule_for_changes(kind: str, before: str, after: str, said: list[str]) -> None:
    assert changed(kind, before, after) == said
