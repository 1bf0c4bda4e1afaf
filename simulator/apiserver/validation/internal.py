"""Objects as the API server holds them inside, which some of its messages show (pkg/apis/core/types.go)."""

import difflib
import json
from typing import Any

Obj = dict[str, Any]
CONTEXT = 3
# Larger specs than this are compared only between what they have in common at both ends.
MAX_LINES = 1500

# Fields in Go's order: their name inside, a colon, and what they are: another struct (a pointer with *, a list with []),
# or what stands there when they are missing: null (nothing), "" (s), 0 (i), false (b).
STRUCTS: dict[str, str] = {
    "PodTemplateSpec": "Spec:PodSpec",
    "PodSpec": (
        "Volumes:[]Volume InitContainers:[]Container Containers:[]Container EphemeralContainers:[]Container "
        "RestartPolicy:s TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy:s NodeSelector "
        "ServiceAccountName:s AutomountServiceAccountToken NodeName:s SecurityContext:*PodSecurityContext "
        "ImagePullSecrets:[]LocalObjectReference Hostname:s Subdomain:s SetHostnameAsFQDN Affinity:*Affinity "
        "SchedulerName:s Tolerations:[]Toleration HostAliases:[]HostAlias PriorityClassName:s Priority "
        "PreemptionPolicy DNSConfig:*PodDNSConfig ReadinessGates:[]PodReadinessGate RuntimeClassName Overhead "
        "EnableServiceLinks TopologySpreadConstraints:[]TopologySpreadConstraint OS:*PodOS "
        "SchedulingGates:[]PodSchedulingGate ResourceClaims Resources:*ResourceRequirements HostnameOverride "
        "SchedulingGroup"
    ),
    "PodSecurityContext": (
        "HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace HostUsers SELinuxOptions WindowsOptions RunAsUser "
        "RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup FSGroupChangePolicy "
        "Sysctls:[]Sysctl SeccompProfile:*SeccompProfile AppArmorProfile:*SeccompProfile SELinuxChangePolicy"
    ),
    "Container": (
        "Name:s Image:s Command Args WorkingDir:s Ports:[]ContainerPort EnvFrom:[]EnvFromSource Env:[]EnvVar "
        "Resources:ResourceRequirements ResizePolicy RestartPolicy RestartPolicyRules VolumeMounts:[]VolumeMount "
        "VolumeDevices LivenessProbe:*Probe ReadinessProbe:*Probe StartupProbe:*Probe Lifecycle:*Lifecycle "
        "TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:*SecurityContext "
        "Stdin:b StdinOnce:b TTY:b"
    ),
    "ContainerPort": "Name:s HostPort:i ContainerPort:i Protocol:s HostIP:s",
    "EnvVar": "Name:s Value:s ValueFrom:*EnvVarSource",
    "EnvVarSource": (
        "FieldRef:*ObjectFieldSelector ResourceFieldRef:*ResourceFieldSelector ConfigMapKeyRef:*KeySelector "
        "SecretKeyRef:*KeySelector FileKeyRef"
    ),
    "ObjectFieldSelector": "APIVersion:s FieldPath:s",
    "ResourceFieldSelector": "ContainerName:s Resource:s Divisor:s",
    "KeySelector": "Name:s Key:s Optional",
    "EnvFromSource": "Prefix:s ConfigMapRef:*SourceReference SecretRef:*SourceReference",
    "SourceReference": "Name:s Optional",
    "ResourceRequirements": "Limits Requests Claims",
    "VolumeMount": ("Name:s ReadOnly:b RecursiveReadOnly MountPath:s SubPath:s MountPropagation SubPathExpr:s"),
    "Probe": (
        "Exec:*ExecAction HTTPGet:*HTTPGetAction TCPSocket:*TCPSocketAction GRPC:*GRPCAction InitialDelaySeconds:i "
        "TimeoutSeconds:i PeriodSeconds:i SuccessThreshold:i FailureThreshold:i TerminationGracePeriodSeconds"
    ),
    "Lifecycle": "PostStart:*LifecycleHandler PreStop:*LifecycleHandler StopSignal",
    "LifecycleHandler": "Exec:*ExecAction HTTPGet:*HTTPGetAction TCPSocket:*TCPSocketAction Sleep",
    "ExecAction": "Command",
    "HTTPGetAction": "Path:s Port:i Host:s Scheme:s HTTPHeaders",
    "TCPSocketAction": "Port:i Host:s",
    "GRPCAction": "Port:i Service",
    "SecurityContext": (
        "Capabilities:*Capabilities Privileged SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot "
        "ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile:*SeccompProfile AppArmorProfile:*SeccompProfile"
    ),
    "Capabilities": "Add Drop",
    "SeccompProfile": "Type:s LocalhostProfile",
    "Volume": (
        "Name:s HostPath:*HostPath EmptyDir:*EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo "
        "Secret:*SecretVolume NFS ISCSI Glusterfs PersistentVolumeClaim:*Claim RBD Quobyte FlexVolume Cinder CephFS "
        "Flocker DownwardAPI:*DownwardVolume FC AzureFile ConfigMap:*ConfigMapVolume VsphereVolume AzureDisk "
        "PhotonPersistentDisk Projected:*Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image"
    ),
    "HostPath": "Path:s Type",
    "EmptyDir": "Medium:s SizeLimit",
    "SecretVolume": "SecretName:s Items:[]KeyToPath DefaultMode Optional",
    "ConfigMapVolume": "Name:s Items:[]KeyToPath DefaultMode Optional",
    "DownwardVolume": "Items:[]DownwardFile DefaultMode",
    "Claim": "ClaimName:s ReadOnly:b",
    "KeyToPath": "Key:s Path:s Mode",
    "DownwardFile": "Path:s FieldRef:*ObjectFieldSelector ResourceFieldRef:*ResourceFieldSelector Mode",
    "Projected": "Sources:[]Projection DefaultMode",
    "Projection": (
        "Secret:*ProjectedKeys DownwardAPI:*ProjectedItems ConfigMap:*ProjectedKeys "
        "ServiceAccountToken:*ProjectedToken ClusterTrustBundle PodCertificate"
    ),
    "ProjectedKeys": "Name:s Items:[]KeyToPath Optional",
    "ProjectedItems": "Items:[]DownwardFile",
    "ProjectedToken": "Audience:s ExpirationSeconds:i Path:s",
    "Toleration": "Key:s Operator:s Value:s Effect:s TolerationSeconds",
    "LocalObjectReference": "Name:s",
    "HostAlias": "IP:s Hostnames",
    "Sysctl": "Name:s Value:s",
    "PodDNSConfig": "Nameservers Searches Options:[]DNSOption",
    "DNSOption": "Name:s Value",
    "PodReadinessGate": "ConditionType:s",
    "PodSchedulingGate": "Name:s",
    "PodOS": "Name:s",
    "TopologySpreadConstraint": (
        "MaxSkew:i TopologyKey:s WhenUnsatisfiable:s LabelSelector MinDomains NodeAffinityPolicy NodeTaintsPolicy "
        "MatchLabelKeys"
    ),
    "Affinity": "NodeAffinity PodAffinity PodAntiAffinity",
    "NodeSelectorTerm": "MatchExpressions:[]NodeSelectorRequirement MatchFields:[]NodeSelectorRequirement",
    "NodeSelectorRequirement": "Key:s Operator:s Values",
}
# Of what are the fields whose names inside do not only begin with a capital.
OUTSIDE = {"TTY": "tty", "OS": "os", "IP": "ip", "NFS": "nfs", "RBD": "rbd", "FC": "fc", "CSI": "csi", "GRPC": "grpc"}
OUTSIDE |= {"ISCSI": "iscsi", "APIVersion": "apiVersion", "DNSPolicy": "dnsPolicy", "DNSConfig": "dnsConfig"}
OUTSIDE |= {"HTTPGet": "httpGet", "TCPSocket": "tcpSocket", "HTTPHeaders": "httpHeaders", "FSGroup": "fsGroup"}
OUTSIDE |= {"SELinuxOptions": "seLinuxOptions", "FSGroupChangePolicy": "fsGroupChangePolicy", "CephFS": "cephfs"}
OUTSIDE |= {"GCEPersistentDisk": "gcePersistentDisk", "AWSElasticBlockStore": "awsElasticBlockStore"}
OUTSIDE |= {"StorageOS": "storageos", "SELinuxChangePolicy": "seLinuxChangePolicy"}
MISSING: dict[str, Any] = {"": None, "s": "", "i": 0, "b": False}
# Inside, these belong to the security context of the Pod.
OF_THE_HOST = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")


