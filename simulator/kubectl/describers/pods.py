"""Pods and Pod templates in a description (models describe.PodDescriber, describe.DescribePodTemplate)."""

from simulator.api.meta import controller_of
from simulator.kubectl.describers.containers import Resolver, describe_containers, describe_resources, describe_seccomp
from simulator.kubectl.describers.events import describe_events_of
from simulator.kubectl.describers.page import Obj, Page, Reader, moment, selector_text
from simulator.kubectl.describers.volumes import describe_volumes

ENDED = ("Failed", "Succeeded")


def describe_pod(page: Page, reader: Reader, pod: Obj) -> None:
    """Write all about a Pod."""
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    page.head(pod, labels=False)
    _placement(page, spec, status)
    page.labels(pod)
    _phase(page, reader, pod, status)
    describe_seccomp(page, spec, 0)
    _addresses(page, status)
    controller = controller_of(pod)
    if controller:
        page.field("Controlled By", f"{controller.get('kind', '')}/{controller.get('name', '')}")
    page.options([("NominatedNodeName", status.get("nominatedNodeName"))])
    if spec.get("resources"):
        page.line(0, "Resources:")
        describe_resources(page, spec["resources"], 1)
    _containers(page, pod, spec, status)
    _conditions(page, spec, status)
    describe_volumes(page, spec.get("volumes") or [])
    page.field("QoS Class", status.get("qosClass", ""))
    _scheduling(page, spec)
    describe_events_of(page, reader, pod)


def _placement(page: Page, spec: Obj, status: Obj) -> None:
    if spec.get("priority") is not None:
        page.field("Priority", spec["priority"])
    page.options(
        [
            ("Priority Class Name", spec.get("priorityClassName")),
            ("Runtime Class Name", spec.get("runtimeClassName")),
            ("Service Account", spec.get("serviceAccountName")),
        ]
    )
    node = spec.get("nodeName")
    page.field("Node", f"{node}/{status.get('hostIP', '')}" if node else "<none>")
    if status.get("startTime"):
        page.field("Start Time", moment(status["startTime"]))


def _phase(page: Page, reader: Reader, pod: Obj, status: Obj) -> None:
    metadata = pod["metadata"]
    if metadata.get("deletionTimestamp") and status.get("phase") not in ENDED:
        page.field("Status", f"Terminating (lasts {reader.age(metadata['deletionTimestamp'])})")
        page.field("Termination Grace Period", f"{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        page.field("Status", status.get("phase", ""))
    page.options([("Reason", status.get("reason")), ("Message", status.get("message"))])


def _addresses(page: Page, status: Obj) -> None:
    page.field("IP", status.get("podIP", ""))
    addresses = status.get("podIPs") or []
    page.line(0, "IPs:" if addresses else "IPs:\t<none>")
    for address in addresses:
        page.field("IP", address.get("ip", ""), 1)


def _containers(page: Page, pod: Obj, spec: Obj, status: Obj) -> None:
    resolver = field_resolver(pod)
    groups = (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    )
    for label, containers, statuses in groups:
        if spec.get(containers) or label == "Containers":
            describe_containers(page, label, spec.get(containers) or [], status.get(statuses) or [], resolver)


def field_resolver(pod: Obj) -> Resolver:
    """What a fieldRef points to, as far as kubectl looks it up: name and namespace only."""

    def resolve(reference: Obj) -> str:
        path = str(reference.get("fieldPath", ""))
        if path not in ("metadata.name", "metadata.namespace"):
            return ""
        return str(pod["metadata"].get(path.partition(".")[2], ""))

    return resolve


def _conditions(page: Page, spec: Obj, status: Obj) -> None:
    gates, conditions = spec.get("readinessGates") or [], status.get("conditions") or []
    found = {each.get("type"): each.get("status") for each in conditions}
    if gates:
        page.line(0, "Readiness Gates:")
        page.line(1, "Type\tStatus")
        for gate in gates:
            page.line(1, f"{gate.get('conditionType', '')} \t{found.get(gate.get('conditionType'), '<none>')} ")
    if conditions:
        page.line(0, "Conditions:")
        page.line(1, "Type\tStatus")
        for condition in conditions:
            page.line(1, f"{condition.get('type', '')} \t{condition.get('status', '')} ")


def _scheduling(page: Page, spec: Obj) -> None:
    page.pairs("Node-Selectors", spec.get("nodeSelector"))
    page.column("Tolerations", tolerations(spec))
    spread = [
        f"{each.get('topologyKey', '')}:{each.get('whenUnsatisfiable', '')} when max skew {each.get('maxSkew', 0)} "
        f"is exceeded for selector {selector_text(each.get('labelSelector'))}"
        for each in spec.get("topologySpreadConstraints") or []
    ]
    if spread:
        page.column("Topology Spread Constraints", spread)


def tolerations(spec: Obj) -> list[str]:
    """The tolerations of a Pod's spec, by key."""
    return [
        _toleration(each) for each in sorted(spec.get("tolerations") or [], key=lambda each: str(each.get("key", "")))
    ]


def _toleration(toleration: Obj) -> str:
    text = str(toleration.get("key", ""))
    if toleration.get("value"):
        text += f"={toleration['value']}"
    if toleration.get("effect"):
        text += f":{toleration['effect']}"
    if toleration.get("operator") == "Exists" and not toleration.get("value"):
        text += " op=Exists" if text else "op=Exists"
    if toleration.get("tolerationSeconds") is not None:
        text += f" for {toleration['tolerationSeconds']}s"
    return text


def describe_template(page: Page, template: Obj) -> None:
    """Write the Pod template of a controller."""
    page.line(0, "Pod Template:")
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    page.pairs("  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        _template_annotations(page, metadata["annotations"])
    page.options([("Service Account", spec.get("serviceAccountName"))], 1)
    if spec.get("initContainers"):
        describe_containers(page, "Init Containers", spec["initContainers"], [], lambda _: "", template=True)
    describe_containers(page, "Containers", spec.get("containers") or [], [], lambda _: "", template=True)
    describe_volumes(page, spec.get("volumes") or [], template=True)
    page.options([("Priority Class Name", spec.get("priorityClassName"))], 1)
    page.pairs("Node-Selectors", spec.get("nodeSelector"), 1)
    page.column("Tolerations", tolerations(spec), 1)


def _template_annotations(page: Page, annotations: dict[str, str]) -> None:
    inner = Page()
    inner.annotations(annotations)
    for line in inner.lines:
        page.line(1, line)


def pods_of(reader: Reader, namespace: str, owner: Obj, selector: str) -> list[Obj]:
    """The Pods that *owner* controls."""
    uid = owner["metadata"].get("uid")
    pods = reader.list("pods", namespace, labels=selector)
    return [pod for pod in pods if (controller_of(pod) or {}).get("uid") == uid]


def phases(pods: list[Obj]) -> str:
    """How many Pods are in which phase: `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`."""
    counts = dict.fromkeys(("Running", "Pending", "Succeeded", "Failed"), 0)
    for pod in pods:
        phase = (pod.get("status") or {}).get("phase", "")
        if phase in counts:
            counts[phase] += 1
    names = {"Pending": "Waiting"}
    return " / ".join(f"{count} {names.get(phase, phase)}" for phase, count in counts.items())
