"""`kubectl debug`: a shell beside a Pod, in a copy of it, or on a node (models kubectl/pkg/cmd/debug)."""

from typing import Any

from simulator.api import yamls
from simulator.api.resources import RESOURCES
from simulator.kubectl import attaching, debugging, relay
from simulator.kubectl.cli import Command
from simulator.kubectl.dry_run import query
from simulator.kubectl.failures import Failure, NotSimulated, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.image_names import valid_image
from simulator.kubectl.infos import Info
from simulator.kubectl.selection import choose, fetch
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, UnixError, Wait

PODS, NODES = RESOURCES["pods"], RESOURCES["nodes"]
LETTERS = "bcdfghjklmnpqrstvwxz2456789"
SUFFIX = 5
PULLS = ("", "Always", "IfNotPresent", "Never")
TARGETING = (
    'Targeting container "{}". If you don\'t see processes from this container it may be because the container runtime '
    "doesn't support this feature.\n"
)
DEPRECATED = (
    "--profile=legacy is deprecated and planned to be removed in v1.39. "
    'It is recommended to specify other profile, for example "--profile=general".\n'
)
STATUSES = ("ephemeralContainerStatuses", "containerStatuses")
MAX_EVENTS = 100


def run(session: Session) -> Step:
    """Make what is asked for; with -i, attach to it."""
    if "relay" in session.state:
        return _relayed(relay.step(session))
    if "debug" in session.state:
        return _waiting(session)
    words = session.args if session.parsed.dash < 0 else session.args[: session.parsed.dash]
    _check(session, words)
    attaching_to = session.flag("attach") or (session.flag("stdin") and not session.given("attach"))
    made = _all_made(session, words, several=not attaching_to)
    pod, container = made[0] if made else ({}, "")
    if not attaching_to or not container:
        return 0
    metadata = pod["metadata"]
    fd = session.watch_one(PODS, metadata["namespace"], metadata["name"])
    where = {"pod": metadata["name"], "namespace": metadata["namespace"]}
    session.state["debug"] = {**where, "container": container, "fd": fd, "now": pod}
    return _waiting(session)


def _all_made(session: Session, words: list[str], *, several: bool) -> list[tuple[Obj, str]]:
    """The Pods, and their containers to attach to, that are made for what is named."""
    named = [each if "/" in each else f"pod/{each}" for each in words]
    infos, failures = fetch(session, choose(session, named))
    if len(infos) > 1 and not several:
        raise NotSimulated("attaching to several containers, one after the other")
    made = [_made(session, info) for info in infos]
    raise_all(failures)
    return made


def _made(session: Session, info: Info) -> tuple[Obj, str]:
    if info.resource is NODES:
        return _on_node(session, info.object)
    if info.resource is not PODS:
        where = f"{info.resource.group}/{info.resource.version}, Kind={info.resource.kind}"
        raise Failure(f'"{where}" not supported by debug')
    return (_copied if session.flag("copy-to") else _beside)(session, info.object)


def _check(session: Session, words: list[str]) -> None:
    given = session.flag("image") or session.flag("container")
    if session.given("attach") and session.flag("attach") and not given:
        raise Failure("you must specify --container or create a new container using --image in order to attach.")
    (_check_copy if session.flag("copy-to") else _check_beside)(session)
    _check_images(session, words)
    if session.flag("profile") not in debugging.PROFILES:
        raise Failure(f"unknown profile: {session.flag('profile')}")
    if session.flag("target") and not session.flag("quiet"):
        session.out(TARGETING.format(session.flag("target")))
    if session.flag("tty") and not session.flag("stdin"):
        raise Failure("-i/--stdin is required for containers with -t/--tty=true")
    _custom(session)
    if session.flag("profile") == debugging.LEGACY:
        session.err(DEPRECATED)


def _check_images(session: Session, words: list[str]) -> None:
    image = str(session.flag("image") or "")
    if image and not valid_image(image):
        raise Failure(f'invalid image name "{image}": invalid reference format')
    if not words and not session.flag("filename"):
        raise Failure("NAME or filename is required for debug")
    if session.flag("image-pull-policy") not in PULLS:
        raise Failure(f"invalid image pull policy: {session.flag('image-pull-policy')}")
    for name, image in _images(session).items():
        if not valid_image(image):
            raise Failure(f'invalid image name "{image}" for container "{name}": invalid reference format')


