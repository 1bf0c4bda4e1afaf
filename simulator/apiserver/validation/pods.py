"""Rules for Pods and templates of Pods, in the order in which the API server names mistakes (ValidatePodSpec)."""

from simulator.api import field, names
from simulator.apiserver.registry.objectmeta_rules import labels
from simulator.apiserver.validation import (
    environment,
    handlers,
    podresources,
    resources,
    restarts,
    scheduling,
    security,
    surroundings,
    volumes,
)
from simulator.apiserver.validation.common import (
    MAX_INT32,
    Errors,
    Obj,
    between,
    maybe_one_of,
    one_of,
    port_number,
    problems,
)

DELETION_COST, LONGEST_COST = "controller.kubernetes.io/pod-deletion-cost", 10
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
HOOKED = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"


def spec(path: str, pod: Obj) -> Errors:
    """What is wrong with the spec of a Pod or of a template."""
    errors = volumes.volumes(f"{path}.volumes", pod.get("volumes"))
    declared = {each.get("name", "") for each in pod.get("volumes") or ()}
    errors += _containers(f"{path}.containers", pod, declared)
    errors += _init_containers(f"{path}.initContainers", pod, declared)
    errors += podresources.of_pod(f"{path}.resources", pod) + surroundings.host_network(path, pod)
    errors += one_of(f"{path}.restartPolicy", pod.get("restartPolicy"), RESTART_POLICIES)
    errors += one_of(f"{path}.dnsPolicy", pod.get("dnsPolicy"), DNS_POLICIES)
    errors += labels(f"{path}.nodeSelector", pod.get("nodeSelector"))
    errors += security.of_pod(f"{path}.securityContext", pod)
    errors += scheduling.affinity(f"{path}.affinity", pod.get("affinity"))
    errors += surroundings.dns_config(f"{path}.dnsConfig", pod)
    errors += surroundings.readiness_gates(f"{path}.readinessGates", pod)
    errors += scheduling.gates(f"{path}.schedulingGates", pod.get("schedulingGates"))
    errors += scheduling.spread(f"{path}.topologySpreadConstraints", pod.get("topologySpreadConstraints"))
    errors += surroundings.host_users(path, pod)
    return errors + _names(path, pod) + _rest(path, pod)


def _names(path: str, pod: Obj) -> Errors:
    """The simple fields, each with its rule."""
    errors: Errors = []
    for name, rule in (("serviceAccountName", names.subdomain), ("nodeName", names.subdomain)):
        errors += problems(f"{path}.{name}", pod[name], rule(pod[name])) if pod.get(name) else []
    deadline = pod.get("activeDeadlineSeconds")
    if deadline is not None:
        errors += between(f"{path}.activeDeadlineSeconds", deadline, 1, MAX_INT32)
    for name, rule in (("hostname", names.label), ("subdomain", names.label)):
        errors += problems(f"{path}.{name}", pod[name], rule(pod[name])) if pod.get(name) else []
    return errors


def _rest(path: str, pod: Obj) -> Errors:
    errors = scheduling.tolerations(f"{path}.tolerations", pod.get("tolerations"))
    errors += surroundings.host_aliases(f"{path}.hostAliases", pod.get("hostAliases"))
    for name in ("priorityClassName", "runtimeClassName"):
        errors += problems(f"{path}.{name}", pod[name], names.subdomain(pod[name])) if pod.get(name) else []
    errors += maybe_one_of(f"{path}.preemptionPolicy", pod.get("preemptionPolicy"), PREEMPTION_POLICIES)
    return errors + surroundings.operating_system(path, pod)


def _containers(path: str, pod: Obj, declared: set[str]) -> Errors:
    found = pod.get("containers") or []
    if not found:
        return [field.required(path)]
    errors: Errors = []
    seen: set[str] = set()
    for at, container in enumerate(found):
        inner = f"{path}[{at}]"
        errors += _common(inner, container, pod, declared)
        errors += _unique(inner, container, seen)
        errors += _hooks(inner, container, pod)
        errors += restarts.of_container(inner, container)
    return errors + _host_port_conflicts(path, found)


def _init_containers(path: str, pod: Obj, declared: set[str]) -> Errors:
    errors: Errors = []
    seen = {each.get("name", "") for each in pod.get("containers") or ()}
    for at, container in enumerate(pod.get("initContainers") or ()):
        inner = f"{path}[{at}]"
        errors += _common(inner, container, pod, declared)
        errors += _unique(inner, container, seen)
        errors += restarts.of_container(inner, container)
        if container.get("restartPolicy") == "Always":
            errors += _hooks(inner, container, pod)
        else:
            errors += [
                field.forbidden(f"{inner}.{name}", ONLY_SIDECARS) for name in HOOKED if container.get(name) is not None
            ]
        errors += _host_port_conflicts(path, [container])
    return errors


