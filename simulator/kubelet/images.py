"""Makes sure that a container's image is on the node, by its pull policy (pkg/kubelet/images/image_manager.go)."""

import base64
import binascii
import json
from typing import Any

from simulator.api.durations import go
from simulator.api.requests import Obj
from simulator.kernel.units import MILLISECOND
from simulator.kubelet import pulled
from simulator.kubelet.backoff import BACKOFF
from simulator.kubelet.deps import Deps, Worker
from simulator.kubelet.naming import quoted
from simulator.runtime.cri_api import CriError

PRESENT = "Container image {image} already present on machine and can be accessed by the pod"
NEVER = "Container image {image} is not present with pull policy of Never"
NOT_YOURS = "Container image {image} is present with pull policy of Never but does not have the proper credentials to access the image"
PULLED = "Successfully pulled image {image} in {took} ({total} including waiting). Image size: {size} bytes."
SECRETS = "Unable to retrieve some image pull secrets ({names}); attempting to pull the image may not succeed."
DOCKER_CONFIGS = {".dockerconfigjson": True, ".dockercfg": False}  # key in the Secret: whether `auths` stands around it


class StartError(Exception):
    """A container cannot be started: the reason and the message that its status shows."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def policy_of(container: Obj) -> str:
    """Always, IfNotPresent or Never."""
    image = container["image"]
    tag = image.rpartition("/")[2].partition(":")[2]
    latest = "@" not in image and tag in ("", "latest")
    return str(container.get("imagePullPolicy") or ("Always" if latest else "IfNotPresent"))


def ensure(deps: Deps, worker: Worker, pod: Obj, container: Obj) -> str:
    """The number of a pull that has begun, or empty if the image is there; raises StartError."""
    name, image = container["name"], container["image"]
    found, auths = inspect(deps, pod, container), credentials(deps, pod)
    present = found is not None and pulled.accessible(deps, found, auths)
    policy = policy_of(container)
    if policy == "Never" and not present:
        message = (NOT_YOURS if found else NEVER).format(image=quoted(image))
        deps.event(pod, "Warning", "ErrImageNeverPull", message, name)
        raise StartError("ErrImageNeverPull", message)
    if present and policy != "Always":
        deps.event(pod, "Normal", "Pulled", PRESENT.format(image=quoted(image)), name)
        return ""
    refuse_while_waiting(deps, worker, pod, container)
    deps.event(pod, "Normal", "Pulling", f"Pulling image {quoted(image)}", name)
    return deps.cri.pull_image(image, uid=worker["uid"], auths=auths)


def inspect(deps: Deps, pod: Obj, container: Obj) -> dict[str, Any] | None:
    """The image on the node, if it is there; raises StartError for a bad name and a runtime that cannot tell."""
    image = container["image"]
    try:
        return deps.cri.image_status(image)
    except CriError as error:
        reason, message = refusal(image, str(error))
        deps.event(pod, "Warning", "InspectFailed", message, container["name"])
        raise StartError(reason, message) from None


def refusal(image: str, text: str) -> tuple[str, str]:
    """What a failed look at the image means."""
    if "couldn't parse image name" in text or "invalid reference format" in text:
        prefix = f"Failed to apply default image tag {quoted(image)}: "
        detail = text if "couldn't parse" in text else f"couldn't parse image name {quoted(image)}: {text}"
        return "InvalidImageName", detail if detail.startswith(prefix) else prefix + detail
    prefix = 'Failed to inspect image "": '  # the kubelet names what it was told, and that is nothing
    return "ImageInspectError", text if text.startswith("Failed to inspect") else prefix + text


def refuse_while_waiting(deps: Deps, worker: Worker, pod: Obj, container: Obj) -> None:
    """Raise StartError while the image's last failed pull is too fresh."""
    image = container["image"]
    if not BACKOFF.waits_since_update(worker["pulls"], image, deps.world.now):
        return
    message = f"Back-off pulling image {quoted(image)}"
    deps.event(pod, "Normal", "BackOff", message, container["name"])
    last = worker["pull_errors"].get(image)
    raise StartError("ImagePullBackOff", f"{message}: {last}" if last else message)