def _outside(name: str) -> str:
    return OUTSIDE.get(name) or name[0].lower() + name[1:]


def convert(struct: str, value: Obj) -> Obj:
    """An object as the struct inside, with every field that it has there."""
    result: Obj = {}
    for entry in STRUCTS[struct].split():
        name, _, kind = entry.partition(":")
        result[name] = _field(value.get(_outside(name)), kind)
    return result


def _field(value: Any, kind: str) -> Any:
    if kind in MISSING:
        return MISSING[kind] if value is None else _unknown(value)
    if kind.startswith("[]"):
        return [convert(kind[2:], each) for each in value] if value else None
    if kind.startswith("*"):
        return None if value is None else convert(kind[1:], value)
    return convert(kind, value or {})


def _unknown(value: Any) -> Any:
    """What no table describes: lists and maps of texts as they are, structs with capitals."""
    if isinstance(value, list):
        return [_unknown(each) for each in value]
    if isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()):
        return {key[:1].upper() + key[1:]: _unknown(each) for key, each in value.items()}
    return dict(sorted(value.items())) if isinstance(value, dict) else value


def pod_spec(spec: Obj) -> Obj:
    """A Pod's spec as it is inside."""
    context = (spec.get("securityContext") or {}) | {name: spec[name] for name in OF_THE_HOST if name in spec}
    return convert("PodSpec", {**spec, "securityContext": context})


