"""Which Pod and which container `logs`, `exec` and `attach` mean (models polymorphichelpers and podcmd)."""

from collections.abc import Callable

from simulator.api.resources import RESOURCES
from simulator.kubectl.describers.page import selector_text
from simulator.kubectl.discovery import resource_for
from simulator.kubectl.failures import Failure
from simulator.kubectl.infos import items
from simulator.kubectl.session import Obj, Session

PODS = RESOURCES["pods"]
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
SELECTING = (
    "services",
    "replicationcontrollers",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
)


def pod_of(session: Session, word: str, tell: Callable[[str], None] | None = None) -> Obj:
    """The Pod that *word* (`web`, `pod/web`, `deploy/web`) means: of several, the first; *tell* hears of that."""
    if "/" not in word:
        return session.get(PODS, session.namespace, word)
    kind, _, name = word.partition("/")
    if not kind or not name or "/" in name:
        raise Failure("arguments in resource/name form must have a single resource and name")
    resource = resource_for(session, kind)
    if resource is PODS:
        return session.get(PODS, session.namespace, name)
    if resource.name not in SELECTING:
        raise Failure(f"{_cannot(tell)} *v1.{resource.kind}: selector for *v1.{resource.kind} not implemented")
    owner = session.get(resource, session.namespace, name)
    if resource.name == "services" and not (owner.get("spec") or {}).get("selector"):
        raise Failure(f"{_cannot(tell)} *v1.Service: invalid service '{name}': Service is defined without a selector")
    pods = pods_selected(session, owner)
    if len(pods) > 1 and tell is not None:
        tell(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return pods[0]


def _cannot(tell: Callable[[str], None] | None) -> str:
    return "cannot attach to" if tell is None else "cannot get the logs from"


def pods_of(session: Session, word: str) -> list[Obj]:
    """All Pods that *word* means."""
    kind, _, name = word.partition("/")
    resource = resource_for(session, kind) if name else PODS
    if resource.name not in SELECTING:
        return [pod_of(session, word, session.err)]
    return sorted(pods_selected(session, session.get(resource, session.namespace, name)), key=_name)


def _name(pod: Obj) -> str:
    return str(pod["metadata"]["name"])


def pods_selected(session: Session, owner: Obj) -> list[Obj]:
    """The Pods that the selector of *owner* picks, the likeliest to be of use first; fails if there are none."""
    selector = (owner.get("spec") or {}).get("selector") or {}
    if "matchLabels" not in selector and "matchExpressions" not in selector:
        selector = {"matchLabels": selector}
    body = session.list(PODS, session.namespace, query={"labelSelector": selector_text(selector, "")})
    pods = sorted(items(PODS, body), key=_rank)
    if not pods:
        raise Failure("timed out waiting for the condition")
    return pods


def _rank(pod: Obj) -> tuple[bool, int, bool, str, int, str, str]:
    """Placed before not placed, pending last, ready before not ready; then the one that is longer ready, that was restarted
    more often, that is older (podutils.ByLogging)."""
    status = pod.get("status") or {}
    phases = {"Unknown": 1, "Pending": 2}
    restarts = max((int(each.get("restartCount", 0)) for each in status.get("containerStatuses") or []), default=0)
    conditions = {each.get("type"): each for each in status.get("conditions") or []}
    ready = conditions.get("Ready") or {}
    placed = bool((pod.get("spec") or {}).get("nodeName"))
    since = str(ready.get("lastTransitionTime") or "") if ready.get("status") == "True" else ""
    return (
        not placed,
        phases.get(status.get("phase", ""), 0),
        ready.get("status") != "True",
        since or "~",
        -restarts,
        str(pod["metadata"].get("creationTimestamp")),
        pod["metadata"]["name"],
    )


def containers(pod: Obj) -> list[tuple[str, str]]:
    """Kind (`init`, ``, `ephem`) and name of each container of a Pod, in the order in which logs show them."""
    spec = pod.get("spec") or {}
    kinds = (("init", "initContainers"), ("", "containers"), ("ephem", "ephemeralContainers"))
    return [(kind, str(each.get("name", ""))) for kind, field in kinds for each in spec.get(field) or []]


def listing(pod: Obj) -> str:
    """The containers as messages list them: `a, b, i (init)`."""
    found = containers(pod)
    ordered = [each for each in found if not each[0]] + [each for each in found if each[0] == "ephem"]
    ordered += [each for each in found if each[0] == "init"]
    return ", ".join(f"{name} ({kind})" if kind else name for kind, name in ordered)


def container_of(session: Session, pod: Obj, *, quiet: bool = False) -> str:
    """The container that is named, by --container or by the Pod, or else the first; fails for one that the Pod has not
    (podcmd.FindOrDefaultContainerByName)."""
    wanted = str(session.flag("container") or _annotated(pod))
    return known(pod, wanted) if wanted else first_container(session, pod, quiet=quiet)


def container_for_logs(session: Session, pod: Obj, *, quiet: bool = False) -> str:
    """The same for logs, if none is named: one that the Pod names, but has not, is passed over."""
    annotated = _annotated(pod)
    if annotated in (name for _, name in containers(pod)):
        return annotated
    if annotated:
        session.err(f'Default container name "{annotated}" not found in pod {_name(pod)}\n')
    return first_container(session, pod, quiet=quiet)


def _annotated(pod: Obj) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER) or "")


def known(pod: Obj, name: str) -> str:
    """*name*, if the Pod has such a container; fails otherwise."""
    if name not in (each for _, each in containers(pod)):
        raise Failure(f"container {name} is not valid for pod {_name(pod)} out of: {listing(pod)}")
    return name


def first_container(session: Session, pod: Obj, *, quiet: bool) -> str:
    """The first container; says so if there was a choice."""
    names = [name for kind, name in containers(pod) if not kind]
    if not names:
        raise Failure(f"pod {pod['metadata'].get('namespace', '')}/{_name(pod)} does not have any containers")
    if len(containers(pod)) > 1 and not quiet:
        session.err(f'Defaulted container "{names[0]}" out of: {listing(pod)}\n')
    return names[0]
