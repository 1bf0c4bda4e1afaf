"""What a Pod's spec says when the manifest is silent (pkg/apis/core/v1/defaults.go)."""

from typing import Any

from simulator.api.containers import all_containers
from simulator.apiserver.registry import switched_off

Obj = dict[str, Any]
PROBE = {
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
# Volumes that put files into a container, and the mode these get.
FILE_VOLUMES = ("configMap", "secret", "downwardAPI", "projected")
FILE_MODE = 420


def default_pod(pod: Obj) -> None:
    """Fill in the spec of a Pod of its own."""
    spec = pod.setdefault("spec", {})
    default_spec(spec)
    spec.setdefault("enableServiceLinks", True)
    _copy_pod_limits(spec)


def default_template(template: Obj) -> None:
    """Fill in the spec of a template for Pods."""
    default_spec(template.setdefault("spec", {}))


def default_spec(spec: Obj) -> None:
    """Fill in what Pods and templates have in common, and take away what is switched off."""
    switched_off.drop_from_pod(spec)
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("schedulerName", "default-scheduler")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    if spec["terminationGracePeriodSeconds"] < 0:
        spec["terminationGracePeriodSeconds"] = 1
    if spec.get("securityContext") is None:
        spec["securityContext"] = {}
    if spec.get("serviceAccountName") or spec.get("serviceAccount"):
        account = spec.get("serviceAccountName") or spec["serviceAccount"]
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    for _, container in all_containers(spec):
        _container(container)
    if spec.get("hostNetwork"):
        _host_ports(spec)
    for volume in spec.get("volumes") or ():
        _volume(volume)


def _host_ports(spec: Obj) -> None:
    for kind in ("containers", "initContainers"):
        for container in spec.get(kind) or ():
            for port in container.get("ports") or ():
                if not port.get("hostPort") and port.get("containerPort"):
                    port["hostPort"] = port["containerPort"]


def _container(container: Obj) -> None:
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = pull_policy(container.get("image", ""))
    if not container.get("resources"):
        container["resources"] = {}
    _copy_limits(container["resources"])
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
    sources = [each["valueFrom"] for each in container.get("env") or () if each.get("valueFrom")]
    _items(sources)
    for source in sources:
        if source.get("fileKeyRef") is not None:
            source["fileKeyRef"].setdefault("optional", False)
    _handlers(container)


def _handlers(container: Obj) -> None:
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if container.get(probe):
            _probe(container[probe])
    for hook in (container.get("lifecycle") or {}).values():
        if isinstance(hook, dict):
            _http_get(hook)


def pull_policy(image: str) -> str:
    """Always for the tag `latest` or none, else IfNotPresent."""
    if "@" in image:
        return "IfNotPresent"
    name, colon, tag = image.rpartition(":")
    tagged = bool(colon and name and "/" not in tag)
    return "Always" if not tagged or tag == "latest" else "IfNotPresent"


def _copy_limits(resources: Obj) -> None:
    """A limit without a request is the request too."""
    limits = resources.get("limits") or {}
    missing = {name: amount for name, amount in limits.items() if name not in (resources.get("requests") or {})}
    if missing:
        resources["requests"] = (resources.get("requests") or {}) | missing


def _copy_pod_limits(spec: Obj) -> None:
    if (spec.get("resources") or {}).get("limits"):
        _copy_limits(spec["resources"])


def _probe(probe: Obj) -> None:
    for name, value in PROBE.items():
        if not probe.get(name):
            probe[name] = value
    _http_get(probe)
    if probe.get("grpc"):
        probe["grpc"].setdefault("service", "")


def _http_get(handler: Obj) -> None:
    request = handler.get("httpGet")
    if request is not None:
        if not request.get("path"):
            request["path"] = "/"
        request.setdefault("scheme", "HTTP")


def _volume(volume: Obj) -> None:
    if len(volume) == 1:  # only a name: the oldest default of all
        volume["emptyDir"] = {}
    for kind in FILE_VOLUMES:
        if volume.get(kind) is not None:
            volume[kind].setdefault("defaultMode", FILE_MODE)
    if volume.get("image") is not None and not volume["image"].get("pullPolicy"):
        volume["image"]["pullPolicy"] = pull_policy(volume["image"].get("reference", ""))
    if volume.get("hostPath") is not None:
        volume["hostPath"].setdefault("type", "")
    for source in (volume.get("projected") or {}).get("sources") or ():
        if source.get("serviceAccountToken") is not None:
            source["serviceAccountToken"].setdefault("expirationSeconds", 3600)
        _items((source.get("downwardAPI") or {}).get("items"))
    _items((volume.get("downwardAPI") or {}).get("items"))
    if volume.get("ephemeral"):
        template = volume["ephemeral"].get("volumeClaimTemplate") or {}
        (template.setdefault("spec", {})).setdefault("volumeMode", "Filesystem")


def _items(items: list[Obj] | None) -> None:
    for item in items or ():
        if item.get("fieldRef") is not None:
            item["fieldRef"].setdefault("apiVersion", "v1")
        if item.get("resourceFieldRef") is not None:
            item["resourceFieldRef"].setdefault("divisor", "0")
