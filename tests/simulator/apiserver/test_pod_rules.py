"""What the API server says of wrong Pods, rule by rule."""

import pytest

from tests.simulator.apiserver.refusals import IP, LAB, LV, QN, SUB, C, changed, refused

AFF = "spec.affinity"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
ID = "must be between 0 and 2147483647, inclusive"
ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"

# What stands in `spec` beside one container c, and what is said of it.
SPECS = [
    (
        "restartPolicy: always",
        ['spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"'],
    ),
    (
        "dnsPolicy: Foo",
        [
            'spec.dnsPolicy: Unsupported value: "Foo": supported values: "ClusterFirstWithHostNet", "ClusterFirst", '
            '"Default", "None"'
        ],
    ),
    ("dnsPolicy: None", ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]),
    (
        "{dnsPolicy: None, dnsConfig: {searches: [a]}}",
        [
            "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"
        ],
    ),
    (
        "dnsConfig: {nameservers: [a], searches: [_a.b, .], options: [{name: ''}]}",
        [
            f'spec.dnsConfig.nameservers[0]: Invalid value: "a": {IP}',
            "spec.dnsConfig.options[0]: Required value: must not be empty",
        ],
    ),
    ("hostAliases: [{ip: 300.1.1.1}]", [f'spec.hostAliases[0].ip: Invalid value: "300.1.1.1": {IP}']),
    ("hostname: a.b", ['spec.hostname: Invalid value: "a.b": must not contain dots']),
    ("hostname: A_", [f'spec.hostname: Invalid value: "A_": {LAB}']),
    (
        "activeDeadlineSeconds: 0",
        ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"],
    ),
    ("nodeSelector: {a: b c}", [f'spec.nodeSelector: Invalid value: "b c": {LV}']),
    ("readinessGates: [{conditionType: a b}]", [f'spec.readinessGates[0].conditionType: Invalid value: "a b": {QN}']),
    # volumes
    ("volumes: [{name: d}]", []),
    (
        "volumes: [{name: d, emptyDir: {}, hostPath: {path: /x}}]",
        ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
    ),
    ("volumes: [{name: d, emptyDir: {}}, {name: d, emptyDir: {}}]", ['spec.volumes[1].name: Duplicate value: "d"']),
    ("volumes: [{name: d, configMap: {}}]", ["spec.volumes[0].configMap.name: Required value"]),
    ("volumes: [{name: d, secret: {}}]", ["spec.volumes[0].secret.secretName: Required value"]),
    (
        "volumes: [{name: d, persistentVolumeClaim: {}}]",
        ["spec.volumes[0].persistentVolumeClaim.claimName: Required value"],
    ),
    ("volumes: [{name: d, csi: {}}]", ["spec.volumes[0].csi.driver: Required value"]),
    ("volumes: [{name: d, image: {}}]", ["spec.volumes[0].image.reference: Required value"]),
    (
        "volumes: [{name: d, hostPath: {path: /a/../b, type: directory}}]",
        [
            "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
            'spec.volumes[0].hostPath.type: Unsupported value: "directory": supported values: "", "BlockDevice", '
            '"CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
        ],
    ),
    (
        "volumes: [{name: d, emptyDir: {sizeLimit: '-1'}}]",
        ["spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"],
    ),
    (
        "volumes: [{name: d, configMap: {name: x, defaultMode: 512, items: [{key: a, path: ../b}]}}]",
        [
            "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
            "spec.volumes[0].configMap.items[0].path: Invalid value: \"../b\": must not contain '..'",
        ],
    ),
    (
        "volumes: [{name: d, downwardAPI: {items: [{path: p, resourceFieldRef: {resource: limits.cpu}}]}}]",
        ["spec.volumes[0].downwardAPI.items[0].resourceFieldRef.containerName: Required value"],
    ),
    (
        "volumes: [{name: d, projected: {sources: [{}, {serviceAccountToken: {path: x, expirationSeconds: 1}}]}}]",
        [
            "spec.volumes[0].projected.sources[0]: Required value: must specify a volume type",
            "spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a "
            "duration less than 10 minutes",
        ],
    ),
    (
        "volumes: [{name: d, ephemeral: {volumeClaimTemplate: {spec: {}}}}]",
        [
            "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required",
            "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
        ],
    ),
    # security
    ("securityContext: {runAsUser: -1}", [f"spec.securityContext.runAsUser: Invalid value: -1: {ID}"]),
    (
        "securityContext: {supplementalGroupsPolicy: Foo, fsGroupChangePolicy: Foo}",
        [
            'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Foo": supported values: "Always", "OnRootMismatch"',
            'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "Foo": supported values: "Merge", "Strict"',
        ],
    ),
    (
        "securityContext: {seccompProfile: {}, appArmorProfile: {type: Localhost}}",
        [
            "spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set",
            "spec.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost",
        ],
    ),
    (
        "{shareProcessNamespace: true, hostPID: true}",
        [
            "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be "
            "enabled"
        ],
    ),
    (
        "securityContext: {sysctls: [{name: Kernel_bad!, value: x}]}",
        [
            'spec.securityContext.sysctls[0].name: Invalid value: "Kernel_bad!": must have at most 253 characters and match '
            r"regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
        ],
    ),
    (
        "{hostNetwork: true, securityContext: {sysctls: [{name: net.ipv4.ip_forward, value: '1'}]}}",
        [
            'spec.securityContext.sysctls[0].name: Invalid value: "net.ipv4.ip_forward": may not be specified when '
            "'hostNetwork' is true"
        ],
    ),
    (
        "{hostUsers: false, hostNetwork: true, hostPID: true}",
        [
            "spec.hostNetwork: Forbidden: when `pod.Spec.HostUsers` is false",
            "spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false",
        ],
    ),
    ("os: {name: mac}", ['spec.os.name: Unsupported value: "mac": supported values: "linux", "windows"']),
    ("{os: {name: windows}, hostPID: true}", ["spec.hostPID: Forbidden: cannot be set for a windows pod"]),
    # scheduling
    (
        "tolerations: [{key: a, operator: Equals, value: b, effect: NoRun}]",
        [
            'spec.tolerations[0].operator: Unsupported value: "Equals": supported values: "Equal", "Exists"',
            'spec.tolerations[0].effect: Unsupported value: "NoRun": supported values: "NoSchedule", "PreferNoSchedule", '
            '"NoExecute"',
        ],
    ),
    (
        "tolerations: [{key: a, operator: Exists, value: b}]",
        ["spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'"],
    ),
    (
        "tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 3}]",
        [
            "spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is "
            "set"
        ],
    ),
    (
        "tolerations: [{effect: NoSchedule}]",
        [
            'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match '
            'all values and all keys"'
        ],
    ),
    (
        f"affinity: {{nodeAffinity: {{{REQUIRED}: {{nodeSelectorTerms: [{{matchExpressions: [{{key: a, operator: in}}]}}]}}}}}}",
        [
            f"{AFF}.nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "
            '"in": not a valid selector operator'
        ],
    ),
    (
        f"affinity: {{nodeAffinity: {{{REQUIRED}: {{nodeSelectorTerms: "
        "[{matchExpressions: [{key: a, operator: In}, {key: a, operator: In, values: ['a b']}]}]}}}",
        [
            f"{AFF}.nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified "
            "when `operator` is 'In' or 'NotIn'",
            f'{AFF}.nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[1].values[0]: Invalid value: "a b": {LV}',
        ],
    ),
    (
        f"affinity: {{nodeAffinity: {{{PREFERRED}: "
        "[{weight: 0, preference: {matchExpressions: [{key: a, operator: Gt, values: ['a b', c]}]}}]}}",
        [
            f"{AFF}.nodeAffinity.{PREFERRED}[0].weight: Invalid value: 0: must be in the range 1-100",
            f"{AFF}.nodeAffinity.{PREFERRED}[0].preference.matchExpressions[0].values: Required value: must be specified single "
            "value when `operator` is 'Lt' or 'Gt'",
        ],
    ),
    (
        f"affinity: {{podAffinity: {{{REQUIRED}: [{{topologyKey: '', namespaces: [A_]}}]}}}}",
        [
            f'{AFF}.podAffinity.{REQUIRED}[0].namespace: Invalid value: "A_": {LAB}',
            f"{AFF}.podAffinity.{REQUIRED}[0].topologyKey: Required value: can not be empty",
            f'{AFF}.podAffinity.{REQUIRED}[0].topologyKey: Invalid value: "": name part must be non-empty',
            f'{AFF}.podAffinity.{REQUIRED}[0].topologyKey: Invalid value: "": {QN}',
        ],
    ),
    (
        f"affinity: {{podAntiAffinity: {{{REQUIRED}: [{{topologyKey: a, matchLabelKeys: [x]}}]}}}}",
        [
            f"{AFF}.podAntiAffinity.{REQUIRED}[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not "
            "set"
        ],
    ),
    (
        "topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: Nope}]",
        [
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Nope": supported values: '
            '"DoNotSchedule", "ScheduleAnyway"',
        ],
    ),
    (
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 2, "
        "nodeTaintsPolicy: Foo, matchLabelKeys: [x]}, {maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}]",
        [
            'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{a, ScheduleAnyway}"',
            "spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if "
            "whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
            'spec.topologySpreadConstraints[0].nodeTaintsPolicy: Unsupported value: "Foo": supported values: "Honor", "Ignore"',
            "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
        ],
    ),
    (
        "{nodeName: node01, schedulingGates: [{name: g}, {name: g}]}",
        [
            'spec.schedulingGates[1]: Duplicate value: "g"',
            "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
        ],
    ),
    # containers
    ("initContainers: [{name: c, image: a}]", ['spec.initContainers[0].name: Duplicate value: "c"']),
    (
        "initContainers: [{name: i, image: a, readinessProbe: {tcpSocket: {port: 1}}, lifecycle: {}}]",
        [
            f"spec.initContainers[0].lifecycle: Forbidden: {ONLY_SIDECARS}",
            f"spec.initContainers[0].readinessProbe: Forbidden: {ONLY_SIDECARS}",
        ],
    ),
    (
        "initContainers: [{name: i, image: a, restartPolicy: Sometimes}]",
        [
            'spec.initContainers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", '
            '"OnFailure"'
        ],
    ),
    ("ephemeralContainers: [{name: e, image: a}]", ["spec.ephemeralContainers: Forbidden: cannot be set on create"]),
    (
        'resources: {requests: {cpu: "2"}, limits: {cpu: "1"}}',
        ['spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
]


@pytest.mark.parametrize(("spec", "said"), SPECS, ids=[spec[:60] for spec, _ in SPECS])
def test_a_rule_for_pods(spec: str, said: list[str]) -> None:
    more = spec if spec.startswith("{") else f"{{{spec}}}"
    assert refused("Pod", f"spec: {{containers: [{{name: c, image: nginx}}], {more[1:]}") == said


COST = "controller.kubernetes.io/pod-deletion-cost"
WHOLE = [
    ("metadata: {name: MyPod}", [f'metadata.name: Invalid value: "MyPod": {SUB}', "spec.containers: Required value"]),
    ("spec: {containers: [{}]}", [f"{C}.name: Required value", f"{C}.image: Required value"]),
    ("spec: {containers: [{name: A_b, image: a}]}", [f'{C}.name: Invalid value: "A_b": {LAB}']),
    (
        "spec: {containers: [{name: a, image: a}, {name: a, image: a}]}",
        ['spec.containers[1].name: Duplicate value: "a"'],
    ),
    (
        "spec: {containers: [{name: a, image: ' nginx'}]}",
        [f'{C}.image: Invalid value: " nginx": must not have leading or trailing whitespace'],
    ),
    (
        "{metadata: {labels: {a b: 'my app!'}}, spec: {containers: [{name: a, image: a}]}}",
        [f'metadata.labels: Invalid value: "a b": {QN}', f'metadata.labels: Invalid value: "my app!": {LV}'],
    ),
    (
        "spec: {hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 81}]}]}",
        [f"{C}.ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"],
    ),
    *(
        (
            f"{{metadata: {{annotations: {{{COST}: '{cost}'}}}}, spec: {{containers: [{{name: a, image: a}}]}}}}",
            [f'metadata.annotations[{COST}]: Invalid value: "{cost}": must be a 32bit integer'] if wrong else [],
        )
        for cost, wrong in {"-5": False, "0": False, "x": True, "+1": True, "08": True, "2147483648": True}.items()
    ),
]


@pytest.mark.parametrize(("pod", "said"), WHOLE, ids=[pod[:60] for pod, _ in WHOLE])
def test_a_rule_for_whole_pods(pod: str, said: list[str]) -> None:
    assert refused("Pod", pod) == said


GATED = "spec: {schedulingGates: [{name: g}], nodeSelector: {a: b}, containers: [{name: c, image: a}]}"
UPDATES = [
    ("spec: {activeDeadlineSeconds: 5, containers: [{name: c, image: a}]}", "spec: {activeDeadlineSeconds: 6}",
     ["spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value"]),
    ("spec: {activeDeadlineSeconds: 5, containers: [{name: c, image: a}]}", "spec: {activeDeadlineSeconds: null}",
     ["spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value"]),
    (GATED, "spec: {schedulingGates: [{name: g}, {name: h}]}",
     ["spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'"]),
    (GATED, "spec: {nodeSelector: {a: c}}",
     ['spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)']),
    (GATED, "spec: {nodeSelector: {c: d}}", []),
    ("spec: {containers: [{name: c, image: a}]}", "spec: {containers: [{name: c, image: a}, {name: d, image: a}]}",
     ["spec.containers: Forbidden: pod updates may not add or remove containers"]),
    ("spec: {tolerations: [{key: a, operator: Exists}], containers: [{name: c, image: a}]}", "spec: {tolerations: []}",
     ["spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"]),
    ("spec: {containers: [{name: c, image: a}]}", "metadata: {labels: {a: b}}", []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "said"), UPDATES, ids=[after for _, after, _ in UPDATES])
def test_a_rule_for_changes_of_pods(before: str, after: str, said: list[str]) -> None:
    assert changed("Pod", before, after) == said
