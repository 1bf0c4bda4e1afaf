"""What the API server says of wrong containers in Pods, rule by rule."""

import pytest

from tests.simulator.apiserver.refusals import QN, SUB, C, refused

ENV_FIELDS = (
    '"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", '
    '"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"'
)
PORT = "must be between 1 and 65535, inclusive"
BYTES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"

# What stands in the container beside its name and image, and what is said of it.
CONTAINERS = [
    ("ports: [{containerPort: 80000}]", [f"{C}.ports[0].containerPort: Invalid value: 80000: {PORT}"]),
    (
        "ports: [{protocol: tcp, name: this-name-is-too-long}]",
        [
            f'{C}.ports[0].name: Invalid value: "this-name-is-too-long": must be no more than 15 characters',
            f"{C}.ports[0].containerPort: Required value",
            f'{C}.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
        ],
    ),
    (
        "ports: [{containerPort: 80, hostPort: 81}, {containerPort: 90, hostPort: 81}]",
        [f'{C}.ports[1].hostPort: Duplicate value: "TCP//81"'],
    ),
    (
        "imagePullPolicy: always",
        [f'{C}.imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"'],
    ),
    ("volumeMounts: [{name: data, mountPath: /x}]", [f'{C}.volumeMounts[0].name: Not found: "data"']),
    (
        "env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
        [f'{C}.env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ),
    (
        "env: [{name: A=B}, {name: ''}]",
        [
            f'{C}.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII '
            "characters other than '='",
            f"{C}.env[1].name: Required value",
        ],
    ),
    (
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.foo}}}]",
        [
            f'{C}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not '
            "supported: spec.foo"
        ],
    ),
    (
        "env: [{name: A, valueFrom: {fieldRef: {apiVersion: v2, fieldPath: metadata.name}}}]",
        [
            f'{C}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: '
            "unsupported pod version: v2"
        ],
    ),
    (
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}]",
        [f'{C}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: {ENV_FIELDS}'],
    ),
    (
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a b']\"}}}]",
        [f'{C}.env[0].valueFrom.fieldRef: Invalid value: "a b": {QN}'],
    ),
    (
        "env: [{name: A, valueFrom: {secretKeyRef: {name: s}}}, {name: B, valueFrom: {configMapKeyRef: {key: k}}}]",
        [
            f"{C}.env[0].valueFrom.secretKeyRef.key: Required value",
            f'{C}.env[1].valueFrom.configMapKeyRef.name: Invalid value: "": {SUB}',
        ],
    ),
    (
        "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: '2'}}}]",
        [
            f'{C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are '
            "supported with the cpu resource"
        ],
    ),
    (
        "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: '3'}}}]",
        [
            f'{C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.memory": only divisor\'s values {BYTES} '
            "are supported with the memory resource"
        ],
    ),
    (
        "envFrom: [{}, {secretRef: {name: A_}}]",
        [
            f'{C}.envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
            f'{C}.envFrom[1].secretRef.name: Invalid value: "A_": {SUB}',
        ],
    ),
    # resources
    (
        'resources: {requests: {cpu: "2"}, limits: {cpu: "1"}}',
        [f'{C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
    (
        "resources: {requests: {cpus: '1'}}",
        [
            f'{C}.resources.requests[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified',
            f'{C}.resources.requests[cpus]: Invalid value: "cpus": must be a standard resource for containers',
        ],
    ),
    (
        "resources: {requests: {cpu: '-1'}}",
        [f'{C}.resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ),
    (
        "resources: {requests: {a.b/gpu: '1'}}",
        [f"{C}.resources.limits: Required value: Limit must be set for non overcommitable resources"],
    ),
    (
        "resources: {limits: {hugepages-2Mi: 2Mi}}",
        [f"{C}.resources: Forbidden: HugePages require cpu or memory"],
    ),
    (
        "resizePolicy: [{resourceName: gpu, restartPolicy: NotRequired}]",
        [f'{C}.resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"'],
    ),
    # probes and hooks
    ("livenessProbe: {}", [f"{C}.livenessProbe: Required value: must specify a handler type"]),
    (
        "livenessProbe: {exec: {command: [a]}, tcpSocket: {port: 1}}",
        [f"{C}.livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"],
    ),
    (
        "livenessProbe: {exec: {command: [a]}, successThreshold: 2, initialDelaySeconds: -1}",
        [
            f"{C}.livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0",
            f"{C}.livenessProbe.successThreshold: Invalid value: 2: must be 1",
        ],
    ),
    (
        "readinessProbe: {httpGet: {scheme: http, httpHeaders: [{name: a b}]}, terminationGracePeriodSeconds: 3}",
        [
            f"{C}.readinessProbe.httpGet.port: Invalid value: 0: {PORT}",
            f'{C}.readinessProbe.httpGet.scheme: Unsupported value: "http": supported values: "HTTP", "HTTPS"',
            f'{C}.readinessProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric '
            "characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
            f"{C}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set for readinessProbes",
        ],
    ),
    ("lifecycle: {preStop: {}}", [f"{C}.lifecycle.preStop: Required value: must specify a handler type"]),
    (
        "lifecycle: {preStop: {sleep: {seconds: 31}}}",
        [
            f"{C}.lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than "
            "terminationGracePeriodSeconds (30)"
        ],
    ),
    # security
    (
        "securityContext: {privileged: true, allowPrivilegeEscalation: false}",
        [
            f'{C}.securityContext: Invalid value: {{"Capabilities":null,"Privileged":true,"SELinuxOptions":null,'
            '"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,'
            '"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set '
            "`allowPrivilegeEscalation` to false and `privileged` to true"
        ],
    ),
    (
        "securityContext: {procMount: Unmasked}",
        [f'{C}.securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`'],
    ),
    (
        "terminationMessagePolicy: Foo",
        [f'{C}.terminationMessagePolicy: Unsupported value: "Foo": supported values: "File", "FallbackToLogsOnError"'],
    ),
]


@pytest.mark.parametrize(("rest", "said"), CONTAINERS, ids=[rest[:60] for rest, _ in CONTAINERS])
def test_a_rule_for_containers(rest: str, said: list[str]) -> None:
    assert refused("Pod", f"spec: {{containers: [{{name: c, image: nginx, {rest}}}]}}") == said


RULES = "restartPolicyRules"
RESTARTS = [
    ("", "[{action: Restart, exitCodes: {operator: In, values: [3]}}]",
     [f"{C}.restartPolicy: Required value: must specify restartPolicy when restart rules are used"]),
    ("Never", "[{action: Restart}]", [f"{C}.{RULES}[0].exitCodes: Required value: must be specified"]),
    ("Never", "[{action: DoNotRestart, exitCodes: {operator: In, values: [3]}}]",
     [f'{C}.{RULES}[0].action: Unsupported value: "DoNotRestart": supported values: "Restart", "RestartAllContainers"']),
    ("Never", "[{action: Restart, exitCodes: {operator: Equals, values: [3]}}]",
     [f'{C}.{RULES}[0].exitCodes.operator: Unsupported value: "Equals": supported values: "In", "NotIn"']),
    ("Never", "[{action: Restart, exitCodes: {values: [3]}}]",
     [f'{C}.{RULES}[0].exitCodes.operator: Unsupported value: "": supported values: "In", "NotIn"']),
    ("Never", "[{action: RestartAllContainers, exitCodes: {operator: NotIn, values: []}}]", []),
    ("Never", "[{action: Restart, exitCodes: {operator: In, values: [300]}}]", []),
    ("Sometimes", "[]", [f'{C}.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"']),
    ("Never", "[" + "{action: Restart, exitCodes: {operator: In}}, " * 21 + "]",
     [f"{C}.{RULES}: Too many: 21: must have at most 20 items"]),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "rules", "said"), RESTARTS)
def test_a_rule_for_restarts(policy: str, rules: str, said: list[str]) -> None:
    own = f"restartPolicy: {policy}, " if policy else ""
    assert refused("Pod", f"spec: {{containers: [{{name: c, image: nginx, {own}{RULES}: {rules}}}]}}") == said


MOUNTS = [
    (
        "[{name: d, mountPath: /d}, {name: d, mountPath: /d}]",
        ['volumeMounts[1].mountPath: Invalid value: "/d": must be unique'],
    ),
    ("[{name: d}]", ["volumeMounts[0].mountPath: Required value"]),
    ("[{name: d, mountPath: /d, subPath: /x}]", ['volumeMounts.subPath: Invalid value: "/x": must be a relative path']),
    (
        "[{name: d, mountPath: /d, mountPropagation: Bidirectional}]",
        [
            "volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged "
            "containers"
        ],
    ),
    (
        "[{name: d, mountPath: /d, recursiveReadOnly: Enabled}]",
        ["volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true"],
    ),
]


@pytest.mark.parametrize(("mounts", "said"), MOUNTS, ids=[mounts for mounts, _ in MOUNTS])
def test_a_rule_for_mounts(mounts: str, said: list[str]) -> None:
    spec = f"{{volumes: [{{name: d, emptyDir: {{}}}}], containers: [{{name: c, image: a, volumeMounts: {mounts}}}]}}"
    assert refused("Pod", f"spec: {spec}") == [f"{C}.{each}" for each in said]