def _images(session: Session) -> dict[str, str]:
    """The images that --set-image wants, by their containers."""
    return dict(pair.split("=", 1) for pair in session.flag("set-image"))


def _custom(session: Session) -> Obj:
    """What the file of --custom says of a container; nothing if there is none."""
    path = str(session.flag("custom") or "")
    if not path:
        return {}
    try:
        changes = yamls.load(session.sys.read_file(path).decode(errors="replace"))
    except UnixError as error:
        text = f"must pass a container spec json file for custom profile: open {path}: {error.message.lower()}"
        raise Failure(text) from None
    except yamls.BadYaml as error:
        raise Failure(f"{path} does not contain a valid container spec: {error}") from None
    if not isinstance(changes, dict):
        raise Failure(f"{path} does not contain a valid container spec: it is no object")
    if any(changes.get(field) for field in debugging.UNCHANGEABLE):
        raise Failure("name, command, image, lifecycle and volume devices are not modifiable via custom profile")
    return changes


def _customized(session: Session, pod: Obj, name: str) -> None:
    changes = _custom(session)
    if changes:
        debugging.customize(pod, name, changes)


def _check_beside(session: Session) -> None:
    for flag in ("replace", "same-node", "set-image"):
        if session.flag(flag):
            raise Failure(f"--{flag} may only be used with --copy-to.")
    if not session.flag("image"):
        raise Failure("you must specify --image when not using --copy-to.")


def _check_copy(session: Session) -> None:
    if not session.flag("image") and not session.flag("set-image") and session.parsed.dash < 0:
        raise Failure("you must specify --image, --set-image or command arguments.")
    if session.parsed.dash >= 0 and not session.flag("container") and not session.flag("image"):
        raise Failure("you must specify an existing container or a new image when specifying args.")
    if session.flag("target"):
        raise Failure("--target is incompatible with --copy-to. Use --share-processes instead.")


# --- what is made --------------------------------------------------------------------------------------------------------
def _suffix(session: Session) -> str:
    return "".join(LETTERS[session.sys.random(len(LETTERS))] for _ in range(SUFFIX))


def _name(session: Session) -> str:
    """The name of the debugging container."""
    if session.flag("container"):
        return str(session.flag("container"))
    name = f"debugger-{_suffix(session)}"
    if not session.flag("quiet"):
        session.out(f"Defaulting debug container name to {name}.\n")
    return name


def _container(session: Session, name: str) -> Obj:
    """The container as the flags describe it."""
    container: Obj = {"name": name, "image": session.flag("image"), "terminationMessagePolicy": "File"}
    return container | _told(session)


def _told(session: Session) -> Obj:
    """What flags and words say of a container."""
    told: Obj = {}
    words = [] if session.parsed.dash < 0 else session.args[session.parsed.dash :]
    if words:
        told["args" if session.flag("arguments-only") else "command"] = words
    given = dict(pair.split("=", 1) for pair in session.flag("env"))
    variables = [{"name": name, "value": value} for name, value in given.items()]
    told |= {"env": variables} if variables else {}
    told |= {"imagePullPolicy": session.flag("image-pull-policy")} if session.flag("image-pull-policy") else {}
    return told | {key: True for key in ("stdin", "tty") if session.flag(key)}


def _beside(session: Session, pod: Obj) -> tuple[Obj, str]:
    """An ephemeral container in the Pod itself."""
    name = _name(session)
    container = _container(session, name)
    container |= {"targetContainerName": session.flag("target")} if session.flag("target") else {}
    shell = {"spec": {"containers": [], "ephemeralContainers": [container]}}
    debugging.apply(str(session.flag("profile")), debugging.EPHEMERAL, shell, name, share=None)
    _customized(session, shell, name)
    metadata = pod["metadata"]
    others = [{"name": each["name"]} for each in pod["spec"].get("ephemeralContainers") or []]
    order = {"$setElementOrder/ephemeralContainers": [*others, {"name": name}]}
    patch = {"spec": {"ephemeralContainers": [container], **order}}
    where = metadata["namespace"], metadata["name"]
    return session.patch(PODS, *where, patch, "strategic", query(session), subresource="ephemeralcontainers"), name


