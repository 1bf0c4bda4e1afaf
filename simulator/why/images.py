"""Why an image is not there: what the runtime's last pull recorded, and what the registry has instead."""

from simulator.api.requests import Obj
from simulator.kubelet import images
from simulator.kubelet.backoff import BACKOFF
from simulator.kubelet.naming import uid_of
from simulator.runtime.references import BadReference, Reference, parse
from simulator.why.chain import Evidence, Link, Path
from simulator.why.clock import clock_of, span
from simulator.why.inquiry import Inquiry, describe, ref, within
from simulator.why.near import nearest

PULLING = ("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed")


def links(inquiry: Inquiry, pod: Obj, container: Obj, path: Path, reason: str, message: str) -> list[Link]:
    """The links behind a waiting reason that is about the image."""
    about, said = ref("pods", pod), (Evidence("state", reason, message),)
    image, path, policy = missing_volume(inquiry, pod, container) or (
        told_of(pod, container),
        (*path, "image"),
        (*path, "imagePullPolicy"),
    )
    if reason == "InvalidImageName":
        return [Link("image.name", {"image": image}, about, path, said, (describe(about),))]
    if reason == "ErrImageNeverPull":
        node = str(pod["spec"].get("nodeName", ""))
        values = {"image": image, "node": node}
        return [Link("image.never", values, about, policy, said, (f"ssh {node} crictl images",))]
    if reason == "ImageInspectError":
        return [
            Link("image.corrupt", {"image": image, "node": str(pod["spec"].get("nodeName", ""))}, about, path, said)
        ]
    return [*waiting(inquiry, pod, image), cause(inquiry, pod, image, path, said)]


def missing_volume(inquiry: Inquiry, pod: Obj, container: Obj) -> tuple[str, Path, Path] | None:
    """If what is missing is an image that the container mounts as a volume: that, and where it and its pull policy stand."""
    unpulled = inquiry.worker(pod).get("unpulled", {})
    mounted = [each["name"] for each in container.get("volumeMounts") or () if each["name"] in unpulled]
    for at, volume in enumerate(pod["spec"].get("volumes") or ()):
        if mounted and volume["name"] == mounted[-1]:
            place: Path = ("spec", "volumes", at, "image")
            return str(volume["image"].get("reference", "")), (*place, "reference"), (*place, "pullPolicy")
    return None


def told_of(pod: Obj, container: Obj) -> str:
    """The image that the status is about: another may have been wanted since, of which the kubelet has told nothing yet."""
    status = pod.get("status") or {}
    fields = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
    entries = (entry for field in fields for entry in status.get(field) or () if entry["name"] == container["name"])
    return next((str(entry["image"]) for entry in entries if entry.get("image")), str(container["image"]))


def waiting(inquiry: Inquiry, pod: Obj, image: str) -> list[Link]:
    """The back-off that holds the next pull up: how long it is and when it is over."""
    table = inquiry.worker(pod).get("pulls", {})
    if image not in table:
        return []
    over = table[image]["updated"] + BACKOFF.delay(table, image)
    left = max(over - inquiry.now, 0)
    values = {
        "delay": span(table[image]["delay"]),
        "next": clock_of(inquiry, over),
        "left": span(left),
        "most": span(BACKOFF.most),
    }
    return [Link("image.backoff", values, ref("pods", pod))]


def cause(inquiry: Inquiry, pod: Obj, image: str, path: Path, said: tuple[Evidence, ...]) -> Link:
    """Why the registry did not hand the image out."""
    about = ref("pods", pod)
    record = inquiry.cluster.machines.last_pull(pod["spec"].get("nodeName", ""), uid_of(pod), image) or {}
    commands = (describe(about),)
    if record.get("error"):
        said = (Evidence("pull", image, record["error"]),)
    try:
        reference = parse(image)
    except BadReference:
        return Link("image.name", {"image": image}, about, path, said, commands)
    values = {"image": image, "registry": reference.domain, "repository": reference.path}
    match record.get("cause"):
        case "tag":
            return tag(inquiry, reference, Link("image.tag", values, about, path, said, commands))
        case "repository":
            return repository(inquiry, reference, Link("image.repository", values, about, path, said, commands))
        case "unauthorized":
            return unauthorized(inquiry, pod, Link("image.unauthorized", values, about, path, said, commands))
        case "unreachable":
            return Link("image.unreachable", {"registry": reference.domain}, about, path, said, commands)
        case "broken":
            return Link("image.broken", {"registry": reference.domain}, about, path, said, commands)
    return Link("image.failed", {"image": image}, about, path, said, commands)


def tag(inquiry: Inquiry, reference: Reference, link: Link) -> Link:
    """There is the repository, but no such tag: which there are."""
    tags = inquiry.cluster.machines.pullable.tags(reference)
    close = nearest(reference.tag, tags)
    values = {**link.values, "tag": reference.version, "tags": ", ".join(tags[:12]) + (", …" if len(tags) > 12 else "")}
    kind = "image.tag_near" if close else "image.tag"
    return Link(kind, values | ({"near": close} if close else {}), link.about, link.path, link.evidence, link.next)


def repository(inquiry: Inquiry, reference: Reference, link: Link) -> Link:
    """There is no such repository: which is called nearly so."""
    close = nearest(reference.path, inquiry.cluster.machines.pullable.paths(reference.domain))
    close = close.removeprefix("library/")
    kind = "image.repository_near" if close else "image.repository"
    return Link(
        kind, {**link.values, **({"near": close} if close else {})}, link.about, link.path, link.evidence, link.next
    )


def unauthorized(inquiry: Inquiry, pod: Obj, link: Link) -> Link:
    """The registry wants to know who asks: what the Pod has to show."""
    namespace, registry = pod["metadata"]["namespace"], str(link.values["registry"])
    names = [entry.get("name", "") for entry in pod["spec"].get("imagePullSecrets") or ()]
    commands = (
        f"kubectl get secrets{within(namespace)}",
        f"kubectl create secret docker-registry --help{within(namespace)}",
    )
    path: Path = ("spec", "imagePullSecrets")
    if not names:
        return Link("image.no_secret", link.values, link.about, path, link.evidence, commands)
    lost = [name for name in names if inquiry.find("secrets", namespace, name) is None]
    if lost:
        values = {**link.values, "secret": ", ".join(lost), "namespace": namespace}
        return Link("image.secret_missing", values, link.about, path, link.evidence, commands[:1])
    secrets = [found for name in names if (found := inquiry.find("secrets", namespace, name))]
    servers = [str(entry["registry"]) for secret in secrets for entry in images.decode_secret(secret)]
    kind = "image.wrong_password" if registry in servers else "image.secret_elsewhere"
    values = {**link.values, "secret": ", ".join(names)}
    values |= {} if registry in servers else {"servers": ", ".join(servers) or "-"}
    return Link(kind, values, link.about, path, link.evidence, commands[:1])