def _unique(path: str, container: Obj, seen: set[str]) -> Errors:
    name = container.get("name", "")
    errors = [field.duplicate(f"{path}.name", name)] if name and name in seen else []
    seen.add(name)
    return errors


def _hooks(path: str, container: Obj, pod: Obj) -> Errors:
    grace = pod.get("terminationGracePeriodSeconds", 30)
    errors = handlers.lifecycle(f"{path}.lifecycle", container.get("lifecycle"), grace)
    for kind in HOOKED[1:]:
        errors += handlers.probe(f"{path}.{kind}", container.get(kind), kind)
    return errors


def _common(path: str, container: Obj, pod: Obj, declared: set[str]) -> Errors:
    """What all kinds of containers have in common."""
    name = container.get("name", "")
    errors = problems(f"{path}.name", name, names.label(name)) if name else [field.required(f"{path}.name")]
    errors += [] if container.get("image") else [field.required(f"{path}.image")]
    policy = container.get("terminationMessagePolicy")
    errors += one_of(f"{path}.terminationMessagePolicy", policy, MESSAGE_POLICIES)
    errors += _ports(f"{path}.ports", container.get("ports"))
    errors += environment.env(f"{path}.env", container.get("env"))
    errors += environment.env_from(f"{path}.envFrom", container.get("envFrom"))
    errors += volumes.mounts(f"{path}.volumeMounts", container, declared)
    errors += volumes.devices(f"{path}.volumeDevices", container, pod.get("volumes"))
    errors += one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy"), PULL_POLICIES)
    errors += resources.requirements(f"{path}.resources", container.get("resources"))
    errors += podresources.resize_policy(f"{path}.resizePolicy", container.get("resizePolicy"), pod)
    return errors + security.of_container(f"{path}.securityContext", container.get("securityContext"), pod)


def _ports(path: str, ports: list[Obj] | None) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for at, port in enumerate(ports or ()):
        inner, name = f"{path}[{at}]", port.get("name", "")
        found = problems(f"{inner}.name", name, names.port_name(name)) if name else []
        if name and not found:
            found = [field.duplicate(f"{inner}.name", name)] if name in seen else []
            seen.add(name)
        errors += found
        number = port.get("containerPort") or 0
        errors += (
            port_number(f"{inner}.containerPort", number) if number else [field.required(f"{inner}.containerPort")]
        )
        errors += port_number(f"{inner}.hostPort", port["hostPort"]) if port.get("hostPort") else []
        errors += one_of(f"{inner}.protocol", port.get("protocol"), PROTOCOLS)
    return errors


def _host_port_conflicts(path: str, containers: list[Obj]) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for at, container in enumerate(containers):
        for number, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            key = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if key in seen:
                errors.append(field.duplicate(f"{path}[{at}].ports[{number}].hostPort", key))
            seen.add(key)
    return errors


def pod(obj: Obj) -> Errors:
    """What is wrong with a Pod."""
    errors = annotations("metadata.annotations", obj["metadata"]) + spec("spec", obj["spec"])
    for kind in ("containers", "initContainers"):
        for at, container in enumerate(obj["spec"].get(kind) or ()):
            image = container.get("image", "")
            if image != image.strip():
                text = "must not have leading or trailing whitespace"
                errors.append(field.invalid(f"spec.{kind}[{at}].image", image, text))
    return errors


def annotations(path: str, metadata: Obj) -> Errors:
    """What is wrong with the annotations that say something to Kubernetes itself (ValidatePodSpecificAnnotations)."""
    cost = (metadata.get("annotations") or {}).get(DELETION_COST, "0")
    digits = cost.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_COST and (cost == "0" or cost[0] != "0")
    if plain and -MAX_INT32 - 1 <= int(cost) <= MAX_INT32:
        return []
    return [field.invalid(f"{path}[{DELETION_COST}]", cost, "must be a 32bit integer")]


def new_pod(obj: Obj) -> Errors:
    """What only a Pod that exists already may have (ValidatePodCreate)."""
    errors: Errors = []
    inner = obj["spec"]
    if inner.get("ephemeralContainers"):
        errors.append(field.forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if inner.get("nodeName") and inner.get("schedulingGates"):
        text = "cannot be set until all schedulingGates have been cleared"
        errors.append(field.forbidden("spec.nodeName", text))
    return errors


def template(path: str, value: Obj) -> Errors:
    """What is wrong with a template of Pods."""
    errors = template_labels(path, value) + annotations(f"{path}.annotations", value.get("metadata") or {})
    errors += spec(f"{path}.spec", value.get("spec") or {})
    if (value.get("spec") or {}).get("ephemeralContainers"):
        text = "ephemeral containers not allowed in pod template"
        errors.append(field.forbidden(f"{path}.spec.ephemeralContainers", text))
    return errors


def template_labels(path: str, value: Obj) -> Errors:
    """What is wrong with the labels in a template of Pods."""
    return labels(f"{path}.labels", (value.get("metadata") or {}).get("labels"))