def finish(deps: Deps, worker: Worker, pod: Obj, container: Obj, status: dict[str, Any]) -> None:
    """Take note of a pull that has ended; raises StartError if it failed."""
    image, name = container["image"], container["name"]
    if status["error"]:
        deps.event(pod, "Warning", "Failed", f"Failed to pull image {quoted(image)}: {status['error']}", name)
        BACKOFF.longer(worker["pulls"], image, deps.world.now, deps.world.now)
        reason, message = pull_failure(image, status["error"])
        worker["pull_errors"][image] = f"{reason}: {message}"
        raise StartError(reason, message)
    worker["pulls"].pop(image, None)
    worker["pull_errors"].pop(image, None)
    remember(deps, pod, container, status["auth"])
    took, total = milliseconds(status["took"]), milliseconds(status["took"] + status["waited"])
    deps.event(
        pod, "Normal", "Pulled", PULLED.format(image=quoted(image), took=took, total=total, size=status["size"]), name
    )


def remember(deps: Deps, pod: Obj, container: Obj, auth: int | None) -> None:
    """Take note of with which of the Pod's credentials, by number, its image was pulled; None: with none."""
    auths = credentials(deps, pod)
    if found := deps.cri.image_status(container["image"]):
        pulled.remember(deps, found, auths[auth] if auth is not None and auth < len(auths) else None)


def pull_failure(image: str, error: str) -> tuple[str, str]:
    """Reason and message of the waiting state after a failed pull; some runtimes name the cause at the start of their error."""
    for reason, cause in (
        ("RegistryUnavailable", "the registry is unavailable"),
        ("SignatureValidationFailed", "the signature validation failed"),
    ):
        if error.startswith(reason):
            detail = error.removeprefix(reason).removeprefix(":").strip()
            text = f"image pull failed for {image} because {cause}"
            return reason, f"{text}: {detail}" if detail else f"{text}."
    return "ErrImagePull", error


def milliseconds(duration: int) -> str:
    """A duration as Go prints it, cut to milliseconds."""
    return go(duration - duration % MILLISECOND)


def credentials(deps: Deps, pod: Obj) -> tuple[dict[str, str], ...]:
    """What the Pod's image pull secrets hold: registry, username and password of each entry, and the uid of its secret."""
    auths: list[dict[str, str]] = []
    for entry in pod["spec"].get("imagePullSecrets") or ():
        secret = deps.find("secrets", pod["metadata"]["namespace"], entry.get("name", ""))
        if secret is not None:
            auths += [{**entry, "secret": secret["metadata"]["uid"]} for entry in decode_secret(secret)]
    return tuple(auths)


def missing_secrets(deps: Deps, pod: Obj) -> str:
    """The warning about image pull secrets that are not there; empty if all are."""
    names = [entry.get("name", "") for entry in pod["spec"].get("imagePullSecrets") or ()]
    missing = [name for name in names if deps.find("secrets", pod["metadata"]["namespace"], name) is None]
    return SECRETS.format(names=", ".join(missing)) if missing else ""


def decode_secret(secret: Obj) -> list[dict[str, str]]:
    """The entries of a Secret of type dockerconfigjson or dockercfg; what cannot be read counts as empty."""
    entries: list[dict[str, str]] = []
    for key, wrapped in DOCKER_CONFIGS.items():
        try:
            config = json.loads(base64.b64decode((secret.get("data") or {}).get(key, "")) or b"{}")
            hosts = config.get("auths", {}) if wrapped else config
            entries += [{"registry": host, **decode_auth(entry)} for host, entry in hosts.items()]
        except (ValueError, AttributeError, TypeError, binascii.Error):
            continue
    return entries


def decode_auth(entry: dict[str, Any]) -> dict[str, str]:
    """User name and password, which may stand in `auth` as base64 of both."""
    if entry.get("auth"):
        user, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
        return {"username": user, "password": password}
    return {"username": str(entry.get("username", "")), "password": str(entry.get("password", ""))}