def _copied(session: Session, pod: Obj) -> tuple[Obj, str]:
    """A copy of the Pod with another container, or with changed ones."""
    copy = debugging.copy_of(pod, str(session.flag("copy-to")), same_node=bool(session.flag("same-node")))
    containers = copy["spec"]["containers"]
    images = _images(session)
    for each in containers:
        each["image"] = images.get(each["name"]) or images.get("*") or each["image"]
    name = str(session.flag("container") or "")
    known = [each["name"] for each in containers]
    if name not in known and session.flag("image"):
        name = _name(session)
        containers.append(_container(session, name))
    elif name in known:
        changed = debugging.container_named(copy["spec"], name)
        changed |= _told(session) | ({"image": session.flag("image")} if session.flag("image") else {})
    elif not session.flag("set-image"):
        raise Failure("you must specify image when creating new container")
    if name:
        share = bool(session.flag("share-processes")) if session.given("share-processes") else None
        keep = [part for part in debugging.KEEP if session.flag(f"keep-{part}")]
        debugging.apply(str(session.flag("profile")), debugging.COPY, copy, name, share=share, keep=keep)
        _customized(session, copy, name)
    if session.flag("replace"):
        session.delete(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"], {"gracePeriodSeconds": 0}, {})
    return session.create(PODS, pod["metadata"]["namespace"], copy, query(session)), name


def _on_node(session: Session, node: Obj) -> tuple[Obj, str]:
    """A Pod on the node, which sees all of it."""
    name = str(session.flag("container") or "debugger")
    pod_name = f"node-debugger-{node['metadata']['name']}-{_suffix(session)}"
    if not session.flag("quiet"):
        where = node["metadata"]["name"]
        session.out(f"Creating debugging pod {pod_name} with container {name} on node {where}.\n")
    pod = debugging.node_pod(pod_name, node["metadata"]["name"], _container(session, name))
    debugging.apply(str(session.flag("profile")), debugging.NODE, pod, name, share=None)
    _customized(session, pod, name)
    return session.create(PODS, session.namespace, pod, query(session)), name


# --- staying with it -----------------------------------------------------------------------------------------------------
def _waiting(session: Session) -> Step:
    """Wait until the container runs, then attach to it."""
    state = session.state["debug"]
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(state["fd"])
        if not event:
            break
        if event.get("type") in ("ADDED", "MODIFIED"):
            state["now"] = event["object"]
    found = _state(state)
    if not (found.get("running") or found.get("terminated")):
        return Wait(readable=(state["fd"],))
    session.sys.close(state["fd"])
    if found.get("terminated"):
        return _logs(session, state)
    try:
        return _attach(session, state)
    except Failure as failure:  # it ended just now
        session.err(
            f"warning: couldn't attach to pod/{state['pod']}, falling back to streaming logs: {failure.message}\n"
        )
        return _logs(session, state)


def _state(state: dict[str, Any]) -> Obj:
    """The state of the debugging container."""
    status = state["now"].get("status") or {}
    for field in STATUSES:
        for each in status.get(field) or []:
            if each["name"] == state["container"]:
                return dict(each.get("state") or {})
    return {}


def _attach(session: Session, state: dict[str, Any]) -> Step:
    stdin = bool(session.flag("stdin"))
    tty = relay.wants_tty(session, stdin)
    if not session.flag("quiet"):
        session.err(attaching.HINT)
    options = {"container": state["container"], "stdout": "true"} | relay.options(stdin, tty)
    request = session.request("connect", PODS, state["namespace"], state["pod"], subresource="attach", query=options)
    return _relayed(relay.begin(session, request, stdin=stdin, tty=tty))


def _relayed(step: Step) -> Step:
    """How the program over there ended is not how the debugging went."""
    return 0 if isinstance(step, int) else step


def _logs(session: Session, state: dict[str, Any]) -> Step:
    """The container has ended already: what it has printed is all that is left."""
    options = {"container": state["container"]}
    request = session.request("connect", PODS, state["namespace"], state["pod"], subresource="log", query=options)
    session.out(str(session.call(request) or ""))
    return 0


COMMAND = Command(
    "debug",
    "Create debugging sessions for troubleshooting workloads and nodes",
    run,
    "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]",
    declare(
        "--arguments-only=false --attach=false -c --container= --copy-to= --custom= --env=[=] -f --filename=[] --image= --image-pull-policy=",
        "--keep-annotations=false --keep-init-containers=true --keep-labels=false --keep-liveness=false --keep-readiness=false",
        "--keep-startup=false --profile=general -q --quiet=false --replace=false --same-node=false --set-image=[=] --share-processes=true",
        "-i --stdin=false --target= -t --tty=false",
    ),
    group="Troubleshooting and Debugging Commands",
)