def template(value: Obj) -> Obj:
    """A template of Pods as it is inside."""
    metadata = {key: _unknown(each) for key, each in (value.get("metadata") or {}).items()}
    return metadata | {"Spec": pod_spec(value.get("spec") or {})}


def node_term(value: Obj) -> Obj:
    """A term of a node selector as it is inside."""
    return convert("NodeSelectorTerm", value)


def spec_diff(new: Obj, old: Obj) -> str:
    """How two specs of Pods differ, as lines of a unified diff."""
    before, after = (json.dumps(pod_spec(spec), indent=1, ensure_ascii=False).split("\n") for spec in (old, new))
    if len(before) + len(after) > MAX_LINES:
        return _rough_diff(before, after)
    lines = difflib.unified_diff(before, after, n=CONTEXT, lineterm="")
    return "".join(f"{line}\n" for line in list(lines)[2:])


def _rough_diff(before: list[str], after: list[str]) -> str:
    """One hunk from the first line that differs to the last one: cheap, however large the specs are."""
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    end = next((at for at in range(shorter - start) if before[-1 - at] != after[-1 - at]), shorter - start)
    low = max(start - CONTEXT, 0)
    tail = before[len(before) - end :][:CONTEXT]
    gone, come = before[start : len(before) - end], after[start : len(after) - end]
    sizes = [start - low + len(part) + len(tail) for part in (gone, come)]
    lines = [f"@@ -{low + 1},{sizes[0]} +{low + 1},{sizes[1]} @@"]
    lines += [f" {line}" for line in before[low:start]] + [f"-{line}" for line in gone]
    lines += [f"+{line}" for line in come] + [f" {line}" for line in tail]
    return "".join(f"{line}\n" for line in lines)
